"""A passage's terms as engines take and the store keeps them: a key for each term, and how often it occurs.

A key has 64 bits. Most terms are trigrams, and most of those were not met before: theirs are their three code
points, of 21 bits each, and none shares its key with any other term. The key of every other term is its highest bit
and 63 bits of a hash of view and term: among ten million of them two share a key with a probability of one in
180,000 (birthday bound, n² / 2⁶⁴), and would be counted as one.
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import Any, NamedTuple

import numpy

from index.language.analysis import VIEWS, Terms

_COUNTS = "<u4"
_KEYS = "<u8"
_FREQUENCIES = "<u2"
_MOST_OFTEN = 65_535


class PackedTerms(NamedTuple):
    """The terms of a text: `keys` (uint64, ascending within a view) and `frequencies` (uint16) of all views in turn.

    `distinct` and `lengths` have a number a view, in the order of VIEWS: how many keys it has, and how many terms
    with repetitions.
    """

    distinct: Any
    lengths: Any
    keys: Any
    frequencies: Any


def term_key(view: str, term: str) -> int:
    """The key of a term in a view."""
    return _keys(view, (term,))[0]


def _keys(view: str, terms: Iterable[str]) -> list[int]:
    if view == "trigram":
        return [
            ord(term[0]) << 42 | ord(term[1]) << 21 | ord(term[2]) if len(term) == 3 else _hashed(view, term)
            for term in terms
        ]
    return [_hashed(view, term) for term in terms]


@lru_cache(maxsize=65_536)
def _hashed(view: str, term: str) -> int:
    hashed = blake2b(f"{view}\0{term}".encode(errors="surrogatepass"), digest_size=8).digest()
    return int.from_bytes(hashed, "little") | 1 << 63


def pack(terms: Terms) -> bytes:
    """The terms of a text, in every view, as bytes; a view that is missing is empty."""
    keys: list[int] = []
    frequencies: list[int] = []
    distinct, lengths = [], []
    for view in VIEWS:
        found = terms.get(view, ())
        occurrences = Counter(_keys(view, found))
        ascending = sorted(occurrences)
        keys += ascending
        frequencies += map(occurrences.__getitem__, ascending)
        distinct.append(len(ascending))
        lengths.append(len(found))
    if max(frequencies, default=0) > _MOST_OFTEN:
        frequencies = [min(frequency, _MOST_OFTEN) for frequency in frequencies]
    return struct.pack(f"<{2 * len(VIEWS)}I{len(keys)}Q{len(keys)}H", *distinct, *lengths, *keys, *frequencies)


def unpack(packed: bytes) -> PackedTerms:
    """The terms in bytes that `pack` made."""
    views = len(VIEWS)
    counts = numpy.frombuffer(packed, _COUNTS, 2 * views)
    distinct, lengths = counts[:views], counts[views:]
    total = int(distinct.sum())
    start = counts.nbytes
    keys = numpy.frombuffer(packed, _KEYS, total, start)
    return PackedTerms(distinct, lengths, keys, numpy.frombuffer(packed, _FREQUENCIES, total, start + keys.nbytes))


def is_packed(packed: bytes) -> bool:
    """Whether these are bytes that `pack` can have made."""
    header = 8 * len(VIEWS)
    if len(packed) < header:
        return False
    distinct: tuple[int, ...] = struct.unpack(f"<{len(VIEWS)}I", packed[: header // 2])
    return len(packed) == header + 10 * sum(distinct)


class PackedParts(NamedTuple):
    """The terms of several texts: `lengths` (texts x views), and of each key in turn what it is of.

    `texts` (int32) and `views` (uint8) are places, in the list of texts and in VIEWS; `keys` and `frequencies` are as
    in PackedTerms.
    """

    lengths: Any
    texts: Any
    views: Any
    keys: Any
    frequencies: Any


def unpack_all(parts: Sequence[bytes]) -> PackedParts:
    """The terms of many texts at once, each in bytes that `pack` made."""
    views = len(VIEWS)
    header = 2 * views * numpy.dtype(_COUNTS).itemsize
    counts = (
        numpy.frombuffer(b"".join([part[:header] for part in parts]), _COUNTS).reshape(-1, 2, views).astype(numpy.int64)
    )
    totals = counts[:, 0].sum(axis=1)
    ends = (header + totals * numpy.dtype(_KEYS).itemsize).tolist()
    return PackedParts(
        lengths=counts[:, 1],
        texts=numpy.repeat(numpy.arange(len(parts), dtype=numpy.int32), totals),
        views=numpy.repeat(numpy.tile(numpy.arange(views, dtype=numpy.uint8), len(parts)), counts[:, 0].ravel()),
        keys=numpy.frombuffer(b"".join([part[header:end] for part, end in zip(parts, ends, strict=True)]), _KEYS),
        frequencies=numpy.frombuffer(
            b"".join([part[end:] for part, end in zip(parts, ends, strict=True)]), _FREQUENCIES
        ),
    )
