"""Vectors in a byte a dimension, a quarter of the space: 127 steps up and down to the largest number of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy
from numpy import float32, int8
from numpy.typing import NDArray

_STEPS = 127
# Up to here a float32 holds every whole number.
_EXACT = 2**24


class Quantized(NamedTuple):
    """Vectors, one a row: `codes` times `scales`."""

    codes: NDArray[int8]
    scales: NDArray[float32]


def quantize(vectors: NDArray[float32]) -> Quantized:
    """Round vectors, one a row."""
    scales = (numpy.abs(vectors).max(axis=1, initial=0) / _STEPS).astype(float32)
    codes = numpy.rint(vectors / numpy.where(scales, scales, 1)[:, None]).astype(int8)
    return Quantized(codes, scales)


def pack(vectors: Quantized) -> bytes:
    """Vectors as the store keeps them."""
    return vectors.scales.astype("<f4").tobytes() + vectors.codes.tobytes()


def unpack(packed: Sequence[bytes], dimensions: int) -> list[Quantized]:
    """The vectors in several results of `pack`; none in one of another length."""
    return [_unpack(one, dimensions) for one in packed]


def _unpack(packed: bytes, dimensions: int) -> Quantized:
    rows, rest = divmod(len(packed), dimensions + 4)
    if rest:
        rows = 0
    codes = numpy.frombuffer(packed, int8, rows * dimensions, 4 * rows).reshape(rows, dimensions)
    return Quantized(codes, numpy.frombuffer(packed, "<f4", rows))


def steps_of_question(dimensions: int) -> float:
    """By how much the vector of a question, of length 1, can be multiplied and rounded so that products with codes are exact.

    No sum of some of the products is larger than the length of the one times that of the other (Cauchy-Schwarz), so a
    float32 holds each, in whatever order they are added.
    """
    root = float(dimensions**0.5)
    return _EXACT / (_STEPS * root) - root / 2
