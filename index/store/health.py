"""Examines the health of a database, without changing or creating one."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from sqlalchemy import Connection, Row, exists, func, select, text

from index.errors import DatabaseMissing, ReplicaUnrelated
from index.ranking.packed_terms import is_packed
from index.store.connection import connect, is_there, reading, shown_address
from index.store.jobs import DeadLetter, Jobs, QueueState
from index.store.leases import Lease, leases_in
from index.store.migration import our_revision
from index.store.outlines import decompress, is_compressed
from index.store.rows import ANALYSIS_VERSION, analyse_text
from index.store.schema import REVISION, documents, passage_vectors, passages, sources
from index.store.store import Store, state_of

# How many passages, evenly spread, are analysed again: that takes a second.
_SAMPLE_SIZE = 500
_BATCH_SIZE = 1_000
_MOST_DEAD_LETTERS = 20


class Health(NamedTuple):
    """What was found of a database. `damage` is empty if there is none; `outdated` counts passages of an older analysis.

    `mismatched` counts passages whose terms or outline do not match their text: of all the structure is checked, and a
    sample is analysed again. `vectors` counts the passages that have vectors, by the name of their encoder. `locations`
    are those of the sources that have passages. `dead_letters` are the first of those in the queue, `leases` what processes
    do, or did a moment ago. `to_review` counts the sources of which somebody has to say whether they are still right.
    """

    revision: str | None
    damage: str
    sources: int = 0
    documents: int = 0
    passages: int = 0
    outdated: int = 0
    mismatched: int = 0
    vectors: Mapping[str, int] = MappingProxyType({})
    locations: frozenset[str] = frozenset()
    queue: QueueState = QueueState()
    dead_letters: tuple[DeadLetter, ...] = ()
    leases: tuple[Lease, ...] = ()
    to_review: int = 0


def examine(address: str) -> Health:
    """Examine the database at a URL; raises a DatabaseError, DatabaseMissing where there is none."""
    if not is_there(address):
        raise DatabaseMissing(database=shown_address(address))
    engine = connect(address)
    try:
        with reading(engine, much=True) as connection:
            revision, damage = our_revision(connection), _damage(connection)
            if not revision:
                return Health(revision, damage)
            health = Health(revision, damage, *_counts(connection), locations=_locations(connection))
            if revision != REVISION:
                return health
            store = Store(engine)
            jobs = Jobs(store)
            return health._replace(
                mismatched=0 if damage else _count_mismatched(connection),
                vectors=_count_vectors(connection),
                queue=jobs.state(),
                dead_letters=tuple(jobs.dead(limit=_MOST_DEAD_LETTERS)),
                leases=tuple(leases_in(connection)),
                to_review=sum(one.needs_review_since is not None for one in store.sources()),
            )
    finally:
        engine.dispose()


def generations_behind(address: str, replica: str) -> int:
    """How many changes a replica has not taken over yet from the database at a URL; raises a DatabaseError."""
    states = []
    # The database first: what it gets meanwhile is no lag.
    for engine in (connect(address), connect(replica, replica=True)):
        try:
            with reading(engine) as connection:
                states.append(state_of(connection))
        finally:
            engine.dispose()
    here, there = states
    if there.identity != here.identity:
        raise ReplicaUnrelated(database=shown_address(replica))
    return max(0, here.generation - there.generation)


def _damage(connection: Connection) -> str:
    if connection.dialect.name != "sqlite":
        return ""
    found = str(connection.execute(text("PRAGMA integrity_check(1)")).scalar())
    return "" if found == "ok" else found.partition("\n")[0]


def _count_mismatched(connection: Connection) -> int:
    query = select(passages.c.number, passages.c.text, passages.c.terms, passages.c.outline)
    query = query.where(passages.c.analysis == ANALYSIS_VERSION)
    count = connection.execute(select(func.count()).select_from(query.subquery())).scalar_one()
    every = max(1, count // _SAMPLE_SIZE)
    rows = connection.execution_options(yield_per=_BATCH_SIZE).execute(query)
    return sum(not _matches_text(row, reanalyse=not position % every) for position, row in enumerate(rows))


def _matches_text(row: Row[int, str, bytes, bytes], *, reanalyse: bool) -> bool:
    if not is_packed(row.terms) or not is_compressed(row.outline):
        return False
    if not reanalyse:
        return True
    analysed = analyse_text(row.text)
    # Compressed bytes depend on the version of zlib.
    return (analysed.terms, decompress(analysed.outline)) == (row.terms, decompress(row.outline))


def _count_vectors(connection: Connection) -> dict[str, int]:
    query = select(passage_vectors.c.encoder, func.count()).group_by(passage_vectors.c.encoder)
    return dict(connection.execute(query).all())


def _locations(connection: Connection) -> frozenset[str]:
    has_passages = exists().where(documents.c.source == sources.c.number, passages.c.document == documents.c.number)
    return frozenset(connection.execute(select(sources.c.location).where(has_passages)).scalars())


def _counts(connection: Connection) -> tuple[int, int, int, int]:
    old = select(func.count()).select_from(passages).where(passages.c.analysis < ANALYSIS_VERSION)
    every = (select(func.count()).select_from(table) for table in (sources, documents, passages))
    of_sources, of_documents, of_passages, outdated = (
        connection.execute(query).scalar_one() for query in (*every, old)
    )
    return of_sources, of_documents, of_passages, outdated
