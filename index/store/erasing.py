"""What was removed leaves the disk, too: SQLite keeps it in its log, and in gaps within its pages.

`secure_delete` overwrites what is deleted, but not what was moved within the file before; only VACUUM does (SQLite's
documentation, "The secure_delete Pragma" and "VACUUM"). Other kinds of databases look after that themselves.
"""

from __future__ import annotations

from sqlalchemy import select, update

from index.store.connection import alone, reading, writing
from index.store.schema import collection, removals
from index.store.store import Store


def is_forgotten_on_disk(store: Store) -> bool:
    """Whether nothing of a person or a guild that was forgotten is left on the disk; raises a DatabaseError."""
    with reading(store.engine) as connection:
        return connection.execute(select(collection.c.forgotten <= collection.c.erased)).scalar_one()


def is_removed_on_disk(store: Store) -> bool:
    """Whether nothing of any passage that was removed is left on the disk; raises a DatabaseError."""
    later = select(removals.c.number).join(collection, removals.c.generation > collection.c.erased)
    with reading(store.engine) as connection:
        return connection.execute(later.limit(1)).first() is None and is_forgotten_on_disk(store)


def erase(store: Store) -> bool:
    """Write the file of an SQLite database anew, without what was removed; whether nobody kept us from it.

    Others may read meanwhile; who writes waits. Raises a DatabaseError.
    """
    generation = store.state().generation
    if store.engine.dialect.name == "sqlite":
        with alone(store.engine) as cursor:
            cursor.execute("VACUUM")
        if not empty_log(store):
            return False
    with writing(store.engine) as connection:
        connection.execute(update(collection).values(erased=generation))
    return True


def empty_log(store: Store) -> bool:
    """Take what is in the log of an SQLite database over into its file; whether nobody kept us from it.

    Raises a DatabaseError.
    """
    if store.engine.dialect.name != "sqlite":
        return True
    with alone(store.engine) as cursor:
        ((busy, _, _),) = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return not busy
