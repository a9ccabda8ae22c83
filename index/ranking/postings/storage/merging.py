"""Several segments become one, by ranges of keys, without sorting and without all postings in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy
from numpy.typing import NDArray

from index.ranking.postings.storage.segments import Part, Postings, Segment, widest

Numbers = NDArray[Any]

_AT_ONCE = 4_000_000


class Merged(NamedTuple):
    """The keys of several segments, and where the postings of each will be; keys without postings are left out."""

    keys: Numbers
    starts: Numbers
    code_type: Any
    parts: Sequence[Part]
    counts: Sequence[Numbers]


def merged_keys(parts: Sequence[Part], keep: Numbers) -> Merged:
    """What segments have together; `keep` says of each row whether its postings are kept."""
    counts = [_kept_counts(part, keep) for part in parts]
    keys = numpy.unique(numpy.concatenate([numpy.empty(0, numpy.uint64), *(part.keys for part in parts)]))
    totals = numpy.zeros(len(keys), dtype=numpy.int64)
    for part, counted in zip(parts, counts, strict=True):
        totals[keys.searchsorted(part.keys)] += counted
    left = totals > 0
    starts = numpy.concatenate([[0], numpy.cumsum(totals[left])]).astype(numpy.int64)
    return Merged(keys[left], starts, widest(parts), parts, counts)


def merged_postings(merged: Merged, keep: Numbers, renumbered: Numbers | None) -> Iterator[Postings]:
    """All postings in order, in pieces; `renumbered` gives each row its new one.

    The parts come in the order of their rows, so those of a key ascend.
    """
    for low, high in _ranges(merged.starts):
        size = int(merged.starts[high] - merged.starts[low])
        rows, codes = numpy.empty(size, numpy.int32), numpy.empty(size, merged.code_type)
        keys = merged.keys[low:high]
        fill = merged.starts[low:high] - merged.starts[low]
        for part, counted in zip(merged.parts, merged.counts, strict=True):
            start = int(part.keys.searchsorted(keys[0]))
            end = int(part.keys.searchsorted(keys[-1], side="right"))
            if start == end:
                continue
            found = part.read(int(part.starts[start]), int(part.starts[end]))
            counts = counted[start:end]
            if counts.sum() < len(found.rows):
                alive = keep[found.rows]
                found = Postings(found.rows[alive], found.codes[alive])
            having = counts > 0
            counts = counts[having]
            places = keys.searchsorted(part.keys[start:end][having])
            # Where a key's postings go, less where they come from: the difference is the same for all of a key.
            moved = numpy.repeat(fill[places] - numpy.cumsum(counts) + counts, counts)
            moved += numpy.arange(len(moved))
            rows[moved] = found.rows if renumbered is None else renumbered[found.rows]
            codes[moved] = found.codes
            fill[places] += counts
        yield Postings(rows, codes)


def merge(parts: Sequence[Part], keep: Numbers, renumbered: Numbers | None = None) -> Segment:
    """One segment, in memory, of several whose rows ascend from one to the next."""
    merged = merged_keys(parts, keep)
    size = int(merged.starts[-1])
    postings = Postings(numpy.empty(size, numpy.int32), numpy.empty(size, merged.code_type))
    start = 0
    for rows, codes in merged_postings(merged, keep, renumbered):
        postings.rows[start : start + len(rows)] = rows
        postings.codes[start : start + len(rows)] = codes
        start += len(rows)
    return Segment(merged.keys, merged.starts, postings)


def _kept_counts(part: Part, keep: Numbers) -> Numbers:
    """How many postings of each key are kept."""
    counts: Numbers = numpy.diff(part.starts)
    if keep.all():
        return counts
    counts = counts.copy()
    for low, high in _ranges(part.starts):
        start, end = int(part.starts[low]), int(part.starts[high])
        kept = keep[part.read(start, end).rows]
        counts[low:high] = numpy.add.reduceat(kept, part.starts[low:high] - start, dtype=numpy.int64)
    return counts


def _ranges(starts: Numbers) -> Iterator[tuple[int, int]]:
    """Ranges of keys with not too many postings; one key alone may have more."""
    low = 0
    while low < len(starts) - 1:
        high = int(starts.searchsorted(starts[low] + _AT_ONCE, side="right")) - 1
        high = max(high, low + 1)
        yield low, high
        low = high
