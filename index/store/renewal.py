"""Reanalyses passages that an older version analysed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from index.progress import Progress, no_progress
from index.store.connection import reading, writing
from index.store.rows import ANALYSIS_VERSION, analyse_text
from index.store.schema import passages, removals
from index.store.store import Store, begin_generation

# How many passages a transaction replaces: when interrupted, less than a second of work is lost.
_BATCH_SIZE = 250

_OUTDATED = passages.c.analysis < ANALYSIS_VERSION


def outdated(store: Store) -> int:
    """The number of passages that an older version analysed; raises DatabaseUnusable."""
    with reading(store.engine, much=True) as connection:
        return connection.execute(select(func.count()).select_from(passages).where(_OUTDATED)).scalar_one()


def renew(store: Store, progress: Progress = no_progress) -> int:
    """Reanalyse passages of an older version, and return their number; raises a DatabaseError.

    Each gets a new number, as in an edited document, so indexes follow. It can be interrupted at any time and goes on
    where it stopped; others may read and write meanwhile.
    """
    count = outdated(store)
    if not count:
        return 0
    step = progress("analyse", count)
    while rows := _next_batch(store):
        analysed = []
        for row in rows:
            new = analyse_text(row["text"])
            analysed.append({**row, "analysis": ANALYSIS_VERSION, "terms": new.terms, "outline": new.outline})
            step()
        with writing(store.engine) as connection:
            _replace(connection, analysed)
    return count


def _next_batch(store: Store) -> list[Mapping[Any, Any]]:
    with reading(store.engine, much=True) as connection:
        query = select(passages).where(_OUTDATED).order_by(passages.c.analysis).limit(_BATCH_SIZE)
        return list(connection.execute(query).mappings())


def _replace(connection: Connection, analysed: list[dict[Any, Any]]) -> None:
    generation = begin_generation(connection).generation
    numbers = [row["number"] for row in analysed]
    # Others may have removed some of them since.
    same = passages.c.number.in_(numbers)
    remaining = set(connection.execute(select(passages.c.number).where(same)).scalars())
    if not remaining:
        return
    connection.execute(insert(removals), [{"number": number, "generation": generation} for number in sorted(remaining)])
    connection.execute(delete(passages).where(same))
    new = [{**row, "generation": generation} for row in analysed if row["number"] in remaining]
    for row in new:
        del row["number"]
    connection.execute(insert(passages), new)
