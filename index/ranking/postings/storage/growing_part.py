"""The newest postings, a few passages' at most, where one more is added in no time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy

from index.ranking.postings.storage.segments import Postings, Segment


class GrowingPart:
    """For each key the rows and codes of the passages that have it, and the segments that they came in."""

    def __init__(self) -> None:
        self.segments: list[Segment] = []
        self._postings: dict[int, tuple[list[int], list[int]]] = {}

    def add(self, segment: Segment) -> None:
        """The postings of passages that come after all others."""
        self.segments.append(segment)
        starts = segment.starts.tolist()
        rows, codes = segment.rows.tolist(), segment.codes.tolist()
        for key, start, end in zip(segment.keys.tolist(), starts, starts[1:], strict=False):
            known_rows, known_codes = self._postings.setdefault(key, ([], []))
            known_rows += rows[start:end]
            known_codes += codes[start:end]

    def find(self, keys: Sequence[int]) -> Iterator[tuple[int, Postings]]:
        """Of those keys which are here: their places in `keys`, and their postings."""
        if not self._postings:
            return
        for which, key in enumerate(keys):
            if key in self._postings:
                rows, codes = self._postings[key]
                yield which, Postings(numpy.array(rows, dtype=numpy.int32), numpy.array(codes, dtype=numpy.uint32))
