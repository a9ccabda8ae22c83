"""Why passages were chosen, as tables in a terminal."""

from __future__ import annotations

from rich.table import Table

from bot.cli.console import console
from bot.explanation import Row, feature_rows, percent, term_rows
from bot.wording import Wording, answers
from index.types import Hit

# What leaves a word of four Japanese characters, or "katakana", whole in a terminal of 60 columns.
_WORD_WIDTH = 8


def print_explanation(say: Wording, hits: tuple[Hit, ...]) -> None:
    """A table a hit: its terms, its features, and what they add up to."""
    for hit in hits:
        console().print(_table(say, hit))


def _table(say: Wording, hit: Hit) -> Table:
    title = say(answers.SCORE_OF_PASSAGE, rank=hit.rank, score=f"{hit.score:.2f}")
    table = Table(title=title, title_justify="left")
    for text in (answers.COLUMN_WORD, answers.COLUMN_TERM, answers.COLUMN_VIEW):
        table.add_column(say(text), overflow="fold", min_width=_WORD_WIDTH)
    for number in (answers.COLUMN_WEIGHT, answers.COLUMN_SCORE, answers.COLUMN_SHARE):
        table.add_column(say(number), justify="right", no_wrap=True)
    total = Row(say(answers.TOTAL_SCORE), "", "", None, hit.score, percent(hit.score, hit))
    for section in (term_rows(say, hit), feature_rows(say, hit), [total]):
        for row in section:
            weight = "" if row.weight is None else f"{row.weight:.2f}"
            table.add_row(row.word, row.term, row.view, weight, f"{row.score:.2f}", f"{row.percent} %")
        table.add_section()
    return table
