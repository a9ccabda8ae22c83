"""A numpy array with room at its end."""

from __future__ import annotations

from typing import Any

import numpy
from numpy.typing import NDArray

Numbers = NDArray[Any]

_LEAST_ROOM = 1024


class GrowingArray:
    """Values (or rows of values) one after another, to which others are added in constant time a value, on average.

    Room that is not used yet takes no memory: the system gives it when it is written to.
    """

    def __init__(self, values: Numbers) -> None:
        self._size = 0
        self._room = numpy.empty_like(values[:0])
        self.extend(values)

    @property
    def values(self) -> Numbers:
        """The values, to be read and changed in place until the next are added."""
        return self._room[: self._size]

    def extend(self, values: Numbers) -> None:
        """Add values at the end."""
        size = self._size + len(values)
        if size > len(self._room):
            room = numpy.empty((max(2 * size, _LEAST_ROOM), *self._room.shape[1:]), dtype=self._room.dtype)
            room[: self._size] = self._room[: self._size]
            self._room = room
        self._room[self._size : size] = values
        self._size = size
