"""Ranks an engine's best candidates again: a weighted sum of the features of each.

A linear model, so that what each feature brought can be told. The weights are those of a softmax over the candidates
(conditional logit, McFadden 1974), learnt by index.evaluation.training.learning.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from index.reranking.match import match_passage
from index.reranking.nearness import UNKNOWN, Nearness
from index.reranking.outline import OutlinedPassage
from index.reranking.passage_features import FEATURES, Candidate, Field, field_of
from index.reranking.query_features import QueryFeatures
from index.types import Scored

# So many passages are ranked again of those that the engine ranks highest, and of those nearest in meaning. On the
# development sets the right passage is among them for 99 of 100 questions of SQuAD's kind, and 97 of a chat's.
DEPTH = 20


class Reranked(NamedTuple):
    """A passage by its position, its score, what each feature brought to it, and the candidate that it is."""

    position: int
    score: float
    features: Mapping[str, float]
    candidate: Candidate


def candidates_of(
    query: QueryFeatures,
    scored: Sequence[Scored],
    found: Mapping[int, OutlinedPassage],
    nearness: Mapping[int, Nearness],
) -> list[Candidate]:
    """What the reranker sees of passages; `nearness` is by position, of those that have vectors."""
    return [
        Candidate(
            one.score,
            found[one.position].document,
            match_passage(query, found[one.position].outline),
            nearness.get(one.position, UNKNOWN),
        )
        for one in scored
    ]


def features_of(query: QueryFeatures, candidate: Candidate, field: Field) -> dict[str, float]:
    """The value of every feature, by name."""
    return {name: feature(query, candidate, field) for name, feature in FEATURES.items()}


def rerank(
    query: QueryFeatures,
    scored: Sequence[Scored],
    found: Mapping[int, OutlinedPassage],
    nearness: Mapping[int, Nearness],
    weights: Mapping[str, float],
) -> list[Reranked]:
    """The passages, best first; `found` has them by position, `weights` are those of the features."""
    candidates = candidates_of(query, scored, found, nearness)
    field = field_of(candidates)
    reranked = []
    for one, candidate in zip(scored, candidates, strict=True):
        values = features_of(query, candidate, field)
        brought = {name: weight * values[name] for name, weight in weights.items()}
        reranked.append(Reranked(one.position, sum(brought.values()), brought, candidate))
    return sorted(reranked, key=lambda one: -one.score)
