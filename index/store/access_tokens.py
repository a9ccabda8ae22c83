"""Access tokens: what programs and people show who ask over HTTP. Only their hashes are kept."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, insert, or_, select, update

from index.audience import EVERYBODY
from index.store.connection import reading, writing
from index.store.rows import now, storable
from index.store.schema import access_token_sources, access_tokens
from index.store.store import Store, lock_collection

# By it a token is known for what it is, in a file or in a log.
PREFIX = "kotae_"
# The audience of a token that is for named sources; the other two are those of sources (index.audience).
SOURCES = "sources"

_RANDOM_BYTES = 32
_FIELDS = ("number", "name", "kind", "guild", "is_operator", "created", "used", "revoked")
_COLUMNS = [access_tokens.c[name] for name in _FIELDS]


class AccessToken(NamedTuple):
    """A token, without what it says itself.

    `kind` is what it is for: EVERYBODY, GUILD with the `guild`, or SOURCES with the numbers of the `sources`, of which
    those that were removed are left out. `used` is the day on which it was used last.
    """

    number: int
    name: str
    kind: str
    guild: int
    is_operator: bool
    created: str
    used: str | None
    revoked: str | None
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
        """The token that somebody shows; None where there is none, or where it was revoked."""
        hashed = _hash(token)
        query = select(access_tokens.c.hash, *_COLUMNS).where(
            access_tokens.c.hash == hashed, access_tokens.c.revoked.is_(None)
        )
        with reading(self._engine) as connection:
            row = connection.execute(query).first()
            if row is None or not hmac.compare_digest(row.hash, hashed):
                return None
            return _access_token(row[1:], _sources_of(connection, row.number) if row.kind == SOURCES else {})

    def all(self) -> list[AccessToken]:
        """All tokens, also those that were revoked, in the order in which they were created."""
        with reading(self._engine) as connection:
            sources = _sources_of(connection)
            found = connection.execute(select(*_COLUMNS).order_by(access_tokens.c.number))
            return [_access_token(row, sources) for row in found]

    def revoke(self, number: int) -> bool:
        """Let a token open nothing from now on; whether there was one with this number that did."""
        valid = access_tokens.c.number == number, access_tokens.c.revoked.is_(None)
        with writing(self._engine) as connection:
            return bool(connection.execute(update(access_tokens).where(*valid).values(revoked=now())).rowcount)

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
    fields = dict(zip(_FIELDS, row, strict=True))
    return AccessToken(**fields, sources=sources.get(fields["number"], frozenset()))


def _sources_of(connection: Connection, token: int | None = None) -> dict[int, frozenset[int]]:
    """The sources that each token is for, or one, by its number."""
    table, found = access_token_sources, defaultdict[int, set[int]](set)
    query = select(table.c.token, table.c.source)
    for number, source in connection.execute(query if token is None else query.where(table.c.token == token)):
        found[number].add(source)
    return {number: frozenset(sources) for number, sources in found.items()}
