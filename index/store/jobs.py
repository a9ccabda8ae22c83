"""The queue: what is to be taken into the store, worked by processes on any machine (index.intake.worker).

A document has one job at most: the last version that was queued. Whoever takes a job has a lease on it, and stores what they
made of it in the transaction that ends the job; a job that was taken by somebody else, replaced or removed meanwhile is not
theirs any more, and nothing is stored.
"""

from __future__ import annotations

import json
import uuid
import zlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, case, delete, exists, false, func, select, true, update

from index import errors
from index.errors import KotaeError, WorkerEnded, WorkFailed
from index.store.connection import database_time, reading, writing
from index.store.discord.message_rows import SAVED, channel_of, read_documents, write_documents
from index.store.document_rows import replace_documents
from index.store.job_rows import CONVERSATIONS, NewJob, insert_jobs
from index.store.rows import Analysed, AnalysedDocument
from index.store.schema import documents, job_contents, jobs, sources
from index.store.store import CHANNEL, Store, begin_generation, check_source, lock_collection
from index.store.vectors import insert_vectors
from index.types import Document, Passage

# In seconds: how long a job is its holder's, who says in between that they still work on it.
LEASE = 60.0
# In seconds: how long a job that failed waits, the first time; then each time four times as long.
_FIRST_PAUSE = 5
# After so many attempts it is not tried any more.
MOST_ATTEMPTS = 5
# How much is taken at once: enough to keep short what is between, little enough for others to have some too.
_MOST_JOBS, _MOST_BYTES = 8, 100_000


class Job(NamedTuple):
    """A job that was taken. `number` and `holder` are its row and its lease; `location` is that of the source."""

    number: int
    source: int
    location: str
    kind: str
    name: str
    path: str
    digest: str
    channel: int | None
    attempts: int
    holder: str


class Content(NamedTuple):
    """What a job is to be made of, and whether it replaces a document that is stored."""

    compressed: bytes
    replaces: bool

    @property
    def data(self) -> bytes:
        """The bytes of a file, or a document; raises zlib.error where they are damaged."""
        return zlib.decompress(self.compressed)


class Worked(NamedTuple):
    """What was made of a job: the document of a file, None if it is empty; of conversations, the analyses of their texts."""

    job: Job
    document: AnalysedDocument | None = None
    analysed: Mapping[str, Analysed] = MappingProxyType({})


class DeadLetter(NamedTuple):
    """A job that is not tried any more, and why."""

    number: int
    source: int
    path: str
    error: KotaeError


class QueueState(NamedTuple):
    """How many jobs wait, how many of these somebody works on, how many are dead, and since when the first waits."""

    waiting: int = 0
    held: int = 0
    dead: int = 0
    since: str | None = None


class Jobs:
    """The queue in a store. All methods raise a DatabaseError."""

    def __init__(self, store: Store, lease: float = LEASE) -> None:
        self._engine = store.engine
        self._lease = round(lease * 1000)

    # Queueing

    def put(self, source: int, new: Sequence[NewJob], location: str | None = None) -> None:
        """Queue documents of a source; raises SourceGone as `Store.put` does."""
        with writing(self._engine) as connection:
            lock_collection(connection)
            check_source(connection, source, location)
            insert_jobs(connection, source, new)

    def digests(self, source: int) -> dict[str, str]:
        """The digest of each document of a source that is in the queue, by its name."""
        query = select(jobs.c.name, jobs.c.digest).where(jobs.c.source == source, jobs.c.kind != CONVERSATIONS)
        with reading(self._engine) as connection:
            return dict(connection.execute(query).all())

    def last(self) -> int:
        """The number of the newest job, 0 where there is none."""
        with reading(self._engine) as connection:
            return connection.execute(select(func.max(jobs.c.number))).scalar() or 0

    # Working

    def take(self) -> list[Job]:
        """Take the next jobs that nobody works on, several where they are small; none where there are none."""
        with reading(self._engine) as connection:
            if connection.execute(select(jobs.c.number).where(*_free(connection)).limit(1)).first() is None:
                return []
        holder = uuid.uuid4().hex
        with writing(self._engine) as connection:
            _bury_abandoned(connection)
            query = select(jobs.c.number, jobs.c.size, jobs.c.attempts).where(*_free(connection))
            query = query.order_by(jobs.c.number).limit(_MOST_JOBS).with_for_update(skip_locked=True)
            chosen = _together(connection.execute(query).all())
            taken = jobs.c.number.in_(chosen)
            leased = {"holder": holder, "leased_until": database_time(connection) + self._lease}
            connection.execute(update(jobs).where(taken).values(leased | {"attempts": jobs.c.attempts + 1}))
            columns = (jobs.c[name] for name in ("kind", "name", "path", "digest", "channel", "attempts", "holder"))
            query = select(jobs.c.number, jobs.c.source, sources.c.location, *columns).join(sources)
            return [Job._make(row) for row in connection.execute(query.where(taken).order_by(jobs.c.number))]

    def extend(self, holder: str) -> None:
        """Hold for another while what this holder still holds."""
        with writing(self._engine) as connection:
            until = database_time(connection) + self._lease
            # Those that somebody takes out of the queue just now are not waited for: they might wait for us, too.
            held = select(jobs.c.number).where(jobs.c.holder == holder).with_for_update(skip_locked=True)
            numbers = list(connection.execute(held).scalars())
            connection.execute(update(jobs).where(jobs.c.number.in_(numbers)).values(leased_until=until))

    def contents(self, taken: Sequence[Job]) -> dict[int, Content]:
        """What jobs of files are to be made of, by their numbers, without those that are gone."""
        same = documents.c.source == jobs.c.source, documents.c.name == jobs.c.name
        query = select(jobs.c.number, job_contents.c.content, exists().where(*same)).join(job_contents)
        with reading(self._engine, much=True) as connection:
            found = connection.execute(query.where(jobs.c.number.in_([job.number for job in taken])))
            return {number: Content(content, replaces) for number, content, replaces in found}

    def conversations(self, job: Job) -> list[tuple[Document, list[Passage]]]:
        """The documents of a job's conversations as they are now, with their passages."""
        with reading(self._engine) as connection:
            channel = channel_of(connection, job.channel or 0)
            return read_documents(connection, channel, _conversations(job)) if channel else []

    def end(self, worked: Sequence[Worked], encoder: str = "", vectors: Mapping[Passage, bytes] | None = None) -> int:
        """Store what was made of jobs, as far as they are still held, with vectors that an encoder made of passages.

        Gives how many were.
        """
        with writing(self._engine) as connection:
            lock_collection(connection)
            held = _still_held(connection, worked)
            by_source: defaultdict[int, list[Worked]] = defaultdict(list)
            for one in held:
                by_source[one.job.source].append(one)
            for source, of_source in by_source.items():
                files = [one for one in of_source if one.job.kind != CONVERSATIONS]
                written = _write_files(connection, source, files) if files else []
                of_channels = [one for one in of_source if one.job.kind == CONVERSATIONS]
                written += _write_conversations(connection, of_channels)
                if vectors and written:
                    insert_vectors(connection, encoder, source, written, vectors)
            connection.execute(delete(jobs).where(jobs.c.number.in_([one.job.number for one in held])))
            return len(held)

    def fail(self, job: Job, error: KotaeError, *, for_good: bool) -> bool:
        """Let a job wait for another attempt, or be dead; gives whether it is dead now."""
        dead = for_good or job.attempts >= MOST_ATTEMPTS
        pause = _FIRST_PAUSE * 1000 * 4 ** (job.attempts - 1)
        with writing(self._engine) as connection:
            values = {"holder": None, "leased_until": 0, "dead": dead, "error": _to_json(error)}
            values |= {"not_before": database_time(connection) + pause}
            found = connection.execute(update(jobs).where(*_held(job)).values(values))
            return dead and bool(found.rowcount)

    def release(self, taken: Sequence[Job]) -> None:
        """Leave jobs to others, as if they had not been taken."""
        with writing(self._engine) as connection:
            for job in taken:
                values = {"holder": None, "leased_until": 0, "attempts": jobs.c.attempts - 1}
                connection.execute(update(jobs).where(*_held(job)).values(values))

    # Looking after it

    def state(self) -> QueueState:
        """How the queue stands."""
        with reading(self._engine) as connection:
            held = (jobs.c.dead == false()) & (jobs.c.leased_until > database_time(connection))
            waiting, working, dead = (
                func.count(case((one, 1))) for one in (jobs.c.dead == false(), held, jobs.c.dead == true())
            )
            since = func.min(case((jobs.c.dead == false(), jobs.c.created)))
            return QueueState._make(connection.execute(select(waiting, working, dead, since)).one())

    def waiting(self, after: int = 0, to: int | None = None) -> int:
        """How many jobs wait or are worked on, of all or of those with numbers up from `after` to `to`."""
        query = select(func.count()).select_from(jobs).where(jobs.c.dead == false(), jobs.c.number > after)
        with reading(self._engine) as connection:
            return connection.execute(query if to is None else query.where(jobs.c.number <= to)).scalar_one()

    def dead(self, after: int = 0, limit: int | None = None) -> list[DeadLetter]:
        """The dead jobs with numbers up from `after`."""
        columns = jobs.c.number, jobs.c.source, jobs.c.path, jobs.c.error
        query = select(*columns).where(jobs.c.dead == true(), jobs.c.number > after).order_by(jobs.c.number)
        with reading(self._engine) as connection:
            found = connection.execute(query.limit(limit)).all()
            return [DeadLetter(number, source, path, _from_json(path, error)) for number, source, path, error in found]

    def retry(self) -> int:
        """Let all dead jobs be tried again; how many that was."""
        values = {"dead": False, "attempts": 0, "not_before": 0, "error": None}
        with writing(self._engine) as connection:
            return connection.execute(update(jobs).where(jobs.c.dead == true()).values(values)).rowcount

    def discard(self) -> int:
        """Delete all dead jobs, and the sources of files that have nothing else; how many jobs that was."""
        with writing(self._engine) as connection:
            lock_collection(connection)
            of_dead = select(jobs.c.source).join(sources).where(sources.c.kind.not_in((CHANNEL, SAVED)))
            affected = list(connection.execute(of_dead.where(jobs.c.dead == true()).distinct()).scalars())
            deleted = connection.execute(delete(jobs).where(jobs.c.dead == true())).rowcount
            has = [select(one.c.source).where(one.c.source == sources.c.number).exists() for one in (documents, jobs)]
            connection.execute(delete(sources).where(sources.c.number.in_(affected), ~has[0], ~has[1]))
            return deleted


def _free(connection: Connection) -> tuple[ColumnElement[bool], ...]:
    """Which jobs nobody works on, and may be tried now."""
    moment = database_time(connection)
    return jobs.c.dead == false(), jobs.c.not_before <= moment, jobs.c.leased_until <= moment


def _bury_abandoned(connection: Connection) -> None:
    """Let jobs be dead whose holders, each time, were gone before they were done: they may be why."""
    abandoned = *_free(connection), jobs.c.attempts >= MOST_ATTEMPTS
    for number, path in connection.execute(select(jobs.c.number, jobs.c.path).where(*abandoned)).all():
        values = {"dead": True, "holder": None, "error": _to_json(WorkerEnded(path=path))}
        connection.execute(update(jobs).where(jobs.c.number == number, *abandoned).values(values))


def _together(found: Sequence[tuple[int, int, int]]) -> list[int]:
    """Of jobs in order, with size and attempts: those to take at once. One that failed before is taken alone."""
    chosen: list[int] = []
    size = 0
    for number, its_size, attempts in found:
        size += its_size
        if chosen and (size > _MOST_BYTES or attempts):
            break
        chosen.append(number)
        if attempts:
            break
    return chosen


def _held(job: Job) -> tuple[ColumnElement[bool], ...]:
    return jobs.c.number == job.number, jobs.c.holder == job.holder


def _still_held(connection: Connection, worked: Sequence[Worked]) -> list[Worked]:
    """Those whose jobs are still their holders'; they stay so until the transaction ends."""
    among = jobs.c.number.in_([one.job.number for one in worked])
    query = select(jobs.c.number, jobs.c.holder).where(among).order_by(jobs.c.number).with_for_update()
    holders = dict(connection.execute(query).all())
    return [one for one in worked if holders.get(one.job.number) == one.job.holder]


def _conversations(job: Job) -> list[int]:
    return [int(one) for one in job.name.split(",")]


def _write_files(connection: Connection, source: int, worked: Sequence[Worked]) -> list[AnalysedDocument]:
    """Write the documents of files of a source, and give them."""
    generation = begin_generation(connection).generation
    names = [one.job.name for one in worked]
    written = [one.document for one in worked if one.document]
    replace_documents(connection, source, names, written, generation)
    return written


def _write_conversations(connection: Connection, worked: Sequence[Worked]) -> list[AnalysedDocument]:
    """Write the documents of conversations as they are now, and give them: messages may have been deleted meanwhile."""
    # Each once: one that grew with several pages of the history has several jobs.
    by_channel: defaultdict[int, set[int]] = defaultdict(set)
    analysed: dict[str, Analysed] = {}
    for one in worked:
        by_channel[one.job.channel or 0].update(_conversations(one.job))
        analysed |= one.analysed
    written: list[AnalysedDocument] = []
    for number, conversations in by_channel.items():
        if channel := channel_of(connection, number):
            written += write_documents(connection, channel, conversations, analysed)
    return written


def _to_json(error: KotaeError) -> str:
    return json.dumps([type(error).__name__, error.values])


def _from_json(path: str, text: str | None) -> KotaeError:
    """The error of a job; a text that this version did not write counts as one of no known cause."""
    try:
        name, values = json.loads(text or "")
        error: KotaeError = getattr(errors, name)(**values)
    except (ValueError, TypeError, AttributeError):
        return WorkFailed(path=path, reason="?")
    return error
