"""Text to terms. The only module that knows the morphological analyser.

A term belongs to a view. Each view derives terms of its own from the same text:

- lemma    dictionary forms of the content words, from fugashi with unidic-lite
- kanji    every single kanji
- trigram  three characters in a row, none across punctuation
- number   numbers by their value, alone and with the character after them
- latin    the sound of each word written in Latin letters
- katakana the sound of each word written in katakana
- reading  how each noun written in kanji is read, alone and with the next, in katakana

The scores of the views are added.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import fugashi

from index.language import sound
from index.language.normalization import normalize_expressions, normalize_width, numerals, plain_latin, replaced_words

_ENGLISH_FUNCTION_WORDS = frozenset(
    "a an the of in on to for from and or by with about as at it its is are was were be been do does did has have had "
    "can could will would shall should must may might this that these those there here if than then so not no "
    "i me my we us our you your he him his she her they them their any some many much please".split()
)

Terms = dict[str, list[str]]

_WORD_RUN = r"[^\W_]+"
# The signs that people use as words.
_EMOJI = "[☀-☄☎☔☕♨⚠⚡⛄⛔✅✈✉❌❓❗⭐⭕\U0001f300-\U0001faff]"

# Parts of speech that no question is about.
_FUNCTION_WORDS = frozenset({"助詞", "助動詞", "補助記号", "空白", "代名詞", "接続詞", "感動詞", "連体詞"})
QUESTION_WORDS = frozenset(
    "何 誰 何処 何時 幾ら 幾つ 如何 どう 何故 何れ 何方 何の どんな どの位 如何程 "
    "what which who whose whom when where why how".split()
)
_NOMINAL = frozenset({"名詞", "接頭辞", "接尾辞"})

VIEWS = ("lemma", "kanji", "trigram", "number", "latin", "katakana", "reading")

# One line of features a word; an absent feature is empty, and unknown words have no lemma.
_TAGGER_OPTIONS = (
    r"-O '' -F '%f[0]\t%f[1]\t%f[2]\t%f[7]\t%f[17]\t%f[10]\t%m\n' -U '%f[0]\t%f[1]\t%f[2]\t\t\t\t%m\n' -E 'end'"
)
_ABSENT = "*"

# In characters. MeCab sums the costs of a text's words, each up to 65,534, in 31 bits, and returns no result where that
# overflows (from 32,768 words on), which crashes fugashi. It stores the length of a word, with the white space before
# it, in 16 bits, in bytes; a character has up to four.
LONGEST_TAGGER_INPUT = 10_000
# Characters at which no word continues, the best first.
_BOUNDARIES = ("。!?\n", "、,. \t")


class Token(NamedTuple):
    """A word of a text: its surface form, its dictionary form in lower case, its part of speech and subdivisions.

    `is_content` says whether a question can be about it; `reading` is how a noun in kanji is read, in katakana; `base` is
    the dictionary form as the text writes it, もらえる where the lemma is 貰う.
    """

    surface: str
    lemma: str
    part_of_speech: str
    subdivision: str
    category: str
    is_content: bool
    reading: str = ""
    base: str = ""


class _Taggers(threading.local):
    """A tagger per thread: one shared by several threads gives wrong words."""

    def __init__(self) -> None:
        self.tagger = fugashi.Tagger(_TAGGER_OPTIONS)


_taggers: _Taggers | None = None
_taggers_lock = threading.Lock()


def _tagger() -> fugashi.Tagger:
    global _taggers
    if _taggers is None:
        with _taggers_lock:
            _taggers = _taggers or _Taggers()
    return _taggers.tagger


def tokenize(text: str) -> list[Token]:
    """The words of a normalised text of any length, up to its first NUL, at which the tagger would stop.

    Surrogates, which are no text, count as question marks.
    """
    text = text.partition("\0")[0].encode(errors="replace").decode()
    tokens = [_token(line) for piece in _tagger_inputs(text) for line in _tagger().parse(piece).split("\n")[:-1]]
    if not text.isascii() and re.search(_EMOJI, text):
        tokens = [part for token in tokens for part in _split_emoji(token)]
    return tokens


def _tagger_inputs(text: str) -> Iterator[str]:
    """A text in pieces short enough for the tagger, cut between words where possible."""
    start = 0
    while len(text) - start > LONGEST_TAGGER_INPUT:
        end = start + LONGEST_TAGGER_INPUT
        cuts = (max(text.rfind(mark, start, end) for mark in marks) + 1 for marks in _BOUNDARIES)
        cut = next(filter(None, cuts), end)
        yield text[start:cut]
        start = cut
    yield text[start:]


def _split_emoji(token: Token) -> list[Token]:
    """A token, divided so that each emoji in it is a token."""
    if not re.search(_EMOJI, token.surface):
        return [token]
    return [
        token._replace(surface=part, lemma=part, is_content=re.match(_EMOJI, part) is not None)
        for part in re.split(rf"({_EMOJI})", token.surface)
        if part
    ]


@lru_cache(maxsize=32_768)
def _token(line: str) -> Token:
    """The word in a line of the tagger's output; cached, since words repeat."""
    part_of_speech, subdivision, category, lemma, reading, base, surface = line.split("\t", 6)
    lemma = _without_gloss(lemma).lower() if lemma else plain_latin(surface.lower())
    return Token(
        surface,
        lemma,
        part_of_speech or _ABSENT,
        subdivision or _ABSENT,
        category or _ABSENT,
        is_content_word(surface, lemma, part_of_speech),
        reading if part_of_speech in _NOMINAL and is_kanji(surface[0]) else "",
        base or surface,
    )


def is_content_word(surface: str, lemma: str, part_of_speech: str) -> bool:
    """Whether a question can be about a word."""
    if part_of_speech in _FUNCTION_WORDS or lemma in QUESTION_WORDS or lemma in _ENGLISH_FUNCTION_WORDS:
        return False
    return any(map(str.isalnum, surface))


def is_english(tokens: Sequence[Token]) -> bool:
    """Whether words are of a sentence in English, and no names alone."""
    small = _ENGLISH_FUNCTION_WORDS | QUESTION_WORDS
    return all(token.surface.isascii() for token in tokens) and any(token.lemma in small for token in tokens)


def _without_gloss(lemma: str) -> str:
    """`コンピューター-computer` is `computer`: UniDic's gloss is the word's Latin spelling, and the bridge to it."""
    kana, hyphen, gloss = lemma.partition("-")
    return gloss if hyphen and gloss.isascii() and gloss.isalpha() and sound.is_katakana(kana) else lemma


class Analysis(NamedTuple):
    """A text normalised, its words, and its terms in every view as often as they occur."""

    text: str
    tokens: list[Token]
    terms: Terms


def analyse(text: str) -> Analysis:
    """The words and terms of a text of a document."""
    as_written = normalize_width(text)
    text = normalize_expressions(as_written)
    tokens = tokenize(text)
    terms = {
        "lemma": [*(token.lemma for token in tokens if token.is_content), *replaced_words(as_written)],
        "kanji": kanji_terms(text),
        "trigram": trigrams(text),
        "number": number_terms(text),
        "latin": [sound.of_latin(word) for word in sound.latin_words(text)],
        "katakana": [sound.of_katakana(word) for word in sound.katakana_words(text)],
        "reading": reading_terms(tokens),
    }
    return Analysis(text, tokens, terms)


def trigrams(text: str) -> list[str]:
    """Three characters in a row, in lower case, without spaces, none across punctuation."""
    runs = re.findall(_WORD_RUN, "".join(text.lower().split()))
    return [run[start : start + 3] for run in runs for start in range(len(run) - 2)]


def number_terms(text: str) -> list[str]:
    """Each number's value, and its value with the character after it."""
    terms = []
    for value, following in numerals(text):
        terms.append(value)
        if following and not following.isspace():
            terms.append(value + following)
    return terms


def reading_terms(tokens: Sequence[Token]) -> list[str]:
    """How each noun written in kanji is read, and how two parts of nouns in a row are."""
    terms = []
    previous = ""
    for token in tokens:
        reading = token.reading
        if reading:
            if token.part_of_speech == "名詞":
                terms.append(reading)
            if previous:
                terms.append(previous + reading)
        previous = reading
    return terms


def is_kanji(character: str) -> bool:
    """Whether a character is a kanji."""
    return "\u3400" <= character <= "\u9fff" or character == "々"


def kanji_terms(text: str) -> list[str]:
    """Every kanji of a text."""
    return [character for character in text if is_kanji(character)]
