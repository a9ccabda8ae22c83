"""What people asked who do not want to be learnt from, and a guild that is forgotten, as parts of a transaction."""

from __future__ import annotations

from sqlalchemy import Connection, delete, func, select, update

from index.store.discord.message_rows import channel_of, write_documents
from index.store.discord.voters import voter_of
from index.store.document_rows import remove_documents
from index.store.schema import (
    askings,
    audiences,
    collection,
    documents,
    feedback,
    guild_settings,
    hidden_passages,
    messages,
    opted_out,
    removed_guilds,
    sources,
    unanswered_questions,
)
from index.store.store import begin_generation

_OPTED_OUT = select(opted_out.c.person)
# How many people asked; each counts once who is no longer known.
PEOPLE = func.count(askings.c.person.distinct()) + func.count() - func.count(askings.c.person)


def forget_questions(connection: Connection) -> None:
    """Take away what was asked by people who opted out; a question stays where others asked it in words of their own."""
    connection.execute(delete(feedback).where(feedback.c.asker.in_(_OPTED_OUT)))
    voters = set(connection.execute(select(feedback.c.voter).where(feedback.c.voter.is_not(None)).distinct()).scalars())
    for person in connection.execute(_OPTED_OUT).scalars().all() if voters else ():
        if (voter := voter_of(connection, person)) in voters:
            connection.execute(delete(feedback).where(feedback.c.voter == voter))
    theirs = askings.c.person.in_(_OPTED_OUT)
    their_words = askings.c.worded_by.in_(_OPTED_OUT)
    questions = set(connection.execute(select(askings.c.question).where(theirs | their_words)).scalars())
    connection.execute(delete(askings).where(theirs))
    connection.execute(update(askings).where(their_words).values(wording=None, worded_by=None))
    for question in questions:
        word_anew(connection, question)
    _forget_headings(connection)
    note_forgotten(connection)


def forget_guild(connection: Connection, guild: int) -> list[int]:
    """Remove all that is of a guild, and give the numbers of its sources."""
    generation = begin_generation(connection).generation
    its = select(sources.c.number).join(audiences).where(audiences.c.guild == guild)
    found = list(connection.execute(its).scalars())
    wanted = select(documents.c.number).where(documents.c.source.in_(its))
    remove_documents(connection, list(connection.execute(wanted).scalars()), generation)
    connection.execute(delete(sources).where(sources.c.number.in_(found)))
    for table in (audiences, guild_settings, feedback, hidden_passages, unanswered_questions, removed_guilds):
        connection.execute(delete(table).where(table.c.guild == guild))
    note_forgotten(connection)
    return found


def note_forgotten(connection: Connection) -> None:
    """Note that what was removed until now is to leave the disk at once."""
    connection.execute(update(collection).values(forgotten=begin_generation(connection).generation))


def word_anew(connection: Connection, question: int) -> None:
    """Give a question the first of the wordings that are left, and take it away where there is none."""
    table = unanswered_questions
    left = select(askings.c.wording).where(askings.c.question == question, askings.c.wording.is_not(None))
    wording = connection.execute(left.order_by(askings.c.number).limit(1)).scalar()
    if wording is None:
        connection.execute(delete(table).where(table.c.number == question))
        return
    rest = select(PEOPLE, func.min(askings.c.asked), func.max(askings.c.asked)).where(askings.c.question == question)
    times, first, last = connection.execute(rest).one()
    values = {"question": wording, "times": times, "first_asked": first, "last_asked": last}
    connection.execute(update(table).where(table.c.number == question).values(values))


def _forget_headings(connection: Connection) -> None:
    """Keep answers to questions of people who opted out, without the question."""
    theirs = messages.c.asked_by.in_(_OPTED_OUT)
    found = connection.execute(select(messages.c.channel, messages.c.conversation).where(theirs)).all()
    connection.execute(update(messages).where(theirs).values(heading="", asked_by=None))
    for number in {number for number, _ in found}:
        if channel := channel_of(connection, number):
            write_documents(connection, channel, {conversation for of, conversation in found if of == number})
