"""Fixtures of the store's tests: an empty store, in a file and on a PostgreSQL server."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.audience import Audience
from index.store.store import Store
from tests.index.store.postgresql import Server
from tests.index.stores import new_store


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """A PostgreSQL server."""
    server = Server()
    yield server
    server.remove()


class Files:
    """Databases in files."""

    def __init__(self, folder: Path) -> None:
        self._names = (folder / f"kotae{number or ''}.db" for number in itertools.count())

    def new_store(self) -> str:
        """The URL of a new empty store."""
        path = next(self._names)
        new_store(path.parent, path.name).close()
        return f"sqlite:///{path}"

    def new_database(self) -> str:
        """The URL of a new empty database."""
        return f"sqlite:///{next(self._names)}"


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Files | Server]:
    """The kinds of databases: in files, and on a PostgreSQL server."""
    if request.param == "sqlite":
        yield Files(tmp_path)
        return
    server: Server = request.getfixturevalue("postgresql")
    yield server
    server.drop_databases()


@pytest.fixture
def url(databases: Files | Server) -> str:
    """The URL of an empty store."""
    return databases.new_store()


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """An empty store, at the URL."""
    opened = Store.open(url)
    yield opened
    opened.close()


@pytest.fixture
def source(store: Store) -> int:
    """A source in the store."""
    return store.put_source("folder", "/handbook", Audience())
