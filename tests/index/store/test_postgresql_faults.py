"""PostgreSQL is killed and suspended, and the network to it is cut, while a store is read and changed."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from queue import Queue

import pytest

from index.audience import Audience
from index.errors import DatabaseDisconnected, DatabaseError, DatabaseTimedOut, DatabaseUnusable
from index.query.question import Question
from index.search import knowledge as following
from index.search.knowledge import Knowledge
from index.store import postgresql as module
from index.store.store import Store
from index.types import Passage
from tests.index.store import examples
from tests.index.store.postgresql import Server
from tests.processes import PATIENCE
from tests.proxies import Proxy
from tests.stores import document

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="The processes of the server are read from /proc")
QUESTION = Question("翡翠の話は？")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server that is treated badly."""
    made = Server(durable=True)
    yield made
    made.remove()


@pytest.fixture
def proxy(server: Server) -> Iterator[Proxy]:
    """The network to the server."""
    made = Proxy(server.port)
    yield made
    made.close()
    server.drop_databases()


@pytest.fixture
def url(server: Server, proxy: Proxy) -> str:
    """Where an empty store is, behind the network."""
    return server.new_store().replace(str(server.port), str(proxy.port))


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is waited for as long as in earnest."""
    for name, seconds in {"RESPONSE": 1, "READING": 1, "STATEMENT": 2, "LOCK": 2}.items():
        monkeypatch.setattr(module, f"_{name}_TIMEOUT", seconds)
    monkeypatch.setattr(module._Connection, "timeout", 1)
    monkeypatch.setitem(module._PARAMETERS, "connect_timeout", 1)
    monkeypatch.setattr(following, "_INTERVAL", 0.05)
    monkeypatch.setattr(following, "_AFTER_A_FAILURE", 0.05)


def _restart(server: Server, _: Proxy) -> None:
    server.kill()
    time.sleep(0.3)
    server.start()


def _suspend(server: Server, _: Proxy) -> None:
    with server.suspended():
        time.sleep(3)


def _cut(_: Server, proxy: Proxy) -> None:
    with proxy.paused():
        time.sleep(3)


def _disconnect(_: Server, proxy: Proxy) -> None:
    for _time in range(5):
        proxy.disconnect()
        time.sleep(0.1)


def _slow(_: Server, proxy: Proxy) -> None:
    proxy.delay = 0.05
    time.sleep(1)
    proxy.delay = 0


class _Working(threading.Thread):
    """Does one thing after the other until the end; only errors of the database are suffered."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.ended = threading.Event()
        self.done = self.failed = 0
        self.wrong: Queue[BaseException] = Queue()

    def run(self) -> None:
        """Work until the end."""
        try:
            while not self.ended.is_set():
                try:
                    self.step()
                    self.done += 1
                except DatabaseError:
                    self.failed += 1
                    time.sleep(0.02)
        except BaseException as error:  # noqa: BLE001 - told in the thread of the test
            self.wrong.put(error)

    def step(self) -> None:
        """Do one thing."""

    def goes_on(self) -> None:
        """Wait until it does what it does without hindrance."""
        done, until = self.done, time.monotonic() + PATIENCE
        while self.done < done + 5:
            assert self.wrong.empty(), self.wrong.get()
            assert time.monotonic() < until
            time.sleep(0.02)

    def end(self) -> None:
        """Wait for the end."""
        self.ended.set()
        self.join(PATIENCE)
        assert self.wrong.empty(), self.wrong.get()


class Changing(_Working):
    """Puts and removes documents at random, and knows which changes were acknowledged."""

    def __init__(self, store: Store, source: int, seed: int) -> None:
        super().__init__()
        # The text of each document, None where it is not there; a change that failed may have been made or not.
        self.there: dict[str, set[str | None]] = {}
        # What was removed, with nothing left to doubt.
        self.gone: set[str] = set()
        self._store, self._source, self._seed, self._chance = store, source, seed, random.Random(seed)
        self._version = 0

    def step(self) -> None:
        """Put a document in the place of one of the same name, or remove one."""
        self._version += 1
        name = f"{self._seed}-{self._chance.randrange(5)}.md"
        text = None if self._chance.random() < 0.4 else f"翡翠の話{self._seed}号{self._version}版"
        before = self.there.get(name, {None})
        self.there[name] = before | {text}
        self._store.put(self._source, [document(name, text)] if text else [], [] if text else [name])
        self.there[name] = {text}
        self.gone |= {one for one in before if one and one != text}


class Asking(_Working):
    """Asks, and sees that nothing is quoted that was removed before the question."""

    def __init__(self, knowledge: Knowledge, changing: Sequence[Changing]) -> None:
        super().__init__()
        self._knowledge, self._changing = knowledge, changing

    def step(self) -> None:
        """Ask once."""
        gone = set().union(*([*one.gone] for one in self._changing))
        assert not gone & {said(hit.passage) for hit in self._knowledge.library().search(QUESTION, 20).hits}


def said(passage: Passage) -> str:
    """What a passage says below its heading."""
    return passage.text.rpartition("\n")[2].rstrip("。")


@pytest.mark.parametrize("fault", [_restart, _suspend, _cut, _disconnect, _slow])
def test_nothing_acknowledged_is_lost_and_nothing_removed_is_quoted(
    server: Server, proxy: Proxy, url: str, tmp_path: Path, fault: Callable[[Server, Proxy], None]
) -> None:
    """Whatever happens to the server, each failure is an error with a sentence, and all goes on by itself afterwards."""
    with ExitStack() as open_stores:
        stores = [open_stores.enter_context(closing(Store.open(url))) for _ in range(3)]
        source = stores[0].put_source("folder", "/handbook", Audience())
        knowledge = open_stores.enter_context(closing(Knowledge.open(stores[0], tmp_path / "index", "postings")))
        knowledge.follow()
        changing = [Changing(stores[seed], source, seed) for seed in (1, 2)]
        working = [*changing, Asking(knowledge, changing)]
        for one in working:
            one.start()
            one.goes_on()
        fault(server, proxy)
        for one in working:
            one.goes_on()
        for one in working:
            one.end()
        found = {name: said(kept.passage) for _, name, kept in stores[0].all()}
        for writer in changing:
            for name, possible in writer.there.items():
                assert found.get(name) in possible
        hits = knowledge.library().search(QUESTION, 20).hits
        with closing(Knowledge.open(Store.open(url))) as fresh:
            assert hits == fresh.library().search(QUESTION, 20).hits
        assert any(one.failed for one in working) or fault is _slow


def _mounts() -> bool:
    command = ["unshare", "--mount", "true"]
    return sys.platform == "linux" and os.geteuid() == 0 and subprocess.run(command, check=False).returncode == 0


@pytest.mark.skipif(not _mounts(), reason="Only root may mount a small disk")
def test_a_full_disk() -> None:
    """What does not find room is refused with a sentence; nothing else is lost, and there is room again afterwards."""
    chance = random.Random(24)
    server = Server(durable=True, small_disk=24)
    try:
        url = server.new_database("TABLESPACE small TEMPLATE empty_store STRATEGY file_copy")
        server.run("CREATE TABLE ballast TABLESPACE small AS SELECT repeat('x', 1000) FROM generate_series(1, 8000)")
        with closing(Store.open(url)) as store:
            source = store.put_source("folder", "/handbook", Audience())
            store.put(source, [document("first.md", "翡翠の話")])
            stored = {"first.md"}

            def fill() -> None:
                while True:
                    texts, name = [str(chance.getrandbits(4_000)) for _ in range(200)], f"{len(stored)}.md"
                    store.put(source, [examples.document(name, *texts)])
                    stored.add(name)

            with pytest.raises(DatabaseUnusable, match="No space left on device"):
                fill()
            assert len(stored) > 1
            assert store.digests(source).keys() == stored
            with closing(Knowledge.open(Store.open(url))) as knowledge:
                assert knowledge.library().search(QUESTION, 3).hits
            server.run("DROP TABLE ballast")
            store.put(source, [document("later.md", "琥珀の話")])
            assert store.digests(source).keys() == stored | {"later.md"}
    finally:
        server.remove()


@pytest.mark.parametrize("fault", ["suspended", "paused"])
def test_a_question_under_way_is_given_up(server: Server, proxy: Proxy, url: str, fault: str) -> None:
    """A server that says nothing any more is told of after a while, and asked again by the next question."""
    with closing(Store.open(url)) as store:
        store.put(store.put_source("folder", "/handbook", Audience()), [document("a.md", "翡翠の話")])
        with closing(Knowledge.open(store)) as knowledge:
            with server.suspended() if fault == "suspended" else proxy.paused():
                begun = time.monotonic()
                with pytest.raises((DatabaseTimedOut, DatabaseDisconnected)):
                    knowledge.library().search(QUESTION, 3)
                assert time.monotonic() - begun < 8
            assert len(knowledge.library().search(QUESTION, 3).hits) == 1
