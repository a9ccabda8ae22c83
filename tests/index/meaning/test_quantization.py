from __future__ import annotations

import numpy
import pytest

from index.meaning.quantization import Quantized, pack, quantize, steps_of_question, unpack


def vectors(count: int, dimensions: int = 512) -> numpy.typing.NDArray[numpy.float32]:
    """Vectors of length 1."""
    drawn = numpy.random.default_rng(count).standard_normal((count, dimensions))
    return numpy.array(drawn / numpy.linalg.norm(drawn, axis=1, keepdims=True), numpy.float32)


def test_a_byte_a_dimension_keeps_cosines_to_two_digits() -> None:
    """A vector of zeros stays one."""
    exact = vectors(200)
    rounded = quantize(exact)
    cosines = (rounded.codes @ exact[0]) * rounded.scales
    assert numpy.abs(cosines - exact @ exact[0]).max() < 0.003
    assert quantize(numpy.zeros((1, 4), numpy.float32)).codes.tolist() == [[0, 0, 0, 0]]


@pytest.mark.parametrize("count", [0, 1, 7])
def test_what_the_store_keeps_is_read_back(count: int) -> None:
    """Row for row."""
    rounded = quantize(vectors(count, 16))
    (back,) = unpack([pack(rounded)], 16)
    assert numpy.array_equal(back.codes, rounded.codes)
    assert numpy.array_equal(back.scales, rounded.scales)


def test_bytes_of_another_length_are_no_vectors() -> None:
    """As of an encoder with other dimensions."""
    packed = pack(quantize(vectors(3, 16)))
    assert [len(one.scales) for one in unpack([packed, packed[:-1], b""], 16)] == [3, 0, 0]


@pytest.mark.parametrize("dimensions", [16, 384, 512, 1024])
def test_products_with_a_question_are_exact_in_any_order(dimensions: int) -> None:
    """Also for a question that points as a row does, whose products all have one sign."""
    extreme = numpy.full((1, dimensions), 127, numpy.int8)
    one_sided = numpy.full(dimensions, dimensions**-0.5)
    codes = numpy.concatenate([extreme, quantize(vectors(50, dimensions)).codes])
    for question in (one_sided, *vectors(50, dimensions)):
        whole = numpy.rint(question * steps_of_question(dimensions))
        exact = codes.astype(numpy.int64) @ whole.astype(numpy.int64)
        assert numpy.array_equal(codes.astype(numpy.float32) @ whole.astype(numpy.float32), exact)
        assert exact.max() <= 2**24


def test_rows_are_codes_times_scales() -> None:
    """The largest number of a row is 127 steps."""
    codes, scales = quantize(numpy.array([[0.5, -1.0, 0.25]], numpy.float32))
    assert codes.tolist() == [[64, -127, 32]]
    assert isinstance(Quantized(codes, scales), tuple)
    assert scales[0] * 127 == pytest.approx(1)
