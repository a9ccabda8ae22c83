"""What PostingsEngine knows of its passages: columns, segments of postings, audiences; and how that changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import RLock
from typing import Any

import numpy
from numpy.typing import NDArray

from index.analysis import VIEWS
from index.engine import Entry
from index.engines.audience import Audience, KnownKey
from index.engines.gathering import Columns, gather, in_batches
from index.engines.growing_array import GrowingArray
from index.engines.growing_part import GrowingPart
from index.engines.merging import merge
from index.engines.pruning import FoundTerm
from index.engines.saturation import Pairs
from index.engines.segments import Postings, Segment
from index.types import QuestionTerm

Numbers = NDArray[Any]

# So many passages grow together before they become a segment.
_MOST_GROWING = 32
# Segments with fewer postings than this together are merged while passages are added: that takes milliseconds.
_MOST_MERGED_AT_ONCE = 200_000
# A base this many times as large as all that came later, or with one row in as many removed, is left as it is.
_LARGE_BASE = 8
_MOST_AUDIENCES = 32

Asked = tuple[int, frozenset[int] | None, tuple[QuestionTerm, ...]]


class PostingsState:
    """Passages by their rows, in the order of their numbers; a removed passage's row stays until all are merged anew.

    `segments` and then `growing` hold the postings, rows ascending from one to the next. Whoever asks or changes
    anything holds `lock`. `version` changes with every change; `last_asked` is the last question with what was found
    for it.
    """

    def __init__(self, columns: Columns, pairs: Sequence[Pairs], segments: Sequence[Segment]) -> None:
        self.lock = RLock()
        self.version = 0
        self.last_asked: tuple[Asked, list[FoundTerm | None]] | None = None
        self.pairs = pairs
        self.segments = list(segments)
        self.growing = GrowingPart()
        self.everything: Audience
        self._audiences: dict[frozenset[int], Audience] = {}
        self._scratch = numpy.empty(0, dtype=numpy.int32)
        self._last = int(columns.numbers[-1]) if len(columns.numbers) else None
        self._set_columns(columns)

    @property
    def scratch(self) -> Numbers:
        """Room for a number a row (int32), with anything in it."""
        if len(self._scratch) < len(self.alive):
            self._scratch = numpy.empty(2 * len(self.alive), dtype=numpy.int32)
        return self._scratch

    @property
    def columns(self) -> Columns:
        """What is known of every row."""
        return Columns(*(column.values for column in self._columns))

    @property
    def alive(self) -> Numbers:
        """Of each row whether its passage is still there."""
        return self.everything.admitted

    def audience(self, sources: frozenset[int] | None) -> Audience:
        """The rows of some sources."""
        if sources is None:
            return self.everything
        if sources not in self._audiences:
            if len(self._audiences) >= _MOST_AUDIENCES:
                del self._audiences[next(iter(self._audiences))]
            self._audiences[sources] = Audience(sources, self.columns, self.alive)
        return self._audiences[sources]

    def rows_of(self, numbers: Iterable[int]) -> Numbers:
        """The ascending rows (int32) of those of the passages that are there."""
        wanted = numpy.unique(numpy.fromiter(numbers, dtype=numpy.int64))
        known = self._columns[0].values
        if not len(known):
            return numpy.empty(0, dtype=numpy.int32)
        rows = known.searchsorted(wanted)
        rows = rows[known.take(rows, mode="clip") == wanted].astype(numpy.int32)
        there: Numbers = rows[self.alive[rows]]
        return there

    def postings_of(self, keys: Sequence[int], audience: Audience) -> list[KnownKey]:
        """Of each key its postings, and how many of them are of the audience."""
        remembered = audience.known
        missing = [key for key in keys if key not in remembered]
        found = self._look_up(missing, audience) if missing else {}
        known = [found.get(key) or remembered[key] for key in keys]
        audience.learn(found)
        for which, postings in self.growing.find(keys):
            pieces, size, having = known[which]
            known[which] = KnownKey(
                (*pieces, postings), size + len(postings.rows), having + audience.count_anew(postings)
            )
        return known

    def _look_up(self, keys: Sequence[int], audience: Audience) -> dict[int, KnownKey]:
        wanted = numpy.array(keys, dtype=numpy.uint64)
        pieces: list[list[Postings]] = [[] for _ in keys]
        counts = [0] * len(keys)
        for segment in self.segments:
            for which, place, postings in segment.find(wanted):
                pieces[which].append(postings)
                counts[which] += audience.count(segment, place, postings)
        return {
            key: KnownKey(tuple(of_key), sum(len(postings.rows) for postings in of_key), having)
            for key, of_key, having in zip(keys, pieces, counts, strict=True)
        }

    def add(self, entries: Iterable[Entry]) -> None:
        """Rows more."""
        self.version += 1
        for batch in in_batches(entries):
            segment = self._append(batch)
            if len(batch) < _MOST_GROWING:
                self.growing.add(segment)
            else:
                self.freeze()
                self._push(segment)
            if len(self.growing.segments) >= _MOST_GROWING:
                self.freeze()

    def build(self, entries: Iterable[Entry]) -> None:
        """Rows more, many: what they have is put into files on the way, and merged at the end."""
        with TemporaryDirectory(prefix="kotae-", ignore_cleanup_errors=True) as folder:
            parts = []
            for count, batch in enumerate(in_batches(entries)):
                parts.append(self._append(batch).spill(Path(folder) / str(count)))
            if parts:
                self._push(merge(parts, self.alive))

    def remove(self, numbers: Iterable[int]) -> None:
        """Passages less."""
        self.version += 1
        rows = self.rows_of(numbers)
        lengths = self._columns[3].values[rows]
        for audience in (self.everything, *self._audiences.values()):
            audience.remove(rows, lengths)

    def freeze(self) -> None:
        """The growing part becomes a segment, and small segments one."""
        self.version += 1
        if self.growing.segments:
            self._push(merge(self.growing.segments, self.alive))
            self.growing = GrowingPart()
            self._forget_segments()

    def compact(self) -> None:
        """One segment of all, or two where the first is much larger than the others and little of it was removed."""
        self.freeze()
        removed = len(self.alive) - self.everything.size
        later = sum(segment.size for segment in self.segments[1:])
        if removed * _LARGE_BASE > len(self.alive) or (later * _LARGE_BASE > self.segments[0].size if later else False):
            self._merge_everything()
        elif len(self.segments) > 2:
            self.segments[1:] = [merge(self.segments[1:], self.alive)]
            self._forget_segments()

    def kept(self) -> tuple[Columns, Numbers]:
        """The columns without those removed, and the new row of each row."""
        alive = self.alive
        columns = Columns(*(column[alive] for column in self.columns))
        return columns, (numpy.cumsum(alive) - 1).astype(numpy.int32)

    def _merge_everything(self) -> None:
        self.version += 1
        columns, renumbered = self.kept()
        self.segments = [merge(self.segments, self.alive, renumbered)]
        self._set_columns(columns)

    def _set_columns(self, columns: Columns) -> None:
        self._columns = tuple(GrowingArray(column) for column in columns)
        self._audiences.clear()
        self.everything = Audience(None, columns, numpy.ones(len(columns.numbers), dtype=bool))

    def _append(self, batch: Sequence[Entry]) -> Segment:
        known = self._columns[0].values
        for entry in batch:
            if self._last is not None and entry.number <= self._last:
                raise ValueError(f"numbers must ascend: {entry.number} after {self._last}")
            self._last = entry.number
        columns, segment = gather(batch, len(known), self.pairs)
        for column, values in zip(self._columns, columns, strict=True):
            column.extend(values)
        for audience in (self.everything, *self._audiences.values()):
            audience.append(columns)
        return segment

    def _push(self, segment: Segment) -> None:
        """A segment more; the last ones are merged as long as they are small and not much smaller than the one before."""
        self.segments.append(segment)
        self._forget_segments()
        count = 1
        size = segment.size
        while count < len(self.segments):
            before = self.segments[-count - 1].size
            if before > 2 * size or before + size > _MOST_MERGED_AT_ONCE:
                break
            size += before
            count += 1
        if count > 1:
            self.segments[-count:] = [merge(self.segments[-count:], self.alive)]
            self._forget_segments()

    def _forget_segments(self) -> None:
        serials = {segment.serial for segment in self.segments}
        for audience in (self.everything, *self._audiences.values()):
            audience.forget_segments_but(serials)


def empty_state() -> PostingsState:
    """No passages."""
    nothing = numpy.empty(0, dtype=numpy.int64)
    lengths = numpy.empty((0, len(VIEWS)), dtype=numpy.uint32)
    pairs = [Pairs(numpy.empty(0, dtype=numpy.uint64)) for _ in VIEWS]
    return PostingsState(Columns(nothing, nothing, nothing, lengths), pairs, [])
