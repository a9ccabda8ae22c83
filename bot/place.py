"""Where a passage stands, in words."""

from __future__ import annotations

from bot.wording import Wording
from index.types import Passage

_SEPARATOR = " › "
# Of a date in ISO 8601, the day, the hour and the minute: "2026-11-20T09:12".
_SHOWN = 16


def place(say: Wording, passage: Passage) -> str:
    """Title, heading, page and paragraph, and when it was written, as far as they are known."""
    parts = (
        passage.title,
        passage.heading,
        say("page", page=passage.page) if passage.page is not None else "",
        say("paragraph", paragraph=passage.paragraph),
        (passage.date or "")[:_SHOWN].replace("T", " "),
    )
    return _SEPARATOR.join(part for part in parts if part)
