"""How much of a text's words a passage has: whether a follow-up question speaks of what was spoken of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet

from index.query.bridges import is_spelling_of
from index.ranking.bm25 import inverse_document_frequency
from index.types import QuestionTerm

DocumentFrequency = Callable[[str, str], int]


def coverage(
    terms: Sequence[QuestionTerm], matched: AbstractSet[tuple[str, str]], size: int, frequency: DocumentFrequency
) -> float:
    """The share, 0 to 1, of a question's words that a passage has, itself or in the other script.

    `matched` holds the view and term of each of the question's terms that the passage has.
    """
    words = [term for term in terms if term.view == "lemma" and not term.synonym]
    bridges = [term for term in terms if term.bridge]
    groups = [[word, *(bridge for bridge in bridges if is_spelling_of(bridge, word))] for word in words]
    # A word that the analyser took for grammar is there by its sound alone.
    lone = {bridge.surface for bridge in bridges if not any(is_spelling_of(bridge, word) for word in words)}
    groups += [
        [bridge._replace(weight=1.0) for bridge in bridges if bridge.surface == surface] for surface in sorted(lone)
    ]
    total = covered = 0.0
    for spellings in groups:
        known = max(frequency(spelling.view, spelling.term) for spelling in spellings)
        weight = spellings[0].weight * inverse_document_frequency(size, known)
        total += weight
        if any((spelling.view, spelling.term) in matched for spelling in spellings):
            covered += weight
    return covered / total if total else 0.0
