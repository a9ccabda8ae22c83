"""What people do with threads and with many messages at once, and the histories of which nobody is told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from tests.loopback_discord.gateway import Gateway
from tests.loopback_discord.rest.messages import REPLY, Messages
from tests.loopback_discord.session import Intent
from tests.loopback_discord.world.channel import Channel
from tests.loopback_discord.world.message import Message
from tests.loopback_discord.world.snowflakes import now
from tests.loopback_discord.world.users import Payload, User
from tests.loopback_discord.world.world import World


class Moderation:
    """Threads and histories; a base of the server's class, as People is."""

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
        number = self.world.snowflake(sent)
        message = Message(number, channel, author, content, reference=reply_to, type=REPLY if reply_to else 0)
        message.ping(None)
        channel.messages[number] = message
        return message

    def add_post(
        self, forum: Channel, author: User, title: str, content: str, sent: datetime | None = None
    ) -> tuple[Channel, Message]:
        """A forum's post that nobody is told of: a thread whose first message has the thread's id."""
        thread = self.world.add_thread(forum, title, author, at=sent)
        thread.messages[thread.id] = message = Message(thread.id, thread, author, content)
        message.ping(None)
        return thread, message

    async def open_thread(
        self,
        owner: User,
        parent: Channel,
        name: str,
        source: Message | None = None,
        *,
        private: bool = False,
        members: Iterable[User] = (),
    ) -> Channel:
        """Open a thread in a channel, at a message or without one."""
        thread = self.world.add_thread(parent, name, owner, *members, source=source, private=private)
        await self.gateway.dispatch_thread("THREAD_CREATE", thread, newly_created=True)
        return thread

    async def post(self, author: User, forum: Channel, title: str, content: str) -> tuple[Channel, Message]:
        """Write a post in a forum."""
        thread = await self.open_thread(author, forum, title)
        message = Message(thread.id, thread, author, content)
        message.ping(None)
        await self.messages.publish(message)
        return thread, message

    async def archive(self, thread: Channel, at: datetime | None = None) -> None:
        """Put a thread into the archive."""
        thread.archived, thread.archived_at = True, at or now()
        await self.gateway.dispatch_thread("THREAD_UPDATE", thread)

    async def unarchive(self, thread: Channel) -> None:
        """Take a thread out of the archive."""
        thread.archived, thread.archived_at = False, now()
        await self.gateway.dispatch_thread("THREAD_UPDATE", thread)

    async def add_to_thread(self, thread: Channel, user: User) -> None:
        """Let somebody into a thread, such as the bot into a private one."""
        await self.gateway.add_to_thread(thread, user)

    async def remove_from_thread(self, thread: Channel, user: User) -> None:
        """Take somebody out of a thread."""
        await self.gateway.remove_from_thread(thread, user)

    async def delete_messages(self, messages: Iterable[Message]) -> None:
        """Delete messages of one channel at once."""
        messages = list(messages)
        channel = messages[0].channel
        for message in messages:
            message.deleted = True
            channel.messages.pop(message.id, None)
        data: Payload = {"ids": [str(message.id) for message in messages]}
        await self.gateway.dispatch_in(channel, "MESSAGE_DELETE_BULK", data, Intent.GUILD_MESSAGES)
