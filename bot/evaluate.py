"""`kotae evaluate`: quality and speed of retrieval on question sets, as a table or as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from rich.table import Table

from bot.terminal import console, progress_bars
from bot.wording import Wording
from index.evaluation import evaluate as measure
from index.library import Library
from index.question_sets import read_question_sets

COUNTS = ("passages", "questions")
DECIMALS = 4


def evaluate(say: Wording, paths: Sequence[Path], as_json: bool) -> int:
    """Ask every question of the sets and print what was measured."""
    questions = read_question_sets(paths)
    with progress_bars(say) as progress:
        library = Library.build(questions.passages, progress("analyse", len(questions.passages)))
    with progress_bars(say) as progress:
        measures = measure(library, questions.queries, progress("evaluate", len(questions.queries)))
    if as_json:
        print(json.dumps({name: round(value, DECIMALS) for name, value in measures.items()}))
        return 0
    counts = {name: measures[name] for name in COUNTS}
    table = Table(title=say("evaluate.title", **counts), title_justify="left")
    table.add_column(say("evaluate.measure"))
    table.add_column(say("evaluate.value"), justify="right")
    for name, value in measures.items():
        if name not in COUNTS:
            table.add_row(name, f"{value:.2f}" if name.startswith("ms_") else f"{value:.{DECIMALS}f}")
    console().print(table)
    return 0
