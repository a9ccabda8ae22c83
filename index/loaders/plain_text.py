"""Loads plain text: paragraphs, lists, tables with tabs, and quotations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import PurePath
from typing import NamedTuple

from index.documents.quotations import parse_attribution
from index.loaders.lines import begins_an_item, ends_a_sentence, is_labelled, join_wrapped_lines
from index.types import Block, Document

_LONGEST_TITLE = 80
# A line of one sign again and again, or the one above a signature.
_RULE = r"[ \t\u3000]*(?:([-=_*~─━―‐－＝＊★☆◆◇■□#])\1{2,}|--)[ \t\u3000]*"
_COLUMNS = r"\S(?:\t|[ \u3000]{2,}|\u3000)\s*\S"
_QUESTION = r"\s*(?:[QＱ問]\s*[\d０-９]{0,3}|質問)\s*[.:：．、]"


class _LogicalLine(NamedTuple):
    """One or more wrapped lines joined: `kind` is item, sentence or line."""

    text: str
    indent: int
    kind: str


def parse_plain_text(text: str, name: str) -> Document:
    """The document in a plain text.

    An empty line, or a line that ends like a sentence, ends a paragraph; wrapped lines are joined. Other lines are a
    list, or a table where tabs divide them. Lines above a line of attribution, up to an empty line, are a quotation.
    """
    text = _without_rules(text).strip("\n")
    groups = [group.split("\n") for group in re.split(r"\n[ \t\u3000]*(?:\n[ \t\u3000]*)+", text) if group.strip()]
    title = PurePath(name).stem
    first = groups[0][0].strip()
    if len(groups) > 1 and len(groups[0]) == 1 and len(first) <= _LONGEST_TITLE and not ends_a_sentence(first):
        title = first
        groups = groups[1:]
    return Document(
        name=name, title=title, source=name, blocks=tuple(block for group in groups for block in _blocks(group))
    )


def _without_rules(text: str) -> str:
    """The text with an empty line for each rule, but for one below the names of columns, which belong to the rows."""
    lines: list[str] = []
    for line in text.split("\n"):
        if not re.fullmatch(_RULE, line):
            lines.append(line)
        elif not (lines and re.search(_COLUMNS, lines[-1])):
            lines.append("")
    return "\n".join(lines)


def _blocks(lines: list[str]) -> Iterator[Block]:
    pending: list[str] = []
    for line in lines:
        attribution = parse_attribution(line)
        if attribution and pending:
            yield Block("\n".join(logical_line.text for logical_line in _logical_lines(pending)), "", *attribution)
            pending = []
        else:
            pending.append(line)
    if not any("\t" in line for line in pending):
        yield from _paragraphs(pending)
        return
    for tabs, same in groupby(pending, lambda line: line.strip().count("\t")):
        rows = list(same)
        yield from _table(rows) if tabs and len(rows) > 1 else _paragraphs(rows)


def _table(rows: Sequence[str]) -> Iterator[Block]:
    """Rows of cells divided by tabs; the first is the header if it has no digits."""
    cells = [[cell.strip() for cell in row.strip().split("\t")] for row in rows]
    has_header = not re.search(r"\d", rows[0])
    separator = " | " if has_header else "\u3000"
    yield Block("\n".join(map(separator.join, cells)), kind="table" if has_header else "list")


def _paragraphs(lines: Sequence[str]) -> Iterator[Block]:
    """A paragraph for each sentence, and a list for adjacent items or lines."""
    group: list[_LogicalLine] = []
    for line in _logical_lines(lines):
        continues = group and (
            line.kind == group[-1].kind or (group[-1].kind == "item" and line.indent > group[0].indent)
        )
        if group and not (continues and line.kind != "sentence" and not re.match(_QUESTION, line.text)):
            yield _list(group)
            group = []
        group.append(line)
    if group:
        yield _list(group)


def _list(logical_lines: Sequence[_LogicalLine]) -> Block:
    """Logical lines as a list, nested by their indents; a single one is a paragraph."""
    if len(logical_lines) == 1 and "\n" not in logical_lines[0].text:
        return Block(logical_lines[0].text)
    lines: list[str] = []
    indents: list[int] = []
    for logical_line in logical_lines:
        while indents and indents[-1] >= logical_line.indent:
            indents.pop()
        first, *more = logical_line.text.split("\n")
        lines += ["  " * len(indents) + first, *("  " * (len(indents) + 1) + line for line in more)]
        indents.append(logical_line.indent)
    return Block("\n".join(lines), kind="list")


def _logical_lines(lines: Sequence[str]) -> Iterator[_LogicalLine]:
    """The logical lines: each ends with a sentence, or before an item."""
    physical: list[str] = []
    for line in lines:
        if physical and (
            ends_a_sentence(physical[-1]) or begins_an_item(line) or _is_speech_below_an_item(line, physical)
        ):
            yield from _unwrapped(physical)
            physical = []
        physical.append(line)
    if physical:
        yield from _unwrapped(physical)


def _is_speech_below_an_item(line: str, above: Sequence[str]) -> bool:
    """Whether a line is what somebody said about an item, and no part of its text."""
    return (
        begins_an_item(above[0]) and is_labelled(line) and ends_a_sentence(line) and _indent(line) <= _indent(above[0])
    )


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _unwrapped(lines: Sequence[str]) -> Iterator[_LogicalLine]:
    indent = _indent(lines[0])
    text = join_wrapped_lines(lines) if len(lines) > 1 else lines[0].strip()
    if begins_an_item(lines[0]):
        yield _LogicalLine(text, indent, "item")
        return
    for line in text.split("\n"):
        yield _LogicalLine(line, indent, "sentence" if ends_a_sentence(line) and not is_labelled(line) else "line")
