"""Loads PDF files: their text and tables, page by page."""

from __future__ import annotations

import re
import string
import unicodedata
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from ctypes import c_float, create_string_buffer
from itertools import pairwise
from typing import Any, NamedTuple

import pypdfium2
from pypdfium2 import PdfDocument, PdfiumError, raw

from index.errors import ContentDamaged, ContentEncrypted, ContentGarbled, ContentTooManyPages, ContentWithoutText
from index.language.normalization import join_words
from index.loaders.content import Content, clean, first_few
from index.loaders.dates import first_day
from index.loaders.pdf.characters import CharacterReader
from index.loaders.pdf.layout import Line, blocks_of_pages
from index.loaders.pdf.reading_order import CELL_GAP, in_reading_order, with_rows
from index.loaders.pdf.ruled_tables import Box, Table, tables_of
from index.types import Document

_NEEDS_PASSWORD = "password"  # noqa: S105 - a word of pdfium's messages
# Default titles of programs.
_NO_TITLE = r"(?i)^(?:untitled|\(anonymous\)|\(unspecified\)|無題|名称未設定|microsoft (?:word|powerpoint|excel) - .*|.*\.(?:docx?|pptx?|xlsx?|pdf|indd|html?))?$"
# How pdfium returns a hyphen at the end of a line.
_HYPHENS = "\x02\ufffe"
_UNKNOWN = "\ufffd "
# Fonts that pdfium brings along.
_BUILT_IN_FONTS = r"^(?:[A-Z]{6}\+)?(?:Helvetica|Arial|Times|Courier|Symbol|ZapfDingbats)"
# In points: narrower text has no glyphs.
_MIN_WIDTH = 0.01
# pdfium takes a text for the shadow of one of so many before it; a page with more that may be is not looked through.
_SHADOW_DISTANCE = 5
_MAX_SHADOWS = 500
_MAX_FORM_DEPTH = 3
# A path with more segments, or a page with more boxes, is a picture.
_MAX_PATH_SEGMENTS = 2_000
_MAX_BOXES = 3_000
# In line heights: a text that goes so far to the left goes on in another line.
_GOES_BACK = 2.0
# Characters that some fonts have in place of others: radicals for kanji, and forms for vertical writing.
_PRESENTATION_FORM = re.compile("[\u2e80-\u2fdf\ufe10-\ufe19\ufe30-\ufe48]")
_PLAIN_FORMS = {
    ord(character): unicodedata.normalize("NFKC", character)
    for character in map(chr, [*range(0x2E80, 0x2FE0), *range(0xFE10, 0xFE1A), *range(0xFE30, 0xFE49)])
}
# A text with fewer characters is never called garbled; these are the shares that no text has.
_MIN_CHARACTERS = 8
_MIN_CHARACTERS_OF_ASCII = 30
_SUSPICIOUS_SHARE = 0.05
_MAX_PUNCTUATION_SHARE = 0.6
# What kana in UTF-8 become when they are decoded as Shift_JIS.
_MOJIBAKE = "縺繧繝"
_MAX_INVALID_SHARE = 0.2
_MIN_KANJI_SHARE = 0.2
_MAX_RARE_KANJI_SHARE = 0.4
_LEVEL_2 = 0xD0
_MAX_LATIN_EXTENDED_SHARE = 0.4


# A page with fewer characters beside a picture that covers this share of it was scanned.
_MIN_CHARACTERS_OF_PAGE = 30
_SCANNED_SHARE = 0.6


class _Graphics(NamedTuple):
    """The boxes drawn on a page, whether it has text without glyphs, and whether a picture covers it."""

    boxes: list[Box]
    has_missing_glyphs: bool
    has_picture: bool


class _Page(NamedTuple):
    """The lines of a page, and whether it was scanned."""

    lines: list[Line]
    is_scanned: bool


def parse_pdf(content: Content) -> Document:
    """The document in a PDF file; each block has its page.

    Raises ContentEncrypted, ContentDamaged, ContentTooManyPages, ContentGarbled, or ContentWithoutText where pages are
    only pictures.
    """
    try:
        pdf = PdfDocument(content.data)
    except PdfiumError as error:
        if _NEEDS_PASSWORD in str(error).lower():
            raise ContentEncrypted(path=content.path) from error
        raise ContentDamaged(path=content.path, kind="PDF") from error
    if len(pdf) > content.limits.most_pages:
        raise ContentTooManyPages(path=content.path, pages=str(len(pdf)), most=str(content.limits.most_pages))
    reader = CharacterReader(content.data)
    pages = [_page(pdf, number, reader) for number in range(len(pdf))]
    if all(page is None for page in pages):
        raise ContentDamaged(path=content.path, kind="PDF")
    lines_of_pages = [page.lines if page else [] for page in pages]
    legible = [
        [line for line in lines if not is_garbled(line.text)] if _may_be_garbled(lines) else lines
        for lines in lines_of_pages
    ]
    garbled = [
        number
        for number, (lines, kept) in enumerate(zip(lines_of_pages, legible, strict=True), start=1)
        if len(kept) < len(lines)
    ]
    damaged = [number for number, page in enumerate(pages, start=1) if page is None]
    scanned = [number for number, page in enumerate(pages, start=1) if page and page.is_scanned]
    blocks = tuple(blocks_of_pages(legible))
    if not blocks and garbled:
        raise ContentGarbled(path=content.path, pages=first_few(garbled))
    if not blocks:
        raise ContentWithoutText(path=content.path)
    title = clean(pdf.get_metadata_value("Title")).strip()
    causes = {"ContentGarbled": garbled, "ContentPagesDamaged": damaged, "ContentPagesScanned": scanned}
    return Document(
        name=content.name,
        title=content.stem if re.match(_NO_TITLE, title) else title,
        source=content.name,
        blocks=blocks,
        warnings=tuple(
            (cause, {"path": content.path, "pages": first_few(numbers)}) for cause, numbers in causes.items() if numbers
        ),
        dated=first_day(pdf.get_metadata_value(key) for key in ("ModDate", "CreationDate")),
    )


def _page(pdf: PdfDocument, number: int, reader: CharacterReader) -> _Page | None:
    """A page; None if it is damaged."""
    try:
        page = pdf[number]
        text_page = page.get_textpage()
    except PdfiumError:
        return None
    graphics = _graphics(page, text_page)
    parted = _lines(text_page)
    lines = [part for parts in parted for part in parts]
    by_position = (
        graphics.has_missing_glyphs
        or _is_vertical(lines)
        or (any(line.spans_rows for line in lines) and any(map(_lacks_font, _texts(page))))
    )
    if by_position:
        if (character_lines := reader.lines(number)) is None:
            return None
        lines = [line._replace(text=text) for line in character_lines if (text := _plain(line.text)).strip(_UNKNOWN)]
        tables = tables_of(graphics.boxes, lambda box: _text_of_lines(lines, box))
    else:
        tables = tables_of(graphics.boxes, lambda box: _text_in_box(text_page, box))
        lines = with_rows(parted)
    lines = _with_tables(lines, tables)
    if by_position and not any(line.vertical for line in lines):
        lines = in_reading_order(lines)
    text_page.close()
    page.close()
    return _Page(lines, graphics.has_picture and sum(len(line.text) for line in lines) < _MIN_CHARACTERS_OF_PAGE)


def _graphics(page: pypdfium2.PdfPage, text_page: pypdfium2.PdfTextPage) -> _Graphics:
    boxes: list[Box] = []
    flat: deque[tuple[float, float]] = deque(maxlen=_SHADOW_DISTANCE)
    shadows = 0
    left, bottom, right, top = (c_float() for _ in range(4))
    has_missing_glyphs = has_picture = False
    width, height = page.get_size()
    for item in _objects(page.raw, raw.FPDFPage_CountObjects, raw.FPDFPage_GetObject):
        kind = raw.FPDFPageObj_GetType(item)
        if kind not in {raw.FPDF_PAGEOBJ_TEXT, raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE}:
            continue
        raw.FPDFPageObj_GetBounds(item, left, bottom, right, top)
        if kind == raw.FPDF_PAGEOBJ_TEXT:
            if not has_missing_glyphs and right.value - left.value < _MIN_WIDTH:
                has_missing_glyphs = _lacks_font(item)
            elif not has_missing_glyphs and top.value - bottom.value < _MIN_WIDTH:
                # Without glyphs, a line that is repeated below itself looks like its shadow, and is dropped.
                if (left.value, right.value) in flat and shadows < _MAX_SHADOWS:
                    shadows += 1
                    has_missing_glyphs = _is_dropped(item, text_page) and _lacks_font(item)
                flat.append((left.value, right.value))
        elif kind == raw.FPDF_PAGEOBJ_IMAGE:
            area = (right.value - left.value) * (top.value - bottom.value)
            has_picture = has_picture or area > _SCANNED_SHARE * width * height
        elif len(boxes) < _MAX_BOXES:
            boxes += _path_boxes(item, Box(left.value, bottom.value, right.value, top.value))
    return _Graphics(boxes if len(boxes) < _MAX_BOXES else [], has_missing_glyphs, has_picture)


def _objects(container: Any, count: Any, get: Any, depth: int = 0) -> Iterator[Any]:
    """The objects of a page, also those in its form XObjects."""
    for number in range(count(container)):
        item = get(container, number)
        if raw.FPDFPageObj_GetType(item) != raw.FPDF_PAGEOBJ_FORM:
            yield item
        elif depth < _MAX_FORM_DEPTH:
            yield from _objects(item, raw.FPDFFormObj_CountObjects, raw.FPDFFormObj_GetObject, depth + 1)


def _texts(page: pypdfium2.PdfPage) -> Iterator[Any]:
    objects = _objects(page.raw, raw.FPDFPage_CountObjects, raw.FPDFPage_GetObject)
    return (item for item in objects if raw.FPDFPageObj_GetType(item) == raw.FPDF_PAGEOBJ_TEXT)


def _lacks_font(text: Any) -> bool:
    """Whether the font of a text is neither in the file nor built into pdfium."""
    font = raw.FPDFTextObj_GetFont(text)
    if raw.FPDFFont_GetIsEmbedded(font):
        return False
    name = create_string_buffer(200)
    raw.FPDFFont_GetBaseFontName(font, name, len(name))
    return re.match(_BUILT_IN_FONTS, name.value.decode(errors="replace")) is None


def _is_dropped(text: Any, text_page: pypdfium2.PdfTextPage) -> bool:
    """Whether the text of a page lacks this one."""
    length: int = raw.FPDFTextObj_GetText(text, text_page, None, 0)
    return length <= len("\0".encode("utf-16-le"))


def _path_boxes(path: Any, bounds: Box) -> list[Box]:
    """The lines and rectangles of a path."""
    count = raw.FPDFPath_CountSegments(path)
    if count <= 5:
        return [bounds]
    if count > _MAX_PATH_SEGMENTS:
        return []
    matrix = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(path, matrix)
    x, y = c_float(), c_float()
    boxes = []
    previous = (0.0, 0.0)
    for number in range(count):
        segment = raw.FPDFPath_GetPathSegment(path, number)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        point = (
            matrix.a * x.value + matrix.c * y.value + matrix.e,
            matrix.b * x.value + matrix.d * y.value + matrix.f,
        )
        if raw.FPDFPathSegment_GetType(segment) == raw.FPDF_SEGMENT_LINETO:
            (left, right), (bottom, top) = sorted((previous[0], point[0])), sorted((previous[1], point[1]))
            boxes.append(Box(left, bottom, right, top))
        previous = point
    return boxes


def _is_vertical(lines: Sequence[Line]) -> bool:
    """Whether most of a page is in vertical writing, or looks so since each character is a line."""
    upright = sum(len(line.text) for line in lines if line.vertical or len(line.text) == 1)
    return upright * 2 > sum(len(line.text) for line in lines)


def _text_in_box(text_page: pypdfium2.PdfTextPage, box: Box) -> str:
    lines = text_page.get_text_bounded(*box, errors="replace").splitlines()
    return join_words([_plain(line.strip(_HYPHENS)) for line in lines])


def _plain(text: str) -> str:
    """A text with presentation forms replaced by plain characters."""
    text = clean(text).strip()
    return text.translate(_PLAIN_FORMS) if _PRESENTATION_FORM.search(text) else text


def _text_of_lines(lines: Sequence[Line], box: Box) -> str:
    within = [line for line in lines if _is_within(line, box)]
    if not any(line.vertical for line in within):
        within.sort(key=lambda line: (-round(line.bottom), line.left))
    return join_words([line.text for line in within])


def _is_within(line: Line, box: Box) -> bool:
    across, down = (line.left + line.right) / 2, line.bottom + line.height / 2
    return box.left <= across <= box.right and box.bottom <= down <= box.top


def _with_tables(lines: list[Line], tables: Sequence[Table]) -> list[Line]:
    """The lines of a page, with those in tables replaced by rows."""
    for table in tables:
        within = [_is_within(line, table.box) for line in lines]
        if not any(within):
            continue
        rows = [
            Line(
                " ".join(filter(None, cells)), table.box.left, table.box.right, bottom, top - bottom, cells=tuple(cells)
            )
            for top, bottom, cells in table.rows
        ]
        first = within.index(True)
        after = [line for line, inside in zip(lines[first:], within[first:], strict=True) if not inside]
        lines = [*lines[:first], *rows, *after]
    return lines


def _may_be_garbled(page: Sequence[Line]) -> bool:
    """Whether some lines of a page may be garbled: a quick test, before each line is tested."""
    text = "".join(line.text for line in page)
    known = len(text.encode("euc_jp", "ignore").decode("euc_jp", "ignore"))
    mojibake = sum(map(text.count, _MOJIBAKE))
    return (
        text.isascii() or len(text) - known > _SUSPICIOUS_SHARE * len(text) or mojibake > _SUSPICIOUS_SHARE * len(text)
    )


def is_garbled(text: str) -> bool:
    """Whether a text is garbled, as by a character map that does not fit the font."""
    characters = Counter("".join(text.split()))
    count = characters.total()
    if count < _MIN_CHARACTERS:
        return False

    def share(belongs: Callable[[str], bool]) -> float:
        return sum(times for character, times in characters.items() if belongs(character)) / count

    if (
        share(lambda character: character == "\ufffd" or unicodedata.category(character) in {"Co", "Cn"})
        > _MAX_INVALID_SHARE
    ):
        return True
    if (
        share(lambda character: "\x80" <= character <= "\u024f") > _MAX_LATIN_EXTENDED_SHARE
        or share(_MOJIBAKE.__contains__) > _MAX_INVALID_SHARE
    ):
        return True
    # The characters excepted here are drawn as rules, and as leaders in tables of contents.
    if (
        count >= _MIN_CHARACTERS_OF_ASCII
        and share(lambda character: character in string.punctuation and character not in ".-_=*")
        > _MAX_PUNCTUATION_SHARE
    ):
        return True
    kanji, known = share(_is_kanji), share(lambda character: _is_kanji(character) and _is_common(character))
    is_chinese = not share(lambda character: "ぁ" <= character <= "ヿ") and characters["的"] + characters["，"] > 0
    return kanji > _MIN_KANJI_SHARE and kanji - known > _MAX_RARE_KANJI_SHARE * kanji and not is_chinese


def _is_kanji(character: str) -> bool:
    return "一" <= character <= "\u9fff" or "\u3400" <= character <= "\u4dbf"


def _is_common(kanji: str) -> bool:
    """Whether a kanji is in level 1 of JIS X 0208, with which nearly all Japanese is written."""
    try:
        return kanji.encode("euc_jp")[0] < _LEVEL_2
    except UnicodeEncodeError:
        return False


def _lines(text_page: pypdfium2.PdfTextPage) -> list[list[Line]]:
    """The lines of a page, each as its parts between gaps."""
    page_text = text_page.get_text_range(errors="replace")
    lines = []
    position = 0
    for raw_line in re.split(r"(\r\n|\n|\r)", page_text):
        if not raw_line.isspace() and (text := _plain(raw_line.rstrip(_HYPHENS))):
            start = position + len(raw_line) - len(raw_line.lstrip())
            end = position + len(raw_line.rstrip()) - 1
            hyphen = raw_line.endswith(tuple(_HYPHENS))
            lines.append(_line(text_page, text, page_text, start, end - hyphen, hyphen=hyphen))
        position += len(raw_line)
    return lines


def _line(
    text_page: pypdfium2.PdfTextPage, text: str, page_text: str, start: int, end: int, *, hyphen: bool
) -> list[Line]:
    """A line with its position, by its first and its last character."""
    left, bottom, _, top = text_page.get_charbox(start, loose=True)
    last_left, last_bottom, right, _ = text_page.get_charbox(max(start, end), loose=True)
    height = max(top - bottom, 1.0)
    line = Line(text, left, max(left, right), bottom, height, hyphen)
    if bottom - last_bottom > height / 2:
        if abs(last_left - left) < height:
            return [line._replace(vertical=True, spans_rows=True)]
        lefts = [text_page.get_charbox(position, loose=True)[0] for position in range(start, end + 1)]
        goes_back = any(
            before - after > _GOES_BACK * height and any(map(str.isalnum, page_text[position : end + 1]))
            for position, (before, after) in enumerate(pairwise(lefts), start=start + 1)
        )
        return [line._replace(spans_rows=goes_back)]
    # A line that is much wider than its characters is a row of cells.
    wide = (len(text.encode()) - len(text)) / 2
    if " " in text and right - left > (wide + (len(text) - wide) / 2) * height + CELL_GAP * height:
        return _parts(text_page, page_text, start, end, line)
    return [line]


def _parts(text_page: pypdfium2.PdfTextPage, page_text: str, start: int, end: int, line: Line) -> list[Line]:
    """The parts of a line between gaps."""
    parts: list[Line] = []
    begins = start
    for word in re.finditer(r"\S+", page_text[start : end + 1]):
        first, last = start + word.start(), start + word.end() - 1
        left, _, _, _ = text_page.get_charbox(first, loose=True)
        _, _, right, _ = text_page.get_charbox(last, loose=True)
        if parts and left - parts[-1].right <= CELL_GAP * line.height:
            parts[-1] = parts[-1]._replace(text=_plain(page_text[begins : last + 1]), right=right)
        else:
            begins = first
            parts.append(line._replace(text=_plain(word[0]), left=left, right=max(left, right), hyphen=False))
    return parts
