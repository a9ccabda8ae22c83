"""Guilds: their settings, votes on answers, hidden passages, and whether the bot is still a member."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, case, delete, distinct, func, insert, select

from index.store.connection import reading, writing
from index.store.discord.forgetting import forget_guild
from index.store.discord.voters import voter_pseudonym
from index.store.rows import now, storable
from index.store.schema import (
    access_tokens,
    audiences,
    channel_sources,
    feedback,
    guild_settings,
    hidden_passages,
    opted_out,
    pins,
    question_counts,
    removed_guilds,
    sources,
    unanswered_questions,
)
from index.store.store import Store, lock_collection


class Feedback(NamedTuple):
    """A vote: whether a passage helped with a question."""

    guild: int | None
    question: str
    passage: str
    helpful: bool
    given: str


class PassageVotes(NamedTuple):
    """A passage, and how many people voted against it and in its favour."""

    passage: str
    against: int
    in_favour: int


class Guilds:
    """A store's tables about guilds, which no index depends on. All methods raise a DatabaseError."""

    def __init__(self, store: Store) -> None:
        self._engine = store.engine

    # Settings

    def settings(self, guild: int) -> dict[str, str]:
        """The settings of a guild, by name."""
        query = select(guild_settings.c.name, guild_settings.c.value).where(guild_settings.c.guild == guild)
        with reading(self._engine) as connection:
            return dict(connection.execute(query.order_by(guild_settings.c.name)).all())

    def with_setting(self, name: str) -> dict[int, str]:
        """What each guild has set under a name, where it has."""
        query = select(guild_settings.c.guild, guild_settings.c.value).where(guild_settings.c.name == name)
        with reading(self._engine) as connection:
            return dict(connection.execute(query.order_by(guild_settings.c.guild)).all())

    def set(self, guild: int, name: str, value: str) -> None:
        """Change a setting of a guild."""
        with writing(self._engine) as connection:
            lock_collection(connection)
            connection.execute(delete(guild_settings).where(*_setting(guild, name)))
            connection.execute(insert(guild_settings).values(guild=guild, name=name, value=storable(value)))

    def unset(self, guild: int, name: str) -> None:
        """Reset a setting of a guild."""
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
        seen: bool = False,
    ) -> None:
        """Record a person's vote on a passage for a question, which replaces an earlier one.

        `seen` says that others saw the answer. Nothing is recorded if they or whoever asked the question opted out.
        """
        answer = {"guild": guild, "question": storable(question), "passage": passage_id}
        with writing(self._engine) as connection:
            lock_collection(connection)
            people = opted_out.c.person.in_([asker, person])
            if connection.execute(select(opted_out.c.person).where(people)).first():
                return
            voter = None if person is None else voter_pseudonym(connection, person)
            if voter:
                same = (feedback.c[name] == value for name, value in (answer | {"voter": voter}).items())
                connection.execute(delete(feedback).where(*same))
            values = {"helpful": helpful, "asker": asker, "channel": channel, "voter": voter, "seen": seen}
            connection.execute(insert(feedback).values(answer | values | {"given": now()}))

    def feedback(self, guild: int | None = None) -> list[Feedback]:
        """All votes, or those of a guild, in the order in which they were given."""
        query = select(*(feedback.c[name] for name in Feedback._fields)).order_by(feedback.c.number)
        if guild is not None:
            query = query.where(feedback.c.guild == guild)
        with reading(self._engine) as connection:
            return [Feedback(*row) for row in connection.execute(query)]

    def voted_against(self, guild: int, channels: Collection[int], at_least: int) -> list[PassageVotes]:
        """The passages that so many people voted against in some channels, those with most votes against first."""
        against, in_favour = (
            func.count(distinct(case((feedback.c.helpful.is_(helpful), feedback.c.voter)))) for helpful in (False, True)
        )
        query = (
            select(feedback.c.passage, against, in_favour)
            .where(feedback.c.guild == guild, feedback.c.channel.in_(channels))
            .group_by(feedback.c.passage)
            .having(against >= at_least)
            .order_by(against.desc(), in_favour, feedback.c.passage)
        )
        with reading(self._engine) as connection:
            return [PassageVotes(*row) for row in connection.execute(query)]

    def votes(self, guild: int, since: str) -> tuple[int, int]:
        """How many votes were given since a time in a guild (0: outside of all) in favour and against."""
        helpful = func.count(case((feedback.c.helpful.is_(True), 1)))
        query = select(helpful, func.count() - helpful).where(
            func.coalesce(feedback.c.guild, 0) == guild, feedback.c.given >= since
        )
        with reading(self._engine) as connection:
            in_favour, against = connection.execute(query).one()
            return in_favour, against

    def seen_votes(self, guild: int, channels: Collection[int], since: str, until: str) -> tuple[int, int]:
        """How many votes were given in some channels in favour and against from one time to another, on answers that others saw."""
        helpful = func.count(case((feedback.c.helpful.is_(True), 1)))
        query = select(helpful, func.count() - helpful).where(
            feedback.c.guild == guild,
            feedback.c.channel.in_(channels),
            feedback.c.seen.is_(True),
            feedback.c.given >= since,
            feedback.c.given < until,
        )
        with reading(self._engine) as connection:
            in_favour, against = connection.execute(query).one()
            return in_favour, against

    # Hidden passages

    def hide(self, guild: int, passage_id: str) -> None:
        """Hide a passage: it is no longer quoted in a guild."""
        with writing(self._engine) as connection:
            lock_collection(connection)
            connection.execute(delete(hidden_passages).where(*_hidden(guild, passage_id)))
            connection.execute(insert(hidden_passages).values(guild=guild, passage=passage_id, since=now()))

    def show(self, guild: int, passage_id: str) -> None:
        """Let a hidden passage be quoted again."""
        with writing(self._engine) as connection:
            connection.execute(delete(hidden_passages).where(*_hidden(guild, passage_id)))

    def hidden(self, guild: int) -> list[str]:
        """The ids of the passages hidden in a guild, in the order in which they were hidden."""
        table = hidden_passages
        query = select(table.c.passage).where(table.c.guild == guild).order_by(table.c.since, table.c.passage)
        with reading(self._engine) as connection:
            return list(connection.execute(query).scalars())

    # Membership of the bot

    def note_present(self, present: Collection[int], ours: Callable[[int], bool] = lambda _: True) -> None:
        """Record which guilds the bot is in now: of others with stored data it was removed, as of now if that is new.

        Nothing is said of guilds that are not `ours`: another process knows of those.
        """
        known = [
            select(audiences.c.guild).join(sources),
            *(
                select(table.c.guild)
                for table in (
                    channel_sources,
                    guild_settings,
                    feedback,
                    hidden_passages,
                    pins,
                    question_counts,
                    unanswered_questions,
                    access_tokens,
                )
            ),
        ]
        with writing(self._engine) as connection:
            lock_collection(connection)
            stored = {guild for query in known for guild in connection.execute(query.distinct()).scalars() if guild}
            noted = set(connection.execute(select(removed_guilds.c.guild)).scalars())
            back, gone = noted & {*present}, {one for one in stored - noted - {*present} if ours(one)}
            if back:
                connection.execute(delete(removed_guilds).where(removed_guilds.c.guild.in_(back)))
            if gone:
                connection.execute(
                    insert(removed_guilds), [{"guild": guild, "removed": now()} for guild in sorted(gone)]
                )

    def removed(self, before: datetime) -> list[int]:
        """The guilds that the bot was removed from at or before a time."""
        with reading(self._engine) as connection:
            found = connection.execute(select(removed_guilds.c.guild, removed_guilds.c.removed)).all()
            return [guild for guild, removed in found if datetime.fromisoformat(removed) <= before]

    def forget(self, guild: int) -> list[int]:
        """Forget everything of a guild; returns the numbers of its sources."""
        with writing(self._engine) as connection:
            lock_collection(connection)
            return forget_guild(connection, guild)


def _setting(guild: int, name: str) -> tuple[ColumnElement[bool], ...]:
    return guild_settings.c.guild == guild, guild_settings.c.name == name


def _hidden(guild: int, passage_id: str) -> tuple[ColumnElement[bool], ...]:
    return hidden_passages.c.guild == guild, hidden_passages.c.passage == passage_id
