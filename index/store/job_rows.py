"""Writes the rows of the queue's jobs, within a transaction of the caller's that has locked the collection."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select, update

from index.store.rows import now
from index.store.schema import collection, job_contents, jobs

# A file as it is, a document that was read where it lies, and conversations of a channel, whose messages are stored.
FILE, DOCUMENT, CONVERSATIONS = "file", "document", "conversations"

_BATCH_SIZE = 500
# Of conversations each is some sentences.
_CONVERSATION_BYTES = 1_000
_AT_ONCE = 50


class NewJob(NamedTuple):
    """A document to be queued under its `name`: a file or what was read of it; errors name its `path`."""

    kind: str
    name: str
    path: str
    digest: str
    content: bytes


def insert_jobs(connection: Connection, source: int, new: Sequence[NewJob]) -> None:
    """Queue documents, in the place of those of the same names that wait."""
    drop_jobs(connection, source, [one.name for one in new])
    for one in new:
        values = {
            "source": source,
            "kind": one.kind,
            "name": one.name,
            "path": one.path,
            "digest": one.digest,
            "size": len(one.content),
            "created": now(),
        }
        number = connection.execute(insert(jobs).values(values).returning(jobs.c.number)).scalar_one()
        # Fast: most of what is large is compressed already.
        connection.execute(insert(job_contents).values(job=number, content=zlib.compress(one.content, 1)))


def insert_conversations(
    connection: Connection, source: int, channel: int, title: str, conversations: Collection[int]
) -> None:
    """Queue conversations of a channel, given by its row number, whose documents are to be written."""
    ordered = sorted(conversations)
    for start in range(0, len(ordered), _AT_ONCE):
        some = ordered[start : start + _AT_ONCE]
        values = {
            "source": source,
            "kind": CONVERSATIONS,
            "name": ",".join(map(str, some)),
            "path": title,
            "digest": "",
            "channel": channel,
            "size": _CONVERSATION_BYTES * len(some),
            "created": now(),
        }
        connection.execute(insert(jobs).values(values))


def drop_jobs(connection: Connection, source: int, names: Sequence[str]) -> None:
    """Take documents out of the queue: what is known of them now is newer."""
    for start in range(0, len(names), _BATCH_SIZE):
        among = jobs.c.name.in_(names[start : start + _BATCH_SIZE])
        connection.execute(delete(jobs).where(jobs.c.source == source, among))


def erase_jobs(connection: Connection, source: int, generation: int) -> None:
    """Take all of a source out of the queue, in a generation, and mark that it is to be erased from the disk."""
    in_source = jobs.c.source == source
    if connection.execute(select(jobs.c.number).where(in_source).limit(1)).first():
        connection.execute(delete(jobs).where(in_source))
        connection.execute(update(collection).values(forgotten=generation))
