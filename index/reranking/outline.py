"""What of a passage is kept for reranking: its sentences, and the words of each in order.

Analysing a passage takes a millisecond, so it is done once; a question looks at twenty of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from index.language import sound
from index.language.analysis import Terms, Token, analyse
from index.language.answer_type import marks_of
from index.language.normalization import normalize
from index.language.sentences import split_sentences
from index.types import Passage

# Between words kept as one text; a dictionary form can have spaces.
SEPARATOR = "\t"


class Sentence(NamedTuple):
    """A sentence as it stands in the passage, and what was found out about it.

    `plain` is normalised, in lower case, without spaces. `lemmas` are the dictionary forms of all words, and
    `sounds` how those in katakana or Latin letters sound, empty for others, both joined by SEPARATOR
    (several sounds of one word by a space);
    `marks` has one character a word (index.language.answer_type). `numbers` are its terms in the view number.
    """

    text: str
    plain: str
    lemmas: str
    sounds: str
    marks: str
    numbers: str


class Outline(NamedTuple):
    """The sentences of a passage; what it stands under (title, heading, speaker) is looked at as one sentence."""

    above: Sentence
    sentences: tuple[Sentence, ...]


class OutlinedPassage(NamedTuple):
    """A passage, its outline, and what tells its document apart from others."""

    passage: Passage
    outline: Outline
    document: str


def outline_of(text: str) -> tuple[Sentence, Terms]:
    """A sentence, or what a passage stands under, as it is kept; and its terms in every view."""
    normal, tokens, terms = analyse(text)
    kept = Sentence(
        text=text,
        plain=_compact(normal),
        lemmas=SEPARATOR.join([token.lemma for token in tokens]),
        sounds=SEPARATOR.join(_sounds(tokens)),
        marks=marks_of(tokens),
        numbers=SEPARATOR.join(terms["number"]),
    )
    return kept, terms


def outline(text: str, above: tuple[Sentence, Terms]) -> tuple[Outline, Terms]:
    """The outline of a passage, and its terms in every view with those of what it stands under in front."""
    kept, above_terms = above
    terms = {view: list(found) for view, found in above_terms.items()}
    sentences = []
    for part in split_sentences(text):
        sentence, found = outline_of(part)
        sentences.append(sentence)
        for view, own in found.items():
            terms[view] += own
    return Outline(kept, tuple(sentences)), terms


def plain(text: str) -> str:
    """A text as its characters are compared: normalised, in lower case, without spaces."""
    return _compact(normalize(text))


def _compact(text: str) -> str:
    return "".join(text.lower().split())


def _sounds(tokens: Sequence[Token]) -> list[str]:
    """How each word sounds; with the first of several katakana words in a row also how all of them do together.

    The analyser divides names that it does not know.
    """
    surfaces = [token.surface for token in tokens]
    sounds = [sound.of_word(surface) for surface in surfaces]
    start = 0
    for kana, group in groupby(map(sound.is_katakana, surfaces)):
        end = start + len(list(group))
        if kana and end - start > 1:
            sounds[start] = f"{sounds[start]} {sound.of_katakana(''.join(surfaces[start:end]))}".strip()
        start = end
    return sounds
