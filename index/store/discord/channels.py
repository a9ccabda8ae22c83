"""The channels that are learnt from, their messages, and people who opted out.

The documents of a channel are its conversations. They always match the stored messages: both change in one transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import Connection, delete, func, insert, select, update

from index.audience import CHANNEL as CHANNEL_MEMBERS
from index.errors import SourceGone
from index.store.connection import reading, writing
from index.store.discord.forgetting import forget_questions_of_opted_out, mark_forgotten
from index.store.discord.message_rows import (
    LATEST,
    SAVED,
    ChangeCounts,
    Channel,
    Message,
    MessageWriter,
    channel_of,
    conversations_of,
    write_documents,
)
from index.store.job_rows import insert_conversations
from index.store.rows import cache_pronunciations, now, storable
from index.store.schema import audiences, channels, documents, messages, opted_out, passages, sources
from index.store.store import CHANNEL, Store, begin_generation, check_source, lock_collection

# How many messages are forgotten in one transaction.
_BATCH_SIZE = 500


class Channels:
    """A store's channels and their messages. All methods raise a DatabaseError."""

    def __init__(self, store: Store) -> None:
        self._engine = store.engine

    # Reading

    def all(self, source: int | None = None, source_kind: str | None = None) -> list[Channel]:
        """The channels and threads that are learnt from, or from which messages were saved."""
        query = select(*(channels.c[name] for name in Channel._fields)).order_by(channels.c.number)
        if source is not None:
            query = query.where(channels.c.source == source)
        if source_kind is not None:
            query = query.join(sources).where(sources.c.kind == source_kind)
        with reading(self._engine) as connection:
            return [Channel(*row) for row in connection.execute(query)]

    def messages(self, number: int) -> list[Message]:
        """The stored messages of a channel, in the order in which they were written."""
        query = select(*(messages.c[name] for name in Message._fields)).where(messages.c.channel == number)
        with reading(self._engine) as connection:
            return [Message(*row) for row in connection.execute(query.order_by(messages.c.id))]

    def count(self, source: int) -> int:
        """The number of stored messages of a source."""
        query = select(func.count()).select_from(messages).join(channels).where(channels.c.source == source)
        with reading(self._engine) as connection:
            return connection.execute(query).scalar_one()

    def has(self, source_kind: str, message: int) -> bool:
        """Whether a message is stored in a source of this kind."""
        query = select(messages.c.id).select_from(messages).join(channels).join(sources)
        with reading(self._engine) as connection:
            found = connection.execute(query.where(messages.c.id == message, sources.c.kind == source_kind))
            return found.first() is not None

    def quoted_message(
        self, passage_id: str, words: str, source_numbers: Collection[int] | None = None
    ) -> Message | None:
        """The message with these words in the conversation that a passage quotes; None if there is none.

        With `source_numbers`, only passages of these sources are looked at. The conversation is found by the passage's
        document: links in its text are not trusted.
        """
        quoted = (
            select(documents.c.source, documents.c.name)
            .select_from(passages)
            .join(documents)
            .join(sources)
            .where(passages.c.id == passage_id, sources.c.kind.in_((CHANNEL, SAVED)))
            .order_by(passages.c.number)
        )
        if source_numbers is not None:
            quoted = quoted.where(documents.c.source.in_(source_numbers))
        with reading(self._engine) as connection:
            document = connection.execute(quoted).first()
            if document is None:
                return None
            channel, _, conversation = document.name.partition("/")
            in_channel = channels.c.source == document.source, channels.c.channel == int(channel)
            query = select(*(messages.c[name] for name in Message._fields)).join(channels).order_by(messages.c.id)
            found = connection.execute(query.where(*in_channel, messages.c.conversation == int(conversation)))
            quoted_messages = (Message(*row) for row in found.all())
            return next((one for one in quoted_messages if one.url and words in f"{one.name}: {one.text}"), None)

    # Writing

    def withhold(self, guild: int, channel: int) -> None:
        """Let nothing that people wrote in a channel be quoted until it is released."""
        of_channel = audiences.c.kind == CHANNEL_MEMBERS, audiences.c.guild == guild, audiences.c.channel == channel
        written = sources.c.kind.in_((CHANNEL, SAVED)), sources.c.withheld.is_(None)
        query = select(sources.c.number).join(audiences).where(*of_channel, *written)
        with writing(self._engine) as connection:
            lock_collection(connection)
            if numbers := list(connection.execute(query).scalars()):
                connection.execute(update(sources).where(sources.c.number.in_(numbers)).values(withheld=now()))
                begin_generation(connection)

    def release(self, source: int) -> None:
        """Let a source be quoted again, once it is in sync with Discord."""
        withheld = sources.c.number == source, sources.c.withheld.is_not(None)
        with writing(self._engine) as connection:
            lock_collection(connection)
            if connection.execute(update(sources).where(*withheld).values(withheld=None)).rowcount:
                begin_generation(connection)

    def add(self, source: int, channel: int, name: str, attribution: str, location: str | None = None) -> Channel:
        """Add a channel or a thread to a source, or rename it if it is there.

        Raises SourceGone if the source was removed, or its number is now that of a source at another location.
        """
        name, attribution = storable(name), storable(attribution)
        same = channels.c.source == source, channels.c.channel == channel
        values = {"source": source, "channel": channel, "name": name, "attribution": attribution}
        with writing(self._engine) as connection:
            lock_collection(connection)
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
        """Remove a channel or a thread with its messages and documents."""
        with writing(self._engine) as connection:
            lock_collection(connection)
            channel = channel_of(connection, number)
            if channel is not None:
                conversations = conversations_of(connection, messages.c.channel == number)
                connection.execute(delete(messages).where(messages.c.channel == number))
                write_documents(connection, channel, conversations)
                connection.execute(delete(channels).where(channels.c.number == number))

    def take(
        self,
        number: int,
        current: Iterable[Message],
        since: int | None = None,
        before: int | None = None,
        learnt_to: int | None = None,
        *,
        queued: bool = False,
    ) -> ChangeCounts:
        """Store messages as they are now, except those of people who opted out.

        Where it is `queued`, conversations that only grew get their documents from whoever works the queue.
        With `since` and `before`, other stored messages with ids from `since` to below `before` are removed. Raises
        SourceGone if the channel is no longer learnt from.
        """
        current = list(current)
        if not queued:
            cache_pronunciations(one.text for one in current)
        with writing(self._engine) as connection:
            lock_collection(connection)
            channel = channel_of(connection, number)
            if channel is None:
                raise SourceGone
            allowed = _without_opted_out(connection, current)
            writer = MessageWriter(connection, channel)
            if since is not None and before is not None:
                writer.remove(_message_ids(connection, number, since, before) - allowed.keys())
            for one in sorted(allowed.values()):
                writer.put(one)
            if queued:
                grown = writer.grown - writer.conversations
                insert_conversations(connection, channel.source, number, channel.name, grown)
                write_documents(connection, channel, writer.conversations)
            else:
                write_documents(connection, channel, writer.conversations | writer.grown)
            if learnt_to is not None and learnt_to < channel.learnt_to:
                connection.execute(update(channels).where(channels.c.number == number).values(learnt_to=learnt_to))
            return writer.counts

    def keep(self, number: int, current: Mapping[int, str | None], since: int, before: int) -> None:
        """Of the messages from `since` to below `before`, keep those in `current` with the same time of their last edit.

        The others are removed. Raises SourceGone if the channel is no longer learnt from.
        """
        within = messages.c.channel == number, messages.c.id >= since, messages.c.id < before
        with writing(self._engine) as connection:
            lock_collection(connection)
            channel = channel_of(connection, number)
            if channel is None:
                raise SourceGone
            writer = MessageWriter(connection, channel)
            stored = connection.execute(select(messages.c.id, messages.c.edited).where(*within)).all()
            writer.remove([one.id for one in stored if one.id not in current or current[one.id] != one.edited])
            write_documents(connection, channel, writer.conversations)

    def forget_edited(self, message: int, edited: str | None) -> None:
        """Remove a message wherever an older edit of it is stored."""
        before = messages.c.edited.is_distinct_from(edited)
        with reading(self._engine) as connection:
            query = select(messages.c.channel).where(messages.c.id == message, before)
            found = list(connection.execute(query).scalars())
        for number in found:
            self._forget_in_channel(number, [message])

    def forget(self, ids: Collection[int]) -> None:
        """Remove deleted messages wherever they are stored."""
        for number in self._channels_with(ids):
            self._forget_in_channel(number, ids)

    def forget_saved_in(self, channel: int) -> None:
        """Remove messages that were saved from a deleted channel or thread, found by their links."""
        in_channel = sources.c.kind == SAVED, messages.c.url.contains(f"/{channel}/")
        query = select(messages.c.id).select_from(sources).join(channels).join(messages).where(*in_channel)
        with reading(self._engine) as connection:
            found = list(connection.execute(query).scalars())
        self.forget(found)

    def correct(self, message: Message) -> None:
        """Update an edited message wherever it is stored; the question that it answers stays."""
        cache_pronunciations([message.text])
        for number in self._channels_with([message.id]):
            with writing(self._engine) as connection:
                lock_collection(connection)
                if channel := channel_of(connection, number):
                    writer = MessageWriter(connection, channel)
                    writer.correct(_storable(message))
                    write_documents(connection, channel, writer.conversations)

    def _channels_with(self, ids: Collection[int]) -> list[int]:
        query = select(messages.c.channel).where(messages.c.id.in_(ids)).distinct()
        with reading(self._engine) as connection:
            return list(connection.execute(query).scalars())

    # People

    def opt_out(self, person: int) -> int:
        """Opt a person out and forget what they wrote and asked; returns the number of messages."""
        with writing(self._engine) as connection:
            lock_collection(connection)
            if not _has_opted_out(connection, person):
                connection.execute(insert(opted_out).values(person=person, since=now()))
            mark_forgotten(connection)
        return self.forget_opted_out()

    def forget_opted_out(self) -> int:
        """Forget whatever is still stored of people who opted out; returns the number of messages."""
        forgotten = 0
        while batch := self._messages_opted_out():
            forgotten += len(batch)
            for channel in {channel for channel, _ in batch}:
                self._forget_in_channel(channel, [message_id for number, message_id in batch if number == channel])
        with writing(self._engine) as connection:
            lock_collection(connection)
            forget_questions_of_opted_out(connection)
        return forgotten

    def opt_in(self, person: int) -> bool:
        """Learn from a person again, from now on. Returns False if they had not opted out."""
        with writing(self._engine) as connection:
            return bool(connection.execute(delete(opted_out).where(opted_out.c.person == person)).rowcount)

    def has_opted_out(self, person: int) -> bool:
        """Whether a person opted out."""
        with reading(self._engine) as connection:
            return _has_opted_out(connection, person)

    def opted_out(self) -> dict[int, str]:
        """The people who opted out, and since when."""
        with reading(self._engine) as connection:
            return dict(connection.execute(select(opted_out.c.person, opted_out.c.since)).all())

    def _messages_opted_out(self) -> list[tuple[int, int]]:
        of_opted_out = messages.c.author.in_(select(opted_out.c.person))
        query = select(messages.c.channel, messages.c.id).where(of_opted_out).limit(_BATCH_SIZE)
        with reading(self._engine) as connection:
            return [(channel, message_id) for channel, message_id in connection.execute(query)]

    def _forget_in_channel(self, number: int, ids: Collection[int]) -> None:
        with writing(self._engine) as connection:
            lock_collection(connection)
            channel = channel_of(connection, number)
            if channel is not None:
                writer = MessageWriter(connection, channel)
                writer.remove(ids)
                write_documents(connection, channel, writer.conversations)


def _message_ids(connection: Connection, number: int, since: int, before: int) -> set[int]:
    query = select(messages.c.id).where(messages.c.channel == number, messages.c.id >= since, messages.c.id < before)
    return set(connection.execute(query).scalars())


def _without_opted_out(connection: Connection, current: Iterable[Message]) -> dict[int, Message]:
    found = {one.id: _storable(one) for one in current}
    authors = {one.author for one in found.values()}
    out = set(connection.execute(select(opted_out.c.person).where(opted_out.c.person.in_(authors))).scalars())
    return {message_id: one for message_id, one in found.items() if one.author not in out}


def _storable(message: Message) -> Message:
    return message._replace(name=storable(message.name), text=storable(message.text), heading=storable(message.heading))


def _has_opted_out(connection: Connection, person: int) -> bool:
    return connection.execute(select(opted_out.c.person).where(opted_out.c.person == person)).first() is not None


def _rename(connection: Connection, before: Channel) -> None:
    """Write all documents of a renamed channel again: their title is among their terms."""
    channel = channel_of(connection, before.number)
    if channel is not None:
        write_documents(connection, channel, conversations_of(connection, messages.c.channel == channel.number))
