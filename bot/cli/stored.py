"""The store as commands find it that make none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from bot.settings import Settings
from index.errors import DatabaseMissing
from index.store.connection import shown_address
from index.store.peek import is_there
from index.store.store import Store


@contextmanager
def stored(settings: Settings) -> Iterator[Store]:
    """The store that is there; raises DatabaseMissing where nothing was ever stored, or another DatabaseError."""
    if not is_there(settings.database_url):
        raise DatabaseMissing(database=shown_address(settings.database_url))
    store = Store.open(settings.database_url)
    try:
        yield store
    finally:
        store.close()
