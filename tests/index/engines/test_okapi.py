import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.engines.memory import K1, B, MemoryEngine
from index.engines.okapi import Okapi
from index.types import QuestionTerm

WORDS = st.sampled_from("猫 犬 鳥 魚".split())
COLLECTIONS = st.lists(st.lists(WORDS, max_size=8), min_size=1, max_size=8)


def formula(passages: list[list[str]], word: str, position: int, k1: float, b: float) -> float:
    """BM25 as in the books, of a word that the passage has, with Lucene's idf."""
    passage = passages[position]
    having = sum(word in other for other in passages)
    idf = math.log(1 + (len(passages) - having + 0.5) / (having + 0.5))
    frequency = passage.count(word)
    mean_length = sum(map(len, passages)) / len(passages)
    return idf * frequency * (k1 + 1) / (frequency + k1 * (1 - b + b * len(passage) / mean_length))


@given(COLLECTIONS, WORDS, st.floats(0.1, 3), st.floats(0, 1))
def test_scores_are_those_of_the_formula(passages: list[list[str]], word: str, k1: float, b: float) -> None:
    """rank-bm25, with this idf and these lengths, gives each passage the score that BM25 defines."""
    having = [position for position, passage in enumerate(passages) if word in passage]
    scores = Okapi(passages, k1, b).get_batch_scores([word], having)
    assert scores == pytest.approx([formula(passages, word, position, k1, b) for position in having])


@given(COLLECTIONS, WORDS)
def test_the_engine_scores_with_the_measured_parameters(passages: list[list[str]], word: str) -> None:
    """What the engine ranks by is the formula with its own k1 and b."""
    engine = MemoryEngine.build([{"lemma": passage} for passage in passages])
    for position, score in engine.rank([QuestionTerm("lemma", word, 1.0, word)], len(passages)):
        assert score == pytest.approx(formula(passages, word, position, K1, B))


@given(COLLECTIONS)
def test_every_idf_is_above_zero(passages: list[list[str]]) -> None:
    """Where rank-bm25 gives zero or less, to terms of half of the passages and more, idf stays positive."""
    assert all(idf > 0 for idf in Okapi(passages, K1, B).idf.values())


def test_an_empty_collection_has_no_terms() -> None:
    """Where rank-bm25 divides by zero, there is an index without terms."""
    assert Okapi([], K1, B).idf == {}
