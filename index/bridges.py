"""How much a word in the other script counts: マイクロソフト for Microsoft.

Where the collection does not know the word as the question spells it, the other spelling stands for it.
Where it knows it, passages with the other spelling follow, and are not better for that spelling being rare.
Without this, recall@1 on the development set of JSQuAD falls from .936 to .930.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from index import sound
from index.types import QuestionTerm

_WEIGHT_BESIDE_KNOWN = 0.5


def weigh_bridges(
    terms: Sequence[QuestionTerm], rarity: Callable[[str, str], float], known: Callable[[str, str], int]
) -> list[QuestionTerm]:
    """The terms, each bridge with the weight that it deserves in this collection.

    `rarity` gives a term's idf, `known` in how many passages it occurs; both take view and term.
    """
    weighed = []
    for term in terms:
        own = [word for word in terms if term.bridge and is_spelling_of(term, word) and known(word.view, word.term)]
        if own and sound.is_katakana(term.surface) == (term.view == "katakana"):
            continue  # the word as spelled is known, and finds what its sound in the same script would
        if own and known(term.view, term.term):
            commonest = min(rarity(word.view, word.term) for word in own)
            fair = min(1.0, commonest / rarity(term.view, term.term))
            weighed.append(term._replace(weight=_WEIGHT_BESIDE_KNOWN * fair))
        else:
            weighed.append(term)
    return weighed


def is_spelling_of(bridge: QuestionTerm, word: QuestionTerm) -> bool:
    """Whether a bridge is another spelling of a word, or of the longer word that it is part of."""
    return word.view == "lemma" and word.surface in bridge.surface
