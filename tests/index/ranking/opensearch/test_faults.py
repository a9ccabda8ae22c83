"""Three real nodes, of which one is killed, hangs, or is cut off, while questions are asked."""

from __future__ import annotations

import random
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import Self

import pytest

from index.errors import OpenSearchError
from index.query.question import Question
from index.search.knowledge import Knowledge
from index.search.shared_ranking_index import SharedRankingIndex
from index.store.store import Store
from index.types import Hit
from tests.opensearch_faults import FAULTS
from tests.opensearch_servers import OpenSearchServers
from tests.stores import document, new_store, put

WORDS = "休暇 会議 予約 研修 費用 出張 在宅 勤務 備品 申請 承認 期限".split()
QUESTIONS = [f"{one}の{other}" for one in WORDS[:3] for other in WORDS[6:]]
# Seconds after a fault in which a question may fail; every answer has to be right at any time.
PATIENCE = 2.0
# Seconds in which an answer has to come.
LONGEST = 60.0


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store with some documents."""
    chance = random.Random(11)
    store = new_store(tmp_path)
    put(store, "甲", *(document(f"{number}.md", "の".join(chance.choices(WORDS, k=4))) for number in range(60)))
    return store


def hits(knowledge: Knowledge) -> dict[str, tuple[Hit, ...]]:
    """The hits of each question."""
    return {question: knowledge.library().search(Question(question), 5).hits for question in QUESTIONS}


class Asking:
    """Questions one after another in a thread, while something happens."""

    def __init__(self, knowledge: Knowledge, expected: dict[str, tuple[Hit, ...]]) -> None:
        self._knowledge = knowledge
        self._expected = expected
        self._stopped = threading.Event()
        self._answered = threading.Condition()
        self._thread = threading.Thread(target=self._ask)
        self._right = 0
        self.wrong: list[str] = []
        # When questions failed that cannot be answered from all of the index.
        self.failed: list[float] = []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()

    def wait(self) -> None:
        """Wait until a few more questions are answered rightly."""
        with self._answered:
            enough = self._right + 10
            assert self._answered.wait_for(lambda: self._right >= enough or self.wrong, LONGEST)

    def _ask(self) -> None:
        while not self._stopped.is_set():
            for question, expected in self._expected.items():
                try:
                    found = self._knowledge.library().search(Question(question), 5).hits
                except OpenSearchError:
                    self.failed.append(time.monotonic())
                    continue
                with self._answered:
                    if found == expected:
                        self._right += 1
                    else:
                        self.wrong.append(question)
                    self._answered.notify()


def ask_node(knowledge: Knowledge, node: int) -> None:
    """Let a node be the one that is asked."""
    index = knowledge._index
    assert isinstance(index, SharedRankingIndex)
    index._cluster._asked = node


@pytest.mark.parametrize(("fault", "node"), [("killed", 0), ("hanging", 1), ("unreachable", 2), ("alone", 0)])
def test_a_node_that_fails_makes_no_answer_wrong(
    opensearch: OpenSearchServers, store: Store, fault: str, node: int
) -> None:
    """Questions go on, what changes meanwhile counts, and afterwards all is as on one machine."""
    opensearch.wait()
    with (
        closing(Knowledge.open(store, engine="opensearch", opensearch_url=opensearch.url)) as shared,
        closing(Knowledge.open(new_store(Path(store.engine.url.database or "").parent), engine="postings")) as local,
    ):
        with Asking(shared, hits(local)) as asking:
            asking.wait()
            ask_node(shared, node)
            begun = time.monotonic()
            with FAULTS[fault](opensearch, node):
                asking.wait()
                asking.wait()
            asking.wait()
        assert not asking.wrong
        if fault == "killed":
            assert [failed - begun for failed in asking.failed if failed - begun > PATIENCE] == []
        put(store, "乙", document("new.md", "休暇の備品"))
        assert hits(shared) == hits(local)
    opensearch.wait()


def test_a_node_that_has_lost_the_others_is_not_asked(opensearch: OpenSearchServers, store: Store) -> None:
    """It would answer, from what it had before: what changes meanwhile counts, and so do its statistics."""
    opensearch.wait()
    with (
        closing(Knowledge.open(store, engine="opensearch", opensearch_url=opensearch.url)) as shared,
        closing(Knowledge.open(new_store(Path(store.engine.url.database or "").parent), engine="postings")) as local,
    ):
        assert hits(shared) == hits(local)
        ask_node(shared, 0)
        with FAULTS["alone"](opensearch, 0):
            for number in range(5):
                put(store, f"乙{number}", document("new.md", f"{number}つ目の休暇の備品"))
                assert hits(shared) == hits(local)
    opensearch.wait()
