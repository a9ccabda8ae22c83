"""What administrators of a guild have set, whether answers helped, what is not quoted, and whether the bot is there."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, case, delete, distinct, func, insert, select

from index.store.connection import reading, writing
from index.store.discord.forgetting import forget_guild
from index.store.discord.voters import voter_of
from index.store.rows import now
from index.store.schema import (
    audiences,
    feedback,
    guild_settings,
    hidden_passages,
    opted_out,
    removed_guilds,
    sources,
    unanswered_questions,
)
from index.store.store import Store, one_at_a_time


class Feedback(NamedTuple):
    """Whether a passage helped with a question."""

    guild: int | None
    question: str
    passage: str
    helpful: bool
    given: str


class Judged(NamedTuple):
    """A passage, and how many people it did not help, and did."""

    passage: str
    against: int
    in_favour: int


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
            connection.execute(insert(guild_settings).values(guild=guild, name=name, value=storable(value)))

    def unset(self, guild: int, name: str) -> None:
        """Let something be for a guild as if it never was set."""
        with writing(self._engine) as connection:
            connection.execute(delete(guild_settings).where(*_setting(guild, name)))

    # Feedback

    def record_feedback(
        self,
        guild: int | None,
        question: str,
        passage_id: str,
        *,
        helpful: bool,
        asker: int | None = None,
        person: int | None = None,
        channel: int | None = None,
    ) -> None:
        """Note whether a passage helped a person with a question, in the place of what they said of that before.

        Not where they, or whoever asked the question, opted out.
        """
        answer = {"guild": guild, "question": storable(question), "passage": passage_id}
        with writing(self._engine) as connection:
            one_at_a_time(connection)
            people = opted_out.c.person.in_([asker, person])
            if connection.execute(select(opted_out.c.person).where(people)).first():
                return
            voter = None if person is None else voter_of(connection, person)
            if voter:
                same = (feedback.c[name] == value for name, value in (answer | {"voter": voter}).items())
                connection.execute(delete(feedback).where(*same))
            values = {"helpful": helpful, "asker": asker, "channel": channel, "voter": voter, "given": now()}
            connection.execute(insert(feedback).values(answer | values))

    def feedback(self, guild: int | None = None) -> list[Feedback]:
        """All feedback, or that of a guild, in the order in which it was given."""
        wanted = select(*(feedback.c[name] for name in Feedback._fields)).order_by(feedback.c.number)
        if guild is not None:
            wanted = wanted.where(feedback.c.guild == guild)
        with reading(self._engine) as connection:
            return [Feedback(*row) for row in connection.execute(wanted)]

    def judged(self, guild: int, channels: Collection[int], at_least: int) -> list[Judged]:
        """The passages that did not help so many people in some channels; those that helped fewest first."""
        against, in_favour = (
            func.count(distinct(case((feedback.c.helpful.is_(helpful), feedback.c.voter)))) for helpful in (False, True)
        )
        wanted = (
            select(feedback.c.passage, against, in_favour)
            .where(feedback.c.guild == guild, feedback.c.channel.in_(channels))
            .group_by(feedback.c.passage)
            .having(against >= at_least)
            .order_by(against.desc(), in_favour, feedback.c.passage)
        )
        with reading(self._engine) as connection:
            return [Judged(*row) for row in connection.execute(wanted)]

    # Passages that are not quoted

    def hide(self, guild: int, passage_id: str) -> None:
        """Have a passage not quoted in a guild any more."""
        with writing(self._engine) as connection:
            one_at_a_time(connection)
            connection.execute(delete(hidden_passages).where(*_hidden(guild, passage_id)))
            connection.execute(insert(hidden_passages).values(guild=guild, passage=passage_id, since=now()))

    def show(self, guild: int, passage_id: str) -> None:
        """Have a passage quoted again."""
        with writing(self._engine) as connection:
            connection.execute(delete(hidden_passages).where(*_hidden(guild, passage_id)))

    def hidden(self, guild: int) -> list[str]:
        """The ids of the passages that are not quoted in a guild, in the order in which they were hidden."""
        table = hidden_passages
        wanted = select(table.c.passage).where(table.c.guild == guild).order_by(table.c.since, table.c.passage)
        with reading(self._engine) as connection:
            return list(connection.execute(wanted).scalars())

    # Whether the bot is still there

    def note_present(self, there: Collection[int]) -> None:
        """Note since when the bot is no longer in guilds of which something is stored; it is in those given here."""
        known = [
            select(audiences.c.guild).join(sources),
            *(select(table.c.guild) for table in (guild_settings, feedback, hidden_passages, unanswered_questions)),
        ]
        with writing(self._engine) as connection:
            one_at_a_time(connection)
            stored = {guild for wanted in known for guild in connection.execute(wanted.distinct()).scalars() if guild}
            noted = set(connection.execute(select(removed_guilds.c.guild)).scalars())
            back, gone = noted & {*there}, stored - noted - {*there}
            if back:
                connection.execute(delete(removed_guilds).where(removed_guilds.c.guild.in_(back)))
            if gone:
                connection.execute(
                    insert(removed_guilds), [{"guild": guild, "removed": now()} for guild in sorted(gone)]
                )

    def removed(self, before: datetime) -> list[int]:
        """The guilds that the bot has not been in since before a moment."""
        with reading(self._engine) as connection:
            found = connection.execute(select(removed_guilds.c.guild, removed_guilds.c.removed)).all()
            return [guild for guild, removed in found if datetime.fromisoformat(removed) <= before]

    def forget(self, guild: int) -> list[int]:
        """Forget all of a guild, and give the numbers that its sources had."""
        with writing(self._engine) as connection:
            one_at_a_time(connection)
            return forget_guild(connection, guild)


def _setting(guild: int, name: str) -> tuple[ColumnElement[bool], ...]:
    return guild_settings.c.guild == guild, guild_settings.c.name == name


def _hidden(guild: int, passage_id: str) -> tuple[ColumnElement[bool], ...]:
    return hidden_passages.c.guild == guild, hidden_passages.c.passage == passage_id


def storable(text: str) -> str:
    """Text without halves of characters, which are no UTF-8, and without NUL, which PostgreSQL does not take."""
    return text.encode(errors="replace").decode().replace("\0", "")
