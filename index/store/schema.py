"""The tables of the store.

A passage's row never changes: an edited document's passages are new rows. Their numbers ascend and are never used
again, so that an index needs to know only what was added after some number, and what was removed.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

# The revision (index/store/migrations/versions) that these tables are at.
REVISION = "0008"

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite counts up by itself only in a column of this very type.
_NUMBER = BigInteger().with_variant(Integer, "sqlite")


def _number() -> Column[int]:
    return Column("number", _NUMBER, primary_key=True, autoincrement=True)


# One row. `identity` changes when another collection takes this one's place, `generation` with every change. `forgotten`
# is the last change that forgot somebody or a guild, `erased` the last one of which nothing that was removed is left on
# the disk.
collection = Table(
    "collection",
    metadata,
    Column("identity", String(32), primary_key=True),
    Column("generation", BigInteger, nullable=False),
    Column("forgotten", BigInteger, nullable=False, server_default="0"),
    Column("erased", BigInteger, nullable=False, server_default="0"),
)

# Each generation since the collection began has a token of its own: a database that went back in time and was changed
# since, as a copy does that is put in its place, has others.
generations = Table(
    "generations",
    metadata,
    Column("generation", BigInteger, primary_key=True, autoincrement=False),
    Column("token", String(32), nullable=False),
)

# Who may read a source (index.audience). `roles` are numbers joined by commas, ascending.
audiences = Table(
    "audiences",
    metadata,
    _number(),
    Column("kind", String(16), nullable=False),
    Column("guild", BigInteger, nullable=False),
    Column("channel", BigInteger, nullable=False),
    Column("roles", Text, nullable=False),
    UniqueConstraint("kind", "guild", "channel", "roles"),
    sqlite_autoincrement=True,
)

# Where documents come from: a file, a folder, the built-in content, a channel, what was saved of one. `withheld` is since
# when nothing of it is quoted: what happened to its messages could not be seen, and was not looked up since.
sources = Table(
    "sources",
    metadata,
    _number(),
    Column("kind", String(16), nullable=False),
    Column("location", Text, nullable=False, unique=True),
    Column("audience", ForeignKey(audiences.c.number), nullable=False),
    Column("added", String(32), nullable=False),
    Column("withheld", String(32)),
    sqlite_autoincrement=True,
)

# `attribution` is what an answer names as its source; `digest` tells whether the file is still the same.
documents = Table(
    "documents",
    metadata,
    _number(),
    Column("source", ForeignKey(sources.c.number, ondelete="CASCADE"), nullable=False),
    Column("name", Text, nullable=False),
    Column("title", Text, nullable=False, index=True),
    Column("attribution", Text, nullable=False),
    Column("url", Text),
    Column("digest", String(64), nullable=False),
    Column("changed", String(32), nullable=False),
    UniqueConstraint("source", "name"),
    sqlite_autoincrement=True,
)

# What many passages of a document have: what they stand under, who says them, where they link to. Once for all of them.
contexts = Table(
    "contexts",
    metadata,
    _number(),
    Column("document", ForeignKey(documents.c.number, ondelete="CASCADE"), nullable=False, index=True),
    Column("heading", Text, nullable=False),
    Column("speaker", Text),
    Column("role", Text),
    Column("url", Text),
    sqlite_autoincrement=True,
)

# `terms` are packed (index.ranking.packed_terms), `outline` is compressed (index.store.outlines); both are of the text alone,
# by the analysis of this version. `place` counts the passages of a document from 0.
passages = Table(
    "passages",
    metadata,
    _number(),
    Column("document", ForeignKey(documents.c.number, ondelete="CASCADE"), nullable=False, index=True),
    Column("place", Integer, nullable=False),
    Column("id", String(12), nullable=False, index=True),
    Column("text", Text, nullable=False),
    Column("context", ForeignKey(contexts.c.number), nullable=False, index=True),
    Column("paragraph", Integer, nullable=False),
    Column("page", Integer),
    Column("date", Text),
    Column("generation", BigInteger, nullable=False, index=True),
    Column("analysis", Integer, nullable=False, index=True),
    Column("terms", LargeBinary, nullable=False),
    Column("outline", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)

# The numbers of passages that are gone, for indexes that still have them.
removals = Table(
    "removals",
    metadata,
    Column("number", _NUMBER, primary_key=True, autoincrement=False),
    Column("generation", BigInteger, nullable=False, index=True),
)

# What administrators of a guild have set.
guild_settings = Table(
    "guild_settings",
    metadata,
    Column("guild", BigInteger, primary_key=True, autoincrement=False),
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)

# Whether an answer helped, and the channel where it was said. The passage's text is not repeated here, and nobody is named:
# `asker` is the number of whoever asked the question, so that it can be forgotten with them, and `voter` is a digest with a
# key of the database's own, so that a person has one vote.
feedback = Table(
    "feedback",
    metadata,
    _number(),
    Column("guild", BigInteger),
    Column("question", Text, nullable=False),
    Column("passage", String(12), nullable=False),
    Column("helpful", Boolean, nullable=False),
    Column("given", String(32), nullable=False),
    Column("asker", BigInteger),
    Column("channel", BigInteger),
    Column("voter", String(32), index=True),
    sqlite_autoincrement=True,
)

# Passages that moderators of a guild do not want quoted there.
hidden_passages = Table(
    "hidden_passages",
    metadata,
    Column("guild", BigInteger, primary_key=True, autoincrement=False),
    Column("passage", String(12), primary_key=True),
    Column("since", String(32), nullable=False),
)

# Questions that found no answer; those with the same `terms` are one. `times` is how many people asked, who are not named.
unanswered_questions = Table(
    "unanswered_questions",
    metadata,
    _number(),
    Column("guild", BigInteger, nullable=False),
    Column("terms", Text, nullable=False),
    Column("question", Text, nullable=False),
    Column("times", Integer, nullable=False, index=True),
    Column("first_asked", String(32), nullable=False),
    Column("last_asked", String(32), nullable=False),
    UniqueConstraint("guild", "terms"),
    sqlite_autoincrement=True,
)

# Who asked a question that is not answered yet, in which channel, and in which thread of it or in itself, so that they
# can be told once it is. No message where nobody else saw it. Only numbers of Discord's, and gone with the question.
# `worded_by` is whose words they are, where it is not the person's who waits for the answer.
askings = Table(
    "askings",
    metadata,
    _number(),
    Column("question", ForeignKey(unanswered_questions.c.number, ondelete="CASCADE"), nullable=False, index=True),
    Column("channel", BigInteger, nullable=False),
    Column("place", BigInteger, nullable=False),
    Column("message", BigInteger),
    Column("person", BigInteger, index=True),
    Column("language", String(2), nullable=False),
    Column("asked", String(32), nullable=False),
    Column("wording", Text),
    Column("worded_by", BigInteger),
    sqlite_autoincrement=True,
)

# Discord's channels and threads that are learnt from, or of which messages were saved. `learnt_to` is the oldest message
# that the way back through the history has come to: 0 at its end.
channels = Table(
    "channels",
    metadata,
    _number(),
    Column("source", ForeignKey(sources.c.number, ondelete="CASCADE"), nullable=False),
    Column("channel", BigInteger, nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("attribution", Text, nullable=False),
    Column("learnt_to", BigInteger, nullable=False),
    UniqueConstraint("source", "channel"),
    sqlite_autoincrement=True,
)

# What people wrote there. A document holds one conversation, and is named after the message that it began with. The
# `heading` of a message that was saved is the question that it answers, and `asked_by` who asked it so. `edited` is when
# its author last did, as far as it is stored with that edit.
messages = Table(
    "messages",
    metadata,
    Column("channel", ForeignKey(channels.c.number, ondelete="CASCADE"), primary_key=True),
    Column("id", BigInteger, primary_key=True, autoincrement=False, index=True),
    Column("author", BigInteger, nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("heading", Text, nullable=False),
    Column("url", Text),
    Column("sent", String(32), nullable=False),
    Column("replies_to", BigInteger),
    Column("conversation", BigInteger, nullable=False),
    Column("asked_by", BigInteger),
    Column("edited", String(32)),
)
Index("ix_messages_channel_conversation", messages.c.channel, messages.c.conversation)

# People who do not want to be learnt from.
opted_out = Table(
    "opted_out",
    metadata,
    Column("person", BigInteger, primary_key=True, autoincrement=False),
    Column("since", String(32), nullable=False),
)

# Guilds that removed the bot and are not forgotten yet, and since when that is known.
removed_guilds = Table(
    "removed_guilds",
    metadata,
    Column("guild", BigInteger, primary_key=True, autoincrement=False),
    Column("removed", String(32), nullable=False),
)
