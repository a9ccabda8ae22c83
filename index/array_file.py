"""A file of arrays to be mapped into memory, which is written atomically and whose damage is noticed.

    magic (8 bytes), size of the header (8 bytes), header (JSON), arrays (each at a multiple of 64), checksum (32 bytes)

The header holds the version of the format, the size of the file, metadata of the caller's, and the type, shape and offset
of each array. The checksum (BLAKE2b) is of everything before it.
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
_ALIGNMENT = 64
_CHECKSUM_BYTES = 32
_CHUNK_BYTES = 1 << 20


class ArraysDamaged(Exception):
    """The file is incomplete, damaged, of another kind, or of another version; the caller makes what it holds again."""


class ArrayLayout(NamedTuple):
    """The layout of an array: its type in numpy's notation, little-endian, and its shape."""

    dtype: str
    shape: Sequence[int]

    @property
    def size(self) -> int:
        """The number of bytes."""
        return prod(self.shape) * numpy.dtype(self.dtype).itemsize


class ArrayWriter:
    """Writes the arrays of a file, each piece by piece, in any order of the arrays."""

    def __init__(self, file: IO[bytes], offsets: Mapping[str, int]) -> None:
        self._file = file
        self._offsets = dict(offsets)

    def append(self, name: str, values: Numbers) -> None:
        """Write the next values of an array."""
        self._file.seek(self._offsets[name])
        self._file.write(numpy.ascontiguousarray(values).data)
        self._offsets[name] += values.nbytes


@contextmanager
def writing(path: Path, metadata: Mapping[str, Any], layouts: Mapping[str, ArrayLayout]) -> Iterator[ArrayWriter]:
    """Write a file of arrays, all of which are filled within the context; it gets its name once it is on the disk."""
    header, offsets, size = _header(metadata, layouts)
    with NamedTemporaryFile("w+b", dir=path.parent, prefix=path.name, suffix=".part", delete=False) as file:
        unfinished = Path(file.name)
        try:
            file.write(_MAGIC + len(header).to_bytes(8, "little") + header)
            file.truncate(size - _CHECKSUM_BYTES)
            yield ArrayWriter(file, offsets)
            file.seek(0)
            checksum = _checksum(file, size - _CHECKSUM_BYTES)
            file.seek(size - _CHECKSUM_BYTES)
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
    with suppress(OSError):  # not every system can open folders
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def read(path: Path, *, checked: bool = True) -> tuple[dict[str, Any], dict[str, Numbers]]:
    """The metadata of a file, and its arrays, mapped and read-only; raises ArraysDamaged or OSError.

    Comparing the checksum reads all of the file; whoever has a quicker check of their own can leave it out.
    """
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        try:
            header = _read_header(file, size)
            file.seek(0)
            if checked and _checksum(file, size - _CHECKSUM_BYTES) != file.read(_CHECKSUM_BYTES):
                raise ArraysDamaged(f"{path}: checksum")
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            arrays = {
                name: numpy.frombuffer(mapped, dtype, prod(shape), offset).reshape(shape)
                for name, (dtype, shape, offset) in header["arrays"].items()
            }
            return header["about"], arrays
        except (ValueError, KeyError, TypeError) as error:
            raise ArraysDamaged(f"{path}: {error}") from error


def _header(metadata: Mapping[str, Any], layouts: Mapping[str, ArrayLayout]) -> tuple[bytes, dict[str, int], int]:
    """The header as bytes, the offset of each array, and the size of the file."""
    # The offsets depend on the length of the header, which depends on them: it is padded to an upper bound.
    length = len(json.dumps([metadata, layouts])) + 64 * (len(layouts) + 2)
    offset = 16 + length
    offsets = {}
    for name, layout in layouts.items():
        offset += -offset % _ALIGNMENT
        offsets[name] = offset
        offset += layout.size
    size = offset + _CHECKSUM_BYTES
    arrays = {name: (layout.dtype, list(layout.shape), offsets[name]) for name, layout in layouts.items()}
    content = {"version": _VERSION, "size": size, "about": metadata, "arrays": arrays}
    return json.dumps(content).encode().ljust(length), offsets, size


def _read_header(file: IO[bytes], size: int) -> dict[str, Any]:
    start = file.read(16)
    length = int.from_bytes(start[8:], "little")
    if start[:8] != _MAGIC or length > size:
        raise ArraysDamaged("no arrays")
    header: dict[str, Any] = json.loads(file.read(length))
    if header["version"] != _VERSION:
        raise ArraysDamaged(f"version {header['version']}")
    if header["size"] != size:
        raise ArraysDamaged(f"{size} of {header['size']} bytes")
    return header


def _checksum(file: IO[bytes], size: int) -> bytes:
    """The checksum of the next `size` bytes, which are read, not mapped, so as not to stay in memory."""
    checksum = blake2b(digest_size=_CHECKSUM_BYTES)
    while size:
        piece = file.read(min(size, _CHUNK_BYTES))
        if not piece:
            break
        checksum.update(piece)
        size -= len(piece)
    return checksum.digest()
