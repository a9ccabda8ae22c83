"""The tables of the store.

The row of a passage is immutable: the passages of an edited document are new rows. Row numbers ascend and are never used
again, so an index follows by the rows that were added since its generation, and the numbers of those removed.
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
    false,
)

# The revision (index/store/migrations/versions) that these tables are at.
REVISION = "0015"

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite autoincrements columns of exactly this type only.
_NUMBER = BigInteger().with_variant(Integer, "sqlite")


def _number() -> Column[int]:
    return Column("number", _NUMBER, primary_key=True, autoincrement=True)


# One row. `identity` changes when a backup is restored, `generation` with every change. `forgotten` is the last generation
# that forgot a person or a guild; content removed up to generation `erased` has been erased from the disk.
collection = Table(
    "collection",
    metadata,
    Column("identity", String(32), primary_key=True),
    Column("generation", BigInteger, nullable=False),
    Column("forgotten", BigInteger, nullable=False, server_default="0"),
    Column("erased", BigInteger, nullable=False, server_default="0"),
)

# A random token for each generation. By it an index notices that a database was replaced by an older copy of itself, whose
# later generations have other tokens.
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

# Where documents come from: a file, a folder, the built-in content, a channel, messages saved from one. `withheld` is since
# when nothing of it is quoted, because edits and deletions of its messages were missed and not caught up with yet.
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

# `attribution` is what an answer names as its source; by `digest` a changed file is detected. `changed` is when its texts
# came or changed here, `dated` the day that the document says of itself.
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
    Column("dated", String(10)),
    UniqueConstraint("source", "name"),
    sqlite_autoincrement=True,
)

# What passages of a document share, stored once: their heading, speaker and link.
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

# `terms` are packed (index.ranking.packed_terms), `outline` is compressed (index.store.outlines), both are made of the
# text alone, by version `analysis` of the analysis. `place` is the position in the document, from 0.
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

# The numbers of removed passages, for indexes that still have them.
removals = Table(
    "removals",
    metadata,
    Column("number", _NUMBER, primary_key=True, autoincrement=False),
    Column("generation", BigInteger, nullable=False, index=True),
)

# Vectors of passages (index.meaning.quantization), by the encoder that is in use. They are made of the passages, and so are
# in no backup.
passage_vectors = Table(
    "passage_vectors",
    metadata,
    Column("passage", ForeignKey(passages.c.number, ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("encoder", String(64), nullable=False),
    Column("vectors", LargeBinary, nullable=False),
)

# What administrators of a guild have set.
guild_settings = Table(
    "guild_settings",
    metadata,
    Column("guild", BigInteger, primary_key=True, autoincrement=False),
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)

# The sources that some channels are answered from. A source that is removed leaves a row without one, so that the channel
# is answered from the rest, or from nothing, rather than from everything.
channel_sources = Table(
    "channel_sources",
    metadata,
    _number(),
    Column("guild", BigInteger, nullable=False),
    Column("channel", BigInteger, nullable=False, index=True),
    Column("source", ForeignKey(sources.c.number, ondelete="SET NULL"), index=True),
    sqlite_autoincrement=True,
)

# Sources of which somebody has to say again that they are right: at `due`, and then every so many `days`. `owner` is told
# of it, in a `channel` if there is one, both ids of Discord's; `told` is when that was done.
expiries = Table(
    "expiries",
    metadata,
    Column("source", ForeignKey(sources.c.number, ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("due", String(32), nullable=False),
    Column("days", Integer, nullable=False),
    Column("owner", BigInteger),
    Column("channel", BigInteger),
    Column("told", String(32)),
)

# Votes on whether an answer helped, with its channel. `asker` is the user id of whoever asked, whose questions can be
# forgotten by it; `voter` is a pseudonym (index.store.discord.voters), by which each person has one vote. `seen` is whether
# others than whoever asked saw the answer.
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
    Column("seen", Boolean, nullable=False, server_default=false()),
    sqlite_autoincrement=True,
)

# How many questions were asked on a day (of UTC, as in 2026-11-29), by how sure the answer was. `guild` and `channel` are 0
# outside of Discord and in direct messages; `channel` also where not all readers of the channel saw the answer.
question_counts = Table(
    "question_counts",
    metadata,
    Column("front_end", String(16), primary_key=True),
    Column("guild", BigInteger, primary_key=True, autoincrement=False),
    Column("channel", BigInteger, primary_key=True, autoincrement=False),
    Column("day", String(10), primary_key=True, index=True),
    Column("certainty", String(8), primary_key=True),
    Column("count", Integer, nullable=False),
)

# Passages that moderators of a guild have hidden there.
hidden_passages = Table(
    "hidden_passages",
    metadata,
    Column("guild", BigInteger, primary_key=True, autoincrement=False),
    Column("passage", String(12), primary_key=True),
    Column("since", String(32), nullable=False),
)

# Passages that moderators of a guild have pinned as the answer to a question, which `worded_by` worded in `channel`; those
# with the same `terms` are one. `audience` read the passage when it was pinned: who may know of the pin once that is gone.
pins = Table(
    "pins",
    metadata,
    _number(),
    Column("guild", BigInteger, nullable=False),
    Column("channel", BigInteger, nullable=False),
    Column("audience", ForeignKey(audiences.c.number), nullable=False),
    Column("terms", Text, nullable=False),
    Column("question", Text, nullable=False),
    Column("passage", String(12), nullable=False),
    Column("worded_by", BigInteger, nullable=False),
    Column("since", String(32), nullable=False),
    UniqueConstraint("guild", "terms", "passage"),
    sqlite_autoincrement=True,
)

# Answers below which people asked for help: one request for each `card`. `place` is the thread or the channel in which
# experts were asked by `message`, missing until they are; `accepted` is the message that answers.
help_requests = Table(
    "help_requests",
    metadata,
    _number(),
    Column("guild", BigInteger, nullable=False),
    Column("channel", BigInteger, nullable=False),
    Column("card", BigInteger, nullable=False, unique=True),
    Column("person", BigInteger, nullable=False),
    Column("asked", String(32), nullable=False),
    Column("place", BigInteger, index=True),
    Column("message", BigInteger),
    Column("accepted", BigInteger),
    Column("resolved", String(32)),
    sqlite_autoincrement=True,
)

# Questions without an answer; questions with the same `terms` are one. `times` is how many people asked.
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

# Who asked an unanswered question, so that they can be notified of an answer: ids of Discord's, deleted with the question.
# `place` is the channel itself or a thread of it. `message` is missing where nobody else saw the question. `worded_by` is
# the author of the wording, if that is not the person who waits for the answer.
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
# that the backfill of the history has reached: 0 at its end.
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

# Messages of these channels. `conversation` is the id of the message that began it; each conversation is a document. The
# `heading` of a saved message is the question that it answers, in the words of `asked_by`. `edited` is the time of the
# last edit that is stored.
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

# People who opted out of being learnt from.
opted_out = Table(
    "opted_out",
    metadata,
    Column("person", BigInteger, primary_key=True, autoincrement=False),
    Column("since", String(32), nullable=False),
)

# Guilds that the bot was removed from and that are not forgotten yet, and when that was noticed.
removed_guilds = Table(
    "removed_guilds",
    metadata,
    Column("guild", BigInteger, primary_key=True, autoincrement=False),
    Column("removed", String(32), nullable=False),
)

# What one of several processes does while others wait (index.store.leases). `until` is in milliseconds since 1970, by the
# clock of the database.
leases = Table(
    "leases",
    metadata,
    Column("name", String(128), primary_key=True),
    Column("holder", String(128), nullable=False),
    Column("until", BigInteger, nullable=False, index=True),
)

# Documents on their way into the store, and conversations whose documents are still to be written (index.store.jobs).
# `name` is the document's, `path` what an error names, `size` how many bytes of content there are. A job that `holder`
# works on is theirs until `leased_until`, and is not tried before `not_before`: milliseconds since 1970 by the clock of the
# database. One that is `dead` is not tried again by itself; `error` is why, as JSON.
jobs = Table(
    "jobs",
    metadata,
    _number(),
    Column("source", ForeignKey(sources.c.number, ondelete="CASCADE"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("name", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("channel", ForeignKey(channels.c.number, ondelete="CASCADE"), index=True),
    Column("size", BigInteger, nullable=False),
    Column("created", String(32), nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("not_before", BigInteger, nullable=False, server_default="0"),
    Column("holder", String(64)),
    Column("leased_until", BigInteger, nullable=False, server_default="0"),
    Column("dead", Boolean, nullable=False, server_default=false()),
    Column("error", Text),
    sqlite_autoincrement=True,
)
Index("ix_jobs_source_name", jobs.c.source, jobs.c.name)

# What a job is to be made of, compressed; apart from it, since a job changes while it is worked. In no backup.
job_contents = Table(
    "job_contents",
    metadata,
    Column("job", ForeignKey(jobs.c.number, ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("content", LargeBinary, nullable=False),
)

# What whoever asks over HTTP shows, as hashes (index.store.access_tokens). `kind` and `guild` say whose knowledge it opens;
# `used` is a day.
access_tokens = Table(
    "access_tokens",
    metadata,
    _number(),
    Column("name", Text, nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
    Column("kind", String(16), nullable=False),
    Column("guild", BigInteger, nullable=False),
    Column("is_operator", Boolean, nullable=False),
    Column("created", String(32), nullable=False),
    Column("used", String(32)),
    sqlite_autoincrement=True,
)

# The sources that a token is for, if it is for some. A restored backup can give a source's number to another one, and so
# takes these rows with the sources.
access_token_sources = Table(
    "access_token_sources",
    metadata,
    Column("token", ForeignKey(access_tokens.c.number, ondelete="CASCADE"), primary_key=True),
    Column("source", ForeignKey(sources.c.number, ondelete="CASCADE"), primary_key=True, index=True),
)

# What is in no backup: it is made of the rest, or tells of processes that run now. A token that was revoked must not come
# back with one.
NOT_BACKED_UP = (passage_vectors, leases, job_contents, access_token_sources, access_tokens)
