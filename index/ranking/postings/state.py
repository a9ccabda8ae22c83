"""What PostingsEngine knows of its passages: columns, segments of postings, audiences; and how that changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import RLock
from typing import Any

import numpy
from numpy.typing import NDArray

from index.language.analysis import VIEWS
from index.ranking.engine import Entry
from index.ranking.packed_terms import term_key
from index.ranking.postings.gathering import Columns, gather, in_batches
from index.ranking.postings.saturation import Pairs
from index.ranking.postings.scoring import score
from index.ranking.postings.statistics import AudienceStatistics
from index.ranking.postings.storage.growing_array import GrowingArray
from index.ranking.postings.storage.growing_part import GrowingPart
from index.ranking.postings.storage.merging import merge
from index.ranking.postings.storage.segments import Postings, Segment, join
from index.ranking.postings.terms import ScoredTerm, Term

Numbers = NDArray[Any]

# So many passages grow together before they become a segment.
_MOST_GROWING = 32
# Segments with fewer postings than this together are merged while passages are added: that takes milliseconds.
_MOST_MERGED_AT_ONCE = 60_000
# A base this many times as large as all that came later, or with one row in as many removed, is left as it is.
_LARGE_BASE = 8
_MOST_AUDIENCES = 32
# What the scores of terms may take before they are all forgotten, in bytes; a term takes some even if no passage has it.
_MOST_KEPT = 100_000_000
_KEPT_A_TERM = 500


class PostingsState:
    """Passages by their rows, in the order of their numbers; a removed passage's row stays until all are merged anew.

    `segments` and then `growing` hold the postings, rows ascending from one to the next. Whoever asks or changes
    anything holds `lock`. What terms bring is kept until the next change.
    """

    def __init__(self, columns: Columns, pairs: Sequence[Pairs], segments: Sequence[Segment]) -> None:
        self.lock = RLock()
        self.pairs = pairs
        self.segments = list(segments)
        self.growing = GrowingPart()
        self.everything: AudienceStatistics
        self._audiences: dict[frozenset[int], AudienceStatistics] = {}
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

    def audience(self, sources: frozenset[int] | None) -> AudienceStatistics:
        """The rows of some sources."""
        if sources is None:
            return self.everything
        if sources not in self._audiences:
            if len(self._audiences) >= _MOST_AUDIENCES:
                del self._audiences[next(iter(self._audiences))]
            self._audiences[sources] = AudienceStatistics(sources, self.columns, self.alive)
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

    def terms_of(self, names: Sequence[tuple[str, str]], audience: AudienceStatistics) -> list[Term]:
        """What each term, by its view and itself, brings to the passages of an audience."""
        known = audience.terms
        missing = sorted({name for name in names if name not in known})
        if not missing:
            return [known[name] for name in names]
        learnt = dict(zip(missing, self._look_up(missing, audience), strict=True))
        found = [learnt.get(name) or known[name] for name in names]
        self._kept += sum(_size_of(term) for term in learnt.values())
        if self._kept > _MOST_KEPT:
            self._forget_terms()
        else:
            known.update(learnt)
        return found

    def _look_up(self, names: Sequence[tuple[str, str]], audience: AudienceStatistics) -> list[Term]:
        keys = [term_key(view, term) for view, term in names]
        wanted = numpy.array(keys, dtype=numpy.uint64)
        pieces: list[list[Postings]] = [[] for _ in keys]
        for part in (*(segment.find(wanted) for segment in self.segments), self.growing.find(keys)):
            for which, postings in part:
                pieces[which].append(postings)
        return score([view for view, _ in names], pieces, audience, self.pairs)

    def _forget_terms(self) -> None:
        for audience in (self.everything, *self._audiences.values()):
            audience.terms.clear()
        self._kept = 0

    def add(self, entries: Iterable[Entry]) -> None:
        """Rows more."""
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
        rows = self.rows_of(numbers)
        self._forget_terms()
        lengths = self._columns[3].values[rows]
        for audience in (self.everything, *self._audiences.values()):
            audience.remove(rows, lengths)

    def freeze(self) -> None:
        """The growing part becomes a segment, and small segments one."""
        if self.growing.segments:
            self._push(join(self.growing.segments))
            self.growing = GrowingPart()

    def compact(self) -> None:
        """One segment of all, or two where the first is much larger than the others and little of it was removed."""
        self.freeze()
        removed = len(self.alive) - self.everything.size
        later = sum(segment.size for segment in self.segments[1:])
        if removed * _LARGE_BASE > len(self.alive) or (later * _LARGE_BASE > self.segments[0].size if later else False):
            self._merge_everything()
        elif len(self.segments) > 2:
            self.segments[1:] = [merge(self.segments[1:], self.alive)]
            self._forget_terms()

    def kept(self) -> tuple[Columns, Numbers]:
        """The columns without those removed, and the new row of each row."""
        alive = self.alive
        columns = Columns(*(column[alive] for column in self.columns))
        return columns, (numpy.cumsum(alive) - 1).astype(numpy.int32)

    def _merge_everything(self) -> None:
        columns, renumbered = self.kept()
        self.segments = [merge(self.segments, self.alive, renumbered)]
        self._set_columns(columns)

    def _set_columns(self, columns: Columns) -> None:
        self._columns = tuple(GrowingArray(column) for column in columns)
        self._audiences.clear()
        self._kept = 0
        self.everything = AudienceStatistics(None, columns, numpy.ones(len(columns.numbers), dtype=bool))

    def _append(self, batch: Sequence[Entry]) -> Segment:
        known = self._columns[0].values
        for entry in batch:
            if self._last is not None and entry.number <= self._last:
                raise ValueError(f"numbers must ascend: {entry.number} after {self._last}")
            self._last = entry.number
        columns, segment = gather(batch, len(known), self.pairs)
        self._forget_terms()
        for column, values in zip(self._columns, columns, strict=True):
            column.extend(values)
        for audience in (self.everything, *self._audiences.values()):
            audience.append(columns)
        return segment

    def _push(self, segment: Segment) -> None:
        """A segment more; the last ones are merged as long as they are small and not much smaller than the one before."""
        self.segments.append(segment)
        self._forget_terms()
        count = 1
        size = segment.size
        while count < len(self.segments):
            before = self.segments[-count - 1].size
            if before > 2 * size or before + size > _MOST_MERGED_AT_ONCE:
                break
            size += before
            count += 1
        if count > 1:
            self.segments[-count:] = [join(self.segments[-count:])]


def empty_state() -> PostingsState:
    """No passages."""
    nothing = numpy.empty(0, dtype=numpy.int64)
    lengths = numpy.empty((0, len(VIEWS)), dtype=numpy.uint32)
    pairs = [Pairs(numpy.empty(0, dtype=numpy.uint64)) for _ in VIEWS]
    return PostingsState(Columns(nothing, nothing, nothing, lengths), pairs, [])


def _size_of(term: Term) -> int:
    """How many bytes it takes: eight a score, four a row; the postings of others are in the segments."""
    return _KEPT_A_TERM + (12 * term.having if isinstance(term, ScoredTerm) else 0)
