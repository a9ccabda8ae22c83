"""The vectors of passages in the store. Which passages have some is no change of the collection: no generation begins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import delete, insert, select

from index.store.connection import reading, writing
from index.store.rows import State
from index.store.schema import documents, generations, passage_vectors, passages, removals
from index.store.store import Store, lock_collection, state_of


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


def encoded_passages(store: Store, encoder: str) -> set[int]:
    """The numbers of the passages that have vectors of an encoder; raises a DatabaseError."""
    query = select(passage_vectors.c.passage).where(passage_vectors.c.encoder == encoder)
    with reading(store.engine, much=True) as connection:
        return set(connection.execute(query).scalars())
