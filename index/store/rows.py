"""The values that go into the store and come out of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from index.audience import Audience
from index.language.normalization import normalize
from index.language.sound import latin_words, of_latin
from index.ranking.packed_terms import pack
from index.reranking.outline import Sentence, outline, outline_of
from index.store.outlines import compress
from index.types import Document, Passage

# The version of the analysis: to be raised whenever texts get other terms or outlines, so that what is stored is renewed.
ANALYSIS_VERSION = 4


def now() -> str:
    """The current time as it is stored: in ISO 8601, UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def storable(text: str) -> str:
    """Text without lone surrogates, which UTF-8 cannot encode, and without NUL, which PostgreSQL does not accept."""
    return text.encode(errors="replace").decode().replace("\0", "")


def needs_review_since(due: str | None, changed: str | None) -> str | None:
    """Since when what last changed at a time has to be confirmed, if it has to: what changed since then is not old."""
    return due if due and changed and changed < due <= now() else None


class State(NamedTuple):
    """Which collection it is, how many changes it has had, and the token of the last one."""

    identity: str
    generation: int
    token: str


class Marks(NamedTuple):
    """The state of a collection, the last generation that forgot somebody, and that up to which the disk is rid of it."""

    state: State
    forgotten: int
    erased: int


class Analysed(NamedTuple):
    """A text's packed terms and its compressed sentences."""

    terms: bytes
    outline: bytes


class AnalysedDocument(NamedTuple):
    """A document with its passages in reading order, each with its analysis."""

    document: Document
    digest: str
    passages: Sequence[tuple[Passage, Analysed]]


class Source(NamedTuple):
    """Where documents come from, with the number of its documents and passages.

    `changed` is when the last of them came or changed; at `due` somebody has to say that they are still right, and
    `needs_review_since` is since when nobody has.
    """

    number: int
    kind: str
    location: str
    audience: Audience
    added: str
    documents: int = 0
    passages: int = 0
    changed: str | None = None
    due: str | None = None
    needs_review_since: str | None = None

    @property
    def due_later(self) -> str | None:
        """When it has to be reviewed, if that is yet to come."""
        return self.due if self.due and self.due > now() else None


class IndexedPassage(NamedTuple):
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
    """The passages added and removed since a generation, and the state of the collection now; `added` is read lazily.

    `base_token` is the token of the generation itself, None if the collection never had it.
    """

    state: State
    base_token: str | None
    removed: Sequence[int]
    added: Iterator[IndexedPassage]


class StoredPassage(NamedTuple):
    """A passage with its row number, and its sentences, document and source."""

    number: int
    passage: Passage
    document: int
    source: int
    sentences: tuple[Sentence, ...]


def analyse_text(text: str) -> Analysed:
    """The terms and the outline of a text."""
    found, terms = outline(text, outline_of(""))
    return Analysed(pack(terms), compress(found.sentences))


def cache_pronunciations(texts: Iterable[str]) -> None:
    """Look up how the Latin words of texts sound, before a transaction begins: it is the slow part of their analysis."""
    for text in texts:
        for word in latin_words(normalize(text)):
            of_latin(word)
