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

from index.reranking.match import Match, SentenceMatch
from index.reranking.query_features import QueryFeatures
from index.reranking.weights import CONFIDENCE_WEIGHTS, THRESHOLD
from index.types import Certainty

# What a word counts that is said with a synonym.
_SYNONYM = 0.5
# The collection's size counts by its logarithm, the move as far as it was measured.
SMALLEST_MEASURED, LARGEST_MEASURED = 30, 700

# Of 40 questions of a chat below the latter, 4 have an answer among the three nearest passages; of 71 in between, 37.
SURE_FROM, POSSIBLE_FROM = 0.5, 0.02


class First(NamedTuple):
    """The first passage: the look at it, its score, the share of the engine's ideal score, the collection's size.

    The ideal score is that of every term of the question matched in full.
    """

    match: Match
    score: float
    share_of_ideal: float
    size: int


Feature = Callable[[QueryFeatures, First], float]


def words(query: QueryFeatures, first: First) -> float:
    """The share, by weight, of the question's words that it or what it stands under has; of a synonym half."""
    match = first.match
    have = match.places.keys() | match.above
    return _share(query, have, match.synonym_places.keys() - have)


def best_sentence(query: QueryFeatures, first: First) -> float:
    """The same share, of the sentence that has most."""
    return max((_share_of_sentence(query, first.match, one) for one in first.match.sentences), default=0.0)


def runs(query: QueryFeatures, first: First) -> float:
    """How much of the question stands in it word for word: the root of the squared lengths, by the question's."""
    return math.sqrt(sum(run * run for run in first.match.runs) / max(1, len(query.text)))


def ideal(_query: QueryFeatures, first: First) -> float:
    """The share of the ideal score that the engine gave it."""
    return first.share_of_ideal


def score(_query: QueryFeatures, first: First) -> float:
    """The score that it was ranked by."""
    return first.score


def question_length(query: QueryFeatures, _first: First) -> float:
    """The logarithm of the question's words: of a short question a passage has all by chance."""
    return math.log(1 + len(query.heavy))


def lacks_kind(query: QueryFeatures, first: First) -> float:
    """Whether a date, a number or a person is asked for by a question word, and it has none.

    Where a place is asked for, the answer is as often a company or a ward that the dictionary has no class for.
    """
    wanted = query.wanted
    told = wanted is not None and wanted.explicit and wanted.kind != "place"
    has = first.match.above_wanted or any(sentence.wanted for sentence in first.match.sentences)
    return float(told and not has)


def size(_query: QueryFeatures, first: First) -> float:
    """The logarithm of the number of passages."""
    return math.log(max(SMALLEST_MEASURED, first.size))


def always(_query: QueryFeatures, _first: First) -> float:
    """1: how sure we are before looking."""
    return 1.0


FEATURES: Mapping[str, Feature] = {
    feature.__name__: feature
    for feature in (words, best_sentence, runs, ideal, score, question_length, lacks_kind, size, always)
}


def features_of(query: QueryFeatures, first: First) -> list[float]:
    """The value of every feature, in their order."""
    return [feature(query, first) for feature in FEATURES.values()]


def confidence(query: QueryFeatures, first: First) -> float:
    """The probability, 0 to 1, that the first passage answers the question."""
    if not first.match.places and not first.match.synonym_places and not first.match.above:
        return 0.0
    logit = sum(
        CONFIDENCE_WEIGHTS[name] * value for name, value in zip(FEATURES, features_of(query, first), strict=True)
    )
    return _probability(logit - threshold(first.size))


def certainty_of(confidence: float) -> Certainty:
    """What may be said of the first passage at this confidence."""
    return "sure" if confidence >= SURE_FROM else "possible" if confidence >= POSSIBLE_FROM else "none"


def threshold(size: int) -> float:
    """The logit from which a question counts as answered, in a collection of so many passages."""
    return THRESHOLD["always"] + THRESHOLD["size"] * math.log(min(max(size, SMALLEST_MEASURED), LARGEST_MEASURED))


def _probability(logit: float) -> float:
    return 1 / (1 + math.exp(-logit)) if logit > -700 else 0.0


def _share(query: QueryFeatures, have: frozenset[int] | set[int], synonyms: frozenset[int] | set[int]) -> float:
    weight = sum(query.words[word].weight for word in have)
    return (weight + _SYNONYM * sum(query.words[word].weight for word in synonyms)) / query.total


def _share_of_sentence(query: QueryFeatures, match: Match, sentence: SentenceMatch) -> float:
    have = sentence.words | match.above
    return _share(query, have, sentence.synonyms - have)
