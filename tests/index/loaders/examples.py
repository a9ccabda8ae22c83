"""Files that several tests make: PDF and Word files, archives."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import docx
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table

from index.loaders import ContentFile, Limits, load
from index.types import Document

FONT = "HeiseiKakuGo-W5"
pdfmetrics.registerFont(UnicodeCIDFont(FONT))


def load_bytes(folder: Path, data: bytes | str, name: str, limits: Limits | None = None) -> Document:
    """The document in a file of this name and these bytes, or this text in UTF-8."""
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return load(ContentFile(path, name), limits)


def pdf(pages: Sequence[Sequence[tuple[float, float, float, str]]], title: str = "", password: str = "") -> bytes:
    """A PDF file of pages with texts, each at x and y from the lower left corner and in a size."""
    written = BytesIO()
    canvas = Canvas(written, encrypt=StandardEncryption(password) if password else None)
    if title:
        canvas.setTitle(title)
    for texts in pages:
        for x, y, size, text in texts:
            canvas.setFont(FONT, size)
            canvas.drawString(x, y, text)
        canvas.showPage()
    canvas.save()
    return written.getvalue()


def ruled_pdf(before: str, rows: Sequence[Sequence[str]], after: str, *, ruled: bool) -> bytes:
    """A PDF file of a table between two paragraphs, with lines around its cells or without."""
    style = ParagraphStyle("text", fontName=FONT, fontSize=10, leading=14, wordWrap="CJK")
    cells = [[Paragraph(cell, style) for cell in row] for row in rows]
    written = BytesIO()
    table = Table(
        cells, colWidths=[100] * len(rows[0]), style=[("GRID", (0, 0), (-1, -1), 0.5, "black")] if ruled else []
    )
    SimpleDocTemplate(written).build(
        [Paragraph(before, style), Spacer(0, 20), table, Spacer(0, 20), Paragraph(after, style)]
    )
    return written.getvalue()


def word(paragraphs: Sequence[tuple[str, str]], title: str = "") -> bytes:
    """A Word document of paragraphs, each with its style."""
    document = docx.Document()
    document.core_properties.title = title
    for style, text in paragraphs:
        document.add_paragraph(text, style)
    written = BytesIO()
    document.save(written)
    return written.getvalue()


def word_of_xml(body: str, before: str = "") -> bytes:
    """A Word document whose body is this XML, with something before the root."""
    namespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    xml = f'<?xml version="1.0"?>{before}<w:document xmlns:w="{namespace}"><w:body>{body}</w:body></w:document>'
    return replaced(word([("Normal", "文。")]), "word/document.xml", xml.encode())


def replaced(archive: bytes, name: str, data: bytes) -> bytes:
    """An archive in which one file has other bytes."""
    written = BytesIO()
    with ZipFile(BytesIO(archive)) as old, ZipFile(written, "w", ZIP_DEFLATED) as new:
        for entry in old.namelist():
            new.writestr(entry, data if entry == name else old.read(entry))
    return written.getvalue()
