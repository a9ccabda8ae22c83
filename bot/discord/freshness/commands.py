"""/knowledge expiry: from when on somebody has to say whether a source is still right."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands
from discord.abc import GuildChannel

from bot.attribution import local_day
from bot.discord.access.authority import administers_guild
from bot.discord.access.permissions import everyone_may_read
from bot.discord.access.reach import channel_of
from bot.discord.access.requirements import missing_permissions
from bot.discord.knowledge.sources import ListedSource, choices, find_source, sources_for
from bot.discord.learning.commands import ChannelOption
from bot.discord.quoting import NAME_LENGTH, escape
from bot.discord.replies import Interaction, reply_to, send_ephemeral
from bot.discord.services import log_event, services_of, wording_for
from bot.discord.translation import in_english
from bot.expiry import TermWrong, parse_term
from bot.printable import shorten
from bot.wording import Sentence, Wording
from bot.wording.discord import command_names
from bot.wording.discord import freshness as sentences
from bot.wording.discord import knowledge as knowledge_sentences
from index.errors import SourceGone
from index.store.expiries import Expiries, Expiry


def expiry_command() -> app_commands.Command[Any, ..., Any]:
    """/knowledge expiry: have a source confirmed from time to time, for administrators."""

    @app_commands.command(
        name=in_english(command_names.EXPIRY), description=in_english(command_names.EXPIRY_DESCRIPTION)
    )
    @app_commands.rename(
        source=in_english(command_names.KNOWLEDGE_SOURCE),
        when=in_english(command_names.WHEN),
        channel=in_english(command_names.CHANNEL),
    )
    @app_commands.describe(
        source=in_english(command_names.SOURCE_TO_EXPIRE_DESCRIPTION),
        when=in_english(command_names.WHEN_DESCRIPTION),
        channel=in_english(command_names.CHANNEL_TO_TELL_DESCRIPTION),
    )
    async def expiry(
        interaction: Interaction, source: str, when: str | None = None, channel: ChannelOption | None = None
    ) -> None:
        store = await services_of(interaction).store_for_administrator(interaction)
        found = await find_source(interaction, source) if store else None
        say = wording_for(interaction)
        if store is None:
            return
        if found is None or not _may_expire(interaction, found):
            await send_ephemeral(interaction, say(knowledge_sentences.UNKNOWN_SOURCE))
        elif when is None:
            await services_of(interaction).run_in_thread(Expiries(store).unset, found.source.number)
            await send_ephemeral(interaction, say(sentences.NEVER_EXPIRES, name=_name(found)))
        else:
            told = channel.resolve() if channel else None
            outcome = await _set(interaction, Expiries(store), found, when, told, told_in_channel=channel is not None)
            await send_ephemeral(interaction, outcome)

    @expiry.autocomplete("source")
    async def complete(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        listed = await reply_to(interaction).before_deadline(sources_for(interaction), otherwise=[])
        return choices([one for one in listed if _may_expire(interaction, one)], current)

    return expiry


def _may_expire(interaction: Interaction, listed: ListedSource) -> bool:
    """Whether a source is the guild's own, and whoever acts administers that; everybody's is the operator's."""
    return administers_guild(interaction.user) and listed.source.audience.guild == interaction.guild_id


async def _set(
    interaction: Interaction,
    expiries: Expiries,
    found: ListedSource,
    when: str,
    channel: object,
    *,
    told_in_channel: bool,
) -> str:
    """Let a source expire; what came of it, in a sentence."""
    say, number = wording_for(interaction), found.source.number
    try:
        term = parse_term(when)
    except TermWrong as error:
        return say.of_error(type(error)(when=escape(shorten(when, NAME_LENGTH))))
    if told_in_channel and (refusal := _why_not(found, channel)):
        return say(refusal, name=_name(found))
    told = channel.id if isinstance(channel, GuildChannel) else None
    wanted = Expiry(number, *term, owner=interaction.user.id, channel=told)
    try:
        kept = await services_of(interaction).run_in_thread(expiries.set, wanted)
    except SourceGone:
        return say(knowledge_sentences.UNKNOWN_SOURCE)
    log_event("expiry", interaction.id, guild=interaction.guild_id, source=number, due=kept.due)
    return say(sentences.EXPIRES, name=_name(found), date=local_day(kept.due), told=_told(say, kept))


def _why_not(found: ListedSource, channel: object) -> Sentence | None:
    """Why what is said of a source may not be said in a channel, if so."""
    if not isinstance(channel, discord.TextChannel):
        return sentences.NO_CHANNEL_TO_TELL
    known = channel_of(channel.guild, channel)
    if known is None or missing_permissions(known.permissions_for(known.guild.me), in_threads=False):
        return sentences.NO_CHANNEL_TO_TELL
    return None if everyone_may_read(found.source.audience, known) else sentences.CHANNEL_IS_SEEN_BY_OTHERS


def _told(say: Wording, expiry: Expiry) -> str:
    """Who is told."""
    if expiry.channel:
        return say(sentences.TOLD_IN_CHANNEL, channel=f"<#{expiry.channel}>")
    return say(sentences.TOLD_DIRECTLY) if expiry.owner else say(sentences.TOLD_NOBODY)


def _name(listed: ListedSource) -> str:
    return escape(shorten(listed.name, NAME_LENGTH))
