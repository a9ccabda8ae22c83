"""The store: what the passages say, where they come from, and who may read them."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    CursorResult,
    Engine,
    Select,
    delete,
    func,
    insert,
    literal,
    select,
    tuple_,
    update,
)

from index.audience import Audience
from index.errors import SourceGone
from index.store.clock import now
from index.store.connection import connect, reading, writing
from index.store.document_rows import analyses_of, insert_documents, numbers_of, remove_documents
from index.store.migration import migrate, revision_of
from index.store.outlines import decompress
from index.store.rows import Analysed, AnalysedDocument, Changes, Indexed, Kept, Source, State, passage_of
from index.store.schema import (
    REVISION,
    audiences,
    collection,
    contexts,
    documents,
    generations,
    passages,
    removals,
    sources,
)

# The kind of source whose documents are the conversations of a channel, and of its threads.
CHANNEL = "channel"

# How many rows are fetched at a time while everything is read.
_AT_A_TIME = 2_000

# Passages with their documents, and what they have in common with others there.
WITH_DOCUMENTS = passages.join(documents, documents.c.number == passages.c.document).join(
    contexts, contexts.c.number == passages.c.context
)

_ALL_COLUMNS = (
    passages.c.number,
    passages.c.id,
    passages.c.text,
    contexts.c.heading,
    passages.c.paragraph,
    contexts.c.speaker,
    contexts.c.role,
    contexts.c.url,
    passages.c.page,
    passages.c.date,
    passages.c.outline,
    passages.c.document,
    documents.c.title,
    documents.c.attribution,
    documents.c.url.label("document_url"),
    documents.c.source,
)

_INDEXED = (
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
    .select_from(WITH_DOCUMENTS)
    .join(sources)
)


class Store:
    """Documents and their passages in a database. Every method that changes something is one transaction.

    All methods raise DatabaseUnusable where the database does not let us, and DatabaseDamaged where it is broken.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @classmethod
    def open(cls, url: str) -> Store:
        """The store in a database, which is set up or brought to this version's schema where it has to be.

        Raises a DatabaseError.
        """
        store = cls(connect(url))
        try:
            with reading(store.engine) as connection:
                revision = revision_of(connection)
            if revision != REVISION:
                migrate(store.engine)
        except BaseException:
            store.close()
            raise
        return store

    def close(self) -> None:
        """Give up the connections."""
        self.engine.dispose()

    # What there is

    def state(self) -> State:
        """Which collection it is, and its generation."""
        with reading(self.engine) as connection:
            return state_of(connection)

    def sources(self) -> list[Source]:
        """All sources, in the order in which they were added."""
        counted = (
            select(documents.c.source, func.count(documents.c.number.distinct()), func.count(passages.c.number))
            .outerjoin(passages)
            .group_by(documents.c.source)
        )
        with reading(self.engine) as connection:
            counts = {number: tuple(counts) for number, *counts in connection.execute(counted)}
            found = connection.execute(select(sources, audiences).join(audiences).order_by(sources.c.number))
            return [_source(row, counts.get(row[0], (0, 0))) for row in found]

    def audiences(self) -> dict[int, Audience]:
        """Who may read each source, by its number."""
        return self._audiences()

    def quotable(self) -> dict[int, Audience]:
        """Who may read each source that is not withheld, by its number."""
        return self._audiences(sources.c.withheld.is_(None))

    def _audiences(self, *where: ColumnElement[bool]) -> dict[int, Audience]:
        wanted = select(sources.c.number, audiences.c.kind, audiences.c.guild, audiences.c.channel, audiences.c.roles)
        with reading(self.engine) as connection:
            found = connection.execute(wanted.select_from(sources).join(audiences).where(*where))
            return {number: _audience_of(*fields) for number, *fields in found}

    def locations(self) -> list[tuple[int, str, str]]:
        """Each source's number, kind and location, in the order in which they were added."""
        with reading(self.engine) as connection:
            wanted = select(sources.c.number, sources.c.kind, sources.c.location).order_by(sources.c.number)
            return [(number, kind, location) for number, kind, location in connection.execute(wanted)]

    def digests(self, source: int) -> dict[str, str]:
        """Each document's digest, by its name."""
        with reading(self.engine) as connection:
            found = connection.execute(select(documents.c.name, documents.c.digest).where(documents.c.source == source))
            return dict(found.all())

    def analyses(self, source: int, name: str) -> dict[str, Analysed]:
        """The analysis of each text of a document, for those that are still in it after an edit."""
        with reading(self.engine) as connection:
            return analyses_of(connection, source, name)

    def documents(self, of: Collection[int] | None = None) -> list[tuple[str, str, int]]:
        """The title, the attribution and the number of passages of all documents, or of those of some sources."""
        wanted = (
            select(documents.c.title, documents.c.attribution, func.count(passages.c.number))
            .outerjoin(passages)
            .group_by(documents.c.number)
            .order_by(documents.c.number)
        )
        with reading(self.engine) as connection:
            return [(title, attribution, count) for title, attribution, count in connection.execute(_of(wanted, of))]

    def size(self) -> int:
        """How many passages there are."""
        with reading(self.engine) as connection:
            return connection.execute(select(func.count()).select_from(passages)).scalar_one()

    # Reading passages

    def kept(self, numbers: Sequence[int]) -> dict[int, Kept]:
        """The passages with these numbers that are there, by number."""
        with reading(self.engine) as connection:
            return _kept(connection, _all().where(passages.c.number.in_(numbers)))

    def with_id(self, passage_id: str) -> list[Kept]:
        """The passages with an id; two documents of one name and text have the same."""
        with reading(self.engine) as connection:
            return list(_kept(connection, _all().where(passages.c.id == passage_id)).values())

    def around(self, number: int, distance: int) -> list[Kept]:
        """A passage and those before and after it in its document, in reading order.

        A channel's conversations are documents of their own, and read on from one to the next.
        """
        wanted = (
            select(passages.c.document, passages.c.place, documents.c.source, documents.c.name, sources.c.kind)
            .select_from(passages)
            .join(documents)
            .join(sources)
            .where(passages.c.number == number)
        )
        with reading(self.engine) as connection:
            found = connection.execute(wanted).first()
            if found is None:
                return []
            same = documents.c.number == found.document
            if found.kind == CHANNEL:
                channel = found.name.partition("/")[0]
                same = (documents.c.source == found.source) & documents.c.name.startswith(f"{channel}/")
            key = tuple_(documents.c.name, passages.c.place)
            here = tuple_(literal(found.name), literal(found.place))
            order = documents.c.name, passages.c.place
            before = _all().where(same, key < here).order_by(*(one.desc() for one in order)).limit(distance)
            after = _all().where(same, key >= here).order_by(*order).limit(distance + 1)
            earlier = list(_kept(connection, before).values())
            return earlier[::-1] + list(_kept(connection, after).values())

    def titled(self, titles: Collection[str], of: Collection[int] | None = None) -> list[int]:
        """The numbers of the passages of the documents with these titles, of all sources or of some."""
        wanted = select(passages.c.number).join(documents).where(documents.c.title.in_(titles))
        with reading(self.engine) as connection:
            return list(connection.execute(_of(wanted, of)).scalars())

    def all(self) -> Iterator[tuple[str, str, Kept]]:
        """Every passage, with its source's location and its document's name, by source and document."""
        wanted = (
            select(sources.c.location, documents.c.name, *_ALL_COLUMNS)
            .select_from(WITH_DOCUMENTS)
            .join(sources)
            .order_by(sources.c.number, documents.c.number, passages.c.place)
        )
        with reading(self.engine) as connection, _in_portions(connection, wanted) as rows:
            for row in rows.mappings():
                yield row["location"], row["name"], _kept_one(row)

    # For indexes

    @contextmanager
    def changes(self, since: int) -> Iterator[Changes]:
        """What later changes than a generation did, 0 for all; everything is as at one moment.

        `token_then` is that of the generation itself, None if it never was.
        """
        # Numbers grow with generations; by them alone SQLite would look at every passage for the few that are new.
        later = _INDEXED.where(passages.c.generation > since).order_by(passages.c.generation, passages.c.number)
        added = later if since else _INDEXED.order_by(passages.c.number)
        removed = select(removals.c.number).where(removals.c.generation > since)
        with reading(self.engine) as connection:
            state = state_of(connection)
            token = connection.execute(select(generations.c.token).where(generations.c.generation == since)).scalar()
            gone = list(connection.execute(removed).scalars()) if since else []
            with _in_portions(connection, added) as rows:
                yield Changes(state, token, gone, map(Indexed._make, rows))

    # Changing

    def put_source(self, kind: str, location: str, audience: Audience) -> int:
        """The number of the source at a location, which is added where it is not there yet."""
        with writing(self.engine) as connection:
            one_at_a_time(connection)
            found = connection.execute(select(sources.c.number).where(sources.c.location == location)).scalar()
            if found is not None:
                return int(found)
            values = {"kind": kind, "location": location, "audience": _audience(connection, audience), "added": now()}
            return int(connection.execute(insert(sources).values(values).returning(sources.c.number)).scalar_one())

    def put(
        self,
        source: int,
        new: Iterable[AnalysedDocument] = (),
        removed: Iterable[str] = (),
        location: str | None = None,
    ) -> State:
        """Take documents into a source in place of those of the same names, and remove others by name.

        Raises SourceGone where somebody has removed the source, or it is now one at another location.
        """
        new = list(new)
        with writing(self.engine) as connection:
            state = begin_generation(connection)
            check_source(connection, source, location)
            names = [*removed, *(one.document.name for one in new)]
            remove_documents(connection, numbers_of(connection, source, names), state.generation)
            insert_documents(connection, source, new, state.generation)
            return state

    def remove_empty_source(self, source: int) -> None:
        """Remove a source if it has no document."""
        with writing(self.engine) as connection:
            one_at_a_time(connection)
            if connection.execute(select(documents.c.number).where(documents.c.source == source)).first() is None:
                connection.execute(delete(sources).where(sources.c.number == source))

    def remove_source(self, source: int) -> State:
        """Remove a source with all its documents."""
        with writing(self.engine) as connection:
            state = begin_generation(connection)
            wanted = select(documents.c.number).where(documents.c.source == source)
            remove_documents(connection, list(connection.execute(wanted).scalars()), state.generation)
            connection.execute(delete(sources).where(sources.c.number == source))
            return state


def _in_portions(connection: Connection, wanted: Select[Any]) -> CursorResult[Any]:
    """What is read as it is asked for; to be closed, since nobody may ask for all of it."""
    return connection.execute(wanted, execution_options={"yield_per": _AT_A_TIME})


def _all() -> Select[Any]:
    return select(*_ALL_COLUMNS).select_from(WITH_DOCUMENTS)


def _of(wanted: Select[Any], of: Collection[int] | None) -> Select[Any]:
    return wanted if of is None else wanted.where(documents.c.source.in_(of))


def _kept(connection: Connection, wanted: Select[Any]) -> dict[int, Kept]:
    return {row["number"]: _kept_one(row) for row in connection.execute(wanted).mappings()}


def _kept_one(row: Any) -> Kept:
    return Kept(row["number"], passage_of(row), row["document"], row["source"], decompress(row["outline"]))


def _source(row: Any, counts: tuple[int, ...]) -> Source:
    number, kind, location, _, added, _, _, *audience = row
    return Source(number, kind, location, _audience_of(*audience), added, *counts)


def _audience_of(kind: str, guild: int, channel: int, roles: str) -> Audience:
    return Audience(kind, guild, channel, tuple(int(role) for role in roles.split(",") if role))


def state_of(connection: Connection) -> State:
    """Which collection it is, and its generation."""
    same = generations.c.generation == collection.c.generation
    wanted = select(collection.c.identity, collection.c.generation, generations.c.token).join(generations, same)
    return State(*connection.execute(wanted).one())


def check_source(connection: Connection, source: int, location: str | None) -> None:
    """Raise SourceGone where there is no source of this number, or one at another location.

    A restored backup brings its own numbers back: whoever knew a source before may find another one under its number.
    """
    found = connection.execute(select(sources.c.location).where(sources.c.number == source)).scalar()
    if found is None or location not in (None, found):
        raise SourceGone


def one_at_a_time(connection: Connection) -> None:
    """Wait until no other writer is at work. On SQLite there is none: its transactions began so."""
    connection.execute(select(collection.c.identity).with_for_update())


def begin_generation(connection: Connection) -> State:
    """Begin a new generation, when no other writer is at work."""
    connection.execute(update(collection).values(generation=collection.c.generation + 1))
    generation = connection.execute(select(collection.c.generation)).scalar_one()
    connection.execute(insert(generations).values(generation=generation, token=uuid.uuid4().hex))
    return state_of(connection)


def _audience(connection: Connection, audience: Audience) -> int:
    values = audience._asdict() | {"roles": ",".join(map(str, sorted(audience.roles)))}
    same = [audiences.c[name] == value for name, value in values.items()]
    found = connection.execute(select(audiences.c.number).where(*same)).scalar()
    if found is None:
        found = connection.execute(insert(audiences).values(values).returning(audiences.c.number)).scalar_one()
    return int(found)
