"""Pseudonyms for voters: votes of one person can be told from others', but not whose they are without the key."""

from __future__ import annotations

import secrets
from hashlib import blake2b

from sqlalchemy import Connection, insert, select

from index.store.schema import guild_settings

# The row of the key among the settings, with the guild 0; it is kept as long as the votes are.
_KEY = {"guild": 0, "name": "voters"}


def voter_pseudonym(connection: Connection, person: int) -> str:
    """A person's pseudonym: a keyed hash of their id."""
    key_row = (guild_settings.c[name] == value for name, value in _KEY.items())
    key = connection.execute(select(guild_settings.c.value).where(*key_row)).scalar()
    if key is None:
        key = secrets.token_hex(32)
        connection.execute(insert(guild_settings).values(_KEY | {"value": key}))
    return blake2b(str(person).encode(), key=bytes.fromhex(key), digest_size=16).hexdigest()
