"""What tests of the store share: an empty one, in a file and on a PostgreSQL server."""

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
        """The address of another empty store."""
        path = next(self._names)
        new_store(path.parent, path.name).close()
        return f"sqlite:///{path}"

    def new_database(self) -> str:
        """The address of another database in which there is nothing."""
        return f"sqlite:///{next(self._names)}"


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Files | Server]:
    """Where databases can be: in files, and on a PostgreSQL server."""
    if request.param == "sqlite":
        yield Files(tmp_path)
        return
    server: Server = request.getfixturevalue("postgresql")
    yield server
    server.drop_databases()


@pytest.fixture
def url(databases: Files | Server) -> str:
    """Where an empty store is."""
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
