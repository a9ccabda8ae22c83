"""The store: documents and their passages, where they come from, and who may read them."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    CursorResult,
    Engine,
    Select,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
    tuple_,
    update,
)

from index.audience import Audience
from index.errors import DatabaseNewer, SourceGone
from index.store.connection import connect, reading, shown, writing
from index.store.document_rows import analyses_of, remove_documents, replace_documents
from index.store.job_rows import drop_jobs, erase_jobs
from index.store.migration import REVISION_OF_DATABASE, migrate, revision_of
from index.store.outlines import decompress
from index.store.replica import Replica
from index.store.rows import (
    Analysed,
    AnalysedDocument,
    Changes,
    IndexedPassage,
    Marks,
    Source,
    State,
    StoredPassage,
    needs_review_since,
    now,
)
from index.store.schema import (
    REVISION,
    audiences,
    collection,
    contexts,
    documents,
    expiries,
    generations,
    jobs,
    passages,
    removals,
    sources,
)
from index.types import Passage

# The kind of source whose documents are the conversations of a channel and of its threads.
CHANNEL = "channel"

# How many rows are fetched at a time where results are streamed.
_BATCH_SIZE = 2_000

_Result = TypeVar("_Result")

# Passages joined with their documents and contexts.
_PASSAGES_WITH_CONTEXTS = passages.join(documents, documents.c.number == passages.c.document).join(
    contexts, contexts.c.number == passages.c.context
)

_WITH_EXPIRIES = _PASSAGES_WITH_CONTEXTS.outerjoin(expiries, expiries.c.source == documents.c.source)

# Of a passage: what tells of its row, then its fields in their order.
_PASSAGE_COLUMNS = (
    passages.c.number,
    passages.c.document,
    documents.c.source,
    passages.c.outline,
    documents.c.url.label("document_url"),
    expiries.c.due,
    passages.c.id,
    passages.c.text,
    documents.c.title,
    contexts.c.heading,
    passages.c.paragraph,
    contexts.c.speaker,
    contexts.c.role,
    documents.c.attribution,
    contexts.c.url,
    passages.c.page,
    passages.c.date,
    documents.c.dated,
    documents.c.changed,
)

_STATE = (collection.c.identity, collection.c.generation, generations.c.token)
_LAST_GENERATION = (generations, generations.c.generation == collection.c.generation)

_SELECT_PASSAGES = select(*_PASSAGE_COLUMNS).select_from(_WITH_EXPIRIES)

_SELECT_INDEXED = (
    select(
        passages.c.number,
        passages.c.terms,
        documents.c.source,
        sources.c.location,
        documents.c.name,
        passages.c.place,
        documents.c.title,
        contexts.c.heading,
        contexts.c.speaker,
        contexts.c.role,
    )
    .select_from(_PASSAGES_WITH_CONTEXTS)
    .join(sources)
)


class Store:
    """Documents and their passages in a database. Every method is one transaction, and raises a DatabaseError.

    Where there is a replica of the database, passages are read from there, never older than what was seen here.
    """

    def __init__(self, engine: Engine, replica: Replica | None = None) -> None:
        self.engine = engine
        self._replica = replica

    @classmethod
    def open(cls, url: str, replica: str = "") -> Store:
        """Open the store in a database, which is created or migrated if need be; raises a DatabaseError.

        `replica` is the URL of a replica, if there is one; it need not be reachable.
        """
        store = cls(connect(url), Replica(connect(replica, replica=True), state_of) if replica else None)
        try:
            with reading(store.engine) as connection:
                revision = revision_of(connection)
            if revision != REVISION:
                migrate(store.engine)
        except BaseException:
            store.close()
            raise
        return store

    @property
    def url(self) -> str:
        """What opens it again, with its password."""
        return self.engine.url.render_as_string(hide_password=False)

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()
        if self._replica:
            self._replica.engine.dispose()

    def _read(self, work: Callable[[Connection], _Result]) -> _Result:
        """What some work reads: at the replica if that can be, else at the database itself."""
        if self._replica:
            found = self._replica.read(work)
            if found is not None:
                return found
        with reading(self.engine) as connection:
            return work(connection)

    # Sources and documents

    def state(self) -> State:
        """The identity and the generation of the collection."""
        with reading(self.engine) as connection:
            return state_of(connection)

    def marks(self) -> Marks:
        """The state of the collection, and what has to be erased; raises DatabaseNewer where a later version has it now."""
        query = select(*_STATE, collection.c.forgotten, collection.c.erased, REVISION_OF_DATABASE)
        with reading(self.engine) as connection:
            *state, forgotten, erased, revision = connection.execute(query.join(*_LAST_GENERATION)).one()
        if revision != REVISION:
            raise DatabaseNewer(database=shown(self.engine))
        marks = Marks(State(*state), forgotten, erased)
        if self._replica:
            self._replica.has_to_have(marks.state)
        return marks

    def sources(self) -> list[Source]:
        """All sources, in the order in which they were added."""
        counted = (
            select(
                documents.c.source,
                func.count(documents.c.number.distinct()),
                func.count(passages.c.number),
                func.min(documents.c.changed),
                func.max(documents.c.changed),
            )
            .outerjoin(passages)
            .group_by(documents.c.source)
        )
        query = select(sources, audiences, expiries.c.due).select_from(sources.join(audiences).outerjoin(expiries))
        with reading(self.engine) as connection:
            counts = {number: tuple(counts) for number, *counts in connection.execute(counted)}
            found = connection.execute(query.order_by(sources.c.number))
            return [_source(row, *counts.get(row[0], (0, 0, None, None))) for row in found]

    def audiences(self) -> dict[int, Audience]:
        """Who may read each source, by its number."""
        return self._audiences()

    def quotable(self) -> dict[int, Audience]:
        """Who may read each source that has passages and is not withheld, by its number."""
        has_passages = exists().where(documents.c.source == sources.c.number, passages.c.document == documents.c.number)
        return self._audiences(sources.c.withheld.is_(None), has_passages)

    def _audiences(self, *where: ColumnElement[bool]) -> dict[int, Audience]:
        query = select(sources.c.number, audiences.c.kind, audiences.c.guild, audiences.c.channel, audiences.c.roles)
        with reading(self.engine) as connection:
            found = connection.execute(query.select_from(sources).join(audiences).where(*where))
            return {number: audience_of(*fields) for number, *fields in found}

    def locations(self) -> list[tuple[int, str, str]]:
        """Each source's number, kind and location, in the order in which they were added."""
        with reading(self.engine) as connection:
            query = select(sources.c.number, sources.c.kind, sources.c.location).order_by(sources.c.number)
            return [(number, kind, location) for number, kind, location in connection.execute(query)]

    def digests(self, source: int) -> dict[str, str]:
        """Each document's digest, by its name."""
        with reading(self.engine) as connection:
            found = connection.execute(select(documents.c.name, documents.c.digest).where(documents.c.source == source))
            return dict(found.all())

    def analyses(self, source: int, name: str) -> dict[str, Analysed]:
        """The analysis of each text of a document, to be reused for texts that an edit leaves as they are."""
        with reading(self.engine) as connection:
            return analyses_of(connection, source, name)

    def documents(self, source_numbers: Collection[int] | None = None) -> list[tuple[str, str, int]]:
        """The title, attribution and number of passages of each document, of all sources or of some."""
        query = (
            select(documents.c.title, documents.c.attribution, func.count(passages.c.number))
            .outerjoin(passages)
            .group_by(documents.c.number)
            .order_by(documents.c.number)
        )
        return self._read(
            lambda connection: [
                (title, attribution, count)
                for title, attribution, count in connection.execute(_of_sources(query, source_numbers))
            ]
        )

    def size(self) -> int:
        """The number of passages."""
        with reading(self.engine) as connection:
            return connection.execute(select(func.count()).select_from(passages)).scalar_one()

    # Passages

    def passages(self, numbers: Sequence[int]) -> dict[int, StoredPassage]:
        """The passages with these numbers, by number, without those that are gone."""
        query = _SELECT_PASSAGES.where(passages.c.number.in_(numbers))
        return self._read(lambda connection: _stored_passages(connection, query))

    def with_id(self, passage_id: str) -> list[StoredPassage]:
        """The passages with an id: several where documents have the same name and text."""
        query = _SELECT_PASSAGES.where(passages.c.id == passage_id)
        return self._read(lambda connection: list(_stored_passages(connection, query).values()))

    def around(self, number: int, distance: int) -> list[StoredPassage]:
        """A passage with its neighbours in its document, in reading order.

        In a channel, each of whose conversations is a document, neighbours can be in the conversations before and after.
        """
        return self._read(lambda connection: _around(connection, number, distance))

    def titled(self, titles: Collection[str], source_numbers: Collection[int] | None = None) -> list[int]:
        """The numbers of the passages of documents with these titles, of all sources or of some."""
        query = select(passages.c.number).join(documents).where(documents.c.title.in_(titles))
        return self._read(lambda connection: list(connection.execute(_of_sources(query, source_numbers)).scalars()))

    def in_document_of(self, number: int) -> list[int]:
        """The numbers of the passages of the document that a passage is in."""
        document = select(passages.c.document).where(passages.c.number == number).scalar_subquery()
        query = select(passages.c.number).where(passages.c.document == document)
        return self._read(lambda connection: list(connection.execute(query).scalars()))

    def all(self) -> Iterator[tuple[str, str, StoredPassage]]:
        """All passages, with the location of the source and the name of the document, in order."""
        query = (
            select(sources.c.location, documents.c.name, *_PASSAGE_COLUMNS)
            .select_from(_WITH_EXPIRIES)
            .join(sources, sources.c.number == documents.c.source)
            .order_by(sources.c.number, documents.c.number, passages.c.place)
        )
        with reading(self.engine, much=True) as connection, _stream(connection, query) as rows:
            for location, name, *row in map(tuple, rows):
                yield location, name, _stored_passage(row)

    # Changes, for indexes

    @contextmanager
    def changes(self, since: int) -> Iterator[Changes]:
        """The passages added and removed since a generation (0: all), from one snapshot of the database."""
        # In the order of generations, in which numbers ascend, too: SQLite reads only new passages, by an index.
        later = _SELECT_INDEXED.where(passages.c.generation > since).order_by(passages.c.generation, passages.c.number)
        added = later if since else _SELECT_INDEXED.order_by(passages.c.number)
        removed = select(removals.c.number).where(removals.c.generation > since)
        with reading(self.engine, much=True) as connection:
            state = state_of(connection)
            token = connection.execute(select(generations.c.token).where(generations.c.generation == since)).scalar()
            removed_numbers = list(connection.execute(removed).scalars()) if since else []
            with _stream(connection, added) as rows:
                yield Changes(state, token, removed_numbers, map(IndexedPassage._make, rows))

    # Writing

    def put_source(self, kind: str, location: str, audience: Audience) -> int:
        """The number of the source at a location, which is added if it is new."""
        with writing(self.engine) as connection:
            lock_collection(connection)
            found = connection.execute(select(sources.c.number).where(sources.c.location == location)).scalar()
            if found is not None:
                return int(found)
            values = {
                "kind": kind,
                "location": location,
                "audience": audience_number(connection, audience),
                "added": now(),
            }
            return int(connection.execute(insert(sources).values(values).returning(sources.c.number)).scalar_one())

    def put(
        self,
        source: int,
        new: Iterable[AnalysedDocument] = (),
        removed: Iterable[str] = (),
        location: str | None = None,
    ) -> State:
        """Add documents to a source, replacing those of the same names, and remove others by name.

        What the queue has under these names leaves it.
        Raises SourceGone if the source was removed, or its number is now that of a source at another location.
        """
        new = list(new)
        with writing(self.engine) as connection:
            state = begin_generation(connection)
            check_source(connection, source, location)
            names = [*removed, *(one.document.name for one in new)]
            drop_jobs(connection, source, names)
            replace_documents(connection, source, names, new, state.generation)
            return state

    def remove_empty_source(self, source: int) -> None:
        """Remove a source if it has no documents, and none on their way."""
        with writing(self.engine) as connection:
            lock_collection(connection)
            has = (select(one.c.number).where(one.c.source == source).limit(1) for one in (documents, jobs))
            if not any(connection.execute(query).first() for query in has):
                connection.execute(delete(sources).where(sources.c.number == source))

    def remove_source(self, source: int) -> State:
        """Remove a source with all its documents, also those on their way."""
        with writing(self.engine) as connection:
            state = begin_generation(connection)
            erase_jobs(connection, source, state.generation)
            query = select(documents.c.number).where(documents.c.source == source)
            remove_documents(connection, list(connection.execute(query).scalars()), state.generation)
            connection.execute(delete(sources).where(sources.c.number == source))
            return state


def _stream(connection: Connection, query: Select[Any]) -> CursorResult[Any]:
    """A result whose rows are fetched in batches; to be closed, since not all rows may be read."""
    return connection.execute(query, execution_options={"yield_per": _BATCH_SIZE})


def _of_sources(query: Select[Any], source_numbers: Collection[int] | None) -> Select[Any]:
    return query if source_numbers is None else query.where(documents.c.source.in_(source_numbers))


def _around(connection: Connection, number: int, distance: int) -> list[StoredPassage]:
    query = (
        select(passages.c.document, passages.c.place, documents.c.source, documents.c.name, sources.c.kind)
        .select_from(passages)
        .join(documents)
        .join(sources)
        .where(passages.c.number == number)
    )
    found = connection.execute(query).first()
    if found is None:
        return []
    same = documents.c.number == found.document
    if found.kind == CHANNEL:
        channel = found.name.partition("/")[0]
        same = (documents.c.source == found.source) & documents.c.name.startswith(f"{channel}/")
    key = tuple_(documents.c.name, passages.c.place)
    position = tuple_(literal(found.name), literal(found.place))
    order = documents.c.name, passages.c.place
    before = _SELECT_PASSAGES.where(same, key < position).order_by(*(one.desc() for one in order)).limit(distance)
    after = _SELECT_PASSAGES.where(same, key >= position).order_by(*order).limit(distance + 1)
    earlier = list(_stored_passages(connection, before).values())
    return earlier[::-1] + list(_stored_passages(connection, after).values())


def _stored_passages(connection: Connection, query: Select[Any]) -> dict[int, StoredPassage]:
    return {row[0]: _stored_passage(row) for row in connection.execute(query).all()}


def _stored_passage(row: Sequence[Any]) -> StoredPassage:
    number, document, source, outline, document_url, due, *fields = row
    passage = Passage(*fields)
    passage = passage._replace(
        url=passage.url or document_url, needs_review_since=needs_review_since(due, passage.changed) if due else None
    )
    return StoredPassage(number, passage, document, source, decompress(outline))


def _source(row: Any, document_count: int, passage_count: int, oldest: str | None, newest: str | None) -> Source:
    number, kind, location, _, added, _, _, *audience, due = row
    counts = document_count, passage_count
    return Source(
        number, kind, location, audience_of(*audience), added, *counts, newest, due, needs_review_since(due, oldest)
    )


def audience_of(kind: str, guild: int, channel: int, roles: str) -> Audience:
    """The audience of a row."""
    return Audience(kind, guild, channel, tuple(int(role) for role in roles.split(",") if role))


def state_of(connection: Connection) -> State:
    """The identity and the generation of the collection."""
    return State(*connection.execute(select(*_STATE).join(*_LAST_GENERATION)).one())


def check_source(connection: Connection, source: int, location: str | None) -> None:
    """Raise SourceGone if there is no source with this number, or one at another location.

    After a backup was restored, a number from before can be that of another source.
    """
    found = connection.execute(select(sources.c.location).where(sources.c.number == source)).scalar()
    if found is None or location not in (None, found):
        raise SourceGone


def lock_collection(connection: Connection) -> None:
    """Wait for other writers, and lock them out until the transaction ends. SQLite does so at its beginning."""
    # Of all writers, also of other sources: so generations become visible in their order, and who follows misses none.
    connection.execute(select(collection.c.identity).with_for_update())


def begin_generation(connection: Connection) -> State:
    """Begin a generation, which locks other writers out until the transaction ends."""
    connection.execute(update(collection).values(generation=collection.c.generation + 1))
    generation = connection.execute(select(collection.c.generation)).scalar_one()
    connection.execute(insert(generations).values(generation=generation, token=uuid.uuid4().hex))
    return state_of(connection)


def audience_number(connection: Connection, audience: Audience) -> int:
    """The number of the row of an audience, which is added where there is none."""
    values = audience._asdict() | {"roles": ",".join(map(str, sorted(audience.roles)))}
    same = [audiences.c[name] == value for name, value in values.items()]
    found = connection.execute(select(audiences.c.number).where(*same)).scalar()
    if found is None:
        found = connection.execute(insert(audiences).values(values).returning(audiences.c.number)).scalar_one()
    return int(found)
