"""Plain text to a document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePath

from index.normalization import join_words
from index.quotations import attribution
from index.types import Block, Document

_TITLE_LENGTH = 80
_ENDS_A_PARAGRAPH = r"[。.!?！？…」』）):：]\s*$"
_BEGINS_AN_ITEM = r"^\s*(?:[・•●○■□◆◇※*-]|\d+[.)、．）]|[QＱAＡ][.:：．])"


def parse_plain_text(text: str, name: str) -> Document:
    """The document in a plain text.

    An empty line, or a line that ends like a sentence, ends a paragraph; other lines go on in the next.
    Lines above a line of attribution, up to an empty line, are a quotation.
    """
    groups = [
        group.split("\n") for group in re.split(r"\n[ \t\u3000]*(?:\n[ \t\u3000]*)+", text.strip("\n")) if group.strip()
    ]
    title = PurePath(name).stem
    first = groups[0][0].strip()
    if (
        len(groups) > 1
        and len(groups[0]) == 1
        and len(first) <= _TITLE_LENGTH
        and not re.search(_ENDS_A_PARAGRAPH, first)
    ):
        title = first
        groups = groups[1:]
    return Document(
        name=name, title=title, source=name, blocks=tuple(block for group in groups for block in _blocks(group))
    )


def _blocks(lines: list[str]) -> Iterator[Block]:
    waiting: list[str] = []
    for line in lines:
        who = attribution(line)
        if who and waiting:
            yield Block("\n".join(_paragraphs(waiting)), "", *who)
            waiting = []
        else:
            waiting.append(line)
    for paragraph in _paragraphs(waiting):
        yield Block(paragraph)


def _paragraphs(lines: list[str]) -> Iterator[str]:
    waiting: list[str] = []
    for line in lines:
        if waiting and (re.match(_BEGINS_AN_ITEM, line) or re.search(_ENDS_A_PARAGRAPH, waiting[-1])):
            yield join_words([line.strip() for line in waiting])
            waiting = []
        waiting.append(line)
    if waiting:
        yield join_words([line.strip() for line in waiting])
