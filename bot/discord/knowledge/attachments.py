"""/knowledge add: an attached file becomes a source for those who may read it."""

from __future__ import annotations

import re
import tempfile
import unicodedata
from pathlib import Path, PurePath
from typing import Any

import aiohttp
import discord
from discord import app_commands

from bot.discord.access.authority import manages
from bot.discord.access.reach import channel_id_of, channel_of
from bot.discord.access.revocation import NoLongerAllowed
from bot.discord.knowledge.readers import readers_text
from bot.discord.quoting import NAME_LENGTH, escape
from bot.discord.replies import Interaction, send_ephemeral
from bot.discord.services import services_of, wording_for
from bot.discord.translation import in_english
from bot.knowledge import intake_into
from bot.printable import shorten
from bot.source_names import ATTACHMENT
from bot.wording import Wording
from bot.wording.discord import command_names, responses
from bot.wording.discord import knowledge as sentences
from index.audience import CHANNEL, GUILD, ROLES, Audience
from index.errors import ContentEmpty, ContentError, ContentKindUnknown, ContentTooLarge, SourceGone
from index.intake.intake import Report
from index.loaders import LOADERS, Limits
from index.loaders.limits import MEGABYTE
from index.store.discord.channel_sources import ChannelSources
from index.store.store import Store

# In bytes; with an ending, all file systems take as much.
_FILE_NAME_SIZE = 200
# Where an attachment lies while it is read is nobody's business.
_FOLDER_PREFIX = "kotae-"
_WAY_TO_FOLDER = re.compile(rf"[^\s'\"]*{_FOLDER_PREFIX}\w+[/\\]")
# What is told of a file leaves room for a sentence in a message.
_TOLD_LENGTH = 1_800
# In seconds.
_LONGEST_DOWNLOAD = 60
# In bytes.
_DOWNLOADED_AT_ONCE = 64_000


def add_command() -> app_commands.Command[Any, ..., Any]:
    """/knowledge add: take an attached file in, for moderators."""

    @app_commands.command(name=in_english(command_names.ADD), description=in_english(command_names.ADD_DESCRIPTION))
    @app_commands.rename(
        file=in_english(command_names.FILE),
        everyone=in_english(command_names.EVERYONE),
        role=in_english(command_names.ROLE),
    )
    @app_commands.describe(
        file=in_english(command_names.FILE_DESCRIPTION),
        everyone=in_english(command_names.EVERYONE_DESCRIPTION),
        role=in_english(command_names.ROLE_DESCRIPTION),
    )
    async def add(
        interaction: Interaction,
        file: discord.Attachment,
        everyone: bool = False,
        role: discord.Role | None = None,
    ) -> None:
        await _add(interaction, file, everyone, role)

    return add


async def _add(interaction: Interaction, file: discord.Attachment, everyone: bool, role: discord.Role | None) -> None:
    services, guild = services_of(interaction), interaction.guild
    say, limits = wording_for(interaction), services.settings.limits
    store = await services.store_for_moderator(interaction)
    if store is None:
        return
    audience = _audience(interaction, everyone, role)
    if guild is None:
        await send_ephemeral(interaction, say(responses.NO_STORE))
    elif audience is None:
        await send_ephemeral(interaction, say(responses.PRIVATE_THREAD))
    elif not manages(interaction.user, audience):
        key = responses.NEEDS_MODERATOR_OF_CHANNEL if audience.kind == CHANNEL else responses.NEEDS_ADMINISTRATOR
        await send_ephemeral(interaction, say(key))
    else:
        name = file_name(file.filename, file.title)
        readers = readers_text(say, guild, audience)
        try:
            _check(name, file.size, limits)
            # One at a time of each guild, so that none makes the others wait for all of its own.
            async with services.intake_locks[guild.id]:
                with tempfile.TemporaryDirectory(prefix=_FOLDER_PREFIX, ignore_cleanup_errors=True) as folder:
                    path = _path_in(Path(folder), name)
                    await _download(file.url, path, limits)
                    # Others of the guild may have come first, and the file slowly.
                    if not manages(interaction.user, audience):
                        raise NoLongerAllowed
                    queued = services.settings.queued_intake
                    report, passages = await services.run_intake(take_in, store, limits, audience, name, path, queued)
        except (aiohttp.ClientError, TimeoutError):
            await send_ephemeral(interaction, say(sentences.FILE_NOT_DOWNLOADED, file=_shown(name)))
        except SourceGone:
            await send_ephemeral(interaction, say(sentences.FILE_REMOVED_MEANWHILE, file=_shown(name)))
        except ContentError as error:
            await send_ephemeral(interaction, _why_not(say, error, name))
        else:
            told = [_told(say, report, name, passages, readers, queued)]
            chosen = await services.run_in_thread(ChannelSources(store).chosen, channel_id_of(interaction.channel))
            told += [] if chosen is None or report.skipped else [say(sentences.CHECK_CHOSEN_SOURCES)]
            await send_ephemeral(interaction, "\n".join(told))


def _audience(interaction: Interaction, everyone: bool, role: discord.Role | None) -> Audience | None:
    """Who is to read it: those with a role, everyone in the guild, or those who read the channel it is added in."""
    guild = interaction.guild
    if guild is None:
        return None
    if role and not role.is_default():
        return Audience(ROLES, guild.id, 0, (role.id,))
    if everyone or role:
        return Audience(GUILD, guild.id)
    destination = interaction.channel
    channel = channel_of(guild, destination)
    if channel is None or (isinstance(destination, discord.Thread) and destination.is_private()):
        return None
    return Audience(CHANNEL, guild.id, channel.id)


def _check(name: str, size: int, limits: Limits) -> None:
    """Refuse, before it is downloaded, what could not be read; raises a ContentError."""
    if PurePath(name).suffix.lower() not in LOADERS:
        raise ContentKindUnknown(path=name, known=" ".join(LOADERS))
    if size > limits.largest_file * MEGABYTE:
        raise ContentTooLarge(path=name, size=f"{size / MEGABYTE:.0f}", largest=str(limits.largest_file))
    if not size:
        raise ContentEmpty(path=name)


def _path_in(folder: Path, name: str) -> Path:
    given = PurePath(name)
    return folder / (shorten(given.stem, _FILE_NAME_SIZE, _FILE_NAME_SIZE) + given.suffix)


async def _download(url: str, path: Path, limits: Limits) -> None:
    """Fetch a file; raises a ContentTooLarge, an aiohttp.ClientError, or a TimeoutError."""
    size, timeout = 0, aiohttp.ClientTimeout(total=_LONGEST_DOWNLOAD)
    async with aiohttp.ClientSession(timeout=timeout, raise_for_status=True) as session, session.get(url) as response:
        with path.open("wb") as copy:
            async for part in response.content.iter_chunked(_DOWNLOADED_AT_ONCE):
                size += len(part)
                if size > limits.largest_file * MEGABYTE:
                    # Not what was said of it.
                    raise ContentTooLarge(
                        path=path.name, size=f"{size / MEGABYTE:.0f}", largest=str(limits.largest_file)
                    )
                copy.write(part)


def take_in(
    store: Store, limits: Limits, audience: Audience, name: str, path: Path, queued: bool = False
) -> tuple[Report, int]:
    """Take a file into a source of its own, in the place of one of the same name and readers, or queue it for that.

    Gives what became of it, and how many passages there are now. Raises a KotaeError.
    """
    readers = f"{audience.kind}-{audience.channel or '-'.join(map(str, audience.roles)) or audience.guild}"
    source = store.put_source(ATTACHMENT, f"discord:{audience.guild}/files/{readers}/{name}", audience)
    try:
        with intake_into(store, limits, queued=queued) as intake:
            report = intake.take(source, path, sync=True)
            return report, sum(passages for _, _, passages in store.documents([source]))
    finally:
        store.remove_empty_source(source)


def file_name(filename: str, title: str | None = None) -> str:
    """What an attachment is called, safe as a file's name, with its ending.

    Of a name with other characters than Latin ones Discord keeps only the ending, and makes the rest the title.
    """
    ending = PurePath(filename).suffix
    given = unicodedata.normalize("NFC", filename if not title else title.removesuffix(ending) + ending)
    return "".join("_" if one in '/\\:*?"<>|' or not one.isprintable() else one for one in given).strip(". ") or "_"


def _shown(name: str) -> str:
    return escape(shorten(name, NAME_LENGTH))


def _why_not(say: Wording, error: ContentError, name: str) -> str:
    """What hindered, said of the attached file rather than our copy of it; parsers quote what they stumble over."""
    values = {key: escape(_WAY_TO_FOLDER.sub("", value)) for key, value in error.values.items()}
    values["path"] = _shown(name)
    return say.of_error(type(error)(**values))


def _told(say: Wording, report: Report, name: str, passages: int, readers: str, queued: bool) -> str:
    if report.skipped:
        return _why_not(say, report.skipped[0], name)
    if queued and not report.unchanged:
        return say(sentences.FILE_QUEUED, file=_shown(name), readers=readers)
    changed = sentences.FILE_REPLACED if report.changed else sentences.FILE_UNCHANGED
    outcome = sentences.FILE_ADDED if report.new else changed
    told = say(outcome, file=_shown(name), passages=passages, readers=readers)
    return shorten("\n".join([told, *(_why_not(say, warning, name) for warning in report.warned)]), _TOLD_LENGTH)
