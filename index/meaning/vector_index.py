"""The vectors of passages, to be searched for those nearest to a question: exactly, without an approximation.

Every row of the passages that may be read is compared, so the time is linear: measured on one core with five rows of 512
dimensions a passage, 6.5 ms for 10,000 passages and 65 ms for 100,000; above that the same goes on. Rows take a byte a
dimension, 260 MB for 100,000 passages, in a file mapped into memory, which the system can take back at any time; as
floats there are never more than a few of them.

The products are of whole numbers that a float32 holds (index.meaning.quantization), so the cosine of a row is the same to
the last bit whatever other rows it is compared with: passages of others leave no trace in it.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy
from numpy import float32, int8, int64
from numpy.typing import NDArray

from index.array_file import ArrayLayout, ArraysDamaged, read, writing
from index.growing_array import GrowingArray
from index.meaning.quantization import Quantized, steps_of_question
from index.types import Scored

Numbers = NDArray[Any]

# Rows that are floats at a time: they stay in the processor's cache.
_CHUNK = 256
# Passages that are copied at a time.
_BATCH = 10_000
# More rows than these, and than the file has, are better in a file than in memory.
_LARGEST_GROWN = 50_000
# Fewer rows than these do no harm after their passages are gone.
_HARMLESS_DEAD = 5_000


class _Part(NamedTuple):
    """Passages by number and source, and where the rows of each start; those of the next follow them."""

    numbers: Numbers
    sources: Numbers
    starts: Numbers
    codes: Numbers
    scales: Numbers

    @property
    def counts(self) -> Numbers:
        """How many rows each passage has."""
        return numpy.diff(self.starts, append=len(self.scales))

    def rows_of(self, places: Numbers) -> tuple[Numbers, Numbers]:
        """All rows of the passages at these places, and where those of each start among them."""
        counts = self.counts[places]
        starts = numpy.cumsum(counts) - counts
        return numpy.repeat(self.starts[places] - starts, counts) + numpy.arange(counts.sum()), starts


class VectorView:
    """The vectors of some sources (None: of all), as they were when it was made."""

    def __init__(self, parts: Sequence[tuple[_Part, Numbers]], sources: Collection[int] | None) -> None:
        self._parts = parts
        self._sources = sources

    def nearest(self, vector: NDArray[float32], limit: int, among: Collection[int] | None = None) -> list[Scored]:
        """The passages nearest to the vector of a question, best first, ties by number; `among` these, if given.

        A passage is as near as the nearest of its rows, without the first: what it stands under is that of others too.
        """
        numbers, scores = [numpy.empty(0, int64)], [numpy.empty(0, float32)]
        for part, alive in self._parts:
            admitted = self._admitted(part, alive)
            wanted = admitted if among is None else admitted & numpy.isin(part.numbers, list(among))
            places = wanted.nonzero()[0]
            if len(places):
                rows, starts = part.rows_of(places)
                edges = numpy.stack([starts, starts + 1], axis=1).ravel()
                scores.append(numpy.maximum.reduceat(_cosines(part, rows, vector), edges)[1::2])
                numbers.append(part.numbers[places])
        return _best(numpy.concatenate(numbers), numpy.concatenate(scores), limit)

    def cosines(self, vector: NDArray[float32], numbers: Collection[int]) -> dict[int, NDArray[float32]]:
        """The cosine of the vector of a question with each row of these passages; those without vectors are missing."""
        found: dict[int, NDArray[float32]] = {}
        for part, alive in self._parts:
            wanted = numpy.isin(part.numbers, list(numbers))
            places = (wanted & self._admitted(part, alive)).nonzero()[0]
            rows, starts = part.rows_of(places)
            cosines = numpy.split(_cosines(part, rows, vector), starts[1:])
            found.update(zip(part.numbers[places].tolist(), cosines, strict=False))
        return found

    def _admitted(self, part: _Part, alive: Numbers) -> Numbers:
        return alive if self._sources is None else alive & numpy.isin(part.sources, list(self._sources))


class VectorIndex:
    """Vectors to which others can be added, and from which they can be removed; safe for threads."""

    def __init__(self, dimensions: int) -> None:
        self.dimensions = dimensions
        self._lock = threading.Lock()
        self._set_base(_Part(*_empty(dimensions)))

    @classmethod
    def open(cls, path: Path) -> tuple[VectorIndex, dict[str, Any]]:
        """The index in a file, its rows mapped into memory, and its metadata; raises ArraysDamaged or OSError."""
        metadata, arrays = read(path)
        try:
            base = _Part(*(arrays[name] for name in _Part._fields))
            index = cls(base.codes.shape[1])
        except (KeyError, IndexError) as error:
            raise ArraysDamaged(f"{path}: {error}") from error
        index._set_base(base)
        return index, metadata

    @property
    def size(self) -> int:
        """The number of passages."""
        with self._lock:
            return sum(int(alive.sum()) for _, alive in self._parts())

    @property
    def is_worn(self) -> bool:
        """Whether a third of the rows is of passages that are gone, or many rows were added: time to compact or save."""
        with self._lock:
            dead = sum(int(part.counts[~alive].sum()) for part, alive in self._parts())
            grown = len(self._grown[-1].values)
            kept = len(self._base.scales)
            return dead > max(_HARMLESS_DEAD, (kept + grown) // 3) or grown > max(_LARGEST_GROWN, kept)

    def add(self, passages: Sequence[tuple[int, int, Quantized]]) -> None:
        """Add passages: the number and the source of each, and its rows, two or more. Raises ValueError for fewer."""
        if not passages:
            return
        numbers, sources, vectors = zip(*passages, strict=True)
        counts = numpy.array([len(one.scales) for one in vectors])
        if counts.min() < 2:
            raise ValueError("a passage has the row of what it stands under, and another")
        with self._lock:
            starts = len(self._grown[-1].values) + numpy.cumsum(counts) - counts
            codes, scales = (numpy.concatenate(columns) for columns in zip(*vectors, strict=True))
            for column, values in zip(self._grown, (numbers, sources, starts, codes, scales), strict=True):
                column.extend(numpy.asarray(values))
            self._grown_alive.extend(numpy.ones(len(numbers), bool))

    def remove(self, numbers: Collection[int]) -> None:
        """Remove passages; unknown numbers are ignored."""
        if numbers:
            with self._lock:
                for part, alive in self._parts():
                    alive[numpy.isin(part.numbers, list(numbers))] = False

    def within(self, sources: Collection[int] | None) -> VectorView:
        """The vectors of these sources (None: of all), as they are now."""
        with self._lock:
            return VectorView([(part, alive.copy()) for part, alive in self._parts()], sources)

    def compact(self) -> None:
        """Let go of what was removed."""
        with self._lock:
            base = _Part(*map(numpy.concatenate, zip(_empty(self.dimensions), *self._pieces(), strict=True)))
            self._set_base(base)

    def save(self, path: Path, metadata: Mapping[str, Any]) -> None:
        """Write the index to a file, without what was removed, with metadata that JSON can hold; raises OSError.

        The file should be a new one: not every system can replace a file that is open.
        """
        with self._lock:
            passages = sum(int(alive.sum()) for _, alive in self._parts())
            rows = sum(int(part.counts[alive].sum()) for part, alive in self._parts())
            layouts = {
                name: ArrayLayout(
                    column.dtype.str, (rows if name in ("codes", "scales") else passages, *column.shape[1:])
                )
                for name, column in _Part(*_empty(self.dimensions))._asdict().items()
            }
            with writing(path, metadata, layouts) as writer:
                for piece in self._pieces():
                    for name, values in piece._asdict().items():
                        writer.append(name, values)

    def _pieces(self) -> Iterator[_Part]:
        """What is left, in pieces; starts go on from one to the next."""
        begin = 0
        for part, alive in self._parts():
            every = alive.nonzero()[0]
            for first in range(0, len(every), _BATCH):
                places = every[first : first + _BATCH]
                rows, starts = part.rows_of(places)
                numbers, sources = part.numbers[places], part.sources[places]
                yield _Part(numbers, sources, begin + starts, part.codes[rows], part.scales[rows])
                begin += len(rows)

    def _parts(self) -> list[tuple[_Part, Numbers]]:
        """What is in the file, and what was added since, each with which of its passages were not removed."""
        grown = _Part(*(column.values for column in self._grown))
        return [(self._base, self._base_alive), (grown, self._grown_alive.values)]

    def _set_base(self, base: _Part) -> None:
        self._base = base
        self._base_alive = numpy.ones(len(base.numbers), bool)
        self._grown = [GrowingArray(column) for column in _empty(self.dimensions)]
        self._grown_alive = GrowingArray(numpy.empty(0, bool))


def _empty(dimensions: int) -> _Part:
    nothing = numpy.empty(0, int64)
    return _Part(nothing, nothing, nothing, numpy.empty((0, dimensions), int8), numpy.empty(0, float32))


def _cosines(part: _Part, rows: Numbers, vector: NDArray[float32]) -> NDArray[float32]:
    """The cosine of the vector of a question with each of these rows, which ascend."""
    steps = steps_of_question(len(vector))
    question = numpy.rint(vector * steps).astype(float32)
    cosines = numpy.empty(len(rows), float32)
    floats = numpy.empty((_CHUNK, len(vector)), float32)
    for start in range(0, len(rows), _CHUNK):
        among = rows[start : start + _CHUNK]
        first, last = int(among[0]), int(among[-1])
        # Rows that follow each other need no copy.
        together = last - first < len(among)
        chunk = floats[: len(among)]
        chunk[...] = part.codes[first : last + 1] if together else part.codes[among]
        numpy.dot(chunk, question, out=cosines[start : start + len(among)])
    cosines *= part.scales[rows]
    cosines /= float32(steps)
    return cosines


def _best(numbers: Numbers, scores: Numbers, limit: int) -> list[Scored]:
    if limit < 1:
        return []
    if limit < len(scores):
        last = numpy.partition(scores, -limit)[-limit]
        kept = scores >= last
        numbers, scores = numbers[kept], scores[kept]
    order = numpy.lexsort((numbers, -scores))[:limit]
    return [Scored(int(numbers[place]), float(scores[place])) for place in order]
