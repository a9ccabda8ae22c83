"""What a file holds, as its loader receives it, and what is common to every document."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import PurePath
from typing import NamedTuple
from unicodedata import normalize

from index.errors import ContentEmpty
from index.language.normalization import MAY_BE_INVISIBLE, without_invisible
from index.loaders.limits import Limits
from index.types import HEADING_SEPARATOR, Block, Document

# Control characters and turns of the text's direction, which could play tricks with a terminal, but for tab and line
# feed; byte order marks; and halves of characters, which nothing can print.
_LEFT_OUT = dict.fromkeys([*range(9), *range(11, 32), *range(127, 160), *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_LEFT_OUT |= dict.fromkeys([0xFEFF, 0xFFFE, 0xFFFF])
_LEFT_OUT_TABLE = _LEFT_OUT | {0x2028: "\n", 0x2029: "\n"}
# A letter and the marks above or below it, which make one character with it.
_MARK = "[\u0300-\u036f\u3099\u309a]"
_COMPOSED = re.compile(f".{_MARK}+")

# What stands with every passage is no longer than this, in characters: what it takes would be multiplied by their number.
# A heading under which they would be more is a paragraph, whatever it is written as.
LONGEST_HEADINGS = 300
# PostgreSQL has no room in an index for titles of more than 600.
_LONGEST_TITLE = 200
_LONGEST_NAME = 100
# Neither Discord nor browsers open longer links.
_LONGEST_URL = 2_000
_LONGEST_DATE = 40


class Content(NamedTuple):
    """The bytes of a file, its name and path, and what reading them may take."""

    name: str
    path: str
    data: bytes
    limits: Limits = Limits()

    @property
    def stem(self) -> str:
        """The file's name without folder and suffix: the title where nothing else says one."""
        return PurePath(self.name).stem

    def text(self) -> str:
        """The file's text, in whatever encoding; raises ContentEmpty, or what `text_of` raises."""
        from index.loaders.encoding import text_of

        text = clean(text_of(self.data, self.path))
        if not text.strip():
            raise ContentEmpty(path=self.path)
        return text


# Looking for what is to be cleaned takes a tenth of the time that cleaning does, and nearly no text has any.
_UNCLEAN = re.compile(f"[\r\ud800-\udfff{''.join(map(chr, _LEFT_OUT_TABLE))}]|{_MARK}|{MAY_BE_INVISIBLE}")


def clean(text: str) -> str:
    """A text with plain line ends, が as one character, and without what nobody sees or what could play tricks."""
    if not _UNCLEAN.search(text):
        return text
    text = without_invisible(text.encode(errors="replace").decode())
    text = _COMPOSED.sub(lambda found: normalize("NFC", found.group()), text)
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_LEFT_OUT_TABLE)


class Headings:
    """The headings that a text stands under at some point of it, but for one that is its document's `title`."""

    def __init__(self, title: str = "") -> None:
        self._title = title
        self._levels: dict[int, str] = {}
        self.path = ""

    def enter(self, level: int, text: str) -> bool:
        """Take a heading in the place of those of its level and below; False if it is too long for one."""
        above = {one: words for one, words in self._levels.items() if one < level}
        path = self._path(above | {level: text}) if len(text) <= LONGEST_HEADINGS else None
        self._levels = above if path is None else above | {level: text}
        self.path = self._path(above) or "" if path is None else path
        return path is not None

    def _path(self, levels: dict[int, str]) -> str | None:
        return heading_path(words for _, words in sorted(levels.items()) if words != self._title)


def heading_path(headings: Iterable[str]) -> str | None:
    """Headings, each under the one before it, as one text; None where that is too long to stand with passages."""
    path = HEADING_SEPARATOR.join(filter(None, headings))
    return path if len(path) <= LONGEST_HEADINGS else None


def clean_document(document: Document) -> Document:
    """A document whose every text is clean; titles, headings and names are of one line.

    A title that is too long to stand with every passage is shortened, and becomes a block as well.
    """
    # What many blocks have is one string for all of them.
    line = cache(_line)
    title = line(document.title) or PurePath(document.name).stem
    blocks = tuple(_clean_block(block, line) for block in document.blocks if block.text.strip())
    return document._replace(
        title=_shortened(title, _LONGEST_TITLE),
        source=line(document.source, LONGEST_HEADINGS) or document.name,
        url=_short_or_none(line(document.url), _LONGEST_URL),
        blocks=blocks if len(title) <= _LONGEST_TITLE or not blocks else (Block(title), *blocks),
    )


def _clean_block(block: Block, line: Callable[..., str | None]) -> Block:
    text, heading, speaker, role, page, date, url, kind = block
    return Block(
        clean(text).strip("\n"),
        (line(heading, LONGEST_HEADINGS) or "") if heading else "",
        line(speaker, _LONGEST_NAME) if speaker else None,
        line(role, _LONGEST_NAME) if role else None,
        page,
        _short_or_none(line(date), _LONGEST_DATE) if date else None,
        _short_or_none(line(url), _LONGEST_URL) if url else None,
        kind,
    )


def _line(text: str | None, longest: int | None = None) -> str | None:
    """A text in one line, shortened to so many characters."""
    line = " ".join(clean(text).split()) or None if text else None
    return _shortened(line, longest) if line and longest else line


def _shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _short_or_none(text: str | None, longest: int) -> str | None:
    return text if text and len(text) <= longest else None
