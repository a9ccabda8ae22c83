"""What the commands share: what they answer from, and where cards and progress are shown."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli.card import Line, plain, print_wrapped
from bot.knowledge import opened_knowledge
from bot.settings import Settings
from bot.wording import Wording
from bot.wording.command_line import documents as sentences
from bot.wording.command_line.progress import PROGRESS
from index.errors import ContentError
from index.progress import Progress, Step
from index.search.knowledge import Knowledge

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

# Fewer steps than these are done before a bar could be read.
_FEWEST_STEPS = 500
_FEWEST_STEPS_BY_NAME = {"index": 5_000, "encode": 100, "work": 10}


@contextmanager
def knowledge_with_progress(
    say: Wording, settings: Settings, content: Sequence[Path], *, complete: bool = True
) -> Iterator[Knowledge]:
    """What to answer from (bot.knowledge.opened_knowledge); how far opening it is, and what was skipped, is shown."""

    def skipped(error: ContentError) -> None:
        print(say(sentences.SKIPPED, reason=say.of_error(error)), file=sys.stderr)

    with ExitStack() as stack:
        with progress_bars(say) as progress:
            knowledge = stack.enter_context(opened_knowledge(settings, content, progress, skipped, complete=complete))
        yield knowledge


def print_card(lines: Iterator[Line]) -> None:
    """Print a card: coloured and wrapped in a terminal, plain in a pipe."""
    if sys.stdout.isatty():
        from bot.cli.console import console

        print_wrapped(lines, console())
    else:
        print(plain(lines), flush=True)


@contextmanager
def progress_bars(say: Wording) -> Iterator[Progress]:
    """Bars on standard error, one for each kind of work, as soon as it has many steps."""
    totals, done = Counter[str](), Counter[str]()
    tasks: dict[str, TaskID] = {}
    with ExitStack() as stack:
        bars: Bars | None = None

        def begin(name: str, steps: int) -> Step:
            nonlocal bars
            totals[name] += steps
            if name in tasks and bars:
                bars.update(tasks[name], total=totals[name])
            elif totals[name] >= _FEWEST_STEPS_BY_NAME.get(name, _FEWEST_STEPS):
                bars = bars or stack.enter_context(_bars())
                tasks[name] = bars.add_task(say(PROGRESS[name]), total=totals[name], completed=done[name])
            return lambda: step(name)

        def step(name: str) -> None:
            done[name] += 1
            if name in tasks and bars:
                bars.advance(tasks[name])

        yield begin


def _bars() -> Bars:
    from rich.progress import Progress as Bars

    from bot.cli.console import console

    return Bars(console=console(stderr=True))
