"""A document to the passages that can be quoted from it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from itertools import chain, count, pairwise

from index.sentences import sentences_of
from index.types import Block, Document, Passage

# A chat window shows about this many characters without scrolling.
LONGEST = 600
# A paragraph this short that points back ("this", "but") cannot be understood without the one before it.
SHORT = 40
_POINTS_BACK = (
    r"この|その|これ|それ|^(?:同[氏社紙年]|彼|また|しかし|ただし|だが|でも|さらに|なお|つまり|したがって|ちなみに)"
)
_LEADS_IN = r"[:：]\s*$"


def to_passages(document: Document, within: str = "") -> list[Passage]:
    """The passages of a document, in reading order.

    An id depends on the document's name and the passage's own text, so it survives edits elsewhere;
    of equal texts in one document the second and later also depend on their number. 12 hex digits. Where documents
    of the same name may come from several places, it also depends on the place that the document is `within`.
    """
    name = f"{within}\0{document.name}" if within else document.name
    passages: list[Passage] = []
    occurrences: dict[str, count[int]] = {}
    for paragraph, block in _read_together(document.blocks):
        for text in _cut(block.text):
            occurrence = next(occurrences.setdefault(text, count()))
            passages.append(
                Passage(
                    id=_id(name, text, occurrence),
                    text=text,
                    title=document.title,
                    heading=block.heading,
                    paragraph=paragraph,
                    speaker=block.speaker,
                    role=block.role,
                    source=document.source,
                    url=block.url or document.url,
                    page=block.page,
                    date=block.date,
                )
            )
    return passages


def _id(name: str, text: str, occurrence: int) -> str:
    return blake2b(f"{name}\0{text}\0{occurrence}".encode(), digest_size=6).hexdigest()


def _read_together(blocks: Sequence[Block]) -> Iterator[tuple[int, Block]]:
    """Blocks with their numbers; those that make sense only together as one."""
    waiting: tuple[int, Block] | None = None
    for number, block in enumerate(blocks, start=1):
        if waiting and _belongs_to(waiting[1], block):
            waiting = (waiting[0], waiting[1]._replace(text=f"{waiting[1].text}\n{block.text}"))
            continue
        if waiting:
            yield waiting
        waiting = (number, block)
    if waiting:
        yield waiting


def _belongs_to(before: Block, block: Block) -> bool:
    """Whether a block makes sense only with the one before it; a page may end between them, nothing else may."""
    if before.speaker or block.speaker:
        return False
    if (before.heading, before.date, before.url) != (block.heading, block.date, block.url):
        return False
    if len(f"{before.text}\n{block.text}") > LONGEST:
        return False
    open_quotation = before.text.count("「") > before.text.count("」") and "」" in block.text
    points_back = len(block.text) < SHORT and re.search(_POINTS_BACK, block.text) is not None
    return open_quotation or points_back or re.search(_LEADS_IN, before.text) is not None


def _cut(text: str) -> list[str]:
    """A text in pieces that a chat window shows whole, cut between sentences where there are any."""
    if len(text) <= LONGEST:
        return [text]
    pieces = [""]
    for part in _parts(text):
        if pieces[-1] and len(pieces[-1]) + len(part) > LONGEST:
            pieces.append("")
        pieces[-1] += part
    return [stripped for piece in pieces if (stripped := piece.strip())]


def _parts(text: str) -> Iterator[str]:
    """The sentences of a text with the white space after them; one without an end is cut by length."""
    for start, end in pairwise(chain(_starts(text), [len(text)])):
        for cut in range(start, end, LONGEST):
            yield text[cut : min(cut + LONGEST, end)]


def _starts(text: str) -> Iterator[int]:
    position = 0
    for sentence in sentences_of(text):
        start = text.index(sentence, position)
        yield start
        position = start + len(sentence)
