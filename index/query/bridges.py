"""Weights of bridges: terms that find a word of the question in the other script, マイクロソフト for Microsoft.

Where no passage has the word as the question spells it, its sound counts instead. Where passages have both
spellings, they count as one word, and neither scores higher for being rarer. Without this, recall@1 on the
development set of JSQuAD falls from .936 to .930.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from index.language import sound
from index.types import QuestionTerm

InverseDocumentFrequency = Callable[[str, str], float]
DocumentFrequency = Callable[[str, str], int]


def weigh_bridges(
    terms: Sequence[QuestionTerm], idf: InverseDocumentFrequency, document_frequency: DocumentFrequency
) -> list[QuestionTerm]:
    """The terms, with the weights of bridges and of the words they replace adapted to this collection.

    `idf` and `document_frequency` take the view and the term.
    """
    weights = {term: term.weight for term in terms}
    for bridge in terms:
        if not bridge.bridge:
            continue
        spellings = [word for word in terms if is_spelling_of(bridge, word)]
        if not spellings or not all(document_frequency(word.view, word.term) for word in spellings):
            continue
        if sound.is_katakana(bridge.surface) == (bridge.view == "katakana"):
            weights[bridge] = 0.0  # the word itself finds what its sound in the same script would
        elif document_frequency(bridge.view, bridge.term):
            bridge_idf = idf(bridge.view, bridge.term)
            total = 0.0
            for word in spellings:
                word_idf = idf(word.view, word.term)
                weights[word] = word.weight * min(1.0, bridge_idf / word_idf)
                total += weights[word] * word_idf
            weights[bridge] = total / bridge_idf
    return [term._replace(weight=weight) for term, weight in weights.items() if weight > 0]


def is_spelling_of(bridge: QuestionTerm, word: QuestionTerm) -> bool:
    """Whether a bridge is the sound of a word, of a part of it, or of a longer word that it is part of."""
    return (
        word.view == "lemma" and not word.synonym and (word.surface in bridge.surface or bridge.surface in word.surface)
    )
