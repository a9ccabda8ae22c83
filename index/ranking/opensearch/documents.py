"""A passage as a document of the index, and back.

A term is a word of the field `terms`, with a number in the place of its frequency: the frequency over the passage's
length, so that one number says how well the term is matched (`scaled_frequencies`). What is exact is in `packed`.
"""

from __future__ import annotations

import struct
from base64 import b64decode, b64encode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy
from numpy.typing import NDArray

from index.language.analysis import VIEWS
from index.ranking.bm25 import B
from index.ranking.engine import Entry
from index.ranking.packed_terms import unpack_all

Numbers = NDArray[Any]

# What a frequency of 1 in a passage of the reference length is written as.
SCALE = 256
# The reference lengths, a view each, in the order of VIEWS: about those of a paragraph. The closer they are to an
# audience's mean lengths, the fewer candidates are looked at; the results are the same.
REFERENCE_LENGTHS = (100, 100, 250, 15, 2, 10, 80)
LENGTHS = tuple(f"length_{view}" for view in VIEWS)

_HIGHEST = 2**31 - 1
_HEADER = struct.Struct(f"<qqq{len(VIEWS)}IIB")

# The key of a term is written in these, six bits each: those of base64 in addresses.
_ALPHABET = numpy.frombuffer(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", numpy.uint8)
_WORD_LENGTH = 11
_SHIFTS = numpy.arange(6 * (_WORD_LENGTH - 1), -1, -6, dtype=numpy.uint64)


class IndexedPassage(NamedTuple):
    """What the index has of a passage: its terms by their keys, ascending, and its length in each view."""

    number: int
    source: int
    order: int
    lengths: tuple[int, ...]
    keys: Numbers
    frequencies: Numbers


def passages_of(entries: Sequence[Entry]) -> list[IndexedPassage]:
    """Entries as the index has them."""
    return _passages_and_words(entries)[0]


def documents_of(entries: Sequence[Entry]) -> list[str]:
    """The document of each entry, as JSON: many at once take a quarter of the time."""
    documents = []
    for passage, words in zip(*_passages_and_words(entries), strict=True):
        lengths = "".join(f',"{name}":{length}' for name, length in zip(LENGTHS, passage.lengths, strict=True))
        documents.append(
            f'{{"terms":"{words}","source":"{passage.source}","packed":"{pack_passage(passage)}"{lengths}}}'
        )
    return documents


def _passages_and_words(entries: Sequence[Entry]) -> tuple[list[IndexedPassage], list[str]]:
    parts = [part for entry in entries for part in entry.parts]
    owners_of_parts = numpy.arange(len(entries)).repeat([len(entry.parts) for entry in entries])
    texts = unpack_all(parts)
    lengths = numpy.zeros((len(entries), len(VIEWS)), numpy.int64)
    numpy.add.at(lengths, owners_of_parts, texts.lengths)
    owners = owners_of_parts[texts.texts]
    sorting = numpy.lexsort((texts.keys, owners))
    keys, owners, views = texts.keys[sorting], owners[sorting], texts.views[sorting]
    # The parts of a passage may have the same term.
    distinct = numpy.ones(len(keys), bool)
    distinct[1:] = (keys[1:] != keys[:-1]) | (owners[1:] != owners[:-1])
    (first,) = distinct.nonzero()
    keys, owners, views = keys[first], owners[first], views[first]
    frequencies = numpy.zeros(0, numpy.uint32)
    if len(first):
        frequencies = numpy.add.reduceat(texts.frequencies[sorting].astype(numpy.uint32), first)
    words = _words(keys, scaled_frequencies(frequencies, lengths[owners, views], views))
    ends = owners.searchsorted(numpy.arange(len(entries)), side="right").tolist()
    passages, texts_of_words = [], []
    start = 0
    for entry, end, of_entry in zip(entries, ends, lengths.tolist(), strict=True):
        passages.append(
            IndexedPassage(
                entry.number, entry.source, entry.order, tuple(of_entry), keys[start:end], frequencies[start:end]
            )
        )
        texts_of_words.append(words[start:end].tobytes().decode())
        start = end
    return passages, texts_of_words


def _words(keys: Numbers, frequencies: Numbers) -> Numbers:
    """A row of characters for each term: its word, the frequency, and a space."""
    digits = len(str(int(frequencies.max(initial=0))))
    rows = numpy.empty((len(keys), _WORD_LENGTH + digits + 2), numpy.uint8)
    rows[:, :_WORD_LENGTH] = _ALPHABET[(keys[:, None] >> _SHIFTS & numpy.uint64(63)).astype(numpy.uint8)]
    rows[:, _WORD_LENGTH] = ord("|")
    rows[:, _WORD_LENGTH + 1 : -1] = frequencies[:, None] // 10 ** numpy.arange(digits)[::-1] % 10 + ord("0")
    rows[:, -1] = ord(" ")
    return rows


def scaled_frequencies(frequencies: Numbers, lengths: Numbers, views: Numbers) -> Numbers:
    """The numbers that stand for frequencies in passages of these lengths: rounded up, so never too small."""
    norms = 1 - B + B * lengths / numpy.array(REFERENCE_LENGTHS)[views]
    scaled: Numbers = numpy.minimum(numpy.ceil(SCALE * frequencies / norms), _HIGHEST).astype(numpy.int64)
    return scaled


def word_of(key: int) -> str:
    """How the key of a term is written in the index."""
    # Nine bytes are twelve characters, of which the first says nothing.
    return urlsafe_b64encode(key.to_bytes(9, "big"))[1:].decode()


def pack_passage(passage: IndexedPassage) -> str:
    """What `unpack_passage` unpacks."""
    # Most frequencies are small.
    width = numpy.min_scalar_type(passage.frequencies.max(initial=0)).itemsize
    number, source, order, lengths, keys, frequencies = passage
    header = _HEADER.pack(number, source, order, *lengths, len(keys), width)
    content = header + keys.astype("<u8").tobytes() + frequencies.astype(f"<u{width}").tobytes()
    return b64encode(content).decode()


def unpack_passage(packed: str) -> IndexedPassage:
    """The passage in the field `packed`."""
    # The server leaves out the padding.
    content = b64decode(packed + "=" * (-len(packed) % 4))
    number, source, order, *lengths, count, width = _HEADER.unpack_from(content)
    keys = numpy.frombuffer(content, "<u8", count, _HEADER.size)
    frequencies = numpy.frombuffer(content, f"<u{width}", count, _HEADER.size + keys.nbytes)
    return IndexedPassage(number, source, order, tuple(lengths), keys, frequencies)
