import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rank_bm25 import BM25Okapi

from index.ranking.bm25 import K1, B
from index.ranking.engine import Entry
from index.ranking.memory.okapi import Okapi
from index.ranking.packed_terms import pack
from index.types import QuestionTerm
from tests.index.ranking.examples import BUILDERS, NAMES, some

WORDS = st.integers(0, 3)
COLLECTIONS = st.lists(st.lists(WORDS, max_size=8), min_size=1, max_size=8).filter(any)


def okapi(passages: list[list[int]], k1: float, b: float) -> Okapi:
    """The model of passages given as their terms."""
    lengths = [len(passage) for passage in passages]
    return Okapi([Counter(passage) for passage in passages], lengths, len(passages), sum(lengths), k1, b)


def formula(passages: list[list[int]], word: int, position: int, k1: float, b: float) -> float:
    """BM25 as in the literature, of a word that the passage contains, with Lucene's idf."""
    passage = passages[position]
    matching = sum(word in other for other in passages)
    idf = math.log(1 + (len(passages) - matching + 0.5) / (matching + 0.5))
    frequency = passage.count(word)
    mean_length = sum(map(len, passages)) / len(passages)
    return idf * frequency * (k1 + 1) / (frequency + k1 * (1 - b + b * len(passage) / mean_length))


@given(COLLECTIONS, WORDS, st.floats(0.1, 3), st.floats(0, 1))
def test_scores_are_those_of_the_formula(passages: list[list[int]], word: int, k1: float, b: float) -> None:
    """rank-bm25, with this idf and these lengths, gives each passage the score that BM25 defines."""
    matching = [position for position, passage in enumerate(passages) if word in passage]
    scores = okapi(passages, k1, b).scores(word, matching)
    assert scores == pytest.approx([formula(passages, word, position, k1, b) for position in matching])


@pytest.mark.parametrize("name", NAMES)
@some
@given(passages=COLLECTIONS, word=WORDS)
def test_engines_score_as_the_package_itself(name: str, passages: list[list[int]], word: int) -> None:
    """A term's scores are to the last bit what rank-bm25 computes of the texts, given the same idf."""
    engine = BUILDERS[name](
        [Entry(number, (pack({"lemma": [str(one) for one in passage]}),)) for number, passage in enumerate(passages)]
    )
    package = BM25Okapi([[str(one) for one in passage] for passage in passages], k1=K1, b=B)
    matching = sum(word in passage for passage in passages)
    package.idf[str(word)] = math.log(1 + (len(passages) - matching + 0.5) / (matching + 0.5))
    expected = package.get_batch_scores([str(word)], range(len(passages)))
    ranked = engine.rank([QuestionTerm("lemma", str(word), 1.0, "")], len(passages))
    assert dict(ranked) == {position: score for position, score in enumerate(expected) if score}


@given(COLLECTIONS, WORDS)
def test_every_idf_is_above_zero(passages: list[list[int]], word: int) -> None:
    """Where rank-bm25 gives zero or less, to terms of half of the passages and more, idf stays positive."""
    matching = [position for position, passage in enumerate(passages) if word in passage]
    assert all(score > 0 for score in okapi(passages, K1, B).scores(word, matching))
