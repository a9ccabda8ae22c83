"""A PDF file to a document: its text, page by page."""

from __future__ import annotations

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from ctypes import c_float, create_string_buffer
from typing import Any, NamedTuple

import pypdfium2
from pypdfium2 import PdfDocument, PdfiumError, raw

from index.errors import ContentDamaged, ContentEncrypted, ContentGarbled, ContentTooManyPages, ContentWithoutText
from index.language.normalization import join_words
from index.loaders.content import Content, clean
from index.loaders.pdf.characters import CharacterReader
from index.loaders.pdf.layout import Line, blocks_of_pages
from index.loaders.pdf.ruled_tables import Box, Table, tables_of
from index.types import Document

_NEEDS_PASSWORD = "password"  # noqa: S105 - a word of pdfium's messages
# What programs write for a title when nobody gave one.
_NO_TITLE = r"(?i)^(?:untitled|無題|名称未設定|microsoft (?:word|powerpoint|excel) - .*|.*\.(?:docx?|pptx?|xlsx?|pdf|indd|html?))?$"
# pdfium's signs for a hyphen at the end of a line, which belongs to no word.
_HYPHENS = "\x02\ufffe"
# Fonts that pdfium brings along.
_KNOWN_FONTS = r"^(?:[A-Z]{6}\+)?(?:Helvetica|Arial|Times|Courier|Symbol|ZapfDingbats)"
# In points: what is narrower shows nothing.
_NO_WIDTH = 0.01
_DEEPEST_FORM = 3
# A path of more segments is a picture, and so is a page with more paths.
_MOST_SEGMENTS = 2_000
_MOST_DRAWN = 3_000
# In heights of a line: a gap between the cells of a row.
_BETWEEN_CELLS = 1.5
# Signs that some fonts have for others: radicals for kanji, and forms for vertical writing.
_FORM = re.compile("[\u2e80-\u2fdf\ufe10-\ufe19\ufe30-\ufe48]")
_FORMS = {
    ord(sign): unicodedata.normalize("NFKC", sign)
    for sign in map(chr, [*range(0x2E80, 0x2FE0), *range(0xFE10, 0xFE1A), *range(0xFE30, 0xFE49)])
}
_PAGES_TOLD = 10
# Fewer signs say nothing; of more, these shares are what no text has.
_FEWEST_SIGNS = 8
_FEWEST_ASCII = 30
_SHARE_OF_PAGE = 0.05
_SHARE_OF_ASCII = 0.6
# What kana in UTF-8 become where they are taken for Shift_JIS.
_MISREAD = "縺繧繝"
_SHARE_OF_NO_TEXT = 0.2
_SHARE_OF_KANJI = 0.2
_SHARE_OF_UNKNOWN = 0.4
_SECOND_LEVEL = 0xD0
_SHARE_OF_ODD = 0.4


class _Drawn(NamedTuple):
    """What is on a page besides the characters that pdfium finds: lines around cells, and whether glyphs are missing."""

    boxes: list[Box]
    lacks_glyphs: bool


def parse_pdf(content: Content) -> Document:
    """The document in a PDF file; each block has its page.

    Raises ContentEncrypted, ContentDamaged, ContentTooManyPages, or ContentWithoutText where pages are only pictures.
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
    legible = [
        [line for line in page or () if not is_garbled(line.text)] if _may_be_garbled(page or ()) else page or []
        for page in pages
    ]
    garbled = [number for number, page in enumerate(pages) if len(legible[number]) < len(page or ())]
    blocks = tuple(blocks_of_pages(legible))
    if not blocks and garbled:
        raise ContentGarbled(path=content.path, pages=_listed(garbled))
    if not blocks:
        raise ContentWithoutText(path=content.path)
    title = clean(pdf.get_metadata_value("Title")).strip()
    return Document(
        name=content.name,
        title=content.stem if re.match(_NO_TITLE, title) else title,
        source=content.name,
        blocks=blocks,
        warnings=(("ContentGarbled", {"path": content.path, "pages": _listed(garbled)}),) if garbled else (),
    )


def _listed(pages: Sequence[int]) -> str:
    numbers = ", ".join(str(number + 1) for number in pages[:_PAGES_TOLD])
    return numbers + (", …" if len(pages) > _PAGES_TOLD else "")


def _page(pdf: PdfDocument, number: int, reader: CharacterReader) -> list[Line] | None:
    """The lines of a page; None of a page that is damaged, where others may be whole."""
    try:
        page = pdf[number]
        text_page = page.get_textpage()
    except PdfiumError:
        return None
    drawn = _drawn(page)
    lines = _lines(text_page)
    if drawn.lacks_glyphs or _is_vertical(lines):
        if (read := reader.lines(number)) is None:
            return None
        lines = [line._replace(text=text) for line in read if (text := _shown(line.text))]
        tables = tables_of(drawn.boxes, lambda box: _text_among(lines, box))
    else:
        tables = tables_of(drawn.boxes, lambda box: _text_in(text_page, box))
    lines = _with_tables(lines, tables)
    text_page.close()
    page.close()
    return lines


def _drawn(page: pypdfium2.PdfPage) -> _Drawn:
    boxes: list[Box] = []
    left, bottom, right, top = (c_float() for _ in range(4))
    lacks_glyphs = False
    for drawn in _objects(page.raw, raw.FPDFPage_CountObjects, raw.FPDFPage_GetObject):
        kind = raw.FPDFPageObj_GetType(drawn)
        if kind not in {raw.FPDF_PAGEOBJ_TEXT, raw.FPDF_PAGEOBJ_PATH}:
            continue
        raw.FPDFPageObj_GetBounds(drawn, left, bottom, right, top)
        if kind == raw.FPDF_PAGEOBJ_TEXT:
            if not lacks_glyphs and right.value - left.value < _NO_WIDTH:
                lacks_glyphs = _is_of_no_font(drawn)
        elif len(boxes) < _MOST_DRAWN:
            boxes += _paths(drawn, Box(left.value, bottom.value, right.value, top.value))
    return _Drawn(boxes if len(boxes) < _MOST_DRAWN else [], lacks_glyphs)


def _objects(holder: Any, count: Any, get: Any, depth: int = 0) -> Iterator[Any]:
    """What a page holds, also within what it uses as a whole."""
    for number in range(count(holder)):
        held = get(holder, number)
        if raw.FPDFPageObj_GetType(held) != raw.FPDF_PAGEOBJ_FORM:
            yield held
        elif depth < _DEEPEST_FORM:
            yield from _objects(held, raw.FPDFFormObj_CountObjects, raw.FPDFFormObj_GetObject, depth + 1)


def _is_of_no_font(text: Any) -> bool:
    """Whether a text is set in a font that is not in the file, and that pdfium does not bring along either."""
    font = raw.FPDFTextObj_GetFont(text)
    if raw.FPDFFont_GetIsEmbedded(font):
        return False
    name = create_string_buffer(200)
    raw.FPDFFont_GetBaseFontName(font, name, len(name))
    return re.match(_KNOWN_FONTS, name.value.decode(errors="replace")) is None


def _paths(drawn: Any, around: Box) -> list[Box]:
    """The lines and rectangles that a path has."""
    count = raw.FPDFPath_CountSegments(drawn)
    if count <= 5:
        return [around]
    if count > _MOST_SEGMENTS:
        return []
    matrix = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(drawn, matrix)
    x, y = c_float(), c_float()
    boxes = []
    before = (0.0, 0.0)
    for number in range(count):
        segment = raw.FPDFPath_GetPathSegment(drawn, number)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        point = (
            matrix.a * x.value + matrix.c * y.value + matrix.e,
            matrix.b * x.value + matrix.d * y.value + matrix.f,
        )
        if raw.FPDFPathSegment_GetType(segment) == raw.FPDF_SEGMENT_LINETO:
            (left, right), (bottom, top) = sorted((before[0], point[0])), sorted((before[1], point[1]))
            boxes.append(Box(left, bottom, right, top))
        before = point
    return boxes


def _is_vertical(lines: Sequence[Line]) -> bool:
    """Whether most of a page is in lines that go down, or seems to be since each character is a line."""
    upright = sum(len(line.text) for line in lines if line.vertical or len(line.text) == 1)
    return upright * 2 > sum(len(line.text) for line in lines)


def _text_in(text_page: pypdfium2.PdfTextPage, box: Box) -> str:
    lines = text_page.get_text_bounded(*box, errors="replace").splitlines()
    return join_words([_shown(line.strip(_HYPHENS)) for line in lines])


def _shown(text: str) -> str:
    """A text without signs that only its typography needs."""
    text = clean(text).strip()
    return text.translate(_FORMS) if _FORM.search(text) else text


def _text_among(lines: Sequence[Line], box: Box) -> str:
    return join_words([line.text for line in lines if _is_within(line, box)])


def _is_within(line: Line, box: Box) -> bool:
    across, down = (line.left + line.right) / 2, line.bottom + line.height / 2
    return box.left <= across <= box.right and box.bottom <= down <= box.top


def _with_tables(lines: list[Line], tables: Sequence[Table]) -> list[Line]:
    """The lines of a page, with rows in the place of those that are in tables."""
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
        place = within.index(True)
        behind = [line for line, inside in zip(lines[place:], within[place:], strict=True) if not inside]
        lines = [*lines[:place], *rows, *behind]
    return lines


def _may_be_garbled(page: Sequence[Line]) -> bool:
    """Whether some lines of a page may be garbled, which takes less time than to look at each."""
    text = "".join(line.text for line in page)
    known = len(text.encode("euc_jp", "ignore").decode("euc_jp", "ignore"))
    misread = sum(map(text.count, _MISREAD))
    return text.isascii() or len(text) - known > _SHARE_OF_PAGE * len(text) or misread > _SHARE_OF_PAGE * len(text)


def is_garbled(text: str) -> bool:
    """Whether a text is what comes of a table of characters that does not fit its font."""
    signs = Counter("".join(text.split()))
    count = signs.total()
    if count < _FEWEST_SIGNS:
        return False

    def share(belongs: Callable[[str], bool]) -> float:
        return sum(times for sign, times in signs.items() if belongs(sign)) / count

    if share(lambda sign: sign == "\ufffd" or unicodedata.category(sign) in {"Co", "Cn"}) > _SHARE_OF_NO_TEXT:
        return True
    if (
        share(lambda sign: "\x80" <= sign <= "\u024f") > _SHARE_OF_ODD
        or share(_MISREAD.__contains__) > _SHARE_OF_NO_TEXT
    ):
        return True
    # Rows of the signs left out are drawn, and lead from a heading to its page.
    if (
        count >= _FEWEST_ASCII
        and share(lambda sign: sign in string.punctuation and sign not in ".-_=*") > _SHARE_OF_ASCII
    ):
        return True
    kanji, known = share(_is_kanji), share(lambda sign: _is_kanji(sign) and _is_in_use(sign))
    is_chinese = not share(lambda sign: "ぁ" <= sign <= "ヿ") and signs["的"] + signs["，"] > 0
    return kanji > _SHARE_OF_KANJI and kanji - known > _SHARE_OF_UNKNOWN * kanji and not is_chinese


def _is_kanji(sign: str) -> bool:
    return "一" <= sign <= "\u9fff" or "\u3400" <= sign <= "\u4dbf"


def _is_in_use(kanji: str) -> bool:
    """Whether a kanji is among those of the first level of JIS X 0208, which nearly all Japanese is written with."""
    try:
        return kanji.encode("euc_jp")[0] < _SECOND_LEVEL
    except UnicodeEncodeError:
        return False


def _lines(text_page: pypdfium2.PdfTextPage) -> list[Line]:
    written = text_page.get_text_range(errors="replace")
    lines = []
    position = 0
    for raw_line in re.split(r"(\r\n|\n|\r)", written):
        if not raw_line.isspace() and (text := _shown(raw_line.rstrip(_HYPHENS))):
            start = position + len(raw_line) - len(raw_line.lstrip())
            end = position + len(raw_line.rstrip()) - 1
            hyphen = raw_line.endswith(tuple(_HYPHENS))
            lines.append(_line(text_page, text, written, start, end - hyphen, hyphen=hyphen))
        position += len(raw_line)
    return lines


def _line(text_page: pypdfium2.PdfTextPage, text: str, written: str, start: int, end: int, *, hyphen: bool) -> Line:
    """A line with its place on the page, by its first and its last character."""
    left, bottom, _, top = text_page.get_charbox(start, loose=True)
    last_left, last_bottom, right, _ = text_page.get_charbox(max(start, end), loose=True)
    height = max(top - bottom, 1.0)
    line = Line(text, left, max(left, right), bottom, height, hyphen)
    if bottom - last_bottom > height / 2 and abs(last_left - left) < height:
        return line._replace(vertical=True)
    # Of a row of cells nothing but its width tells, where spaces are few.
    wide = (len(text.encode()) - len(text)) / 2
    if " " in text and right - left > (wide + (len(text) - wide) / 2) * height + _BETWEEN_CELLS * height:
        return line._replace(cells=_cells(text_page, written, start, end, height))
    return line


def _cells(text_page: pypdfium2.PdfTextPage, written: str, start: int, end: int, height: float) -> tuple[str, ...]:
    """The parts of a line between which there is a gap; none where there is no gap."""
    cells = [""]
    before = 0.0
    for part in re.finditer(r"\S+", written[start : end + 1]):
        first, last = start + part.start(), start + part.end() - 1
        left, _, _, _ = text_page.get_charbox(first, loose=True)
        if cells[-1] and left - before > _BETWEEN_CELLS * height:
            cells.append("")
        cells[-1] = join_words([cells[-1], _shown(part[0])])
        _, _, before, _ = text_page.get_charbox(last, loose=True)
    return tuple(cells) if len(cells) > 1 else ()
