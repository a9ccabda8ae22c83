"""A passage as a document of the index, and back.

A term is a word of the field `terms`, with a number in the place of its frequency: the frequency over the passage's
length, so that one number says how well the term is matched (`scaled_frequencies`). What is exact is in `packed`.
"""

from __future__ import annotations

import struct
from base64 import b64decode, b64encode
from typing import Any, NamedTuple

import numpy
from numpy.typing import NDArray

from index.language.analysis import VIEWS
from index.ranking.bm25 import B
from index.ranking.engine import Entry
from index.ranking.packed_terms import unpack

Numbers = NDArray[Any]

# What a frequency of 1 in a passage of the reference length is written as.
SCALE = 256
# The reference lengths, a view each, in the order of VIEWS: about those of a paragraph. The closer they are to an
# audience's mean lengths, the fewer candidates are looked at; the results are the same.
REFERENCE_LENGTHS = (100, 100, 250, 15, 2, 10, 80)
LENGTHS = tuple(f"length_{view}" for view in VIEWS)

_HIGHEST = 2**31 - 1
_HEADER = struct.Struct(f"<qqq{len(VIEWS)}II")


class IndexedPassage(NamedTuple):
    """What the index has of a passage: its terms by their keys, ascending, and its length in each view."""

    number: int
    source: int
    order: int
    lengths: tuple[int, ...]
    keys: Numbers
    frequencies: Numbers


def passage_of(entry: Entry) -> tuple[IndexedPassage, Numbers]:
    """An entry as the index has it, and the view of each of its keys."""
    keys, frequencies, views = [], [], []
    lengths = numpy.zeros(len(VIEWS), numpy.int64)
    for part in entry.parts:
        unpacked = unpack(part)
        keys.append(unpacked.keys)
        frequencies.append(unpacked.frequencies)
        views.append(numpy.arange(len(VIEWS)).repeat(unpacked.distinct))
        lengths += unpacked.lengths
    distinct, first, places = numpy.unique(
        numpy.concatenate(keys or [numpy.empty(0, numpy.uint64)]), return_index=True, return_inverse=True
    )
    summed = numpy.zeros(len(distinct), numpy.uint32)
    numpy.add.at(summed, places, numpy.concatenate(frequencies or [numpy.empty(0, numpy.uint16)]))
    views_of_keys = numpy.concatenate(views or [numpy.empty(0, numpy.int64)])[first]
    passage = IndexedPassage(
        entry.number, entry.source, entry.order, tuple(lengths.tolist()), distinct.astype(numpy.uint64), summed
    )
    return passage, views_of_keys


def document_of(entry: Entry) -> dict[str, Any]:
    """The document of an entry."""
    passage, views = passage_of(entry)
    scaled = scaled_frequencies(passage.frequencies, numpy.array(passage.lengths)[views], views)
    pairs = zip(passage.keys.tolist(), scaled.tolist(), strict=True)
    return {
        "terms": " ".join([f"{key:x}|{frequency}" for key, frequency in pairs]),
        "source": str(passage.source),
        "packed": b64encode(_packed(passage)).decode(),
        **dict(zip(LENGTHS, passage.lengths, strict=True)),
    }


def scaled_frequencies(frequencies: Numbers, lengths: Numbers, views: Numbers) -> Numbers:
    """The numbers that stand for frequencies in passages of these lengths: rounded up, so never too small."""
    norms = 1 - B + B * lengths / numpy.array(REFERENCE_LENGTHS)[views]
    scaled: Numbers = numpy.minimum(numpy.ceil(SCALE * frequencies / norms), _HIGHEST).astype(numpy.int64)
    return scaled


def word_of(key: int) -> str:
    """How the key of a term is written in the index."""
    return f"{key:x}"


def unpack_passage(packed: str) -> IndexedPassage:
    """The passage in the field `packed`."""
    # The server leaves out the padding.
    content = b64decode(packed + "=" * (-len(packed) % 4))
    number, source, order, *lengths, count = _HEADER.unpack_from(content)
    keys = numpy.frombuffer(content, "<u8", count, _HEADER.size)
    frequencies = numpy.frombuffer(content, "<u4", count, _HEADER.size + keys.nbytes)
    return IndexedPassage(number, source, order, tuple(lengths), keys, frequencies)


def _packed(passage: IndexedPassage) -> bytes:
    header = _HEADER.pack(passage.number, passage.source, passage.order, *passage.lengths, len(passage.keys))
    return header + passage.keys.astype("<u8").tobytes() + passage.frequencies.astype("<u4").tobytes()
