"""Loads Markdown: it is rendered as HTML, which is read as web pages are."""

from __future__ import annotations

import re
from functools import cache
from pathlib import PurePath
from typing import Any

import yaml
from frontmatter.default_handlers import YAMLHandler
from lxml import etree
from markdown_it import MarkdownIt

from index.errors import ContentFrontMatterBroken
from index.loaders.content import LONGEST_HEADING_PATH
from index.loaders.dates import first_day
from index.loaders.web.markdown_syntax import FOOTNOTE, markdown_parser
from index.loaders.web.web_text import blocks_of, heading_text, one_line, parse_html
from index.types import Document

_FRONT_MATTER = r"---[ \t]*\n(.*?\n)?(?:---|\.\.\.)[ \t]*(?:\n|$)"
# The list in whose place kramdown puts the table of contents.
_TABLE_OF_CONTENTS = re.compile(r"^(?:[*+-]|1\.)[ \t][^\n]*\n\{:[ \t]?toc[^}\n]*\}[ \t]*$", re.MULTILINE)
_FIELD_LINE = re.compile(r"([^\s:#-][^\s:]*)[ \t]*:(?:[ \t]+(.*))?")
# Where the day stands on which it was last changed, or else written, best first: as Hugo, Jekyll and others have it.
_DATES = (
    "updated", "lastmod", "last_modified_at", "last_modified", "modified", "date", "更新日", "最終更新日", "日付", "作成日",
)  # fmt: skip
_NULL_VALUES = ("", "~", "null", "Null", "NULL")
_REMOVED_TAGS = (
    "script style noscript template svg math iframe object canvas audio video map rp select textarea".split()
)
_FOOTNOTE_HOLDERS = ("p", "li", "td", "th", "dd", "dt", "summary")

Warnings = tuple[tuple[str, dict[str, str]], ...]


class _StringLoader(yaml.BaseLoader):
    """Loads every value as a string, so that none fails to be a number or a date.

    An alias is null: some hundred bytes of aliases can expand to gigabytes. The loader in C overflows the stack where
    brackets are nested deep; this one raises an error.
    """

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """The next node, or null for an alias."""
        if self.check_event(yaml.AliasEvent):
            self.get_event()  # type: ignore[no-untyped-call]
            return yaml.ScalarNode("tag:yaml.org,2002:null", "")
        return super().compose_node(parent, index)


def parse_markdown(text: str, name: str, path: str) -> Document:
    """The document in a Markdown text. Headings are no blocks; each block has its heading path.

    The title is the front matter's, or else that of the only or first heading of the first level,
    or else the file's name. Raises ContentNestedTooDeep.
    """
    fields, body, warnings = _front_matter(text, path)
    page = _tree(_parser().render(re.sub(_TABLE_OF_CONTENTS, "", body)), path)
    title = _field(fields, "title") or _first_heading(page) or PurePath(name).stem
    return Document(
        name=name,
        title=title,
        source=_field(fields, "source") or name,
        url=_field(fields, "url"),
        blocks=tuple(blocks_of(page, title)),
        warnings=warnings,
        dated=first_day(_field(fields, key) for key in _DATES),
    )


@cache
def _parser() -> MarkdownIt:
    """Cached: making one takes as long as reading a page."""
    return markdown_parser()


def _tree(rendered: str, path: str) -> Any:
    """The rendered HTML as a tree, with the text of each footnote after its reference."""
    page = parse_html(f"<body>{rendered}\n</body>", path)
    etree.strip_elements(page, *_REMOVED_TAGS, with_tail=False)
    body = page.find("body")
    if FOOTNOTE in rendered:
        _insert_footnotes(body)
    return body


def _insert_footnotes(body: Any) -> None:
    """Move the text of each footnote to the end of the block that refers to it, if any does."""
    texts = {note.get(FOOTNOTE): note for note in body.iter("section") if note.get(FOOTNOTE) is not None}
    used = set()
    for reference in [*body.iter("span")]:
        label = reference.get(FOOTNOTE)
        if label is None:
            continue
        note = texts.get(label) if label else reference
        text = one_line("".join(note.itertext())) if note is not None else ""
        holder = next(reference.iterancestors(*_FOOTNOTE_HOLDERS), None)
        reference.drop_tree()
        if not text or holder is None:
            continue
        used.add(label)
        line = etree.SubElement(holder, "br")
        line.tail = f"※{text}"
    for label in used:
        if label in texts:
            texts[label].drop_tree()


def _front_matter(text: str, path: str) -> tuple[dict[str, Any], str, Warnings]:
    """The fields of the front matter, the text below it, and warnings; no fields where it is text between two rules."""
    match = re.match(_FRONT_MATTER, text, re.DOTALL)
    if match is None:
        return {}, text, ()
    body = text[match.end() :]
    try:
        fields = YAMLHandler().load(match[1] or "", Loader=_StringLoader)
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        broken = ContentFrontMatterBroken(path=path, reason=next(iter(str(error).splitlines()), ""))
        fields = _fields_by_line(match[1])
        return (fields, body, ((type(broken).__name__, broken.values),)) if fields else ({}, text, ())
    return (fields, body, ()) if isinstance(fields, dict) else ({}, text, ())


def _fields_by_line(front_matter: str) -> dict[str, str]:
    """The fields of front matter that is invalid YAML, one a line; none where most lines are no fields."""
    lines = [line.rstrip() for line in front_matter.split("\n") if re.match(r"[^\s#-]", line)]
    found = [field for line in lines if (field := _FIELD_LINE.fullmatch(line))]
    if 2 * len(found) < len(lines):
        return {}
    return {field[1]: (field[2] or "").strip().strip("'\"") for field in found}


def _field(fields: dict[str, Any], key: str) -> str | None:
    value = fields.get(key)
    return value.strip() if isinstance(value, str) and value.strip() not in _NULL_VALUES else None


def _first_heading(page: Any) -> str | None:
    texts = (heading_text(heading) for heading in page.iter("h1"))
    return next((text for text in texts if text and len(text) <= LONGEST_HEADING_PATH), None)
