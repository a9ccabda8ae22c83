"""The numbers that Microsoft Word shows before paragraphs, which a document has only the rules of."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LEVELS = 9
_BULLET = "・"
_KANJI = "〇一二三四五六七八九"
_LEGAL = "零壱弐参四五六七八九"
_ROMAN = tuple(
    zip((1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1), "m cm d cd c xc l xl x ix v iv i".split(), strict=True)
)
_KANA = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"
_IROHA = "イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセス"
# Beyond this the signs of a format are used up, and Word writes digits.
_LARGEST = 9_999


class Level(NamedTuple):
    """How a level of a list counts: from where, in what format, with what around the number, and with what behind it."""

    start: int
    format: str
    text: str
    behind: str
    restarts_after: int


class Numbering:
    """Counts through a document's numbered paragraphs in their order."""

    def __init__(self, element: Any | None) -> None:
        self._levels: dict[str, tuple[str, dict[int, Level]]] = {}
        self._starts: dict[str, dict[int, int]] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[str] = set()
        if element is not None:
            self._read(element)

    def knows(self, number: str) -> bool:
        """Whether there are rules for the lists of this number."""
        return number in self._levels

    def label(self, number: str, level: int) -> str:
        """What stands before the next paragraph of a list at a level, with the space behind it."""
        abstract, levels = self._levels[number]
        counts = self._counts.setdefault(abstract, {})
        if number not in self._begun:
            self._begun.add(number)
            for deeper, start in self._starts[number].items():
                counts[deeper] = start - 1
        rule = levels.get(level)
        if rule is None:
            return f"{_BULLET}"
        counts[level] = counts.get(level, rule.start - 1) + 1
        for deeper, below in levels.items():
            if deeper > level and below.restarts_after > level:
                counts.pop(deeper, None)
        if rule.format == "bullet":
            return _BULLET
        return self._filled(rule, levels, counts)

    @staticmethod
    def _filled(rule: Level, levels: dict[int, Level], counts: dict[int, int]) -> str:
        def value(found: re.Match[str]) -> str:
            place = int(found[1]) - 1
            of = levels.get(place, rule)
            return formatted(counts.get(place, of.start), of.format)

        text = re.sub(r"%([1-9])", value, rule.text).strip()
        return text + rule.behind if text else ""

    def _read(self, element: Any) -> None:
        rules = {found.get(f"{W}abstractNumId"): found for found in element.iter(f"{W}abstractNum")}
        of_style = {
            link.get(f"{W}val"): identity
            for identity, found in rules.items()
            if (link := found.find(f"{W}styleLink")) is not None
        }
        for found in element.iter(f"{W}num"):
            reference = found.find(f"{W}abstractNumId")
            abstract = reference.get(f"{W}val") if reference is not None else None
            if (rule := rules.get(abstract)) is None:
                continue
            link = rule.find(f"{W}numStyleLink")
            if link is not None and link.get(f"{W}val") in of_style:
                abstract = of_style[link.get(f"{W}val")]
                rule = rules[abstract]
            number = found.get(f"{W}numId")
            levels = dict(_levels(rule))
            starts = {}
            for change in found.iter(f"{W}lvlOverride"):
                levels |= dict(_levels(change))
                if (start := change.find(f"{W}startOverride")) is not None:
                    starts[_whole(change.get(f"{W}ilvl"), 0)] = _whole(start.get(f"{W}val"), 1)
            self._levels[number] = (abstract or "", levels)
            self._starts[number] = starts


def _levels(element: Any) -> Iterator[tuple[int, Level]]:
    for found in element.findall(f"{W}lvl"):
        number = _whole(found.get(f"{W}ilvl"), 0)

        def value(name: str, default: str, found: Any = found) -> str:
            child = found.find(f"{W}{name}")
            return default if child is None else str(child.get(f"{W}val") or "")

        behind = "" if value("suff", "tab") == "nothing" else " "
        restarts = _whole(value("lvlRestart", str(number)), number)
        # A level that says 0 counts on; another one begins anew after each level above the one that it names.
        after = restarts or -1
        plain = found.find(f"{W}isLgl") is not None
        style = "decimal" if plain else value("numFmt", "decimal")
        yield number, Level(_whole(value("start", "1"), 1), style, value("lvlText", ""), behind, after)


def _whole(text: Any, default: int) -> int:
    try:
        return int(text)
    except (TypeError, ValueError):
        return default


def formatted(number: int, style: str) -> str:
    """A number as a format of Word writes it; in digits where the format is none that Japanese documents have."""
    if style == "none":
        return ""
    write = _FORMATS.get(style)
    return write(number) if write and 0 < number <= _LARGEST else str(number)


def _counted(digits: str, ten: str, number: int) -> str:
    """A number in kanji with units: 二十三."""
    text = ""
    for unit, sign in ((1_000, "千"), (100, "百"), (10, ten), (1, "")):
        digit = number // unit % 10
        if digit:
            text += (digits[digit] if digit > 1 or not sign or digits is _LEGAL else "") + sign
    return text


def _roman(number: int) -> str:
    text = ""
    for value, sign in _ROMAN:
        text += sign * (number // value)
        number %= value
    return text


def _among(signs: str) -> Callable[[int], str]:
    return lambda number: signs[number - 1] if number <= len(signs) else str(number)


def _letters(number: int) -> str:
    """After z comes aa, then bb."""
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)


def _wide(number: int) -> str:
    return str(number).translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})


_FORMATS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": "{:02}".format,
    "decimalFullWidth": _wide,
    "decimalFullWidth2": _wide,
    "upperRoman": lambda number: _roman(number).upper(),
    "lowerRoman": _roman,
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerLetter": _letters,
    "decimalEnclosedCircle": _among("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"),
    "decimalEnclosedFullstop": "{}.".format,
    "decimalEnclosedParen": "({})".format,
    "numberInDash": "- {} -".format,
    "japaneseCounting": lambda number: _counted(_KANJI, "十", number),
    "chineseCounting": lambda number: _counted(_KANJI, "十", number),
    "chineseCountingThousand": lambda number: _counted(_KANJI, "十", number),
    "japaneseLegal": lambda number: _counted(_LEGAL, "拾", number),
    "japaneseDigitalTenThousand": lambda number: "".join(_KANJI[int(digit)] for digit in str(number)),
    "ideographDigital": lambda number: "".join(_KANJI[int(digit)] for digit in str(number)),
    "ideographTraditional": _among("甲乙丙丁戊己庚辛壬癸"),
    "ideographZodiac": _among("子丑寅卯辰巳午未申酉戌亥"),
    "aiueo": _among(_KANA),
    "aiueoFullWidth": _among(_KANA),
    "iroha": _among(_IROHA),
    "irohaFullWidth": _among(_IROHA),
}
