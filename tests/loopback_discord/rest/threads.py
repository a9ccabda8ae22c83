"""Threads over the REST API: the bot opens, changes and joins them, and lists those that are open or in the archive."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from tests.loopback_discord.gateway import Gateway
from tests.loopback_discord.journal import Call
from tests.loopback_discord.rest import errors
from tests.loopback_discord.rest.errors import DiscordError
from tests.loopback_discord.rest.messages import Answer, Messages, Routes, limit_of
from tests.loopback_discord.world.channel import Channel, ChannelType
from tests.loopback_discord.world.permissions import Permission
from tests.loopback_discord.world.snowflakes import now
from tests.loopback_discord.world.users import Payload
from tests.loopback_discord.world.world import World

_CHANNEL = "/channels/{channel_id}"
_MEMBERS = f"{_CHANNEL}/thread-members"
_WITH_THREADS = {ChannelType.TEXT, ChannelType.ANNOUNCEMENT}


class Threads:
    """What the bot does with threads."""

    def __init__(self, world: World, gateway: Gateway, messages: Messages) -> None:
        self._world = world
        self._gateway = gateway
        self._messages = messages

    def routes(self) -> Routes:
        """The handler of each route."""
        return {
            ("PATCH", _CHANNEL): self._edit,
            ("POST", f"{_CHANNEL}/messages/{{message_id}}/threads"): self._open_at_message,
            ("POST", f"{_CHANNEL}/threads"): self._open,
            ("GET", f"{_CHANNEL}/threads/archived/public"): self._archived_public,
            ("GET", f"{_CHANNEL}/threads/archived/private"): self._archived_private,
            ("GET", f"{_CHANNEL}/users/@me/threads/archived/private"): self._archived_joined,
            ("GET", "/guilds/{guild_id}/threads/active"): self._active,
            ("GET", _MEMBERS): self._members,
            ("GET", f"{_MEMBERS}/{{user_id}}"): self._member,
            ("PUT", f"{_MEMBERS}/@me"): self._join,
            ("DELETE", f"{_MEMBERS}/@me"): self._leave,
        }

    async def _edit(self, call: Call) -> Answer:
        channel = self._thread(call)
        if channel.owner is not self._world.bot:
            self._messages.channel(call, Permission.MANAGE_THREADS)
        channel.name = call.body.get("name", channel.name)
        archived = call.body.get("archived", channel.archived)
        if archived is not channel.archived:
            channel.archived, channel.archived_at = archived, now()
        channel.auto_archive_duration = call.body.get("auto_archive_duration", channel.auto_archive_duration)
        await self._gateway.dispatch_thread("THREAD_UPDATE", channel)
        return 200, channel.to_payload()

    async def _open_at_message(self, call: Call) -> Answer:
        message = self._messages.message(call, Permission.CREATE_PUBLIC_THREADS)
        if message.channel.type not in _WITH_THREADS:
            raise DiscordError(errors.WRONG_CHANNEL_TYPE)
        if message.thread:
            raise DiscordError(errors.THREAD_EXISTS)
        thread = self._world.add_thread(message.channel, call.body["name"], self._world.bot, source=message)
        return 201, await self._tell(thread, call.body)

    async def _open(self, call: Call) -> Answer:
        private = call.body.get("type", ChannelType.PRIVATE_THREAD) == ChannelType.PRIVATE_THREAD
        parent = self._messages.channel(call)
        forum = parent.type is ChannelType.FORUM
        if not forum and parent.type not in _WITH_THREADS:
            raise DiscordError(errors.WRONG_CHANNEL_TYPE)
        needed = Permission.CREATE_PRIVATE_THREADS if private else Permission.CREATE_PUBLIC_THREADS
        self._messages.channel(call, Permission.SEND_MESSAGES if forum else needed)
        thread = self._world.add_thread(parent, call.body["name"], self._world.bot, private=private and not forum)
        payload = await self._tell(thread, call.body)
        if forum:
            message = await self._messages.create(call, thread, call.body["message"], id=thread.id)
            payload["message"] = self._messages.payload(message)
        return 201, payload

    async def _tell(self, thread: Channel, body: Payload) -> Payload:
        thread.auto_archive_duration = body.get("auto_archive_duration") or thread.auto_archive_duration
        await self._gateway.dispatch_thread("THREAD_CREATE", thread, newly_created=True)
        return thread.to_payload()

    async def _join(self, call: Call) -> Answer:
        await self._gateway.add_to_thread(self._thread(call), self._world.bot)
        return 204, None

    async def _leave(self, call: Call) -> Answer:
        await self._gateway.remove_from_thread(self._thread(call), self._world.bot)
        return 204, None

    async def _members(self, call: Call) -> Answer:
        """Discord gives them only to applications that may know of all members."""
        thread = self._thread(call)
        if not self._gateway.privileged_intents_allowed:
            raise DiscordError(errors.MISSING_ACCESS)
        users = [user for user in sorted(thread.participants) if user > call.number("after")]
        return 200, [thread.member_payload(user) for user in users[: limit_of(call)]]

    async def _member(self, call: Call) -> Answer:
        thread = self._thread(call)
        if call.number("user_id") not in thread.participants:
            raise DiscordError(errors.UNKNOWN_MEMBER)
        return 200, thread.member_payload(call.number("user_id"))

    async def _active(self, call: Call) -> Answer:
        guild = self._messages.guild(call)
        threads = [one for one in guild.channels.values() if one.is_thread and not one.archived]
        threads = [thread for thread in threads if thread.seen_by(self._world.bot)]
        return 200, self._list(threads, has_more=False)

    async def _archived_public(self, call: Call) -> Answer:
        parent = self._messages.channel(call, Permission.READ_MESSAGE_HISTORY)
        return 200, self._archive(call, parent, lambda thread: thread.type is not ChannelType.PRIVATE_THREAD)

    async def _archived_private(self, call: Call) -> Answer:
        parent = self._messages.channel(call, Permission.READ_MESSAGE_HISTORY, Permission.MANAGE_THREADS)
        return 200, self._archive(call, parent, lambda thread: thread.type is ChannelType.PRIVATE_THREAD)

    async def _archived_joined(self, call: Call) -> Answer:
        """Private ones that the bot is in, the newest first; here `before` is an id."""
        parent, limit = self._messages.channel(call, Permission.READ_MESSAGE_HISTORY), limit_of(call, 2)
        before = call.number("before")
        found = [
            thread
            for thread in self._archived_in(parent)
            if thread.type is ChannelType.PRIVATE_THREAD
            and self._world.bot.id in thread.participants
            and (not before or thread.id < before)
        ]
        found.sort(key=lambda thread: thread.id, reverse=True)
        return 200, self._list(found[:limit], has_more=len(found) > limit)

    def _archive(self, call: Call, parent: Channel, fits: Callable[[Channel], bool]) -> Payload:
        """The last archived first; `before` is a time."""
        limit = limit_of(call, 2)
        found = sorted(
            filter(fits, self._archived_in(parent)), key=lambda thread: thread.archive_timestamp, reverse=True
        )
        if before := call.query.get("before"):
            found = [thread for thread in found if thread.archive_timestamp < datetime.fromisoformat(before)]
        return self._list(found[:limit], has_more=len(found) > limit)

    def _archived_in(self, parent: Channel) -> list[Channel]:
        channels = parent.guild.channels.values() if parent.guild else ()
        return [one for one in channels if one.parent is parent and one.is_thread and one.archived]

    def _list(self, threads: list[Channel], *, has_more: bool) -> Payload:
        bot = self._world.bot.id
        members = [thread.member_payload(bot) for thread in threads if bot in thread.participants]
        return {"threads": [thread.to_payload() for thread in threads], "members": members, "has_more": has_more}

    def _thread(self, call: Call) -> Channel:
        channel = self._messages.channel(call)
        if not channel.is_thread:
            raise DiscordError(errors.WRONG_CHANNEL_TYPE)
        return channel
