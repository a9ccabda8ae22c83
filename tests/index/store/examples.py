"""Analysed documents, made by hand."""

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
    """An analysis of a text, which the store keeps whatever it is."""
    return Analysed(pack({"lemma": [text]}), compress([Sentence(text, text, text, "", "O", "")]))


def passage(identity: str, text: str, title: str = "題", url: str | None = None) -> Passage:
    """A passage, with defaults for what does not matter to the test."""
    return Passage(identity, text, title, "見出し", 1, "鈴木さん", "開発部", "総務部", url, 3, "2026-11-24")


def document(name: str, *texts: str, title: str = "題", url: str | None = None, digest: str = "d") -> AnalysedDocument:
    """A document with a passage for each text, whose id is made of the document's name and its position."""
    passages = [
        (passage(f"{crc32(name.encode()):08x}{position:04}", text, title, url), analysed(text))
        for position, text in enumerate(texts)
    ]
    return AnalysedDocument(Document(name, title, "総務部", (), url), digest, passages)


def put(store: Store, source: int, *documents: AnalysedDocument, removed: Sequence[str] = ()) -> State:
    """Add documents to a source."""
    return store.put(source, documents, removed)


def texts(store: Store) -> list[tuple[str, str, str]]:
    """All passages: location, document and text."""
    return [(location, name, kept.passage.text) for location, name, kept in store.all()]


def numbers(store: Store) -> list[int]:
    """The numbers of all passages."""
    return [kept.number for _, _, kept in store.all()]
