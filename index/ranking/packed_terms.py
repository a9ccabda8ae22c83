"""The terms of a text, packed into bytes: a 64-bit key for each term, and how often it occurs.

So engines receive them and so the store keeps them. Most terms are trigrams, and most of these are new: their key is
their three code points, of 21 bits each, so no other term shares it. The key of any other term is the highest bit and 63
bits of a hash of view and term: among ten million of them two share a key, and would be counted as one, with a
probability of one in 180,000 (birthday bound, n² / 2⁶⁴).
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

_COUNT_TYPE = "<u4"
_KEY_TYPE = "<u8"
_FREQUENCY_TYPE = "<u2"
_HIGHEST_FREQUENCY = 65_535


class UnpackedTerms(NamedTuple):
    """The terms of a text: `keys` (uint64, ascending within a view) and `frequencies` (uint16), view by view.

    `distinct` and `lengths` have a number for each view, in the order of VIEWS: that of its keys, and that of its terms
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
            ord(term[0]) << 42 | ord(term[1]) << 21 | ord(term[2]) if len(term) == 3 else _hashed_key(view, term)
            for term in terms
        ]
    return [_hashed_key(view, term) for term in terms]


@lru_cache(maxsize=65_536)
def _hashed_key(view: str, term: str) -> int:
    hashed = blake2b(f"{view}\0{term}".encode(errors="surrogatepass"), digest_size=8).digest()
    return int.from_bytes(hashed, "little") | 1 << 63


def pack(terms: Terms) -> bytes:
    """Pack the terms of a text, by view; a view that is missing is empty."""
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
    if max(frequencies, default=0) > _HIGHEST_FREQUENCY:
        frequencies = [min(frequency, _HIGHEST_FREQUENCY) for frequency in frequencies]
    return struct.pack(f"<{2 * len(VIEWS)}I{len(keys)}Q{len(keys)}H", *distinct, *lengths, *keys, *frequencies)


def unpack(packed: bytes) -> UnpackedTerms:
    """The terms that `pack` packed."""
    views = len(VIEWS)
    counts = numpy.frombuffer(packed, _COUNT_TYPE, 2 * views)
    distinct, lengths = counts[:views], counts[views:]
    total = int(distinct.sum())
    start = counts.nbytes
    keys = numpy.frombuffer(packed, _KEY_TYPE, total, start)
    return UnpackedTerms(distinct, lengths, keys, numpy.frombuffer(packed, _FREQUENCY_TYPE, total, start + keys.nbytes))


def is_packed(packed: bytes) -> bool:
    """Whether bytes have the structure of what `pack` returns."""
    header = 8 * len(VIEWS)
    if len(packed) < header:
        return False
    distinct: tuple[int, ...] = struct.unpack(f"<{len(VIEWS)}I", packed[: header // 2])
    return len(packed) == header + 10 * sum(distinct)


class UnpackedTexts(NamedTuple):
    """The terms of several texts: `lengths` (texts x views), and four columns with a row for each key of each text.

    `texts` (int32) and `views` (uint8) are positions in the list of texts and in VIEWS; `keys` and `frequencies` are as
    in UnpackedTerms.
    """

    lengths: Any
    texts: Any
    views: Any
    keys: Any
    frequencies: Any


def unpack_all(parts: Sequence[bytes]) -> UnpackedTexts:
    """The terms of many texts at once, each packed by `pack`."""
    views = len(VIEWS)
    header = 2 * views * numpy.dtype(_COUNT_TYPE).itemsize
    counts = (
        numpy.frombuffer(b"".join([part[:header] for part in parts]), _COUNT_TYPE)
        .reshape(-1, 2, views)
        .astype(numpy.int64)
    )
    totals = counts[:, 0].sum(axis=1)
    ends = (header + totals * numpy.dtype(_KEY_TYPE).itemsize).tolist()
    return UnpackedTexts(
        lengths=counts[:, 1],
        texts=numpy.repeat(numpy.arange(len(parts), dtype=numpy.int32), totals),
        views=numpy.repeat(numpy.tile(numpy.arange(views, dtype=numpy.uint8), len(parts)), counts[:, 0].ravel()),
        keys=numpy.frombuffer(b"".join([part[header:end] for part, end in zip(parts, ends, strict=True)]), _KEY_TYPE),
        frequencies=numpy.frombuffer(
            b"".join([part[end:] for part, end in zip(parts, ends, strict=True)]), _FREQUENCY_TYPE
        ),
    )
