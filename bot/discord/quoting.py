"""Quoting a document in Discord, so that nothing it says can ping, link, or break out of the quotation.

Lengths are code points, and UTF-8 bytes too: Discord refuses large non-Latin payloads below its own limits.
Sources: resources/message ("Embed Limits") of Discord's API documentation, and what was measured of bytes.
"""

from __future__ import annotations

import re

from bot.printable import ELLIPSIS, printable, shorten

CONTENT_LENGTH = 2_000
TITLE_LENGTH = 256
FIELD_LENGTH = 1_024
FOOTER_LENGTH = 2_048
# Names of files, channels and roles among other words.
NAME_LENGTH = 80
# A quotation longer than this is no longer read in a chat. All of a message has to stay under 10,000 bytes.
QUOTATION_LENGTH = 1_200
QUOTED_LENGTH, QUOTED_SIZE = 2_600, 4_000
ZERO_WIDTH_SPACE = "\u200b"

# What Discord's Markdown gives a meaning to, anywhere in a line or at its beginning.
_MARKDOWN = r"([\\*_~`|\[\]()<>])"
_LINE_BEGINNING = r"(?m)^(\s*)([#>+-])"
_NUMBERED = r"(?m)^(\s*\d+)\.(?=\s)"
_ADDRESS = r"(?i)(https?|discord|ftp|mailto)(:)"


def escape(text: str) -> str:
    """Text that Discord shows as it is: no Markdown, no mention, no link, no time stamp, no invitation."""
    text = re.sub(_MARKDOWN, r"\\\1", printable(text))
    text = re.sub(_LINE_BEGINNING, r"\1\\\2", text)
    text = re.sub(_NUMBERED, r"\1\\.", text)
    text = re.sub(_ADDRESS, rf"\1{ZERO_WIDTH_SPACE}\2", text)
    text = re.sub(r"(?i)(discord(?:app)?)\.(?=gg|com)", rf"\1{ZERO_WIDTH_SPACE}.", text)
    return text.replace("@", f"@{ZERO_WIDTH_SPACE}")


def excerpt(text: str, sentence: str, length: int = QUOTATION_LENGTH) -> tuple[str, str, str]:
    """What stands before a sentence, the sentence, and what stands after, of at most so many characters in all.

    A longer text is cut around the sentence, with an ellipsis where something was left out.
    """
    start = text.find(sentence)
    before, after = text[:start], text[start + len(sentence) :]
    found = shorten(sentence, length)
    room = length - len(found)
    room_before = min(len(before), max(room - len(after), room // 2))
    return _shorten_front(before, room_before), found, shorten(after, room - room_before)


def _shorten_front(text: str, length: int) -> str:
    if len(text) <= length:
        return text
    return ELLIPSIS + text[len(text) - max(length - 1, 0) :].lstrip()


def quote(text: str, sentence: str | None, most: int = QUOTED_LENGTH, size: int = QUOTED_SIZE) -> str:
    """A text as a Discord quotation of at most so many characters and bytes, its answering sentence in bold."""
    length = QUOTATION_LENGTH
    quoted = _quote(text, sentence, length)
    while len(quoted) > most or len(quoted.encode()) > size:
        length = length * 3 // 4
        quoted = _quote(text, sentence, length)
    return quoted


def _quote(text: str, sentence: str | None, length: int) -> str:
    before, marked, after = excerpt(text, sentence or text, length)
    lines = (escape(before) + _bold(marked if sentence else "", escape(marked)) + escape(after)).split("\n")
    return "\n".join(f"> {line}" for line in lines)


def _bold(marked: str, escaped: str) -> str:
    """Bold line by line, since Discord ends it with the line of a quotation; spaces stay outside, or it is not bold."""
    if not marked:
        return escaped
    return "\n".join(
        re.sub(r"^(\s*)(.*?)(\s*)$", r"\1**\2**\3", line) if line.strip() else line for line in escaped.split("\n")
    )
