"""Writes an inverted index to a file and reads it back: without removed passages, and with all segments in one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy

from index.array_file import ArrayLayout, ArraysDamaged, read, writing
from index.language.analysis import VIEWS
from index.ranking.postings.inversion import Columns
from index.ranking.postings.inverted_index import InvertedIndex
from index.ranking.postings.saturation import Codebook
from index.ranking.postings.storage.merging import merged_postings, plan_merge
from index.ranking.postings.storage.segments import Postings, Segment

# The codebook of a view is stored under this and the view's name.
_CODEBOOK = "pairs_"


def save_index(index: InvertedIndex, path: Path, metadata: Mapping[str, Any]) -> None:
    """Write an index to a file; raises OSError. The index itself only has its write buffer flushed."""
    index.flush()
    columns, renumbered = index.columns_without_removed()
    plan = plan_merge(index.segments, index.alive)
    size = int(plan.starts[-1])
    arrays = {
        **columns._asdict(),
        "keys": plan.keys,
        "starts": plan.starts,
        **{_CODEBOOK + view: codebook.pairs for view, codebook in zip(VIEWS, index.codebooks, strict=True)},
    }
    layouts = {name: ArrayLayout(values.dtype.str, values.shape) for name, values in arrays.items()}
    layouts["rows"] = ArrayLayout(numpy.dtype(numpy.int32).str, [size])
    layouts["codes"] = ArrayLayout(plan.code_type.str, [size])
    with writing(path, metadata, layouts) as writer:
        for name, values in arrays.items():
            writer.append(name, values)
        for rows, codes in merged_postings(plan, index.alive, renumbered):
            writer.append("rows", rows)
            writer.append("codes", codes)


def open_index(path: Path) -> tuple[InvertedIndex, dict[str, Any]]:
    """The index in a file, its postings mapped into memory, and its metadata; raises ArraysDamaged or OSError."""
    metadata, arrays = read(path)
    try:
        columns = Columns(*(arrays[name] for name in Columns._fields))
        codebooks = [Codebook(arrays[_CODEBOOK + view]) for view in VIEWS]
        segment = Segment(arrays["keys"], arrays["starts"], Postings(arrays["rows"], arrays["codes"]))
    except KeyError as error:
        raise ArraysDamaged(f"{path}: {error}") from error
    return InvertedIndex(columns, codebooks, [segment]), metadata
