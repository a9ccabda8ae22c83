"""What an encoder is made of, kept in a file, since a package takes seconds to read what it ships.

It is numbers alone, so that a file that others wrote can at worst give wrong vectors. It can be deleted at any time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy
from numpy.typing import NDArray

from index.array_file import ArrayLayout, ArraysDamaged, read, writing

Numbers = NDArray[Any]


def kept(file: Path, made_of: str) -> dict[str, Numbers] | None:
    """The arrays in a file, mapped into memory; None where there is no file, or it is damaged or made of something else."""
    try:
        # The checksum of the file takes a tenth of a second, adding up its numbers less than a hundredth.
        metadata, arrays = read(file, checked=False)
    except (ArraysDamaged, OSError):
        return None
    return arrays if metadata == _metadata(made_of, arrays.values()) else None


def keep(file: Path, made_of: str, arrays: Mapping[str, Numbers]) -> None:
    """Write arrays to a file; where that cannot be, the next start takes as long as this one."""
    layouts = {name: ArrayLayout(values.dtype.str, values.shape) for name, values in arrays.items()}
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        with writing(file, _metadata(made_of, arrays.values()), layouts) as writer:
            for name, values in arrays.items():
                writer.append(name, values)


def _metadata(made_of: str, arrays: Iterable[Numbers]) -> dict[str, Any]:
    return {"made_of": made_of, "sums": [_sum(values) for values in arrays]}


def _sum(values: Numbers) -> int:
    """The sum of an array's bytes, eight at a time: it changes with any of them."""
    data = values.reshape(-1).view(numpy.uint8)
    eights = len(data) // 8 * 8
    return int(data[:eights].view(numpy.uint64).sum()) + int(data[eights:].sum())
