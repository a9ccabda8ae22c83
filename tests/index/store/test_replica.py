"""A streaming replica, which passages are read from."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import pytest
from sqlalchemy import event

from index.audience import Audience
from index.errors import ReplicaUnrelated
from index.store import replica as module
from index.store.health import generations_behind
from index.store.store import Store
from tests.index.store.examples import document, numbers, put
from tests.index.store.postgresql import Server
from tests.processes import PATIENCE


@pytest.fixture(scope="module")
def replica(postgresql: Server) -> Iterator[Server]:
    """A replica of the PostgreSQL server."""
    server = Server(postgresql)
    yield server
    server.remove()


class Followed:
    """A store with a replica, and how often that was read from."""

    def __init__(self, primary: Server, replica: Server) -> None:
        self.url = primary.new_store()
        self._replica = replica
        self._database = self.url.rpartition("/")[2]
        self.wait_for(lambda: self.has(0))
        self.store = Store.open(self.url, replica.url(self._database))
        assert self.store._replica
        self.read = 0
        event.listen(self.store._replica.engine, "begin", self._count)

    def _count(self, _connection: object) -> None:
        self.read += 1

    def wait_for(self, condition: Callable[[], bool]) -> None:
        """Wait until the replica has got so far."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                if condition():
                    return
            except Exception:  # noqa: BLE001, S110 - the database is not there yet
                pass
            time.sleep(0.02)
        pytest.fail("the replica does not follow")

    def has(self, count: int) -> bool:
        """Whether the replica has so many passages."""
        with self._replica.connection(self._database) as connection:
            found = connection.execute("SELECT count(*) FROM passages").fetchone()
        return found == (count,)

    def is_read(self) -> bool:
        """Whether what a question asks for is read from the replica."""
        assert self.store._replica
        return self.store._replica.read(lambda _: True) is not None

    @contextmanager
    def lagging(self) -> Iterator[None]:
        """Let the replica receive changes without showing them."""
        self._replica.run("SELECT pg_wal_replay_pause()")
        try:
            yield
        finally:
            self._replica.run("SELECT pg_wal_replay_resume()")


@pytest.fixture
def followed(postgresql: Server, replica: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Followed]:
    """An empty store with a replica, which is tried again at once."""
    monkeypatch.setattr(module, "_AFTER_BEING_BEHIND", 0)
    monkeypatch.setattr(module, "_AFTER_A_FAILURE", 0)
    made = Followed(postgresql, replica)
    with closing(made.store):
        yield made
    postgresql.drop_databases()


def test_passages_are_read_from_a_replica(followed: Followed) -> None:
    """What a question reads comes from there, once it is known how new it has to be."""
    store = followed.store
    source = store.put_source("folder", "/handbook", Audience())
    put(store, source, document("a.md", "一。", "二。"))
    (first, second) = numbers(store)
    followed.wait_for(lambda: followed.has(2))
    store.marks()
    assert followed.read == 0
    assert sorted(store.passages([first, second])) == [first, second]
    assert [one.number for one in store.around(first, 1)] == [first, second]
    assert sorted(store.in_document_of(first)) == [first, second]
    assert sorted(store.titled(["題"])) == [first, second]
    assert store.documents() == [("題", "総務部", 2)]
    assert [one.number for one in store.with_id(store.passages([first])[first].passage.id)] == [first]
    assert followed.read == 7


def test_a_replica_that_is_behind_is_not_quoted(followed: Followed) -> None:
    """Neither what was deleted at the database nor what is missing at the replica makes a difference; then it is read."""
    store = followed.store
    source = store.put_source("folder", "/handbook", Audience())
    put(store, source, document("a.md", "一。"))
    followed.wait_for(lambda: followed.has(1))
    (old,) = numbers(store)
    with followed.lagging():
        put(store, source, document("b.md", "二。"), removed=["a.md"])
        (new,) = numbers(store)
        store.marks()
        read = followed.read
        assert [*store.passages([old, new])] == [new]
        assert followed.read == read + 1
        assert followed.has(1)
    followed.wait_for(followed.is_read)
    assert [*store.passages([old, new])] == [new]


def test_a_replica_that_does_not_answer_costs_little(followed: Followed, replica: Server) -> None:
    """Passages are read from the database instead, and later from the replica again."""
    store = followed.store
    source = store.put_source("folder", "/handbook", Audience())
    put(store, source, document("a.md", "一。"))
    (number,) = numbers(store)
    followed.wait_for(lambda: followed.has(1))
    store.marks()
    assert store.passages([number])
    with replica.suspended():
        begun = time.monotonic()
        assert store.passages([number])
        assert time.monotonic() - begun < 6
    replica.kill()
    assert store.passages([number])
    replica.start()
    followed.wait_for(followed.is_read)


def test_how_far_a_replica_is_behind(followed: Followed, postgresql: Server, replica: Server) -> None:
    """It is counted in changes; the replica of another database is none."""
    there = replica.url(followed.url.rpartition("/")[2])
    source = followed.store.put_source("folder", "/handbook", Audience())
    followed.wait_for(lambda: generations_behind(followed.url, there) == 0)
    with followed.lagging():
        put(followed.store, source, document("a.md", "一。"))
        put(followed.store, source, document("b.md", "二。"))
        assert generations_behind(followed.url, there) == 2
    followed.wait_for(lambda: generations_behind(followed.url, there) == 0)
    other = postgresql.new_database()
    Store.open(other).close()
    with pytest.raises(ReplicaUnrelated):
        generations_behind(other, there)


def test_a_replica_that_is_not_there_is_none(followed: Followed) -> None:
    """A store opens and is read without it."""
    nowhere = "postgresql+psycopg://kotae@127.0.0.1:1/kotae"
    with closing(Store.open(followed.url, nowhere)) as store:
        put(store, store.put_source("folder", "/handbook", Audience()), document("a.md", "一。"))
        store.marks()
        assert len(store.passages(numbers(store))) == 1
