"""Rewrites words that a question has in kana as the documents write them in kanji: けいひ as 経費."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from index.language.analysis import Token, tokenize
from index.language.normalization import normalize

# Shorter words have too many homophones.
_SHORTEST_WORD, _LONGEST_WORD = 3, 12
_MAX_TOKENS = 5
_TO_KATAKANA = {kana: kana + 0x60 for kana in range(ord("ぁ"), ord("ゖ") + 1)}

# From view and term.
DocumentFrequency = Callable[[str, str], int]


def kana_to_kanji(
    text: str, tokens: Sequence[Token], document_frequency: DocumentFrequency, spelling: Callable[[str], str | None]
) -> str:
    """A question with each noun in kana that no document has replaced by its spelling in the documents.

    `spelling` gives the spelling of a reading in katakana.
    """
    position = 0
    while position < len(tokens):
        for end, kana in _kana_spans(tokens, position, document_frequency):
            reading = kana.translate(_TO_KATAKANA)
            if document_frequency("reading", reading) and (kanji := spelling(reading)):
                text = text.replace(kana, kanji, 1)
                position = end - 1
                break
        position += 1
    return text


def spelling_of(reading: str, text: str) -> str | None:
    """The spelling in a text of the noun, or the two adjacent nouns, with this reading."""
    nouns = [(token.surface, token.reading) for token in tokenize(normalize(text))]
    alone = next((surface for surface, its_reading in nouns if its_reading == reading), None)
    pairs = (
        one[0] + other[0] for one, other in pairwise(nouns) if one[1] and other[1] and one[1] + other[1] == reading
    )
    return alone or next(pairs, None)


def _kana_spans(
    tokens: Sequence[Token], start: int, document_frequency: DocumentFrequency
) -> Iterator[tuple[int, str]]:
    """The ends and texts of runs of tokens in kana from a position on, the longest first."""
    ends = []
    kana = ""
    unknown = False
    for end in range(start, min(start + _MAX_TOKENS, len(tokens))):
        token = tokens[end]
        if not re.fullmatch("[ぁ-ゖー]+", token.surface):
            break
        kana += token.surface
        unknown = unknown or (token.is_content and not document_frequency("lemma", token.lemma))
        if unknown and _SHORTEST_WORD <= len(kana) <= _LONGEST_WORD:
            ends.append((end + 1, kana))
    yield from reversed(ends)
