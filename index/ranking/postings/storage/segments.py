"""Segments: immutable posting lists, whose keys are one sorted array."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy
from numpy.typing import NDArray

Numbers = NDArray[Any]

NARROW_CODE, WIDE_CODE = numpy.dtype(numpy.uint16), numpy.dtype(numpy.uint32)
# How many codes a narrow one can tell apart.
NARROW_CODES = 65_536


class Postings(NamedTuple):
    """A posting list: `rows` (int32, ascending) of passages, and the `codes` (index.ranking.postings.saturation) in them."""

    rows: Numbers
    codes: Numbers


class Segment:
    """Keys (uint64, ascending) and their postings: those of `keys[n]` are from `starts[n]` to `starts[n + 1]`.

    Every key has postings.
    """

    def __init__(self, keys: Numbers, starts: Numbers, postings: Postings) -> None:
        self.keys = keys
        self.starts = starts
        self.rows, self.codes = postings

    @classmethod
    def of_sorted(cls, keys: Numbers, rows: Numbers, codes: Numbers) -> Segment:
        """A segment of one or more postings, given a key, a row and a code each, sorted by key and then by row."""
        starts = first_of_runs(keys[1:] != keys[:-1])
        return cls(keys[starts], numpy.append(starts, len(keys)), Postings(rows, codes))

    @property
    def size(self) -> int:
        """The number of postings."""
        return int(self.starts[-1])

    @property
    def code_type(self) -> Any:
        """The type of its codes."""
        return self.codes.dtype

    def find(self, keys: Numbers) -> Iterator[tuple[int, Postings]]:
        """The postings of those keys that are there, each with the key's position in `keys`."""
        if not len(self.keys):
            return
        found = self.keys.searchsorted(keys)
        positions = (self.keys.take(found, mode="clip") == keys).nonzero()[0]
        found = found[positions]
        starts, ends = self.starts[found].tolist(), self.starts[found + 1].tolist()
        for position, start, end in zip(positions.tolist(), starts, ends, strict=True):
            yield position, Postings(self.rows[start:end], self.codes[start:end])

    def read(self, start: int, end: int) -> Postings:
        """The postings from `start` to `end`, of whatever keys."""
        return Postings(self.rows[start:end], self.codes[start:end])

    def spill(self, path: Path) -> SpilledSegment:
        """Write the postings to a file."""
        with path.open("wb") as file:
            self.rows.tofile(file)
            self.codes.tofile(file)
        return SpilledSegment(self.keys, self.starts, path, self.codes.dtype)


class SpilledSegment:
    """A segment whose postings are in a file until it is merged; they are read, not mapped, so as not to stay in memory."""

    def __init__(self, keys: Numbers, starts: Numbers, path: Path, code_type: Any) -> None:
        self.keys = keys
        self.starts = starts
        self.code_type = code_type
        self._path = path

    def read(self, start: int, end: int) -> Postings:
        """The postings from `start` to `end`, of whatever keys."""
        rows = numpy.fromfile(self._path, numpy.int32, end - start, offset=4 * start)
        offset = 4 * int(self.starts[-1]) + self.code_type.itemsize * start
        return Postings(rows, numpy.fromfile(self._path, self.code_type, end - start, offset=offset))


class Mergeable(Protocol):
    """What merging needs of a segment, in memory or spilled."""

    @property
    def keys(self) -> Numbers:
        """The keys, as in Segment."""
        ...

    @property
    def starts(self) -> Numbers:
        """Where the postings of each key start, as in Segment."""
        ...

    @property
    def code_type(self) -> Any:
        """The type of its codes."""
        ...

    def read(self, start: int, end: int) -> Postings:
        """The postings from `start` to `end`, of whatever keys."""
        ...


def empty_segment() -> Segment:
    """A segment without keys."""
    nothing = Postings(numpy.empty(0, numpy.int32), numpy.empty(0, NARROW_CODE))
    return Segment(numpy.empty(0, numpy.uint64), numpy.zeros(1, numpy.int64), nothing)


def join(segments: Sequence[Segment]) -> Segment:
    """Merge a few small segments, whose rows ascend from one to the next."""
    keys = numpy.concatenate([segment.keys.repeat(numpy.diff(segment.starts)) for segment in segments])
    if not len(keys):
        return empty_segment()
    # These are sorted runs, which a stable sort merges.
    order = keys.argsort(kind="stable")
    rows = numpy.concatenate([segment.rows for segment in segments])
    codes = numpy.concatenate([segment.codes for segment in segments])
    return Segment.of_sorted(keys[order], rows[order], codes[order])


def first_of_runs(differs: Numbers) -> Numbers:
    """Where runs of equal values begin, given for each value but the first whether it differs from the one before."""
    return numpy.concatenate([[0], differs.nonzero()[0] + 1])


def widest_code(segments: Sequence[Mergeable]) -> Any:
    """The type that holds the codes of all segments."""
    return WIDE_CODE if any(segment.code_type == WIDE_CODE for segment in segments) else NARROW_CODE
