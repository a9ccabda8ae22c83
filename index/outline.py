"""What of a passage is kept for a second look: its sentences, and the words of each in order.

Analysing a passage takes a millisecond, so it is done once; a question looks at twenty of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from index import sound
from index.analysis import Analysis, Terms, Token, analyse
from index.answer_type import marks_of
from index.normalization import normalize
from index.sentences import split_sentences

# Between words kept as one text; a dictionary form can have spaces.
SEPARATOR = "\t"


class Sentence(NamedTuple):
    """A sentence as it stands in the passage, and what was found out about it.

    `plain` is normalised, in lower case, without spaces. `lemmas` are the dictionary forms of all words, and
    `sounds` how those in katakana or Latin letters sound, empty for others, both joined by SEPARATOR;
    `marks` has one character a word (index.answer_type). `numbers` are its terms in the view number.
    """

    text: str
    plain: str
    lemmas: str
    sounds: str
    marks: str
    numbers: str


class Outline(NamedTuple):
    """The sentences of a passage, and the lemmas of what it stands under, joined by SEPARATOR."""

    above: str
    sentences: tuple[Sentence, ...]


def outline(text: str, above: Analysis) -> tuple[Outline, Terms]:
    """The outline of a passage, and its terms in every view with those of what it stands under in front."""
    terms = {view: list(found) for view, found in above.terms.items()}
    sentences = []
    for part in split_sentences(text):
        tokens, found = analyse(part)
        for view, own in found.items():
            terms[view] += own
        sentences.append(_sentence(part, tokens, found))
    content = [token.lemma for token in above.tokens if token.is_content]
    return Outline(SEPARATOR.join(content), tuple(sentences)), terms


def _sentence(text: str, tokens: Sequence[Token], terms: Terms) -> Sentence:
    return Sentence(
        text=text,
        plain=plain(text),
        lemmas=SEPARATOR.join(token.lemma for token in tokens),
        sounds=SEPARATOR.join(map(_sound, tokens)),
        marks=marks_of(tokens),
        numbers=SEPARATOR.join(terms["number"]),
    )


def plain(text: str) -> str:
    """A text as its characters are compared: normalised, in lower case, without spaces."""
    return "".join(normalize(text).lower().split())


def _sound(token: Token) -> str:
    if sound.is_katakana(token.surface):
        return sound.of_katakana(token.surface)
    return sound.of_latin(token.surface) if sound.latin_words(token.surface) == [token.surface] else ""
