"""The inverted index of PostingsEngine: its passages, segments of postings, and statistics for each audience."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import RLock
from typing import Any

import numpy
from numpy.typing import NDArray

from index.growing_array import GrowingArray
from index.language.analysis import VIEWS
from index.ranking.engine import Entry
from index.ranking.packed_terms import term_key
from index.ranking.postings.inversion import Columns, in_batches, invert
from index.ranking.postings.saturation import Codebook
from index.ranking.postings.scoring import score
from index.ranking.postings.statistics import AudienceStatistics
from index.ranking.postings.storage.merging import merge
from index.ranking.postings.storage.segments import Postings, Segment, join
from index.ranking.postings.storage.write_buffer import WriteBuffer
from index.ranking.postings.terms import ScoredTerm, Term

Numbers = NDArray[Any]

# After so many additions the write buffer becomes a segment; a batch of so many passages is a segment at once.
_BUFFERED = 32
# Segments with fewer postings than this together are merged while passages are added: that takes milliseconds.
_MERGED_AT_ONCE = 60_000
# The first segment is merged with the others once it is less than so many times as large, or one row in so many removed.
_COMPACTION_RATIO = 8
_CACHED_AUDIENCES = 32
# How many bytes cached terms may take before all are dropped. A term takes some even if no passage contains it.
_CACHE_BYTES = 100_000_000
_BYTES_PER_TERM = 500


class InvertedIndex:
    """Passages by their rows, in the order of their numbers; the row of a removed passage stays until a full merge.

    The postings are in `segments` and then in `buffer`, rows ascending from one to the next. Callers hold `lock`.
    The scores of terms are cached until the next change.
    """

    def __init__(self, columns: Columns, codebooks: Sequence[Codebook], segments: Sequence[Segment]) -> None:
        self.lock = RLock()
        self.codebooks = codebooks
        self.segments = list(segments)
        self.buffer = WriteBuffer()
        self.all_passages: AudienceStatistics
        self._audiences: dict[frozenset[int], AudienceStatistics] = {}
        self._scratch = numpy.empty(0, dtype=numpy.int32)
        self._last_number = int(columns.numbers[-1]) if len(columns.numbers) else None
        self._set_columns(columns)

    @property
    def scratch(self) -> Numbers:
        """An uninitialised array with an int32 for each row, to be used as scratch space."""
        if len(self._scratch) < len(self.alive):
            self._scratch = numpy.empty(2 * len(self.alive), dtype=numpy.int32)
        return self._scratch

    @property
    def columns(self) -> Columns:
        """The columns of all rows."""
        return Columns(*(column.values for column in self._columns))

    @property
    def alive(self) -> Numbers:
        """A flag for each row: whether its passage was not removed."""
        return self.all_passages.admitted

    def statistics(self, sources: frozenset[int] | None) -> AudienceStatistics:
        """The statistics of some sources (None: of all)."""
        if sources is None:
            return self.all_passages
        if sources not in self._audiences:
            if len(self._audiences) >= _CACHED_AUDIENCES:
                del self._audiences[next(iter(self._audiences))]
            self._audiences[sources] = AudienceStatistics(sources, self.columns, self.alive)
        return self._audiences[sources]

    def rows_of(self, numbers: Iterable[int]) -> Numbers:
        """The rows (int32, ascending) of the passages with these numbers, without those that are not there."""
        wanted = numpy.unique(numpy.fromiter(numbers, dtype=numpy.int64))
        known = self._columns[0].values
        if not len(known):
            return numpy.empty(0, dtype=numpy.int32)
        rows = known.searchsorted(wanted)
        rows = rows[known.take(rows, mode="clip") == wanted].astype(numpy.int32)
        alive: Numbers = rows[self.alive[rows]]
        return alive

    def terms(self, names: Sequence[tuple[str, str]], statistics: AudienceStatistics) -> list[Term]:
        """Terms, given by view and term, with their scores within an audience."""
        cache = statistics.terms
        missing = sorted({name for name in names if name not in cache})
        if not missing:
            return [cache[name] for name in names]
        new = dict(zip(missing, self._look_up(missing, statistics), strict=True))
        found = [new.get(name) or cache[name] for name in names]
        self._cached_bytes += sum(_cached_size(term) for term in new.values())
        if self._cached_bytes > _CACHE_BYTES:
            self._clear_caches()
        else:
            cache.update(new)
        return found

    def _look_up(self, names: Sequence[tuple[str, str]], statistics: AudienceStatistics) -> list[Term]:
        keys = [term_key(view, term) for view, term in names]
        key_array = numpy.array(keys, dtype=numpy.uint64)
        postings: list[list[Postings]] = [[] for _ in keys]
        for found in (*(segment.find(key_array) for segment in self.segments), self.buffer.find(keys)):
            for position, of_key in found:
                postings[position].append(of_key)
        return score([view for view, _ in names], postings, statistics, self.codebooks)

    def _clear_caches(self) -> None:
        for statistics in (self.all_passages, *self._audiences.values()):
            statistics.terms.clear()
        self._cached_bytes = 0

    def add(self, entries: Iterable[Entry]) -> None:
        """Add passages."""
        for batch in in_batches(entries):
            segment = self._append(batch)
            if len(batch) < _BUFFERED:
                self.buffer.add(segment)
            else:
                self.flush()
                self._add_segment(segment)
            if len(self.buffer.segments) >= _BUFFERED:
                self.flush()

    def build(self, entries: Iterable[Entry]) -> None:
        """Add very many passages: each batch is spilled to a file, and all are merged at the end."""
        with TemporaryDirectory(prefix="kotae-", ignore_cleanup_errors=True) as folder:
            segments = []
            for count, batch in enumerate(in_batches(entries)):
                segments.append(self._append(batch).spill(Path(folder) / str(count)))
            if segments:
                self._add_segment(merge(segments, self.alive))

    def remove(self, numbers: Iterable[int]) -> None:
        """Remove passages."""
        rows = self.rows_of(numbers)
        self._clear_caches()
        lengths = self._columns[3].values[rows]
        for statistics in (self.all_passages, *self._audiences.values()):
            statistics.remove(rows, lengths)

    def flush(self) -> None:
        """Make a segment of the write buffer, merged with other small ones."""
        if self.buffer.segments:
            self._add_segment(join(self.buffer.segments))
            self.buffer = WriteBuffer()

    def compact(self) -> None:
        """Merge all segments into one; or all but the first, if that is much larger and few of its rows were removed."""
        self.flush()
        removed = len(self.alive) - self.all_passages.size
        later = sum(segment.size for segment in self.segments[1:])
        if removed * _COMPACTION_RATIO > len(self.alive) or (
            later * _COMPACTION_RATIO > self.segments[0].size if later else False
        ):
            self._merge_all()
        elif len(self.segments) > 2:
            self.segments[1:] = [merge(self.segments[1:], self.alive)]
            self._clear_caches()

    def columns_without_removed(self) -> tuple[Columns, Numbers]:
        """The columns without the rows of removed passages, and the new row of each row."""
        alive = self.alive
        columns = Columns(*(column[alive] for column in self.columns))
        return columns, (numpy.cumsum(alive) - 1).astype(numpy.int32)

    def _merge_all(self) -> None:
        columns, renumbered = self.columns_without_removed()
        self.segments = [merge(self.segments, self.alive, renumbered)]
        self._set_columns(columns)

    def _set_columns(self, columns: Columns) -> None:
        self._columns = tuple(GrowingArray(column) for column in columns)
        self._audiences.clear()
        self._cached_bytes = 0
        self.all_passages = AudienceStatistics(None, columns, numpy.ones(len(columns.numbers), dtype=bool))

    def _append(self, batch: Sequence[Entry]) -> Segment:
        """Add rows for passages; returns their postings, which are in no segment yet."""
        known = self._columns[0].values
        for entry in batch:
            if self._last_number is not None and entry.number <= self._last_number:
                raise ValueError(f"numbers must ascend: {entry.number} after {self._last_number}")
            self._last_number = entry.number
        columns, segment = invert(batch, len(known), self.codebooks)
        self._clear_caches()
        for column, values in zip(self._columns, columns, strict=True):
            column.extend(values)
        for statistics in (self.all_passages, *self._audiences.values()):
            statistics.append(columns)
        return segment

    def _add_segment(self, segment: Segment) -> None:
        """Add a segment, and merge the last ones while they are small and the one before is not much larger."""
        self.segments.append(segment)
        self._clear_caches()
        count = 1
        size = segment.size
        while count < len(self.segments):
            before = self.segments[-count - 1].size
            if before > 2 * size or before + size > _MERGED_AT_ONCE:
                break
            size += before
            count += 1
        if count > 1:
            self.segments[-count:] = [join(self.segments[-count:])]


def empty_index() -> InvertedIndex:
    """An index without passages."""
    nothing = numpy.empty(0, dtype=numpy.int64)
    lengths = numpy.empty((0, len(VIEWS)), dtype=numpy.uint32)
    codebooks = [Codebook(numpy.empty(0, dtype=numpy.uint64)) for _ in VIEWS]
    return InvertedIndex(Columns(nothing, nothing, nothing, lengths), codebooks, [])


def _cached_size(term: Term) -> int:
    """How many bytes a cached term takes: eight for a score, four for a row; an unscored one refers to its segments."""
    return _BYTES_PER_TERM + (12 * term.document_frequency if isinstance(term, ScoredTerm) else 0)
