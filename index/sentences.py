"""A passage's sentences, as they stand in it."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Sequence

_END = r"[。!?！？]+[」』）)”\"]*|\n+|(?<=[a-z0-9])\.(?=\s+[A-Z])"
_OPENING = "「『（("
_BRACKET = r"[「『（(」』）)]"


def split_sentences(text: str) -> list[str]:
    """The sentences of a text, each a verbatim part of it; an end inside brackets ends nothing.

    A bracket that is never closed counts for nothing.
    """
    return list(sentences_of(text))


def sentences_of(text: str) -> Iterator[str]:
    """The same one by one, for a text of which no list of all should be held."""
    opens, closes = _brackets(text)
    start = bracket = closed = 0
    for match in re.finditer(_END, text):
        last = match.end() - 1
        while bracket < len(opens) and opens[bracket] <= last:
            closed = closes[bracket]
            bracket += 1
        if last < closed and text[match.start()] != "\n":
            continue
        if sentence := text[start : match.end()].strip():
            yield sentence
        start = match.end()
    if sentence := text[start:].strip():
        yield sentence


def _brackets(text: str) -> tuple[Sequence[int], Sequence[int]]:
    """Where the pairs of brackets that stand in no other pair open, and where each closes."""
    opens, closes = array("q"), array("q")
    opened = array("q")
    for bracket in re.finditer(_BRACKET, text):
        if bracket.group() in _OPENING:
            opened.append(bracket.start())
        elif opened:
            start = opened.pop()
            while opens and opens[-1] > start:
                opens.pop()
                closes.pop()
            opens.append(start)
            closes.append(bracket.start())
    return opens, closes
