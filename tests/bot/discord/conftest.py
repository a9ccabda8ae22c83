"""A store for the bot; imports discord.py once, without the warning about audioop that it causes before Python 3.13."""

import importlib
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.store.store import Store
from tests.index.stores import new_store

with warnings.catch_warnings():
    warnings.filterwarnings("ignore", "'audioop' is deprecated", DeprecationWarning)
    importlib.import_module("discord")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    opened = new_store(tmp_path)
    yield opened
    opened.close()
