"""The sentence of a passage that answers."""

from __future__ import annotations

from index.reranking.look import Look
from index.reranking.sentence_features import FEATURES
from index.reranking.sought import Sought
from index.reranking.weights import SENTENCE_WEIGHTS


def mark(sought: Sought, look: Look) -> str:
    """The sentence that answers, as it stands in the passage; of equal ones the first, of no sentences ""."""
    if len(look.sentences) < 2:
        return "".join(one.sentence.text for one in look.sentences)
    scores = [_score(sought, look, place) for place in range(len(look.sentences))]
    return look.sentences[scores.index(max(scores))].sentence.text


def _score(sought: Sought, look: Look, place: int) -> float:
    return sum(SENTENCE_WEIGHTS[name] * feature(sought, look, place) for name, feature in FEATURES.items())
