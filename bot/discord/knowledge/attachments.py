"""/knowledge add: a file that somebody attached becomes knowledge of those who may read it."""

from __future__ import annotations

import re
import tempfile
import unicodedata
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

import aiohttp
import discord
from discord import app_commands

from bot.discord.access.authority import is_moderator, looks_after
from bot.discord.access.reach import channel_seen
from bot.discord.access.revocation import NoLongerAllowed
from bot.discord.knowledge.saving import readers_text
from bot.discord.quoting import NAME_LENGTH, escape, shorten
from bot.discord.translation import in_english
from bot.source_names import ATTACHMENT
from bot.wording import Wording
from index.audience import CHANNEL, GUILD, ROLES, Audience
from index.errors import ContentEmpty, ContentError, ContentKindUnknown, ContentTooLarge, SourceGone
from index.intake.intake import Intake, Report
from index.loaders import LOADERS, Limits
from index.loaders.limits import MEGABYTE
from index.store.store import Store

if TYPE_CHECKING:
    from bot.discord.client import KotaeClient

# In bytes; with an ending, all file systems take as much.
_FILE_NAME_SIZE = 200
# Where an attachment lies while it is read is nobody's business.
_FOLDER_PREFIX = "kotae-"
_WAY_TO_FOLDER = re.compile(rf"[^\s'\"]*{_FOLDER_PREFIX}\w+[/\\]")
# In seconds.
_LONGEST_DOWNLOAD = 60
# In bytes.
_DOWNLOADED_AT_ONCE = 64_000


def add_command() -> app_commands.Command[Any, ..., Any]:
    """/knowledge add: take an attached file in, for moderators."""

    @app_commands.command(
        name=in_english("discord.command.add"), description=in_english("discord.command.add.description")
    )
    @app_commands.rename(
        file=in_english("discord.option.file"),
        everyone=in_english("discord.option.everyone"),
        role=in_english("discord.option.role"),
    )
    @app_commands.describe(
        file=in_english("discord.option.file.description"),
        everyone=in_english("discord.option.everyone.description"),
        role=in_english("discord.option.role.description"),
    )
    async def add(
        interaction: discord.Interaction[KotaeClient],
        file: discord.Attachment,
        everyone: bool = False,
        role: discord.Role | None = None,
    ) -> None:
        await _add(interaction, file, everyone, role)

    return add


async def _add(
    interaction: discord.Interaction[KotaeClient], file: discord.Attachment, everyone: bool, role: discord.Role | None
) -> None:
    client, store = interaction.client, interaction.client.store
    say = client.wording_for(interaction)
    audience = _audience(interaction, everyone, role)
    if not await is_moderator(interaction):
        await client.tell(interaction, say("discord.needs_moderator"))
    elif store is None or interaction.guild is None:
        await client.tell(interaction, say("discord.no_store"))
    elif audience is None:
        await client.tell(interaction, say("discord.private_thread"))
    elif not looks_after(interaction.user, audience):
        key = "discord.not_looked_after" if audience.kind == CHANNEL else "discord.needs_administrator"
        await client.tell(interaction, say(key))
    else:
        name = file_name(file.filename, file.title)
        readers = readers_text(say, interaction.guild, audience)
        try:
            _check(name, file.size, client.settings.limits)
            # One at a time of each guild, so that none makes the others wait for all of its own.
            async with client.attaching[interaction.guild.id]:
                with tempfile.TemporaryDirectory(prefix=_FOLDER_PREFIX, ignore_cleanup_errors=True) as folder:
                    path = _path_in(Path(folder), name)
                    await _download(file.url, path, client.settings.limits)
                    # Others of the guild may have come first, and the file slowly.
                    if not looks_after(interaction.user, audience):
                        raise NoLongerAllowed
                    limits = client.settings.limits
                    report, passages = await client.take_in(take_in, store, limits, audience, name, path)
        except (aiohttp.ClientError, TimeoutError):
            await client.tell(interaction, say("discord.add.not_downloaded", file=_shown(name)))
        except SourceGone:
            await client.tell(interaction, say("discord.add.removed", file=_shown(name)))
        except ContentError as error:
            await client.tell(interaction, _why_not(say, error, name))
        else:
            await client.tell(interaction, _told(say, report, name, passages, readers))


def _audience(
    interaction: discord.Interaction[KotaeClient], everyone: bool, role: discord.Role | None
) -> Audience | None:
    """Who is to read it: those with a role, everyone in the guild, or those who read the channel it is added in."""
    guild = interaction.guild
    if guild is None:
        return None
    if role and not role.is_default():
        return Audience(ROLES, guild.id, 0, (role.id,))
    if everyone or role:
        return Audience(GUILD, guild.id)
    place = interaction.channel
    channel = channel_seen(guild, place)
    if channel is None or (isinstance(place, discord.Thread) and place.is_private()):
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


def take_in(store: Store, limits: Limits, audience: Audience, name: str, path: Path) -> tuple[Report, int]:
    """Take a file into a source of its own, in the place of one of the same name and readers.

    Gives what became of it, and how many passages there are now. Raises a KotaeError.
    """
    readers = f"{audience.kind}-{audience.channel or '-'.join(map(str, audience.roles)) or audience.guild}"
    source = store.put_source(ATTACHMENT, f"discord:{audience.guild}/files/{readers}/{name}", audience)
    try:
        with Intake(store, limits) as intake:
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


def _told(say: Wording, report: Report, name: str, passages: int, readers: str) -> str:
    if report.skipped:
        return _why_not(say, report.skipped[0], name)
    key = "new" if report.new else "changed" if report.changed else "unchanged"
    told = say(f"discord.add.{key}", file=_shown(name), passages=passages, readers=readers)
    return shorten("\n".join([told, *(_why_not(say, warning, name) for warning in report.warned)]), 2_000)
