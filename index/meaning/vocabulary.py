"""The vocabulary of a tokenizer, kept so that a start reads only what its texts look up.

A tokenizer walks through a text by a table with each piece of its vocabulary and each prefix of a piece: 250,000 strings,
a tenth of a second to read. Here they are in groups by their first two characters, and a group is read when it is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

import numpy
from numpy.typing import NDArray

Numbers = NDArray[Any]

_START = 2
# In no piece, since tokenizers make spaces of line ends.
_BETWEEN = "\n"


def pack(numbers: Mapping[str, int]) -> dict[str, Numbers]:
    """A table of strings and their numbers as arrays, for `Vocabulary`."""
    groups = [list(group) for _, group in groupby(sorted(numbers), lambda text: text[:_START])]
    texts = [_BETWEEN.join(group).encode() for group in groups]
    return {
        "starts": _bytes(_BETWEEN.join(group[0][:_START] for group in groups).encode()),
        "texts": _bytes(b"".join(texts)),
        "text_ends": numpy.cumsum([len(text) for text in texts]),
        "numbers": numpy.array([numbers[text] for group in groups for text in group], numpy.int32),
        "number_ends": numpy.cumsum([len(group) for group in groups]),
    }


class Vocabulary:
    """The table in the arrays of `pack`; it can be used from any thread, and does of a dict what tokenizers need."""

    def __init__(self, arrays: Mapping[str, Numbers]) -> None:
        starts = arrays["starts"].tobytes().decode().split(_BETWEEN)
        self._places = {start: place for place, start in enumerate(starts)}
        self._texts, self._text_ends = arrays["texts"], arrays["text_ends"]
        self._numbers, self._number_ends = arrays["numbers"], arrays["number_ends"]
        self._groups: dict[str, dict[str, int]] = {}

    def get(self, text: str) -> int | None:
        """The number of a string, or None if it is not there."""
        start = text[:_START]
        group = self._groups.get(start)
        if group is None:
            place = self._places.get(start)
            if place is None:
                return None
            group = self._groups[start] = self._group(place)
        return group.get(text)

    def _group(self, place: int) -> dict[str, int]:
        texts = _between(self._texts, self._text_ends, place).tobytes().decode().split(_BETWEEN)
        return dict(zip(texts, _between(self._numbers, self._number_ends, place).tolist(), strict=True))


def _between(values: Numbers, ends: Numbers, place: int) -> Numbers:
    return values[int(ends[place - 1]) if place else 0 : int(ends[place])]


def _bytes(data: bytes) -> Numbers:
    return numpy.frombuffer(data, numpy.uint8)
