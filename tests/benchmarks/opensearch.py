"""The OpenSearch engine beside kotae's postings, in one run: three nodes and all questions on one machine.

    python -m tests.benchmarks.opensearch [--size 100000] [--questions 1000] [--nodes 3] [--data FOLDER] [--once]

Times are on the clock, since most of the work is the cluster's. Each question has an audience of its own, of some of the
sources drawn at random, and is new to the engine after a hundred others. The first ten have to be equal, before, while and
after a new generation of the index takes the place of the one before.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from index.language.analysis import VIEWS
from index.ranking.engine import Engine
from index.ranking.opensearch.addresses import parse_addresses
from index.ranking.opensearch.cluster import Cluster
from index.ranking.opensearch.documents import passages_of
from index.ranking.opensearch.engine import OpenSearchEngine
from index.ranking.opensearch.generations import Generations, name_of_change
from index.ranking.opensearch.index import PassageIndex
from index.ranking.opensearch.statistics import Change
from index.ranking.postings.engine import PostingsEngine
from index.types import QuestionTerm
from tests.benchmarks.corpus import SOURCES, Corpus, make, questions_of, read
from tests.opensearch_servers import OpenSearchServers

FIRST = 10
DEPTH = 20
WARMING_UP = 100
HEAP = "512m"

Asked = Sequence[tuple[Sequence[QuestionTerm], frozenset[int]]]


def main() -> None:
    """Print what indexing and questions take, and how many questions have the same first ten."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--size", type=int, default=100_000)
    arguments.add_argument("--questions", type=int, default=1_000)
    arguments.add_argument("--nodes", type=int, default=3)
    arguments.add_argument("--data", type=Path, help="a folder of question sets")
    arguments.add_argument(
        "--once", action="store_true", help="make no second generation: a million passages take long"
    )
    given = arguments.parse_args()
    passages, questions = read(given.data)
    # Its sentences are analysed once, however many passages are made of them.
    corpus = make(passages, given.size)
    chance = random.Random(given.size)
    drawn = questions_of(questions, WARMING_UP + given.questions)
    drawn = list((drawn * (1 + (WARMING_UP + given.questions) // len(drawn)))[: WARMING_UP + given.questions])
    asked = [(terms, frozenset(chance.sample(range(SOURCES), chance.randint(1, SOURCES)))) for terms in drawn]
    postings = PostingsEngine.build(corpus.entries(VIEWS))
    servers = OpenSearchServers(given.nodes, heap=HEAP, quick=False)
    try:
        _measure(servers, postings, corpus, asked, once=given.once)
    finally:
        servers.remove()


def _measure(servers: OpenSearchServers, postings: Engine, corpus: Corpus, asked: Asked, *, once: bool) -> None:
    cluster = Cluster(parse_addresses(servers.url))
    generations = Generations(cluster, "kotae-benchmark")
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"load of the machine before: {load}")
    print(f"{corpus.size:,} passages, {len(servers.nodes)} nodes of {HEAP}, OpenSearch {cluster.check_version()}")
    print(f"indexing: {_build(generations, corpus)}", flush=True)
    engine = OpenSearchEngine(PassageIndex(cluster, generations.alias))
    for terms, sources in asked[:WARMING_UP]:
        engine.within(sources).rank(terms, DEPTH)
    measured = asked[WARMING_UP:]
    expected = [postings.within(sources).rank(terms, FIRST) for terms, sources in measured]
    print(f"postings: {_times(postings, measured)}")
    print(f"opensearch: {_times(engine, measured)}")
    print(f"opensearch, statistics asked anew for each question: {_times(engine, measured[:100], engine.index.forget)}")
    print(f"the first {FIRST} are equal for {_equal(engine, measured, expected)} of {len(measured)}", flush=True)
    if not once:
        _switch(generations, corpus, engine, measured, expected)
    print(
        f"opensearch, each question after a change: {_summary(_after_changes(engine, generations, corpus, measured[:100]))}"
    )


def _switch(
    generations: Generations, corpus: Corpus, engine: OpenSearchEngine, measured: Asked, expected: Sequence[object]
) -> None:
    """Another generation is made, and takes the place of the one before, while questions are asked."""
    building = threading.Thread(target=lambda: print(f"another generation: {_build(generations, corpus)}"))
    building.start()
    rounds = 0
    while building.is_alive():
        few = random.Random(rounds).sample(range(len(measured)), min(50, len(measured)))
        same = _equal(engine, [measured[place] for place in few], [expected[place] for place in few])
        assert same == len(few)
        rounds += len(few)
    building.join()
    engine.index.forget()
    print(f"equal for {rounds} of {rounds} meanwhile, and then for {_equal(engine, measured, expected)}", flush=True)


def _build(generations: Generations, corpus: Corpus) -> str:
    begin = time.perf_counter()
    index = generations.new()
    index.add(corpus.entries(VIEWS), 1)
    index.publish()
    generations.say_made_of(index, "benchmark", 1)
    indexed = time.perf_counter() - begin
    generations.switch(index, lambda: None)
    copied = time.perf_counter() - begin - indexed
    return f"{indexed:.0f} s, {corpus.size / indexed:.0f} passages a second, and {copied:.0f} s for the copies"


def _after_changes(engine: OpenSearchEngine, generations: Generations, corpus: Corpus, asked: Asked) -> Iterator[float]:
    """Each question after a passage was added, as SharedRankingIndex sees to it: what was counted is kept."""
    index = engine.index
    for entry, (terms, sources) in zip(corpus.first(len(asked)).entries(VIEWS), asked, strict=True):
        index.snapshot.confirm(index.snapshot.begin_look())
        before = generations.current()
        assert before
        generation = before.generation + 1
        new = entry._replace(number=corpus.size + generation)
        changed = PassageIndex(index.cluster, before.name)
        changed.add([new], generation)
        changed.log(name_of_change(generation), Change([], passages_of([new])), generation)
        changed.publish()
        generations.say_made_of(changed, "benchmark", generation, [(before.generation, generation)])
        begin = time.perf_counter()
        after = generations.current()
        changes = index.logged((after and after.changes_since(before)) or [])
        assert changes
        index.follow(index.snapshot.after(changes))
        engine.within(sources).rank(terms, DEPTH)
        yield (time.perf_counter() - begin) * 1000


def _times(engine: Engine, asked: Asked, before: Callable[[], object] = lambda: None) -> str:
    return _summary(_each(engine, asked, before))


def _summary(milliseconds: Iterable[float]) -> str:
    times = sorted(milliseconds)
    return f"p50 {statistics.median(times):.1f} ms, p95 {times[len(times) * 95 // 100]:.1f} ms, most {times[-1]:.0f} ms"


def _each(engine: Engine, asked: Asked, before: Callable[[], object]) -> Iterator[float]:
    for terms, sources in asked:
        before()
        begin = time.perf_counter()
        engine.within(sources).rank(terms, DEPTH)
        yield (time.perf_counter() - begin) * 1000


def _equal(engine: Engine, asked: Asked, expected: Sequence[object]) -> int:
    return sum(
        engine.within(sources).rank(terms, FIRST) == first
        for (terms, sources), first in zip(asked, expected, strict=True)
    )


if __name__ == "__main__":
    main()
