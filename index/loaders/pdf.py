"""A PDF file to a document: its text, page by page."""

from __future__ import annotations

import re

import pypdfium2
from pypdfium2 import PdfDocument, PdfiumError

from index.errors import ContentDamaged, ContentEncrypted, ContentTooManyPages, ContentWithoutText
from index.loaders.content import Content, clean
from index.loaders.pdf_layout import Line, blocks_of_pages
from index.types import Document

_NEEDS_PASSWORD = "password"  # noqa: S105 - a word of pdfium's messages
# What programs write for a title when nobody gave one.
_NO_TITLE = r"(?i)^(?:untitled|無題|名称未設定|microsoft (?:word|powerpoint|excel) - .*|.*\.(?:docx?|pptx?|xlsx?|pdf|indd|html?))?$"
# pdfium's signs for a hyphen at the end of a line, which belongs to no word.
_HYPHENS = "\x02\ufffe"


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
    pages = [_lines(pdf, number) for number in range(len(pdf))]
    if all(page is None for page in pages):
        raise ContentDamaged(path=content.path, kind="PDF")
    blocks = tuple(blocks_of_pages([page or [] for page in pages]))
    if not blocks:
        raise ContentWithoutText(path=content.path)
    title = clean(pdf.get_metadata_value("Title")).strip()
    return Document(
        name=content.name,
        title=content.stem if re.match(_NO_TITLE, title) else title,
        source=content.name,
        blocks=blocks,
    )


def _lines(pdf: PdfDocument, number: int) -> list[Line] | None:
    """The lines of a page; None of a page that is damaged, where others may be whole."""
    try:
        page = pdf[number]
        text_page = page.get_textpage()
    except PdfiumError:
        return None
    written = text_page.get_text_range(errors="replace")
    lines = []
    position = 0
    for raw in re.split(r"(\r\n|\n|\r)", written):
        if text := clean(raw.rstrip(_HYPHENS)).strip():
            start = position + len(raw) - len(raw.lstrip())
            end = position + len(raw.rstrip()) - 1
            hyphen = raw.endswith(tuple(_HYPHENS))
            lines.append(_line(text_page, text, start, end - hyphen, hyphen=hyphen))
        position += len(raw)
    text_page.close()
    page.close()
    return lines


def _line(text_page: pypdfium2.PdfTextPage, text: str, start: int, end: int, *, hyphen: bool) -> Line:
    """A line with its place on the page, by its first and its last character."""
    left, bottom, _, top = text_page.get_charbox(start, loose=True)
    _, _, right, _ = text_page.get_charbox(max(start, end), loose=True)
    return Line(text, left, max(left, right), bottom, max(top - bottom, 1.0), hyphen)
