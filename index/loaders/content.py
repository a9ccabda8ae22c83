"""What a file holds, as its loader receives it, and what is common to every document."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import NamedTuple
from unicodedata import normalize

from index.errors import ContentEmpty
from index.loaders.limits import Limits
from index.normalization import without_invisible
from index.types import Block, Document

# Control characters and turns of the text's direction, which could play tricks with a terminal, but for tab and line
# feed; byte order marks; and halves of characters, which nothing can print.
_LEFT_OUT = dict.fromkeys([*range(9), *range(11, 32), *range(127, 160), *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_LEFT_OUT |= dict.fromkeys([0xFEFF, 0xFFFE, 0xFFFF])
_LEFT_OUT_TABLE = _LEFT_OUT | {0x2028: "\n", 0x2029: "\n"}
# A letter and the marks above or below it, which make one character with it.
_MARK = "[\u0300-\u036f\u3099\u309a]"
_COMPOSED = re.compile(f".{_MARK}+")


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


# Looking for them takes a tenth of the time that translating does, and nearly no text has any.
_TO_TRANSLATE = re.compile(f"[\r{''.join(map(chr, _LEFT_OUT_TABLE))}]")


def clean(text: str) -> str:
    """A text with plain line ends, が as one character, and without what nobody sees or what could play tricks."""
    if not text.isascii():
        text = without_invisible(text.encode(errors="replace").decode())
        if re.search(_MARK, text):
            text = _COMPOSED.sub(lambda found: normalize("NFC", found.group()), text)
    if not _TO_TRANSLATE.search(text):
        return text
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_LEFT_OUT_TABLE)


def clean_document(document: Document) -> Document:
    """A document whose every text is clean; titles, headings and names are of one line."""
    return document._replace(
        title=_line(document.title) or PurePath(document.name).stem,
        source=_line(document.source) or document.name,
        url=_line(document.url),
        blocks=tuple(_clean_block(block) for block in document.blocks if block.text.strip()),
    )


def _clean_block(block: Block) -> Block:
    return block._replace(
        text=clean(block.text).strip("\n"),
        heading=_line(block.heading) or "",
        speaker=_line(block.speaker),
        role=_line(block.role),
        date=_line(block.date),
        url=_line(block.url),
    )


def _line(text: str | None) -> str | None:
    return " ".join(clean(text).split()) or None if text else None
