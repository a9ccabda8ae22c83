"""Passages whose analysis is that of an older version, made anew."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from index.progress import Progress, no_progress
from index.store.connection import reading, writing
from index.store.rows import ANALYSIS, analyse_text
from index.store.schema import passages, removals
from index.store.store import Store, begin_generation

# A transaction for so many passages: what is lost when we are stopped takes less than a second to do again.
_AT_A_TIME = 250

_OUTDATED = passages.c.analysis < ANALYSIS


def outdated(store: Store) -> int:
    """How many passages have terms or an outline of an older version; raises DatabaseUnusable."""
    with reading(store.engine) as connection:
        return connection.execute(select(func.count()).select_from(passages).where(_OUTDATED)).scalar_one()


def renew(store: Store, progress: Progress = no_progress) -> int:
    """Analyse passages of an older version again, and give how many there were; raises a DatabaseError.

    To an index they are others than before: they get new numbers, as if their documents had been edited. So it can
    be stopped at any moment, and goes on where it was; others may read and write meanwhile.
    """
    count = outdated(store)
    if not count:
        return 0
    renewed = progress("analyse", count)
    while rows := _next_rows(store):
        analysed = []
        for row in rows:
            new = analyse_text(row["text"])
            analysed.append({**row, "analysis": ANALYSIS, "terms": new.terms, "outline": new.outline})
            renewed()
        with writing(store.engine) as connection:
            _replace(connection, analysed)
    return count


def _next_rows(store: Store) -> list[Mapping[Any, Any]]:
    with reading(store.engine) as connection:
        wanted = select(passages).where(_OUTDATED).order_by(passages.c.analysis).limit(_AT_A_TIME)
        return list(connection.execute(wanted).mappings())


def _replace(connection: Connection, analysed: list[dict[Any, Any]]) -> None:
    generation = begin_generation(connection).generation
    numbers = [row["number"] for row in analysed]
    # Somebody else may have removed some of them since.
    same = passages.c.number.in_(numbers)
    there = set(connection.execute(select(passages.c.number).where(same)).scalars())
    if not there:
        return
    connection.execute(insert(removals), [{"number": number, "generation": generation} for number in sorted(there)])
    connection.execute(delete(passages).where(same))
    new = [{**row, "generation": generation} for row in analysed if row["number"] in there]
    for row in new:
        del row["number"]
    connection.execute(insert(passages), new)
