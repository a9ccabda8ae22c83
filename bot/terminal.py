"""What the commands share: the content to answer from, and where cards and progress are shown."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bot.card import Line, plain, print_coloured
from bot.settings import Settings
from bot.wording import Wording
from index.library import Library
from index.loaders import find_files
from index.snapshot import Progress, open_library

BUILT_IN_CONTENT = Path(__file__).parent.parent / "content"
# Fewer steps than this are done before a bar could be read.
_FEWEST_STEPS = 500


def open_content(say: Wording, settings: Settings, content: Sequence[Path]) -> Library:
    """The library to answer from: what the command line names, else the settings, else the built-in content."""
    paths = content or settings.content or (BUILT_IN_CONTENT,)
    with progress_bars(say) as progress:
        return open_library(find_files(paths), settings.cache_folder, progress)


def print_card(lines: Iterator[Line]) -> None:
    """Print a card: coloured and wrapped in a terminal, plain in a pipe. NO_COLOR is rich's to obey."""
    if sys.stdout.isatty():
        from rich.console import Console

        print_coloured(lines, Console(highlight=False))
    else:
        print(plain(lines), flush=True)


@contextmanager
def progress_bars(say: Wording) -> Iterator[Progress]:
    """Bars on standard error: told the name and the number of steps of some work, gives what to call after each."""
    stops: list[Callable[[], None]] = []

    def begin(name: str, steps: int) -> Callable[[], object]:
        if steps < _FEWEST_STEPS:
            return lambda: None
        from rich.console import Console
        from rich.progress import Progress

        bars = Progress(console=Console(stderr=True))
        bars.start()
        stops.append(bars.stop)
        task = bars.add_task(say(f"progress.{name}"), total=steps)
        return lambda: bars.advance(task)

    try:
        yield begin
    finally:
        for stop in stops:
            stop()
