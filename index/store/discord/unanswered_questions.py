"""Gaps: questions that found no answer, or none that helped. Those of the same words are one. Nobody is named."""

from __future__ import annotations

from collections.abc import Collection
from hashlib import blake2b
from typing import NamedTuple

from sqlalchemy import delete, func, insert, select, update

from index.language.normalization import normalize
from index.query.question import Question
from index.store.clock import now
from index.store.connection import reading, writing
from index.store.discord.forgetting import PEOPLE, word_anew
from index.store.discord.guilds import storable
from index.store.schema import askings, opted_out, unanswered_questions
from index.store.store import Store, one_at_a_time

# The guild of questions that were asked in direct messages.
NO_GUILD = 0

# PostgreSQL indexes no text of more than 2,700 bytes.
_LONGEST_TERMS = 500


class Gap(NamedTuple):
    """A question, as it was first asked, and how many people asked it; each counts once who is no longer known."""

    number: int
    guild: int
    question: str
    times: int
    first_asked: str
    last_asked: str


class Asking(NamedTuple):
    """Where a question was asked, by whom, in which language they are to be told of an answer, and in which words.

    Who may read one place where it was asked may not read the others, nor how it was worded there. Numbers are Discord's,
    0 in direct messages. The place is the channel, or a thread of it; a private thread is
    of no channel, since it has readers of its own. There is no message where nobody else saw the question. Whoever it is
    that waits for an answer may not have worded the question: then `worded_by` did.
    """

    channel: int = 0
    place: int = 0
    message: int | None = None
    person: int | None = None
    language: str = "ja"
    wording: str | None = None
    worded_by: int | None = None


# A question of which no more is known.
UNSEEN = Asking()


class Gaps:
    """A store's questions without an answer; no index depends on them. All methods raise a DatabaseError."""

    def __init__(self, store: Store) -> None:
        self._engine = store.engine

    def record(self, guild: int, question: str, asking: Asking = UNSEEN) -> int:
        """Note that a question found no answer, and give its number; whoever asks again where they did is noted once.

        The number is 0 where it is of somebody who opted out.
        """
        asked, question = now(), storable(question)
        table, terms = unanswered_questions, terms_of(question)
        same = table.c.guild == guild, table.c.terms == terms
        new = {"guild": guild, "terms": terms, "question": question, "times": 1}
        with writing(self._engine) as connection:
            one_at_a_time(connection)
            people = opted_out.c.person.in_([asking.person, asking.worded_by])
            if connection.execute(select(opted_out.c.person).where(people)).first():
                return 0
            number = connection.execute(select(table.c.number).where(*same)).scalar()
            if number is None:
                added = insert(table).values(new | {"first_asked": asked, "last_asked": asked})
                number = connection.execute(added.returning(table.c.number)).scalar_one()
            by_same = askings.c.channel == asking.channel, askings.c.person == asking.person
            again = update(askings).where(askings.c.question == number, *by_same).values(asked=asked)
            if asking.person is None or not connection.execute(again).rowcount:
                worded = asking._replace(wording=question)._asdict()
                connection.execute(insert(askings).values(worded | {"question": number, "asked": asked}))
            times = connection.execute(select(PEOPLE).where(askings.c.question == number)).scalar_one()
            connection.execute(update(table).where(*same).values(times=times, last_asked=asked))
            return int(number)

    def all(self, guild: int | None = None, limit: int | None = None) -> list[Gap]:
        """The questions of a guild or of all, those of most people first."""
        table = unanswered_questions
        wanted = select(*(table.c[name] for name in Gap._fields))
        if guild is not None:
            wanted = wanted.where(table.c.guild == guild)
        with reading(self._engine) as connection:
            found = connection.execute(wanted.order_by(table.c.times.desc(), table.c.number).limit(limit))
            return [Gap(*row) for row in found]

    def asked_in(self, guild: int, channels: Collection[int]) -> list[Gap]:
        """The questions that were asked in some of a guild's channels, as they first were there; by how many people."""
        table, first = unanswered_questions, askings.alias()
        there = (
            select(
                askings.c.question,
                func.min(askings.c.number).label("first"),
                PEOPLE.label("times"),
                func.min(askings.c.asked).label("first_asked"),
                func.max(askings.c.asked).label("last_asked"),
            )
            .where(askings.c.channel.in_(channels))
            .group_by(askings.c.question)
            .subquery()
        )
        # Of what was asked before wordings were kept only the question is known.
        worded = func.coalesce(first.c.wording, table.c.question).label("question")
        wanted = (
            select(table.c.number, table.c.guild, worded, there.c.times, there.c.first_asked, there.c.last_asked)
            .join(there, there.c.question == table.c.number)
            .join(first, first.c.number == there.c.first)
            .where(table.c.guild == guild)
            .order_by(there.c.times.desc(), table.c.number)
        )
        with reading(self._engine) as connection:
            return [Gap(*row) for row in connection.execute(wanted)]

    def gap(self, number: int) -> Gap | None:
        """The question with a number, or None if it is answered, or was never asked."""
        table = unanswered_questions
        wanted = select(*(table.c[name] for name in Gap._fields)).where(table.c.number == number)
        with reading(self._engine) as connection:
            found = connection.execute(wanted).first()
            return Gap(*found) if found else None

    def askings(self, number: int) -> list[Asking]:
        """Where a question was asked, and by whom, in that order."""
        wanted = select(*(askings.c[name] for name in Asking._fields)).where(askings.c.question == number)
        with reading(self._engine) as connection:
            return [Asking(*row) for row in connection.execute(wanted.order_by(askings.c.number))]

    def close(self, number: int) -> bool:
        """Forget a question, and who asked it; whether it was there."""
        with writing(self._engine) as connection:
            gone = connection.execute(delete(unanswered_questions).where(unanswered_questions.c.number == number))
            return bool(gone.rowcount)

    def close_in(self, number: int, channels: Collection[int]) -> list[Asking]:
        """Forget that a question was asked in some channels, and give who asked there; elsewhere it stays open."""
        there = askings.c.question == number, askings.c.channel.in_(channels)
        wanted = select(*(askings.c[name] for name in Asking._fields)).where(*there).order_by(askings.c.number)
        with writing(self._engine) as connection:
            one_at_a_time(connection)
            closed = [Asking(*row) for row in connection.execute(wanted)]
            if closed:
                connection.execute(delete(askings).where(*there))
                word_anew(connection, number)
            return closed


def terms_of(question: str) -> str:
    """What tells a question apart from others: its content words, whatever their order."""
    words = sorted({term.term for term in Question(question).own_terms if term.view == "lemma" and not term.synonym})
    terms = " ".join(words) or normalize(question).strip()
    return terms if len(terms) <= _LONGEST_TERMS else blake2b(terms.encode(), digest_size=16).hexdigest()
