"""A numpy array with spare capacity at its end."""

from __future__ import annotations

from typing import Any

import numpy
from numpy.typing import NDArray

Numbers = NDArray[Any]

_MINIMUM_CAPACITY = 1024


class GrowingArray:
    """Values (or rows of values) to which others can be appended in amortised constant time.

    Spare capacity takes no memory: the system only allocates pages that are written to.
    """

    def __init__(self, values: Numbers) -> None:
        self._size = 0
        self._buffer = numpy.empty_like(values[:0])
        self.extend(values)

    @property
    def values(self) -> Numbers:
        """The values, which may be changed in place; valid until the next `extend`."""
        return self._buffer[: self._size]

    def extend(self, values: Numbers) -> None:
        """Append values."""
        size = self._size + len(values)
        if size > len(self._buffer):
            shape = (max(2 * size, _MINIMUM_CAPACITY), *self._buffer.shape[1:])
            buffer = numpy.empty(shape, dtype=self._buffer.dtype)
            buffer[: self._size] = self._buffer[: self._size]
            self._buffer = buffer
        self._buffer[self._size : size] = values
        self._size = size
