"""What `kotae doctor` looks at. Each check gives what it found, and where that is not well what to do."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from bot.settings import Settings
from bot.wording import Wording
from index.language.analysis import tokenize
from index.reranking.encoder import is_available
from index.store.connection import file_of

# With less than this no index can be kept, and a database hardly grows.
_LEAST_FREE = 200_000_000


class Check(NamedTuple):
    """What a check found: `advice` is one sentence on what to do, where something is not well."""

    name: str
    well: bool
    found: str
    advice: str = ""


def check_settings(say: Wording, _settings: Settings) -> Sequence[Check]:
    """The language, and whether there is a .env."""
    file = Path(".env").resolve()
    found = say("doctor.env", path=file) if file.is_file() else say("doctor.no_env")
    return [Check("settings", True, say("word_separator").join((say("doctor.language"), found)))]


def check_content(say: Wording, settings: Settings) -> Sequence[Check]:
    """Whether what KOTAE_CONTENT names is there."""
    missing = [path for path in settings.content if not path.exists()]
    found = say("word_separator").join(map(str, settings.content)) or say("doctor.no_content")
    advice = say("doctor.content_missing", path=missing[0]) if missing else ""
    return [Check("content", not missing, found, advice)]


def check_cache(say: Wording, settings: Settings) -> Sequence[Check]:
    """Whether indexes can be kept for the next start."""
    if settings.cache_folder is None:
        return [Check("cache", True, say("doctor.cache_off"))]
    writable = _writable(settings.cache_folder)
    return [Check("cache", writable, str(settings.cache_folder), "" if writable else say("doctor.cache_unwritable"))]


def check_disk(say: Wording, settings: Settings) -> Sequence[Check]:
    """Whether there is room where things are written."""
    folders = [file.parent for file in (file_of(settings.database_url),) if file]
    folders += [settings.cache_folder] if settings.cache_folder else []
    free = {folder: shutil.disk_usage(_nearest(folder)).free for folder in folders}
    if not free:
        return [Check("disk", True, say("doctor.no_disk"))]
    folder = min(free, key=lambda one: free[one])
    found = say("doctor.free", gigabytes=f"{free[folder] / 1e9:,.1f}", folder=_nearest(folder))
    well = free[folder] >= _LEAST_FREE
    return [Check("disk", well, found, "" if well else say("doctor.disk_full"))]


def check_dictionary(say: Wording, _settings: Settings) -> Sequence[Check]:
    """Whether the analyser finds the words of a sentence."""
    well = [token.surface for token in tokenize("東京へ行く")] == ["東京", "へ", "行く"]
    found = f"unidic-lite {version('unidic-lite')}"
    return [Check("dictionary", well, found, "" if well else say("doctor.dictionary_broken"))]


def check_extras(say: Wording, settings: Settings) -> Sequence[Check]:
    """Which optional packages are installed, and whether one is missing that was switched on."""
    installed = {"plot": find_spec("matplotlib") is not None, "postgresql": find_spec("psycopg") is not None}
    installed["dense"] = is_available()
    names = [name for name, there in installed.items() if there]
    missing = settings.dense and not installed["dense"]
    found = say("word_separator").join(names) or say("doctor.no_extras")
    return [Check("extras", not missing, found, say("DenseExtraMissing") if missing else "")]


def check_discord(say: Wording, settings: Settings) -> Sequence[Check]:
    """Whether there is a token, which is not shown, and what the bot reads."""
    token = say("doctor.token" if settings.discord_token else "doctor.no_token")
    content = say("doctor.message_content" if settings.message_content else "doctor.no_message_content")
    return [Check("discord", True, say("word_separator").join((token, content)))]


def _writable(path: Path) -> bool:
    nearest = _nearest(path)
    return nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)


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
}
