"""Who may read a source."""

from __future__ import annotations

from typing import NamedTuple

EVERYBODY = "everybody"
GUILD = "guild"
CHANNEL = "channel"
ROLES = "roles"


class Audience(NamedTuple):
    """Everybody, the members of a guild, those who can read one of its channels, or those with one of its roles.

    Guilds, channels and roles are Discord's numbers; 0 and none where they say nothing.
    """

    kind: str = EVERYBODY
    guild: int = 0
    channel: int = 0
    roles: tuple[int, ...] = ()
