"""The content of a file as a loader receives it, and the cleaning of the texts of every document."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import PurePath
from typing import NamedTuple
from unicodedata import normalize

from index.errors import ContentEmpty
from index.language.normalization import MAY_BE_INVISIBLE, without_invisible
from index.loaders.limits import Limits
from index.types import HEADING_SEPARATOR, Block, Document

# Control characters but for tab and line feed, and bidirectional controls, which could deceive who reads a terminal;
# byte order marks and non-characters.
_REMOVED = dict.fromkeys([*range(9), *range(11, 32), *range(127, 160), *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_REMOVED |= dict.fromkeys([0xFEFF, 0xFFFE, 0xFFFF])
_TRANSLATION = _REMOVED | {0x2028: "\n", 0x2029: "\n"}
_COMBINING_MARK = "[\u0300-\u036f\u3099\u309a]"
_COMBINED = re.compile(f".{_COMBINING_MARK}+")

# In characters. The heading path is stored with every passage; a heading that would make it longer is a paragraph.
LONGEST_HEADING_PATH = 300
# An index of PostgreSQL takes no title of more than 600.
_LONGEST_TITLE = 200
_LONGEST_NAME = 100
# Neither Discord nor browsers open longer links.
_LONGEST_URL = 2_000
_LONGEST_DATE = 40
_MAX_PLACES = 10


class Content(NamedTuple):
    """The bytes of a file, its name and path, and what reading them may take."""

    name: str
    path: str
    data: bytes
    limits: Limits = Limits()

    @property
    def stem(self) -> str:
        """The file's name without folder and suffix: the title where the document has none."""
        return PurePath(self.name).stem

    def text(self) -> str:
        """The file's text, in whatever encoding; raises ContentEmpty, or what `decode_text` raises."""
        from index.loaders.encoding import decode_text

        text = clean(decode_text(self.data, self.path))
        if not text.strip():
            raise ContentEmpty(path=self.path)
        return text


# A quick test: it takes a tenth of the time of cleaning, which hardly any text needs.
_MAY_BE_UNCLEAN = re.compile(f"[\ud800-\udfff{''.join(map(chr, _TRANSLATION))}]|{_COMBINING_MARK}|{MAY_BE_INVISIBLE}")


def clean(text: str) -> str:
    """A text with line feeds as line ends and が as one character, without control and invisible characters."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not _MAY_BE_UNCLEAN.search(text):
        return text
    text = without_invisible(text.encode(errors="replace").decode())
    return _COMBINED.sub(lambda found: normalize("NFC", found.group()), text).translate(_TRANSLATION)


class Headings:
    """The open headings at a point of a text, as a path; a heading equal to the document's `title` is left out."""

    def __init__(self, title: str = "") -> None:
        self._title = title
        self._levels: dict[int, str] = {}
        self.path = ""

    def enter(self, level: int, text: str) -> bool:
        """Enter a heading, leaving those of its level and deeper; False if it is too long for a heading."""
        upper = {depth: heading for depth, heading in self._levels.items() if depth < level}
        path = self._path(upper | {level: text}) if len(text) <= LONGEST_HEADING_PATH else None
        self._levels = upper if path is None else upper | {level: text}
        self.path = self._path(upper) or "" if path is None else path
        return path is not None

    def opened(self) -> dict[int, str]:
        """The open headings by level, to go back to."""
        return self._levels

    def go_back(self, levels: dict[int, str]) -> None:
        """Leave the headings entered since these were the open ones."""
        self._levels = levels
        self.path = self._path(levels) or ""

    def _path(self, levels: dict[int, str]) -> str | None:
        return heading_path(heading for _, heading in sorted(levels.items()) if heading != self._title)


def heading_path(headings: Iterable[str]) -> str | None:
    """The path of nested headings as one text; None where it would be longer than LONGEST_HEADING_PATH."""
    path = HEADING_SEPARATOR.join(filter(None, headings))
    return path if len(path) <= LONGEST_HEADING_PATH else None


def clean_document(document: Document) -> Document:
    """A document with all texts cleaned; titles, headings and names are of one line.

    A title that is too long is truncated, and becomes the first block as well.
    """
    # Blocks with the same heading share one string.
    line = cache(_one_line)
    title = line(document.title) or PurePath(document.name).stem
    blocks = tuple(_clean_block(block, line) for block in document.blocks if block.text.strip())
    return document._replace(
        title=_truncated(title, _LONGEST_TITLE),
        source=line(document.source, LONGEST_HEADING_PATH) or document.name,
        url=_short_or_none(line(document.url), _LONGEST_URL),
        blocks=blocks if len(title) <= _LONGEST_TITLE or not blocks else (Block(title), *blocks),
    )


def _clean_block(block: Block, line: Callable[..., str | None]) -> Block:
    text, heading, speaker, role, page, date, url, kind, row = block
    return Block(
        clean(text).strip("\n"),
        (line(heading, LONGEST_HEADING_PATH) or "") if heading else "",
        line(speaker, _LONGEST_NAME) if speaker else None,
        line(role, _LONGEST_NAME) if role else None,
        page,
        _short_or_none(line(date), _LONGEST_DATE) if date else None,
        _short_or_none(line(url), _LONGEST_URL) if url else None,
        kind,
        row,
    )


def first_few(places: Sequence[int | str]) -> str:
    """The first lines, pages or cells of many, for a warning."""
    return ", ".join(map(str, places[:_MAX_PLACES])) + (", …" if len(places) > _MAX_PLACES else "")


def _one_line(text: str | None, length: int | None = None) -> str | None:
    """A text in one line, truncated to a length."""
    line = " ".join(clean(text).split()) or None if text else None
    return _truncated(line, length) if line and length else line


def _truncated(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


def _short_or_none(text: str | None, length: int) -> str | None:
    return text if text and len(text) <= length else None
