"""Whether a database is well. Nothing is changed in it, nor is one made."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, Row, func, select, text

from index.errors import DatabaseMissing
from index.ranking.packed_terms import is_packed
from index.store.connection import connect, is_there, reading, shown_address
from index.store.migration import our_revision
from index.store.outlines import decompress, is_compressed
from index.store.rows import ANALYSIS, analyse_text
from index.store.schema import REVISION, documents, passages, sources

# How many passages are analysed again, of the whole store in turn: that takes a second.
_MADE_AGAIN = 500
_AT_A_TIME = 1_000


class Health(NamedTuple):
    """What a database is found to be: empty `damage` is none, `outdated` are passages of an older analysis.

    `unfounded` are passages whose terms or outline are not what this version makes of their texts: all are looked at
    for what no version makes, and some are made again.
    """

    revision: str | None
    damage: str
    sources: int = 0
    documents: int = 0
    passages: int = 0
    outdated: int = 0
    unfounded: int = 0


def examine(address: str) -> Health:
    """Look at all of the database at a URL; raises a DatabaseError, DatabaseMissing where there is none."""
    if not is_there(address):
        raise DatabaseMissing(database=shown_address(address))
    engine = connect(address)
    try:
        with reading(engine) as connection:
            revision, damage = our_revision(connection), _damage(connection)
            if not revision:
                return Health(revision, damage)
            unfounded = _unfounded(connection) if revision == REVISION and not damage else 0
            return Health(revision, damage, *_counts(connection))._replace(unfounded=unfounded)
    finally:
        engine.dispose()


def _damage(connection: Connection) -> str:
    if connection.dialect.name != "sqlite":
        return ""
    found = str(connection.execute(text("PRAGMA integrity_check(1)")).scalar())
    return "" if found == "ok" else found.partition("\n")[0]


def _unfounded(connection: Connection) -> int:
    wanted = select(passages.c.number, passages.c.text, passages.c.terms, passages.c.outline)
    wanted = wanted.where(passages.c.analysis == ANALYSIS)
    count = connection.execute(select(func.count()).select_from(wanted.subquery())).scalar_one()
    every = max(1, count // _MADE_AGAIN)
    rows = connection.execution_options(yield_per=_AT_A_TIME).execute(wanted)
    return sum(not _is_founded(row, again=not place % every) for place, row in enumerate(rows))


def _is_founded(row: Row[int, str, bytes, bytes], *, again: bool) -> bool:
    if not is_packed(row.terms) or not is_compressed(row.outline):
        return False
    if not again:
        return True
    made = analyse_text(row.text)
    # How well zlib packs depends on its version.
    return (made.terms, decompress(made.outline)) == (row.terms, decompress(row.outline))


def _counts(connection: Connection) -> list[int]:
    old = select(func.count()).select_from(passages).where(passages.c.analysis < ANALYSIS)
    counted = [select(func.count()).select_from(table) for table in (sources, documents, passages)]
    return [connection.execute(wanted).scalar_one() for wanted in (*counted, old)]
