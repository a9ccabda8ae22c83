"""What there is on the server: users, guilds, roles, members, channels, threads; messages are in message.py."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from tests.bot.discord.permissions import EVERYTHING, IN_DIRECT_MESSAGES, USUAL, Overwrite, Permission, add_up

if TYPE_CHECKING:
    from tests.bot.discord.message import Message

Payload = dict[str, Any]
DISCORD_EPOCH = 1420070400000


def time_of(snowflake: int) -> datetime:
    """When an id was given."""
    return datetime.fromtimestamp(((snowflake >> 22) + DISCORD_EPOCH) / 1000, UTC)


def now() -> datetime:
    """The time, with its zone."""
    return datetime.now(UTC)


class ChannelType(IntEnum):
    """Kinds of channels."""

    TEXT = 0
    DIRECT = 1
    PUBLIC_THREAD = 11
    PRIVATE_THREAD = 12
    FORUM = 15


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

    def to_payload(self, *, with_user: bool = True) -> Payload:
        """Discord's JSON; a message's member comes without its user."""
        payload: Payload = {
            "nick": self.nickname,
            "roles": [str(role.id) for role in self.roles],
            "joined_at": self.joined_at.isoformat(),
            "avatar": None,
            "banner": None,
            "communication_disabled_until": None,
            "premium_since": None,
            "pending": False,
            "mute": False,
            "deaf": False,
            "flags": 0,
        }
        return payload | ({"user": self.user.to_payload()} if with_user else {})


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


@dataclass(eq=False)
class Channel:
    """A text channel, a forum, a thread, or the direct messages with one user."""

    id: int
    type: ChannelType
    name: str = ""
    guild: Guild | None = None
    recipient: User | None = None
    parent: Channel | None = None
    owner: User | None = None
    overwrites: list[Overwrite] = field(default_factory=list)
    archived: bool = False
    archived_at: datetime | None = None
    # Who sees a private thread, beside those who manage threads.
    participants: set[int] = field(default_factory=set)
    auto_archive_duration: int = 1440
    messages: dict[int, Message] = field(default_factory=dict)

    @property
    def is_thread(self) -> bool:
        """Whether this is a thread."""
        return self.type in {ChannelType.PUBLIC_THREAD, ChannelType.PRIVATE_THREAD}

    def permissions(self, user: User) -> Permission:
        """What the user may do here."""
        if self.guild is None:
            return IN_DIRECT_MESSAGES
        if user is self.guild.owner:
            return EVERYTHING
        member = self.guild.members.get(user.id)
        if member is None:
            return Permission.NONE
        roles = [self.guild.roles[self.guild.id], *member.roles]
        overwrites = (self.parent or self).overwrites
        held = add_up(user.id, self.guild.id, [(role.id, role.permissions) for role in roles], overwrites)
        private = self.type is ChannelType.PRIVATE_THREAD and user.id not in self.participants
        return Permission.NONE if private and Permission.MANAGE_THREADS not in held else held

    def to_payload(self) -> Payload:
        """Discord's JSON."""
        payload: Payload = {
            "id": str(self.id),
            "type": int(self.type),
            "flags": 0,
            "last_message_id": str(max(self.messages)) if self.messages else None,
        }
        if self.guild is None:
            return payload | {"recipients": [self.recipient.to_payload()] if self.recipient else []}
        payload |= {"guild_id": str(self.guild.id), "name": self.name, "rate_limit_per_user": 0}
        if not self.is_thread:
            overwrites = [overwrite.to_payload() for overwrite in self.overwrites]
            own: Payload = {"position": 0, "permission_overwrites": overwrites, "nsfw": False, "topic": None}
            return payload | own | ({"available_tags": []} if self.type is ChannelType.FORUM else {})
        created = time_of(self.id).isoformat()
        return payload | {
            "parent_id": str(self.parent.id if self.parent else 0),
            "owner_id": str(self.owner.id if self.owner else 0),
            "message_count": len(self.messages),
            "member_count": 1,
            "total_message_sent": len(self.messages),
            "thread_metadata": {
                "archived": self.archived,
                "archive_timestamp": self.archived_at.isoformat() if self.archived_at else created,
                "auto_archive_duration": self.auto_archive_duration,
                "locked": False,
                "create_timestamp": created,
            },
        }


class World:
    """Everything on the server, by id."""

    def __init__(self) -> None:
        self._last_snowflake = 0
        self.users: dict[int, User] = {}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.bot = self.add_user("kotae", bot=True)

    def snowflake(self) -> int:
        """A new id; it holds the time, and later ones are greater."""
        milliseconds = time.time_ns() // 1_000_000 - DISCORD_EPOCH
        self._last_snowflake = max(milliseconds << 22, self._last_snowflake + 1)
        return self._last_snowflake

    def add_user(self, name: str, *, bot: bool = False) -> User:
        """A new account."""
        user = User(self.snowflake(), name, bot)
        self.users[user.id] = user
        return user

    def add_guild(
        self, name: str, *members: User, owner: User | None = None, bot_role: Permission | None = USUAL
    ) -> Guild:
        """A new guild with the bot in it, unless it has no role; the owner is nobody's user, unless one is given."""
        guild = Guild(self.snowflake(), name, owner or self.add_user(f"owner of {name}"))
        guild.roles[guild.id] = Role(guild.id, "@everyone", USUAL, position=0)
        self.guilds[guild.id] = guild
        for user in dict.fromkeys([guild.owner, *members]):
            self.add_member(guild, user)
        if bot_role is not None:
            self.add_member(guild, self.bot, self.add_role(guild, self.bot.name, bot_role))
        return guild

    def add_member(self, guild: Guild, user: User, *roles: Role) -> Member:
        """Let the user join."""
        guild.members[user.id] = member = Member(user, list(roles))
        return member

    def add_role(self, guild: Guild, name: str, permissions: Permission = Permission.NONE) -> Role:
        """A new role."""
        role = Role(self.snowflake(), name, permissions, position=len(guild.roles))
        guild.roles[role.id] = role
        return role

    def add_channel(self, guild: Guild, name: str, *overwrites: Overwrite, forum: bool = False) -> Channel:
        """A new text channel, or a forum."""
        kind = ChannelType.FORUM if forum else ChannelType.TEXT
        channel = Channel(self.snowflake(), kind, name, guild, overwrites=list(overwrites))
        self.channels[channel.id] = guild.channels[channel.id] = channel
        return channel

    def add_private_channel(self, guild: Guild, name: str, *readers: User | Role) -> Channel:
        """A new text channel that only these and the bot see."""
        allowed = [
            Overwrite(reader.id, is_member=isinstance(reader, User), allow=Permission.VIEW_CHANNEL)
            for reader in (*readers, self.bot)
        ]
        return self.add_channel(guild, name, Overwrite(guild.id, deny=Permission.VIEW_CHANNEL), *allowed)

    def add_thread(
        self, parent: Channel, name: str, owner: User, *, source: Message | None = None, private: bool = False
    ) -> Channel:
        """A new thread; one that begins at a message has the message's id."""
        kind = ChannelType.PRIVATE_THREAD if private else ChannelType.PUBLIC_THREAD
        identity = source.id if source else self.snowflake()
        thread = Channel(identity, kind, name, parent.guild, parent=parent, owner=owner, participants={owner.id})
        self.channels[thread.id] = thread
        if parent.guild:
            parent.guild.channels[thread.id] = thread
        if source:
            source.thread = thread
        return thread

    def direct_channel(self, user: User) -> Channel:
        """The direct messages between the bot and the user."""
        for channel in self.channels.values():
            if channel.recipient is user:
                return channel
        channel = Channel(self.snowflake(), ChannelType.DIRECT, recipient=user)
        self.channels[channel.id] = channel
        return channel
