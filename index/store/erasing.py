"""Erases removed content from the disk: SQLite leaves copies of it in its log and in unused parts of its pages.

`secure_delete` overwrites what is deleted, but not copies left where content was moved within the file; only VACUUM
removes these (SQLite's documentation, "The secure_delete Pragma" and "VACUUM"). PostgreSQL vacuums by itself.
"""

from __future__ import annotations

from sqlalchemy import select, update

from index.store.connection import raw_cursor, reading, writing
from index.store.schema import collection, removals
from index.store.store import Store


def is_forgotten_on_disk(store: Store) -> bool:
    """Whether all forgotten people and guilds have been erased from the disk; raises a DatabaseError."""
    with reading(store.engine) as connection:
        return connection.execute(select(collection.c.forgotten <= collection.c.erased)).scalar_one()


def last_forgetting(store: Store) -> int:
    """The last generation that forgot a person or a guild; raises a DatabaseError."""
    with reading(store.engine) as connection:
        last: int = connection.execute(select(collection.c.forgotten)).scalar_one()
        return last


def is_removed_on_disk(store: Store) -> bool:
    """Whether all removed passages have been erased from the disk; raises a DatabaseError."""
    query = select(removals.c.number).join(collection, removals.c.generation > collection.c.erased)
    with reading(store.engine) as connection:
        return connection.execute(query.limit(1)).first() is None and is_forgotten_on_disk(store)


def erase(store: Store) -> bool:
    """Rewrite the file of an SQLite database without removed content. Returns False if another process prevented it.

    Readers go on meanwhile, writers wait. Raises a DatabaseError.
    """
    generation = store.state().generation
    if store.engine.dialect.name == "sqlite":
        with raw_cursor(store.engine) as cursor:
            cursor.execute("VACUUM")
        if not empty_log(store):
            return False
    with writing(store.engine) as connection:
        connection.execute(update(collection).values(erased=generation))
    return True


def empty_log(store: Store) -> bool:
    """Move the content of an SQLite database's log into its file. Returns False if another process prevented it.

    Raises a DatabaseError.
    """
    if store.engine.dialect.name != "sqlite":
        return True
    with raw_cursor(store.engine) as cursor:
        ((busy, _, _),) = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return not busy
