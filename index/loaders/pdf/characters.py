"""Reads pages with pdfminer.six where pdfium fails.

Where a font is neither in the file nor on the machine, pdfium drops text that is set character by character, since it
takes missing glyphs for empty. It reads the columns of vertical writing from left to right. pdfminer.six has character
maps of its own; it takes fifty times as long.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise
from typing import Any

from index.language.normalization import join_words
from index.loaders.pdf.layout import Line

# In heights: characters that are written downwards are no further apart.
_GAP_DOWN = 0.3
_SPACE = 0.8
# What pdfminer gives for a glyph of which the file does not say which character it is.
_CODE = r"\(cid:\d+\)"
_NO_CHARACTER = "\ufffd"


class CharacterReader:
    """Reads pages of a PDF file, in ascending order of their numbers, which count from 0."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._pages: Iterator[tuple[int, Any]] | None = None
        self._interpreter: Any = None
        self._device: Any = None

    def lines(self, number: int) -> list[Line] | None:
        """The lines of a page, those of vertical writing from right to left; None where the page cannot be read."""
        try:
            if self._pages is None:
                self._pages = self._open()
            page = next(page for index, page in self._pages if index == number)
            self._interpreter.process_page(page)
            return list(_lines(self._device.get_result()))
        except (MemoryError, RecursionError):
            raise
        except Exception:  # noqa: BLE001 - pdfminer may raise anything on a damaged file
            return None

    def _open(self) -> Iterator[tuple[int, Any]]:
        from pdfminer.converter import PDFPageAggregator
        from pdfminer.layout import LAParams
        from pdfminer.pdfdocument import PDFDocument
        from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
        from pdfminer.pdfpage import PDFPage
        from pdfminer.pdfparser import PDFParser

        logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
        resources = PDFResourceManager()
        self._device = PDFPageAggregator(resources, laparams=LAParams(detect_vertical=True, all_texts=True))
        self._interpreter = PDFPageInterpreter(resources, self._device)
        return enumerate(PDFPage.create_pages(PDFDocument(PDFParser(BytesIO(self._data)))))


def _lines(element: Any) -> Iterator[Line]:
    from pdfminer.layout import LTContainer, LTTextLine, LTTextLineVertical

    if isinstance(element, LTTextLine):
        if text := _text(element):
            if isinstance(element, LTTextLineVertical) and _is_column_of_cells(element):
                yield from _cells(element)
                return
            vertical = isinstance(element, LTTextLineVertical)
            height = max(element.y1 - element.y0, 1.0)
            yield Line(text, element.x0, element.x1, element.y0, height, vertical=vertical)
    elif isinstance(element, LTContainer):
        for inner in element:
            yield from _lines(inner)


def _is_column_of_cells(line: Any) -> bool:
    """Whether the characters of a line that seems to go down are further apart than in writing: 1, 2 and 3 in a table."""
    from pdfminer.layout import LTChar

    characters = [character for character in line if isinstance(character, LTChar)]
    return len(characters) > 1 and all(
        above.y0 - below.y1 > _GAP_DOWN * above.height for above, below in pairwise(characters)
    )


def _cells(line: Any) -> Iterator[Line]:
    from pdfminer.layout import LTChar

    for character in line:
        if isinstance(character, LTChar) and (text := character.get_text().strip()):
            height = max(character.y1 - character.y0, 1.0)
            yield Line(text, character.x0, character.x1, character.y0, height)


def _text(line: Any) -> str:
    """The text of a line. A space that is not in the file stands for a distance, which is none between kanji if short."""
    from pdfminer.layout import LTChar

    words = [""]
    right = 0.0
    for character in line:
        if not isinstance(character, LTChar):
            words.append("")
            continue
        if words[-1] == "" and len(words) > 1 and character.x0 - right > _SPACE * character.height:
            words[-2:] = [f"{words[-2]} "]
        words[-1] += _NO_CHARACTER if re.fullmatch(_CODE, character.get_text()) else character.get_text()
        right = character.x1
    return join_words(words).strip()
