"""The sound of a word, equal for `Nadella` and `ナデラ`.

A Latin word is transliterated to katakana by e2k, a small model that comes with its package. Katakana is then
reduced to what all spellings of a sound share: without long vowels, small っ, ヴ and the like, and close vowels.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from e2k import C2K

_KATAKANA_WORD = r"[ァ-ヺー]{2,}"
_LATIN_WORD = r"(?:[A-Za-z]|[À-ɏ]){2,}"
_LATIN_PART = r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+"
# No word is longer, and the model's time grows with the letters.
_LONGEST_LATIN_PART = 50

# Spellings of one sound, each with its replacement; in this order.
_SPELLING_VARIANTS = tuple(
    pair.split(":")
    for pair in (
        "ヴァ:バ ヴィ:ビ ヴェ:ベ ヴォ:ボ ヴ:ブ ヂ:ジ ヅ:ズ ヲ:オ ティ:テ ディ:デ トゥ:ト ドゥ:ド シェ:セ ジェ:ゼ ウォ:オ クァ:カ ー: ッ:"
    ).split()
)
_LONG_E = "(?<=[エケセテネヘメレゲゼデベペェ])イ"
_LONG_O = "(?<=[オコソトノホモヨロゴゾドボポョォ])ウ"
# One English vowel is written with several Japanese ones: a, o and u are hard to tell apart, and so are e and i.
_VOWELS = str.maketrans(
    "ウオエクコケグゴゲスソセズゾゼツトテヅドデヌノネフホヘブボベプポペムモメユヨルロレャュョゥォェ",
    "アアイカカキガガギササシザザジタタチダダヂナナニハハヒババビパパピママミヤヤララリャャャァァィ",
)

# How the Japanese read a letter; an abbreviation is read letter by letter.
_LETTERS = dict(
    zip(
        "abcdefghijklmnopqrstuvwxyz",
        "エー ビー シー ディー イー エフ ジー エイチ アイ ジェー ケー エル エム エヌ オー ピー キュー "
        "アール エス ティー ユー ブイ ダブリュー エックス ワイ ゼット".split(),
        strict=True,
    )
)

# In words: as many as a large collection has. A text of random letters has no end of them.
_CACHE_SIZE = 100_000


@lru_cache(maxsize=32_768)
def is_katakana(word: str) -> bool:
    """Whether a word is written in katakana alone."""
    return re.fullmatch(r"[ァ-ヺー・ ]+", word) is not None


def katakana_words(text: str) -> list[str]:
    """The katakana words of a text, two characters or longer."""
    return re.findall(_KATAKANA_WORD, text)


def latin_words(text: str) -> list[str]:
    """The words of a text in Latin letters, two letters or longer."""
    return re.findall(_LATIN_WORD, text)


@lru_cache(maxsize=32_768)
def of_katakana(word: str) -> str:
    """The sound of a katakana word; an opaque string, equal for words that sound alike."""
    for spelling, replacement in _SPELLING_VARIANTS:
        word = word.replace(spelling, replacement)
    if "ウ" in word or "イ" in word:
        word = re.sub(_LONG_E, "", re.sub(_LONG_O, "", word))
    return word.translate(_VOWELS)


@lru_cache(maxsize=32_768)
def of_word(word: str) -> str:
    """The sound of a word written in katakana alone or in Latin letters alone; empty for others."""
    if is_katakana(word):
        return of_katakana(word)
    return of_latin(word) if latin_words(word) == [word] else ""


@lru_cache(_CACHE_SIZE)
def of_latin(word: str) -> str:
    """The sound of a Latin word; `OpenAI` is read as `open` and the letters `a` and `i`."""
    plain = unicodedata.normalize("NFD", word).encode("ascii", "ignore").decode()
    return of_katakana("".join(_transliterated_part(part) for part in re.findall(_LATIN_PART, plain)))


def _transliterated_part(part: str) -> str:
    if part.isupper() and len(part) <= 5:
        return "".join(_LETTERS[letter] for letter in part.lower())
    return _transliterated(part[:_LONGEST_LATIN_PART].lower())


@lru_cache(maxsize=32_768)
def _transliterated(part: str) -> str:
    katakana: str = _transliterator()(part)
    return katakana


@cache
def _transliterator() -> C2K:
    return C2K(model="turbo")
