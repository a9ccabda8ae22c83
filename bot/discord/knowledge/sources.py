"""/knowledge list, remove and refresh: what the bot answers from, as far as whoever asks may read it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

import discord
from discord import app_commands
from discord.ui import View

from bot.attribution import local_day, needs_review
from bot.discord.access.authority import administers_guild, manages
from bot.discord.access.permissions import Reader
from bot.discord.access.revocation import only_while
from bot.discord.components import ConfirmationButton, ListPage, PageButton, show_page, slice_of, view_of
from bot.discord.knowledge.opaque_ids import opaque_ids
from bot.discord.knowledge.readers import readers_text
from bot.discord.learning.learning import Learning
from bot.discord.quoting import NAME_LENGTH, escape
from bot.discord.replies import Interaction, reply_to, send_ephemeral
from bot.discord.services import services_of, wording_for
from bot.discord.translation import in_english
from bot.knowledge import BUILT_IN, FILE, FOLDER, built_in_is_left_out
from bot.printable import one_line, shorten
from bot.source_names import ATTACHMENT, source_name
from bot.wording import Wording
from bot.wording.discord import command_names
from bot.wording.discord import knowledge as sentences
from index.store.discord.channels import Channels
from index.store.discord.message_rows import SAVED
from index.store.rows import Source
from index.store.store import CHANNEL, Store

_MOST_CHOICES = 25
_CHOICE_LENGTH = 100
_LIST_LENGTH = 4_000

# What is managed on the command line by whoever runs the bot.
_OPERATORS = (BUILT_IN, FILE, FOLDER)


class ListedSource(NamedTuple):
    """A source that somebody may read: its opaque id and name, and for a channel whether it is still being learnt.

    `left_out` is whether they are not answered from it. Of several that they may read under one name all but the first have a number of their own in it.
    """

    source: Source
    opaque_id: str
    name: str
    learning: bool
    left_out: bool = False


async def sources_for(interaction: Interaction) -> list[ListedSource]:
    """The sources of a guild that whoever acts may read; none for those who do not moderate."""
    services, member = services_of(interaction), interaction.user
    store, say = services.store, wording_for(interaction)
    if store is None or not isinstance(member, discord.Member) or not await services.is_moderator(interaction):
        return []

    reader = Reader(member)

    def look_up() -> list[ListedSource]:
        channels = Channels(store).all()
        unlearnt = {one.source for one in channels if one.learnt_to}
        sources = store.sources()
        left_out = built_in_is_left_out(services.settings, store, reader.may_read)
        ids = opaque_ids(store, "source", [source.number for source in sources])
        return [
            ListedSource(
                source,
                ids[source.number],
                source_name(say, source, channels),
                learning=source.kind == CHANNEL and source.number in unlearnt,
                left_out=source.location == BUILT_IN and left_out,
            )
            for source in sources
        ]

    listed = await services.run_in_thread(look_up)
    found = [one for one in listed if reader.may_read(one.source.audience)]
    named: Counter[str] = Counter()
    for index, one in enumerate(found):
        named[one.name] += 1
        if (times := named[one.name]) > 1:
            found[index] = one._replace(name=f"{one.name} ({times})")
    return found


def _may_remove(interaction: Interaction, source: Source) -> bool:
    """Whether whoever acts may remove a source; what is learnt from only administrators may."""
    if source.kind in _OPERATORS or not manages(interaction.user, source.audience):
        return False
    return source.kind != CHANNEL or administers_guild(interaction.user)


def _may_refresh(interaction: Interaction, source: Source) -> bool:
    return source.kind in (CHANNEL, SAVED) and manages(interaction.user, source.audience)


def list_command() -> app_commands.Command[Any, ..., Any]:
    """/knowledge list: what there is, for moderators."""

    @app_commands.command(name=in_english(command_names.LIST), description=in_english(command_names.LIST_DESCRIPTION))
    async def list_sources(interaction: Interaction) -> None:
        if store := await services_of(interaction).store_for_moderator(interaction):
            await show_page(interaction, await _page(interaction, store, 0))

    return list_sources


async def _page(interaction: Interaction, store: Store, number: int) -> ListPage:
    say = wording_for(interaction)
    page = slice_of(await sources_for(interaction), number)
    counts = await services_of(interaction).run_in_thread(_counts, say, store, page.items)
    lines = [_line(say, interaction, one, count) for one, count in zip(page.items, counts, strict=True)]
    embed = discord.Embed(title=say(sentences.LIST_TITLE), colour=discord.Colour.blurple())
    embed.description = shorten("\n".join(lines), _LIST_LENGTH) or say(sentences.LIST_EMPTY)
    if footer := page.footer(say):
        embed.set_footer(text=footer)
    view = View(timeout=None)
    page.add_buttons(view, SourcesPageButton)
    return ListPage(embed, view, partial(reads, interaction, page.items))


def reads(interaction: Interaction, listed: Sequence[ListedSource]) -> bool:
    """Whether whoever acts may read all of these, at the moment when one asks."""
    reader = Reader(interaction.user) if isinstance(interaction.user, discord.Member) else None
    return all(reader and reader.may_read(one.source.audience) for one in listed)


def _counts(say: Wording, store: Store, shown: Sequence[ListedSource]) -> list[str]:
    """How much there is of each: messages of a channel, documents and passages of others."""
    channels = Channels(store)
    return [
        say(sentences.MESSAGE_COUNT, count=channels.count(one.number))
        if one.kind in (CHANNEL, SAVED)
        else say(sentences.DOCUMENT_COUNTS, documents=one.documents, passages=one.passages)
        for one in (listed.source for listed in shown)
    ]


def _line(say: Wording, interaction: Interaction, listed: ListedSource, count: str) -> str:
    source, guild = listed.source, interaction.guild
    state = say(sentences.STILL_LEARNING) if listed.learning else ""
    state += say(sentences.BUILT_IN_LEFT_OUT) if listed.left_out else ""
    state += say(sentences.CHANGED_LAST, when=_ago(source.changed)) if source.changed else ""
    if warning := needs_review(say, source.needs_review_since):
        state += f" · **{warning}**"
    elif source.due_later:
        state += say(sentences.TO_BE_REVIEWED, date=local_day(source.due_later))
    return say(
        sentences.LIST_SOURCE,
        name=escape(shorten(" ".join(listed.name.split()), NAME_LENGTH)),
        count=count,
        readers=readers_text(say, guild, source.audience) if guild else "",
        added=local_day(source.added) if source.added else "–",
        state=state,
    )


def _ago(time: str) -> str:
    """A stored time as Discord says how long ago it was."""
    return discord.utils.format_dt(datetime.fromisoformat(time), "R")


class SourcesPageButton(PageButton, template=r"kotae:sources:(?P<page>-?\d+)"):
    """Another page of the sources."""

    name = "sources"

    async def render(self, interaction: Interaction, store: Store, number: int) -> ListPage:
        """The page as whoever acts may see it."""
        return await _page(interaction, store, number)


def remove_command() -> app_commands.Command[Any, ..., Any]:
    """/knowledge remove: take something out again."""

    @app_commands.command(
        name=in_english(command_names.REMOVE), description=in_english(command_names.REMOVE_DESCRIPTION)
    )
    @app_commands.rename(source=in_english(command_names.KNOWLEDGE_SOURCE))
    @app_commands.describe(source=in_english(command_names.SOURCE_TO_REMOVE_DESCRIPTION))
    async def remove(interaction: Interaction, source: str) -> None:
        say = wording_for(interaction)
        if await services_of(interaction).store_for_moderator(interaction) is None:
            return
        found = await find_source(interaction, source)
        if found is None or not _may_remove(interaction, found.source):
            await send_ephemeral(interaction, say(sentences.UNKNOWN_SOURCE))
            return
        name = escape(shorten(found.name, NAME_LENGTH))
        text = say(sentences.CONFIRM_REMOVAL, name=name, passages=found.source.passages)
        button = RemoveButton(found.opaque_id, say(sentences.REMOVE))
        with only_while(partial(reads, interaction, [found])):
            await send_ephemeral(interaction, text, view_of(button))

    @remove.autocomplete("source")
    async def complete(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        listed = await reply_to(interaction).before_deadline(sources_for(interaction), otherwise=[])
        return choices([one for one in listed if _may_remove(interaction, one.source)], current)

    return remove


class RemoveButton(ConfirmationButton, template=r"kotae:remove:(?P<opaque_id>[0-9a-f]{16})"):
    """Removes a source."""

    def __init__(self, opaque_id: str, label: str = "") -> None:
        super().__init__(f"kotae:remove:{opaque_id}", label)
        self._opaque_id = opaque_id

    async def respond(self, interaction: Interaction) -> None:
        """Remove it, if whoever clicks still may."""
        services, say = services_of(interaction), wording_for(interaction)
        found = await find_source(interaction, self._opaque_id)
        if services.store is None or found is None or not _may_remove(interaction, found.source):
            await send_ephemeral(interaction, say(sentences.UNKNOWN_SOURCE))
            return
        await services.run_in_thread(services.store.remove_source, found.source.number)
        name = escape(shorten(found.name, NAME_LENGTH))
        await reply_to(interaction).update(content=say(sentences.REMOVED, name=name), view=None)


def refresh_command() -> app_commands.Command[Any, ..., Any]:
    """/knowledge refresh: read again what can be read again."""

    @app_commands.command(
        name=in_english(command_names.REFRESH), description=in_english(command_names.REFRESH_DESCRIPTION)
    )
    @app_commands.rename(source=in_english(command_names.KNOWLEDGE_SOURCE))
    @app_commands.describe(source=in_english(command_names.SOURCE_TO_REFRESH_DESCRIPTION))
    async def refresh(interaction: Interaction, source: str | None = None) -> None:
        if await services_of(interaction).store_for_moderator(interaction) is None:
            return
        say = wording_for(interaction)
        named = await find_source(interaction, source) if source else None
        if named and named.source.kind in _OPERATORS:
            await send_ephemeral(interaction, say(sentences.OPERATORS_ONLY))
        elif named and named.source.kind == ATTACHMENT:
            await send_ephemeral(interaction, say(sentences.ATTACHMENT_NOT_REFRESHABLE))
        elif source and (named is None or not _may_refresh(interaction, named.source)):
            await send_ephemeral(interaction, say(sentences.UNKNOWN_SOURCE))
        else:
            await _refresh(interaction, [named] if named else await sources_for(interaction), say)

    @refresh.autocomplete("source")
    async def complete(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        listed = await reply_to(interaction).before_deadline(sources_for(interaction), otherwise=[])
        return choices([one for one in listed if _may_refresh(interaction, one.source)], current)

    return refresh


async def _refresh(interaction: Interaction, listed: Sequence[ListedSource], say: Wording) -> None:
    sources = [one.source for one in listed if _may_refresh(interaction, one.source)]
    if not sources:
        await send_ephemeral(interaction, say(sentences.NOTHING_TO_REFRESH))
        return
    await services_of(interaction).get(Learning).check([one.number for one in sources])
    channels = len({one.audience.channel for one in sources})
    await send_ephemeral(interaction, say(sentences.REFRESHING_CHANNELS, count=channels))


async def find_source(interaction: Interaction, wanted: str) -> ListedSource | None:
    """The source with this opaque id or name, among those that whoever acts may read."""
    listed = await sources_for(interaction)
    return next((one for one in listed if wanted.strip() in (one.opaque_id, one.name)), None)


def choices(listed: Sequence[ListedSource], typed: str) -> list[app_commands.Choice[str]]:
    """The sources whose names have what somebody has typed so far."""
    names = [(one_line(one.name)[:_CHOICE_LENGTH] or "–", one.opaque_id) for one in listed]
    found = [(name, opaque_id) for name, opaque_id in names if typed.casefold() in name.casefold()]
    return [app_commands.Choice(name=name, value=opaque_id) for name, opaque_id in found[:_MOST_CHOICES]]
