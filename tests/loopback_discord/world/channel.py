"""Guilds, channels, threads and direct messages: who may do what in them, and Discord's JSON of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Any

from tests.loopback_discord.world.message_log import MessageLog
from tests.loopback_discord.world.permissions import EVERYTHING, IN_DIRECT_MESSAGES, Overwrite, Permission, add_up
from tests.loopback_discord.world.snowflakes import time_of
from tests.loopback_discord.world.users import Member, Payload, Role, User

# What the gateway says of a channel that the bot does not see.
OBFUSCATED = 1 << 17
HIDDEN_NAME = "___hidden___"


class ChannelType(IntEnum):
    """Kinds of channels."""

    TEXT = 0
    DIRECT = 1
    VOICE = 2
    GROUP = 3
    CATEGORY = 4
    ANNOUNCEMENT = 5
    ANNOUNCEMENT_THREAD = 10
    PUBLIC_THREAD = 11
    PRIVATE_THREAD = 12
    STAGE = 13
    FORUM = 15


THREADS = {ChannelType.ANNOUNCEMENT_THREAD, ChannelType.PUBLIC_THREAD, ChannelType.PRIVATE_THREAD}


# Where an interaction was ("Interaction Context Types"): in a guild, in direct messages with the bot, elsewhere.
IN_GUILD, DIRECT_MESSAGES, PRIVATE_CHANNEL = range(3)
VOCAL = {ChannelType.VOICE, ChannelType.STAGE}


@dataclass(eq=False)
class Channel:
    """A channel of a guild, a thread, direct messages with one user, or a group; a thread's parent is its channel."""

    id: int
    type: ChannelType
    name: str = ""
    guild: Guild | None = None
    recipient: User | None = None
    # The people of a group.
    people: list[User] = field(default_factory=list)
    parent: Channel | None = None
    owner: User | None = None
    overwrites: list[Overwrite] = field(default_factory=list)
    archived: bool = False
    archived_at: datetime | None = None
    # Who is in a thread; a private one is seen by nobody else, except by those who manage threads.
    participants: set[int] = field(default_factory=set)
    auto_archive_duration: int = 1440
    messages: MessageLog[Any] = field(default_factory=MessageLog)

    @property
    def is_thread(self) -> bool:
        """Whether this is a thread."""
        return self.type in THREADS

    @property
    def archive_timestamp(self) -> datetime:
        """When a thread was put into the archive, or was made."""
        return self.archived_at or time_of(self.id)

    def permissions(self, user: User) -> Permission:
        """What the user may do here."""
        if self.type is ChannelType.GROUP:
            return IN_DIRECT_MESSAGES if user in self.people else Permission.NONE
        if self.guild is None:
            return IN_DIRECT_MESSAGES
        if user is self.guild.owner:
            return EVERYTHING
        member = self.guild.members.get(user.id)
        if member is None:
            return Permission.NONE
        roles = [self.guild.roles[self.guild.id], *member.roles]
        overwrites = self.parent.overwrites if self.is_thread and self.parent else self.overwrites
        held = add_up(user.id, self.guild.id, [(role.id, role.permissions) for role in roles], overwrites)
        private = self.type is ChannelType.PRIVATE_THREAD and user.id not in self.participants
        return Permission.NONE if private and Permission.MANAGE_THREADS not in held else held

    def seen_by(self, user: User) -> bool:
        """Whether the user sees this channel."""
        return Permission.VIEW_CHANNEL in self.permissions(user)

    def to_payload(self) -> dict[str, Any]:
        """Discord's JSON."""
        latest = self.messages.latest
        payload: dict[str, Any] = {"id": str(self.id), "type": int(self.type), "flags": 0}
        payload["last_message_id"] = str(latest) if latest else None
        if self.guild is None:
            recipients = [self.recipient] if self.recipient else [one for one in self.people if not one.bot]
            return payload | {"recipients": [one.to_payload() for one in recipients]}
        payload |= {"guild_id": str(self.guild.id), "name": self.name, "rate_limit_per_user": 0}
        payload["parent_id"] = str(self.parent.id) if self.parent else None
        if not self.is_thread:
            overwrites = [overwrite.to_payload() for overwrite in self.overwrites]
            own = {"position": 0, "permission_overwrites": overwrites, "nsfw": False, "topic": None}
            payload |= own
            if self.type in VOCAL:
                payload |= {"bitrate": 64_000, "user_limit": 0, "rtc_region": None}
            return payload | ({"available_tags": []} if self.type is ChannelType.FORUM else {})
        return payload | {
            "owner_id": str(self.owner.id if self.owner else 0),
            "message_count": len(self.messages),
            "member_count": len(self.participants),
            "total_message_sent": len(self.messages),
            "thread_metadata": {
                "archived": self.archived,
                "archive_timestamp": self.archive_timestamp.isoformat(),
                "auto_archive_duration": self.auto_archive_duration,
                "locked": False,
                "create_timestamp": time_of(self.id).isoformat(),
            },
        }

    def to_gateway_payload(self, reader: User) -> dict[str, Any]:
        """What the gateway tells the reader: of a channel that they do not see only where it is, and for whom."""
        payload = self.to_payload()
        if not self.seen_by(reader):
            payload |= {"name": HIDDEN_NAME, "flags": OBFUSCATED, "last_message_id": None}
        return payload

    def member_payload(self, user: int) -> dict[str, Any]:
        """Discord's JSON of somebody who is in a thread."""
        joined = time_of(self.id).isoformat()
        return {"id": str(self.id), "user_id": str(user), "join_timestamp": joined, "flags": 0}


@dataclass(eq=False)
class Guild:
    """A guild, which people call a server."""

    id: int
    name: str
    owner: User
    locale: str = "ja"
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)

    def to_payload(self) -> Payload:
        """Discord's JSON, without members and channels."""
        absent = (
            "icon description home_header splash discovery_splash banner application_id region afk_channel_id "
            "system_channel_id widget_channel_id max_presences vanity_url_code rules_channel_id "
            "safety_alerts_channel_id public_updates_channel_id incidents_data"
        )
        zero = (
            "system_channel_flags verification_level default_message_notifications mfa_level "
            "explicit_content_filter premium_tier premium_subscription_count nsfw_level"
        )
        return {
            "id": str(self.id),
            "name": self.name,
            "owner_id": str(self.owner.id),
            "preferred_locale": self.locale,
            "roles": [role.to_payload() for role in self.roles.values()],
            "features": [],
            "emojis": [],
            "stickers": [],
            "max_members": 500000,
            "afk_timeout": 300,
            "max_stage_video_channel_users": 50,
            "max_video_channel_users": 25,
            **dict.fromkeys(absent.split()),
            **dict.fromkeys(zero.split(), 0),
            **dict.fromkeys(("widget_enabled", "premium_progress_bar_enabled", "nsfw"), False),
        } | {"region": "japan"}


def context_of(channel: Channel) -> int:
    """Where an interaction in a channel is."""
    if channel.guild:
        return IN_GUILD
    return PRIVATE_CHANNEL if channel.type is ChannelType.GROUP else DIRECT_MESSAGES
