"""What comes out of the program: text without what could play tricks, also where others wrote it.

Whoever writes a message, a document or a file's name could otherwise set a terminal's title or clipboard, clear its
screen, or turn around what is read. What joins or varies the characters of an emoji stays.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from io import TextIOWrapper
from typing import TextIO

# Control characters but for tab and line feed; marks, embeddings, overrides and isolates of the text's direction;
# separators of lines, which programs disagree about; and what shows nothing where it stands among other characters.
_TRICKS = "\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb"
_LEFT_OUT = rf"[\x00-\x08\x0b-\x1f{_TRICKS}]"
ELLIPSIS = "…"
# How much of a question or of a title is shown where it is one of many.
_LISTED_LENGTH = 100


def printable(text: str) -> str:
    """A text without characters that do something instead of being seen. Lines end with a line feed."""
    return re.sub(_LEFT_OUT, "", text.replace("\r\n", "\n"))


def left_out() -> set[str]:
    """The characters that `printable` leaves out."""
    every = "".join(map(chr, range(0x10000)))
    return set(every) - set(printable(every))


def one_line(text: str) -> str:
    """A text as `printable` has it, on one line: what is a name cannot look like a line of its own."""
    return " ".join(printable(text).split())


def shorten(text: str, length: int, size: int | None = None) -> str:
    """A text cut at its end to at most so many characters, and bytes of UTF-8, with an ellipsis where it was cut."""
    if len(text) <= length and (size is None or len(text.encode()) <= size):
        return text
    kept = text[: max(length - 1, 0)]
    while size is not None and len(kept.encode()) > size - len(ELLIPSIS.encode()):
        kept = kept[:-1]
    return kept.rstrip() + ELLIPSIS


def listed(text: str) -> str:
    """A text on one line that is short enough for a list, or for the title of a page."""
    return shorten(one_line(text), _LISTED_LENGTH)


def to_json(content: object, default: Callable[[object], object] | None = None) -> str:
    """JSON on one line in which such characters are escaped: whoever parses it has the text unchanged.

    Halves of characters, which a file's name can have, are no text; question marks take their place.
    """
    dumped = json.dumps(content, ensure_ascii=False, default=default).encode(errors="replace").decode()
    return re.sub(f"[{_TRICKS}]", lambda found: f"\\u{ord(found.group()):04x}", dumped)


class _Printed(TextIOWrapper):
    """A standard stream that only printable text comes out of, whoever prints: we, a parser, or a library."""

    def __init__(self, stream: TextIOWrapper) -> None:
        super().__init__(
            stream.buffer,
            encoding=stream.encoding,
            errors="replace",
            line_buffering=stream.line_buffering,
            write_through=True,
        )
        self.unfiltered = stream

    def write(self, text: str, /) -> int:
        """Write a text without what could play tricks."""
        super().write(printable(text))
        return len(text)


def guard_streams() -> None:
    """Let nothing but printable text out of standard output and standard error from now on; nothing fails to print."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if isinstance(stream, TextIOWrapper):
            # Both write to one buffer, in the order in which they are written to.
            stream.reconfigure(errors="replace", write_through=True)
            setattr(sys, name, _Printed(stream))


def unfiltered(stream: TextIO) -> TextIO:
    """Where what only we write goes, escape sequences too."""
    return stream.unfiltered if isinstance(stream, _Printed) else stream
