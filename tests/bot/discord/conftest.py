"""A store for the bot."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import tests.loopback_discord  # noqa: F401 - imports discord.py without a warning
from index.store.store import Store
from tests.stores import new_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    opened = new_store(tmp_path)
    yield opened
    opened.close()
