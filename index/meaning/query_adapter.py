"""Turns the vector of a question towards the vectors of what answers such questions.

An encoder tells how alike two texts are, and a question is not much like its answer. A linear map of the question's
vector makes up for a part of that. Learnt by index.evaluation.training.adaptation.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy
from numpy import float32
from numpy.typing import NDArray

from index.meaning.quantization import quantize


class QueryAdapter:
    """A question's vector plus a matrix times it; the matrix has a row and a column for each of the dimensions."""

    def __init__(self, matrix: NDArray[Any]) -> None:
        self._matrix = matrix.astype(float32)

    def adapt(self, vector: NDArray[float32]) -> NDArray[float32]:
        """The vector of length 1 to search with, given that of a question."""
        turned: NDArray[float32] = vector + self._matrix @ vector
        length = float32(numpy.linalg.norm(turned))
        return turned / length if length else turned


def read_adapter(file: Path) -> QueryAdapter:
    """The adapter that `write_adapter` wrote."""
    with numpy.load(file, allow_pickle=False) as arrays:
        return QueryAdapter(arrays["codes"] * arrays["scales"][:, None])


def write_adapter(matrix: NDArray[Any], file: Path) -> None:
    """Write the matrix of an adapter, a byte a number."""
    codes, scales = quantize(matrix.astype(float32))
    numpy.savez_compressed(file, codes=codes, scales=scales)
