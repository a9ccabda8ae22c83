"""One spelling for what is only typography: widths, spaces, numerals."""

from __future__ import annotations

import re
import unicodedata

CJK = r"\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"

# A space is a word boundary between two Latin words only; beside Japanese it is typography.
_TYPOGRAPHIC_SPACE = re.compile(rf"(?<=[{CJK}])[ \t\u3000]+(?=\S)|(?<=\S)[ \t\u3000]+(?=[{CJK}])")
_THOUSANDS_COMMA = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_DASHES = re.compile(r"[\u2010-\u2015\u2212]")

_KANJI_DIGITS = {"〇": 0, "零": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_SMALL_UNITS = {"十": 10, "百": 100, "千": 1_000}
_LARGE_UNITS = {"万": 10**4, "億": 10**8, "兆": 10**12}

_NUMERAL = re.compile(r"(?:\d+(?:\.\d+)?|[〇零一二三四五六七八九十百千])(?:\d+|[〇零一二三四五六七八九十百千万億兆])*")


def normalize(text: str) -> str:
    """NFKC, without the spaces and commas that are only typography."""
    text = unicodedata.normalize("NFKC", text)
    text = _DASHES.sub("-", text)
    text = _TYPOGRAPHIC_SPACE.sub("", text)
    return _THOUSANDS_COMMA.sub("", text)


def plain_latin(text: str) -> str:
    """Latin letters without their accents: `françois` is `francois`. Japanese text stays as it is."""
    if text.isascii() or re.search(f"[{CJK}]", text):
        return text
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def numerals(text: str) -> list[tuple[str, str]]:
    """Every number in a normalised text, as its value in digits, with the character after it.

    `10億ドル`, `十億ドル` and `1000000000ドル` all give `("1000000000", "ド")`.
    """
    found = []
    for match in _NUMERAL.finditer(text):
        following = text[match.end() : match.end() + 1]
        found.append((_value(match.group()), following))
    return found


def _value(numeral: str) -> str:
    """The digits of a numeral's value; `2.5万` is `25000`, `二〇九九` is `2099`."""
    total = 0.0
    section = 0.0
    digits = ""

    def number() -> float:
        return float(digits) if digits else 0.0

    for character in numeral:
        if character in _KANJI_DIGITS:
            digits += str(_KANJI_DIGITS[character])
        elif character in _SMALL_UNITS:
            section += (number() or 1) * _SMALL_UNITS[character]
            digits = ""
        elif character in _LARGE_UNITS:
            total += (section + number() or 1) * _LARGE_UNITS[character]
            section, digits = 0.0, ""
        else:
            digits += character
    total += section + number()
    return f"{total:.6f}".rstrip("0").rstrip(".")


def join_lines(lines: list[str]) -> str:
    """Lines that were broken for the page's width: Japanese joins without a space, Latin with one."""
    joined = ""
    for line in (line.strip(" \t") for line in lines):
        between = " " if joined and line and joined[-1].isascii() and line[0].isascii() else ""
        joined += between + line
    return joined
