"""/knowledge list, remove and refresh: what the bot answers from, as far as whoever asks may read it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import discord
from discord import app_commands
from discord.ui import Button, DynamicItem, Item, View

from bot.discord.access.authority import Interaction, administers_guild, is_moderator, looks_after
from bot.discord.access.permissions import Reader
from bot.discord.access.revocation import only_while
from bot.discord.answers.buttons import told_when_it_fails
from bot.discord.knowledge.opaque_ids import handles
from bot.discord.knowledge.saving import readers_text
from bot.discord.quoting import NAME_LENGTH, escape, shorten
from bot.discord.services import reply_to
from bot.discord.translation import in_english
from bot.knowledge import BUILT_IN, FILE, FOLDER
from bot.printable import one_line
from bot.source_names import ATTACHMENT, source_name
from bot.wording import Wording
from index.store.discord.channels import Channels
from index.store.discord.message_rows import SAVED
from index.store.rows import Source
from index.store.store import CHANNEL, Store

if TYPE_CHECKING:
    from bot.discord.client import KotaeClient

_A_PAGE = 10
_MOST_CHOICES = 25
_CHOICE_LENGTH = 100

# What is managed on the command line by whoever runs the bot.
_OPERATORS = (BUILT_IN, FILE, FOLDER)


class Listed(NamedTuple):
    """A source that somebody may read: its handle and name, and for a channel whether it is still being learnt.

    Of several that they may read under one name all but the first have a number of their own in it.
    """

    source: Source
    handle: str
    name: str
    learning: bool


async def sources_for(interaction: Interaction) -> list[Listed]:
    """The sources of a guild that whoever acts may read; none for those who do not moderate."""
    client, member = interaction.client, interaction.user
    if client.store is None or not isinstance(member, discord.Member) or not await is_moderator(interaction):
        return []
    say = client.wording_for(interaction)

    def look_up() -> list[Listed]:
        channels = Channels(client.store).all()
        unlearnt = {one.source for one in channels if one.learnt_to}
        sources = client.store.sources()
        names = handles(client.store, "source", [source.number for source in sources])
        return [
            Listed(
                source,
                names[source.number],
                source_name(say, source, channels),
                learning=source.kind == CHANNEL and source.number in unlearnt,
            )
            for source in sources
        ]

    listed = await client.off_loop(look_up)
    reader = Reader(member)
    found = [one for one in listed if reader.may_read(one.source.audience)]
    named: Counter[str] = Counter()
    for place, one in enumerate(found):
        named[one.name] += 1
        if (times := named[one.name]) > 1:
            found[place] = one._replace(name=f"{one.name} ({times})")
    return found


def manages(interaction: Interaction, source: Source) -> bool:
    """Whether whoever acts may remove a source; what is learnt from only administrators may."""
    if source.kind in _OPERATORS or not looks_after(interaction.user, source.audience):
        return False
    return source.kind != CHANNEL or administers_guild(interaction.user)


def _refreshes(interaction: Interaction, source: Source) -> bool:
    return source.kind in (CHANNEL, SAVED) and looks_after(interaction.user, source.audience)


def list_command() -> app_commands.Command[Any, ..., Any]:
    """/knowledge list: what there is, for moderators."""

    @app_commands.command(
        name=in_english("discord.command.list"), description=in_english("discord.command.list.description")
    )
    async def list_sources(interaction: discord.Interaction[KotaeClient]) -> None:
        if await is_refused(interaction):
            return
        embed, buttons, allowed = await _page(interaction, 0)
        with only_while(allowed):
            await reply_to(interaction).show(embed=embed, view=buttons)

    return list_sources


async def _page(interaction: Interaction, number: int) -> tuple[discord.Embed, View, Callable[[], bool]]:
    say = interaction.client.wording_for(interaction)
    listed = await sources_for(interaction)
    pages = max(1, -(-len(listed) // _A_PAGE))
    number = min(max(number, 0), pages - 1)
    shown = listed[number * _A_PAGE : (number + 1) * _A_PAGE]
    counts = await interaction.client.off_loop(_counts, say, interaction.client.store, shown)
    lines = [_line(say, interaction, one, count) for one, count in zip(shown, counts, strict=True)]
    embed = discord.Embed(title=say("discord.list.title"), colour=discord.Colour.blurple())
    embed.description = "\n".join(lines) or say("discord.list.empty")
    buttons = View(timeout=None)
    if pages > 1:
        embed.set_footer(text=say("discord.page", page=number + 1, pages=pages))
        buttons.add_item(SourcesPageButton(number - 1, "◀️", disabled=number == 0))
        buttons.add_item(SourcesPageButton(number + 1, "▶️", disabled=number == pages - 1))
    return embed, buttons, partial(_reads, interaction, shown)


def _reads(interaction: Interaction, listed: Sequence[Listed]) -> bool:
    """Whether whoever acts may read all of these, at the moment when one asks."""
    reader = Reader(interaction.user) if isinstance(interaction.user, discord.Member) else None
    return all(reader and reader.may_read(one.source.audience) for one in listed)


def _counts(say: Wording, store: Store, shown: Sequence[Listed]) -> list[str]:
    """How much there is of each: messages of a channel, documents and passages of others."""
    channels = Channels(store)
    return [
        say("discord.list.messages", count=channels.count(one.number))
        if one.kind in (CHANNEL, SAVED)
        else say("discord.list.documents", documents=one.documents, passages=one.passages)
        for one in (listed.source for listed in shown)
    ]


def _line(say: Wording, interaction: Interaction, listed: Listed, count: str) -> str:
    source, guild = listed.source, interaction.guild
    return say(
        "discord.list.line",
        name=escape(shorten(" ".join(listed.name.split()), NAME_LENGTH)),
        count=count,
        readers=readers_text(say, guild, source.audience) if guild else "",
        added=source.added[:10],
        state=say("discord.list.learning") if listed.learning else "",
    )


class SourcesPageButton(DynamicItem[Button[View]], template=r"kotae:sources:(?P<page>-?\d+)"):
    """Another page of what there is."""

    def __init__(self, page: int, emoji: str = "▶️", disabled: bool = False) -> None:
        super().__init__(Button(emoji=emoji, custom_id=f"kotae:sources:{page}", disabled=disabled))
        self._page = page

    @classmethod
    async def from_custom_id(cls, _interaction: Interaction, _item: Item[Any], match: re.Match[str], /) -> Self:
        """The button as its `custom_id` says."""
        return cls(int(match["page"]))

    @told_when_it_fails
    async def callback(self, interaction: Interaction) -> None:
        """Show the page, if whoever clicks may still see it."""
        if not await is_refused(interaction):
            embed, buttons, allowed = await _page(interaction, self._page)
            with only_while(allowed):
                await reply_to(interaction).update(embed=embed, view=buttons)


def remove_command() -> app_commands.Command[Any, ..., Any]:
    """/knowledge remove: take something out again."""

    @app_commands.command(
        name=in_english("discord.command.remove"), description=in_english("discord.command.remove.description")
    )
    @app_commands.rename(source=in_english("discord.option.of_knowledge"))
    @app_commands.describe(source=in_english("discord.option.of_knowledge.description"))
    async def remove(interaction: discord.Interaction[KotaeClient], source: str) -> None:
        say = interaction.client.wording_for(interaction)
        if await is_refused(interaction):
            return
        found = await _find(interaction, source)
        if found is None or not manages(interaction, found.source):
            await interaction.client.tell(interaction, say("discord.remove.unknown"))
            return
        buttons = View(timeout=None)
        buttons.add_item(RemoveButton(found.handle, say("discord.button.remove")))
        name = escape(shorten(found.name, NAME_LENGTH))
        text = say("discord.remove.sure", name=name, passages=found.source.passages)
        with only_while(partial(_reads, interaction, [found])):
            await interaction.client.tell(interaction, text, buttons)

    @remove.autocomplete("source")
    async def complete(interaction: discord.Interaction[KotaeClient], current: str) -> list[app_commands.Choice[str]]:
        listed = await reply_to(interaction).before_it_is_late(sources_for(interaction), otherwise=[])
        return _choices([one for one in listed if manages(interaction, one.source)], current)

    return remove


class RemoveButton(DynamicItem[Button[View]], template=r"kotae:remove:(?P<handle>[0-9a-f]{16})"):
    """Removes a source, after it was asked whether that is meant."""

    def __init__(self, handle: str, label: str = "") -> None:
        danger = discord.ButtonStyle.danger
        super().__init__(Button(label=label or "…", style=danger, custom_id=f"kotae:remove:{handle}"))
        self._handle = handle

    @classmethod
    async def from_custom_id(cls, _interaction: Interaction, _item: Item[Any], match: re.Match[str], /) -> Self:
        """The button as its `custom_id` says."""
        return cls(match["handle"])

    @told_when_it_fails
    async def callback(self, interaction: Interaction) -> None:
        """Remove it, if whoever clicks still may."""
        client = interaction.client
        say = client.wording_for(interaction)
        found = await _find(interaction, self._handle)
        if found is None or not manages(interaction, found.source):
            await client.tell(interaction, say("discord.remove.unknown"))
            return
        await client.off_loop(client.store.remove_source, found.source.number)
        name = escape(shorten(found.name, NAME_LENGTH))
        await reply_to(interaction).update(content=say("discord.remove.done", name=name), view=None)


def refresh_command() -> app_commands.Command[Any, ..., Any]:
    """/knowledge refresh: read again what can be read again."""

    @app_commands.command(
        name=in_english("discord.command.refresh"), description=in_english("discord.command.refresh.description")
    )
    @app_commands.rename(source=in_english("discord.option.of_knowledge"))
    @app_commands.describe(source=in_english("discord.option.refreshed.description"))
    async def refresh(interaction: discord.Interaction[KotaeClient], source: str | None = None) -> None:
        if await is_refused(interaction):
            return
        say = interaction.client.wording_for(interaction)
        named = await _find(interaction, source) if source else None
        if named and named.source.kind in _OPERATORS:
            await interaction.client.tell(interaction, say("discord.refresh.operators"))
        elif named and named.source.kind == ATTACHMENT:
            await interaction.client.tell(interaction, say("discord.refresh.attachment"))
        elif source and (named is None or not _refreshes(interaction, named.source)):
            await interaction.client.tell(interaction, say("discord.remove.unknown"))
        else:
            await _refresh(interaction, [named] if named else await sources_for(interaction), say)

    @refresh.autocomplete("source")
    async def complete(interaction: discord.Interaction[KotaeClient], current: str) -> list[app_commands.Choice[str]]:
        listed = await reply_to(interaction).before_it_is_late(sources_for(interaction), otherwise=[])
        return _choices([one for one in listed if _refreshes(interaction, one.source)], current)

    return refresh


async def _refresh(interaction: Interaction, listed: Sequence[Listed], say: Wording) -> None:
    client = interaction.client
    written = [one.source for one in listed if _refreshes(interaction, one.source)]
    if written and client.learning:
        await client.learning.check([one.number for one in written])
        channels = len({one.audience.channel for one in written})
        await client.tell(interaction, say("discord.refresh.channels", count=channels))
    else:
        await client.tell(interaction, say("discord.refresh.nothing"))


async def is_refused(interaction: Interaction) -> bool:
    """Whether whoever acts looks after nothing, or there is nothing to keep; they are told."""
    client = interaction.client
    say = client.wording_for(interaction)
    if not await is_moderator(interaction):
        await client.tell(interaction, say("discord.needs_moderator"))
    elif client.store is None:
        await client.tell(interaction, say("discord.no_store"))
    else:
        return False
    return True


async def _find(interaction: Interaction, name: str) -> Listed | None:
    """The source with this handle or name, among those that whoever acts may read."""
    return next((one for one in await sources_for(interaction) if name.strip() in (one.handle, one.name)), None)


def _choices(listed: Sequence[Listed], typed: str) -> list[app_commands.Choice[str]]:
    names = [(one_line(one.name)[:_CHOICE_LENGTH] or "–", one.handle) for one in listed]
    found = [(name, handle) for name, handle in names if typed.casefold() in name.casefold()]
    return [app_commands.Choice(name=name, value=handle) for name, handle in found[:_MOST_CHOICES]]


SOURCE_BUTTONS = (SourcesPageButton, RemoveButton)
