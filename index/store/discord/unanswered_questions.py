"""Questions that found no answer, or none that helped. Questions with the same content words are one."""

from __future__ import annotations

from collections.abc import Collection
from hashlib import blake2b
from typing import NamedTuple

from sqlalchemy import delete, func, insert, select, update

from index.language.normalization import normalize
from index.query.question import Question
from index.store.connection import reading, writing
from index.store.discord.forgetting import PEOPLE_COUNT, update_question
from index.store.rows import now, storable
from index.store.schema import askings, opted_out, unanswered_questions
from index.store.store import Store, lock_collection

# The guild of questions that were asked in direct messages.
NO_GUILD = 0

# PostgreSQL cannot index texts of more than 2,700 bytes.
_MAX_TERMS_LENGTH = 500


class UnansweredQuestion(NamedTuple):
    """A question in its first wording, and how many times it was asked, where a person who is known counts once."""

    number: int
    guild: int
    question: str
    times: int
    first_asked: str
    last_asked: str


class Asking(NamedTuple):
    """One time a question was asked: where, by whom, and in which words. Ids are Discord's, 0 in direct messages.

    Askings are kept apart, since whoever may read one may not be allowed to read the others. `place` is the channel or a
    thread of it; a private thread is of no channel, since it has readers of its own. `message` is None where nobody else
    saw the question. `person` waits for the answer, and is notified of it in `language`; `worded_by` is the author of
    the wording, if that is somebody else.
    """

    channel: int = 0
    place: int = 0
    message: int | None = None
    person: int | None = None
    language: str = "ja"
    wording: str | None = None
    worded_by: int | None = None


# An asking of which nothing is known.
UNSEEN = Asking()


class UnansweredQuestions:
    """A store's unanswered questions, which no index depends on. All methods raise a DatabaseError."""

    def __init__(self, store: Store) -> None:
        self._engine = store.engine

    def record(self, guild: int, question: str, asking: Asking = UNSEEN) -> int:
        """Record that a question found no answer; returns its number, 0 if whoever asked or worded it opted out.

        A person who asks again in the same channel is recorded once.
        """
        asked, question = now(), storable(question)
        table, terms = unanswered_questions, terms_of(question)
        same = table.c.guild == guild, table.c.terms == terms
        new = {"guild": guild, "terms": terms, "question": question, "times": 1}
        with writing(self._engine) as connection:
            lock_collection(connection)
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
            times = connection.execute(select(PEOPLE_COUNT).where(askings.c.question == number)).scalar_one()
            connection.execute(update(table).where(*same).values(times=times, last_asked=asked))
            return int(number)

    def all(self, guild: int | None = None, limit: int | None = None) -> list[UnansweredQuestion]:
        """The questions of a guild or of all guilds, those asked most often first."""
        table = unanswered_questions
        query = select(*(table.c[name] for name in UnansweredQuestion._fields))
        if guild is not None:
            query = query.where(table.c.guild == guild)
        with reading(self._engine) as connection:
            found = connection.execute(query.order_by(table.c.times.desc(), table.c.number).limit(limit))
            return [UnansweredQuestion(*row) for row in found]

    def asked_in(self, guild: int, channels: Collection[int], *, seen: bool = False) -> list[UnansweredQuestion]:
        """The questions asked in some channels of a guild, with their wording, people and times there; most people first.

        Where it is to be `seen`, only what others saw of them counts.
        """
        table, first = unanswered_questions, askings.alias()
        in_channels = (
            select(
                askings.c.question,
                func.min(askings.c.number).label("first"),
                PEOPLE_COUNT.label("times"),
                func.min(askings.c.asked).label("first_asked"),
                func.max(askings.c.asked).label("last_asked"),
            )
            .where(askings.c.channel.in_(channels), *([askings.c.message.is_not(None)] if seen else []))
            .group_by(askings.c.question)
            .subquery()
        )
        # Askings recorded by early versions have no wording.
        worded = func.coalesce(first.c.wording, table.c.question).label("question")
        query = (
            select(
                table.c.number,
                table.c.guild,
                worded,
                in_channels.c.times,
                in_channels.c.first_asked,
                in_channels.c.last_asked,
            )
            .join(in_channels, in_channels.c.question == table.c.number)
            .join(first, first.c.number == in_channels.c.first)
            .where(table.c.guild == guild)
            .order_by(in_channels.c.times.desc(), table.c.number)
        )
        with reading(self._engine) as connection:
            return [UnansweredQuestion(*row) for row in connection.execute(query)]

    def number_of(self, guild: int, question: str) -> int | None:
        """The number of a question in a guild, if it is among those without an answer."""
        table = unanswered_questions
        query = select(table.c.number).where(table.c.guild == guild, table.c.terms == terms_of(question))
        with reading(self._engine) as connection:
            return connection.execute(query).scalar()

    def askings(self, number: int) -> list[Asking]:
        """The askings of a question, in order."""
        query = select(*(askings.c[name] for name in Asking._fields)).where(askings.c.question == number)
        with reading(self._engine) as connection:
            return [Asking(*row) for row in connection.execute(query.order_by(askings.c.number))]

    def close(self, number: int) -> bool:
        """Remove a question with its askings; returns whether it was there."""
        with writing(self._engine) as connection:
            deleted = connection.execute(delete(unanswered_questions).where(unanswered_questions.c.number == number))
            return bool(deleted.rowcount)

    def close_in(self, number: int, channels: Collection[int]) -> list[Asking]:
        """Remove and return the askings of a question in some channels; it stays open where else it was asked."""
        in_channels = askings.c.question == number, askings.c.channel.in_(channels)
        query = select(*(askings.c[name] for name in Asking._fields)).where(*in_channels).order_by(askings.c.number)
        with writing(self._engine) as connection:
            lock_collection(connection)
            closed = [Asking(*row) for row in connection.execute(query)]
            if closed:
                connection.execute(delete(askings).where(*in_channels))
                update_question(connection, number)
            return closed


def terms_of(question: str) -> str:
    """The content words of a question, whatever their order: questions with the same are one."""
    words = sorted({term.term for term in Question(question).own_terms if term.view == "lemma" and not term.synonym})
    terms = " ".join(words) or normalize(question).strip()
    return terms if len(terms) <= _MAX_TERMS_LENGTH else blake2b(terms.encode(), digest_size=16).hexdigest()
