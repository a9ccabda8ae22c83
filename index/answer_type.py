"""The kind of thing that a question asks for, and whether a text has one.

A date, a number (of something), a person or a place. The text must have one that
the question does not already contain: "2019年に誰が" is not answered by 2019.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from index.analysis import Token

_DATE_UNITS = frozenset({"年", "月", "日", "時", "世紀", "年代", "時代", "時期", "年度"})
_WHEN = frozenset({"何時", "何時頃"})
_WHO = frozenset({"誰", "どなた"})
_HOW_MUCH = frozenset({"幾ら", "幾つ", "幾", "如何程"})
_EXTENT = frozenset({"くらい", "ぐらい", "位", "ほど", "程", "程度"})
_COUNTERS = frozenset({"助数詞可能", "助数詞"})
_PERSON_SUFFIXES = frozenset({"氏", "さん", "様", "君", "先生", "教授"})


class AnswerType(NamedTuple):
    """What is asked for: `kind` is date, number, person or place; `unit` is what a number must count, or empty."""

    kind: str
    unit: str = ""


def asked_for(question: Sequence[Token]) -> AnswerType | None:
    """The kind of answer that a question's words ask for, or None where they do not tell."""
    for token, following in zip(question, [*question[1:], None], strict=False):
        if token.lemma in _WHEN:
            return AnswerType("date")
        if token.lemma in _WHO or token.surface in _WHO:
            return AnswerType("person")
        if token.lemma == "何処":
            return AnswerType("place")
        if token.lemma in _HOW_MUCH:
            return AnswerType("number")
        if following is None:
            continue
        if token.lemma in ("何の", "何れ") and following.surface in _EXTENT:
            return AnswerType("number")
        if token.lemma == "何" and following.lemma in _DATE_UNITS:
            return AnswerType("date")
        if token.lemma == "何" and (following.category in _COUNTERS or following.lemma == "人"):
            return AnswerType("number", following.lemma)
    return None


def has_answer(wanted: AnswerType, text: Sequence[Token], question: Sequence[Token]) -> bool:
    """Whether a text has something of the wanted kind that the question does not contain."""
    asked = {token.surface for token in question}
    return any(
        _is_answer(wanted, text, position)
        for position, token in enumerate(text)
        if token.surface not in asked and token.is_content
    )


def _is_answer(wanted: AnswerType, text: Sequence[Token], position: int) -> bool:
    token = text[position]
    if wanted.kind == "place":
        return token.category == "地名"
    if wanted.kind == "person":
        following = text[position + 1].lemma if position + 1 < len(text) else ""
        return token.category == "人名" or following in _PERSON_SUFFIXES
    if token.subdivision != "数詞":
        return False
    units = _units(text, position)
    if wanted.kind == "date":
        return bool(units) and units[0] in _DATE_UNITS
    return wanted.unit in ("", *units)


def _units(text: Sequence[Token], position: int) -> list[str]:
    """What the number at a position counts: the two words after its last numeral, as in 10億米ドル."""
    after = [
        token
        for token in text[position + 1 :]
        if token.subdivision != "数詞" and (token.is_content or token.surface == "%")
    ]
    return ["percent" if token.surface == "%" else token.lemma for token in after[:2]]
