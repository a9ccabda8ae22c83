"""The console that tables, cards and progress bars are printed on."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from bot.printable import printable, unfiltered


class _SafeConsole(Console):
    """A console that leaves out control characters of texts, but not its own escape sequences."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """The segments of a renderable, their texts without control characters."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else segment._replace(text=printable(segment.text))


def console(*, stderr: bool = False) -> Console:
    """A console on standard output or standard error; with NO_COLOR it has no bold and no underlining either."""
    return _SafeConsole(
        file=unfiltered(sys.stderr if stderr else sys.stdout),
        # Texts of users are neither markup nor names of emoji.
        markup=False,
        emoji=False,
        highlight=False,
        color_system=None if os.environ.get("NO_COLOR") else "auto",
    )
