"""Users, and what they are in a guild: their roles and their membership."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.loopback_discord.world.permissions import Permission
from tests.loopback_discord.world.snowflakes import now

Payload = dict[str, Any]


@dataclass(eq=False)
class User:
    """An account, of a person or a bot."""

    id: int
    name: str
    bot: bool = False
    accepts_direct_messages: bool = True

    @property
    def mention(self) -> str:
        """What pings the user in a text."""
        return f"<@{self.id}>"

    def to_payload(self) -> Payload:
        """Discord's JSON."""
        return {
            "id": str(self.id),
            "username": self.name,
            "global_name": None if self.bot else self.name,
            "discriminator": "0000" if self.bot else "0",
            "avatar": None,
            "bot": self.bot,
            "public_flags": 0,
            "flags": 0,
            "primary_guild": None,
        }


@dataclass(eq=False)
class Role:
    """A role of a guild; the one with the guild's id is @everyone's."""

    id: int
    name: str
    permissions: Permission = Permission.NONE
    position: int = 1
    mentionable: bool = False

    def to_payload(self) -> Payload:
        """Discord's JSON."""
        return {
            "id": str(self.id),
            "name": self.name,
            "permissions": str(int(self.permissions)),
            "position": self.position,
            "color": 0,
            "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
            "hoist": False,
            "managed": False,
            "mentionable": self.mentionable,
            "icon": None,
            "unicode_emoji": None,
            "flags": 0,
        }


@dataclass(eq=False)
class Member:
    """A user in a guild."""

    user: User
    roles: list[Role] = field(default_factory=list)
    nickname: str | None = None
    joined_at: datetime = field(default_factory=now)
    timed_out_until: datetime | None = None

    def to_payload(self, *, with_user: bool = True) -> Payload:
        """Discord's JSON; a message's member comes without its user."""
        payload: Payload = {
            "nick": self.nickname,
            "roles": [str(role.id) for role in self.roles],
            "joined_at": self.joined_at.isoformat(),
            "avatar": None,
            "banner": None,
            "communication_disabled_until": self.timed_out_until.isoformat() if self.timed_out_until else None,
            "premium_since": None,
            "pending": False,
            "mute": False,
            "deaf": False,
            "flags": 0,
        }
        return payload | ({"user": self.user.to_payload()} if with_user else {})
