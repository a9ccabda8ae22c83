"""What administrators of a guild have set, and what became of its questions. Nobody is named."""

from __future__ import annotations

from hashlib import blake2b
from typing import NamedTuple

from sqlalchemy import ColumnElement, delete, insert, select, update

from index.normalization import normalize
from index.question import analyse_question
from index.store.connection import reading, writing
from index.store.schema import feedback, guild_settings, unanswered_questions
from index.store.store import Store, now, one_at_a_time

# The guild of questions that were asked in direct messages.
NO_GUILD = 0

# PostgreSQL indexes no text of more than 2,700 bytes.
_LONGEST_TERMS = 500


class Feedback(NamedTuple):
    """Whether a passage helped with a question."""

    guild: int | None
    question: str
    passage: str
    helpful: bool
    given: str


class Unanswered(NamedTuple):
    """A question that found no answer, as it was first asked, and how often it was."""

    number: int
    guild: int
    question: str
    times: int
    first_asked: str
    last_asked: str


class Guilds:
    """A store's tables about guilds; no index depends on them. All methods raise a DatabaseError."""

    def __init__(self, store: Store) -> None:
        self._engine = store.engine

    # Settings

    def settings(self, guild: int) -> dict[str, str]:
        """What a guild has set, by name."""
        wanted = select(guild_settings.c.name, guild_settings.c.value).where(guild_settings.c.guild == guild)
        with reading(self._engine) as connection:
            return dict(connection.execute(wanted.order_by(guild_settings.c.name)).all())

    def set(self, guild: int, name: str, value: str) -> None:
        """Set something for a guild."""
        with writing(self._engine) as connection:
            one_at_a_time(connection)
            connection.execute(delete(guild_settings).where(*_setting(guild, name)))
            connection.execute(insert(guild_settings).values(guild=guild, name=name, value=_storable(value)))

    def unset(self, guild: int, name: str) -> None:
        """Let something be for a guild as if it never was set."""
        with writing(self._engine) as connection:
            connection.execute(delete(guild_settings).where(*_setting(guild, name)))

    # Feedback

    def record_feedback(self, guild: int | None, question: str, passage_id: str, *, helpful: bool) -> None:
        """Note whether a passage helped."""
        values = {"guild": guild, "question": _storable(question), "passage": passage_id, "helpful": helpful}
        with writing(self._engine) as connection:
            connection.execute(insert(feedback).values(values | {"given": now()}))

    def feedback(self, guild: int | None = None) -> list[Feedback]:
        """All feedback, or that of a guild, in the order in which it was given."""
        wanted = select(*(feedback.c[name] for name in Feedback._fields)).order_by(feedback.c.number)
        if guild is not None:
            wanted = wanted.where(feedback.c.guild == guild)
        with reading(self._engine) as connection:
            return [Feedback(*row) for row in connection.execute(wanted)]

    # Unanswered questions

    def record_unanswered(self, guild: int, question: str) -> None:
        """Note that a question found no answer; one in other words of the same meaning counts as the same."""
        asked, question = now(), _storable(question)
        table, terms = unanswered_questions, terms_of(question)
        again = update(table).where(table.c.guild == guild, table.c.terms == terms)
        values = {"guild": guild, "terms": terms, "question": question, "times": 1}
        with writing(self._engine) as connection:
            one_at_a_time(connection)
            if not connection.execute(again.values(times=table.c.times + 1, last_asked=asked)).rowcount:
                connection.execute(insert(table).values(values | {"first_asked": asked, "last_asked": asked}))

    def unanswered(self, guild: int | None = None, limit: int | None = None) -> list[Unanswered]:
        """The unanswered questions of a guild or of all, those asked most often first."""
        table = unanswered_questions
        wanted = select(*(table.c[name] for name in Unanswered._fields))
        if guild is not None:
            wanted = wanted.where(table.c.guild == guild)
        with reading(self._engine) as connection:
            found = connection.execute(wanted.order_by(table.c.times.desc(), table.c.number).limit(limit))
            return [Unanswered(*row) for row in found]

    def forget_unanswered(self, number: int) -> bool:
        """Forget an unanswered question; whether it was there."""
        with writing(self._engine) as connection:
            gone = connection.execute(delete(unanswered_questions).where(unanswered_questions.c.number == number))
            return bool(gone.rowcount)


def terms_of(question: str) -> str:
    """What tells an unanswered question apart from others: its content words, whatever their order."""
    asked = analyse_question(question).terms
    words = sorted({term.term for term in asked if term.view == "lemma" and not term.synonym})
    terms = " ".join(words) or normalize(question).strip()
    return terms if len(terms) <= _LONGEST_TERMS else blake2b(terms.encode(), digest_size=16).hexdigest()


def _setting(guild: int, name: str) -> tuple[ColumnElement[bool], ...]:
    return guild_settings.c.guild == guild, guild_settings.c.name == name


def _storable(text: str) -> str:
    """Text without halves of characters, which are no UTF-8, and without NUL, which PostgreSQL does not take."""
    return text.encode(errors="replace").decode().replace("\0", "")
