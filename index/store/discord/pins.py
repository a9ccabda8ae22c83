"""Passages that moderators pinned as the answer to a question. Questions with the same content words are one."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import delete, insert, select

from index.audience import Audience
from index.store.connection import reading, writing
from index.store.discord.unanswered_questions import terms_of
from index.store.rows import now, storable
from index.store.schema import audiences, opted_out, pins
from index.store.store import Store, audience_number, audience_of, lock_collection


class Pin(NamedTuple):
    """A passage that answers a question in a guild, worded in a channel; `audience` read it when it was pinned."""

    number: int
    guild: int
    channel: int
    audience: Audience
    terms: str
    question: str
    passage: str
    since: str


class Pins:
    """A store's pins, which no index depends on. All methods raise a DatabaseError."""

    def __init__(self, store: Store) -> None:
        self._engine = store.engine

    def pin(self, guild: int, channel: int, question: str, passage: str, audience: Audience, person: int) -> bool:
        """Pin a passage that an audience reads as the answer to a question that a person worded in a channel.

        Nothing is kept of who opted out, which gives False. What is pinned already is pinned anew, in the new words.
        """
        terms = terms_of(question)
        same = pins.c.guild == guild, pins.c.terms == terms, pins.c.passage == passage
        with writing(self._engine) as connection:
            lock_collection(connection)
            if connection.execute(select(opted_out.c.person).where(opted_out.c.person == person)).first():
                return False
            connection.execute(delete(pins).where(*same))
            values = {"guild": guild, "channel": channel, "terms": terms, "passage": passage, "worded_by": person}
            new = {"audience": audience_number(connection, audience), "question": storable(question), "since": now()}
            connection.execute(insert(pins).values(values | new))
            return True

    def unpin(self, number: int) -> None:
        """Let a question be answered as before."""
        with writing(self._engine) as connection:
            connection.execute(delete(pins).where(pins.c.number == number))

    def unpin_in(self, channel: int) -> None:
        """Take off what is pinned for questions worded in a channel, as where that is gone with who could take it off."""
        with writing(self._engine) as connection:
            connection.execute(delete(pins).where(pins.c.channel == channel))

    def all(self, guild: int) -> list[Pin]:
        """The pins of a guild, the last one first."""
        named = audiences.c.kind, audiences.c.guild, audiences.c.channel, audiences.c.roles
        query = select(pins, *(column.label(f"audience_{column.name}") for column in named)).join(audiences)
        with reading(self._engine) as connection:
            found = connection.execute(query.where(pins.c.guild == guild).order_by(pins.c.number.desc()))
            return [
                Pin(
                    row.number,
                    row.guild,
                    row.channel,
                    audience_of(row.audience_kind, row.audience_guild, row.audience_channel, row.audience_roles),
                    row.terms,
                    row.question,
                    row.passage,
                    row.since,
                )
                for row in found
            ]
