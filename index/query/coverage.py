"""The share of a question's words that a passage has, which tells whether a follow-up question is about it."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from index.query.bridges import DocumentFrequency, is_spelling_of
from index.ranking.bm25 import inverse_document_frequency
from index.types import QuestionTerm


def coverage(
    terms: Sequence[QuestionTerm],
    matched: AbstractSet[tuple[str, str]],
    size: int,
    document_frequency: DocumentFrequency,
) -> float:
    """The share, 0 to 1, of a question's words that a passage has in either script, weighted by idf.

    `matched` holds the view and term of each of the question's terms that the passage has.
    """
    words = [term for term in terms if term.view == "lemma" and not term.synonym]
    bridges = [term for term in terms if term.bridge]
    groups = [[word, *(bridge for bridge in bridges if is_spelling_of(bridge, word))] for word in words]
    # A word that the analyser takes for a function word has its sound as its only term.
    bridges_alone = {bridge.surface for bridge in bridges if not any(is_spelling_of(bridge, word) for word in words)}
    groups += [
        [bridge._replace(weight=1.0) for bridge in bridges if bridge.surface == surface]
        for surface in sorted(bridges_alone)
    ]
    total = covered = 0.0
    for spellings in groups:
        highest = max(document_frequency(spelling.view, spelling.term) for spelling in spellings)
        weight = spellings[0].weight * inverse_document_frequency(size, highest)
        total += weight
        if any((spelling.view, spelling.term) in matched for spelling in spellings):
            covered += weight
    return covered / total if total else 0.0
