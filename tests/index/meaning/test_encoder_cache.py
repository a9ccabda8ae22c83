from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy
import pytest

from index.meaning.encoder_cache import Numbers, keep, kept

ARRAYS: dict[str, Numbers] = {
    "table": numpy.arange(5_003, dtype=numpy.uint8).reshape(-1, 5003),
    "weights": numpy.linspace(0, 1, 1_000, dtype=numpy.float32).reshape(100, 10),
    "epsilon": numpy.array(1e-6),
    "nothing": numpy.zeros(0, numpy.int32),
}


def test_arrays_come_back_as_they_were(tmp_path: Path) -> None:
    """Their types, shapes and values are the same, and the folder is made."""
    file = tmp_path / "new" / "folder" / "encoder.arrays"
    keep(file, "encoder 1", ARRAYS)
    found = kept(file, "encoder 1")
    assert found is not None
    assert list(found) == list(ARRAYS)
    for name, values in ARRAYS.items():
        assert found[name].dtype == values.dtype
        assert found[name].shape == values.shape
        assert found[name].tolist() == values.tolist()
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def _flipped(data: bytes, position: int) -> bytes:
    """The data with one bit changed."""
    return data[:position] + bytes([data[position] ^ 1]) + data[position + 1 :]


@pytest.mark.parametrize(
    "damage",
    [
        lambda _data: b"",
        lambda _data: b"something else",
        lambda data: data[: len(data) // 2],
        lambda data: data + b"more",
        lambda data: _flipped(data, 30),
        lambda data: _flipped(data, len(data) // 2),
        lambda data: data[: len(data) // 2] + bytes(len(data) - len(data) // 2),
    ],
    ids=["empty", "foreign", "cut", "longer", "header", "one bit", "zeros"],
)
def test_a_damaged_file_counts_as_none(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    """Whatever happened to it, nothing is read from it, and it is written anew."""
    file = tmp_path / "encoder.arrays"
    keep(file, "encoder 1", ARRAYS)
    file.write_bytes(damage(file.read_bytes()))
    assert kept(file, "encoder 1") is None
    keep(file, "encoder 1", ARRAYS)
    assert kept(file, "encoder 1") is not None


def test_what_another_version_kept_is_not_read(tmp_path: Path) -> None:
    """After an upgrade the arrays are made anew, and take the place of the others."""
    file = tmp_path / "encoder.arrays"
    keep(file, "encoder 1", ARRAYS)
    assert kept(file, "encoder 2") is None
    keep(file, "encoder 2", ARRAYS)
    assert kept(file, "encoder 2") is not None


def test_a_folder_that_cannot_be_written_is_no_fault(tmp_path: Path) -> None:
    """Nothing is kept, and nobody is told."""
    (tmp_path / "file").touch()
    file = tmp_path / "file" / "encoder.arrays"
    keep(file, "encoder 1", ARRAYS)
    assert kept(file, "encoder 1") is None
