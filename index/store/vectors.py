"""The vectors of passages in the store. Which passages have some is no change of the collection: no generation begins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, delete, exists, insert, select

from index.store.connection import reading, writing
from index.store.rows import AnalysedDocument, State
from index.store.schema import documents, generations, passage_vectors, passages, removals
from index.store.store import Store, lock_collection, state_of
from index.types import Passage


class PassageChanges(NamedTuple):
    """The passages added and removed since a generation, and the state of the collection now.

    `added` has the source of each by its number. `base_token` is the token of the generation itself, None if the collection
    never had it.
    """

    state: State
    base_token: str | None
    removed: Sequence[int]
    added: Mapping[int, int]


def passage_changes(store: Store, since: int) -> PassageChanges:
    """What changed since a generation (0: all), from one snapshot of the database; raises a DatabaseError."""
    removed = select(removals.c.number).where(removals.c.generation > since)
    added = select(passages.c.number, documents.c.source).join(documents).where(passages.c.generation > since)
    with reading(store.engine, much=True) as connection:
        token = connection.execute(select(generations.c.token).where(generations.c.generation == since)).scalar()
        return PassageChanges(
            state_of(connection),
            token,
            list(connection.execute(removed).scalars()) if since else [],
            dict(connection.execute(added).all()),
        )


def vectors_of(store: Store, encoder: str, numbers: Sequence[int]) -> dict[int, bytes]:
    """The vectors that an encoder made of passages, by number, without those that have none; raises a DatabaseError."""
    table = passage_vectors
    query = select(table.c.passage, table.c.vectors).where(table.c.passage.in_(numbers), table.c.encoder == encoder)
    with reading(store.engine) as connection:
        return dict(connection.execute(query).all())


def put_vectors(store: Store, encoder: str, vectors: Mapping[int, bytes]) -> None:
    """Keep vectors of passages, in place of what other encoders made of them; raises a DatabaseError.

    Passages that are gone get none.
    """
    with writing(store.engine) as connection:
        # Whoever removes a passage, and with it its vectors, comes before or after.
        lock_collection(connection)
        there = set(connection.execute(select(passages.c.number).where(passages.c.number.in_([*vectors]))).scalars())
        rows = [{"passage": number, "encoder": encoder, "vectors": vectors[number]} for number in sorted(there)]
        connection.execute(delete(passage_vectors).where(passage_vectors.c.passage.in_(there)))
        if rows:
            connection.execute(insert(passage_vectors), rows)


def insert_vectors(
    connection: Connection,
    encoder: str,
    source: int,
    written: Sequence[AnalysedDocument],
    vectors: Mapping[Passage, bytes],
) -> None:
    """Add the vectors that there are of passages of documents that were just written to a source, in their transaction."""
    names = [one.document.name for one in written]
    query = select(documents.c.name, passages.c.place, passages.c.number).select_from(passages).join(documents)
    of_these = documents.c.source == source, documents.c.name.in_(names)
    numbers = {(name, place): number for name, place, number in connection.execute(query.where(*of_these))}
    rows = [
        {"passage": numbers[one.document.name, place], "encoder": encoder, "vectors": vectors[passage]}
        for one in written
        for place, (passage, _) in enumerate(one.passages)
        if passage in vectors
    ]
    if rows:
        connection.execute(insert(passage_vectors), rows)


def unencoded_passages(store: Store, encoder: str, since: int, limit: int) -> list[int]:
    """Some numbers of passages of generations after one that have no vectors of an encoder; raises a DatabaseError."""
    same = passage_vectors.c.passage == passages.c.number, passage_vectors.c.encoder == encoder
    without = passages.c.generation > since, ~exists().where(*same)
    with reading(store.engine, much=True) as connection:
        return list(connection.execute(select(passages.c.number).where(*without).limit(limit)).scalars())


def encoded_passages(store: Store, encoder: str, first: int = 0) -> set[int]:
    """The numbers, from the first on, of the passages that have vectors of an encoder; raises a DatabaseError."""
    of_encoder = passage_vectors.c.encoder == encoder, passage_vectors.c.passage >= first
    query = select(passage_vectors.c.passage).where(*of_encoder)
    with reading(store.engine, much=True) as connection:
        return set(connection.execute(query).scalars())
