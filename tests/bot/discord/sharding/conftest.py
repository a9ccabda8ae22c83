"""Both kinds of databases, as the store's tests have them."""

from tests.index.store.conftest import databases, postgresql, url

__all__ = ["databases", "postgresql", "url"]
