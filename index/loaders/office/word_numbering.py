"""The numbers that Microsoft Word shows before paragraphs, computed from the rules in the document."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BULLET = "・"
_KANJI = "〇一二三四五六七八九"
_LEGAL = "零壱弐参四五六七八九"
_ROMAN = tuple(
    zip((1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1), "m cm d cd c xc l xl x ix v iv i".split(), strict=True)
)
_KANA = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"
_IROHA = "イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセス"
# Beyond this, Word writes digits.
_LARGEST_NUMBER = 9_999


class Level(NamedTuple):
    """The numbering of a level of a list: `text` is a template such as "第%1条", `suffix` the space after it."""

    start: int
    format: str
    text: str
    suffix: str
    restarts_after: int


class Numbering:
    """Computes the labels of numbered paragraphs, in the order of the document."""

    def __init__(self, element: Any | None) -> None:
        self._levels: dict[str, tuple[str, dict[int, Level]]] = {}
        self._starts: dict[str, dict[int, int]] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._started: set[str] = set()
        if element is not None:
            self._read(element)

    def knows(self, list_id: str) -> bool:
        """Whether there are rules for this list."""
        return list_id in self._levels

    def label(self, list_id: str, level: int) -> str:
        """The label of the next paragraph of a list at a level, with the space after it."""
        abstract, levels = self._levels[list_id]
        counts = self._counts.setdefault(abstract, {})
        if list_id not in self._started:
            self._started.add(list_id)
            for deeper, start in self._starts[list_id].items():
                counts[deeper] = start - 1
        rule = levels.get(level)
        if rule is None:
            return _BULLET
        counts[level] = counts.get(level, rule.start - 1) + 1
        for deeper, below in levels.items():
            if deeper > level and below.restarts_after > level:
                counts.pop(deeper, None)
        if rule.format == "bullet":
            return _BULLET
        return self._fill_template(rule, levels, counts)

    @staticmethod
    def _fill_template(rule: Level, levels: dict[int, Level], counts: dict[int, int]) -> str:
        def value(found: re.Match[str]) -> str:
            level = int(found[1]) - 1
            level_rule = levels.get(level, rule)
            return format_number(counts.get(level, level_rule.start), level_rule.format)

        text = re.sub(r"%([1-9])", value, rule.text).strip()
        return text + rule.suffix if text else ""

    def _read(self, element: Any) -> None:
        rules = {found.get(f"{W}abstractNumId"): found for found in element.iter(f"{W}abstractNum")}
        abstract_of_style = {
            link.get(f"{W}val"): abstract_id
            for abstract_id, found in rules.items()
            if (link := found.find(f"{W}styleLink")) is not None
        }
        for found in element.iter(f"{W}num"):
            reference = found.find(f"{W}abstractNumId")
            abstract = reference.get(f"{W}val") if reference is not None else None
            if (rule := rules.get(abstract)) is None:
                continue
            link = rule.find(f"{W}numStyleLink")
            if link is not None and link.get(f"{W}val") in abstract_of_style:
                abstract = abstract_of_style[link.get(f"{W}val")]
                rule = rules[abstract]
            list_id = found.get(f"{W}numId")
            levels = dict(_levels(rule))
            starts = {}
            for change in found.iter(f"{W}lvlOverride"):
                levels |= dict(_levels(change))
                if (start := change.find(f"{W}startOverride")) is not None:
                    starts[_integer(change.get(f"{W}ilvl"), 0)] = _integer(start.get(f"{W}val"), 1)
            self._levels[list_id] = (abstract or "", levels)
            self._starts[list_id] = starts


def _levels(element: Any) -> Iterator[tuple[int, Level]]:
    for found in element.findall(f"{W}lvl"):
        number = _integer(found.get(f"{W}ilvl"), 0)

        def value(name: str, default: str, found: Any = found) -> str:
            child = found.find(f"{W}{name}")
            return default if child is None else str(child.get(f"{W}val") or "")

        suffix = "" if value("suff", "tab") == "nothing" else " "
        restarts = _integer(value("lvlRestart", str(number)), number)
        # 0 never restarts; another value restarts after each level above the one that it names.
        after = restarts or -1
        plain = found.find(f"{W}isLgl") is not None
        style = "decimal" if plain else value("numFmt", "decimal")
        yield number, Level(_integer(value("start", "1"), 1), style, value("lvlText", ""), suffix, after)


def _integer(text: Any, default: int) -> int:
    try:
        return int(text)
    except (TypeError, ValueError):
        return default


def format_number(number: int, style: str) -> str:
    """A number in a format of Word; in digits where Japanese documents do not have the format."""
    if style == "none":
        return ""
    write = _FORMATS.get(style)
    return write(number) if write and 0 < number <= _LARGEST_NUMBER else str(number)


def _kanji_number(digits: str, ten: str, number: int) -> str:
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


def _enumerated(signs: str) -> Callable[[int], str]:
    return lambda number: signs[number - 1] if number <= len(signs) else str(number)


def _letters(number: int) -> str:
    """After z comes aa, then bb."""
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)


def _full_width(number: int) -> str:
    return str(number).translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})


_FORMATS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": "{:02}".format,
    "decimalFullWidth": _full_width,
    "decimalFullWidth2": _full_width,
    "upperRoman": lambda number: _roman(number).upper(),
    "lowerRoman": _roman,
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerLetter": _letters,
    "decimalEnclosedCircle": _enumerated("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"),
    "decimalEnclosedFullstop": "{}.".format,
    "decimalEnclosedParen": "({})".format,
    "numberInDash": "- {} -".format,
    "japaneseCounting": lambda number: _kanji_number(_KANJI, "十", number),
    "chineseCounting": lambda number: _kanji_number(_KANJI, "十", number),
    "chineseCountingThousand": lambda number: _kanji_number(_KANJI, "十", number),
    "japaneseLegal": lambda number: _kanji_number(_LEGAL, "拾", number),
    "japaneseDigitalTenThousand": lambda number: "".join(_KANJI[int(digit)] for digit in str(number)),
    "ideographDigital": lambda number: "".join(_KANJI[int(digit)] for digit in str(number)),
    "ideographTraditional": _enumerated("甲乙丙丁戊己庚辛壬癸"),
    "ideographZodiac": _enumerated("子丑寅卯辰巳午未申酉戌亥"),
    "aiueo": _enumerated(_KANA),
    "aiueoFullWidth": _enumerated(_KANA),
    "iroha": _enumerated(_IROHA),
    "irohaFullWidth": _enumerated(_IROHA),
}
