"""Markdown to a document: it is made a page, which is read as web pages are."""

from __future__ import annotations

import re
from functools import cache
from pathlib import PurePath
from typing import Any

import yaml
from frontmatter.default_handlers import YAMLHandler
from lxml import etree, html
from markdown_it import MarkdownIt

from index.errors import ContentFrontMatterBroken, ContentNestedTooDeep
from index.loaders.content import LONGEST_HEADINGS
from index.loaders.web.markdown_syntax import NOTE, parser
from index.loaders.web.web_text import blocks_of, heading_text, one_line
from index.types import Document

_FRONT_MATTER = r"---[ \t]*\n(.*?\n)?(?:---|\.\.\.)[ \t]*(?:\n|$)"
_FIELD = re.compile(r"([^\s:#-][^\s:]*)[ \t]*:(?:[ \t]+(.*))?")
_NOTHING = ("", "~", "null", "Null", "NULL")
# What is never read, wherever it stands.
_UNSEEN = "script style noscript template svg math iframe object canvas audio video map rp select textarea".split()
_HOLDS_A_NOTE = ("p", "li", "td", "th", "dd", "dt", "summary")

Warnings = tuple[tuple[str, dict[str, str]], ...]


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
    or else the file's name. Raises ContentNestedTooDeep.
    """
    fields, body, warnings = _front_matter(text, path)
    page = _page(_parser().render(body), path)
    title = _field(fields, "title") or _first_heading(page) or PurePath(name).stem
    return Document(
        name=name,
        title=title,
        source=_field(fields, "source") or name,
        url=_field(fields, "url"),
        blocks=tuple(blocks_of(page, title)),
        warnings=warnings,
    )


@cache
def _parser() -> MarkdownIt:
    """Making one takes as long as reading a page."""
    return parser()


def _page(rendered: str, path: str) -> Any:
    """What was rendered as a tree, with each footnote where it is referred to."""
    reader = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    page = html.document_fromstring(f"<body>{rendered}\n</body>".encode(), parser=reader)
    # The parser stops where elements are nested 256 deep, and leaves out the rest.
    if any("depth" in problem.message for problem in reader.error_log.filter_from_fatals()):
        raise ContentNestedTooDeep(path=path)
    etree.strip_elements(page, *_UNSEEN, with_tail=False)
    body = page.find("body")
    if NOTE in rendered:
        _place_notes(body)
    return body


def _place_notes(body: Any) -> None:
    """Put the text of each footnote behind what refers to it; one that nothing refers to stays where it is."""
    texts = {note.get(NOTE): note for note in body.iter("section") if note.get(NOTE) is not None}
    used = set()
    for reference in [*body.iter("span")]:
        label = reference.get(NOTE)
        if label is None:
            continue
        note = texts.get(label) if label else reference
        text = one_line(" ".join(note.itertext())) if note is not None else ""
        holder = next(reference.iterancestors(*_HOLDS_A_NOTE), None)
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
    """The fields between the first two lines of `---`, if they are fields, the text below, and what is wrong."""
    written = re.match(_FRONT_MATTER, text, re.DOTALL)
    if written is None:
        return {}, text, ()
    below = text[written.end() :]
    try:
        fields = YAMLHandler().load(written[1] or "", Loader=_AsWritten)
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        broken = ContentFrontMatterBroken(path=path, reason=next(iter(str(error).splitlines()), ""))
        fields = _fields_by_line(written[1])
        return (fields, below, ((type(broken).__name__, broken.values),)) if fields else ({}, text, ())
    # Text between two rules is no fields.
    return (fields, below, ()) if isinstance(fields, dict) else ({}, text, ())


def _fields_by_line(written: str) -> dict[str, str]:
    """The fields of front matter that is not quite YAML, each of one line; none where it is text."""
    lines = [line.rstrip() for line in written.split("\n") if re.match(r"[^\s#-]", line)]
    found = [field for line in lines if (field := _FIELD.fullmatch(line))]
    if 2 * len(found) < len(lines):
        return {}
    return {field[1]: (field[2] or "").strip().strip("'\"") for field in found}


def _field(fields: dict[str, Any], key: str) -> str | None:
    value = fields.get(key)
    return value.strip() if isinstance(value, str) and value.strip() not in _NOTHING else None


def _first_heading(page: Any) -> str | None:
    texts = (heading_text(heading) for heading in page.iter("h1"))
    return next((text for text in texts if text and len(text) <= LONGEST_HEADINGS), None)
