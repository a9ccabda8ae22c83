"""The write buffer: the postings of the newest passages, in a dict to which adding is quick."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy

from index.ranking.postings.storage.segments import Postings, Segment


class WriteBuffer:
    """The postings of a few passages by their keys, and the segments that they came in."""

    def __init__(self) -> None:
        self.segments: list[Segment] = []
        self._postings: dict[int, tuple[list[int], list[int]]] = {}

    def add(self, segment: Segment) -> None:
        """Add the postings of passages whose rows come after all others."""
        self.segments.append(segment)
        starts = segment.starts.tolist()
        rows, codes = segment.rows.tolist(), segment.codes.tolist()
        for key, start, end in zip(segment.keys.tolist(), starts, starts[1:], strict=False):
            key_rows, key_codes = self._postings.setdefault(key, ([], []))
            key_rows += rows[start:end]
            key_codes += codes[start:end]

    def find(self, keys: Sequence[int]) -> Iterator[tuple[int, Postings]]:
        """The postings of those keys that are there, each with the key's position in `keys`."""
        if not self._postings:
            return
        for position, key in enumerate(keys):
            if key in self._postings:
                rows, codes = self._postings[key]
                yield position, Postings(numpy.array(rows, dtype=numpy.int32), numpy.array(codes, dtype=numpy.uint32))
