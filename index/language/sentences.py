"""A passage's sentences, as they stand in it."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Sequence

from index.language.normalization import is_japanese

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
        if text[match.start()] != "\n" and (last < closed or not _ends(text, match)):
            continue
        if sentence := text[start : match.end()].strip():
            yield sentence
        start = match.end()
    if sentence := text[start:].strip():
        yield sentence


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
