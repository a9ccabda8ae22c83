"""The text of the elements of a web page, as paragraphs, lists, tables, code and quotations under headings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from index.documents.quotations import parse_attribution
from index.language.normalization import join_words
from index.loaders.content import Headings
from index.types import Block, Kind

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
# What a box is called stands under every heading.
_BOX = 7
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data dfn em font i img input ins kbd label mark nobr output q ruby rb samp "
    "slot small span strong sub sup time tt u var wbr".split()
)
# What was taken back is no text, and neither is how a word is read.
_NOT_READ = frozenset("s strike del rt rp".split())
_LISTS = ("ul", "ol", "menu", "dl")
_QUOTES = ("blockquote", "aside")
# A cell or an item with one of these in it lays out a page rather than shows data; so does a table in a table.
_LAYOUT = "h1", "h2", "h3", "h4", "h5", "h6"
_MOST_ROWS_SPANNED = 100

# Around the words of a link while a text is put together; no document has these characters.
_LINK, _LINK_END = "\x0e", "\x0f"
# Of a text of links alone: what may stand beside them.
_BESIDE_LINKS = r"\s|[^\w\s]|参照|参考|関連|詳細|詳しくは|こちら|リンク|を?ご?覧ください|see also|see|next|previous|次へ?|前へ?|戻る|または|and|or|[のはをともや]"
# What a box is called that says nothing of what is in it.
_SAYS_NOTHING = re.compile(
    r"(?i)(?:ヒント|注意|注記?|補足|備考|メモ|警告|情報|重要|危険|参考|詳細|詳しい説明|詳しく(?:見る)?|(?:詳細を)?(?:表示|開く)(?:する)?"
    r"|(?:ここを)?クリック(?:で|して)?(?:展開|表示|開く)?(?:する)?|もっと見る|続きを読む|note|tip|tips|info|warning|caution|danger|details|more"
    r"|show more|click to (?:expand|show)|expand)[:：。.!！…]*"
)
_CAPTION = re.compile(r"(?i)(?:図|写真|画像|figure|fig\.?)\s*(?:[\d０-９][\d０-９.-]*|[:：])[\s:：.．、]*[^。]{0,60}")
_CHECKED, _UNCHECKED = "☑", "☐"


def one_line(text: str) -> str:
    """A text as a browser shows it in one line."""
    return join_words([line.strip() for line in text.split("\n")]).strip()


def blocks_of(element: Any, title: str) -> list[Block]:
    """The paragraphs, lists, tables and quotations within an element, each with the headings that it stands under."""
    headings = Headings(title)
    blocks: list[Block] = []
    for level, block in _parts(element):
        if level and headings.enter(level, block.text):
            continue
        if block.text.strip():
            blocks.append(block._replace(heading=headings.path))
    return _checklists(blocks)


def _checklists(blocks: list[Block]) -> list[Block]:
    """The blocks, in which boxes to be ticked, one after the other, are one list."""
    together: list[Block] = []
    for block in blocks:
        ticked = block.text.startswith((_CHECKED, _UNCHECKED))
        before = together[-1] if together else None
        if ticked and before and before.heading == block.heading and before.text.startswith((_CHECKED, _UNCHECKED)):
            together[-1] = before._replace(text=f"{before.text}\n{block.text}")
        else:
            together.append(block._replace(kind="list") if ticked and block.kind == "paragraph" else block)
    return together


def _parts(element: Any, box: int = _BOX) -> Iterator[tuple[int, Block]]:
    """Headings with their levels, and blocks with the level 0, in reading order."""
    running: list[str] = [element.text or ""]
    called = False
    for child in element:
        if child.tag == "br":
            running.append("\v")
        elif child.tag in _NOT_READ:
            pass
        elif _is_inline(child):
            running.append(_inline_text(child))
        else:
            yield from _paragraph(running)
            running = []
            if child.tag == "summary":
                called = True
                text = heading_text(child)
                yield box, Block("" if _SAYS_NOTHING.fullmatch(text) else text)
            else:
                yield from _part(child, box + called)
        running.append(child.tail or "")
    yield from _paragraph(running)
    if called:
        yield box, Block("")


def _part(element: Any, box: int) -> Iterator[tuple[int, Block]]:
    """An element that is no part of a line."""
    if element.tag in _HEADINGS:
        if text := heading_text(element):
            yield _HEADINGS[element.tag], Block(text)
    elif element.tag == "pre":
        yield 0, Block(_without_links("".join(element.itertext())).strip("\n"), kind="code")
    elif element.tag == "table" and not _is_layout(element):
        yield 0, _table(element)
    elif element.tag == "dl" and not _is_layout(element):
        yield from ((0, block) for block in _definitions(element))
    elif element.tag in _LISTS and not _is_layout(element):
        yield 0, _block("\n".join(_list_lines(element)), "list")
    elif element.tag in _QUOTES:
        yield from _quotations(element, box)
    else:
        yield from _parts(element, box)


def heading_text(element: Any) -> str:
    """What a heading says, in one line."""
    text = _without_links(_shown(_inline_text(element))).replace("\n", " ")
    # Marks that refer to a remark are no part of a heading.
    return re.sub(r"(?<=\S)\s*(?:\*+|#+|¶)$", "", text)


def _paragraph(running: list[str]) -> Iterator[tuple[int, Block]]:
    if text := _shown("".join(running)):
        block = _block(text, "paragraph")
        if not _CAPTION.fullmatch(block.text):
            yield 0, block


def _block(text: str, kind: Kind) -> Block:
    """A block without the marks around links; of nothing but links it is navigation."""
    if _LINK in text:
        rest = re.sub(f"{_LINK}[^{_LINK_END}]*{_LINK_END}", "", text)
        if not re.sub(rf"(?:{_BESIDE_LINKS}|^\d+\.)+", "", rest, flags=re.MULTILINE | re.IGNORECASE):
            kind = "links"
    return Block(_without_links(text), kind=kind)


def _without_links(text: str) -> str:
    return text.replace(_LINK, "").replace(_LINK_END, "") if _LINK in text else text


def _quotations(element: Any, box: int) -> Iterator[tuple[int, Block]]:
    """The quotations in an element: each ends with its line of attribution, or with the element.

    Where nobody's name stands under them, the paragraphs of a quotation are one block, and other blocks are themselves.
    """
    inside = list(_parts(element, box))
    if not any(_attributed(block) for level, block in inside if not level):
        texts = [block for level, block in inside if not level]
        if element.tag == "blockquote" and len(texts) == len(inside) and all(one.kind == "paragraph" for one in texts):
            yield 0, Block("\n".join(one.text for one in texts))
        else:
            yield from inside
        return
    lines: list[str] = []
    for _, block in inside:
        *above, last = block.text.split("\n")
        who = _attributed(block)
        if who is None:
            lines.append(block.text)
            continue
        lines += above
        if any(lines):
            yield 0, Block("\n".join(lines), "", *who)
            lines = []
        else:
            lines = [last]
    if lines:
        yield 0, Block("\n".join(lines))


def _attributed(block: Block) -> tuple[str, str | None] | None:
    return parse_attribution(block.text.rsplit("\n", 1)[-1])


def _table(element: Any) -> Block:
    """A table with a line a row; a cell that goes over several rows is in each."""
    rows = [[*row.iterchildren("td", "th")] for row in element.iter("tr")]
    texts: list[list[str]] = []
    spanned: dict[int, tuple[int, str]] = {}
    for row in rows:
        cells: list[str] = []
        for cell in row:
            _fill(cells, spanned)
            text = _without_links(_shown(_inline_text(cell))).replace("\n", " ")
            if (more := _number(cell.get("rowspan")) - 1) > 0:
                spanned[len(cells)] = more, text
            cells.append(text)
        _fill(cells, spanned)
        texts.append(cells)
    named = bool(rows and rows[0]) and all(cell.tag == "th" for cell in rows[0]) and any(texts[0])
    shown = [row for row in texts if any(row)]
    return Block("\n".join(map(" | ".join, shown)), kind="table" if named and len(shown) > 1 else "list")


def _fill(cells: list[str], spanned: dict[int, tuple[int, str]]) -> None:
    """Put in the cells of rows above that reach down to here."""
    while len(cells) in spanned:
        left, text = spanned.pop(len(cells))
        if left > 1:
            spanned[len(cells)] = left - 1, text
        cells.append(text)


def _number(text: str | None) -> int:
    return min(int(text), _MOST_ROWS_SPANNED) if text and re.fullmatch(r"\d{1,4}", text) else 1


def _is_layout(element: Any) -> bool:
    inside = ("table", *_LAYOUT) if element.tag == "table" else _LAYOUT
    return element.get("role") == "presentation" or next(element.iterdescendants(*inside), None) is not None


def _definitions(element: Any) -> Iterator[Block]:
    """Each term of a list of definitions with what is said of it."""
    lines: list[str] = []
    defined = False
    for item in element.iterdescendants("dt", "dd"):
        text = _shown(_inline_text(item))
        if item.tag == "dt" and defined:
            yield _block("\n".join(lines), "list")
            lines, defined = [], False
        defined = defined or item.tag == "dd"
        lines += [("  " if item.tag == "dd" else "") + line for line in text.split("\n") if line]
    if lines:
        yield _block("\n".join(lines), "list")


def _list_lines(element: Any, depth: int = 0) -> Iterator[str]:
    """A line an item, indented by two spaces for each item that it is within."""
    number = int(element.get("start") or 1) if re.fullmatch(r"-?\d{1,9}", element.get("start") or "1") else 1
    for item in element:
        if item.tag in _LISTS:
            yield from _list_lines(item, depth)
            continue
        if item.tag != "li":
            yield from filter(None, [_shown(_inline_text(item))])
            continue
        lines = list(_item_lines(item, depth))
        text = lines[0].lstrip() if lines else ""
        if item.get("value", "").isdecimal():
            number = int(item.get("value")[:9])
        mark = f"{number}. " if element.tag == "ol" else "" if text.startswith((_CHECKED, _UNCHECKED)) else "・"
        number += 1
        if lines:
            yield "  " * depth + mark + text
            yield from lines[1:]


def _item_lines(item: Any, depth: int) -> Iterator[str]:
    """The lines of an item, those of lists and code within it too."""
    running = [item.text or ""]
    indent = "  " * (depth + 1)
    for child in item:
        if child.tag in _NOT_READ:
            pass
        elif child.tag in {*_LISTS, "pre", "table"}:
            yield from (indent + line for line in _shown("".join(running)).split("\n") if line)
            running = []
            if child.tag in _LISTS:
                yield from _list_lines(child, depth + 1)
            else:
                text = "".join(child.itertext()) if child.tag == "pre" else _table(child).text
                yield from (indent + line for line in text.split("\n") if line.strip())
        elif child.tag == "br":
            running.append("\v")
        else:
            apart = "" if child.tag in _INLINE else "\v"
            if apart and next(child.iterdescendants(*_LISTS, "pre", "table"), None) is not None:
                yield from (indent + line for line in _shown("".join(running)).split("\n") if line)
                running = []
                yield from _item_lines(child, depth)
            else:
                running += [apart, _inline_text(child), apart]
        running.append(child.tail or "")
    yield from (indent + line for line in _shown("".join(running)).split("\n") if line)


def _is_inline(element: Any) -> bool:
    """Whether an element is a part of a line; a link around a whole card is not."""
    return element.tag in _INLINE and all(
        child.tag in _INLINE or child.tag in _NOT_READ or child.tag == "br" for child in element.iterdescendants()
    )


def _inline_text(element: Any) -> str:
    if element.tag == "input":
        ticked = _UNCHECKED if element.get("checked") is None else _CHECKED
        return f"{ticked} " if element.get("type") == "checkbox" else ""
    parts = [element.text or ""]
    for child in element:
        if child.tag == "br":
            parts.append("\v")
        elif child.tag not in _NOT_READ:
            apart = "" if child.tag in _INLINE else "\v"
            parts += [apart, _inline_text(child), apart]
        parts.append(child.tail or "")
    text = "".join(parts)
    return f"{_LINK}{text}{_LINK_END}" if element.tag == "a" and not _is_address(text) else text


def _is_address(text: str) -> bool:
    """Whether what a link says is where it leads to."""
    return re.match(r"\s*(?:https?://|mailto:|[\w.+-]+@[\w-]+\.|www\.)", text) is not None


def _shown(text: str) -> str:
    """A text as a browser shows it: white space is one space or, between Japanese lines, nothing."""
    text = text.replace("\xa0", " ")
    if not re.search(r"[\n\v\t\f]|  ", text):
        return text.strip()
    lines = (join_words([part.strip(" \t\f") for part in line.split("\n")]) for line in text.split("\v"))
    return "\n".join(stripped for line in lines if (stripped := re.sub(r"[ \t\f]+", " ", line).strip()))
