"""Whether a database is well. Nothing is changed in it, nor is one made."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, func, select, text

from index.errors import DatabaseMissing
from index.store.connection import connect, reading, shown_address
from index.store.migration import our_revision
from index.store.peek import is_there
from index.store.rows import ANALYSIS
from index.store.schema import documents, passages, sources


class Health(NamedTuple):
    """What a database is found to be: empty `damage` is none, `outdated` are passages of an older analysis."""

    revision: str | None
    damage: str
    sources: int = 0
    documents: int = 0
    passages: int = 0
    outdated: int = 0


def examine(address: str) -> Health:
    """Look at all of the database at a URL; raises a DatabaseError, DatabaseMissing where there is none."""
    if not is_there(address):
        raise DatabaseMissing(database=shown_address(address))
    engine = connect(address)
    try:
        with reading(engine) as connection:
            revision, damage = our_revision(connection), _damage(connection)
            return Health(revision, damage, *(_counts(connection) if revision else ()))
    finally:
        engine.dispose()


def _damage(connection: Connection) -> str:
    if connection.dialect.name != "sqlite":
        return ""
    found = str(connection.execute(text("PRAGMA integrity_check(1)")).scalar())
    return "" if found == "ok" else found.partition("\n")[0]


def _counts(connection: Connection) -> list[int]:
    old = select(func.count()).select_from(passages).where(passages.c.analysis < ANALYSIS)
    counted = [select(func.count()).select_from(table) for table in (sources, documents, passages)]
    return [connection.execute(wanted).scalar_one() for wanted in (*counted, old)]
