import math

import pytest

from index.query.coverage import coverage
from index.ranking.bm25 import inverse_document_frequency
from index.types import QuestionTerm

CAT = QuestionTerm("lemma", "猫", 1.0, "猫")
DOG = QuestionTerm("lemma", "犬", 2.0, "犬")
AZURE = QuestionTerm("lemma", "azure", 1.0, "Azure")
AZURE_BRIDGE = QuestionTerm("katakana", "アジュル", 2.0, "Azure", bridge=True)
KANJI = QuestionTerm("kanji", "猫", 0.5, "猫")


def same_everywhere(_view: str, _term: str) -> int:
    """A collection in which every term occurs in two passages."""
    return 2


def has(*terms: QuestionTerm) -> set[tuple[str, str]]:
    """What a passage with these terms has matched."""
    return {(term.view, term.term) for term in terms}


@pytest.mark.parametrize(("size", "frequency"), [(1, 0), (1, 1), (2, 1), (10, 5), (10, 10)])
def test_idf_is_that_of_lucene(size: int, frequency: int) -> None:
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
        ([CAT, DOG, CAT._replace(term="子猫", synonym=True)], has(CAT, DOG), 1.0),
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
    """A word that passages have in the other script alone is no unknown word."""
    frequencies = {"猫": 5, "azure": 0, "アジュル": 5}
    terms = [CAT, AZURE, AZURE_BRIDGE]
    assert coverage(terms, has(CAT), 10, lambda _view, term: frequencies[term]) == pytest.approx(0.5)
