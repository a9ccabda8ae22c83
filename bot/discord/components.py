"""Message components and forms that work after a restart, and what several features have: pages and confirmation."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Generic, NamedTuple, Self, TypeVar

import discord
from discord.ui import Button, DynamicItem, Item, Select, View

from bot.discord.access.revocation import only_while
from bot.discord.replies import Interaction, reply_to
from bot.discord.services import report_errors, services_of
from bot.wording import Wording
from bot.wording.discord import responses
from index.store.store import Store

_NOTHING = "(?!)"
_ITEMS_A_PAGE = 10

Component = TypeVar("Component", Button[View], Select[View])
ListItem = TypeVar("ListItem")


class PersistentItem(DynamicItem[Component], ABC, Generic[Component], template=_NOTHING):
    """A component whose `custom_id` holds all it needs: the groups of its template are the arguments of its class."""

    @classmethod
    async def from_custom_id(cls, _interaction: Interaction, _item: Item[Any], match: re.Match[str], /) -> Self:
        """The component as its `custom_id` says."""
        arguments: Any = match.groupdict()
        return cls(**arguments)

    async def callback(self, interaction: Interaction) -> None:
        """Respond, unless whoever uses it has done too much of late; what fails is reported."""
        services_of(interaction).note_under_way()
        if not await services_of(interaction).admits(interaction):
            return
        async with report_errors(interaction):
            if await services_of(interaction).within_rate_limit(interaction):
                await self.respond(interaction)

    @abstractmethod
    async def respond(self, interaction: Interaction) -> None:
        """Do what the component is for."""


def view_of(*items: Item[Any]) -> View:
    """A view of persistent items, which never times out."""
    view = View(timeout=None)
    for item in items:
        view.add_item(item)
    return view


class ConfirmationButton(PersistentItem[Button[View]], template=_NOTHING):
    """Does what cannot be undone, once whoever clicks was asked whether that is meant."""

    def __init__(self, custom_id: str, label: str) -> None:
        # A button that was clicked needs no label.
        super().__init__(Button(label=label or "…", style=discord.ButtonStyle.danger, custom_id=custom_id))


class ListPage(NamedTuple):
    """A page of a list as it is shown, with whether it may still be shown, at the moment when one asks."""

    embed: discord.Embed
    view: View
    allowed: Callable[[], bool]


class PageButton(PersistentItem[Button[View]], template=_NOTHING):
    """Turns a list to another page. Each list has a subclass, whose template has its name and a `page`."""

    name: ClassVar[str]

    def __init__(self, page: int | str, emoji: str = "▶️", disabled: bool = False) -> None:
        super().__init__(Button(emoji=emoji, custom_id=f"kotae:{self.name}:{page}", disabled=disabled, row=2))
        self._page = int(page)

    async def respond(self, interaction: Interaction) -> None:
        """Show the page, if whoever clicks may still see it."""
        if store := await services_of(interaction).store_for_moderator(interaction):
            await turn_to(interaction, await self.render(interaction, store, self._page))

    @abstractmethod
    async def render(self, interaction: Interaction, store: Store, number: int) -> ListPage:
        """A page of the list as whoever acts may see it."""


async def show_page(interaction: Interaction, page: ListPage) -> None:
    """Show a page of a list, as the reply to a command."""
    with only_while(page.allowed):
        await reply_to(interaction).show(embed=page.embed, view=page.view)


async def turn_to(interaction: Interaction, page: ListPage) -> None:
    """Show a page of a list in the place of the one whose component was used."""
    with only_while(page.allowed):
        await reply_to(interaction).update(embed=page.embed, view=page.view)


class Slice(NamedTuple, Generic[ListItem]):
    """The items of a list that are on one of its pages; pages are numbered from 0."""

    items: Sequence[ListItem]
    number: int
    pages: int

    def footer(self, say: Wording) -> str:
        """Which page it is; empty where there is one."""
        return say(responses.PAGE_OF_PAGES, page=self.number + 1, pages=self.pages) if self.pages > 1 else ""

    def add_buttons(self, view: View, button: type[PageButton]) -> None:
        """Add the buttons for the pages before and after, where there is more than one."""
        if self.pages > 1:
            view.add_item(button(self.number - 1, "◀️", disabled=self.number == 0))
            view.add_item(button(self.number + 1, "▶️", disabled=self.number == self.pages - 1))


def slice_of(listed: Sequence[ListItem], number: int, size: int = _ITEMS_A_PAGE) -> Slice[ListItem]:
    """The page of a list with a number, or the nearest that there is; pages have so many items."""
    pages = max(1, -(-len(listed) // size))
    number = min(max(number, 0), pages - 1)
    return Slice(listed[number * size : (number + 1) * size], number, pages)


class Submitted(NamedTuple):
    """A submitted form: the match of its `custom_id`, and what was written in it."""

    match: re.Match[str]
    text: str


def submitted(interaction: Interaction, template: str) -> Submitted | None:
    """The form that was submitted, if its `custom_id` matches a template; also one that another process opened."""
    data: Any = interaction.data
    match = re.fullmatch(template, data["custom_id"])
    return Submitted(match, next(filter(None, _values(data["components"])), "")) if match else None


def _values(components: Any) -> list[str]:
    found: list[str] = []
    for component in components:
        found += [component["value"]] if "value" in component else []
        found += _values(component.get("components", ()))
        found += _values([component["component"]]) if "component" in component else []
    return found
