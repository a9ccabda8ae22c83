"""Documents as the store takes them, made by hand."""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

from index.ranking.packed_terms import pack
from index.reranking.outline import Sentence
from index.store.outlines import compress
from index.store.rows import Analysed, AnalysedDocument, State
from index.store.store import Store
from index.types import Document, Passage


def analysed(text: str) -> Analysed:
    """The analysis of a text that has no words: what the store keeps, whatever it is."""
    return Analysed(pack({"lemma": [text]}), compress([Sentence(text, text, text, "", "O", "")]))


def passage(identity: str, text: str, title: str = "題", url: str | None = None) -> Passage:
    """A passage of which only what matters to the test is given."""
    return Passage(identity, text, title, "見出し", 1, "鈴木さん", "開発部", "総務部", url, 3, "2026-11-24")


def document(name: str, *texts: str, title: str = "題", url: str | None = None, digest: str = "d") -> AnalysedDocument:
    """A document with a passage for each text; a passage's id is made of the document's name and its place."""
    passages = [
        (passage(f"{crc32(name.encode()):08x}{place:04}", text, title, url), analysed(text))
        for place, text in enumerate(texts)
    ]
    return AnalysedDocument(Document(name, title, "総務部", (), url), digest, passages)


def put(store: Store, source: int, *documents: AnalysedDocument, removed: Sequence[str] = ()) -> State:
    """Take documents into a source."""
    return store.put(source, documents, removed)


def texts(store: Store) -> list[tuple[str, str, str]]:
    """All that is stored: location, document and text."""
    return [(location, name, kept.passage.text) for location, name, kept in store.all()]


def numbers(store: Store) -> list[int]:
    """The numbers of all passages."""
    return [kept.number for _, _, kept in store.all()]
