"""All that there is on the server, and how it is added."""

from __future__ import annotations

from datetime import datetime

from tests.loopback_discord.world.channel import Channel, ChannelType, Guild
from tests.loopback_discord.world.message import Message
from tests.loopback_discord.world.permissions import USUAL, Overwrite, Permission
from tests.loopback_discord.world.snowflakes import Snowflakes
from tests.loopback_discord.world.users import Member, Role, User


class World:
    """Everything on the server, by id."""

    def __init__(self) -> None:
        self._snowflakes = Snowflakes()
        self.users: dict[int, User] = {}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.bot = self.add_user("kotae", bot=True)

    def snowflake(self, at: datetime | None = None) -> int:
        """A new id, for this moment or an earlier one."""
        return self._snowflakes.give(at)

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
            self.add_bot(guild, bot_role)
        return guild

    def add_bot(self, guild: Guild, permissions: Permission) -> Member:
        """Let the bot join, with its role."""
        return self.add_member(guild, self.bot, self.add_role(guild, self.bot.name, permissions))

    def remove_bot(self, guild: Guild) -> None:
        """Let the bot go; its role goes with it."""
        own = [role for role in guild.members[self.bot.id].roles if role.name == self.bot.name]
        for role in own:
            self.remove_role(guild, role)
        del guild.members[self.bot.id]

    def add_member(self, guild: Guild, user: User, *roles: Role) -> Member:
        """Let the user join."""
        guild.members[user.id] = member = Member(user, list(roles))
        return member

    def add_role(self, guild: Guild, name: str, permissions: Permission = Permission.NONE) -> Role:
        """A new role."""
        role = Role(self.snowflake(), name, permissions, position=len(guild.roles))
        guild.roles[role.id] = role
        return role

    def remove_role(self, guild: Guild, role: Role) -> None:
        """Take a role away, from members and channels too."""
        del guild.roles[role.id]
        for member in guild.members.values():
            member.roles = [one for one in member.roles if one is not role]
        for channel in guild.channels.values():
            channel.overwrites = [one for one in channel.overwrites if one.target != role.id]

    def add_channel(
        self,
        guild: Guild,
        name: str,
        *overwrites: Overwrite,
        kind: ChannelType = ChannelType.TEXT,
        category: Channel | None = None,
    ) -> Channel:
        """A new text channel, or one of another kind; a category's overwrites are not its channels'."""
        channel = Channel(self.snowflake(), kind, name, guild, parent=category, overwrites=list(overwrites))
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
        self,
        parent: Channel,
        name: str,
        owner: User,
        *members: User,
        source: Message | None = None,
        private: bool = False,
        at: datetime | None = None,
    ) -> Channel:
        """A new thread; one that begins at a message has the message's id."""
        kind = ChannelType.PRIVATE_THREAD if private else ChannelType.PUBLIC_THREAD
        if parent.type is ChannelType.ANNOUNCEMENT:
            kind = ChannelType.ANNOUNCEMENT_THREAD
        identity = source.id if source else self.snowflake(at)
        thread = Channel(identity, kind, name, parent.guild, parent=parent, owner=owner)
        thread.participants |= {user.id for user in (owner, *members)}
        self.channels[thread.id] = thread
        if parent.guild:
            parent.guild.channels[thread.id] = thread
        if source:
            source.thread = thread
        return thread

    def remove_channel(self, channel: Channel) -> None:
        """Take a channel away, with its threads; a category's channels stay."""
        for inner in [one for one in self.channels.values() if one.parent is channel]:
            if inner.is_thread:
                self.remove_channel(inner)
            else:
                inner.parent = None
        self.channels.pop(channel.id)
        if channel.guild:
            channel.guild.channels.pop(channel.id)

    def add_group(self, *people: User) -> Channel:
        """A group of these people; with the bot among them it is told of what they write, as Discord never does."""
        channel = Channel(self.snowflake(), ChannelType.GROUP, people=list(people))
        self.channels[channel.id] = channel
        return channel

    def direct_channel(self, user: User) -> Channel:
        """The direct messages between the bot and the user."""
        for channel in self.channels.values():
            if channel.recipient is user:
                return channel
        channel = Channel(self.snowflake(), ChannelType.DIRECT, recipient=user)
        self.channels[channel.id] = channel
        return channel
