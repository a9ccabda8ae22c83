"""Why a passage was chosen, as a table."""

from __future__ import annotations

from rich.table import Table

from bot.terminal import console
from bot.wording import Wording
from index.types import Hit


def print_explanation(say: Wording, hits: tuple[Hit, ...]) -> None:
    """Each hit's terms with their weights and what they brought, the most first."""
    for hit in hits:
        table = Table(title=say("explain.title", rank=hit.rank, score=f"{hit.score:.2f}"), title_justify="left")
        for column in ("word", "term", "view"):
            table.add_column(say(f"explain.{column}"))
        for column in ("weight", "score"):
            table.add_column(say(f"explain.{column}"), justify="right")
        for share in sorted(hit.shares, key=lambda share: -share.score):
            table.add_row(
                share.surface, share.term, say(f"view.{share.view}"), f"{share.weight:.2f}", f"{share.score:.2f}"
            )
        console().print(table)
