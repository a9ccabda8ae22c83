"""Whatever happened to an engine before, it answers as one that is built of what is left."""

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
    passages,
    reopened,
    some,
)

Build = Callable[[list[Entry]], GrowingEngine]

each_growing = pytest.mark.parametrize("build", BUILDERS.values(), ids=BUILDERS.keys())
AUDIENCES = st.frozensets(st.sampled_from([*SOURCES, 7]))


class Step(NamedTuple):
    """What happens to an engine: passages come, others go by their place, a few are asked about."""

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
    """The engine, and what it is within an audience, says what fresh engines in memory say."""
    assert answers(engine, step.asked) == answers(MemoryEngine.build(left), step.asked)
    alone = [entry for entry in left if entry.source in step.audience]
    assert answers(engine.within(step.audience), step.asked) == answers(MemoryEngine.build(alone), step.asked)


@each_growing
@some
@given(collection=collections(), steps=STEPS)
def test_after_any_history_it_is_as_built_anew(build: Build, collection: list[Entry], steps: list[Step]) -> None:
    """Passages come, are edited and go, and every answer is that of an engine of what is left, to the last bit."""
    engine, left, number = build(collection), list(collection), 31
    for step in steps:
        # An audience that is asked before a change is there when it happens.
        answers(engine.within(step.audience), step.asked)
        added = [Entry(number + place, *fields) for place, fields in enumerate(step.added)]
        number += len(added)
        engine.add(added)
        removed = {left[place].number for place in step.removed if place < len(left)}
        engine.remove([*removed, 1_000])
        left = [entry for entry in [*left, *added] if entry.number not in removed]
        check(engine, left, step)
        if step.compacted and isinstance(engine, PostingsEngine):
            engine.compact()
            check(engine, left, step)
            check(reopened(engine), left, step)


@each_growing
@some
@given(collection=collections(), question=QUESTION, first=AUDIENCES, second=AUDIENCES)
def test_an_audience_within_an_audience_is_what_both_have(
    build: Build, collection: list[Entry], question: list[QuestionTerm], first: frozenset[int], second: frozenset[int]
) -> None:
    """Nobody comes to read more by being asked for again."""
    engine = build(collection)
    both = engine.within(first & second)
    assert answers(engine.within(first).within(second), [question]) == answers(both, [question])


@each_growing
def test_numbers_ascend(build: Build) -> None:
    """A number is never used again, not even one whose passage is gone; then nothing is added."""
    engine = build(passages("猫", "犬"))
    engine.remove([1])
    for number in (0, 1):
        with pytest.raises(ValueError, match="must ascend"):
            engine.add([Entry(number, ())])
    assert engine.size == 1


@each_growing
def test_nothing_of_an_empty_audience_is_found(build: Build) -> None:
    """Who may read nothing is told nothing, and it is no error."""
    engine = build(passages("猫", "犬")).within(frozenset())
    assert (engine.size, engine.document_frequency("lemma", "猫"), engine.rank(ask("猫"), 3)) == (0, 0, [])


@pytest.mark.parametrize("name", ["memory", "postings"])
def test_threads_ask_while_another_changes(name: str) -> None:
    """Each answer is that of some moment: of the passages that stay, all are always found."""
    engine = BUILDERS[name](passages(*["猫 犬"] * 50))
    readable = frozenset({0})

    def change() -> None:
        for number in range(100, 300):
            engine.add([Entry(number, (pack({"lemma": ["鳥", "猫"]}),), number % 2)])
            if number % 3:
                engine.remove([number - 1])

    def question() -> bool:
        ranked = engine.within(readable).rank(ask("犬", "鳥"), 100)
        return {scored.position for scored in ranked} >= set(range(50))

    with ThreadPoolExecutor(4) as pool:
        changed = pool.submit(change)
        asked = [pool.submit(question) for _ in range(200)]
        changed.result()
        assert all(answer.result() for answer in asked)
    assert answers(engine, [ask("猫", "鳥")]) == answers(engine.within(frozenset({0, 1})), [ask("猫", "鳥")])
