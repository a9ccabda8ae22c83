"""Two progress bars for `kotae add` and `kotae sync`: files read, and passages stored."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from bot.cli.console import console
from bot.wording import Wording
from bot.wording.command_line.progress import PROGRESS
from index.loaders import find

# Fewer are done before anybody could read a bar.
_FEWEST_FILES = 200
_FEWEST_PASSAGES = 300


class IntakeProgress:
    """A context in which one bar counts the files that were read, and another the passages that were stored."""

    def __init__(self, say: Wording, paths: Sequence[Path]) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self._bars = Bars(*columns, console=console(stderr=True), disable=not sys.stderr.isatty(), transient=True)
        files = sum(1 for _ in find(paths))
        self._files = self._bars.add_task(say(PROGRESS["load"]), total=files, visible=files >= _FEWEST_FILES)
        self._passages = self._bars.add_task(say(PROGRESS["store"]), total=0, visible=False)
        self._found = 0

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._bars.stop()

    def file_read(self) -> None:
        """Count a file that was read."""
        self._bars.advance(self._files)

    def passages_found(self, count: int) -> None:
        """Add passages that are to be stored."""
        self._found += count
        self._bars.update(self._passages, total=self._found, visible=self._found >= _FEWEST_PASSAGES)

    def passages_stored(self, count: int) -> None:
        """Count passages that were stored."""
        self._bars.advance(self._passages, count)
