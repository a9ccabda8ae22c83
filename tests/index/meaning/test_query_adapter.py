from pathlib import Path

import numpy
import pytest

from index.meaning.query_adapter import QueryAdapter, read_adapter, write_adapter


def test_a_question_is_turned_by_the_matrix_and_has_length_1() -> None:
    """The matrix says what is added to the vector."""
    swap = QueryAdapter(numpy.array([[0.0, 0.0], [1.0, 0.0]]))
    assert swap.adapt(numpy.array([1, 0], numpy.float32)) == pytest.approx([0.5**0.5, 0.5**0.5])


@pytest.mark.parametrize(("matrix", "vector"), [(numpy.zeros((2, 2)), [0.6, 0.8]), (-numpy.eye(2), [0.0, 0.0])])
def test_without_a_direction_to_turn_to_a_vector_stays(matrix: numpy.ndarray, vector: list[float]) -> None:
    """No matrix changes nothing, and one that takes everything away gives no numbers that are none."""
    assert QueryAdapter(matrix).adapt(numpy.array(vector, numpy.float32)) == pytest.approx(vector)


def test_what_is_read_is_what_was_written(tmp_path: Path) -> None:
    """A byte a number is enough to give nearly the same vector."""
    chance = numpy.random.default_rng(0)
    matrix, vector = chance.normal(0, 0.1, (32, 32)), chance.normal(size=32).astype(numpy.float32)
    write_adapter(matrix, tmp_path / "adapter.npz")
    read = read_adapter(tmp_path / "adapter.npz").adapt(vector)
    assert read @ QueryAdapter(matrix).adapt(vector) > 0.9999
