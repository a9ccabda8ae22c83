"""Words that a question has in kana, けいひ for 経費: they are looked for as the documents write them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from index.language.analysis import Token, tokenize
from index.language.normalization import normalize

# Words shorter than this are read like too many others.
_SHORTEST, _LONGEST = 3, 12
_MOST_WORDS = 5
_TO_KATAKANA = {kana: kana + 0x60 for kana in range(ord("ぁ"), ord("ゖ") + 1)}

# View and term to the number of passages that have it.
Known = Callable[[str, str], int]


def in_kanji(text: str, tokens: Sequence[Token], known: Known, spelling: Callable[[str], str | None]) -> str:
    """A question, analysed into these words, with each noun in kana that no document has as documents write it.

    `spelling` gives how a noun is written that is read like this, in katakana.
    """
    place = 0
    while place < len(tokens):
        for end, kana in _spans(tokens, place, known):
            reading = kana.translate(_TO_KATAKANA)
            if known("reading", reading) and (kanji := spelling(reading)):
                text = text.replace(kana, kanji, 1)
                place = end - 1
                break
        place += 1
    return text


def spelled(reading: str, text: str) -> str | None:
    """How a text writes the noun, or the two nouns in a row, that are read like this."""
    nouns = [(token.surface, token.reading) for token in tokenize(normalize(text))]
    alone = next((surface for surface, read in nouns if read == reading), None)
    pairs = (
        one[0] + other[0] for one, other in pairwise(nouns) if one[1] and other[1] and one[1] + other[1] == reading
    )
    return alone or next(pairs, None)


def _spans(tokens: Sequence[Token], start: int, known: Known) -> Iterator[tuple[int, str]]:
    """Where words in kana from a place on may end, the longest first, with what they are together."""
    ends = []
    kana = ""
    unknown = False
    for end in range(start, min(start + _MOST_WORDS, len(tokens))):
        token = tokens[end]
        if not re.fullmatch("[ぁ-ゖー]+", token.surface):
            break
        kana += token.surface
        unknown = unknown or (token.is_content and not known("lemma", token.lemma))
        if unknown and _SHORTEST <= len(kana) <= _LONGEST:
            ends.append((end + 1, kana))
    yield from reversed(ends)
