"""Passages and questions for engines, and the ways to build one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st

from index.ranking.engine import Engine, Entry, GrowingEngine
from index.ranking.memory.engine import MemoryEngine
from index.ranking.packed_terms import pack
from index.ranking.postings.engine import PostingsEngine
from index.types import QuestionTerm
from tests.opensearch_servers import built_on_opensearch

Texts = Mapping[str, Sequence[str]]

# Every test of an invariant is run for every engine. Where each request goes to another process, few examples have to do.
some = settings(deadline=None, max_examples=int(os.environ.get("KOTAE_TEST_EXAMPLES", "40")))

SOURCES = range(3)
WORD = st.sampled_from("猫 犬 鳥 魚 馬".split())
TEXT = st.fixed_dictionaries({"lemma": st.lists(WORD, max_size=6), "kanji": st.lists(WORD, max_size=4)})
PARTS = st.lists(TEXT.map(dict).map(pack), max_size=2).map(tuple)
ORDER = st.sampled_from([-(2**63), -1, 0, 1, 2**63 - 1])
QUESTION = st.lists(
    st.builds(QuestionTerm, st.sampled_from(["lemma", "kanji", "latin"]), WORD, st.floats(0.1, 3), WORD), max_size=6
)


@st.composite
def collections(draw: st.DrawFn, max_size: int = 12) -> list[Entry]:
    """Passages with ascending numbers, not all of which are used."""
    numbers = sorted(draw(st.sets(st.integers(0, 30), max_size=max_size)))
    return [Entry(number, draw(PARTS), draw(st.sampled_from(SOURCES)), draw(ORDER)) for number in numbers]


def entries(texts: Iterable[Texts]) -> list[Entry]:
    """Passages with these terms, numbered from 0."""
    return [
        Entry(number, (pack({view: list(words) for view, words in text.items()}),)) for number, text in enumerate(texts)
    ]


def passages(*texts: str) -> list[Entry]:
    """Passages with their words in the view lemma."""
    return entries({"lemma": text.split()} for text in texts)


def ask(*words: str, weight: float = 1.0) -> list[QuestionTerm]:
    """The terms of a question that asks for these words."""
    return [QuestionTerm("lemma", word, weight, word) for word in words]


def grown(engine: GrowingEngine, collection: Iterable[Entry]) -> GrowingEngine:
    """An engine to which the passages were added one by one."""
    for entry in collection:
        engine.add([entry])
    return engine


def reopened(engine: PostingsEngine) -> PostingsEngine:
    """An engine that was saved and opened again."""
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "index"
        engine.save(path, {})
        return PostingsEngine.open(path)[0]


# Each way to get an engine that can be changed, by its name.
BUILDERS: dict[str, Callable[[list[Entry]], GrowingEngine]] = {
    "memory": MemoryEngine.build,
    "memory, grown one by one": lambda collection: grown(MemoryEngine.build([]), collection),
    "postings": PostingsEngine.build,
    "postings, grown one by one": lambda collection: grown(PostingsEngine.build([]), collection),
    "postings, saved and opened": lambda collection: reopened(PostingsEngine.build(collection)),
    "opensearch": built_on_opensearch,
}
# The same as parameters of tests: those that take servers are marked.
NAMES = [pytest.param(name, id=name, marks=[pytest.mark.opensearch] * (name == "opensearch")) for name in BUILDERS]
each_engine = pytest.mark.parametrize(
    "build", [pytest.param(BUILDERS[str(name.id)], id=name.id, marks=name.marks) for name in NAMES]
)


def answers(engine: Engine, questions: Iterable[Sequence[QuestionTerm]]) -> list[object]:
    """All answers of an engine to questions: equal engines give equal answers, to the last bit."""
    results: list[object] = [engine.size]
    for terms in questions:
        results += [engine.document_frequency(term.view, term.term) for term in terms]
        results += [engine.rank(terms, limit) for limit in (0, 1, 3, 100)]
        results += [engine.rank(terms, 3, among) for among in (set(), {1, 2, 5, 8, 13, 21}, range(10, 20))]
        results += [engine.explain(terms, number) for number in range(0, 31, 3)]
    return results
