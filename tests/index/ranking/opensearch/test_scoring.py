from __future__ import annotations

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.language.analysis import VIEWS
from index.ranking.bm25 import K1
from index.ranking.opensearch.documents import REFERENCE_LENGTHS, SCALE, scaled_frequencies
from index.ranking.opensearch.index_settings import PIVOT_BITS, PIVOT_MIDDLE, PIVOT_STEPS
from index.ranking.opensearch.scoring import WeightedTerm, bounding_clauses, without_common

LENGTHS = st.integers(1, 20_000)


def score_of_index(boost: float, frequency: int, length: int, view: int) -> float:
    """What the similarity of the index gives, which has 32 bits."""
    scaled = scaled_frequencies(numpy.array([frequency]), numpy.array([length]), numpy.array([view]))
    pivot = int(numpy.float32(boost).view(numpy.uint32)) & ((1 << PIVOT_BITS) - 1)
    half = K1 * SCALE * 2 ** ((pivot - PIVOT_MIDDLE) / PIVOT_STEPS)
    frequency_of_index = float(numpy.float32(scaled[0]))
    return float(numpy.float32(boost * frequency_of_index / (frequency_of_index + half)))


@given(
    view=st.integers(0, len(VIEWS) - 1),
    weight=st.floats(0.01, 10),
    idf=st.floats(0.001, 15),
    length=LENGTHS,
    mean_length=st.floats(0.001, 20_000),
    share=st.floats(0, 1),
)
def test_no_score_is_above_its_bound(
    view: int, weight: float, idf: float, length: int, mean_length: float, share: float
) -> None:
    """However long the passage is, and however long those of the audience are."""
    frequency = 1 + int(share * (length - 1))
    term = WeightedTerm(7, view, weight, idf, mean_length, 5)
    (clause,) = bounding_clauses([term])
    bound = score_of_index(clause.boost, frequency, length, view)
    assert bound >= weight * term.score(frequency, length)


@given(view=st.integers(0, len(VIEWS) - 1), length=LENGTHS, factor=st.floats(0.25, 4), share=st.floats(0, 1))
def test_the_bound_is_close(view: int, length: int, factor: float, share: float) -> None:
    """Else a question would have to look at many candidates."""
    mean_length = REFERENCE_LENGTHS[view] * factor
    length = min(length, round(20 * mean_length) + 1)
    frequency = 1 + int(share * (length - 1))
    term = WeightedTerm(7, view, 1.0, 1.0, mean_length, 5)
    (clause,) = bounding_clauses([term])
    bound = score_of_index(clause.boost, frequency, length, view)
    assert bound == pytest.approx(term.score(frequency, length), rel=0.25)


def test_what_is_left_out_at_first_can_add_little() -> None:
    """The terms of most passages, and never all terms."""
    clauses = bounding_clauses(
        WeightedTerm(key, 0, 1.0, idf, 100.0, frequency)
        for key, (idf, frequency) in enumerate([(9.0, 2), (8.0, 4), (0.3, 5_000), (0.2, 6_000), (0.4, 3)])
    )
    kept, left_out = without_common(clauses)
    assert [clause.key for clause in sorted(kept)] == [0, 1, 4]
    assert left_out == sum(clause.boost for clause in clauses if clause.key in {2, 3})
    assert without_common(clauses[:1]) == (clauses[:1], 0.0)


def test_a_term_that_is_asked_for_twice_is_one_clause() -> None:
    """With both weights: a query may have only so many clauses."""
    terms = [WeightedTerm(7, 0, weight, 2.0, 100.0, 5) for weight in (1.0, 2.0)]
    (clause,) = bounding_clauses(terms)
    (single,) = bounding_clauses([terms[0]])
    assert clause.boost == pytest.approx(3 * single.boost, rel=1e-3)
