"""Loads presentations of Microsoft PowerPoint (.pptx): slide by slide, with titles and notes."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any
from zipfile import BadZipFile

from index.errors import ContentDamaged, ContentTooManyPages
from index.loaders.content import Content, heading_path
from index.loaders.dates import office_day
from index.types import Block, Document, Kind

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_DIAGRAM_DATA_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}dm"


def parse_presentation(content: Content) -> Document:
    """The document in a presentation; a slide is a page, and its title a heading. Hidden slides are left out.

    Raises ContentDamaged or ContentTooManyPages.
    """
    from pptx import Presentation
    from pptx.exc import PackageNotFoundError

    try:
        opened = Presentation(BytesIO(content.data))
        slides = list(opened.slides)
        if len(slides) > content.limits.most_pages:
            raise ContentTooManyPages(path=content.path, pages=str(len(slides)), most=str(content.limits.most_pages))
        titles = [_title(slide) for slide in slides]
        blocks = [
            block
            for number, slide in enumerate(slides, start=1)
            if slide.element.get("show") != "0"
            for block in _blocks(slide, number, titles[number - 1])
        ]
        title = (opened.core_properties.title or "").strip()
    except (BadZipFile, PackageNotFoundError, SyntaxError, KeyError, ValueError, OSError) as error:
        raise ContentDamaged(path=content.path, kind="PPTX") from error
    # The default titles of PowerPoint.
    given_title = "" if title in {"PowerPoint Presentation", "PowerPoint プレゼンテーション"} else title
    first = next(filter(None, titles), content.stem)
    return Document(
        name=content.name,
        title=given_title or first,
        source=content.name,
        blocks=tuple(blocks),
        dated=office_day(content.data),
    )


def _title(slide: Any) -> str:
    shape = slide.shapes.title
    return " ".join(_text(shape.text_frame).split()) if shape is not None else ""


def _blocks(slide: Any, number: int, title: str) -> Iterator[Block]:
    heading = heading_path([title])
    if heading is None:
        yield Block(title, page=number)
    for shape in slide.shapes:
        for kind, text in _texts(shape, slide):
            if text:
                yield Block(text, heading or "", page=number, kind=kind)
    if slide.has_notes_slide and (notes := slide.notes_slide.notes_text_frame) is not None and _text(notes):
        yield Block(_text(notes), heading or "", page=number)


def _texts(shape: Any, slide: Any) -> Iterator[tuple[Kind, str]]:
    """The texts of a shape, but for the slide's title, number and date, its header and footer."""
    from pptx.enum.shapes import MSO_SHAPE_TYPE, PP_PLACEHOLDER

    repeated = {PP_PLACEHOLDER.SLIDE_NUMBER, PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.HEADER}
    titles = {PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE, PP_PLACEHOLDER.VERTICAL_TITLE}
    if shape.is_placeholder and shape.placeholder_format.type in repeated | titles:
        return
    if shape.shape_type == MSO_SHAPE_TYPE.GROUP:
        for inner in shape.shapes:
            yield from _texts(inner, slide)
    elif shape.has_text_frame:
        text = _text(shape.text_frame)
        yield "list" if "\n" in text else "paragraph", text
    elif getattr(shape, "has_table", False):
        rows = (
            [_text(cell.text_frame).replace("\n", " ") for cell in row.cells if not cell.is_spanned]
            for row in shape.table.rows
        )
        yield "table", "\n".join(" | ".join(cells) for cells in rows if any(cells))
    elif data_id := next((ids.get(_DIAGRAM_DATA_ID) for ids in shape.element.iter(f"{_DIAGRAM}relIds")), None):
        yield "list", _diagram_text(slide.part.related_part(data_id).blob)


def _text(frame: Any) -> str:
    """The text of a frame, with a line for each paragraph."""
    lines = (line.strip() for paragraph in frame.paragraphs for line in paragraph.text.split("\v"))
    return "\n".join(filter(None, lines))


def _diagram_text(data: bytes) -> str:
    """The text of a diagram (SmartArt), with a line for each shape."""
    from lxml import etree

    points = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True)).iter(f"{_DIAGRAM}pt")
    return "\n".join(
        filter(None, ("".join(text.text or "" for text in point.iter(f"{_A}t")).strip() for point in points))
    )
