"""Plain text to a document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import PurePath
from typing import NamedTuple

from index.documents.quotations import parse_attribution
from index.loaders.lines import begins_an_item, ends_a_sentence, is_labelled, joined
from index.types import Block, Document

_TITLE_LENGTH = 80
_ASKS = r"\s*(?:[QＱ問]\s*[\d０-９]{0,3}|質問)\s*[.:：．、]"


class _Text(NamedTuple):
    """Lines that are one: an item or a line by itself, or a sentence."""

    text: str
    indent: int
    kind: str


def parse_plain_text(text: str, name: str) -> Document:
    """The document in a plain text.

    An empty line, or a line that ends like a sentence, ends a paragraph; lines that were broken for the width go on in
    the next. Lines that mean lines are a list, or a table where tabs divide them. Lines above a line of attribution, up
    to an empty line, are a quotation.
    """
    groups = [
        group.split("\n") for group in re.split(r"\n[ \t\u3000]*(?:\n[ \t\u3000]*)+", text.strip("\n")) if group.strip()
    ]
    title = PurePath(name).stem
    first = groups[0][0].strip()
    if len(groups) > 1 and len(groups[0]) == 1 and len(first) <= _TITLE_LENGTH and not ends_a_sentence(first):
        title = first
        groups = groups[1:]
    return Document(
        name=name, title=title, source=name, blocks=tuple(block for group in groups for block in _blocks(group))
    )


def _blocks(lines: list[str]) -> Iterator[Block]:
    waiting: list[str] = []
    for line in lines:
        who = parse_attribution(line)
        if who and waiting:
            yield Block("\n".join(text.text for text in _texts(waiting)), "", *who)
            waiting = []
        else:
            waiting.append(line)
    if not any("\t" in line for line in waiting):
        yield from _paragraphs(waiting)
        return
    for tabs, same in groupby(waiting, lambda line: line.strip().count("\t")):
        rows = list(same)
        yield from _table(rows) if tabs and len(rows) > 1 else _paragraphs(rows)


def _table(rows: Sequence[str]) -> Iterator[Block]:
    """Rows whose cells tabs divide; the first has the columns' names if it has no numbers."""
    cells = [[cell.strip() for cell in row.strip().split("\t")] for row in rows]
    named = not re.search(r"\d", rows[0])
    between = " | " if named else "\u3000"
    yield Block("\n".join(map(between.join, cells)), kind="table" if named else "list")


def _paragraphs(lines: Sequence[str]) -> Iterator[Block]:
    """Sentences, and the items or lines that are one list."""
    waiting: list[_Text] = []
    for text in _texts(lines):
        goes_on = waiting and (
            text.kind == waiting[-1].kind or (waiting[-1].kind == "item" and text.indent > waiting[0].indent)
        )
        if waiting and not (goes_on and text.kind != "sentence" and not re.match(_ASKS, text.text)):
            yield _list(waiting)
            waiting = []
        waiting.append(text)
    if waiting:
        yield _list(waiting)


def _list(texts: Sequence[_Text]) -> Block:
    """Texts as the lines of a list, each below those that it stands further to the right than."""
    if len(texts) == 1 and "\n" not in texts[0].text:
        return Block(texts[0].text)
    lines: list[str] = []
    indents: list[int] = []
    for text in texts:
        while indents and indents[-1] >= text.indent:
            indents.pop()
        first, *more = text.text.split("\n")
        lines += ["  " * len(indents) + first, *("  " * (len(indents) + 1) + line for line in more)]
        indents.append(text.indent)
    return Block("\n".join(lines), kind="list")


def _texts(lines: Sequence[str]) -> Iterator[_Text]:
    """The lines, joined where they were broken for the width."""
    waiting: list[str] = []
    for line in lines:
        if waiting and (ends_a_sentence(waiting[-1]) or begins_an_item(line)):
            yield from _together(waiting)
            waiting = []
        waiting.append(line)
    if waiting:
        yield from _together(waiting)


def _together(lines: Sequence[str]) -> Iterator[_Text]:
    indent = len(lines[0]) - len(lines[0].lstrip())
    text = joined(lines) if len(lines) > 1 else lines[0].strip()
    if begins_an_item(lines[0]):
        yield _Text(text, indent, "item")
        return
    for line in text.split("\n"):
        yield _Text(line, indent, "sentence" if ends_a_sentence(line) and not is_labelled(line) else "line")
