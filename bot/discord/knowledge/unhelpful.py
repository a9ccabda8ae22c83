"""/knowledge unhelpful: answers that did not help several people, for a moderator to hide, and to show again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import discord
from discord import app_commands
from discord.ui import Button, DynamicItem, Item, Select, View

from bot.attribution import place
from bot.discord.access.authority import Interaction, administers_guild, channels_looked_after, looks_after
from bot.discord.access.permissions import may_read
from bot.discord.access.revocation import only_while
from bot.discord.answers.buttons import told_when_it_fails
from bot.discord.knowledge.sources import is_refused
from bot.discord.quoting import escape, shorten
from bot.discord.services import reply_to
from bot.discord.translation import in_english
from bot.wording import Wording
from bot.wording.discord import command_names, responses
from bot.wording.discord import knowledge as sentences
from index.audience import EVERYBODY, Audience
from index.store.discord.guilds import Guilds, PassageVotes
from index.types import Passage

if TYPE_CHECKING:
    from bot.discord.client import KotaeClient

# Fewer people may have misread, or be of one mind only in this.
_ENOUGH = 3
_A_PAGE = 10
_PLACE_LENGTH, _PLACE_SIZE = 60, 120
_TEXT_LENGTH, _TEXT_SIZE = 60, 120


class _Listed(NamedTuple):
    """A passage that did not help, or that is hidden, with who reads it."""

    passage: Passage
    readers: frozenset[Audience]
    judged: PassageVotes
    hidden: bool


def unhelpful_command() -> app_commands.Command[Any, ..., Any]:
    """/knowledge unhelpful: passages with many 👎, and those that are hidden, for moderators."""

    @app_commands.command(
        name=in_english(command_names.UNHELPFUL), description=in_english(command_names.UNHELPFUL_DESCRIPTION)
    )
    async def unhelpful(interaction: discord.Interaction[KotaeClient]) -> None:
        if not await is_refused(interaction):
            embed, items, allowed = await _page(interaction, 0)
            with only_while(allowed):
                await reply_to(interaction).show(embed=embed, view=items)

    return unhelpful


async def _listed(interaction: Interaction) -> list[_Listed]:
    """The passages that are whoever acts's to decide on; of votes those count that were given where they moderate."""
    guild, store = interaction.guild_id or 0, interaction.client.store
    channels = await channels_looked_after(interaction)

    def look_up() -> list[_Listed]:
        guilds, audiences = Guilds(store), store.quotable()
        hidden = guilds.hidden(guild)
        judged = guilds.voted_against(guild, channels, _ENOUGH)
        judged += [PassageVotes(one, 0, 0) for one in hidden if one not in {known.passage for known in judged}]
        found = []
        for one in judged:
            there = [kept for kept in store.with_id(one.passage) if kept.source in audiences]
            # What is the same elsewhere makes no difference, or that would be told.
            kept = [kept for kept in there if _reads(interaction, audiences[kept.source])]
            readers = frozenset(audiences[each.source] for each in kept)
            if kept and _decides(interaction, readers):
                found.append(_Listed(kept[0].passage, readers, one, one.passage in hidden))
        return sorted(found, key=lambda one: one.hidden)

    result: list[_Listed] = await interaction.client.off_loop(look_up)
    return result


def _reads(interaction: Interaction, audience: Audience) -> bool:
    return isinstance(interaction.user, discord.Member) and may_read(audience, interaction.user)


def _decides(interaction: Interaction, audiences: Iterable[Audience]) -> bool:
    """Whether what these audiences read may be hidden in this guild, and shown there again, by whoever acts."""
    person = interaction.user
    return all(
        _reads(interaction, one) and (administers_guild(person) if one.kind == EVERYBODY else looks_after(person, one))
        for one in audiences
    )


async def _turn_to(interaction: Interaction, number: int) -> None:
    embed, items, allowed = await _page(interaction, number)
    with only_while(allowed):
        await reply_to(interaction).update(embed=embed, view=items)


async def _page(interaction: Interaction, number: int) -> tuple[discord.Embed, View, Callable[[], bool]]:
    say = interaction.client.wording_for(interaction)
    found = await _listed(interaction)
    pages = max(1, -(-len(found) // _A_PAGE))
    number = min(max(number, 0), pages - 1)
    shown = found[number * _A_PAGE : (number + 1) * _A_PAGE]
    embed = discord.Embed(title=say(sentences.UNHELPFUL_TITLE), colour=discord.Colour.blurple())
    embed.description = "\n".join(_line(say, one) for one in shown) or say(sentences.NO_UNHELPFUL_ANSWERS)
    items = View(timeout=None)
    for what, hidden in (("hide", False), ("show", True)):
        if some := [one.passage for one in shown if one.hidden is hidden]:
            items.add_item(UnhelpfulSelect(what, say, some))
    if pages > 1:
        embed.set_footer(text=say(responses.PAGE_OF_PAGES, page=number + 1, pages=pages))
        items.add_item(UnhelpfulPageButton(number - 1, disabled=number == 0))
        items.add_item(UnhelpfulPageButton(number + 1, disabled=number == pages - 1))
    readers = {audience for one in shown for audience in one.readers}
    return embed, items, partial(_decides, interaction, readers)


def _line(say: Wording, one: _Listed) -> str:
    return say(
        sentences.HIDDEN_ANSWER if one.hidden else sentences.UNHELPFUL_ANSWER,
        against=one.judged.against,
        in_favour=one.judged.in_favour,
        place=escape(_place(say, one.passage)),
        text=escape(_text(one.passage)),
    )


def _place(say: Wording, passage: Passage) -> str:
    return shorten(" ".join(place(say, passage, time=False).split()), _PLACE_LENGTH, _PLACE_SIZE)


def _text(passage: Passage) -> str:
    return shorten(" ".join(passage.text.split()), _TEXT_LENGTH, _TEXT_SIZE) or "–"


class UnhelpfulSelect(DynamicItem[Select[View]], template=r"kotae:unhelpful:(?P<what>hide|show)"):
    """Chooses a passage, to hide it or to show it again."""

    def __init__(self, what: str, say: Wording | None = None, passages: Sequence[Passage] = ()) -> None:
        # Two documents of one name and text share a passage's id.
        options = {one.id: discord.SelectOption(label=_text(one), value=one.id) for one in passages}
        placeholder = sentences.HIDE_ANSWER if what == "hide" else sentences.SHOW_ANSWER_AGAIN
        super().__init__(
            Select(
                custom_id=f"kotae:unhelpful:{what}",
                placeholder=say(placeholder) if say else None,
                options=[*options.values()] or [discord.SelectOption(label="–")],
            )
        )
        self._what = what

    @classmethod
    async def from_custom_id(cls, _interaction: Interaction, _item: Item[Any], match: re.Match[str], /) -> Self:
        """The select as its `custom_id` says."""
        return cls(match["what"])

    @told_when_it_fails
    async def callback(self, interaction: Interaction) -> None:
        """Hide the passage or show it, if it is whoever acts's to decide on."""
        if await is_refused(interaction):
            return
        client = interaction.client
        data: Any = interaction.data
        chosen = data["values"][0]
        if chosen in {one.passage.id for one in await _listed(interaction)}:
            guilds = Guilds(client.store)
            change = guilds.hide if self._what == "hide" else guilds.show
            await client.off_loop(change, interaction.guild_id, chosen)
        await _turn_to(interaction, 0)


class UnhelpfulPageButton(DynamicItem[Button[View]], template=r"kotae:unhelpful:(?P<page>-?\d+)"):
    """Another page of passages."""

    def __init__(self, page: int, disabled: bool = False) -> None:
        super().__init__(Button(label=str(page + 1), custom_id=f"kotae:unhelpful:{page}", disabled=disabled, row=2))
        self._page = page

    @classmethod
    async def from_custom_id(cls, _interaction: Interaction, _item: Item[Any], match: re.Match[str], /) -> Self:
        """The button as its `custom_id` says."""
        return cls(int(match["page"]))

    @told_when_it_fails
    async def callback(self, interaction: Interaction) -> None:
        """Show the page, if whoever clicks may still see it."""
        if not await is_refused(interaction):
            await _turn_to(interaction, self._page)


UNHELPFUL_ITEMS = (UnhelpfulSelect, UnhelpfulPageButton)
