"""A passage's sentences, as they stand in it."""

from __future__ import annotations

import re
from itertools import accumulate

from index.normalization import is_japanese

_END = r"[。!?！？．.]+[」』）)”\"]*|\n+"
_OPENING = "「『（("
_BRACKET = r"[「『（(」』）)]"
# Signs that are full stops in prose, and in a name, a number, an address or a program are a part of it.
_ASCII_ENDS = "!?."
_JAPANESE = "[\u3000-\u9fff\uff00-\uffef]"
# Whether a line is Japanese is seen in this many characters on either side.
_LOOKED_AT = 200


def split_sentences(text: str) -> list[str]:
    """The sentences of a text, each a verbatim part of it; an end inside brackets ends nothing.

    A bracket that is never closed counts for nothing.
    """
    inside = _bracketed(text)
    sentences = []
    start = 0
    for match in re.finditer(_END, text):
        if text[match.start()] != "\n" and (inside[match.end() - 1] or not _ends(text, match)):
            continue
        sentences.append(text[start : match.end()])
        start = match.end()
    sentences.append(text[start:])
    return [stripped for sentence in sentences if (stripped := sentence.strip())]


def _ends(text: str, match: re.Match[str]) -> bool:
    """Whether signs end a sentence, and are no part of a word: valid?, sort!, Yahoo! JAPAN, Node.js, 1.5."""
    signs = match.group()
    first = signs[0]
    before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
    if first == "．":
        return bool(before) and is_japanese(before) and not after.isdigit()
    if first not in _ASCII_ENDS:
        return True
    if before and is_japanese(before):
        return not ("!" <= after <= "~" and first == ".")
    if after and not after.isspace():
        return False
    following = text[match.end() : match.end() + _LOOKED_AT].lstrip(" \t")
    if not following or following[0] == "\n":
        return True
    # Between words in Latin letters, where Japanese is around them, it is a name's.
    if re.search(_JAPANESE, _line(text, match.start())):
        return False
    return (before.islower() or before.isdigit()) and following[0].isupper() if first == "." else before != " "


def _line(text: str, place: int) -> str:
    """What stands around a place in the same line."""
    before = text[max(0, place - _LOOKED_AT) : place].rpartition("\n")[2]
    return before + text[place : place + _LOOKED_AT].partition("\n")[0]


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
