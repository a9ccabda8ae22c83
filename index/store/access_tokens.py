"""Access tokens: what programs and people show who ask over HTTP. Only their hashes are kept."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, insert, or_, select, update

from index.audience import EVERYBODY
from index.store.connection import reading, writing
from index.store.rows import now, storable
from index.store.schema import access_token_sources, access_tokens, audiences, removed_guilds, sources
from index.store.store import Store, lock_collection

# By it a token is known for what it is, in a file or in a log.
PREFIX = "kotae_"
# The audience of a token that is for named sources; the other two are those of sources (index.audience).
SOURCES = "sources"

_RANDOM_BYTES = 32
_FIELDS = ("number", "name", "kind", "guild", "is_operator", "created", "used")
_SELECT = select(*(access_tokens.c[name] for name in _FIELDS), removed_guilds.c.removed).outerjoin(
    removed_guilds, access_tokens.c.guild == removed_guilds.c.guild
)


class AccessToken(NamedTuple):
    """A token, without what it says itself.

    `kind` is what it is for: EVERYBODY, GUILD with the `guild`, or SOURCES with the numbers of the `sources`, of which
    those that were removed are left out, and those of guilds that removed the bot, while they have. `used` is the day on
    which it was used last. Since `guild_removed`, the guild has removed the bot, and the token opens nothing.
    """

    number: int
    name: str
    kind: str
    guild: int
    is_operator: bool
    created: str
    used: str | None
    guild_removed: str | None
    sources: frozenset[int] = frozenset()


class AccessTokens:
    """A store's tokens, which no index depends on, and which are in no backup. All methods raise a DatabaseError."""

    def __init__(self, store: Store) -> None:
        self._engine = store.engine

    def create(
        self,
        name: str,
        kind: str = EVERYBODY,
        guild: int = 0,
        sources: Collection[int] = (),
        *,
        is_operator: bool = False,
    ) -> tuple[int, str]:
        """Create a token, and give its number and the token itself, which nothing can tell again."""
        token = PREFIX + secrets.token_urlsafe(_RANDOM_BYTES)
        values = {"name": storable(name), "hash": _hash(token), "kind": kind, "guild": guild}
        values |= {"is_operator": is_operator, "created": now()}
        with writing(self._engine) as connection:
            lock_collection(connection)
            added = insert(access_tokens).values(values).returning(access_tokens.c.number)
            number = int(connection.execute(added).scalar_one())
            if sources:
                rows = [{"token": number, "source": source} for source in sorted(set(sources))]
                connection.execute(insert(access_token_sources), rows)
        return number, token

    def find(self, token: str) -> AccessToken | None:
        """The token that somebody shows; None where it opens nothing: there is none, or its guild has removed the bot."""
        hashed = _hash(token)
        query = _SELECT.add_columns(access_tokens.c.hash).where(
            access_tokens.c.hash == hashed, removed_guilds.c.removed.is_(None)
        )
        with reading(self._engine) as connection:
            row = connection.execute(query).first()
            if row is None or not hmac.compare_digest(row.hash, hashed):
                return None
            return _access_token(row[:-1], _sources_of(connection, row.number) if row.kind == SOURCES else {})

    def all(self) -> list[AccessToken]:
        """All tokens in the order in which they were created."""
        with reading(self._engine) as connection:
            opened = _sources_of(connection)
            return [_access_token(row, opened) for row in connection.execute(_SELECT.order_by(access_tokens.c.number))]

    def revoke(self, number: int) -> bool:
        """Delete a token, which opens nothing from now on; whether there was one with this number, which no other gets."""
        with writing(self._engine) as connection:
            return bool(connection.execute(delete(access_tokens).where(access_tokens.c.number == number)).rowcount)

    def note_used(self, token: AccessToken) -> None:
        """Record that a token was used today, if that is not known; when exactly is nobody's business."""
        today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0).isoformat(timespec="seconds")
        if token.used == today:
            return
        earlier = (
            access_tokens.c.number == token.number,
            or_(access_tokens.c.used.is_(None), access_tokens.c.used < today),
        )
        with writing(self._engine) as connection:
            connection.execute(update(access_tokens).where(*earlier).values(used=today))


def _hash(token: str) -> str:
    # Of 256 random bits no slow hash is needed: nobody guesses them.
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def _access_token(row: Sequence[Any], sources: Mapping[int, frozenset[int]]) -> AccessToken:
    token = AccessToken(*row)
    return token._replace(sources=sources.get(token.number, frozenset()))


def _sources_of(connection: Connection, token: int | None = None) -> dict[int, frozenset[int]]:
    """The sources that each token opens, or one, by its number."""
    table, found = access_token_sources, defaultdict[int, set[int]](set)
    query = select(table.c.token, table.c.source).select_from(table.join(sources).join(audiences))
    query = query.where(audiences.c.guild.not_in(select(removed_guilds.c.guild)))
    for number, source in connection.execute(query if token is None else query.where(table.c.token == token)):
        found[number].add(source)
    return {number: frozenset(opened) for number, opened in found.items()}
