"""What the commands share: the content to answer from, and where cards and progress are shown."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bot.card import Line, plain, print_wrapped
from bot.settings import Settings
from bot.wording import Wording
from index.library import Library
from index.loaders import find_files
from index.snapshot import Progress, open_library

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress as Bars

BUILT_IN_CONTENT = Path(__file__).parent.parent / "content"
# Fewer steps than this are done before a bar could be read.
_FEWEST_STEPS = 500


def open_content(say: Wording, settings: Settings, content: Sequence[Path]) -> Library:
    """The library to answer from: what the command line names, else the settings, else the built-in content."""
    paths = content or settings.content or (BUILT_IN_CONTENT,)
    with progress_bars(say) as progress:
        library = open_library(find_files(paths), settings.cache_folder, progress, settings.limits)
        if settings.dense:
            from index.dense import DenseSimilarity, MultilingualE5

            similarity = DenseSimilarity(MultilingualE5(), settings.cache_folder)
            similarity.embed(library.passages, progress("embed", len(library.passages)))
            library.similarities = similarity.similarities
    return library


def print_card(lines: Iterator[Line]) -> None:
    """Print a card: coloured and wrapped in a terminal, plain in a pipe."""
    if sys.stdout.isatty():
        print_wrapped(lines, console())
    else:
        print(plain(lines), flush=True)


def console() -> Console:
    """Standard output as rich sees it; NO_COLOR takes away bold and underlined too."""
    from rich.console import Console

    return Console(highlight=False, color_system=None if os.environ.get("NO_COLOR") else "auto")


@contextmanager
def progress_bars(say: Wording) -> Iterator[Progress]:
    """Bars on standard error: told the name and the number of steps of some work, gives what to call after each."""
    shown: list[Bars] = []

    def begin(name: str, steps: int) -> Callable[[], object]:
        if steps < _FEWEST_STEPS:
            return lambda: None
        if not shown:
            shown.append(_start_bars())
        task = shown[0].add_task(say(f"progress.{name}"), total=steps)
        return lambda: shown[0].advance(task)

    try:
        yield begin
    finally:
        for bars in shown:
            bars.stop()


def _start_bars() -> Bars:
    from rich.console import Console
    from rich.progress import Progress as Bars

    bars = Bars(console=Console(stderr=True))
    bars.start()
    return bars
