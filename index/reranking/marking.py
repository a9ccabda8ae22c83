"""The sentence of a passage that answers."""

from __future__ import annotations

from index.reranking.match import Look
from index.reranking.query_features import Sought
from index.reranking.sentence_features import FEATURES
from index.reranking.weights import SENTENCE_WEIGHTS


def mark(sought: Sought, look: Look) -> str:
    """The sentence that answers, as it stands in the passage; of equal ones the first, of no sentences ""."""
    if len(look.sentences) < 2:
        return "".join(one.sentence.text for one in look.sentences)
    places = [place for place, one in enumerate(look.sentences) if not _asks(one.sentence.text)]
    best = max(places or range(len(look.sentences)), key=lambda place: _score(sought, look, place))
    return look.sentences[best].sentence.text


def _asks(sentence: str) -> bool:
    """Whether a sentence is a question, which answers none."""
    return sentence.endswith(("?", "？"))


def _score(sought: Sought, look: Look, place: int) -> float:
    return sum(SENTENCE_WEIGHTS[name] * feature(sought, look, place) for name, feature in FEATURES.items())
