"""What administrators of a guild have set, and whether answers helped. Nobody is named."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import ColumnElement, delete, insert, select

from index.store.clock import now
from index.store.connection import reading, writing
from index.store.schema import feedback, guild_settings
from index.store.store import Store, one_at_a_time


class Feedback(NamedTuple):
    """Whether a passage helped with a question."""

    guild: int | None
    question: str
    passage: str
    helpful: bool
    given: str


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

    def record_feedback(self, guild: int | None, question: str, passage_id: str, *, helpful: bool) -> None:
        """Note whether a passage helped."""
        values = {"guild": guild, "question": storable(question), "passage": passage_id, "helpful": helpful}
        with writing(self._engine) as connection:
            connection.execute(insert(feedback).values(values | {"given": now()}))

    def feedback(self, guild: int | None = None) -> list[Feedback]:
        """All feedback, or that of a guild, in the order in which it was given."""
        wanted = select(*(feedback.c[name] for name in Feedback._fields)).order_by(feedback.c.number)
        if guild is not None:
            wanted = wanted.where(feedback.c.guild == guild)
        with reading(self._engine) as connection:
            return [Feedback(*row) for row in connection.execute(wanted)]


def _setting(guild: int, name: str) -> tuple[ColumnElement[bool], ...]:
    return guild_settings.c.guild == guild, guild_settings.c.name == name


def storable(text: str) -> str:
    """Text without halves of characters, which are no UTF-8, and without NUL, which PostgreSQL does not take."""
    return text.encode(errors="replace").decode().replace("\0", "")
