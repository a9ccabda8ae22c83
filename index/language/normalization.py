"""Normalises text: widths, spaces, invisible characters and numerals; dates, times, amounts and measures.

Patterns are strings here and in the modules that a question passes through: `re` compiles each at its
first use, so that a question asked from the shell waits for no pattern that it does not need. None has the
range of all kanji, which takes `re` two milliseconds to compile.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache

# The rare character comes first in a pattern, so that `re` can search for it alone.
_THOUSANDS_COMMA = r",(?<=\d,)(?=\d{3}(?!\d))"
_DASH = "[\u2010-\u2015\u2212]"
# A quick test, before the slower `_INVISIBLE`.
MAY_BE_INVISIBLE = "[\u00ad\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]"
_INVISIBLE = (
    "[\u00ad\u200b\u200c\u200e\u200f\u2060-\u2064\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]"
    "|(?<![\u2600-\u27bf\ufe0f\U0001f000-\U0001faff])\u200d|\u200d(?![\u2600-\u27bf\U0001f000-\U0001faff])"
)

_KANJI_DIGITS = dict(zip("〇零一二三四五六七八九", "00123456789", strict=True))
_SMALL_UNITS = {"十": 10, "百": 100, "千": 1_000}
_LARGE_UNITS = {"万": 10**4, "億": 10**8, "兆": 10**12}

_KANJI_NUMERAL = "〇零一二三四五六七八九十百千"
_NUMERAL = rf"[\d{_KANJI_NUMERAL}](?:(?<=\d)\d*(?:\.\d+)?)?[\d{_KANJI_NUMERAL}万億兆]*"


def normalize(text: str) -> str:
    """A text in NFKC, without invisible characters and the spaces and commas that are only typography.

    Dates, times of day, amounts and measures have one spelling: 令和6年 is 2024年, 午後5時 and 17:00 are 17時.
    """
    return normalize_expressions(normalize_width(text))


def normalize_width(text: str) -> str:
    """A text normalised except for dates, times, amounts and measures, which stay as written."""
    text = re.sub(_DASH, "-", unicodedata.normalize("NFKC", without_invisible(text)))
    return re.sub(_THOUSANDS_COMMA, "", join_words(re.split(r"[ \t]+", text), between_katakana="・"))


def without_invisible(text: str) -> str:
    """A text without invisible characters: soft hyphens, variation selectors, zero-width spaces.

    A zero-width joiner within an emoji stays.
    """
    return text if text.isascii() or not re.search(MAY_BE_INVISIBLE, text) else re.sub(_INVISIBLE, "", text)


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
    words in katakana it may be either, and becomes `between_katakana`.
    """
    joined: list[str] = []
    for word in filter(None, words):
        if joined:
            joined.append(_separator(joined[-1][-1], word[0], between_katakana))
        joined.append(word)
    return "".join(joined)


def _separator(before: str, after: str, between_katakana: str) -> str:
    if "ァ" <= before <= "ー" and "ァ" <= after <= "ー":
        return between_katakana
    return "" if is_japanese(before) or is_japanese(after) else " "


def normalize_expressions(text: str) -> str:
    """A text normalised in width, with dates, times of day, amounts and measures in one spelling."""
    if not re.search(_MAY_HAVE_EXPRESSION, text):
        return text
    for hint, pattern, replacement in _REPLACEMENTS:
        if re.search(hint, text):
            text = re.sub(pattern, replacement, text)
    return text


def replaced_words(text: str) -> list[str]:
    """The words of a text that `normalize_expressions` replaces: 令和 of 令和6年, 午後 of 午後5時."""
    if not re.search("[午和成正治夜夕晩]", text):
        return []
    return re.findall(rf"(?:令和|平成|昭和|大正|明治)(?={_YEAR_OF_ERA})|(?:午[前後]|{_EVENING})(?={_HOUR}[時:])", text)


def _year(era: str, year: str) -> str:
    return f"{_ERAS[era] + (1 if year == '元' else int(_value(year)))}年"


def _era_date(found: re.Match[str]) -> str:
    day = f"{int(found[3])}月{int(found[4])}日" if found[3] else ""
    return _year(found[1], found[2]) + day


def _numeric_date(found: re.Match[str]) -> str:
    if not (1 <= int(found[3]) <= 12 and 1 <= int(found[4]) <= 31):
        return found[0]
    return f"{found[1]}年{int(found[3])}月{int(found[4])}日"


def _kanji_number(found: re.Match[str]) -> str:
    return _value(found[1]) + found[0][len(found[1]) :]


def _time_of_day(found: re.Match[str]) -> str:
    half, hours, minutes = found[1], int(_value(found[2] or found[4])), found[3] or found[5] or ""
    # 夜1時 is after midnight.
    if (half == "午後" and hours < 12) or (half and half[0] in "夜夕晩" and 4 <= hours < 12):
        hours += 12
    if minutes == "半":
        minutes = "30"
    return f"{hours}時" + (f"{int(_value(minutes))}分" if minutes.strip("0") else "")


_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911, "明治": 1867, "R": 2018, "H": 1988, "S": 1925}
_KANJI_NUMBER = "[〇零一二三四五六七八九十]"
_EVENING = "(?<![今昨毎深])(?:夜|夕方?|晩)"
_YEAR_OF_ERA = rf"(?:元|\d{{1,2}}|{_KANJI_NUMBER}{{1,3}})(?:年(?!代)|\.\d)"
_HOUR = rf"(?:\d{{1,2}}|{_KANJI_NUMBER}{{1,3}})"
_MINUTE = rf"(?:\d{{1,2}}|{_KANJI_NUMBER}{{1,3}})"
_UNITS = {
    "km2": "平方キロメートル",
    "km": "キロメートル",
    "cm": "センチメートル",
    "mm": "ミリメートル",
    "m2": "平方メートル",
    "m3": "立方メートル",
    "m": "メートル",
    "kg": "キログラム",
    "平米": "平方メートル",
}
_CURRENCIES = {"¥": "円", "$": "ドル", "£": "ポンド", "€": "ユーロ"}
_MAY_HAVE_EXPRESSION = r"[\d〇零一二三四五六七八九十百千万億兆元何][年月時円:/.\-kmc平米]|[¥$£€] ?\d"
# Of each expression: characters that it cannot do without, its pattern, and its replacement.
_REPLACEMENTS: tuple[tuple[str, str, Callable[[re.Match[str]], str]], ...] = (
    (
        "[和成正治RHS]",
        (
            rf"(?<![A-Za-z0-9])({'|'.join(_ERAS)})(元|\d{{1,2}}|{_KANJI_NUMBER}{{1,3}})"
            r"(?:年(?!代)|\.(\d{1,2})\.(\d{1,2})(?![\d.]))"
        ),
        _era_date,
    ),
    ("[-/.]", r"(?<![\w./-])(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?![\d./-])", _numeric_date),
    ("年", r"(?<![〇一二三四五六七八九十百千])([〇一二三四五六七八九]{4})年", _kanji_number),
    (
        "月",
        rf"(?<!{_KANJI_NUMBER})([一二三四五六七八九]|十[一二]?)月(?=[^一-鿿]|{_KANJI_NUMBER}{{1,3}}日|[末初上中下頃以分号入]|$)",
        _kanji_number,
    ),
    ("月", rf"(?<=\d月)({_KANJI_NUMBER}{{1,3}})日", _kanji_number),
    (
        "[時:]",
        rf"(午[前後]|{_EVENING})?(?:(?<![\dA-Za-z:.])(\d{{1,2}}):([0-5]\d)(?![\d:])|(?<![\d.〇一二三四五六七八九十百])({_HOUR})時(?![間代期点計速])(?:(半|{_MINUTE}(?=分))分?)?)",
        _time_of_day,
    ),
    # Before the amounts in yen, whose numerals become digits.
    (
        "[¥$£€]",
        (
            r"(?<![A-Za-z0-9_$])(?:US)?([¥$£€]) ?(\d+(?:\.\d+)?[\d千万億兆]*)(?:円|米?ドル|ポンド|ユーロ)?"
            r"(?![A-Za-z0-9_$千万億兆]|\.\d)"
        ),
        lambda found: found[2] + _CURRENCIES[found[1]],
    ),
    ("米ドル", r"(?<=[\d何十百千万億兆])米ドル", lambda _: "ドル"),
    (
        "円",
        r"(?<![\d.〇一二三四五六七八九十百千万億兆])(\d*(?:\.\d+)?[〇一二三四五六七八九十百千万億兆]+[\d〇一二三四五六七八九十百千万億兆]*)円",
        _kanji_number,
    ),
    ("[mg米]", r"(?<=[\d何])(km2|km|cm|mm|m2|m3|m|kg|平米)(?![A-Za-z0-9/])", lambda found: _UNITS[found[1]]),
)


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
