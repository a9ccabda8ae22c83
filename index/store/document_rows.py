"""The rows of documents and their passages, as parts of a transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select

from index.store.rows import ANALYSIS, Analysed, AnalysedDocument, now
from index.store.schema import contexts, documents, passages, removals
from index.types import Passage

_AT_A_TIME = 2_000


class _Context(NamedTuple):
    """What a passage stands under, and where it links to if its document does not."""

    heading: str
    speaker: str | None
    role: str | None
    url: str | None


def analyses_of(connection: Connection, source: int, name: str) -> dict[str, Analysed]:
    """The analysis of each text of a document, by this version."""
    wanted = (
        select(passages.c.text, passages.c.terms, passages.c.outline)
        .join(documents)
        .where(documents.c.source == source, documents.c.name == name, passages.c.analysis == ANALYSIS)
    )
    return {text: Analysed(terms, outline) for text, terms, outline in connection.execute(wanted)}


def numbers_of(connection: Connection, source: int, names: Sequence[str]) -> list[int]:
    """The numbers of a source's documents with these names."""
    found: list[int] = []
    for start in range(0, len(names), _AT_A_TIME):
        among = documents.c.name.in_(names[start : start + _AT_A_TIME])
        wanted = select(documents.c.number).where(documents.c.source == source, among)
        found += connection.execute(wanted).scalars()
    return found


def remove_documents(connection: Connection, numbers: Sequence[int], generation: int) -> None:
    """Remove documents with their passages, as a part of a generation."""
    for start in range(0, len(numbers), _AT_A_TIME):
        of = passages.c.document.in_(numbers[start : start + _AT_A_TIME])
        gone = connection.execute(select(passages.c.number).where(of)).scalars()
        rows = [{"number": number, "generation": generation} for number in gone]
        if rows:
            connection.execute(insert(removals), rows)
        connection.execute(delete(passages).where(of))
        connection.execute(delete(documents).where(documents.c.number.in_(numbers[start : start + _AT_A_TIME])))


def insert_documents(connection: Connection, source: int, new: Sequence[AnalysedDocument], generation: int) -> None:
    """Add documents to a source, as a part of a generation."""
    if not new:
        return
    changed = now()
    rows = [
        {
            "source": source,
            "name": one.document.name,
            "title": one.document.title,
            "attribution": one.document.source,
            "url": one.document.url,
            "digest": one.digest,
            "changed": changed,
        }
        for one in new
    ]
    inserted = insert(documents).returning(documents.c.number, sort_by_parameter_order=True)
    numbers = connection.execute(inserted, rows).scalars().all()
    contexts_of = _insert_contexts(connection, numbers, new)
    found = [
        {
            "document": number,
            "place": place,
            "id": passage.id,
            "text": passage.text,
            "context": contexts_of[number, _context(passage, one)],
            "paragraph": passage.paragraph,
            "page": passage.page,
            "date": passage.date,
            "generation": generation,
            "analysis": ANALYSIS,
            "terms": analysed.terms,
            "outline": analysed.outline,
        }
        for number, one in zip(numbers, new, strict=True)
        for place, (passage, analysed) in enumerate(one.passages)
    ]
    if found:
        connection.execute(insert(passages), found)


def _insert_contexts(
    connection: Connection, numbers: Sequence[int], new: Sequence[AnalysedDocument]
) -> dict[tuple[int, _Context], int]:
    """Add what the passages of documents with these numbers stand under, each once, and give where it is."""
    keys = list(
        dict.fromkeys(
            (number, _context(passage, one))
            for number, one in zip(numbers, new, strict=True)
            for passage, _ in one.passages
        )
    )
    if not keys:
        return {}
    rows = [{"document": number, **context._asdict()} for number, context in keys]
    inserted = insert(contexts).returning(contexts.c.number, sort_by_parameter_order=True)
    return dict(zip(keys, connection.execute(inserted, rows).scalars(), strict=True))


def _context(passage: Passage, one: AnalysedDocument) -> _Context:
    url = passage.url if passage.url != one.document.url else None
    return _Context(passage.heading, passage.speaker, passage.role, url)
