"""Loads documents of Microsoft Word (.docx)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from itertools import groupby
from typing import Any, NamedTuple
from zipfile import BadZipFile

from index.errors import ContentDamaged
from index.language.normalization import join_words
from index.loaders.content import Content, Headings
from index.loaders.dates import office_day
from index.loaders.lines import line_kind
from index.loaders.office.word_formulas import M, formula
from index.loaders.office.word_numbering import Numbering, W
from index.types import Block, Document, Kind

_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_HEADING_STYLE = r"(?i)^(?:heading|見出し)\s*(\d)$"
_DEEPER_LIST_STYLE = r"^List (?:Bullet |Number |Continue )?([2-5])$"
_CONTENTS_STYLE = r"(?i)^(?:toc|目次)\s*\d$"
# A number such as 第1条 begins a paragraph rather than a list item.
_ARTICLE_NUMBER = r"^第"
_BREAKS = {f"{W}tab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}
# Not text of the paragraph: ruby, the fallback copy of a text box, deleted text, properties.
_SKIPPED_TAGS = {f"{W}rt", _FALLBACK, f"{W}del", f"{W}moveFrom", f"{W}pPr", f"{W}rPr"}
_NOTE_PARTS = {f"{W}footnoteReference": "footnotes", f"{W}endnoteReference": "endnotes"}
# Characters of the fonts Wingdings that have a meaning.
_WINGDINGS = {
    0xFC: "✓",
    0xFB: "✗",
    0xFE: "☑",
    0xFD: "☒",
    0xA8: "□",
    0x6F: "□",
    0x6E: "■",
    0xE0: "→",
    0xE8: "→",
    0xF0: "→",
}
_MAX_STYLE_DEPTH = 20


class _Style(NamedTuple):
    """The properties of a style or paragraph, inherited where it has none: `level` is that in the list `list_id`."""

    name: str = ""
    heading: int = 0
    list_id: str = ""
    level: int = 0
    hidden: bool = False


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
    return Document(
        name=content.name,
        title=title,
        source=content.name,
        blocks=tuple(_blocks(parts, title)),
        dated=office_day(content.data),
    )


def _blocks(parts: list[_Part], title: str) -> Iterator[Block]:
    headings = Headings(title)
    items: list[tuple[int, str]] = []
    for style, kind, text in [*_with_typed_lists(parts), _Part(_Style(), "paragraph", "")]:
        if kind == "list":
            items.append((style.level, text))
            continue
        if items:
            # The levels above may be articles, which are no items.
            top = min(level for level, _ in items)
            lines = ("  " * (level - top) + text for level, text in items)
            yield Block("\n".join(lines), headings.path, kind="list")
            items = []
        if style.heading and headings.enter(style.heading, text):
            continue
        if text and not (style.name == "Title" and text == title):
            yield Block(text, headings.path, kind=kind)


def _with_typed_lists(parts: list[_Part]) -> Iterator[_Part]:
    """The parts, with adjacent paragraphs of one kind of line as items of a list: ・甲, ・乙 or 日時：…, 場所：…."""
    for kind, group in groupby(parts, _typed_kind):
        lines = list(group)
        yield from (part._replace(kind="list") for part in lines) if kind and len(lines) > 1 else lines


def _typed_kind(part: _Part) -> str:
    is_plain = part.kind == "paragraph" and not part.style.heading and "\n" not in part.text
    return line_kind(part.text) if is_plain and not re.match(_ARTICLE_NUMBER, part.text) else ""


class _Reader:
    """Reads the elements of a document in order, counting its numbered paragraphs."""

    def __init__(self, part: Any) -> None:
        self._styles = _styles(_related_part(part, "styles"))
        self._numbering = Numbering(_related_part(part, "numbering"))
        self._carried = ""
        self._notes: dict[str, dict[str, Any]] = {}
        for kind in _NOTE_PARTS.values():
            notes = _related_part(part, kind)
            self._notes[kind] = (
                {} if notes is None else {note.get(f"{W}id"): note for note in notes if not note.get(f"{W}type")}
            )

    def parts(self, element: Any) -> Iterator[_Part]:
        """The paragraphs, list items and tables, also those in content controls, but for the table of contents."""
        yield from self._parts(element)
        if self._carried:
            yield _Part(_Style(), "paragraph", self._carried)

    def _parts(self, element: Any) -> Iterator[_Part]:
        for child in element:
            if child.tag == f"{W}p":
                yield from self._paragraph(child)
            elif child.tag == f"{W}tbl":
                if text := "\n".join(" | ".join(cells) for cells in self._rows(child)):
                    yield _Part(_Style(), "table", text)
            elif child.tag in {f"{W}sdt", f"{W}sdtContent", f"{W}customXml", f"{W}ins"}:
                yield from self._parts(child)

    def _paragraph(self, paragraph: Any) -> Iterator[_Part]:
        style = self._style_of(paragraph)
        text = self._carried + self._text_with_notes(paragraph, style)
        self._carried = ""
        if _lacks_mark(paragraph, "del", "moveFrom"):
            # Where the end of a paragraph is deleted, the next goes on with it.
            self._carried = text
            return
        is_numbered = self._numbering.knows(style.list_id)
        label = self._label(paragraph, style)
        if not text or re.match(_CONTENTS_STYLE, style.name):
            return
        if style.heading or style.name == "Title" or re.match(_ARTICLE_NUMBER, label):
            yield _Part(style, "paragraph", " ".join((label + text).split()) if style.heading else label + text)
        elif is_numbered or (style.name.startswith("List ") and style.name != "List Paragraph"):
            deeper = re.match(_DEEPER_LIST_STYLE, style.name)
            level = style.level or (int(deeper[1]) - 1 if deeper else 0)
            yield _Part(style._replace(level=level), "list", (label or "・") + text)
        else:
            yield _Part(style, "paragraph", text)

    def _label(self, paragraph: Any, style: _Style) -> str:
        """The number before a paragraph; one without text has a number, too."""
        if not self._numbering.knows(style.list_id) or style.hidden or _lacks_mark(paragraph, "del", "vanish"):
            return ""
        return self._numbering.label(style.list_id, style.level)

    def _style_of(self, paragraph: Any) -> _Style:
        properties = paragraph.find(f"{W}pPr")
        named = self._styles.get(_value(properties, "pStyle"), self._styles.get("", _Style()))
        return _with_properties(named, properties)

    def _text_with_notes(self, paragraph: Any, style: _Style) -> str:
        """The visible text of a paragraph, with the footnotes and endnotes that it refers to below."""
        text = "" if style.hidden else self._text(paragraph).strip()
        notes = [
            join_words([self._text(inner).strip() for inner in note.iter(f"{W}p")])
            for reference in paragraph.iter(*_NOTE_PARTS)
            if (note := self._notes[_NOTE_PARTS[reference.tag]].get(reference.get(f"{W}id"))) is not None
        ]
        return "\n".join([text, *(f"※{note}" for note in notes if note)]) if text else ""

    def _rows(self, table: Any) -> Iterator[list[str]]:
        """The rows of a table; a nested table is part of its cell, and a cell that spans several rows is in each."""
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
                continues = merged is not None and merged.get(f"{W}val") != "restart"
                cells.append(above.get(column, "") if continues else self._cell_text(cell))
                above[column] = cells[-1]
                span = _value(properties, "gridSpan")
                column += int(span) if span.isdecimal() else 1
            if any(cells):
                yield cells

    def _cell_text(self, cell: Any) -> str:
        texts = []
        for paragraph in cell.iter(f"{W}p"):
            if next(paragraph.iterancestors(f"{W}txbxContent"), None) is None:
                style = self._style_of(paragraph)
                label = self._label(paragraph, style)
                if text := self._text_with_notes(paragraph, style).replace("\n", " "):
                    texts.append(label + text)
        return " ".join(texts)

    def _text(self, element: Any) -> str:
        """The visible text of an element, also in links, text boxes and tracked insertions."""
        parts = []
        for child in element:
            if child.tag in _SKIPPED_TAGS or (child.tag == f"{W}r" and self._is_hidden(child)):
                continue
            if child.tag == f"{W}t":
                parts.append(child.text or "")
            elif child.tag in _BREAKS:
                parts.append(_BREAKS[child.tag])
            elif child.tag == f"{W}sym":
                parts.append(_symbol(child))
            elif child.tag == f"{M}oMath":
                parts.append(formula(child))
            elif child.tag == f"{W}txbxContent":
                parts.append("\n" + "\n".join(self._text(paragraph) for paragraph in child.iter(f"{W}p")) + "\n")
            else:
                parts.append(self._text(child))
        return "".join(parts)

    def _is_hidden(self, run: Any) -> bool:
        """Whether a run is hidden or struck out, by its own properties or else those of its style."""
        properties = run.find(f"{W}rPr")
        if properties is None:
            return False
        own = _hidden_property(properties)
        return self._styles.get(_value(properties, "rStyle"), _Style()).hidden if own is None else own


def _related_part(part: Any, kind: str) -> Any | None:
    """The root element of a related part of the document, such as its styles or footnotes."""
    from lxml import etree

    for relation in part.rels.values():
        if not relation.is_external and relation.reltype.endswith(f"/{kind}"):
            target = relation.target_part
            parser = etree.XMLParser(resolve_entities=False, no_network=True)
            return target.element if hasattr(target, "element") else etree.fromstring(target.blob, parser)
    return None


def _styles(element: Any | None) -> dict[str, _Style]:
    """Each style by its id, with inherited properties; "" is the default of paragraphs."""
    if element is None:
        return {}
    found = {style.get(f"{W}styleId") or "": style for style in element.iter(f"{W}style")}
    styles = {}
    for style_id, style in found.items():
        ancestors: list[Any] = [style]
        while len(ancestors) < _MAX_STYLE_DEPTH and (parent := found.get(_value(ancestors[-1], "basedOn"))) is not None:
            ancestors.append(parent)
        inherited = _Style()
        for ancestor in reversed(ancestors):
            name = _value(ancestor, "name")
            heading = re.match(_HEADING_STYLE, name)
            inherited = inherited._replace(name=name, heading=int(heading[1]) if heading else inherited.heading)
            inherited = _with_properties(inherited, ancestor.find(f"{W}pPr"))
            if (hidden := _hidden_property(ancestor.find(f"{W}rPr"))) is not None:
                inherited = inherited._replace(hidden=hidden)
        styles[style_id] = inherited
    default = next(
        (
            style_id
            for style_id, style in found.items()
            if style.get(f"{W}type") == "paragraph" and style.get(f"{W}default") == "1"
        ),
        None,
    )
    return styles | ({"": styles[default]} if default is not None else {})


def _with_properties(style: _Style, properties: Any | None) -> _Style:
    """A style overridden by paragraph properties: the level as a heading, the list and the level in it."""
    if properties is None:
        return style
    outline = _value(properties, "outlineLvl")
    if outline.isdecimal() and not style.heading and int(outline) < 9:
        style = style._replace(heading=int(outline) + 1)
    numbering = properties.find(f"{W}numPr")
    if numbering is None:
        return style
    level = _value(numbering, "ilvl")
    return style._replace(
        list_id=_value(numbering, "numId") or style.list_id, level=int(level) if level.isdecimal() else style.level
    )


def _lacks_mark(paragraph: Any, *reasons: str) -> bool:
    """Whether the mark at the end of a paragraph is deleted, moved away or hidden."""
    properties = paragraph.find(f"{W}pPr/{W}rPr")
    return properties is not None and any(properties.find(f"{W}{reason}") is not None for reason in reasons)


def _value(element: Any | None, name: str) -> str:
    found = element.find(f"{W}{name}") if element is not None else None
    return "" if found is None else str(found.get(f"{W}val") or "")


def _hidden_property(properties: Any | None) -> bool | None:
    """Whether run properties hide the text or strike it out; None where they do not say."""
    values = [
        found.get(f"{W}val") not in {"0", "false", "off"}
        for name in ("vanish", "strike", "dstrike")
        if properties is not None and (found := properties.find(f"{W}{name}")) is not None
    ]
    return any(values) if values else None


def _symbol(symbol: Any) -> str:
    """A character given by its code in a font; nothing where only that font gives the code a meaning."""
    try:
        code = int(symbol.get(f"{W}char") or "", 16)
    except ValueError:
        return ""
    if not 0xF000 <= code <= 0xF0FF:
        return chr(code) if code < 0xE000 else ""
    return _WINGDINGS.get(code - 0xF000, "") if str(symbol.get(f"{W}font") or "").startswith("Wingdings") else ""
