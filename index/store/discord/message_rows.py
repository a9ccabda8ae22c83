"""Reads and writes the rows of messages and the documents of their conversations, within a transaction of the caller's."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select, update

from index.documents.conversations import Message as ConversationMessage
from index.documents.conversations import after_a_pause, block_of, fits, only_asks
from index.documents.passages import to_passages
from index.store.document_rows import analyses_of, replace_documents
from index.store.rows import Analysed, AnalysedDocument, analyse_text
from index.store.schema import channels, messages, sources
from index.store.store import begin_generation
from index.types import Document, Passage

# The kind of source whose documents are saved messages, each a conversation of its own.
SAVED = "saved"
# Higher than any message id: a backfill, which goes back in time, begins here.
LATEST = 2**63 - 1


class Channel(NamedTuple):
    """A channel or a thread, its source, and how far back its history was learnt."""

    number: int
    source: int
    channel: int
    name: str
    attribution: str
    learnt_to: int


class Message(NamedTuple):
    """A message. `sent` and `edited` are in ISO 8601.

    `heading` is the question that a saved message answers, in the words of `asked_by`.
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


class ChangeCounts(NamedTuple):
    """The numbers of new, edited and removed messages."""

    new: int = 0
    edited: int = 0
    removed: int = 0


class MessageWriter:
    """Changes messages of a channel, counts the changes, and collects the conversations whose documents have to change.

    In `conversations` are those in which something was edited or removed.
    """

    def __init__(self, connection: Connection, channel: Channel) -> None:
        self.conversations: set[int] = set()
        # Those that messages were added to.
        self.grown: set[int] = set()
        self.counts = ChangeCounts()
        self._connection = connection
        self._channel = channel
        query = select(sources.c.kind).where(sources.c.number == channel.source)
        self._is_saved = connection.execute(query).scalar_one() == SAVED

    def remove(self, ids: Collection[int]) -> None:
        """Remove messages."""
        for message_id in ids:
            conditions = self._by_id(message_id)
            if found := conversations_of(self._connection, *conditions):
                self._connection.execute(delete(messages).where(*conditions))
                self.conversations |= found
                self.counts = self.counts._replace(removed=self.counts.removed + 1)

    def put(self, message: Message) -> None:
        """Insert a message, or update it if it is stored."""
        if not self.correct(message):
            conversation = self._conversation_of(message)
            values = message._asdict() | {"channel": self._channel.number, "conversation": conversation}
            self._connection.execute(insert(messages).values(values))
            self.counts = self.counts._replace(new=self.counts.new + 1)
            self.grown.add(conversation)

    def correct(self, message: Message) -> bool:
        """Update a message if it is stored; returns whether it is. The question that it answers stays."""
        columns = (messages.c[name] for name in ("name", "text", "edited", "conversation"))
        found = self._connection.execute(select(*columns).where(*self._by_id(message.id))).first()
        if found is not None and found.edited != message.edited:
            self._connection.execute(update(messages).where(*self._by_id(message.id)).values(edited=message.edited))
        if found is not None and (found.name, found.text) != (message.name, message.text):
            changed = update(messages).where(*self._by_id(message.id)).values(name=message.name, text=message.text)
            self._connection.execute(changed)
            self.counts = self.counts._replace(edited=self.counts.edited + 1)
            self.conversations.add(found.conversation)
        return found is not None

    def _conversation_of(self, message: Message) -> int:
        """The conversation of a new message.

        It is that of the message it replies to; else that of the message before or after it, if the pause is short. If
        the conversation would get too long for a passage, the message begins a new one.
        """
        if self._is_saved:
            return message.id
        answered = self._row(messages.c.id == message.replies_to) if message.replies_to else None
        if answered is not None:
            return answered.conversation if self._fits(answered.conversation, message) else message.id
        before = self._row(messages.c.id < message.id, newest=True)
        after = self._row(messages.c.id > message.id)
        for near in (before, after):
            if near is None or after_a_pause(_to_conversation_message(near), _to_conversation_message(message)):
                continue
            if self._fits(near.conversation, message):
                return int(near.conversation)
        return message.id

    def _fits(self, conversation: int, message: Message) -> bool:
        return fits(
            [
                _to_conversation_message(row)
                for row in _messages_of(self._connection, self._channel.number, conversation)
            ],
            _to_conversation_message(message),
        )

    def _row(self, *where: ColumnElement[bool], newest: bool = False) -> Row[Any] | None:
        order = messages.c.id.desc() if newest else messages.c.id
        query = select(messages).where(messages.c.channel == self._channel.number, *where).order_by(order).limit(1)
        return self._connection.execute(query).first()

    def _by_id(self, message_id: int) -> tuple[ColumnElement[bool], ...]:
        return messages.c.channel == self._channel.number, messages.c.id == message_id


def write_documents(
    connection: Connection,
    channel: Channel,
    conversations: Collection[int],
    analysed: Mapping[str, Analysed] = MappingProxyType({}),
) -> list[AnalysedDocument]:
    """Write the documents of conversations again, in a new generation; `analysed` has texts that were analysed before."""
    if not conversations:
        return []
    state = begin_generation(connection)
    new = []
    for document, passages in read_documents(connection, channel, conversations):
        known = analyses_of(connection, channel.source, document.name) | dict(analysed)
        made = [(passage, known.get(passage.text) or analyse_text(passage.text)) for passage in passages]
        new.append(AnalysedDocument(document, "", made))
    names = [document_name(channel.channel, conversation) for conversation in conversations]
    replace_documents(connection, channel.source, names, new, state.generation)
    return new


def read_documents(
    connection: Connection, channel: Channel, conversations: Collection[int]
) -> list[tuple[Document, list[Passage]]]:
    """The documents of conversations as they are now, with their passages, without those that only ask."""
    query = select(sources.c.location).where(sources.c.number == channel.source)
    location = connection.execute(query).scalar_one()
    found = (_document(connection, channel, conversation) for conversation in sorted(conversations))
    return [(document, to_passages(document, location=location)) for document in found if document]


def _document(connection: Connection, channel: Channel, conversation: int) -> Document | None:
    rows = _messages_of(connection, channel.number, conversation)
    conversation_messages = [_to_conversation_message(row) for row in rows]
    if only_asks(conversation_messages) and not any(row.heading for row in rows):
        return None
    block = block_of(conversation_messages)._replace(heading=rows[0].heading)
    name = document_name(channel.channel, conversation)
    return Document(name, channel.name, channel.attribution, (block,), block.url)


def document_name(channel: int, conversation: int) -> str:
    """The name of a conversation's document; sorted by name, conversations of a channel are in the order of their begin."""
    return f"{channel:020d}/{conversation:020d}"


def _messages_of(connection: Connection, number: int, conversation: int) -> Sequence[Row[Any]]:
    conditions = messages.c.channel == number, messages.c.conversation == conversation
    # Sorted here: asked to sort, SQLite reads the whole channel in the order of its messages.
    return sorted(connection.execute(select(messages).where(*conditions)).all(), key=lambda row: row.id)


def _to_conversation_message(row: Row[Any] | Message) -> ConversationMessage:
    return ConversationMessage(row.name, row.text, row.sent, row.url, author_id=str(row.author))


def channel_of(connection: Connection, number: int) -> Channel | None:
    """The channel with a row number, None if it is gone."""
    query = select(*(channels.c[name] for name in Channel._fields)).where(channels.c.number == number)
    found = connection.execute(query).first()
    return Channel(*found) if found else None


def conversations_of(connection: Connection, *where: ColumnElement[bool]) -> set[int]:
    """The conversations of the messages that meet conditions."""
    return set(connection.execute(select(messages.c.conversation).where(*where).distinct()).scalars())
