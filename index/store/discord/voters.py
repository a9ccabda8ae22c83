"""What tells one person's votes from another's, without saying whose they are to whoever has no key."""

from __future__ import annotations

import secrets
from hashlib import blake2b

from sqlalchemy import Connection, insert, select

from index.store.schema import guild_settings

# No guild's, and kept as long as the votes are.
_KEY = {"guild": 0, "name": "voters"}


def voter_of(connection: Connection, person: int) -> str:
    """Whom a person's votes are from."""
    same = (guild_settings.c[name] == value for name, value in _KEY.items())
    key = connection.execute(select(guild_settings.c.value).where(*same)).scalar()
    if key is None:
        key = secrets.token_hex(32)
        connection.execute(insert(guild_settings).values(_KEY | {"value": key}))
    return blake2b(str(person).encode(), key=bytes.fromhex(key), digest_size=16).hexdigest()
