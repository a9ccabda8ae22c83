"""How each source is: when it changed last, what waits to be read, and what could not be."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from sqlalchemy import false, func, select

from index.store.connection import reading
from index.store.jobs import DeadLetter, Jobs
from index.store.schema import documents, jobs, sources
from index.store.store import Store


class SourceState(NamedTuple):
    """When a document of a source changed last, since when the source is withheld, how many jobs wait, and dead ones."""

    changed: str | None = None
    withheld: str | None = None
    waiting: int = 0
    dead: tuple[DeadLetter, ...] = ()


def source_states(store: Store) -> dict[int, SourceState]:
    """The state of each source, by its number; raises a DatabaseError."""
    changed = select(documents.c.source, func.max(documents.c.changed)).group_by(documents.c.source)
    waiting = select(jobs.c.source, func.count()).where(jobs.c.dead == false()).group_by(jobs.c.source)
    dead = defaultdict[int, list[DeadLetter]](list)
    for letter in Jobs(store).dead():
        dead[letter.source].append(letter)
    with reading(store.engine) as connection:
        changes, waits = (dict(connection.execute(query).all()) for query in (changed, waiting))
        return {
            number: SourceState(changes.get(number), withheld, waits.get(number, 0), tuple(dead[number]))
            for number, withheld in connection.execute(select(sources.c.number, sources.c.withheld))
        }
