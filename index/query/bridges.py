"""How much a word in the other script counts: マイクロソフト for Microsoft.

Where the collection does not know the word as the question spells it, its sound stands for it. Where it knows
both spellings, they are one word, and neither is better for being the rarer. Without this, recall@1 on the
development set of JSQuAD falls from .936 to .930.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from index.language import sound
from index.types import QuestionTerm

Rarity = Callable[[str, str], float]
Known = Callable[[str, str], int]


def weigh_bridges(terms: Sequence[QuestionTerm], rarity: Rarity, known: Known) -> list[QuestionTerm]:
    """The terms with the weights that they deserve in this collection.

    `rarity` gives a term's idf, `known` in how many passages it occurs; both take view and term.
    """
    weights = {term: term.weight for term in terms}
    for bridge in terms:
        if not bridge.bridge:
            continue
        own = [word for word in terms if is_spelling_of(bridge, word)]
        if not own or not all(known(word.view, word.term) for word in own):
            continue
        if sound.is_katakana(bridge.surface) == (bridge.view == "katakana"):
            weights[bridge] = 0.0  # the word as spelled is known, and finds what its sound in the same script would
        elif known(bridge.view, bridge.term):
            common = rarity(bridge.view, bridge.term)
            worth = 0.0
            for word in own:
                own_rarity = rarity(word.view, word.term)
                weights[word] = word.weight * min(1.0, common / own_rarity)
                worth += weights[word] * own_rarity
            weights[bridge] = worth / common
    return [term._replace(weight=weight) for term, weight in weights.items() if weight > 0]


def is_spelling_of(bridge: QuestionTerm, word: QuestionTerm) -> bool:
    """Whether a bridge is the sound of a word, of a part of it, or of the longer word that it is part of."""
    return (
        word.view == "lemma" and not word.synonym and (word.surface in bridge.surface or bridge.surface in word.surface)
    )
