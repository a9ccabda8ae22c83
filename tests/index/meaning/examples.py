"""An encoder for tests, and brute force."""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import pairwise
from multiprocessing import parent_process
from zlib import crc32

import numpy
from numpy import float32
from numpy.typing import NDArray


class Bigrams:
    """An encoder that counts pairs of characters in sixteen dimensions; it writes down how many texts it was given."""

    def __init__(self, name: str = "bigrams") -> None:
        self.name = name
        self.dimensions = 16
        self.mean_cosine, self.cosine_deviation = 0.3, 0.2
        self.encoded = 0

    def question(self, text: str) -> NDArray[float32]:
        """The vector of a question."""
        counts = numpy.full(self.dimensions, 0.01)
        for first, second in pairwise(text):
            counts[crc32((first + second).encode("utf-8", "surrogatepass")) % self.dimensions] += 1
        vector: NDArray[float32] = (counts / numpy.linalg.norm(counts)).astype(float32)
        return vector

    def encode(self, texts: Sequence[str]) -> NDArray[float32]:
        """The vectors of texts, one a row."""
        self.encoded += len(texts)
        return numpy.array([self.question(text) for text in texts], float32).reshape(-1, self.dimensions)


class Killed(Bigrams):
    """An encoder whose process is killed, if it is one of a pool."""

    def encode(self, texts: Sequence[str]) -> NDArray[float32]:
        """The vectors of texts, but in a pool."""
        if parent_process():
            os._exit(1)
        return super().encode(texts)
