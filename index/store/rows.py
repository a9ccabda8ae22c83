"""What the store takes and gives: documents whose passages were analysed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from index.audience import Audience
from index.language.normalization import normalize
from index.language.sound import latin_words, of_latin
from index.ranking.packed_terms import pack
from index.reranking.outline import Sentence, outline, outline_of
from index.store.outlines import compress
from index.types import Document, Passage

# To be raised when a text's terms or outline come out differently than before: what is stored is then made anew.
ANALYSIS = 2


class State(NamedTuple):
    """Which collection it is, how many changes it has had, and the token of the last one."""

    identity: str
    generation: int
    token: str


class Analysed(NamedTuple):
    """A text's packed terms and its compressed sentences."""

    terms: bytes
    outline: bytes


class AnalysedDocument(NamedTuple):
    """A document as the store takes it: its passages in reading order, each with its analysis."""

    document: Document
    digest: str
    passages: Sequence[tuple[Passage, Analysed]]


class Source(NamedTuple):
    """Where documents come from, and how much there is of it."""

    number: int
    kind: str
    location: str
    audience: Audience
    added: str
    documents: int = 0
    passages: int = 0


class Indexed(NamedTuple):
    """What an index needs of a passage."""

    number: int
    terms: bytes
    source: int
    location: str
    document: str
    place: int
    title: str
    heading: str
    speaker: str | None
    role: str | None


class Changes(NamedTuple):
    """What came and went since some generation, and what the collection is now. `added` is read as it is asked for."""

    state: State
    token_then: str | None
    removed: Sequence[int]
    added: Iterator[Indexed]


class Kept(NamedTuple):
    """A passage as it is read back."""

    number: int
    passage: Passage
    document: int
    source: int
    sentences: tuple[Sentence, ...]


def analyse_text(text: str) -> Analysed:
    """The terms and the outline of a passage's own text."""
    found, terms = outline(text, outline_of(""))
    return Analysed(pack(terms), compress(found.sentences))


def prepare(texts: Iterable[str]) -> None:
    """Find out how the Latin words of texts sound: the part of their analysis that others should not wait for."""
    for text in texts:
        for word in latin_words(normalize(text)):
            of_latin(word)


def passage_of(row: Mapping[str, Any]) -> Passage:
    """The passage in a row of the passages joined with their documents."""
    return Passage(
        id=row["id"],
        text=row["text"],
        title=row["title"],
        heading=row["heading"],
        paragraph=row["paragraph"],
        speaker=row["speaker"],
        role=row["role"],
        source=row["attribution"],
        url=row["url"] or row["document_url"],
        page=row["page"],
        date=row["date"],
    )
