"""Makes blocks of the elements of a page: paragraphs, lists, tables, code and quotations, with their headings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any, NamedTuple

from lxml import html

from index.documents.quotations import parse_attribution
from index.errors import ContentNestedTooDeep
from index.language.normalization import join_words
from index.loaders.content import Headings
from index.types import Block, Kind

_HEADING_LEVELS = {f"h{level}": level for level in range(1, 7)}
# The title of a box is a heading below all other levels.
_BOX_LEVEL = 7
_INLINE_TAGS = frozenset(
    "a abbr acronym b bdi bdo big cite code data dfn em font i img input ins kbd label mark nobr output q ruby rb samp "
    "slot small span strong sub sup time tt u var wbr".split()
)
# Instead of the level of a heading: that a box begins, and that it ends.
_BOX_BEGINS, _BOX_ENDS = -1, -2
# Deleted text and ruby readings are no text.
_SKIPPED_TAGS = frozenset("s strike del rt rp".split())
_BOX_TAGS = ("div", "section", "article")
_LIST_TAGS = ("ul", "ol", "menu", "dl")
_QUOTATION_TAGS = ("blockquote", "aside")
# A table or list with headings in it is a layout, not data; so is a table with a table in it.
_HEADING_TAGS = "h1", "h2", "h3", "h4", "h5", "h6"
_MAX_ROW_SPAN = 100

# Marks around the text of a link while a block is put together; no document has these characters.
_LINK, _LINK_END = "\x0e", "\x0f"
_LINKED = f"{_LINK}[^{_LINK_END}]*{_LINK_END}"
# In a menu these divide the links, beside which there is the name of the menu or of the page that is open.
_MENU_SEPARATORS = re.compile(r"[|｜·•]")
_LONGEST_MENU_NAME = 12
# What a text of nothing but links may have beside them.
_BESIDE_LINKS = r"\s|[^\w\s]|参照|参考|関連|詳細|詳しくは|こちら|リンク|を?ご?覧ください|see also|see|next|previous|次へ?|前へ?|戻る|または|and|or|[のはをともや]"
# Texts of links that say nothing without the address.
_NAMELESS_LINK = re.compile(
    r"(?i)(?:こちら|ここ|コチラ|[こそ]の(?:ページ|リンク|サイト|フォーム|URL)|リンク(?:先)?|here|this (?:page|link|site|form)|link)"
    r"(?:の(?:ページ|リンク|サイト|フォーム))?(?:から|を(?:参照|クリック))?"
)
# Texts that only announce links.
_SEE_ALSO = re.compile(
    r"(?i)\W*(?:参照|参考|関連)(?:先|元|ページ|リンク|情報|項目|記事|資料|文献|サイト)?\W*|\W*(?:see also|further reading|references?|related)\W*"
)
# Titles of boxes that say nothing of their content.
_GENERIC_TITLE = re.compile(
    r"(?i)(?:ヒント|注意|注記?|補足|備考|メモ|警告|情報|重要|危険|参考|詳細|詳しい説明|詳しく(?:見る)?|(?:詳細を)?(?:表示|開く)(?:する)?"
    r"|(?:ここを)?クリック(?:で|して)?(?:展開|表示|開く)?(?:する)?|もっと見る|続きを読む|note|tip|tips|info|alert|warn|warning|caution|danger|details|more"
    r"|show more|click to (?:expand|show)|expand)[:：。.!！…]*"
)
# An answer in a heading of its own, below that of its question.
_ANSWER = re.compile(r"[AＡ答][\d０-９]{0,3}[.:：．、]")
_CAPTION = re.compile(r"(?i)(?:図|写真|画像|figure|fig\.?)\s*(?:[\d０-９][\d０-９.-]*|[:：])[\s:：.．、]*[^。]{0,60}")
# A quick test: hardly any text has white space that collapses.
_COLLAPSED_SPACE = re.compile(r"[\n\v\t\f]|  ")
_CHECKED, _UNCHECKED = "☑", "☐"


class _Box(NamedTuple):
    """A box that is open: the headings above it, and how many blocks are before it."""

    headings: dict[int, str]
    blocks: int


def parse_html(text: str, path: str) -> Any:
    """The tree of a page, without comments; raises ContentNestedTooDeep, or lxml's ParserError for an empty page."""
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    page = html.document_fromstring(text.encode(), parser=parser)
    # The parser stops where elements are nested 256 deep, and leaves out the rest.
    if any("depth" in problem.message for problem in parser.error_log.filter_from_fatals()):
        raise ContentNestedTooDeep(path=path)
    return page


def one_line(text: str) -> str:
    """A text as a browser shows it in one line."""
    return join_words([line.strip() for line in text.split("\n")]).strip()


def blocks_of(element: Any, title: str) -> list[Block]:
    """The blocks within an element, each with its heading path.

    A question that shares a box with its answer is left with that. Many pages have other headings in boxes of their own.
    """
    headings = Headings(title)
    blocks: list[Block] = []
    boxes: list[_Box] = []
    for level, block in _walk(element):
        if level == _BOX_BEGINS:
            boxes.append(_Box(headings.opened(), len(blocks)))
        elif level == _BOX_ENDS:
            box = boxes.pop()
            if len(blocks) > box.blocks and headings.path.endswith(("?", "？")):
                headings.go_back(box.headings)
        elif level and not re.match(_ANSWER, block.text) and headings.enter(level, block.text):
            continue
        elif block.text.strip():
            blocks.append(block._replace(heading=headings.path))
    return _merge_checklists(blocks)


def _merge_checklists(blocks: list[Block]) -> list[Block]:
    """The blocks, with adjacent checkboxes merged into one list."""
    merged: list[Block] = []
    for (is_item, _), group in groupby(blocks, lambda block: (_is_checkbox(block), block.heading)):
        if not is_item:
            merged += group
            continue
        first, *more = group
        kind: Kind = "list" if first.kind == "paragraph" else first.kind
        merged.append(first._replace(text="\n".join(block.text for block in (first, *more)), kind=kind))
    return merged


def _is_checkbox(block: Block) -> bool:
    return block.text.startswith((_CHECKED, _UNCHECKED))


def _walk(element: Any, box_level: int = _BOX_LEVEL) -> Iterator[tuple[int, Block]]:
    """The headings within an element with their levels, and the blocks with level 0, in reading order."""
    inline: list[str] = [element.text or ""]
    has_title = False
    for child in element:
        if child.tag == "br":
            inline.append("\v")
        elif child.tag in _SKIPPED_TAGS:
            pass
        elif _is_inline(child):
            inline.append(_inline_text(child))
        else:
            if paragraph := _paragraph(inline):
                yield 0, paragraph
            inline = []
            if child.tag == "figure" and _is_picture(child):
                pass
            elif child.tag == "summary":
                has_title = True
                text = heading_text(child)
                yield box_level, Block("" if _GENERIC_TITLE.fullmatch(text) else text)
            else:
                yield from _walk_block(child, box_level + has_title)
        inline.append(child.tail or "")
    if paragraph := _paragraph(inline):
        yield 0, paragraph
    if has_title:
        yield box_level, Block("")


def _walk_block(element: Any, box_level: int) -> Iterator[tuple[int, Block]]:
    """The headings and blocks of a block-level element."""
    if element.tag in _HEADING_LEVELS:
        if text := heading_text(element):
            yield _HEADING_LEVELS[element.tag], Block(text)
    elif element.tag == "pre":
        yield 0, Block(_without_links("".join(element.itertext())).strip("\n"), kind="code")
    elif element.tag == "table" and not _is_layout(element):
        if (caption := element.find("caption")) is not None and (text := heading_text(caption)):
            yield 0, Block(text)
        yield 0, _table(element)
    elif element.tag == "dl" and not _is_layout(element):
        yield from ((0, block) for block in _definitions(element))
    elif element.tag in _LIST_TAGS and not _is_layout(element):
        yield 0, _block("\n".join(_list_lines(element)), "list")
    elif element.tag in _QUOTATION_TAGS:
        yield from _quotations(element, box_level)
    elif element.tag in _BOX_TAGS:
        yield _BOX_BEGINS, Block("")
        yield from _walk(element, box_level)
        yield _BOX_ENDS, Block("")
    else:
        yield from _walk(element, box_level)


def _is_picture(figure: Any) -> bool:
    """Whether a figure has nothing but a picture with a caption that is no sentence."""
    return (
        next(figure.iterdescendants("img"), None) is not None
        and next(figure.iterdescendants("table", "pre", "blockquote", "p"), None) is None
        and "。" not in "".join(figure.itertext())
    )


def heading_text(element: Any) -> str:
    """The text of a heading, in one line."""
    text = _without_links(_rendered(_inline_text(element))).replace("\n", " ")
    # Marks of footnotes and permalinks are no part of a heading.
    return re.sub(r"(?<=\S)\s*(?:\*+|#+|¶)$", "", text)


def _paragraph(inline: list[str]) -> Block | None:
    """The paragraph of some inline text; None for white space and captions."""
    text = _rendered("".join(inline))
    if not text:
        return None
    block = _block(text, "links" if _SEE_ALSO.fullmatch(text) else "paragraph")
    # The alternative text of a picture is a link.
    captions = re.sub(rf"{_LINKED}\s*", "", text) if _LINK in text else text
    return None if _CAPTION.fullmatch(block.text) or _CAPTION.fullmatch(captions) else block


def _block(text: str, kind: Kind) -> Block:
    """A block without the marks around links, of kind "links" where it has nothing but links."""
    if _LINK in text:
        rest = re.sub(_LINKED, "", text)
        if _is_menu(rest) or not re.sub(rf"(?:{_BESIDE_LINKS}|^\d+\.)+", "", rest, flags=re.MULTILINE | re.IGNORECASE):
            kind = "links"
    return Block(_without_links(text), kind=kind)


def _is_menu(beside_links: str) -> bool:
    """Whether what is beside links is that of a menu: signs between them, and one name."""
    words = _MENU_SEPARATORS.sub(" ", beside_links).split()
    return sum(map(len, words)) <= _LONGEST_MENU_NAME and _MENU_SEPARATORS.search(beside_links) is not None


def _without_links(text: str) -> str:
    return text.replace(_LINK, "").replace(_LINK_END, "") if _LINK in text else text


def _quotations(element: Any, box_level: int) -> Iterator[tuple[int, Block]]:
    """The quotations in an element: each ends with its line of attribution, or with the element.

    Without any attribution, the paragraphs of a blockquote are one block, and other content is as elsewhere.
    """
    inside = list(_walk(element, box_level))
    if not any(_attribution_of(block) for level, block in inside if not level):
        texts = [block for level, block in inside if not level]
        if element.tag == "blockquote" and len(texts) == len(inside) and all(one.kind == "paragraph" for one in texts):
            yield 0, Block("\n".join(one.text for one in texts))
        else:
            yield from inside
        return
    lines: list[str] = []
    for _, block in inside:
        *above, last = block.text.split("\n")
        attribution = _attribution_of(block)
        if attribution is None:
            lines.append(block.text)
            continue
        lines += above
        if any(lines):
            yield 0, Block("\n".join(lines), "", *attribution)
            lines = []
        else:
            lines = [last]
    if lines:
        yield 0, Block("\n".join(lines))


def _attribution_of(block: Block) -> tuple[str, str | None] | None:
    return parse_attribution(block.text.rsplit("\n", 1)[-1])


def _table(element: Any) -> Block:
    """A table with a line for each row; a cell that spans several rows is in each."""
    rows = [[*row.iterchildren("td", "th")] for row in element.iter("tr")]
    texts: list[list[str]] = []
    row_spans: dict[int, tuple[int, str]] = {}
    for row in rows:
        cells: list[str] = []
        for cell in row:
            _add_spanned_cells(cells, row_spans)
            text = _without_links(_rendered(_inline_text(cell))).replace("\n", " ")
            if (rows_below := _row_span(cell.get("rowspan")) - 1) > 0:
                row_spans[len(cells)] = rows_below, text
            cells.append(text)
        _add_spanned_cells(cells, row_spans)
        texts.append(cells)
    has_header = bool(rows and rows[0]) and all(cell.tag == "th" for cell in rows[0]) and any(texts[0])
    filled = [row for row in texts if any(row)]
    return Block("\n".join(map(" | ".join, filled)), kind="table" if has_header and len(filled) > 1 else "list")


def _add_spanned_cells(cells: list[str], row_spans: dict[int, tuple[int, str]]) -> None:
    """Add the cells of rows above that span this position."""
    while len(cells) in row_spans:
        rows_left, text = row_spans.pop(len(cells))
        if rows_left > 1:
            row_spans[len(cells)] = rows_left - 1, text
        cells.append(text)


def _row_span(text: str | None) -> int:
    return min(int(text), _MAX_ROW_SPAN) if text and re.fullmatch(r"\d{1,4}", text) else 1


def _is_layout(element: Any) -> bool:
    inside = ("table", *_HEADING_TAGS) if element.tag == "table" else _HEADING_TAGS
    return element.get("role") == "presentation" or next(element.iterdescendants(*inside), None) is not None


def _definitions(element: Any) -> Iterator[Block]:
    """A list for each term of a definition list, with its definitions."""
    lines: list[str] = []
    defined = False
    for item in element.iterdescendants("dt", "dd"):
        text = _rendered(_inline_text(item))
        if item.tag == "dt" and defined:
            yield _block("\n".join(lines), "list")
            lines, defined = [], False
        defined = defined or item.tag == "dd"
        lines += [("  " if item.tag == "dd" else "") + line for line in text.split("\n") if line]
    if lines:
        yield _block("\n".join(lines), "list")


def _list_lines(element: Any, depth: int = 0) -> Iterator[str]:
    """A line for each item, indented by two spaces for each item that it is nested in."""
    number = int(element.get("start") or 1) if re.fullmatch(r"-?\d{1,9}", element.get("start") or "1") else 1
    for item in element:
        if item.tag in _LIST_TAGS:
            yield from _list_lines(item, depth)
            continue
        if item.tag != "li":
            yield from filter(None, [_rendered(_inline_text(item))])
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
    """The lines of an item, with those of lists, code and tables in it."""
    inline = [item.text or ""]
    indent = "  " * (depth + 1)
    for child in item:
        if child.tag in _SKIPPED_TAGS:
            pass
        elif child.tag in {*_LIST_TAGS, "pre", "table"}:
            yield from (indent + line for line in _rendered("".join(inline)).split("\n") if line)
            inline = []
            if child.tag in _LIST_TAGS:
                yield from _list_lines(child, depth + 1)
            else:
                text = "".join(child.itertext()) if child.tag == "pre" else _table(child).text
                yield from (indent + line for line in text.split("\n") if line.strip())
        elif child.tag == "br":
            inline.append("\v")
        else:
            separator = "" if child.tag in _INLINE_TAGS else "\v"
            if separator and next(child.iterdescendants(*_LIST_TAGS, "pre", "table"), None) is not None:
                yield from (indent + line for line in _rendered("".join(inline)).split("\n") if line)
                inline = []
                yield from _item_lines(child, depth)
            else:
                inline += [separator, _inline_text(child), separator]
        inline.append(child.tail or "")
    yield from (indent + line for line in _rendered("".join(inline)).split("\n") if line)


def _is_inline(element: Any) -> bool:
    """Whether an element is inline; a link around block-level elements is not."""
    return element.tag in _INLINE_TAGS and all(
        child.tag in _INLINE_TAGS or child.tag in _SKIPPED_TAGS or child.tag == "br"
        for child in element.iterdescendants()
    )


def _inline_text(element: Any) -> str:
    if element.tag == "input":
        ticked = _UNCHECKED if element.get("checked") is None else _CHECKED
        return f"{ticked} " if element.get("type") == "checkbox" else ""
    parts = [element.text or ""]
    for child in element:
        if child.tag == "br":
            parts.append("\v")
        elif child.tag not in _SKIPPED_TAGS:
            separator = "" if child.tag in _INLINE_TAGS else "\v"
            parts += [separator, _inline_text(child), separator]
        parts.append(child.tail or "")
    text = "".join(parts)
    if element.tag != "a" or _is_url(text):
        return text
    address = element.get("href") or ""
    if _NAMELESS_LINK.fullmatch(text.strip()) and address.startswith(("https://", "http://", "mailto:")):
        text += f"（{address.removeprefix('mailto:')}）"
    return f"{_LINK}{text}{_LINK_END}"


def _is_url(text: str) -> bool:
    """Whether the text of a link is its address."""
    return re.match(r"\s*(?:https?://|mailto:|[\w.+-]+@[\w-]+\.|www\.)", text) is not None


def _rendered(text: str) -> str:
    """A text as a browser renders it: white space becomes one space or, between Japanese lines, nothing."""
    text = text.replace("\xa0", " ")
    if not text or text.isspace():
        return ""
    if not _COLLAPSED_SPACE.search(text):
        return text.strip()
    lines = (join_words([part.strip(" \t\f") for part in line.split("\n")]) for line in text.split("\v"))
    return "\n".join(stripped for line in lines if (stripped := re.sub(r"[ \t\f]+", " ", line).strip()))
