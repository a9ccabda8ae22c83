"""Three real nodes, of which some are killed, or hang, while questions are asked."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Self

import pytest

from index.errors import OpenSearchError
from index.query.question import Question
from index.search.knowledge import Knowledge
from index.store.store import Store
from index.types import Hit
from tests.opensearch_servers import OpenSearchServers
from tests.stores import document, new_store, put

WORDS = "休暇 会議 予約 研修 費用 出張 在宅 勤務 備品 申請 承認 期限".split()
QUESTIONS = [f"{one}の{other}" for one in WORDS[:6] for other in WORDS[6:]]
# Seconds after a fault in which a question may fail; every answer has to be right at any time.
PATIENCE = 2.0


@pytest.fixture(scope="module")
def servers() -> Iterator[OpenSearchServers]:
    """Three nodes."""
    servers = OpenSearchServers(3)
    yield servers
    servers.remove()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store with some documents."""
    chance = random.Random(11)
    store = new_store(tmp_path)
    put(store, "甲", *(document(f"{number}.md", "の".join(chance.choices(WORDS, k=4))) for number in range(60)))
    return store


def hits(knowledge: Knowledge, question: str) -> tuple[Hit, ...]:
    """The hits of a question."""
    return knowledge.library().search(Question(question), 5).hits


class Asking:
    """Questions one after another in a thread, while something happens."""

    def __init__(self, knowledge: Knowledge, expected: dict[str, tuple[Hit, ...]]) -> None:
        self._knowledge = knowledge
        self._expected = expected
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._ask)
        self.right = 0
        self.wrong: list[str] = []
        # When questions failed that cannot be answered from all of the index.
        self.failed: list[float] = []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()

    def _ask(self) -> None:
        while not self._stopped.is_set():
            for question, expected in self._expected.items():
                try:
                    found = hits(self._knowledge, question)
                except OpenSearchError:
                    self.failed.append(time.monotonic())
                    continue
                if found == expected:
                    self.right += 1
                else:
                    self.wrong.append(question)


FAULTS: dict[str, tuple[Callable[[OpenSearchServers, int], None], Callable[[OpenSearchServers, int], None]]] = {
    "killed": (OpenSearchServers.kill, OpenSearchServers.start),
    "hanging": (OpenSearchServers.pause, OpenSearchServers.resume),
}


# The first node is the one that is asked first, too.
@pytest.mark.parametrize(("fault", "node"), [("killed", 0), ("hanging", 1)])
def test_a_node_that_fails_makes_no_answer_wrong(
    servers: OpenSearchServers, store: Store, fault: str, node: int
) -> None:
    """Questions go on, and what changes meanwhile counts; afterwards all is as on one machine."""
    begin_fault, end_fault = FAULTS[fault]
    shared = Knowledge.open(store, engine="opensearch", opensearch_url=servers.url)
    local = Knowledge.open(store, engine="postings")
    expected = {question: hits(local, question) for question in QUESTIONS}
    with Asking(shared, expected) as asking:
        time.sleep(1)
        begun = time.monotonic()
        begin_fault(servers, node)
        time.sleep(6)
        before = asking.right
        end_fault(servers, node)
        servers.wait()
        time.sleep(1)
    assert not asking.wrong
    assert before > 0
    assert asking.right > before
    if fault == "killed":
        assert [failed - begun for failed in asking.failed if failed - begun > PATIENCE] == []
    put(store, "乙", document("new.md", "休暇の備品"))
    assert {question: hits(shared, question) for question in QUESTIONS} == {
        question: hits(local, question) for question in QUESTIONS
    }
    shared.close()
