"""Channels that are learnt from: what people wrote there, and the conversations that it makes up.

What a channel's document says always follows from the messages that are stored: both change in one transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import Connection, delete, func, insert, select, update

from index.audience import CHANNEL as READERS_OF_CHANNEL
from index.errors import SourceGone
from index.store.connection import reading, writing
from index.store.discord.forgetting import forget_questions, note_forgotten
from index.store.discord.guilds import storable
from index.store.discord.message_rows import (
    LATEST,
    SAVED,
    Channel,
    Message,
    Taken,
    Touched,
    channel_of,
    conversations_of,
    write_documents,
)
from index.store.rows import now, prepare
from index.store.schema import audiences, channels, documents, messages, opted_out, passages, sources
from index.store.store import CHANNEL, Store, begin_generation, check_source, one_at_a_time

# How many messages of somebody are forgotten in one transaction.
_AT_A_TIME = 500


class Channels:
    """A store's channels and their messages. All methods raise a DatabaseError."""

    def __init__(self, store: Store) -> None:
        self._engine = store.engine

    # What there is

    def all(self, source: int | None = None, source_kind: str | None = None) -> list[Channel]:
        """The channels and threads that are learnt from, or of which something was saved."""
        wanted = select(*(channels.c[name] for name in Channel._fields)).order_by(channels.c.number)
        if source is not None:
            wanted = wanted.where(channels.c.source == source)
        if source_kind is not None:
            wanted = wanted.join(sources).where(sources.c.kind == source_kind)
        with reading(self._engine) as connection:
            return [Channel(*row) for row in connection.execute(wanted)]

    def messages(self, number: int) -> list[Message]:
        """What is stored of a channel, in the order in which it was written."""
        wanted = select(*(messages.c[name] for name in Message._fields)).where(messages.c.channel == number)
        with reading(self._engine) as connection:
            return [Message(*row) for row in connection.execute(wanted.order_by(messages.c.id))]

    def count(self, source: int) -> int:
        """How many messages of a source are stored."""
        wanted = select(func.count()).select_from(messages).join(channels).where(channels.c.source == source)
        with reading(self._engine) as connection:
            return connection.execute(wanted).scalar_one()

    def has(self, source_kind: str, message: int) -> bool:
        """Whether a message is stored in a source of this kind."""
        wanted = select(messages.c.id).select_from(messages).join(channels).join(sources)
        with reading(self._engine) as connection:
            found = connection.execute(wanted.where(messages.c.id == message, sources.c.kind == source_kind))
            return found.first() is not None

    def said(self, passage_id: str, words: str, of: Collection[int] | None = None) -> Message | None:
        """The message that has these words, of the conversation that a passage of some sources quotes; None if none has.

        Which conversation that is follows from the passage's document alone: what a document says of itself, such as an
        address, is not to be trusted.
        """
        quoted = (
            select(documents.c.source, documents.c.name)
            .select_from(passages)
            .join(documents)
            .join(sources)
            .where(passages.c.id == passage_id, sources.c.kind.in_((CHANNEL, SAVED)))
            .order_by(passages.c.number)
        )
        if of is not None:
            quoted = quoted.where(documents.c.source.in_(of))
        with reading(self._engine) as connection:
            document = connection.execute(quoted).first()
            if document is None:
                return None
            channel, _, conversation = document.name.partition("/")
            of_channel = channels.c.source == document.source, channels.c.channel == int(channel)
            wanted = select(*(messages.c[name] for name in Message._fields)).join(channels).order_by(messages.c.id)
            found = connection.execute(wanted.where(*of_channel, messages.c.conversation == int(conversation)))
            said = (Message(*row) for row in found.all())
            return next((one for one in said if one.url and words in f"{one.name}: {one.text}"), None)

    # Changing

    def withhold(self, guild: int, channel: int) -> None:
        """Have nothing quoted of what people wrote in a channel, until it is released."""
        of_channel = audiences.c.kind == READERS_OF_CHANNEL, audiences.c.guild == guild, audiences.c.channel == channel
        written = sources.c.kind.in_((CHANNEL, SAVED)), sources.c.withheld.is_(None)
        wanted = select(sources.c.number).join(audiences).where(*of_channel, *written)
        with writing(self._engine) as connection:
            one_at_a_time(connection)
            if numbers := list(connection.execute(wanted).scalars()):
                connection.execute(update(sources).where(sources.c.number.in_(numbers)).values(withheld=now()))
                begin_generation(connection)

    def release(self, source: int) -> None:
        """Have a source quoted again: what it says is as it is in Discord."""
        withheld = sources.c.number == source, sources.c.withheld.is_not(None)
        with writing(self._engine) as connection:
            one_at_a_time(connection)
            if connection.execute(update(sources).where(*withheld).values(withheld=None)).rowcount:
                begin_generation(connection)

    def add(self, source: int, channel: int, name: str, attribution: str, location: str | None = None) -> Channel:
        """Take a channel or a thread into a source, under this name; one that is there is named anew.

        Raises SourceGone where the source was removed, or is now one at another location.
        """
        name, attribution = storable(name), storable(attribution)
        same = channels.c.source == source, channels.c.channel == channel
        values = {"source": source, "channel": channel, "name": name, "attribution": attribution}
        with writing(self._engine) as connection:
            one_at_a_time(connection)
            check_source(connection, source, location)
            found = connection.execute(select(*(channels.c[name] for name in Channel._fields)).where(*same)).first()
            if found is None:
                added = insert(channels).values(values | {"learnt_to": LATEST}).returning(channels.c.number)
                return Channel(connection.execute(added).scalar_one(), source, channel, name, attribution, LATEST)
            before = Channel(*found)
            after = before._replace(name=name, attribution=attribution)
            if after != before:
                connection.execute(update(channels).where(*same).values(name=name, attribution=attribution))
                _rename(connection, before)
            return after

    def remove(self, number: int) -> None:
        """Remove a channel or a thread, with all that was learnt from it."""
        with writing(self._engine) as connection:
            one_at_a_time(connection)
            channel = channel_of(connection, number)
            if channel is not None:
                conversations = conversations_of(connection, messages.c.channel == number)
                connection.execute(delete(messages).where(messages.c.channel == number))
                write_documents(connection, channel, conversations)
                connection.execute(delete(channels).where(channels.c.number == number))

    def take(
        self,
        number: int,
        there: Iterable[Message],
        since: int | None = None,
        before: int | None = None,
        learnt_to: int | None = None,
    ) -> Taken:
        """Take over messages as they are now; others from `since` until `before` are gone.

        Without the two, none is gone. Those of people who opted out are left out. Raises SourceGone where the channel
        is no longer learnt from.
        """
        there = list(there)
        prepare(one.text for one in there)
        with writing(self._engine) as connection:
            one_at_a_time(connection)
            channel = channel_of(connection, number)
            if channel is None:
                raise SourceGone
            wanted = _without_opted_out(connection, there)
            touched = Touched(connection, channel)
            if since is not None and before is not None:
                touched.remove(_ids(connection, number, since, before) - wanted.keys())
            for one in sorted(wanted.values()):
                touched.put(one)
            write_documents(connection, channel, touched.conversations)
            if learnt_to is not None and learnt_to < channel.learnt_to:
                connection.execute(update(channels).where(channels.c.number == number).values(learnt_to=learnt_to))
            return touched.taken

    def keep(self, number: int, there: Mapping[int, str | None], since: int, before: int) -> None:
        """Keep what is still there from `since` until `before`, as it was when it was edited last; the rest is gone.

        Raises SourceGone where the channel is no longer learnt from.
        """
        within = messages.c.channel == number, messages.c.id >= since, messages.c.id < before
        with writing(self._engine) as connection:
            one_at_a_time(connection)
            channel = channel_of(connection, number)
            if channel is None:
                raise SourceGone
            touched = Touched(connection, channel)
            stored = connection.execute(select(messages.c.id, messages.c.edited).where(*within)).all()
            touched.remove([one.id for one in stored if one.id not in there or there[one.id] != one.edited])
            write_documents(connection, channel, touched.conversations)

    def forget_edited(self, message: int, edited: str | None) -> None:
        """Remove a message wherever it is stored from before it was edited last."""
        before = messages.c.edited.is_distinct_from(edited)
        with reading(self._engine) as connection:
            wanted = select(messages.c.channel).where(messages.c.id == message, before)
            found = list(connection.execute(wanted).scalars())
        for number in found:
            self._forget_in(number, [message])

    def forget(self, ids: Collection[int]) -> None:
        """Remove messages that were deleted, wherever they are stored."""
        for number in self._where(ids):
            self._forget_in(number, ids)

    def forget_saved_in(self, place: int) -> None:
        """Remove messages that were picked out of a place that is gone; the way to each says where it was."""
        of_place = sources.c.kind == SAVED, messages.c.url.contains(f"/{place}/")
        wanted = select(messages.c.id).select_from(sources).join(channels).join(messages).where(*of_place)
        with reading(self._engine) as connection:
            gone = list(connection.execute(wanted).scalars())
        self.forget(gone)

    def correct(self, message: Message) -> None:
        """Take over an edited message wherever it is stored; what it was said to answer stays as it was."""
        prepare([message.text])
        for number in self._where([message.id]):
            with writing(self._engine) as connection:
                one_at_a_time(connection)
                if channel := channel_of(connection, number):
                    touched = Touched(connection, channel)
                    touched.correct(_storable(message))
                    write_documents(connection, channel, touched.conversations)

    def _where(self, ids: Collection[int]) -> list[int]:
        wanted = select(messages.c.channel).where(messages.c.id.in_(ids)).distinct()
        with reading(self._engine) as connection:
            return list(connection.execute(wanted).scalars())

    # People

    def opt_out(self, person: int) -> int:
        """Learn from somebody no longer, and forget what they wrote and asked; how many messages that was."""
        with writing(self._engine) as connection:
            one_at_a_time(connection)
            if not _has_opted_out(connection, person):
                connection.execute(insert(opted_out).values(person=person, since=now()))
            note_forgotten(connection)
        return self.forget_opted_out()

    def forget_opted_out(self) -> int:
        """Forget what everybody wrote and asked who opted out, as far as that is not done; how many messages that was."""
        forgotten = 0
        while some := self._messages_opted_out():
            forgotten += len(some)
            for channel in {channel for channel, _ in some}:
                self._forget_in(channel, [identity for number, identity in some if number == channel])
        with writing(self._engine) as connection:
            one_at_a_time(connection)
            forget_questions(connection)
        return forgotten

    def opt_in(self, person: int) -> bool:
        """Learn from somebody again, from now on; whether that was not so before."""
        with writing(self._engine) as connection:
            return bool(connection.execute(delete(opted_out).where(opted_out.c.person == person)).rowcount)

    def has_opted_out(self, person: int) -> bool:
        """Whether somebody does not want to be learnt from."""
        with reading(self._engine) as connection:
            return _has_opted_out(connection, person)

    def opted_out(self) -> dict[int, str]:
        """Who does not want to be learnt from, and since when."""
        with reading(self._engine) as connection:
            return dict(connection.execute(select(opted_out.c.person, opted_out.c.since)).all())

    def _messages_opted_out(self) -> list[tuple[int, int]]:
        theirs = messages.c.author.in_(select(opted_out.c.person))
        wanted = select(messages.c.channel, messages.c.id).where(theirs).limit(_AT_A_TIME)
        with reading(self._engine) as connection:
            return [(channel, identity) for channel, identity in connection.execute(wanted)]

    def _forget_in(self, number: int, ids: Collection[int]) -> None:
        with writing(self._engine) as connection:
            one_at_a_time(connection)
            channel = channel_of(connection, number)
            if channel is not None:
                touched = Touched(connection, channel)
                touched.remove(ids)
                write_documents(connection, channel, touched.conversations)


def _ids(connection: Connection, number: int, since: int, before: int) -> set[int]:
    wanted = select(messages.c.id).where(messages.c.channel == number, messages.c.id >= since, messages.c.id < before)
    return set(connection.execute(wanted).scalars())


def _without_opted_out(connection: Connection, there: Iterable[Message]) -> dict[int, Message]:
    found = {one.id: _storable(one) for one in there}
    authors = {one.author for one in found.values()}
    out = set(connection.execute(select(opted_out.c.person).where(opted_out.c.person.in_(authors))).scalars())
    return {identity: one for identity, one in found.items() if one.author not in out}


def _storable(message: Message) -> Message:
    return message._replace(name=storable(message.name), text=storable(message.text), heading=storable(message.heading))


def _has_opted_out(connection: Connection, person: int) -> bool:
    return connection.execute(select(opted_out.c.person).where(opted_out.c.person == person)).first() is not None


def _rename(connection: Connection, before: Channel) -> None:
    """Give the documents of a channel its new name: their title is among their terms, so the passages are others."""
    channel = channel_of(connection, before.number)
    if channel is not None:
        write_documents(connection, channel, conversations_of(connection, messages.c.channel == channel.number))
