"""Forgets what people who opted out asked, and guilds, within a transaction of the caller's."""

from __future__ import annotations

from sqlalchemy import Connection, delete, func, select, update

from index.store.discord.message_rows import channel_of, write_documents
from index.store.discord.voters import voter_pseudonym
from index.store.document_rows import remove_documents
from index.store.schema import (
    access_tokens,
    askings,
    audiences,
    channel_sources,
    collection,
    documents,
    expiries,
    feedback,
    guild_settings,
    help_requests,
    hidden_passages,
    messages,
    opted_out,
    pins,
    question_counts,
    removed_guilds,
    sources,
    unanswered_questions,
)
from index.store.store import begin_generation

_OPTED_OUT = select(opted_out.c.person)
# The number of people who asked: distinct ids, and one for each asking whose person is unknown.
PEOPLE_COUNT = func.count(askings.c.person.distinct()) + func.count() - func.count(askings.c.person)


def forget_questions_of_opted_out(connection: Connection) -> None:
    """Remove what people who opted out asked; a question stays if others asked it in their own words."""
    connection.execute(delete(feedback).where(feedback.c.asker.in_(_OPTED_OUT)))
    voters = set(connection.execute(select(feedback.c.voter).where(feedback.c.voter.is_not(None)).distinct()).scalars())
    for person in connection.execute(_OPTED_OUT).scalars().all() if voters else ():
        if (voter := voter_pseudonym(connection, person)) in voters:
            connection.execute(delete(feedback).where(feedback.c.voter == voter))
    connection.execute(delete(pins).where(pins.c.worded_by.in_(_OPTED_OUT)))
    # Not deleted: by it the bot knows that in its thread people talk to each other.
    connection.execute(update(help_requests).where(help_requests.c.person.in_(_OPTED_OUT)).values(person=0))
    connection.execute(update(expiries).where(expiries.c.owner.in_(_OPTED_OUT)).values(owner=None))
    of_opted_out = askings.c.person.in_(_OPTED_OUT)
    worded_by_opted_out = askings.c.worded_by.in_(_OPTED_OUT)
    questions = set(connection.execute(select(askings.c.question).where(of_opted_out | worded_by_opted_out)).scalars())
    connection.execute(delete(askings).where(of_opted_out))
    connection.execute(update(askings).where(worded_by_opted_out).values(wording=None, worded_by=None))
    for question in questions:
        update_question(connection, question)
    _forget_headings(connection)
    mark_forgotten(connection)


def forget_guild(connection: Connection, guild: int) -> list[int]:
    """Remove everything of a guild; returns the numbers of its sources."""
    generation = begin_generation(connection).generation
    its_sources = select(sources.c.number).join(audiences).where(audiences.c.guild == guild)
    found = list(connection.execute(its_sources).scalars())
    query = select(documents.c.number).where(documents.c.source.in_(its_sources))
    remove_documents(connection, list(connection.execute(query).scalars()), generation)
    connection.execute(delete(sources).where(sources.c.number.in_(found)))
    # Pins before the audiences that they name.
    for table in (
        pins,
        audiences,
        channel_sources,
        guild_settings,
        feedback,
        hidden_passages,
        help_requests,
        question_counts,
        unanswered_questions,
        access_tokens,
        removed_guilds,
    ):
        connection.execute(delete(table).where(table.c.guild == guild))
    mark_forgotten(connection)
    return found


def mark_forgotten(connection: Connection) -> None:
    """Mark everything removed so far as to be erased from the disk."""
    connection.execute(update(collection).values(forgotten=begin_generation(connection).generation))


def update_question(connection: Connection, question: int) -> None:
    """Update a question after some of its askings were removed: to its first wording left, or remove it if none is left."""
    table = unanswered_questions
    wordings = select(askings.c.wording).where(askings.c.question == question, askings.c.wording.is_not(None))
    wording = connection.execute(wordings.order_by(askings.c.number).limit(1)).scalar()
    if wording is None:
        connection.execute(delete(table).where(table.c.number == question))
        return
    statistics = select(PEOPLE_COUNT, func.min(askings.c.asked), func.max(askings.c.asked)).where(
        askings.c.question == question
    )
    times, first, last = connection.execute(statistics).one()
    values = {"question": wording, "times": times, "first_asked": first, "last_asked": last}
    connection.execute(update(table).where(table.c.number == question).values(values))


def _forget_headings(connection: Connection) -> None:
    """Remove the questions of people who opted out from saved answers, which stay."""
    of_opted_out = messages.c.asked_by.in_(_OPTED_OUT)
    found = connection.execute(select(messages.c.channel, messages.c.conversation).where(of_opted_out)).all()
    connection.execute(update(messages).where(of_opted_out).values(heading="", asked_by=None))
    for number in {number for number, _ in found}:
        if channel := channel_of(connection, number):
            write_documents(connection, channel, {conversation for of, conversation in found if of == number})
