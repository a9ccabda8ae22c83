"""Splits a text into sentences, each a verbatim part of it."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Sequence

from index.language.normalization import is_japanese

_SENTENCE_END = r"[。!?！？．.]+[」』）)”\"]*|\n+"
_OPENING = "「『（("
_BRACKET = r"[「『（(」』）)]"
# These end sentences in prose, but are part of a word in names, numbers, addresses and code.
_ASCII_ENDS = "!?."
_JAPANESE = "[\u3000-\u9fff\uff00-\uffef]"
# A line is taken for Japanese by this many characters on either side.
_LINE_CONTEXT = 200


def split_sentences(text: str) -> list[str]:
    """The sentences of a text, each a verbatim part of it; an end inside brackets ends nothing.

    A bracket that is never closed counts for nothing.
    """
    return list(sentences_of(text))


def sentences_of(text: str) -> Iterator[str]:
    """The sentences of `split_sentences`, one by one: a text can have too many for a list."""
    opens, closes = _brackets(text)
    start = bracket = closed = 0
    for match in re.finditer(_SENTENCE_END, text):
        last = match.end() - 1
        while bracket < len(opens) and opens[bracket] <= last:
            closed = closes[bracket]
            bracket += 1
        if text[match.start()] != "\n" and (last < closed or not _ends_sentence(text, match)):
            continue
        if sentence := text[start : match.end()].strip():
            yield sentence
        start = match.end()
    if sentence := text[start:].strip():
        yield sentence


def _ends_sentence(text: str, match: re.Match[str]) -> bool:
    """Whether a match of `_SENTENCE_END` ends a sentence, and is no part of a word: Yahoo! JAPAN, Node.js, 1.5."""
    ending = match.group()
    first = ending[0]
    before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
    if first == "．":
        return bool(before) and is_japanese(before) and not after.isdigit()
    if first not in _ASCII_ENDS:
        return True
    if before and is_japanese(before):
        return not ("!" <= after <= "~" and first == ".")
    if after and not after.isspace():
        return False
    following = text[match.end() : match.end() + _LINE_CONTEXT].lstrip(" \t")
    if not following or following[0] == "\n":
        return True
    # Between Latin words in a Japanese line, it is part of a name.
    if re.search(_JAPANESE, _line(text, match.start())):
        return False
    return (before.islower() or before.isdigit()) and following[0].isupper() if first == "." else before != " "


def _line(text: str, position: int) -> str:
    """The text around a position in the same line."""
    before = text[max(0, position - _LINE_CONTEXT) : position].rpartition("\n")[2]
    return before + text[position : position + _LINE_CONTEXT].partition("\n")[0]


def _brackets(text: str) -> tuple[Sequence[int], Sequence[int]]:
    """The positions where the outermost pairs of brackets open, and where each closes."""
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
