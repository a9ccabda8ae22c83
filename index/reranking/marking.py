"""The sentence of a passage that answers."""

from __future__ import annotations

from collections.abc import Mapping

from index.reranking.match import Match
from index.reranking.nearness import Nearness
from index.reranking.query_features import QueryFeatures
from index.reranking.sentence_features import FEATURES


def mark(query: QueryFeatures, match: Match, nearness: Nearness, weights: Mapping[str, float]) -> str:
    """The sentence that answers, as it stands in the passage; of equal ones the first, of no sentences "".

    `weights` are those of the features.
    """
    if len(match.sentences) < 2:
        return "".join(one.sentence.text for one in match.sentences)
    places = [place for place, one in enumerate(match.sentences) if not _asks(one.sentence.text)]

    def score(place: int) -> float:
        return sum(weight * FEATURES[name](query, match, nearness, place) for name, weight in weights.items())

    return match.sentences[max(places or range(len(match.sentences)), key=score)].sentence.text


def _asks(sentence: str) -> bool:
    """Whether a sentence is a question, which answers none."""
    return sentence.endswith(("?", "？"))
