"""A document of Microsoft Word (.docx) to a document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from zipfile import BadZipFile

from index.errors import ContentDamaged
from index.loaders.content import Content
from index.types import HEADING_SEPARATOR, Block, Document

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_HEADING = r"(?i)^(?:heading|見出し)\s*(\d)$"
_BREAKS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
# What is not text of the paragraph: reading aids above kanji, what a text box repeats, what was struck out.
_NOT_READ = {f"{_W}rt", _FALLBACK, f"{_W}del", f"{_W}moveFrom", f"{_W}pPr", f"{_W}rPr"}


def parse_word(content: Content) -> Document:
    """The document in a .docx file: headings, paragraphs, lists and tables in their order.

    The title is that of the file's properties, or the first paragraph in the style Title, or else the file's name.
    Raises ContentDamaged.
    """
    import docx
    from docx.opc.exceptions import PackageNotFoundError
    from lxml.etree import XMLSyntaxError

    try:
        opened = docx.Document(BytesIO(content.data))
    except (BadZipFile, PackageNotFoundError, XMLSyntaxError, KeyError, ValueError, OSError) as error:
        raise ContentDamaged(path=content.path, kind="DOCX") from error
    styles = {style.style_id: style.name or "" for style in opened.styles}
    parts = list(_parts(opened.element.body, styles))
    titles = [text for style, text in parts if style == "Title"]
    title = (opened.core_properties.title or "").strip() or next(iter(titles), content.stem)
    return Document(name=content.name, title=title, source=content.name, blocks=tuple(_blocks(parts, title)))


def _blocks(parts: list[tuple[str, str]], title: str) -> Iterator[Block]:
    headings: dict[int, str] = {}
    items: list[str] = []
    for style, text in [*parts, ("", "")]:
        if style == "List":
            items.append(text)
            continue
        above = HEADING_SEPARATOR.join(words for _, words in sorted(headings.items()) if words != title)
        if items:
            yield Block("\n".join(items), above)
            items = []
        if found := re.match(_HEADING, style):
            level = int(found[1])
            headings = {above: words for above, words in headings.items() if above < level} | {level: text}
        elif text and not (style == "Title" and text == title):
            yield Block(text, above)


def _parts(element: Any, styles: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The styles and texts of paragraphs, items of lists ("List") and tables; also of those in content controls."""
    for child in element:
        if child.tag == f"{_W}p":
            if text := _text(child).strip():
                yield _style(child, styles), _with_bullet(child, styles, text)
        elif child.tag == f"{_W}tbl":
            if text := "\n".join(_rows(child)):
                yield "", text
        elif child.tag in {f"{_W}sdt", f"{_W}sdtContent", f"{_W}customXml", f"{_W}ins"}:
            yield from _parts(child, styles)


def _style(paragraph: Any, styles: dict[str, str]) -> str:
    name = styles.get(paragraph.style or "", "")
    outline = paragraph.find(f"{_W}pPr/{_W}outlineLvl")
    if re.match(_HEADING, name) or name == "Title":
        return name
    if outline is not None and (level := outline.get(f"{_W}val", "9")) in set("012345678"):
        return f"heading {int(level) + 1}"
    return "List" if _is_item(paragraph, name) else name


def _is_item(paragraph: Any, name: str) -> bool:
    number = paragraph.find(f"{_W}pPr/{_W}numPr/{_W}numId")
    numbered = number is not None and number.get(f"{_W}val") != "0"
    return numbered or (name.startswith("List ") and name != "List Paragraph")


def _with_bullet(paragraph: Any, styles: dict[str, str], text: str) -> str:
    return "・" + text if _style(paragraph, styles) == "List" else text


def _rows(table: Any) -> Iterator[str]:
    """The rows of a table; a table within a cell is read as a part of the cell."""
    for row in table.iter(f"{_W}tr"):
        if next(row.iterancestors(f"{_W}tbl")) is not table:
            continue
        cells = (
            " ".join(filter(None, (_text(paragraph).strip().replace("\n", " ") for paragraph in cell.iter(f"{_W}p"))))
            for cell in row.iter(f"{_W}tc")
            if next(cell.iterancestors(f"{_W}tr")) is row
        )
        if (texts := list(cells)) and any(texts):
            yield " | ".join(texts)


def _text(element: Any) -> str:
    """What a reader sees of a paragraph, also in links, in text boxes, and in what was inserted under revision."""
    parts = []
    for child in element:
        if child.tag in _NOT_READ:
            continue
        if child.tag == f"{_W}t":
            parts.append(child.text or "")
        elif child.tag in _BREAKS:
            parts.append(_BREAKS[child.tag])
        elif child.tag == f"{_W}txbxContent":
            parts.append("\n" + "\n".join(_text(paragraph) for paragraph in child.iter(f"{_W}p")) + "\n")
        else:
            parts.append(_text(child))
    return "".join(parts)
