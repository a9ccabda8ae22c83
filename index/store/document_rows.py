"""Reads and writes the rows of documents and their passages, within a transaction of the caller's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import BigInteger, Connection, delete, insert, literal, select

from index.store.rows import ANALYSIS_VERSION, Analysed, AnalysedDocument, now
from index.store.schema import contexts, documents, passages, removals
from index.types import Passage

_BATCH_SIZE = 2_000


class _Context(NamedTuple):
    """What passages share: their heading and speaker, and a URL if it differs from the document's."""

    heading: str
    speaker: str | None
    role: str | None
    url: str | None


def analyses_of(connection: Connection, source: int, name: str) -> dict[str, Analysed]:
    """The analysis of each text of a document, as far as it is by this version."""
    query = (
        select(passages.c.text, passages.c.terms, passages.c.outline)
        .join(documents)
        .where(documents.c.source == source, documents.c.name == name, passages.c.analysis == ANALYSIS_VERSION)
    )
    return {text: Analysed(terms, outline) for text, terms, outline in connection.execute(query)}


def _numbers_of(connection: Connection, source: int, names: Sequence[str]) -> list[int]:
    """The numbers of a source's documents with these names."""
    found: list[int] = []
    for start in range(0, len(names), _BATCH_SIZE):
        among = documents.c.name.in_(names[start : start + _BATCH_SIZE])
        query = select(documents.c.number).where(documents.c.source == source, among)
        found += connection.execute(query).scalars()
    return found


def remove_documents(connection: Connection, numbers: Sequence[int], generation: int) -> None:
    """Remove documents with their passages, in a generation."""
    for start in range(0, len(numbers), _BATCH_SIZE):
        in_batch = passages.c.document.in_(numbers[start : start + _BATCH_SIZE])
        removed = select(passages.c.number, literal(generation, BigInteger)).where(in_batch)
        connection.execute(insert(removals).from_select(["number", "generation"], removed))
        connection.execute(delete(passages).where(in_batch))
        connection.execute(delete(documents).where(documents.c.number.in_(numbers[start : start + _BATCH_SIZE])))


def replace_documents(
    connection: Connection, source: int, names: Sequence[str], new: Sequence[AnalysedDocument], generation: int
) -> None:
    """Put documents into a source, in a generation, in the place of those with these names.

    One that says what it said before is as old as it was.
    """
    numbers = _numbers_of(connection, source, names)
    changed = _last_changes(connection, numbers, new)
    remove_documents(connection, numbers, generation)
    _insert_documents(connection, source, new, generation, changed)


def _last_changes(connection: Connection, numbers: Sequence[int], new: Sequence[AnalysedDocument]) -> dict[str, str]:
    """When documents last changed that say now what those with these numbers say, by name."""
    said = {one.document.name: [passage.id for passage, _ in one.passages] for one in new}
    kept: dict[str, tuple[str, list[str]]] = {}
    for start in range(0, len(numbers) if said else 0, _BATCH_SIZE):
        query = select(documents.c.name, documents.c.changed, passages.c.id).join(passages)
        query = query.where(documents.c.number.in_(numbers[start : start + _BATCH_SIZE]))
        for name, changed, passage in connection.execute(query.order_by(documents.c.number, passages.c.place)):
            kept.setdefault(name, (changed, []))[1].append(passage)
    return {name: changed for name, (changed, ids) in kept.items() if said.get(name) == ids}


def _insert_documents(
    connection: Connection, source: int, new: Sequence[AnalysedDocument], generation: int, changes: Mapping[str, str]
) -> None:
    """Add documents to a source, in a generation; `changes` has when they last changed, of those that did not now."""
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
            "changed": changes.get(one.document.name, changed),
            "dated": one.document.dated,
        }
        for one in new
    ]
    inserted = insert(documents).returning(documents.c.number, sort_by_parameter_order=True)
    numbers = connection.execute(inserted, rows).scalars().all()
    context_numbers = _insert_contexts(connection, numbers, new)
    passage_rows = [
        {
            "document": number,
            "place": position,
            "id": passage.id,
            "text": passage.text,
            "context": context_numbers[number, _context(passage, one)],
            "paragraph": passage.paragraph,
            "page": passage.page,
            "date": passage.date,
            "generation": generation,
            "analysis": ANALYSIS_VERSION,
            "terms": analysed.terms,
            "outline": analysed.outline,
        }
        for number, one in zip(numbers, new, strict=True)
        for position, (passage, analysed) in enumerate(one.passages)
    ]
    if passage_rows:
        connection.execute(insert(passages), passage_rows)


def _insert_contexts(
    connection: Connection, numbers: Sequence[int], new: Sequence[AnalysedDocument]
) -> dict[tuple[int, _Context], int]:
    """Insert the distinct contexts of documents' passages; returns the row number of each by its document and itself."""
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
