"""The measures of one run, or of two in comparison, as a table or as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from rich.table import Table

from bot.cli.console import console
from bot.wording import Wording, evaluation
from index.evaluation.bootstrap import Interval, interval, resampled
from index.evaluation.comparison import changes, paired_intervals
from index.evaluation.measures import measure, times
from index.evaluation.runner import Run

DECIMALS = 4
NONE = "–"


def print_report(say: Wording, run: Run, as_json: bool) -> None:
    """Print what was measured of a run."""
    values, counts = _values(run), _counts(run)
    intervals = {name: interval(spread) for name, spread in resampled(run.outcomes).items()}
    if as_json:
        print(json.dumps(_rounded({**values, **counts, "intervals": intervals})))
        return
    table = _empty_table(say, counts, say(evaluation.VALUE), say(evaluation.INTERVAL))
    for name, value in values.items():
        table.add_row(name, _shown(name, value), _shown_interval(intervals.get(name)))
    console().print(table)


def print_comparison(say: Wording, run: Run, other: Run, as_json: bool) -> None:
    """Print what was measured of two runs over the same questions, and how they differ."""
    values, others, counts = _values(run), _values(other), _counts(run)
    differences = {name: _difference(value, others[name]) for name, value in values.items()}
    spread, others_spread = resampled(run.outcomes), resampled(other.outcomes)
    paired = paired_intervals(spread, others_spread)
    changed = changes(run.outcomes, other.outcomes)
    if as_json:
        intervals = {name: interval(each) for name, each in spread.items()}
        against = {"name": other.name, "values": others, "differences": differences, "intervals": paired}
        against |= changed._asdict()
        print(json.dumps(_rounded({**values, **counts, "intervals": intervals, "against": against})))
        return
    table = _empty_table(say, counts, run.name, other.name, say(evaluation.DIFFERENCE), say(evaluation.INTERVAL))
    for name, value in values.items():
        limits = _shown_interval(paired.get(name), "+")
        table.add_row(
            name, _shown(name, value), _shown(name, others[name]), _shown(name, differences[name], "+"), limits
        )
    console().print(table)
    console().print(say(evaluation.CHANGES, **changed._asdict() | {"p_value": f"{changed.p_value:.2g}"}))


def _counts(run: Run) -> dict[str, int]:
    return {"passages": run.passages, "questions": len(run.outcomes)}


def _values(run: Run) -> dict[str, float | None]:
    return {**measure(run.outcomes), **times(run.outcomes)}


def _difference(value: float | None, other: float | None) -> float | None:
    return None if value is None or other is None else value - other


def _empty_table(say: Wording, counts: Mapping[str, int], *columns: str) -> Table:
    table = Table(title=say(evaluation.TITLE, **counts), title_justify="left")
    table.add_column(say(evaluation.MEASURE))
    for column in columns:
        table.add_column(column, justify="right")
    return table


def _shown(name: str, value: float | None, sign: str = "") -> str:
    decimals = 2 if name.startswith("ms_") else DECIMALS
    return NONE if value is None else f"{value:{sign}.{decimals}f}"


def _shown_interval(limits: Interval | None, sign: str = "") -> str:
    return " – ".join(f"{limit:{sign}.{DECIMALS}f}" for limit in limits) if limits else NONE


def _rounded(value: Any) -> Any:
    """The same JSON with its numbers rounded."""
    if isinstance(value, float):
        return round(value, DECIMALS)
    if isinstance(value, Mapping):
        return {key: _rounded(part) for key, part in value.items()}
    return [_rounded(part) for part in value] if isinstance(value, tuple) else value
