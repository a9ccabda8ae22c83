"""Inversion: from the terms of each passage to the postings of each term."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, NamedTuple

import numpy
from numpy.typing import NDArray

from index.language.analysis import VIEWS
from index.ranking.engine import Entry
from index.ranking.packed_terms import UnpackedTexts, unpack_all
from index.ranking.postings.saturation import Codebook
from index.ranking.postings.storage.segments import (
    NARROW_CODE,
    NARROW_CODES,
    WIDE_CODE,
    Segment,
    empty_segment,
    first_of_runs,
)

Numbers = NDArray[Any]

# How many bytes of packed terms are inverted together; a posting takes about ten.
_BATCH_BYTES = 40_000_000


class Columns(NamedTuple):
    """Passages, one to a row: `numbers`, `sources`, `orders` (int64), and `lengths` (uint32, a column for each view)."""

    numbers: Numbers
    sources: Numbers
    orders: Numbers
    lengths: Numbers


def in_batches(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    """Passages in batches that can be inverted at once."""
    batch, size = [], 0
    for entry in entries:
        batch.append(entry)
        size += sum(map(len, entry.parts))
        if size >= _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def invert(entries: Sequence[Entry], first_row: int, codebooks: Sequence[Codebook]) -> tuple[Columns, Segment]:
    """The columns and the postings of passages, whose rows count from `first_row`; `codebooks` get the new pairs."""
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
    return columns, _segment(unpacked, row_of_part, lengths, first_row, codebooks)


def _segment(
    unpacked: UnpackedTexts, row_of_part: Numbers, lengths: Numbers, first_row: int, codebooks: Sequence[Codebook]
) -> Segment:
    if not len(unpacked.keys):
        return empty_segment()
    order = unpacked.keys.argsort(kind="stable")
    keys, views = unpacked.keys[order], unpacked.views[order]
    rows = row_of_part[unpacked.texts[order]]
    # A term that two parts of a passage contain is one posting.
    firsts = first_of_runs((keys[1:] != keys[:-1]) | (rows[1:] != rows[:-1]))
    frequencies = numpy.add.reduceat(unpacked.frequencies[order], firsts, dtype=numpy.uint32)
    keys, views, rows = keys[firsts], views[firsts], rows[firsts]
    codes = numpy.empty(len(keys), dtype=numpy.uint32)
    for view, codebook in enumerate(codebooks):
        positions = (views == view).nonzero()[0]
        codes[positions] = codebook.encode(frequencies[positions], lengths[rows[positions], view])
    code_type = NARROW_CODE if max(map(len, codebooks)) <= NARROW_CODES else WIDE_CODE
    return Segment.of_sorted(keys, rows + numpy.int32(first_row), codes.astype(code_type))
