"""PostingsEngine in a file (index.ranking.postings.storage.index_file): removed passages are left out, all segments are one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy

from index.language.analysis import VIEWS
from index.ranking.postings.gathering import Columns
from index.ranking.postings.saturation import Pairs
from index.ranking.postings.state import PostingsState
from index.ranking.postings.storage.index_file import ArrayPlan, IndexDamaged, read, writing
from index.ranking.postings.storage.merging import merged_keys, merged_postings
from index.ranking.postings.storage.segments import Postings, Segment

_PAIRS = "pairs_"


def save_state(state: PostingsState, path: Path, made_of: Mapping[str, Any]) -> None:
    """Write a file of what is there now; the state itself stays as it is, but for its growing part. Raises OSError."""
    state.freeze()
    columns, renumbered = state.kept()
    merged = merged_keys(state.segments, state.alive)
    size = int(merged.starts[-1])
    whole = {
        **columns._asdict(),
        "keys": merged.keys,
        "starts": merged.starts,
        **{_PAIRS + view: pairs.packed for view, pairs in zip(VIEWS, state.pairs, strict=True)},
    }
    plans = {name: ArrayPlan(values.dtype.str, values.shape) for name, values in whole.items()}
    plans["rows"] = ArrayPlan(numpy.dtype(numpy.int32).str, [size])
    plans["codes"] = ArrayPlan(merged.code_type.str, [size])
    with writing(path, made_of, plans) as writer:
        for name, values in whole.items():
            writer.append(name, values)
        for rows, codes in merged_postings(merged, state.alive, renumbered):
            writer.append("rows", rows)
            writer.append("codes", codes)


def open_state(path: Path) -> tuple[PostingsState, dict[str, Any]]:
    """What a file holds, its postings mapped, and what was said of it; raises IndexDamaged, or OSError."""
    made_of, arrays = read(path)
    try:
        columns = Columns(*(arrays[name] for name in Columns._fields))
        pairs = [Pairs(arrays[_PAIRS + view]) for view in VIEWS]
        segment = Segment(arrays["keys"], arrays["starts"], Postings(arrays["rows"], arrays["codes"]))
    except KeyError as error:
        raise IndexDamaged(f"{path}: {error}") from error
    return PostingsState(columns, pairs, [segment]), made_of
