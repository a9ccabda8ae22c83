"""Arrays in one file, to be mapped into memory: written whole or not at all, and read only where nothing is damaged.

    magic (8 bytes), size of the header (8 bytes), header (JSON), arrays (each at a multiple of 64), checksum (32 bytes)

The header holds the version of the format, the size of the file, what the caller says of it, and of each array its
type, shape and place. The checksum (BLAKE2b) is of everything before it.
"""

from __future__ import annotations

import json
import mmap
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from hashlib import blake2b
from math import prod
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any, NamedTuple

import numpy
from numpy.typing import NDArray

Numbers = NDArray[Any]

_MAGIC = b"KOTAEIDX"
_VERSION = 1
_ALIGNED = 64
_CHECKSUM = 32
_AT_ONCE = 1 << 20


class IndexDamaged(Exception):
    """The file is not whole, not an index, or of another version; the caller builds it anew."""


class ArrayPlan(NamedTuple):
    """An array to be written: its type as numpy writes it, little-endian, and its shape."""

    kind: str
    shape: Sequence[int]

    @property
    def size(self) -> int:
        """How many bytes it takes."""
        return prod(self.shape) * numpy.dtype(self.kind).itemsize


class IndexWriter:
    """Writes the arrays of a file, in pieces and in any order."""

    def __init__(self, file: IO[bytes], places: Mapping[str, int]) -> None:
        self._file = file
        self._places = dict(places)

    def append(self, name: str, values: Numbers) -> None:
        """The next values of an array."""
        self._file.seek(self._places[name])
        self._file.write(numpy.ascontiguousarray(values).data)
        self._places[name] += values.nbytes


@contextmanager
def writing(path: Path, about: Mapping[str, Any], plans: Mapping[str, ArrayPlan]) -> Iterator[IndexWriter]:
    """Write a file of arrays that are all filled within; it takes its name when everything is on the disk."""
    header, places, size = _header(about, plans)
    with NamedTemporaryFile("w+b", dir=path.parent, prefix=path.name, suffix=".part", delete=False) as file:
        unfinished = Path(file.name)
        try:
            file.write(_MAGIC + len(header).to_bytes(8, "little") + header)
            file.truncate(size - _CHECKSUM)
            yield IndexWriter(file, places)
            file.seek(0)
            checksum = _checksum(file, size - _CHECKSUM)
            file.seek(size - _CHECKSUM)
            file.write(checksum)
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            file.close()
            unfinished.unlink(missing_ok=True)
            raise
    try:
        unfinished.replace(path)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise
    with suppress(OSError):  # not every system opens folders
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def read(path: Path) -> tuple[dict[str, Any], dict[str, Numbers]]:
    """What was said of the file, and its arrays, mapped and read-only; raises IndexDamaged, or OSError."""
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        try:
            header = _read_header(file, size)
            file.seek(0)
            if _checksum(file, size - _CHECKSUM) != file.read(_CHECKSUM):
                raise IndexDamaged(f"{path}: checksum")
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            arrays = {
                name: numpy.frombuffer(mapped, kind, prod(shape), place).reshape(shape)
                for name, (kind, shape, place) in header["arrays"].items()
            }
            return header["about"], arrays
        except (ValueError, KeyError, TypeError) as error:
            raise IndexDamaged(f"{path}: {error}") from error


def _header(about: Mapping[str, Any], plans: Mapping[str, ArrayPlan]) -> tuple[bytes, dict[str, int], int]:
    """The header as bytes, the place of each array, and the size of the file."""
    # The places depend on the length of the header, and its length on them: numbers are written ten times as long.
    room = len(json.dumps([about, plans])) + 64 * (len(plans) + 2)
    place = 16 + room
    places = {}
    for name, plan in plans.items():
        place += -place % _ALIGNED
        places[name] = place
        place += plan.size
    size = place + _CHECKSUM
    arrays = {name: (plan.kind, list(plan.shape), places[name]) for name, plan in plans.items()}
    content = {"version": _VERSION, "size": size, "about": about, "arrays": arrays}
    return json.dumps(content).encode().ljust(room), places, size


def _read_header(file: IO[bytes], size: int) -> dict[str, Any]:
    start = file.read(16)
    length = int.from_bytes(start[8:], "little")
    if start[:8] != _MAGIC or length > size:
        raise IndexDamaged("no index")
    header: dict[str, Any] = json.loads(file.read(length))
    if header["version"] != _VERSION:
        raise IndexDamaged(f"version {header['version']}")
    if header["size"] != size:
        raise IndexDamaged(f"{size} of {header['size']} bytes")
    return header


def _checksum(file: IO[bytes], size: int) -> bytes:
    """The checksum of the next `size` bytes; read, not mapped, so that they take no memory."""
    checksum = blake2b(digest_size=_CHECKSUM)
    while size:
        piece = file.read(min(size, _AT_ONCE))
        if not piece:
            break
        checksum.update(piece)
        size -= len(piece)
    return checksum.digest()
