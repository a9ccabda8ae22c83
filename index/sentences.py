"""A passage's sentences, as they stand in it."""

from __future__ import annotations

import re
from itertools import accumulate

_END = r"[。!?！？]+[」』）)”\"]*|\n+|(?<=[a-z0-9])\.(?=\s+[A-Z])"
_OPENING = "「『（("
_BRACKET = r"[「『（(」』）)]"


def split_sentences(text: str) -> list[str]:
    """The sentences of a text, each a verbatim part of it; an end inside brackets ends nothing.

    A bracket that is never closed counts for nothing.
    """
    inside = _bracketed(text)
    sentences = []
    start = 0
    for match in re.finditer(_END, text):
        if inside[match.end() - 1] and text[match.start()] != "\n":
            continue
        sentences.append(text[start : match.end()])
        start = match.end()
    sentences.append(text[start:])
    return [stripped for sentence in sentences if (stripped := sentence.strip())]


def _bracketed(text: str) -> list[bool]:
    """For each character, whether it stands within a pair of brackets (the pair itself included, but its end)."""
    changes = [0] * (len(text) + 1)
    opened: list[int] = []
    for bracket in re.finditer(_BRACKET, text):
        position = bracket.start()
        if bracket.group() in _OPENING:
            opened.append(position)
        elif opened:
            changes[opened.pop()] += 1
            changes[position] -= 1
    return [depth > 0 for depth in accumulate(changes)]
