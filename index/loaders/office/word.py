"""A document of Microsoft Word (.docx) to a document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any, NamedTuple
from zipfile import BadZipFile

from index.errors import ContentDamaged
from index.loaders.content import Content, Headings
from index.loaders.office.word_formulas import M, formula
from index.loaders.office.word_numbering import Numbering, W
from index.types import Block, Document, Kind

_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_HEADING = r"(?i)^(?:heading|見出し)\s*(\d)$"
_CONTENTS = r"(?i)^(?:toc|目次)\s*\d$"
# Numbers of articles and chapters begin a paragraph rather than an item.
_ARTICLE = r"^第"
_BREAKS = {f"{W}tab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}
# What is not text of the paragraph: reading aids above kanji, what a text box repeats, what was deleted.
_NOT_READ = {f"{W}rt", _FALLBACK, f"{W}del", f"{W}moveFrom", f"{W}pPr", f"{W}rPr"}
_NOTES = {f"{W}footnoteReference": "footnotes", f"{W}endnoteReference": "endnotes"}
# Signs of the fonts Wingdings that say something.
_SIGNS = {0xFC: "✓", 0xFB: "✗", 0xFE: "☑", 0xFD: "☒", 0xA8: "□", 0x6F: "□", 0x6E: "■", 0xE0: "→", 0xE8: "→", 0xF0: "→"}
# Of what styles are based on each other, this many are followed.
_DEEPEST_STYLE = 20


class _Style(NamedTuple):
    """What a style or a paragraph says, and what it is based on where it says nothing."""

    name: str = ""
    heading: int = 0
    number: str = ""
    level: int = 0
    unseen: bool = False


class _Part(NamedTuple):
    """A paragraph, an item or a table, with its style."""

    style: _Style
    kind: Kind
    text: str


def parse_word(content: Content) -> Document:
    """The document in a .docx file: headings, paragraphs, lists and tables in their order, numbered as Word shows them.

    The title is that of the file's properties, or the first paragraph in the style Title, or else the file's name.
    Raises ContentDamaged.
    """
    import docx
    from docx.opc.exceptions import PackageNotFoundError
    from lxml.etree import XMLSyntaxError

    try:
        opened = docx.Document(BytesIO(content.data))
        reader = _Reader(opened.part)
        parts = list(reader.parts(opened.element.body))
        title = (opened.core_properties.title or "").strip()
    except (BadZipFile, PackageNotFoundError, XMLSyntaxError, KeyError, ValueError, OSError) as error:
        raise ContentDamaged(path=content.path, kind="DOCX") from error
    title = title or next((part.text for part in parts if part.style.name == "Title"), content.stem)
    return Document(name=content.name, title=title, source=content.name, blocks=tuple(_blocks(parts, title)))


def _blocks(parts: list[_Part], title: str) -> Iterator[Block]:
    headings = Headings(title)
    items: list[str] = []
    for style, kind, text in [*parts, _Part(_Style(), "paragraph", "")]:
        if kind == "list":
            items.append(text)
            continue
        if items:
            yield Block("\n".join(items), headings.path, kind="list")
            items = []
        if style.heading and headings.enter(style.heading, text):
            continue
        if text and not (style.name == "Title" and text == title):
            yield Block(text, headings.path, kind=kind)


class _Reader:
    """Reads the elements of a document in their order, counting its numbered paragraphs."""

    def __init__(self, part: Any) -> None:
        self._styles = _styles(_related(part, "styles"))
        self._numbering = Numbering(_related(part, "numbering"))
        self._notes: dict[str, dict[str, Any]] = {}
        for kind in _NOTES.values():
            notes = _related(part, kind)
            self._notes[kind] = (
                {} if notes is None else {note.get(f"{W}id"): note for note in notes if not note.get(f"{W}type")}
            )

    def parts(self, element: Any) -> Iterator[_Part]:
        """Paragraphs, items of lists and tables; also those in content controls, but for the table of contents."""
        for child in element:
            if child.tag == f"{W}p":
                yield from self._paragraph(child)
            elif child.tag == f"{W}tbl":
                if text := "\n".join(" | ".join(cells) for cells in self._rows(child)):
                    yield _Part(_Style(), "table", text)
            elif child.tag in {f"{W}sdt", f"{W}sdtContent", f"{W}customXml", f"{W}ins"}:
                yield from self.parts(child)

    def _paragraph(self, paragraph: Any) -> Iterator[_Part]:
        style = self._style_of(paragraph)
        text = self._text_with_notes(paragraph, style)
        if not text or re.match(_CONTENTS, style.name):
            return
        is_numbered = self._numbering.knows(style.number)
        label = self._numbering.label(style.number, style.level) if is_numbered else ""
        if style.heading or style.name == "Title" or re.match(_ARTICLE, label):
            yield _Part(style, "paragraph", " ".join((label + text).split()) if style.heading else label + text)
        elif is_numbered or (style.name.startswith("List ") and style.name != "List Paragraph"):
            yield _Part(style, "list", "  " * style.level + (label or "・") + text)
        else:
            yield _Part(style, "paragraph", text)

    def _style_of(self, paragraph: Any) -> _Style:
        properties = paragraph.find(f"{W}pPr")
        named = self._styles.get(_value(properties, "pStyle"), self._styles.get("", _Style()))
        return _changed(named, properties)

    def _text_with_notes(self, paragraph: Any, style: _Style) -> str:
        """What a reader sees of a paragraph, with the notes that it refers to below."""
        text = "" if style.unseen else self._text(paragraph).strip()
        notes = [
            "".join(self._text(inner) for inner in note.iter(f"{W}p")).strip()
            for reference in paragraph.iter(*_NOTES)
            if (note := self._notes[_NOTES[reference.tag]].get(reference.get(f"{W}id"))) is not None
        ]
        return "\n".join([text, *(f"※{note}" for note in notes if note)]) if text else ""

    def _rows(self, table: Any) -> Iterator[list[str]]:
        """The rows of a table; a table within a cell is a part of the cell, and a cell over several rows is in each."""
        above: dict[int, str] = {}
        for row in table.iter(f"{W}tr"):
            if next(row.iterancestors(f"{W}tbl")) is not table or row.find(f"{W}trPr/{W}del") is not None:
                continue
            cells: list[str] = []
            column = 0
            for cell in row.iter(f"{W}tc"):
                if next(cell.iterancestors(f"{W}tr")) is not row:
                    continue
                properties = cell.find(f"{W}tcPr")
                merged = properties.find(f"{W}vMerge") if properties is not None else None
                is_below = merged is not None and merged.get(f"{W}val") != "restart"
                cells.append(above.get(column, "") if is_below else self._cell(cell))
                above[column] = cells[-1]
                span = _value(properties, "gridSpan")
                column += int(span) if span.isdecimal() else 1
            if any(cells):
                yield cells

    def _cell(self, cell: Any) -> str:
        texts = (
            self._text_with_notes(paragraph, self._style_of(paragraph)).replace("\n", " ")
            for paragraph in cell.iter(f"{W}p")
            if next(paragraph.iterancestors(f"{W}txbxContent"), None) is None
        )
        return " ".join(filter(None, texts))

    def _text(self, element: Any) -> str:
        """What a reader sees of an element, also in links, in text boxes, and in what was inserted under revision."""
        parts = []
        for child in element:
            if child.tag in _NOT_READ or (child.tag == f"{W}r" and self._is_unseen(child)):
                continue
            if child.tag == f"{W}t":
                parts.append(child.text or "")
            elif child.tag in _BREAKS:
                parts.append(_BREAKS[child.tag])
            elif child.tag == f"{W}sym":
                parts.append(_sign(child))
            elif child.tag == f"{M}oMath":
                parts.append(formula(child))
            elif child.tag == f"{W}txbxContent":
                parts.append("\n" + "\n".join(self._text(paragraph) for paragraph in child.iter(f"{W}p")) + "\n")
            else:
                parts.append(self._text(child))
        return "".join(parts)

    def _is_unseen(self, run: Any) -> bool:
        """Whether a run is hidden, or struck out and so no longer said."""
        properties = run.find(f"{W}rPr")
        if properties is None:
            return False
        said = _unseen(properties)
        return self._styles.get(_value(properties, "rStyle"), _Style()).unseen if said is None else said


def _related(part: Any, kind: str) -> Any | None:
    """The root of another part of the document: its styles, its notes, and so on."""
    from lxml import etree

    for relation in part.rels.values():
        if not relation.is_external and relation.reltype.endswith(f"/{kind}"):
            target = relation.target_part
            parser = etree.XMLParser(resolve_entities=False, no_network=True)
            return target.element if hasattr(target, "element") else etree.fromstring(target.blob, parser)
    return None


def _styles(element: Any | None) -> dict[str, _Style]:
    """Each style by its id, with what it takes over from those that it is based on; "" is that of plain paragraphs."""
    if element is None:
        return {}
    found = {style.get(f"{W}styleId") or "": style for style in element.iter(f"{W}style")}
    styles = {}
    for identity, style in found.items():
        based: list[Any] = [style]
        while len(based) < _DEEPEST_STYLE and (next_one := found.get(_value(based[-1], "basedOn"))) is not None:
            based.append(next_one)
        combined = _Style()
        for one in reversed(based):
            name = _value(one, "name")
            heading = re.match(_HEADING, name)
            combined = combined._replace(name=name, heading=int(heading[1]) if heading else combined.heading)
            combined = _changed(combined, one.find(f"{W}pPr"))
            if (unseen := _unseen(one.find(f"{W}rPr"))) is not None:
                combined = combined._replace(unseen=unseen)
        styles[identity] = combined
    plain = next(
        (key for key, one in found.items() if one.get(f"{W}type") == "paragraph" and one.get(f"{W}default") == "1"),
        None,
    )
    return styles | ({"": styles[plain]} if plain is not None else {})


def _changed(style: _Style, properties: Any | None) -> _Style:
    """A style with what a paragraph says otherwise: its level among headings, and its list."""
    if properties is None:
        return style
    outline = _value(properties, "outlineLvl")
    if outline.isdecimal() and not style.heading and int(outline) < 9:
        style = style._replace(heading=int(outline) + 1)
    number = properties.find(f"{W}numPr")
    if number is None:
        return style
    level = _value(number, "ilvl")
    return style._replace(
        number=_value(number, "numId") or style.number, level=int(level) if level.isdecimal() else style.level
    )


def _value(element: Any | None, name: str) -> str:
    found = element.find(f"{W}{name}") if element is not None else None
    return "" if found is None else str(found.get(f"{W}val") or "")


def _unseen(properties: Any | None) -> bool | None:
    """Whether a run's properties hide it or strike it out; None where they do not say."""
    said = [
        found.get(f"{W}val") not in {"0", "false", "off"}
        for name in ("vanish", "strike", "dstrike")
        if properties is not None and (found := properties.find(f"{W}{name}")) is not None
    ]
    return any(said) if said else None


def _sign(symbol: Any) -> str:
    """A sign that is given by its place in a font; nothing where the font's places are only its own."""
    try:
        place = int(symbol.get(f"{W}char") or "", 16)
    except ValueError:
        return ""
    if not 0xF000 <= place <= 0xF0FF:
        return chr(place) if place < 0xE000 else ""
    return _SIGNS.get(place - 0xF000, "") if str(symbol.get(f"{W}font") or "").startswith("Wingdings") else ""
