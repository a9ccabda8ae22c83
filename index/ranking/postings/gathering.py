"""Passages as they come to the columns and the segment that PostingsEngine keeps of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, NamedTuple

import numpy
from numpy.typing import NDArray

from index.language.analysis import VIEWS
from index.ranking.engine import Entry
from index.ranking.packed_terms import PackedParts, unpack_all
from index.ranking.postings.saturation import Pairs
from index.ranking.postings.storage.segments import (
    MOST_NARROW,
    NARROWEST_CODE,
    WIDEST_CODE,
    Segment,
    first_of_runs,
    no_segment,
)

Numbers = NDArray[Any]

# Packed terms that are gathered together, in bytes; some ten bytes are a posting.
_AT_ONCE = 40_000_000


class Columns(NamedTuple):
    """What is known of passages, one a row: `numbers`, `sources`, `orders` (int64), and `lengths` (uint32, a column a view)."""

    numbers: Numbers
    sources: Numbers
    orders: Numbers
    lengths: Numbers


def in_batches(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    """As many at a time as can be gathered together."""
    batch, size = [], 0
    for entry in entries:
        batch.append(entry)
        size += sum(map(len, entry.parts))
        if size >= _AT_ONCE:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def gather(entries: Sequence[Entry], first_row: int, pairs: Sequence[Pairs]) -> tuple[Columns, Segment]:
    """The columns and the postings of passages; their rows count from `first_row`, new pairs are added to `pairs`."""
    unpacked = unpack_all(list(chain.from_iterable(entry.parts for entry in entries)))
    row_of_part = numpy.repeat(numpy.arange(len(entries), dtype=numpy.int32), [len(entry.parts) for entry in entries])
    lengths = numpy.zeros((len(entries), len(VIEWS)), dtype=numpy.uint32)
    numpy.add.at(lengths, row_of_part, unpacked.lengths)
    columns = Columns(
        numpy.array([entry.number for entry in entries], dtype=numpy.int64),
        numpy.array([entry.source for entry in entries], dtype=numpy.int64),
        numpy.array([entry.order for entry in entries], dtype=numpy.int64),
        lengths,
    )
    return columns, _segment(unpacked, row_of_part, lengths, first_row, pairs)


def _segment(
    unpacked: PackedParts, row_of_part: Numbers, lengths: Numbers, first_row: int, pairs: Sequence[Pairs]
) -> Segment:
    if not len(unpacked.keys):
        return no_segment()
    order = unpacked.keys.argsort(kind="stable")
    keys, views = unpacked.keys[order], unpacked.views[order]
    rows = row_of_part[unpacked.texts[order]]
    # The same key of two parts of a passage is one posting.
    firsts = first_of_runs((keys[1:] != keys[:-1]) | (rows[1:] != rows[:-1]))
    frequencies = numpy.add.reduceat(unpacked.frequencies[order], firsts, dtype=numpy.uint32)
    keys, views, rows = keys[firsts], views[firsts], rows[firsts]
    codes = numpy.empty(len(keys), dtype=numpy.uint32)
    for view, of_view in enumerate(pairs):
        places = (views == view).nonzero()[0]
        codes[places] = of_view.codes(frequencies[places], lengths[rows[places], view])
    code_type = NARROWEST_CODE if max(map(len, pairs)) <= MOST_NARROW else WIDEST_CODE
    return Segment.of_sorted(keys, rows + numpy.int32(first_row), codes.astype(code_type))
