"""A passage's terms as engines take and the store keeps them: a key for each term, and how often it occurs.

A key is 64 bits of a hash of the view and the term. Among ten million terms two share a key with a probability of
one in 370,000 (birthday bound, n² / 2⁶⁵); they would be counted as one.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from hashlib import blake2b
from typing import Any, NamedTuple

from index.analysis import VIEWS, Terms

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


@lru_cache(maxsize=100_000)
def term_key(view: str, term: str) -> int:
    """The key of a term in a view."""
    return int.from_bytes(blake2b(f"{view}\0{term}".encode(errors="surrogatepass"), digest_size=8).digest(), "little")


def pack(terms: Terms) -> bytes:
    """The terms of a text, in every view, as bytes; a view that is missing is empty."""
    import numpy

    keys: list[int] = []
    frequencies: list[int] = []
    distinct, lengths = [], []
    for view in VIEWS:
        occurrences = Counter(terms.get(view, ()))
        keyed = sorted((term_key(view, term), frequency) for term, frequency in occurrences.items())
        keys += [key for key, _ in keyed]
        frequencies += [min(frequency, _MOST_OFTEN) for _, frequency in keyed]
        distinct.append(len(keyed))
        lengths.append(occurrences.total())
    return b"".join(
        numpy.array(numbers, dtype=kind).tobytes()
        for numbers, kind in ((distinct, _COUNTS), (lengths, _COUNTS), (keys, _KEYS), (frequencies, _FREQUENCIES))
    )


def unpack(packed: bytes) -> PackedTerms:
    """The terms in bytes that `pack` made."""
    import numpy

    views = len(VIEWS)
    counts = numpy.frombuffer(packed, _COUNTS, 2 * views)
    distinct, lengths = counts[:views], counts[views:]
    total = int(distinct.sum())
    start = counts.nbytes
    keys = numpy.frombuffer(packed, _KEYS, total, start)
    return PackedTerms(distinct, lengths, keys, numpy.frombuffer(packed, _FREQUENCIES, total, start + keys.nbytes))
