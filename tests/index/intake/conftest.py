"""Stores of both kinds, as the store's own tests have them."""

from tests.index.store.conftest import databases, postgresql, store, url

__all__ = ["databases", "postgresql", "store", "url"]
