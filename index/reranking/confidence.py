"""How sure we are that the first passage answers the question: a logistic regression over a few pure functions.

Learnt (index.evaluation.training.calibration) from collections of 30 to 700 passages of JSQuAD and JaQuAD, each asked what
its articles answer and as many questions of articles that it has not.

The larger a collection, the more of any question some passage has by chance, and in a small one people ask in words
of their own. So the regression's logit is moved, by the logarithm of the collection's size, to where one in ten of the
questions without an answer are above a confidence of a half in a collection of 30, and one in 25 in one of 700 or more.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple

from index.reranking.match import Look, SentenceLook
from index.reranking.query_features import Sought
from index.reranking.weights import CONFIDENCE_WEIGHTS, THRESHOLD

# What a word counts that is said with a synonym.
_SYNONYM = 0.5
# The collection's size counts by its logarithm, the move as far as it was measured.
SMALLEST_MEASURED, LARGEST_MEASURED = 30, 700

ANSWERED_FROM = 0.5


class First(NamedTuple):
    """The first passage: the look at it, its score, the share of the engine's ideal score, the collection's size.

    The ideal score is that of every term of the question matched in full.
    """

    look: Look
    score: float
    share_of_ideal: float
    size: int


Feature = Callable[[Sought, First], float]


def words(sought: Sought, first: First) -> float:
    """The share, by weight, of the question's words that it or what it stands under has; of a synonym half."""
    look = first.look
    have = look.places.keys() | look.above
    return _share(sought, have, look.synonym_places.keys() - have)


def best_sentence(sought: Sought, first: First) -> float:
    """The same share, of the sentence that has most."""
    return max((_share_of_sentence(sought, first.look, one) for one in first.look.sentences), default=0.0)


def runs(sought: Sought, first: First) -> float:
    """How much of the question stands in it word for word: the root of the squared lengths, by the question's."""
    return math.sqrt(sum(run * run for run in first.look.runs) / max(1, len(sought.text)))


def ideal(_sought: Sought, first: First) -> float:
    """The share of the ideal score that the engine gave it."""
    return first.share_of_ideal


def score(_sought: Sought, first: First) -> float:
    """The score that it was ranked by."""
    return first.score


def question_length(sought: Sought, _first: First) -> float:
    """The logarithm of the question's words: of a short question a passage has all by chance."""
    return math.log(1 + len(sought.heavy))


def lacks_kind(sought: Sought, first: First) -> float:
    """Whether a date, a number or a person is asked for by a question word, and it has none.

    Where a place is asked for, the answer is as often a company or a ward that the dictionary has no class for.
    """
    wanted = sought.wanted
    told = wanted is not None and wanted.explicit and wanted.kind != "place"
    has = first.look.above_wanted or any(sentence.wanted for sentence in first.look.sentences)
    return float(told and not has)


def size(_sought: Sought, first: First) -> float:
    """The logarithm of the number of passages."""
    return math.log(max(SMALLEST_MEASURED, first.size))


def always(_sought: Sought, _first: First) -> float:
    """1: how sure we are before looking."""
    return 1.0


FEATURES: Mapping[str, Feature] = {
    feature.__name__: feature
    for feature in (words, best_sentence, runs, ideal, score, question_length, lacks_kind, size, always)
}


def features_of(sought: Sought, first: First) -> list[float]:
    """The value of every feature, in their order."""
    return [feature(sought, first) for feature in FEATURES.values()]


def confidence(sought: Sought, first: First) -> float:
    """The probability, 0 to 1, that the first passage answers the question."""
    if not first.look.places and not first.look.synonym_places and not first.look.above:
        return 0.0
    logit = sum(
        CONFIDENCE_WEIGHTS[name] * value for name, value in zip(FEATURES, features_of(sought, first), strict=True)
    )
    return _probability(logit - threshold(first.size))


def threshold(size: int) -> float:
    """The logit from which a question counts as answered, in a collection of so many passages."""
    return THRESHOLD["always"] + THRESHOLD["size"] * math.log(min(max(size, SMALLEST_MEASURED), LARGEST_MEASURED))


def _probability(logit: float) -> float:
    return 1 / (1 + math.exp(-logit)) if logit > -700 else 0.0


def _share(sought: Sought, have: frozenset[int] | set[int], synonyms: frozenset[int] | set[int]) -> float:
    weight = sum(sought.words[word].weight for word in have)
    return (weight + _SYNONYM * sum(sought.words[word].weight for word in synonyms)) / sought.total


def _share_of_sentence(sought: Sought, look: Look, sentence: SentenceLook) -> float:
    have = sentence.words | look.above
    return _share(sought, have, sentence.synonyms - have)
