"""Commands run in the process of the tests, which takes a tenth of the time."""

from __future__ import annotations

from pathlib import Path

from bot.cli.commands import run
from bot.settings import Settings
from bot.wording import Wording, language_of


def settings(database: Path, **variables: str) -> Settings:
    """The settings with a database, and nothing kept."""
    own = {"KOTAE_DATABASE_URL": f"sqlite:///{database}", "KOTAE_CACHE_DIR": "off", "KOTAE_ENCODER": "off"}
    return Settings.from_environment(own | variables)


def kotae(database: Path, *arguments: str, **variables: str) -> int:
    """The exit status of a command, in Japanese unless the variables say otherwise; raises KotaeError."""
    language = language_of({"KOTAE_LANGUAGE": "ja"} | variables)
    return run(Wording(language), settings(database, **variables), arguments)
