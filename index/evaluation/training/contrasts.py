"""Questions about something else of the same kind: 2021年 for 2019年, 大阪 for 東京. What answers the one, answers not the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from random import Random

from index.query.question import Question

_NUMERAL, _PROPER_NOUN = "数詞", "固有名詞"

# The names of each kind, as questions write them.
Names = Mapping[str, Sequence[str]]


def names_of(questions: Iterable[Question]) -> Names:
    """The proper nouns of questions, by their kind in UniDic."""
    names: dict[str, dict[str, None]] = {}
    for question in questions:
        for token in question.tokens:
            if token.subdivision == _PROPER_NOUN:
                names.setdefault(token.category, {})[token.surface] = None
    return {kind: list(found) for kind, found in names.items()}


def contrast(question: Question, names: Names, text: str, chance: Random) -> str | None:
    """The question with another number or name in the place of one; None where it has none, or the text has all others."""
    surfaces = [token.surface for token in question.tokens]
    for place, token in enumerate(question.tokens):
        if token.subdivision == _NUMERAL and token.surface.isdecimal():
            others = [str(int(token.surface) + step) for step in (1, 2, 3, -1, -2) if int(token.surface) + step > 0]
        elif token.subdivision == _PROPER_NOUN:
            others = chance.sample(names.get(token.category, ()), min(5, len(names.get(token.category, ()))))
        else:
            continue
        for other in others:
            if other not in text and other != token.surface:
                return "".join([*surfaces[:place], other, *surfaces[place + 1 :]])
    return None
