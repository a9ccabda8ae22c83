"""A terminal as rich sees it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from bot.printable import printable, unfiltered


class _Guarded(Console):
    """Colours and movements of our own come through; those that stand in a text do not."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """What is shown of something."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else segment._replace(text=printable(segment.text))


def console(*, stderr: bool = False) -> Console:
    """Standard output, or standard error; NO_COLOR takes away bold and underlined too."""
    return _Guarded(
        file=unfiltered(sys.stderr if stderr else sys.stdout),
        # What people wrote is neither markup nor the name of an emoji.
        markup=False,
        emoji=False,
        highlight=False,
        color_system=None if os.environ.get("NO_COLOR") else "auto",
    )
