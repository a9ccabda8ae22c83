"""What administrators and moderators do in Discord itself, with the events that the bot is told of."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from tests.bot.discord.gateway import Gateway
from tests.bot.discord.message import Message
from tests.bot.discord.messages import Messages
from tests.bot.discord.permissions import Overwrite, Permission
from tests.bot.discord.session import Intent
from tests.bot.discord.world import DISCORD_EPOCH, Channel, Guild, Payload, Role, User, World


class Administration:
    """Threads, channels, roles and what is deleted; a base of the server's class, as People is."""

    world: World
    gateway: Gateway
    messages: Messages

    def add_message(
        self,
        channel: Channel,
        author: User,
        content: str,
        sent: datetime | None = None,
        reply_to: Message | None = None,
    ) -> Message:
        """A message of a history that nobody is told of; it is later than all that were sent at its time before."""
        number = self.world.snowflake()
        if sent is not None:
            number = (int(sent.timestamp() * 1000) - DISCORD_EPOCH) << 22
            while number in channel.messages:
                number += 1
        message = Message(number, channel, author, content, reference=reply_to, type=19 if reply_to else 0)
        channel.messages[number] = message
        return message

    async def open_thread(
        self, owner: User, parent: Channel, name: str, source: Message | None = None, *, private: bool = False
    ) -> Channel:
        """Open a thread in a channel, at a message or without one."""
        thread = self.world.add_thread(parent, name, owner, source=source, private=private)
        if Permission.VIEW_CHANNEL in thread.permissions(self.world.bot) and not private:
            await self.gateway.dispatch_thread("THREAD_CREATE", thread)
        return thread

    async def post(self, author: User, forum: Channel, title: str, content: str) -> tuple[Channel, Message]:
        """Write a post in a forum: a thread whose first message has the thread's number."""
        thread = await self.open_thread(author, forum, title)
        message = Message(thread.id, thread, author, content)
        await self.messages.publish(message)
        return thread, message

    async def archive(self, thread: Channel, at: datetime | None = None) -> None:
        """Put a thread into the archive."""
        thread.archived = True
        thread.archived_at = at or datetime.now(UTC)
        await self.gateway.dispatch_thread("THREAD_UPDATE", thread)

    async def rename(self, channel: Channel, name: str) -> None:
        """Give a channel or a thread another name."""
        channel.name = name
        await self._tell_of("UPDATE", channel)

    async def set_overwrites(self, channel: Channel, *overwrites: Overwrite) -> None:
        """Change what a channel allows to whom."""
        channel.overwrites = list(overwrites)
        await self._tell_of("UPDATE", channel)

    async def delete_channel(self, channel: Channel) -> None:
        """Delete a channel or a thread, with all that was written there."""
        self.world.channels.pop(channel.id)
        if channel.guild:
            channel.guild.channels.pop(channel.id)
        await self._tell_of("DELETE", channel)

    async def delete_messages(self, messages: Iterable[Message]) -> None:
        """Delete messages of one channel at once."""
        messages = list(messages)
        channel = messages[0].channel
        for message in messages:
            message.deleted = True
            channel.messages.pop(message.id, None)
        data: Payload = {"ids": [str(message.id) for message in messages], "channel_id": str(channel.id)}
        data |= {"guild_id": str(channel.guild.id)} if channel.guild else {}
        await self.gateway.dispatch("MESSAGE_DELETE_BULK", data, channel.guild, Intent.GUILD_MESSAGES)

    async def set_permissions(self, guild: Guild, role: Role, permissions: Permission) -> None:
        """Change what a role may do everywhere."""
        role.permissions = permissions
        data: Payload = {"guild_id": str(guild.id), "role": role.to_payload()}
        await self.gateway.dispatch("GUILD_ROLE_UPDATE", data, guild, Intent.GUILDS)

    async def _tell_of(self, what: str, channel: Channel) -> None:
        kind = "THREAD" if channel.is_thread else "CHANNEL"
        await self.gateway.dispatch(f"{kind}_{what}", channel.to_payload(), channel.guild, Intent.GUILDS)
