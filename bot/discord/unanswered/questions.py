"""/knowledge gaps: questions that found no answer, for a moderator to answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Self

import discord
from discord import app_commands
from discord.ui import Button, DynamicItem, Item, Modal, Select, TextInput, View

from bot.discord.access.authority import Interaction, channels_looked_after, still_looks_after
from bot.discord.access.revocation import only_while
from bot.discord.answers.buttons import told_when_it_fails
from bot.discord.knowledge.opaque_ids import handles
from bot.discord.knowledge.sources import is_refused
from bot.discord.quoting import escape, shorten
from bot.discord.services import reply_to
from bot.discord.translation import in_english
from bot.printable import one_line
from bot.wording import Wording
from bot.wording.discord import command_names, responses
from bot.wording.discord import unanswered as sentences
from index.store.discord.unanswered_questions import NO_GUILD, Gap, Gaps

if TYPE_CHECKING:
    from bot.discord.client import KotaeClient

GAP_FORM = r"kotae:gap:(?P<handle>[0-9a-f]{16})"
_A_PAGE = 10
# Escaped, ten questions have to fit into a description; shown thrice, also of wide characters, into a message.
_QUESTION_LENGTH, _QUESTION_SIZE = 100, 240
_ANSWER_LENGTH = 2_000


def gaps_command() -> app_commands.Command[Any, ..., Any]:
    """/knowledge gaps: what could not be answered, what most people asked first, for moderators."""

    @app_commands.command(
        name=in_english(command_names.UNANSWERED), description=in_english(command_names.UNANSWERED_DESCRIPTION)
    )
    async def gaps(interaction: discord.Interaction[KotaeClient]) -> None:
        if not await is_refused(interaction):
            embed, items, allowed = await _page(interaction, 0)
            with only_while(allowed):
                await reply_to(interaction).show(embed=embed, view=items)

    return gaps


async def gap_for(interaction: Interaction, name: str) -> tuple[Gap | None, Callable[[], bool]]:
    """The question with this handle, if it was asked in a channel that whoever acts looks after.

    With it comes whether they still do, at the moment when one asks.
    """
    found, channels = await _gaps_for(interaction)
    gap = found.get(name)
    return gap, await _still_allowed(interaction, [gap] if gap else [], channels)


async def _still_allowed(interaction: Interaction, gaps: Iterable[Gap], channels: list[int]) -> Callable[[], bool]:
    """Whether whoever acts still looks after where some questions were asked, of these channels."""
    store = interaction.client.store

    def look_up() -> set[int]:
        return {one.channel for gap in gaps for one in Gaps(store).askings(gap.number)}.intersection(channels)

    return partial(still_looks_after, interaction, await interaction.client.off_loop(look_up))


async def _gaps_for(interaction: Interaction) -> tuple[dict[str, Gap], list[int]]:
    """The questions that were asked in channels that whoever acts looks after, by their handles; and these channels."""
    store, channels = interaction.client.store, await channels_looked_after(interaction)

    def look_up() -> dict[str, Gap]:
        gaps = Gaps(store).asked_in(interaction.guild_id or NO_GUILD, channels)
        names = handles(store, "gap", [gap.number for gap in gaps])
        return {names[gap.number]: gap for gap in gaps}

    found: dict[str, Gap] = await interaction.client.off_loop(look_up)
    return found, channels


async def _page(interaction: Interaction, number: int) -> tuple[discord.Embed, View, Callable[[], bool]]:
    say = interaction.client.wording_for(interaction)
    found, channels = await _gaps_for(interaction)
    pages = max(1, -(-len(found) // _A_PAGE))
    number = min(max(number, 0), pages - 1)
    shown = dict(list(found.items())[number * _A_PAGE : (number + 1) * _A_PAGE])
    embed = discord.Embed(title=say(sentences.LIST_TITLE), colour=discord.Colour.blurple())
    embed.description = "\n".join(_line(say, gap) for gap in shown.values()) or say(sentences.NO_QUESTIONS)
    items = View(timeout=None)
    if shown:
        hint = say(sentences.ASKERS_ARE_NOTIFIED)
        page = say(responses.PAGE_OF_PAGES, page=number + 1, pages=pages)
        embed.set_footer(text=f"{hint} · {page}" if pages > 1 else hint)
        items.add_item(GapSelect("answer", shown, say(sentences.CHOOSE_QUESTION)))
        items.add_item(GapSelect("dismiss", shown, say(sentences.DISMISS_QUESTION)))
    if pages > 1:
        items.add_item(GapsPageButton(number - 1, disabled=number == 0))
        items.add_item(GapsPageButton(number + 1, disabled=number == pages - 1))
    return embed, items, await _still_allowed(interaction, shown.values(), channels)


async def _turn_to(interaction: Interaction, number: int) -> None:
    embed, items, allowed = await _page(interaction, number)
    with only_while(allowed):
        await reply_to(interaction).update(embed=embed, view=items)


def _line(say: Wording, gap: Gap) -> str:
    return say(sentences.LIST_QUESTION, times=gap.times, question=escape(_short(gap)), last=gap.last_asked[:10])


def _short(gap: Gap) -> str:
    return shorten(one_line(gap.question), _QUESTION_LENGTH, _QUESTION_SIZE) or "–"


class GapSelect(DynamicItem[Select[View]], template=r"kotae:gaps:(?P<what>answer|dismiss)"):
    """Chooses a question, to answer it or to let it be."""

    def __init__(self, what: str, gaps: Mapping[str, Gap] = MappingProxyType({}), placeholder: str = "") -> None:
        options = [discord.SelectOption(label=_short(gap), value=name) for name, gap in gaps.items()]
        super().__init__(
            Select(
                custom_id=f"kotae:gaps:{what}",
                placeholder=placeholder,
                options=options or [discord.SelectOption(label="–")],
            )
        )
        self._what = what

    @classmethod
    async def from_custom_id(cls, _interaction: Interaction, _item: Item[Any], match: re.Match[str], /) -> Self:
        """The select as its `custom_id` says."""
        return cls(match["what"])

    @told_when_it_fails
    async def callback(self, interaction: Interaction) -> None:
        """Open the form for the answer, or take the question off the list."""
        if await is_refused(interaction):
            return
        client = interaction.client
        say = client.wording_for(interaction)
        data: Any = interaction.data
        chosen = data["values"][0]
        gap, allowed = await gap_for(interaction, chosen)
        if gap is None:
            await client.tell(interaction, say(sentences.QUESTION_GONE))
        elif self._what == "answer":
            with only_while(allowed):
                opened = await reply_to(interaction).open_form(GapModal(say, chosen, gap))
            if not opened:
                await client.tell(interaction, say(responses.FORM_TOO_LATE))
        else:
            channels = await channels_looked_after(interaction)
            await client.off_loop(Gaps(client.store).close_in, gap.number, channels)
            await _turn_to(interaction, 0)


class GapModal(Modal):
    """The form for an answer; the client takes it, whichever process opened it."""

    def __init__(self, say: Wording, name: str, gap: Gap) -> None:
        super().__init__(title=say(sentences.FORM_TITLE), timeout=None, custom_id=f"kotae:gap:{name}")
        answer: TextInput[View] = TextInput(
            label=say(sentences.FORM_ANSWER),
            style=discord.TextStyle.paragraph,
            placeholder=_short(gap),
            max_length=_ANSWER_LENGTH,
            custom_id="answer",
        )
        self.add_item(answer)


class GapsPageButton(DynamicItem[Button[View]], template=r"kotae:gaps:(?P<page>-?\d+)"):
    """Another page of questions."""

    def __init__(self, page: int, disabled: bool = False) -> None:
        super().__init__(Button(label=str(page + 1), custom_id=f"kotae:gaps:{page}", disabled=disabled, row=2))
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


GAP_ITEMS = (GapSelect, GapsPageButton)
