"""After any changes an engine answers as one that is built of the remaining passages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.ranking.engine import Entry, GrowingEngine
from index.ranking.memory.engine import MemoryEngine
from index.ranking.packed_terms import pack
from index.ranking.postings.engine import PostingsEngine
from index.types import QuestionTerm
from tests.index.ranking.examples import (
    BUILDERS,
    ORDER,
    PARTS,
    QUESTION,
    SOURCES,
    answers,
    ask,
    collections,
    each_engine,
    passages,
    reopened,
    some,
)

Build = Callable[[list[Entry]], GrowingEngine]

AUDIENCES = st.frozensets(st.sampled_from([*SOURCES, 7]))


class Step(NamedTuple):
    """A change of an engine: passages are added, others removed by their position, and questions are asked."""

    added: Sequence[tuple[tuple[bytes, ...], int, int]]
    removed: Sequence[int]
    asked: Sequence[list[QuestionTerm]]
    audience: frozenset[int]
    compacted: bool


STEPS = st.lists(
    st.builds(
        Step,
        added=st.lists(st.tuples(PARTS, st.sampled_from(SOURCES), ORDER), max_size=6),
        removed=st.lists(st.integers(0, 15), max_size=3),
        asked=st.lists(QUESTION, max_size=2),
        audience=AUDIENCES,
        compacted=st.booleans(),
    ),
    max_size=5,
)


def check(engine: GrowingEngine, left: Sequence[Entry], step: Step) -> None:
    """The engine, whole and within an audience, answers as new engines in memory."""
    assert answers(engine, step.asked) == answers(MemoryEngine.build(left), step.asked)
    alone = [entry for entry in left if entry.source in step.audience]
    assert answers(engine.within(step.audience), step.asked) == answers(MemoryEngine.build(alone), step.asked)


@each_engine
@some
@given(collection=collections(), steps=STEPS)
def test_after_any_changes_it_is_as_newly_built(build: Build, collection: list[Entry], steps: list[Step]) -> None:
    """Passages are added and removed, and every answer is that of an engine of the rest, to the last bit."""
    engine, left, number = build(collection), list(collection), 31
    for step in steps:
        # An audience that was asked before a change is cached when it happens.
        answers(engine.within(step.audience), step.asked)
        added = [Entry(number + position, *fields) for position, fields in enumerate(step.added)]
        number += len(added)
        engine.add(added)
        removed = {left[position].number for position in step.removed if position < len(left)}
        engine.remove([*removed, 1_000])
        left = [entry for entry in [*left, *added] if entry.number not in removed]
        check(engine, left, step)
        if step.compacted and isinstance(engine, PostingsEngine):
            engine.compact()
            check(engine, left, step)
            check(reopened(engine), left, step)


@each_engine
@some
@given(collection=collections(), question=QUESTION, first=AUDIENCES, second=AUDIENCES)
def test_an_audience_within_an_audience_is_the_intersection(
    build: Build, collection: list[Entry], question: list[QuestionTerm], first: frozenset[int], second: frozenset[int]
) -> None:
    """Restricting again never gives more to read."""
    engine = build(collection)
    both = engine.within(first & second)
    assert answers(engine.within(first).within(second), [question]) == answers(both, [question])


@each_engine
def test_numbers_ascend(build: Build) -> None:
    """A number is never used again, not even one whose passage was removed; nothing is added."""
    engine = build(passages("猫", "犬"))
    engine.remove([1])
    for number in (0, 1):
        with pytest.raises(ValueError, match="must ascend"):
            engine.add([Entry(number, ())])
    assert engine.size == 1


@each_engine
def test_an_empty_audience_finds_nothing(build: Build) -> None:
    """Without sources there is nothing to rank, and no error."""
    engine = build(passages("猫", "犬")).within(frozenset())
    assert (engine.size, engine.document_frequency("lemma", "猫"), engine.rank(ask("猫"), 3)) == (0, 0, [])


@each_engine
def test_a_view_that_nothing_in_an_audience_has_is_no_error(build: Build) -> None:
    """Passages without a number, say, can be asked for a word and a number that others have."""
    engine = build(
        [Entry(0, (pack({"lemma": ["猫"]}),), 0), Entry(1, (pack({"lemma": ["犬"], "number": ["10"]}),), 1)]
    ).within(frozenset({0}))
    question = [QuestionTerm("lemma", "猫", 1.0, "猫"), QuestionTerm("number", "10", 1.0, "10")]
    assert [scored.position for scored in engine.rank(question, 3)] == [0]


@pytest.mark.parametrize(
    ("name", "times"),
    [("memory", 200), ("postings", 200), pytest.param("opensearch", 30, marks=pytest.mark.opensearch)],
)
def test_threads_ask_while_another_changes(name: str, times: int) -> None:
    """Each answer is consistent: the passages that stay are always all found."""
    engine = BUILDERS[name](passages(*["猫 犬"] * 50))
    readable = frozenset({0})

    def change() -> None:
        for number in range(100, 100 + times):
            engine.add([Entry(number, (pack({"lemma": ["鳥", "猫"]}),), number % 2)])
            if number % 3:
                engine.remove([number - 1])

    def question() -> bool:
        ranked = engine.within(readable).rank(ask("犬", "鳥"), 100)
        return {scored.position for scored in ranked} >= set(range(50))

    with ThreadPoolExecutor(4) as pool:
        changed = pool.submit(change)
        asked = [pool.submit(question) for _ in range(times)]
        changed.result()
        assert all(answer.result() for answer in asked)
    assert answers(engine, [ask("猫", "鳥")]) == answers(engine.within(frozenset({0, 1})), [ask("猫", "鳥")])
