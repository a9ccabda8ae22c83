"""One spelling for what is only typography: widths, spaces, numerals.

Patterns are strings here and in the modules that a question passes through: `re` compiles each at its
first use, and a question asked from the shell does not wait for those that it does not need. None has the
range of all kanji: `re` takes two milliseconds to compile that.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

# What is rare comes first in a pattern: `re` looks for that alone.
_THOUSANDS_COMMA = r",(?<=\d,)(?=\d{3}(?!\d))"
_DASH = "[\u2010-\u2015\u2212]"

_KANJI_DIGITS = dict(zip("〇零一二三四五六七八九", "00123456789", strict=True))
_SMALL_UNITS = {"十": 10, "百": 100, "千": 1_000}
_LARGE_UNITS = {"万": 10**4, "億": 10**8, "兆": 10**12}

_KANJI_NUMERAL = "〇零一二三四五六七八九十百千"
_NUMERAL = rf"[\d{_KANJI_NUMERAL}](?:(?<=\d)\d*(?:\.\d+)?)?[\d{_KANJI_NUMERAL}万億兆]*"


def normalize(text: str) -> str:
    """NFKC, without the spaces and commas that are only typography."""
    text = re.sub(_DASH, "-", unicodedata.normalize("NFKC", text))
    return re.sub(_THOUSANDS_COMMA, "", join_words(re.split(r"[ \t]+", text), between_katakana="・"))


def plain_latin(text: str) -> str:
    """Latin letters without their accents: `françois` is `francois`. Japanese text stays as it is."""
    if text.isascii() or any(map(is_japanese, text)):
        return text
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode() or text


def numerals(text: str) -> list[tuple[str, str]]:
    """Every number in a normalised text, as its value in digits, with the character after it.

    `10億ドル`, `十億ドル` and `1000000000ドル` all give `("1000000000", "ド")`.
    """
    return [(_value(match.group()), text[match.end() : match.end() + 1]) for match in re.finditer(_NUMERAL, text)]


def is_japanese(character: str) -> bool:
    """Whether a character is kana, kanji, or a sign among them."""
    return "\u3000" <= character <= "\u9fff" or "\uff00" <= character <= "\uffef"


def join_words(words: Sequence[str], between_katakana: str = "") -> str:
    """Words, or lines broken for a page's width, as one text.

    A space is a boundary between two words in Latin letters; beside Japanese it is typography. Between two
    words in katakana it may be either, and the caller says what takes its place.
    """
    joined: list[str] = []
    for word in filter(None, words):
        if joined:
            joined.append(_between(joined[-1][-1], word[0], between_katakana))
        joined.append(word)
    return "".join(joined)


def _between(before: str, after: str, between_katakana: str) -> str:
    if "ァ" <= before <= "ー" and "ァ" <= after <= "ー":
        return between_katakana
    return "" if is_japanese(before) or is_japanese(after) else " "


@lru_cache(maxsize=8192)
def _value(numeral: str) -> str:
    """The digits of a numeral's value; `2.5万` is `25000`, `二〇九九` is `2099`."""
    total = section = 0.0
    digits = ""
    for character in numeral:
        if character in _SMALL_UNITS:
            section += float(digits or 1) * _SMALL_UNITS[character]
            digits = ""
        elif character in _LARGE_UNITS:
            total += (section + float(digits or not section)) * _LARGE_UNITS[character]
            section, digits = 0.0, ""
        else:
            digits += _KANJI_DIGITS.get(character, character)
    return f"{total + section + float(digits or 0):.6f}".rstrip("0").rstrip(".")
