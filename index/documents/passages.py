"""Divides a document into passages: the texts that are quoted as answers."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from itertools import chain, count, islice, pairwise
from typing import NamedTuple

from index.documents.grouping import LONGEST_CONTEXT, LONGEST_PASSAGE, Part, groups_of, is_label, leads_in
from index.language.sentences import sentences_of
from index.types import Block, Document, Passage

# Nested lists are divided into items down to this depth, and into lines below it.
_MAX_CONTEXT_ITEMS = 10
_INDENT = re.compile(" *")
# The most characters of a title, a heading, a speaker and a role that are searched. Loaders let nothing longer through;
# what was stored before they did, or written in Discord, is cut here, since every passage under it has its terms.
_LONGEST_OF_CONTEXT = 300
# Where a sentence that is too long is cut, best first: after a comma or space, where a word begins, between letters.
_CUT_POINTS = (r"[、，,;；]\s*|\s+", r"(?<=[ぁ-ん])(?=[^ぁ-んー、。])", r"(?<![!-~])|(?![!-~])")


class _Unit(NamedTuple):
    """A sentence, list item, table row or piece of code, which is divided only where it is longer than a passage.

    `context` is repeated before it where it begins a passage; `is_lead_in` is whether it must not end one.
    """

    text: str
    number: int
    block: Block
    separator: str = "\n"
    context: tuple[str, ...] = ()
    is_lead_in: bool = False


def to_passages(document: Document, location: str = "") -> list[Passage]:
    """The passages of a document, in reading order; a text that comes twice under one heading is one passage.

    An id depends on the document's name and the passage's own text, so it survives edits elsewhere;
    of equal texts in one document the second and later also depend on their number. 12 hex digits. Where documents
    of the same name may come from several places, it also depends on the document's `location`.
    """
    name = f"{location}\0{document.name}" if location else document.name
    passages: dict[tuple[object, ...], Passage] = {}
    occurrences: dict[str, count[int]] = {}
    for group in groups_of(document.blocks):
        for text, first in _passage_texts(group):
            block = first.block
            key = (text, block.heading, block.speaker, block.role, block.date, block.url)
            if key in passages:
                continue
            occurrence = next(occurrences.setdefault(text, count()))
            passages[key] = Passage(
                id=_id(name, text, occurrence),
                text=text,
                title=document.title,
                heading=block.heading,
                paragraph=block.row or first.number,
                speaker=block.speaker,
                role=block.role,
                source=document.source,
                url=block.url or document.url,
                page=block.page,
                date=block.date,
            )
    return list(passages.values())


def context(title: str, heading: str, speaker: str | None, role: str | None) -> str:
    """What a passage stands under, as it is searched with the passage's own text."""
    parts = (title, heading, speaker, role)
    return "\n".join(part[:_LONGEST_OF_CONTEXT] for part in parts if part)


def _id(name: str, text: str, occurrence: int) -> str:
    return blake2b(f"{name}\0{text}\0{occurrence}".encode(), digest_size=6).hexdigest()


def _passage_texts(group: Sequence[Part]) -> Iterator[tuple[str, _Unit]]:
    """The texts of a group's passages, none longer than LONGEST_PASSAGE, each with its first unit."""
    whole = "\n".join(part.block.text for part in group)
    if len(whole) <= LONGEST_PASSAGE:
        yield whole, _Unit(whole, *group[0][:2])
        return
    first: _Unit | None = None
    last: _Unit | None = None
    text = ""
    for unit in _units(group):
        candidate = f"{text}{unit.separator}{unit.text}" if first else unit.text
        if len(candidate) > LONGEST_PASSAGE:
            candidate = candidate.rstrip()
        if len(candidate) <= LONGEST_PASSAGE:
            text, first, last = candidate, first or unit, unit
            continue
        lead_in = last if last and last.is_lead_in and last is not first else None
        if lead_in:
            text = text.rstrip().removesuffix(lead_in.text.rstrip()).rstrip()
        if first and text.strip():
            yield text.strip(), first
        first = last = unit
        *pieces, text = _split_long(_with_context(unit, lead_in))
        yield from ((piece, unit) for piece in pieces)
    if first and text.strip():
        yield text.strip("\n").rstrip(), first


def _with_context(unit: _Unit, lead_in: _Unit | None) -> str:
    """The text of a unit that begins a passage, below as much of its context as fits."""
    context = [line for line in unit.context if line.strip()]
    if lead_in and lead_in.text.strip() not in (line.strip() for line in context):
        context = context or [lead_in.text.strip()]
    while context and sum(len(line) + 1 for line in context) > max(
        LONGEST_CONTEXT, LONGEST_PASSAGE - len(unit.text) - 1
    ):
        context.pop(0)
    if sum(len(line) + 1 for line in context) + len(unit.text) > LONGEST_PASSAGE and len(unit.text) <= LONGEST_PASSAGE:
        context = []
    return "\n".join([*context, unit.text])


def _units(group: Sequence[Part]) -> Iterator[_Unit]:
    """The units of a group, one by one: a text can have millions of sentences, items, rows or lines."""
    lead = ""
    for position, (number, block, _) in enumerate(group):
        context = (lead,) if lead else ()
        match block.kind:
            case "list":
                yield from _list_units(block.text, _line_starts(block.text), number, block, context)
            case "table":
                names, *_ = block.text.split("\n", 1)
                yield _Unit(names, number, block, context=context, is_lead_in=True)
                context = (*context, names)
                rows = islice(_lines(block.text), 1, None)
                yield from (_Unit(row, number, block, context=context) for row in rows)
            case "code":
                yield from _code_units(block, number, context)
            case _:
                is_lead_in = position + 1 < len(group) and (
                    leads_in(block.text, group[position + 1].block.kind) or is_label(block.text)
                )
                last = _Unit("", number, block)
                for following in _sentence_units(block, number):
                    if last.text:
                        yield last
                    last = following
                yield last._replace(is_lead_in=is_lead_in)
                lead = block.text if len(block.text) <= LONGEST_CONTEXT else last.text.strip()


def _sentence_units(block: Block, number: int) -> Iterator[_Unit]:
    """The sentences of a text, each with the white space after it."""
    separator = "\n"
    for start, end in pairwise(chain(_sentence_starts(block.text), [len(block.text)])):
        yield _Unit(block.text[start:end], number, block, separator)
        separator = ""


def _sentence_starts(text: str) -> Iterator[int]:
    position = 0
    for sentence in sentences_of(text):
        start = text.index(sentence, position)
        yield start
        position = start + len(sentence)


def _list_units(
    text: str, lines: Sequence[int], number: int, block: Block, context: tuple[str, ...]
) -> Iterator[_Unit]:
    """The items of a list, each with the items nested in it unless that is too long.

    `lines` are the positions in the text where its lines begin, and that after the last.
    """
    depths = array("q", (_indentation(text, start) for start in lines[:-1]))
    depth = min(depths, default=0)
    starts = array("q", (position for position in range(len(depths)) if depths[position] == depth or not position))
    for first, end in pairwise(chain(starts, [len(depths)])):
        item = text[lines[first] : lines[end] - 1]
        too_long = len(item) + sum(len(line) + 1 for line in context) > LONGEST_PASSAGE
        if not too_long or end - first == 1:
            yield _Unit(item, number, block, context=context)
        elif len(context) < _MAX_CONTEXT_ITEMS:
            line = text[lines[first] : lines[first + 1] - 1]
            yield _Unit(line, number, block, context=context, is_lead_in=True)
            yield from _list_units(text, lines[first + 1 : end + 1], number, block, (*context, line))
        else:
            yield from (_Unit(line, number, block, context=context) for line in _lines(item))


def _line_starts(text: str) -> Sequence[int]:
    """The positions where the lines of a text begin, and where one more line would."""
    return array("q", chain([0], (found.end() for found in re.finditer("\n", text)), [len(text) + 1]))


def _lines(text: str) -> Iterator[str]:
    return (text[start : end - 1] for start, end in pairwise(_line_starts(text)))


def _indentation(text: str, start: int) -> int:
    found = _INDENT.match(text, start)
    return found.end() - start if found else 0


def _code_units(block: Block, number: int, context: tuple[str, ...]) -> Iterator[_Unit]:
    """The parts of code between empty lines, or the lines of parts that are long."""
    separator = "\n"
    start = 0
    for blank in chain(re.finditer(r"\n\s*\n", block.text), [None]):
        part = block.text[start : blank.start() if blank else None]
        if len(part) <= LONGEST_PASSAGE // 2:
            yield _Unit(part, number, block, separator, context)
        else:
            for row, line in enumerate(_lines(part)):
                yield _Unit(line, number, block, "\n" if row else separator, context)
        start = blank.end() if blank else start
        separator = "\n\n"


def _split_long(text: str) -> Iterator[str]:
    """A text in pieces no longer than LONGEST_PASSAGE."""
    start, end = 0, len(text.rstrip())
    while end - start > LONGEST_PASSAGE:
        cut = start + _cut_position(text[start : start + LONGEST_PASSAGE + 1])
        yield text[start:cut].strip()
        start = cut
    yield text[start:]


def _cut_position(text: str) -> int:
    """Where to cut a text that is too long: not within a number or a word, if there is another point in its last third."""
    for pattern in _CUT_POINTS:
        cuts = [found.end() for found in re.finditer(pattern, text) if found.end() <= LONGEST_PASSAGE]
        if cuts and cuts[-1] > LONGEST_PASSAGE * 2 // 3 and not _is_within_number(text, cuts[-1]):
            return cuts[-1]
    return LONGEST_PASSAGE


def _is_within_number(text: str, position: int) -> bool:
    return text[position - 1 : position].isdigit() or (
        text[position - 1 : position] in ",." and text[position : position + 1].isdigit()
    )
