"""/knowledge unhelpful: answers that did not help several people, for a moderator to hide, and to show again."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

import discord
from discord import app_commands
from discord.ui import Select, View

from bot.discord.components import ListPage, PageButton, PersistentItem, show_page, slice_of, turn_to
from bot.discord.knowledge.deciding import attribution, beginning, decidable, decides
from bot.discord.quoting import escape
from bot.discord.replies import Interaction
from bot.discord.services import services_of, wording_for
from bot.discord.translation import in_english
from bot.wording import Wording
from bot.wording.discord import command_names
from bot.wording.discord import knowledge as sentences
from index.audience import Audience
from index.store.discord.guilds import Guilds, PassageVotes
from index.store.store import Store
from index.types import Passage

# Fewer people may have misread, or be of one mind only in this.
_ENOUGH = 3


class _UnhelpfulPassage(NamedTuple):
    """A passage that did not help, or that is hidden, with who reads it."""

    passage: Passage
    readers: tuple[Audience, ...]
    judged: PassageVotes
    hidden: bool


def unhelpful_command() -> app_commands.Command[Any, ..., Any]:
    """/knowledge unhelpful: passages with many 👎, and those that are hidden, for moderators."""

    @app_commands.command(
        name=in_english(command_names.UNHELPFUL), description=in_english(command_names.UNHELPFUL_DESCRIPTION)
    )
    async def unhelpful(interaction: Interaction) -> None:
        if store := await services_of(interaction).store_for_moderator(interaction):
            await show_page(interaction, await _page(interaction, store, 0))

    return unhelpful


async def _listed(interaction: Interaction, store: Store) -> list[_UnhelpfulPassage]:
    """The passages that whoever acts may decide on; of votes those count that were given where they moderate."""
    services, guild = services_of(interaction), interaction.guild_id or 0
    channels = await services.moderated_channels(interaction)

    def look_up() -> list[_UnhelpfulPassage]:
        guilds, audiences = Guilds(store), store.quotable()
        hidden = guilds.hidden(guild)
        judged = guilds.voted_against(guild, channels, _ENOUGH)
        judged += [PassageVotes(one, 0, 0) for one in hidden if one not in {known.passage for known in judged}]
        found = [
            _UnhelpfulPassage(*kept, one, one.passage in hidden)
            for one in judged
            if (kept := decidable(interaction, store, audiences, one.passage))
        ]
        return sorted(found, key=lambda one: one.hidden)

    return await services.run_in_thread(look_up)


async def _page(interaction: Interaction, store: Store, number: int) -> ListPage:
    say = wording_for(interaction)
    page = slice_of(await _listed(interaction, store), number)
    embed = discord.Embed(title=say(sentences.UNHELPFUL_TITLE), colour=discord.Colour.blurple())
    embed.description = "\n".join(_line(say, one) for one in page.items) or say(sentences.NO_UNHELPFUL_ANSWERS)
    if footer := page.footer(say):
        embed.set_footer(text=footer)
    view = View(timeout=None)
    for what, hidden in (("hide", False), ("show", True)):
        if some := [one.passage for one in page.items if one.hidden is hidden]:
            view.add_item(UnhelpfulSelect(what, say, some))
    page.add_buttons(view, UnhelpfulPageButton)
    readers = {audience for one in page.items for audience in one.readers}
    return ListPage(embed, view, partial(decides, interaction, readers))


def _line(say: Wording, one: _UnhelpfulPassage) -> str:
    return say(
        sentences.HIDDEN_ANSWER if one.hidden else sentences.UNHELPFUL_ANSWER,
        against=one.judged.against,
        in_favour=one.judged.in_favour,
        place=escape(attribution(say, one.passage)),
        text=escape(beginning(one.passage)),
    )


class UnhelpfulSelect(PersistentItem[Select[View]], template=r"kotae:unhelpful:(?P<what>hide|show)"):
    """Chooses a passage, to hide it or to show it again."""

    def __init__(self, what: str, say: Wording | None = None, passages: Sequence[Passage] = ()) -> None:
        # Two documents of one name and text share a passage's id.
        placeholder = sentences.HIDE_ANSWER if what == "hide" else sentences.SHOW_ANSWER_AGAIN
        options = {one.id: discord.SelectOption(label=beginning(one), value=one.id) for one in passages}
        super().__init__(
            Select(
                custom_id=f"kotae:unhelpful:{what}",
                placeholder=say(placeholder) if say else None,
                options=[*options.values()] or [discord.SelectOption(label="–")],
            )
        )
        self._what = what

    async def respond(self, interaction: Interaction) -> None:
        """Hide the passage or show it, if whoever acts may decide on it."""
        services = services_of(interaction)
        store = await services.store_for_moderator(interaction)
        if store is None:
            return
        data: Any = interaction.data
        chosen = data["values"][0]
        if chosen in {one.passage.id for one in await _listed(interaction, store)}:
            guilds = Guilds(store)
            change = guilds.hide if self._what == "hide" else guilds.show
            await services.run_in_thread(change, interaction.guild_id, chosen)
        await turn_to(interaction, await _page(interaction, store, 0))


class UnhelpfulPageButton(PageButton, template=r"kotae:unhelpful:(?P<page>-?\d+)"):
    """Another page of passages."""

    name = "unhelpful"

    async def render(self, interaction: Interaction, store: Store, number: int) -> ListPage:
        """The page as whoever acts may see it."""
        return await _page(interaction, store, number)
