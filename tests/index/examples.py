"""Passages and libraries that several test files make."""

from index.library import Library
from index.types import Passage


def passage(
    text: str,
    identity: str = "0",
    title: str = "題",
    heading: str = "",
    speaker: str | None = None,
    role: str | None = None,
) -> Passage:
    """A passage of which only what matters to the test is given."""
    return Passage(identity, text, title, heading, 1, speaker, role, "article.md", None)


def library(*texts: str) -> Library:
    """A library of the texts; a passage's id is its position."""
    return Library.build([passage(text, str(position)) for position, text in enumerate(texts)])
