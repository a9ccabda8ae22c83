"""Markdown to a document: CommonMark with tables, and front matter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import PurePath
from typing import Any

import yaml
from frontmatter.default_handlers import YAMLHandler
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from index.errors import ContentFrontMatterBroken
from index.loaders.content import LONGEST_HEADINGS, Headings
from index.normalization import join_words
from index.quotations import attribution
from index.types import Block, Document

_FRONT_MATTER = r"---[ \t]*\n(.*?\n)?---[ \t]*(?:\n|$)"
_NOTHING = ("", "~", "null", "Null", "NULL")


class _AsWritten(yaml.BaseLoader):
    """Reads every value as the text that it is, so that none is a number too long or a day that never was.

    A reference to another value counts as nothing: some hundred bytes of them can stand for gigabytes. The loader in C
    overruns the stack where brackets are nested deep; this one raises an error.
    """

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """The next value."""
        if self.check_event(yaml.AliasEvent):
            self.get_event()  # type: ignore[no-untyped-call]
            return yaml.ScalarNode("tag:yaml.org,2002:null", "")
        return super().compose_node(parent, index)


def parse_markdown(text: str, name: str, path: str) -> Document:
    """The document in a Markdown text. Headings are no blocks; each block knows those that it stands under.

    The title is the front matter's, or else that of the only or first heading of the first level,
    or else the file's name.
    """
    fields, body = _front_matter(text, path)
    tree = SyntaxTreeNode(_parser().parse(body))
    title = _field(fields, "title") or _first_heading(tree) or PurePath(name).stem
    return Document(
        name=name,
        title=title,
        source=_field(fields, "source") or name,
        url=_field(fields, "url"),
        blocks=tuple(_blocks(tree, title)),
    )


@cache
def _parser() -> MarkdownIt:
    """Making one takes as long as reading a page."""
    return MarkdownIt("commonmark").enable("table")


def _front_matter(text: str, path: str) -> tuple[dict[str, Any], str]:
    """The fields between the first two lines of `---`, if they are fields, and the text below."""
    written = re.match(_FRONT_MATTER, text, re.DOTALL)
    if written is None:
        return {}, text
    try:
        fields = YAMLHandler().load(written[1] or "", Loader=_AsWritten)
    except yaml.YAMLError as error:
        raise ContentFrontMatterBroken(path=path, reason=next(iter(str(error).splitlines()), "")) from error
    # Text between two rules is no fields.
    return (fields, text[written.end() :]) if isinstance(fields, dict) else ({}, text)


def _field(fields: dict[str, Any], key: str) -> str | None:
    value = fields.get(key)
    return value.strip() if isinstance(value, str) and value.strip() not in _NOTHING else None


def _first_heading(tree: SyntaxTreeNode) -> str | None:
    firsts = (_text(node) for node in tree.children if node.type == "heading" and node.tag == "h1")
    return next((text for text in firsts if len(text) <= LONGEST_HEADINGS), None)


def _blocks(tree: SyntaxTreeNode, title: str) -> Iterator[Block]:
    headings = Headings(title)
    for node in tree.children:
        if node.type == "heading" and headings.enter(int(node.tag[1:]), _text(node)):
            continue
        if node.type == "blockquote":
            yield from _quotations(node, headings.path)
        elif text := _text(node):
            yield Block(text, headings.path)


def _quotations(blockquote: SyntaxTreeNode, heading: str) -> Iterator[Block]:
    """The quotations in a block quote: each ends with its line of attribution, or with the block quote."""
    lines: list[str] = []
    for paragraph in blockquote.children:
        *above, last = _written_lines(paragraph) or [""]
        if not attribution(last):
            lines += _text(paragraph).split("\n")
            continue
        lines += join_words(above).split("\n")
        if any(lines):
            yield Block("\n".join(filter(str.strip, lines)), heading, *(attribution(last) or ()))
            lines = []
        else:
            lines = [last]
    if any(lines):
        yield Block("\n".join(filter(str.strip, lines)), heading)


def _written_lines(paragraph: SyntaxTreeNode) -> list[str]:
    """The lines of a paragraph as its author broke them."""
    if paragraph.type != "paragraph":
        return _text(paragraph).split("\n")
    written = "".join(_text(child) for child in paragraph.children)
    return [line.strip() for line in re.split(r"[\r\n]", written)]


def _text(node: SyntaxTreeNode) -> str:
    """What a reader sees of a node, without markup."""
    match node.type:
        case "text" | "code_inline" | "fence" | "code_block":
            return node.content.rstrip("\n")
        case "softbreak":
            return "\r"  # becomes a space, or nothing between Japanese characters
        case "hardbreak":
            return "\n"
        case "html_inline" | "html_block":
            return _html_text(node.content)
        case "bullet_list" | "ordered_list":
            return _list_text(node)
        case "tr":
            return " | ".join(_text(cell) for cell in node.children)
        case "inline" | "link" | "strong" | "em" | "image":
            return "".join(_text(child) for child in node.children)
        case "paragraph" | "heading" | "th" | "td":
            return join_words([line.strip() for line in "".join(map(_text, node.children)).split("\r")]).strip()
        case _:
            return "\n".join(text for child in node.children if (text := _text(child)))


def _html_text(html: str) -> str:
    """The text of HTML within Markdown, without tags and comments."""
    if re.fullmatch(r"<br\s*/?>", html, re.IGNORECASE):
        return "\n"
    # What is never closed goes to the end in one step, where looking for its end from every "<" would take for ever.
    return re.sub(r"<!--(?:.*?-->|.*)|<[^<>]*>", "", html, flags=re.DOTALL).strip()


def _list_text(node: SyntaxTreeNode) -> str:
    if node.type == "bullet_list":
        return "\n".join("・" + _text(item) for item in node.children)
    start = int(node.attrs.get("start", 1))
    return "\n".join(f"{number}. {_text(item)}" for number, item in enumerate(node.children, start))
