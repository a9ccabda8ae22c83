"""The rows of messages, as parts of a transaction: which conversation each belongs to, and what its document says."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select, update

from index.documents.conversations import Message as Said
from index.documents.conversations import after_a_pause, block_of, fits, only_asks
from index.documents.passages import to_passages
from index.store.document_rows import analyses_of, insert_documents, numbers_of, remove_documents
from index.store.rows import AnalysedDocument, analyse_text
from index.store.schema import channels, messages, sources
from index.store.store import begin_generation
from index.types import Document

# The kind of source that holds messages which were picked out; each is quoted alone.
SAVED = "saved"
# No message is as late as this; the way back through a history begins here.
LATEST = 2**63 - 1


class Channel(NamedTuple):
    """A channel or a thread, the source that it is a part of, and how far back it was learnt."""

    number: int
    source: int
    channel: int
    name: str
    attribution: str
    learnt_to: int


class Message(NamedTuple):
    """What somebody wrote. `sent` and `edited` are in ISO 8601, `heading` the question that it was said to answer.

    The question is in the words of `asked_by`.
    """

    id: int
    author: int
    name: str
    text: str
    sent: str
    replies_to: int | None = None
    heading: str = ""
    url: str | None = None
    asked_by: int | None = None
    edited: str | None = None


class Taken(NamedTuple):
    """How many messages were new, edited, and gone."""

    new: int = 0
    edited: int = 0
    gone: int = 0


class Touched:
    """Changes of a channel's messages within a transaction, and the conversations that they touch."""

    def __init__(self, connection: Connection, channel: Channel) -> None:
        self.conversations: set[int] = set()
        self.taken = Taken()
        self._connection = connection
        self._channel = channel
        wanted = select(sources.c.kind).where(sources.c.number == channel.source)
        self._alone = connection.execute(wanted).scalar_one() == SAVED

    def remove(self, ids: Collection[int]) -> None:
        """Remove messages."""
        for identity in ids:
            same = self._same(identity)
            if found := conversations_of(self._connection, *same):
                self._connection.execute(delete(messages).where(*same))
                self.conversations |= found
                self.taken = self.taken._replace(gone=self.taken.gone + 1)

    def put(self, message: Message) -> None:
        """Take over a message, new or as it is now."""
        if not self.correct(message):
            conversation = self._conversation_of(message)
            values = message._asdict() | {"channel": self._channel.number, "conversation": conversation}
            self._connection.execute(insert(messages).values(values))
            self.taken = self.taken._replace(new=self.taken.new + 1)
            self.conversations.add(conversation)

    def correct(self, message: Message) -> bool:
        """Take over a message as it is now, if it is stored; whether it is. What it was said to answer stays."""
        kept = (messages.c[name] for name in ("name", "text", "edited", "conversation"))
        found = self._connection.execute(select(*kept).where(*self._same(message.id))).first()
        if found is not None and found.edited != message.edited:
            self._connection.execute(update(messages).where(*self._same(message.id)).values(edited=message.edited))
        if found is not None and (found.name, found.text) != (message.name, message.text):
            changed = update(messages).where(*self._same(message.id)).values(name=message.name, text=message.text)
            self._connection.execute(changed)
            self.taken = self.taken._replace(edited=self.taken.edited + 1)
            self.conversations.add(found.conversation)
        return found is not None

    def _conversation_of(self, message: Message) -> int:
        """The conversation that a new message belongs to.

        That of the message it replies to, else of the one before it or after it where the pause is short, as long as
        the whole can still be quoted; else a new one.
        """
        if self._alone:
            return message.id
        answered = self._row(messages.c.id == message.replies_to) if message.replies_to else None
        if answered is not None:
            return answered.conversation if self._fits(answered.conversation, message) else message.id
        before = self._row(messages.c.id < message.id, newest=True)
        after = self._row(messages.c.id > message.id)
        for near in (before, after):
            if near is None or after_a_pause(_said(near), _said(message)):
                continue
            if self._fits(near.conversation, message):
                return int(near.conversation)
        return message.id

    def _fits(self, conversation: int, message: Message) -> bool:
        return fits([_said(row) for row in _of(self._connection, self._channel.number, conversation)], _said(message))

    def _row(self, *where: ColumnElement[bool], newest: bool = False) -> Row[Any] | None:
        order = messages.c.id.desc() if newest else messages.c.id
        wanted = select(messages).where(messages.c.channel == self._channel.number, *where).order_by(order).limit(1)
        return self._connection.execute(wanted).first()

    def _same(self, identity: int) -> tuple[ColumnElement[bool], ...]:
        return messages.c.channel == self._channel.number, messages.c.id == identity


def write_documents(connection: Connection, channel: Channel, conversations: Collection[int]) -> None:
    """Bring the documents of conversations up to date, as a generation of their own."""
    if not conversations:
        return
    state = begin_generation(connection)
    wanted = select(sources.c.location).where(sources.c.number == channel.source)
    location = connection.execute(wanted).scalar_one()
    new = []
    for conversation in sorted(conversations):
        if made := _document(connection, channel, conversation):
            known = analyses_of(connection, channel.source, made.name)
            passages = [
                (passage, known.get(passage.text) or analyse_text(passage.text))
                for passage in to_passages(made, location=location)
            ]
            new.append(AnalysedDocument(made, "", passages))
    names = [document_name(channel.channel, conversation) for conversation in conversations]
    remove_documents(connection, numbers_of(connection, channel.source, names), state.generation)
    insert_documents(connection, channel.source, new, state.generation)


def _document(connection: Connection, channel: Channel, conversation: int) -> Document | None:
    rows = _of(connection, channel.number, conversation)
    said = [_said(row) for row in rows]
    if only_asks(said) and not any(row.heading for row in rows):
        return None
    block = block_of(said)._replace(heading=rows[0].heading)
    name = document_name(channel.channel, conversation)
    return Document(name, channel.name, channel.attribution, (block,), block.url)


def document_name(channel: int, conversation: int) -> str:
    """The name of a conversation's document; sorted by name, a channel's are in the order in which they began."""
    return f"{channel:020d}/{conversation:020d}"


def _of(connection: Connection, number: int, conversation: int) -> Sequence[Row[Any]]:
    same = messages.c.channel == number, messages.c.conversation == conversation
    # Sorted here: asked to sort, SQLite reads the whole channel in the order of its messages.
    return sorted(connection.execute(select(messages).where(*same)).all(), key=lambda row: row.id)


def _said(row: Row[Any] | Message) -> Said:
    return Said(row.name, row.text, row.sent, row.url, author_id=str(row.author))


def channel_of(connection: Connection, number: int) -> Channel | None:
    """The channel with a number, or None if it is no longer there."""
    wanted = select(*(channels.c[name] for name in Channel._fields)).where(channels.c.number == number)
    found = connection.execute(wanted).first()
    return Channel(*found) if found else None


def conversations_of(connection: Connection, *where: ColumnElement[bool]) -> set[int]:
    """The conversations that some messages belong to."""
    return set(connection.execute(select(messages.c.conversation).where(*where).distinct()).scalars())
