"""What administrators do with channels, roles and the bot itself, with the events that the bot is told of."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.loopback_discord.gateway import Gateway
from tests.loopback_discord.session import Intent
from tests.loopback_discord.world.channel import Channel, ChannelType, Guild
from tests.loopback_discord.world.permissions import USUAL, Overwrite, Permission
from tests.loopback_discord.world.users import Payload, Role, User
from tests.loopback_discord.world.world import World


class Administration:
    """Channels, roles and members; a base of the server's class, as People is."""

    world: World
    gateway: Gateway

    async def create_channel(
        self, guild: Guild, name: str, *overwrites: Overwrite, kind: ChannelType = ChannelType.TEXT
    ) -> Channel:
        """Create a channel."""
        channel = self.world.add_channel(guild, name, *overwrites, kind=kind)
        await self._tell_of("CREATE", channel)
        return channel

    async def rename(self, channel: Channel, name: str) -> None:
        """Give a channel or a thread another name."""
        channel.name = name
        if channel.is_thread:
            await self.gateway.dispatch_thread("THREAD_UPDATE", channel)
        else:
            await self._tell_of("UPDATE", channel)

    async def set_overwrites(self, channel: Channel, *overwrites: Overwrite) -> None:
        """Change what a channel allows to whom."""
        assert channel.guild
        async with self._threads_come_into_sight(channel.guild):
            channel.overwrites = list(overwrites)
            await self._tell_of("UPDATE", channel)

    async def delete_channel(self, channel: Channel) -> None:
        """Delete a channel or a thread, with all that was written there."""
        if not channel.is_thread:
            await self._tell_of("DELETE", channel)
        elif channel.seen_by(self.world.bot):
            ids = ("id", "guild_id", "parent_id", "type")
            data = {key: value for key, value in channel.to_payload().items() if key in ids}
            await self.gateway.dispatch("THREAD_DELETE", data, channel.guild, Intent.GUILDS)
        self.world.remove_channel(channel)

    async def create_role(self, guild: Guild, name: str, permissions: Permission = Permission.NONE) -> Role:
        """Create a role."""
        role = self.world.add_role(guild, name, permissions)
        await self._tell_of_role("CREATE", guild, role)
        return role

    async def set_permissions(self, guild: Guild, role: Role, permissions: Permission) -> None:
        """Change what a role may do everywhere."""
        async with self._threads_come_into_sight(guild):
            role.permissions = permissions
            await self._tell_of_role("UPDATE", guild, role)

    async def delete_role(self, guild: Guild, role: Role) -> None:
        """Delete a role; nobody has it any more, and what channels said of it is gone."""
        async with self._threads_come_into_sight(guild):
            self.world.remove_role(guild, role)
            data: Payload = {"guild_id": str(guild.id), "role_id": str(role.id)}
            await self.gateway.dispatch("GUILD_ROLE_DELETE", data, guild, Intent.GUILDS)

    async def set_roles(self, guild: Guild, user: User, *roles: Role) -> None:
        """Give a member these roles, and take all others; of others than itself the bot is told with an intent."""
        async with self._threads_come_into_sight(guild):
            member = guild.members[user.id]
            member.roles = list(roles)
            intent = Intent.GUILDS if user is self.world.bot else Intent.GUILD_MEMBERS
            data = member.to_payload() | {"guild_id": str(guild.id)}
            await self.gateway.dispatch("GUILD_MEMBER_UPDATE", data, guild, intent)

    async def kick_bot(self, guild: Guild) -> None:
        """Remove the bot from a guild, with its role."""
        await self.gateway.dispatch("GUILD_DELETE", {"id": str(guild.id)}, guild, Intent.GUILDS)
        self.world.remove_bot(guild)

    async def invite_bot(self, guild: Guild, permissions: Permission = USUAL) -> None:
        """Add the bot to a guild."""
        self.world.add_bot(guild, permissions)
        await self.gateway.dispatch_guild(guild)

    async def _tell_of(self, what: str, channel: Channel) -> None:
        data = channel.to_gateway_payload(self.world.bot)
        await self.gateway.dispatch(f"CHANNEL_{what}", data, channel.guild, Intent.GUILDS)

    async def _tell_of_role(self, what: str, guild: Guild, role: Role) -> None:
        data: Payload = {"guild_id": str(guild.id), "role": role.to_payload()}
        await self.gateway.dispatch(f"GUILD_ROLE_{what}", data, guild, Intent.GUILDS)

    @asynccontextmanager
    async def _threads_come_into_sight(self, guild: Guild) -> AsyncIterator[None]:
        """Tell the bot of the open threads of channels that it sees after a change, and did not see before."""
        bot = self.world.bot
        hidden = [one for one in guild.channels.values() if not one.is_thread and not one.seen_by(bot)]
        yield
        gained = [channel for channel in hidden if channel.seen_by(bot)]
        if gained:
            await self.gateway.dispatch_thread_list(guild, gained)
