"""Postings that no longer change: for each key the passages that have it, all keys in one sorted array."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy
from numpy.typing import NDArray

Numbers = NDArray[Any]

NARROWEST_CODE, WIDEST_CODE = numpy.dtype(numpy.uint16), numpy.dtype(numpy.uint32)
MOST_NARROW = 65_536


class Postings(NamedTuple):
    """The `rows` (int32, ascending) of the passages that have a key, and the `codes` (index.ranking.postings.saturation)."""

    rows: Numbers
    codes: Numbers


class Segment:
    """Keys (uint64, ascending) and their postings: those of the key at place n from `starts[n]` to `starts[n + 1]`.

    No key is without postings.
    """

    def __init__(self, keys: Numbers, starts: Numbers, postings: Postings) -> None:
        self.keys = keys
        self.starts = starts
        self.rows, self.codes = postings

    @classmethod
    def of_sorted(cls, keys: Numbers, rows: Numbers, codes: Numbers) -> Segment:
        """A segment of at least one posting, given one by one in the order of their keys, then of their rows."""
        starts = first_of_runs(keys[1:] != keys[:-1])
        return cls(keys[starts], numpy.append(starts, len(keys)), Postings(rows, codes))

    @property
    def size(self) -> int:
        """How many postings it has."""
        return int(self.starts[-1])

    @property
    def code_type(self) -> Any:
        """The type of its codes."""
        return self.codes.dtype

    def find(self, keys: Numbers) -> Iterator[tuple[int, Postings]]:
        """Of those keys which are here: their places in `keys`, and their postings."""
        if not len(self.keys):
            return
        places = self.keys.searchsorted(keys)
        here = self.keys.take(places, mode="clip") == keys
        wanted = here.nonzero()[0]
        places = places[wanted]
        starts, ends = self.starts[places].tolist(), self.starts[places + 1].tolist()
        for which, start, end in zip(wanted.tolist(), starts, ends, strict=True):
            yield which, Postings(self.rows[start:end], self.codes[start:end])

    def read(self, start: int, end: int) -> Postings:
        """The postings in a range, of whatever keys."""
        return Postings(self.rows[start:end], self.codes[start:end])

    def spill(self, path: Path) -> SpilledSegment:
        """The same with its postings in a file."""
        with path.open("wb") as file:
            self.rows.tofile(file)
            self.codes.tofile(file)
        return SpilledSegment(self.keys, self.starts, path, self.codes.dtype)


class SpilledSegment:
    """A segment whose postings wait in a file to be merged; they are read, not mapped, so that they do not stay."""

    def __init__(self, keys: Numbers, starts: Numbers, path: Path, code_type: Any) -> None:
        self.keys = keys
        self.starts = starts
        self.code_type = code_type
        self._path = path

    def read(self, start: int, end: int) -> Postings:
        """The postings in a range, of whatever keys."""
        rows = numpy.fromfile(self._path, numpy.int32, end - start, offset=4 * start)
        offset = 4 * int(self.starts[-1]) + self.code_type.itemsize * start
        return Postings(rows, numpy.fromfile(self._path, self.code_type, end - start, offset=offset))


class Part(Protocol):
    """What can be merged."""

    @property
    def keys(self) -> Numbers:
        """As in Segment."""
        ...

    @property
    def starts(self) -> Numbers:
        """As in Segment."""
        ...

    @property
    def code_type(self) -> Any:
        """The type of its codes."""
        ...

    def read(self, start: int, end: int) -> Postings:
        """The postings in a range, of whatever keys."""
        ...


def no_segment() -> Segment:
    """A segment without keys."""
    nothing = Postings(numpy.empty(0, numpy.int32), numpy.empty(0, NARROWEST_CODE))
    return Segment(numpy.empty(0, numpy.uint64), numpy.zeros(1, numpy.int64), nothing)


def join(segments: Sequence[Segment]) -> Segment:
    """One segment of a few small ones, whose rows ascend from one to the next."""
    keys = numpy.concatenate([segment.keys.repeat(numpy.diff(segment.starts)) for segment in segments])
    if not len(keys):
        return no_segment()
    # Sorted runs, one after another: a stable sort merges them.
    order = keys.argsort(kind="stable")
    rows = numpy.concatenate([segment.rows for segment in segments])
    codes = numpy.concatenate([segment.codes for segment in segments])
    return Segment.of_sorted(keys[order], rows[order], codes[order])


def first_of_runs(differs: Numbers) -> Numbers:
    """Where runs of equal values begin, of values of which each but the first differs from the one before or not."""
    return numpy.concatenate([[0], differs.nonzero()[0] + 1])


def widest(parts: Sequence[Part]) -> Any:
    """The type that holds the codes of all."""
    return WIDEST_CODE if any(part.code_type == WIDEST_CODE for part in parts) else NARROWEST_CODE
