import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.confidence import ANSWERED_FROM, confidence, coverage, inverse_document_frequency, threshold
from index.types import QuestionTerm

CAT = QuestionTerm("lemma", "猫", 1.0, "猫")
DOG = QuestionTerm("lemma", "犬", 2.0, "犬")
AZURE = QuestionTerm("lemma", "azure", 1.0, "Azure")
AZURE_BRIDGE = QuestionTerm("katakana", "アジュル", 2.0, "Azure", bridge=True)
KANJI = QuestionTerm("kanji", "猫", 0.5, "猫")

SIZES = st.integers(0, 10**7)
SHARES = st.floats(0, 1)


def same_everywhere(_view: str, _term: str) -> int:
    """A collection in which every term occurs in two passages."""
    return 2


def has(*terms: QuestionTerm) -> set[tuple[str, str]]:
    """What a passage with these terms has matched."""
    return {(term.view, term.term) for term in terms}


@pytest.mark.parametrize(("size", "frequency"), [(1, 0), (1, 1), (2, 1), (10, 5), (10, 10)])
def test_rarity_is_lucenes_idf(size: int, frequency: int) -> None:
    """ln(1 + (N − df + .5) / (df + .5)), above zero even for what every passage has."""
    rarity = inverse_document_frequency(size, frequency)
    assert rarity == pytest.approx(math.log((size + 1) / (frequency + 0.5)))
    assert rarity > 0


@pytest.mark.parametrize(
    ("terms", "matched", "share"),
    [
        ([CAT, DOG], has(CAT, DOG), 1.0),
        ([CAT, DOG], has(CAT), 1 / 3),
        ([CAT, DOG], has(DOG), 2 / 3),
        ([CAT, DOG], set(), 0.0),
        ([CAT, KANJI], has(KANJI), 0.0),
        ([KANJI], has(KANJI), 0.0),
        ([CAT, AZURE, AZURE_BRIDGE], has(CAT, AZURE_BRIDGE), 1.0),
        ([CAT, AZURE, AZURE_BRIDGE], has(CAT), 0.5),
        ([AZURE_BRIDGE], has(AZURE_BRIDGE), 1.0),
        ([CAT, AZURE_BRIDGE], has(CAT), 0.5),
        ([CAT, AZURE_BRIDGE, AZURE_BRIDGE._replace(view="latin")], has(AZURE_BRIDGE), 0.5),
        ([], set(), 0.0),
    ],
)
def test_coverage_is_the_weighted_share_of_words(
    terms: list[QuestionTerm], matched: set[tuple[str, str]], share: float
) -> None:
    """Words count by weight, in either script, a sound that belongs to none of them as a word; no other term counts."""
    assert coverage(terms, matched, 10, same_everywhere) == pytest.approx(share)


def test_an_unknown_word_counts_as_the_rarest() -> None:
    """A word that no passage has takes more from the coverage than one that some have."""
    frequencies = {"猫": 5, "犬": 0}
    expected = math.log(11 / 5.5) / (math.log(11 / 5.5) + 2 * math.log(11 / 0.5))
    assert coverage([CAT, DOG], has(CAT), 10, lambda _view, term: frequencies[term]) == pytest.approx(expected)


def test_a_word_is_as_common_as_its_commonest_spelling() -> None:
    """A word that the collection knows in the other script alone is no unknown word."""
    frequencies = {"猫": 5, "azure": 0, "アジュル": 5}
    terms = [CAT, AZURE, AZURE_BRIDGE]
    assert coverage(terms, has(CAT), 10, lambda _view, term: frequencies[term]) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("size", "expected"), [(0, 0.12), (1, 0.12), (30, 0.17), (300, 0.17 + 0.095 * math.log(10)), (10**7, 0.75)]
)
def test_the_threshold_grows_with_the_collection_within_bounds(size: int, expected: float) -> None:
    """From a collection of 30 on the threshold grows with the logarithm of the size."""
    assert threshold(size) == pytest.approx(expected)


@given(SIZES)
def test_confidence_is_a_half_at_the_threshold(size: int) -> None:
    """The coverage from which a question counts as answered is the confidence from which it does."""
    assert ANSWERED_FROM == 0.5
    assert confidence(threshold(size), size) == pytest.approx(0.5, abs=1e-12)
    assert confidence(threshold(size) + 1e-6, size) > 0.5 > confidence(threshold(size) - 1e-6, size)


@given(SIZES, SHARES, SHARES)
def test_confidence_grows_with_coverage(size: int, one: float, other: float) -> None:
    """More of the question covered is never less sure, and confidence stays from 0 to 1."""
    low, high = sorted((one, other))
    assert 0 <= confidence(low, size) <= confidence(high, size) <= 1


@given(SIZES)
def test_confidence_has_both_ends(size: int) -> None:
    """Nothing covered is no confidence, everything covered is full confidence."""
    assert (confidence(0.0, size), confidence(1.0, size)) == (0.0, 1.0)
