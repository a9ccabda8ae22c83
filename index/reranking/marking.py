"""The sentence of a passage that answers."""

from __future__ import annotations

from index.reranking.match import Match
from index.reranking.query_features import QueryFeatures
from index.reranking.sentence_features import FEATURES
from index.reranking.weights import SENTENCE_WEIGHTS


def mark(query: QueryFeatures, match: Match) -> str:
    """The sentence that answers, as it stands in the passage; of equal ones the first, of no sentences ""."""
    if len(match.sentences) < 2:
        return "".join(one.sentence.text for one in match.sentences)
    places = [place for place, one in enumerate(match.sentences) if not _asks(one.sentence.text)]
    best = max(places or range(len(match.sentences)), key=lambda place: _score(query, match, place))
    return match.sentences[best].sentence.text


def _asks(sentence: str) -> bool:
    """Whether a sentence is a question, which answers none."""
    return sentence.endswith(("?", "？"))


def _score(query: QueryFeatures, match: Match, place: int) -> float:
    return sum(SENTENCE_WEIGHTS[name] * feature(query, match, place) for name, feature in FEATURES.items())
