"""/kotae sources: which sources a channel is answered from."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import discord
from discord import app_commands
from discord.abc import GuildChannel
from discord.ui import Button, Select, View

from bot.discord.access.authority import administers_guild
from bot.discord.access.reach import channel_id_of
from bot.discord.components import ListPage, PersistentItem, show_page, slice_of, turn_to
from bot.discord.knowledge.sources import ListedSource, reads, sources_for
from bot.discord.learning.commands import ChannelOption
from bot.discord.quoting import NAME_LENGTH, escape
from bot.discord.replies import Interaction, send_ephemeral
from bot.discord.services import log_event, services_of, wording_for
from bot.discord.translation import in_english
from bot.printable import ELLIPSIS, one_line, shorten
from bot.wording import Wording
from bot.wording.discord import command_names
from bot.wording.discord import knowledge as sentences
from index.store.discord.channel_sources import ChannelSources
from index.store.store import Store

# As many as a select has room for.
_SOURCES_A_PAGE = 25
# Shown twice, also names of wide characters have to fit into a message.
_MOST_NAMED = 15
_LABEL_LENGTH, _LABEL_SIZE = 60, 150


def channel_sources_command() -> app_commands.Command[Any, ..., Any]:
    """/kotae sources: which sources a channel is answered from, for administrators."""

    @app_commands.command(
        name=in_english(command_names.CHANNEL_SOURCES),
        description=in_english(command_names.CHANNEL_SOURCES_DESCRIPTION),
    )
    @app_commands.rename(channel=in_english(command_names.CHANNEL))
    @app_commands.describe(channel=in_english(command_names.CHANNEL_OF_SOURCES_DESCRIPTION))
    async def sources(interaction: Interaction, channel: ChannelOption | None = None) -> None:
        if store := await services_of(interaction).store_for_administrator(interaction):
            chosen = channel.id if channel else channel_id_of(interaction.channel)
            found = interaction.guild.get_channel(chosen) if interaction.guild else None
            if found is None:
                await send_ephemeral(interaction, wording_for(interaction)(sentences.NO_CHANNEL_TO_CHOOSE_FOR))
            else:
                await show_page(interaction, await _page(interaction, store, found, 0))

    return sources


async def _page(interaction: Interaction, store: Store, channel: GuildChannel, number: int) -> ListPage:
    """What a channel is answered from, and what it could be, as far as whoever acts may read it."""
    say = wording_for(interaction)
    chosen = await services_of(interaction).run_in_thread(ChannelSources(store).chosen, channel.id)
    listed = await sources_for(interaction)
    page = slice_of(listed, number, _SOURCES_A_PAGE)
    embed = discord.Embed(
        title=say(sentences.SOURCES_OF_CHANNEL, channel=f"#{shorten(channel.name, NAME_LENGTH)}"),
        description=_description(say, [one.name for one in listed if chosen and one.source.number in chosen], chosen),
        colour=discord.Colour.blurple(),
    )
    if footer := page.footer(say):
        embed.set_footer(text=footer)
    view = View(timeout=None)
    if page.items:
        view.add_item(ChannelSourcesSelect(channel.id, page.number, say, page.items, chosen or frozenset()))
    view.add_item(AllSourcesButton(channel.id, say(sentences.ANSWER_FROM_ALL), disabled=chosen is None))
    if page.pages > 1:
        for way, emoji in ((-1, "◀️"), (1, "▶️")):
            turned = page.number + way
            view.add_item(ChannelSourcesPageButton(channel.id, turned, emoji, disabled=not 0 <= turned < page.pages))
    return ListPage(embed, view, partial(_may_see, interaction, page.items))


def _may_see(interaction: Interaction, listed: Sequence[ListedSource]) -> bool:
    return administers_guild(interaction.user) and reads(interaction, listed)


def _description(say: Wording, names: Sequence[str], chosen: frozenset[int] | None) -> str:
    if chosen is None:
        return say(sentences.ANSWERED_FROM_ALL)
    if not names:
        return say(sentences.ANSWERED_FROM_NONE)
    lines = [f"- **{escape(shorten(one_line(name), NAME_LENGTH, _LABEL_SIZE))}**" for name in names[:_MOST_NAMED]]
    more = [ELLIPSIS] if len(names) > _MOST_NAMED else []
    return "\n".join([say(sentences.ANSWERED_FROM_SOME, count=len(names)), *lines, *more])


async def _change(interaction: Interaction, channel_id: int, page: int) -> tuple[Store, GuildChannel, int] | None:
    """The store and the channel whose sources whoever acts may change now; None, and they are told why, for others."""
    store = await services_of(interaction).store_for_administrator(interaction)
    channel = interaction.guild.get_channel(channel_id) if interaction.guild else None
    if store is None:
        return None
    if channel is None:
        await send_ephemeral(interaction, wording_for(interaction)(sentences.NO_CHANNEL_TO_CHOOSE_FOR))
        return None
    return store, channel, page


class ChannelSourcesSelect(
    PersistentItem[Select[View]], template=r"kotae:channel-sources:(?P<channel>\d+):(?P<page>\d+)"
):
    """Chooses the sources of a page; what is chosen on others stays so."""

    def __init__(
        self,
        channel: int | str,
        page: int | str,
        say: Wording | None = None,
        listed: Sequence[ListedSource] = (),
        chosen: frozenset[int] = frozenset(),
    ) -> None:
        options = [
            discord.SelectOption(
                label=shorten(one_line(one.name), _LABEL_LENGTH, _LABEL_SIZE) or "–",
                value=one.opaque_id,
                default=one.source.number in chosen,
            )
            for one in listed
        ]
        super().__init__(
            Select(
                custom_id=f"kotae:channel-sources:{channel}:{page}",
                placeholder=say(sentences.CHOOSE_SOURCES) if say else None,
                options=options or [discord.SelectOption(label="–")],
                min_values=0,
                max_values=max(1, len(options)),
                row=0,
            )
        )
        self._channel, self._page = int(channel), int(page)

    async def respond(self, interaction: Interaction) -> None:
        """Answer the channel from what is chosen now; where that is nothing, from all."""
        changed = await _change(interaction, self._channel, self._page)
        if changed is None:
            return
        store, channel, page = changed
        data: Any = interaction.data
        listed = {one.opaque_id: one.source.number for one in await sources_for(interaction)}
        offered = {listed[one] for one in _offered(interaction) if one in listed}
        selected = {listed[one] for one in data["values"] if one in listed}

        def choose() -> None:
            choices = ChannelSources(store)
            before = choices.chosen(channel.id) or frozenset()
            # Of what whoever acts may not read, and so was not offered, nothing changes.
            if visible := (before.intersection(listed.values()) - offered) | selected:
                choices.choose(channel.guild.id, channel.id, visible | before.difference(listed.values()))
            else:
                choices.choose_all(channel.id)

        await services_of(interaction).run_in_thread(choose)
        log_event("sources chosen", interaction.id, guild=channel.guild.id, channel=channel.id, count=len(selected))
        await turn_to(interaction, await _page(interaction, store, channel, page))


def _offered(interaction: Interaction) -> list[str]:
    """The values of the options that were shown: sources may have come and gone since."""
    rows = interaction.message.components if interaction.message else []
    selects = [one for row in rows for one in getattr(row, "children", ()) if isinstance(one, discord.SelectMenu)]
    return [option.value for select in selects for option in select.options]


class AllSourcesButton(PersistentItem[Button[View]], template=r"kotae:all-sources:(?P<channel>\d+)"):
    """Answers a channel from all that may be read there again."""

    def __init__(self, channel: int | str, label: str = "", disabled: bool = False) -> None:
        custom_id = f"kotae:all-sources:{channel}"
        super().__init__(Button(label=label or "…", emoji="↩️", custom_id=custom_id, disabled=disabled, row=1))
        self._channel = int(channel)

    async def respond(self, interaction: Interaction) -> None:
        """Forget what was chosen."""
        if changed := await _change(interaction, self._channel, 0):
            store, channel, page = changed
            await services_of(interaction).run_in_thread(ChannelSources(store).choose_all, channel.id)
            await turn_to(interaction, await _page(interaction, store, channel, page))


class ChannelSourcesPageButton(
    PersistentItem[Button[View]], template=r"kotae:channel-sources:(?P<channel>\d+):turn:(?P<page>-?\d+)"
):
    """Another page of the sources that may be chosen."""

    def __init__(self, channel: int | str, page: int | str, emoji: str = "▶️", disabled: bool = False) -> None:
        custom_id = f"kotae:channel-sources:{channel}:turn:{page}"
        super().__init__(Button(emoji=emoji, custom_id=custom_id, disabled=disabled, row=1))
        self._channel, self._page = int(channel), int(page)

    async def respond(self, interaction: Interaction) -> None:
        """Show the page."""
        if changed := await _change(interaction, self._channel, self._page):
            await turn_to(interaction, await _page(interaction, *changed))
