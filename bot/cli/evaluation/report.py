"""The measures of one run, or of two in comparison, as a table or as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from rich.box import SIMPLE
from rich.table import Table

from bot.cli.console import console
from bot.wording import Wording, evaluation
from bot.wording.sentence import Sentence
from index.evaluation.bootstrap import Interval, interval, resampled
from index.evaluation.chat import ChatOutcome, ChatRun, Share, by_kind, measure_chat, resampled_chat, shares
from index.evaluation.comparison import Ranked, changes, paired_intervals
from index.evaluation.measures import Numbers, measure, times
from index.evaluation.runner import Run

DECIMALS = 4
NONE = "–"


class Measured(NamedTuple):
    """What was measured of a run: values, their intervals, their spread in resamples, and what was ranked."""

    values: Mapping[str, float | None]
    intervals: Mapping[str, Interval | None]
    spread: Mapping[str, Numbers]
    ranked: Sequence[Ranked]


def print_report(say: Wording, run: Run | ChatRun, as_json: bool) -> None:
    """Print what was measured of a run; of questions of a chat by their kinds."""
    measured = _measured(run)
    if as_json:
        _print_json(run, measured)
        return
    values = measured.values
    if isinstance(run, ChatRun):
        _print_kinds(say, evaluation.WITH_ANSWER, evaluation.ANSWERABLE, run.answerable)
        _print_kinds(say, evaluation.WITHOUT_ANSWER, evaluation.UNANSWERABLE, run.unanswerable)
        values = {name: value for name, value in values.items() if name not in shares(())}
    table = _empty_table(say, run, say(evaluation.VALUE), say(evaluation.INTERVAL))
    for name, value in values.items():
        table.add_row(name, _shown(name, value), _shown_interval(measured.intervals.get(name)))
    console().print(table)


def print_comparison(say: Wording, run: Run | ChatRun, other: Run | ChatRun, as_json: bool) -> None:
    """Print what was measured of two runs over the same questions, and how they differ."""
    measured, against = _measured(run), _measured(other)
    differences = {name: _difference(value, against.values.get(name)) for name, value in measured.values.items()}
    paired = paired_intervals(measured.spread, against.spread)
    changed = changes(measured.ranked, against.ranked)
    if as_json:
        compared = {"name": other.name, "values": against.values, "differences": differences, "intervals": paired}
        _print_json(run, measured, against=compared | changed._asdict())
        return
    table = _empty_table(say, run, run.name, other.name, say(evaluation.DIFFERENCE), say(evaluation.INTERVAL))
    for name, value in measured.values.items():
        shown = _shown(name, value), _shown(name, against.values.get(name)), _shown(name, differences[name], "+")
        table.add_row(name, *shown, _shown_interval(paired.get(name), "+"))
    console().print(table)
    console().print(say(evaluation.CHANGES, **changed._asdict() | {"p_value": f"{changed.p_value:.2g}"}))


def _measured(run: Run | ChatRun) -> Measured:
    if isinstance(run, ChatRun):
        spread = resampled_chat(run.outcomes)
        limits = {name: share.interval for name, share in shares(run.outcomes).items()}
        return Measured(measure_chat(run.outcomes), limits | {"ece": interval(spread["ece"])}, spread, run.answerable)
    spread = resampled(run.outcomes)
    limits = {name: interval(each) for name, each in spread.items()}
    return Measured({**measure(run.outcomes), **times(run.outcomes)}, limits, spread, run.outcomes)


def _print_json(run: Run | ChatRun, measured: Measured, **more: Any) -> None:
    content: dict[str, Any] = {**measured.values, **_counts(run), "intervals": measured.intervals}
    if isinstance(run, ChatRun):
        content["kinds"] = {kind: _kind_as_json(outcomes) for kind, outcomes in by_kind(run.outcomes).items()}
    print(json.dumps(_rounded({**content, **more})))


def _kind_as_json(outcomes: Sequence[ChatOutcome]) -> dict[str, Any]:
    asked = {name: share for name, share in shares(outcomes).items() if share.of}
    return {
        **{name: share.value for name, share in asked.items()},
        "questions": len(outcomes),
        "intervals": {name: share.interval for name, share in asked.items()},
    }


def _print_kinds(
    say: Wording, title: Sentence, columns: Mapping[str, Sentence], outcomes: Sequence[ChatOutcome]
) -> None:
    """Print a row for each kind of question, and one for all; each share has its interval below it."""
    if not outcomes:
        return
    # Without rules between the columns, so that it fits into a narrow terminal.
    table = Table(title=say(title, questions=len(outcomes)), title_justify="left", box=SIMPLE, padding=(0, 1, 0, 0))
    table.add_column(say(evaluation.KIND), no_wrap=True)
    table.add_column(say(evaluation.QUESTIONS), justify="right")
    for column in columns.values():
        table.add_column(say(column), justify="right")
    kinds = list(by_kind(outcomes).items())
    for kind, of_kind in [*kinds, (say(evaluation.ALL), outcomes)] if len(kinds) > 1 else kinds:
        found = shares(of_kind)
        table.add_row(kind, str(len(of_kind)), *(_shown_share(found[name]) for name in columns))
    console().print(table)


def _shown_share(share: Share) -> str:
    limits = share.interval
    return "\n".join((_short(share.number / share.of), "–".join(map(_short, limits)))) if limits else NONE


def _short(share: float) -> str:
    return f"{share:.2f}".removeprefix("0")


def _counts(run: Run | ChatRun) -> dict[str, int]:
    return {"passages": run.passages, "questions": len(run.outcomes)}


def _difference(value: float | None, other: float | None) -> float | None:
    return None if value is None or other is None else value - other


def _empty_table(say: Wording, run: Run | ChatRun, *columns: str) -> Table:
    table = Table(title=say(evaluation.TITLE, **_counts(run)), title_justify="left")
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
