"""Why a passage was chosen: its terms and features, each with its share of the score."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from bot.wording import Wording
from index.types import Hit, Share

if TYPE_CHECKING:
    from rich.table import Table

FEATURE = "feature"
# Terms of a view that brought less than this part of the score stand together in one line.
_SMALL = 0.01
# A score below this is shown as 0.00, of which nothing is a part.
_NOTHING = 0.005
# What leaves a word of four Japanese characters, or "katakana", whole in a terminal of 60 columns.
_WORD_WIDTH = 8


class Row(NamedTuple):
    """What one term or feature brought to a score, also in percent of it; small ones together have no weight."""

    word: str
    term: str
    view: str
    weight: float | None
    score: float
    percent: int


def term_rows(say: Wording, hit: Hit) -> list[Row]:
    """A hit's terms, the most first, and after them the small ones of each view in one row."""
    terms = _most_first(share for share in hit.shares if share.view != FEATURE)
    small = Counter(share.view for share in terms if _is_small(share, hit))
    # One alone is as short by its name.
    folded = {view: count for view, count in small.items() if count > 1}
    rows = [_row(say, hit, share) for share in terms if share.view not in folded or not _is_small(share, hit)]
    for view, count in folded.items():
        score = sum(share.score for share in terms if share.view == view and _is_small(share, hit))
        more = say("explain.more", count=count)
        rows.append(Row(more, "", say(f"view.{view}"), None, score, _percent(score, hit)))
    return rows


def feature_rows(say: Wording, hit: Hit) -> list[Row]:
    """A hit's features, the most first."""
    features = _most_first(share for share in hit.shares if share.view == FEATURE)
    return [_row(say, hit, share)._replace(word=say.of_feature(share.term), term="") for share in features]


def print_explanation(say: Wording, hits: tuple[Hit, ...]) -> None:
    """A table a hit: its terms, its features, and what they add up to."""
    from bot.cli.console import console

    for hit in hits:
        console().print(_table(say, hit))


def _table(say: Wording, hit: Hit) -> Table:
    from rich.table import Table

    table = Table(title=say("explain.title", rank=hit.rank, score=f"{hit.score:.2f}"), title_justify="left")
    for column in ("word", "term", "view"):
        table.add_column(say(f"explain.{column}"), overflow="fold", min_width=_WORD_WIDTH)
    for column in ("weight", "score", "share"):
        table.add_column(say(f"explain.{column}"), justify="right", no_wrap=True)
    total = Row(say("explain.total"), "", "", None, hit.score, _percent(hit.score, hit))
    for section in (term_rows(say, hit), feature_rows(say, hit), [total]):
        for row in section:
            weight = "" if row.weight is None else f"{row.weight:.2f}"
            table.add_row(row.word, row.term, row.view, weight, f"{row.score:.2f}", f"{row.percent} %")
        table.add_section()
    return table


def _row(say: Wording, hit: Hit, share: Share) -> Row:
    view = say(f"view.{share.view}")
    return Row(share.surface, share.term, view, share.weight, share.score, _percent(share.score, hit))


def _most_first(shares: Iterable[Share]) -> list[Share]:
    return sorted(shares, key=lambda share: -share.score)


def _is_small(share: Share, hit: Hit) -> bool:
    return abs(share.score) < _SMALL * abs(hit.score)


def _percent(score: float, hit: Hit) -> int:
    # Of the absolute value: what takes away from a score is negative, also where the score itself is.
    return round(100 * score / abs(hit.score)) if abs(hit.score) >= _NOTHING else 0
