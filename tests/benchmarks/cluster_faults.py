"""Faults of three nodes at random, under questions, edits and deletions; the answers are compared with a single machine's.

    python -m tests.benchmarks.cluster_faults [--minutes 10] [--seed 1] [--postgresql]

The store is in SQLite, or in a PostgreSQL server that is killed, too.

Each document has a number of its own. No answer may have that of a document that was gone before the question was asked, or
that the asker may not read. Again and again edits wait, and an answer has to be that of kotae's postings over the same store.
A question may fail only within two seconds after a node was killed; after another fault, how often and how late is counted.
What a killed database did not confirm is done again until it does.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from index.audience import GUILD, Audience
from index.errors import DatabaseError, OpenSearchError
from index.query.question import Question
from index.search.knowledge import Admits, Knowledge, everything
from index.store.store import Store
from index.types import Hit
from tests.index.store.postgresql import Server
from tests.opensearch_faults import FAULTS
from tests.opensearch_servers import OpenSearchServers
from tests.stores import document, new_store, put

WORDS = "休暇 会議 予約 研修 費用 出張 在宅 勤務 備品 申請 承認 期限".split()
DOCUMENTS = 300
ASKERS = 2
# Every so many questions are compared.
COMPARED = 5
PATIENCE = 2.0
NOTHING = "nothing"
# The share of faults that are the database's.
_OF_DATABASE = 0.25

Result = TypeVar("Result")


def open_to_all(audience: Audience) -> bool:
    """What somebody may read who is in no guild."""
    return audience.kind != GUILD


class Trial:
    """A store that is edited, a cluster that is asked, and what was seen of them."""

    def __init__(
        self, store: Store, servers: OpenSearchServers, chance: random.Random, database: Server | None
    ) -> None:
        self.chance = chance
        self.servers = servers
        self.database = database
        self.store = store
        self.sources = [put(store, "公"), put(store, "秘", audience=Audience(GUILD, 1))]
        self.shared = Knowledge.open(store, engine="opensearch", opensearch_url=servers.url)
        self.local = Knowledge.open(store, engine="postings")
        self.ended = threading.Event()
        self.editing = threading.Lock()
        # What befalls the cluster, and since when.
        self.fault, self.since = NOTHING, time.monotonic()
        # The source of each number, and since when a document is gone.
        self.source_of: dict[int, int] = {}
        self.gone: dict[int, float] = {}
        self.documents: dict[str, tuple[int, int]] = {}
        self.seen: Counter[str] = Counter()
        self.failed: Counter[str] = Counter()
        self.latest: dict[str, float] = {}
        self.longest: dict[str, float] = {}
        self.violations: list[str] = []
        for _ in range(DOCUMENTS):
            self.change(name=None)

    def change(self, name: str | None, *, remove: bool = False) -> None:
        """Add a document, or replace or remove one."""
        number = len(self.source_of)
        source, before = self.documents.get(name, (0, None)) if name else (self.chance.choice(self.sources), None)
        name = name or f"{number}.md"
        with self.editing:
            if remove:
                until_confirmed(lambda: self.store.put(source, removed=[name]))
                del self.documents[name]
            else:
                self.source_of[number] = source
                text = f"{'の'.join(self.chance.choices(WORDS, k=self.chance.randint(2, 6)))}（控え{number:06}）"
                until_confirmed(lambda: self.store.put(source, [document(name, text)]))
                self.documents[name] = source, number
            if before is not None:
                self.gone[before] = time.monotonic()
        self.seen["edits and deletions"] += 1

    def edit(self) -> None:
        """Change one document after the other."""
        while not self.ended.wait(self.chance.uniform(0.1, 1)):
            some = self.chance.choice([*self.documents])
            kind = self.chance.choice(["add", "replace", "remove"])
            self.change(None if kind == "add" else some, remove=kind == "remove")

    def ask(self, seed: int) -> None:
        """Ask one question after the other."""
        chance = random.Random(seed)
        while not self.ended.is_set():
            question = "の".join(chance.sample(WORDS, 2))
            admits: Admits = chance.choice([everything, open_to_all])
            if chance.randrange(COMPARED):
                self.look(question, admits)
            else:
                with self.editing:
                    hits = self.look(question, admits)
                    if hits is not None and hits != until_confirmed(partial(answer, self.local, question, admits)):
                        self.violations.append(
                            f"another answer than that of one machine, while {self.fault}: {question}"
                        )
                    self.seen["answers compared"] += hits is not None

    def look(self, question: str, admits: Admits) -> tuple[Hit, ...] | None:
        """The hits of a question, none of which may be gone or forbidden; None where there is no answer."""
        begun = time.monotonic()
        try:
            hits = answer(self.shared, question, admits)
        except (OpenSearchError, DatabaseError) as error:
            fault, after = self.fault, time.monotonic() - self.since
            self.failed[f"{fault}, {type(error).__name__}"] += 1
            self.latest[fault] = max(self.latest.get(fault, 0.0), after)
            if fault in ("killed", NOTHING) and after > PATIENCE:
                self.violations.append(f"no answer {after:.1f} s after: {fault}, {error}")
            return None
        self.seen["questions answered"] += 1
        self.longest[self.fault] = max(self.longest.get(self.fault, 0.0), time.monotonic() - begun)
        for number in map(int, re.findall(r"控え(\d{6})", "".join(str(hit) for hit in hits))):
            if self.gone.get(number, begun) < begun:
                self.violations.append(f"a deleted document, while {self.fault}: {number}")
            if admits is not everything and self.source_of[number] == self.sources[1]:
                self.violations.append(f"a forbidden document, while {self.fault}: {number}")
        return hits

    def break_and_mend(self, seconds: float) -> None:
        """One fault after the other, at random."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.ended.wait(self.chance.uniform(1, 5))
            if self.database and self.chance.random() < _OF_DATABASE:
                self.kill_database(self.database)
                continue
            name, node = self.chance.choice([*FAULTS]), self.chance.choice(self.servers.nodes)
            self.fault, self.since = name, time.monotonic()
            with FAULTS[name](self.servers, node):
                self.ended.wait(self.chance.uniform(3, 12))
            self.seen[f"node {name}"] += 1
            self.servers.wait()
            self.fault, self.since = NOTHING, time.monotonic()

    def kill_database(self, database: Server) -> None:
        """Kill PostgreSQL, and start it a moment later."""
        self.fault, self.since = "database killed", time.monotonic()
        database.kill()
        self.ended.wait(self.chance.uniform(0, 3))
        database.start()
        self.seen["database killed"] += 1
        self.fault, self.since = NOTHING, time.monotonic()


def until_confirmed(work: Callable[[], Result]) -> Result:
    """What comes of some work that is done again while the database does not confirm it."""
    while True:
        try:
            return work()
        except DatabaseError:
            time.sleep(0.1)


def answer(knowledge: Knowledge, question: str, admits: Admits) -> tuple[Hit, ...]:
    """The hits of a question."""
    return knowledge.library(admits).search(Question(question), 10).hits


def main() -> None:
    """Print what was seen; ends with status 1 where something was that must not be."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--minutes", type=float, default=10)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--postgresql", action="store_true")
    given = arguments.parse_args()
    servers = OpenSearchServers(3, networks=True)
    database = Server(durable=True) if given.postgresql else None
    try:
        with TemporaryDirectory() as folder:
            store = Store.open(database.new_store()) if database else new_store(Path(folder))
            trial = _tried(store, servers, database, given.minutes, given.seed)
    finally:
        servers.remove()
        if database:
            database.remove()
    for name, count in trial.seen.items():
        print(f"{name}: {count:,}")
    print(f"questions without an answer: {dict(trial.failed)}")
    print(f"the latest of them after a fault began, in seconds: {_rounded(trial.latest)}")
    print(f"the longest that an answer took, in seconds: {_rounded(trial.longest)}")
    print(f"must not be: {len(trial.violations)}", *trial.violations[:20], sep="\n")
    sys.exit(bool(trial.violations))


def _tried(store: Store, servers: OpenSearchServers, database: Server | None, minutes: float, seed: int) -> Trial:
    trial = Trial(store, servers, random.Random(seed), database)
    with closing(trial.shared), closing(trial.local):
        with ThreadPoolExecutor() as pool:
            working = [pool.submit(trial.edit), *(pool.submit(trial.ask, seed + asker) for asker in range(ASKERS))]
            try:
                trial.break_and_mend(60 * minutes)
            finally:
                trial.ended.set()
        for one in working:
            one.result()
        questions = [f"{one}の{other}" for one in WORDS for other in WORDS]
        for admits in (everything, open_to_all):
            same = sum(answer(trial.shared, one, admits) == answer(trial.local, one, admits) for one in questions)
            if same < len(questions):
                trial.violations.append(f"in the end {len(questions) - same} answers differ")
            trial.seen["answers compared in the end"] += same
    return trial


def _rounded(seconds: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 1) for name, value in seconds.items()}


if __name__ == "__main__":
    main()
