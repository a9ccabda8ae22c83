"""Merges segments by ranges of keys: without sorting, and without having all postings in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy
from numpy.typing import NDArray

from index.ranking.postings.storage.segments import Mergeable, Postings, Segment, widest_code

Numbers = NDArray[Any]

_BATCH_POSTINGS = 4_000_000


class MergePlan(NamedTuple):
    """The merged keys of several segments, and where the postings of each start; keys without postings are dropped.

    `counts` has for each segment how many postings of each of its keys are kept.
    """

    keys: Numbers
    starts: Numbers
    code_type: Any
    segments: Sequence[Mergeable]
    counts: Sequence[Numbers]


def plan_merge(segments: Sequence[Mergeable], alive: Numbers) -> MergePlan:
    """Plan the merge of segments; `alive` has a flag for each row: whether its postings are kept."""
    counts = [_counts_alive(segment, alive) for segment in segments]
    keys = numpy.unique(numpy.concatenate([numpy.empty(0, numpy.uint64), *(segment.keys for segment in segments)]))
    totals = numpy.zeros(len(keys), dtype=numpy.int64)
    for segment, counted in zip(segments, counts, strict=True):
        totals[keys.searchsorted(segment.keys)] += counted
    left = totals > 0
    starts = numpy.concatenate([[0], numpy.cumsum(totals[left])]).astype(numpy.int64)
    return MergePlan(keys[left], starts, widest_code(segments), segments, counts)


def merged_postings(plan: MergePlan, alive: Numbers, renumbered: Numbers | None) -> Iterator[Postings]:
    """The merged postings in order, in batches; `renumbered` has the new row of each row, if rows change.

    The segments come in the order of their rows, so the rows of each key ascend.
    """
    for low, high in _key_ranges(plan.starts):
        size = int(plan.starts[high] - plan.starts[low])
        rows, codes = numpy.empty(size, numpy.int32), numpy.empty(size, plan.code_type)
        keys = plan.keys[low:high]
        fill = plan.starts[low:high] - plan.starts[low]
        for segment, counted in zip(plan.segments, plan.counts, strict=True):
            start = int(segment.keys.searchsorted(keys[0]))
            end = int(segment.keys.searchsorted(keys[-1], side="right"))
            if start == end:
                continue
            found = segment.read(int(segment.starts[start]), int(segment.starts[end]))
            counts = counted[start:end]
            if counts.sum() < len(found.rows):
                kept = alive[found.rows]
                found = Postings(found.rows[kept], found.codes[kept])
            nonempty = counts > 0
            counts = counts[nonempty]
            positions = keys.searchsorted(segment.keys[start:end][nonempty])
            # The offset from where a key's postings are read to where they go is the same for all of the key.
            targets = numpy.repeat(fill[positions] - numpy.cumsum(counts) + counts, counts)
            targets += numpy.arange(len(targets))
            rows[targets] = found.rows if renumbered is None else renumbered[found.rows]
            codes[targets] = found.codes
            fill[positions] += counts
        yield Postings(rows, codes)


def merge(segments: Sequence[Mergeable], alive: Numbers, renumbered: Numbers | None = None) -> Segment:
    """Merge segments, whose rows ascend from one to the next, into one in memory."""
    plan = plan_merge(segments, alive)
    size = int(plan.starts[-1])
    postings = Postings(numpy.empty(size, numpy.int32), numpy.empty(size, plan.code_type))
    start = 0
    for rows, codes in merged_postings(plan, alive, renumbered):
        postings.rows[start : start + len(rows)] = rows
        postings.codes[start : start + len(rows)] = codes
        start += len(rows)
    return Segment(plan.keys, plan.starts, postings)


def _counts_alive(segment: Mergeable, alive: Numbers) -> Numbers:
    """How many postings of each key are in rows that are alive."""
    counts: Numbers = numpy.diff(segment.starts)
    if alive.all():
        return counts
    counts = counts.copy()
    for low, high in _key_ranges(segment.starts):
        start, end = int(segment.starts[low]), int(segment.starts[high])
        kept = alive[segment.read(start, end).rows]
        counts[low:high] = numpy.add.reduceat(kept, segment.starts[low:high] - start, dtype=numpy.int64)
    return counts


def _key_ranges(starts: Numbers) -> Iterator[tuple[int, int]]:
    """Ranges of keys with no more postings than a batch; a single key may have more."""
    low = 0
    while low < len(starts) - 1:
        high = int(starts.searchsorted(starts[low] + _BATCH_POSTINGS, side="right")) - 1
        high = max(high, low + 1)
        yield low, high
        low = high
