"""What tests of the store share: an empty one in a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.audience import Audience
from index.store.store import Store
from tests.index.stores import new_store


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Where a database could be."""
    return f"sqlite:///{tmp_path / 'kotae.db'}"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store, at the URL."""
    opened = new_store(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def source(store: Store) -> int:
    """A source in the store."""
    return store.put_source("folder", "/handbook", Audience())
