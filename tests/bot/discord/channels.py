"""Channels, threads, guilds and members over the REST API."""

from __future__ import annotations

from datetime import datetime

from tests.bot.discord import errors
from tests.bot.discord.errors import DiscordError
from tests.bot.discord.gateway import Gateway
from tests.bot.discord.journal import Call
from tests.bot.discord.messages import Answer, Messages, Routes
from tests.bot.discord.permissions import Permission
from tests.bot.discord.world import Channel, ChannelType, Guild, Payload, World

_CHANNEL = "/channels/{channel_id}"
_GUILD = "/guilds/{guild_id}"
PUBLIC = ChannelType.PUBLIC_THREAD


class Channels:
    """What the bot does with channels and guilds."""

    def __init__(self, world: World, gateway: Gateway, messages: Messages) -> None:
        self._world = world
        self._gateway = gateway
        self._messages = messages

    def routes(self) -> Routes:
        """The handler of each route."""
        return {
            ("GET", _CHANNEL): self._get,
            ("PATCH", _CHANNEL): self._edit_thread,
            ("POST", f"{_CHANNEL}/messages/{{message_id}}/threads"): self._thread_from_message,
            ("POST", f"{_CHANNEL}/threads"): self._thread,
            ("PUT", f"{_CHANNEL}/thread-members/@me"): self._join_thread,
            ("GET", f"{_CHANNEL}/threads/archived/public"): self._archived_threads,
            ("POST", "/users/@me/channels"): self._direct_channel,
            ("GET", "/users/{user_id}"): self._user,
            ("GET", _GUILD): self._guild,
            ("GET", f"{_GUILD}/channels"): self._guild_channels,
            ("GET", f"{_GUILD}/roles"): self._guild_roles,
            ("GET", f"{_GUILD}/threads/active"): self._active_threads,
            ("GET", f"{_GUILD}/members"): self._members,
            ("GET", f"{_GUILD}/members/{{user_id}}"): self._member,
        }

    async def _get(self, call: Call) -> Answer:
        return 200, self._messages.channel(call).to_payload()

    async def _edit_thread(self, call: Call) -> Answer:
        channel = self._messages.channel(call)
        if not channel.is_thread:
            raise DiscordError(errors.WRONG_CHANNEL_TYPE)
        if channel.owner is not self._world.bot:
            self._messages.channel(call, Permission.MANAGE_THREADS)
        channel.name = call.body.get("name", channel.name)
        channel.archived = call.body.get("archived", channel.archived)
        channel.auto_archive_duration = call.body.get("auto_archive_duration", channel.auto_archive_duration)
        await self._gateway.dispatch_thread("THREAD_UPDATE", channel)
        return 200, channel.to_payload()

    async def _thread_from_message(self, call: Call) -> Answer:
        message = self._messages.message(call, Permission.CREATE_PUBLIC_THREADS)
        if message.channel.type is not ChannelType.TEXT:
            raise DiscordError(errors.WRONG_CHANNEL_TYPE)
        if message.thread:
            raise DiscordError(errors.THREAD_EXISTS)
        thread = self._world.add_thread(message.channel, call.body["name"], self._world.bot, source=message)
        return 201, await self._open(thread, call.body)

    async def _thread(self, call: Call) -> Answer:
        private = call.body.get("type", ChannelType.PRIVATE_THREAD) == ChannelType.PRIVATE_THREAD
        parent = self._messages.channel(call)
        forum = parent.type is ChannelType.FORUM
        if not forum and parent.type is not ChannelType.TEXT:
            raise DiscordError(errors.WRONG_CHANNEL_TYPE)
        needed = Permission.CREATE_PRIVATE_THREADS if private else Permission.CREATE_PUBLIC_THREADS
        self._messages.channel(call, Permission.SEND_MESSAGES if forum else needed)
        thread = self._world.add_thread(parent, call.body["name"], self._world.bot, private=private and not forum)
        payload = await self._open(thread, call.body)
        if forum:
            message = await self._messages.create(call, thread, call.body["message"])
            payload["message"] = self._messages.payload(message)
        return 201, payload

    async def _open(self, thread: Channel, body: Payload) -> Payload:
        thread.auto_archive_duration = body.get("auto_archive_duration") or thread.auto_archive_duration
        await self._gateway.dispatch_thread("THREAD_CREATE", thread)
        return thread.to_payload()

    async def _join_thread(self, call: Call) -> Answer:
        self._messages.channel(call)
        return 204, None

    async def _archived_threads(self, call: Call) -> Answer:
        """Public ones, the last archived first; `before` is a time."""
        parent = self._messages.channel(call, Permission.READ_MESSAGE_HISTORY)
        channels = parent.guild.channels.values() if parent.guild else ()
        threads = [one for one in channels if one.parent is parent and one.archived and one.type == PUBLIC]
        payloads = [thread.to_payload() for thread in threads]
        payloads.sort(key=_archived_at, reverse=True)
        if before := call.query.get("before"):
            payloads = [one for one in payloads if _archived_at(one) < datetime.fromisoformat(before)]
        limit = int(call.query.get("limit", 50))
        return 200, {"threads": payloads[:limit], "members": [], "has_more": len(payloads) > limit}

    async def _direct_channel(self, call: Call) -> Answer:
        user = self._world.users.get(int(call.body["recipient_id"]))
        if user is None:
            raise DiscordError(errors.UNKNOWN_USER)
        return 200, self._world.direct_channel(user).to_payload()

    async def _user(self, call: Call) -> Answer:
        if (user := self._world.users.get(call.number("user_id"))) is None:
            raise DiscordError(errors.UNKNOWN_USER)
        return 200, user.to_payload()

    def _guild_of(self, call: Call) -> Guild:
        guild = self._world.guilds.get(call.number("guild_id"))
        if guild is None:
            raise DiscordError(errors.UNKNOWN_GUILD)
        if self._world.bot.id not in guild.members:
            raise DiscordError(errors.MISSING_ACCESS)
        return guild

    async def _guild(self, call: Call) -> Answer:
        return 200, self._guild_of(call).to_payload()

    async def _guild_channels(self, call: Call) -> Answer:
        channels = self._guild_of(call).channels.values()
        return 200, [channel.to_payload() for channel in channels if not channel.is_thread]

    async def _guild_roles(self, call: Call) -> Answer:
        return 200, [role.to_payload() for role in self._guild_of(call).roles.values()]

    async def _active_threads(self, call: Call) -> Answer:
        channels = self._guild_of(call).channels.values()
        threads = [channel for channel in channels if channel.is_thread and not channel.archived]
        visible = [thread for thread in threads if Permission.VIEW_CHANNEL in thread.permissions(self._world.bot)]
        return 200, {"threads": [thread.to_payload() for thread in visible], "members": []}

    async def _members(self, call: Call) -> Answer:
        if not self._gateway.privileged_intents_allowed:
            raise DiscordError(errors.MISSING_ACCESS)
        limit, after = int(call.query.get("limit", 1)), call.number("after")
        members = sorted(self._guild_of(call).members.values(), key=lambda member: member.user.id)
        return 200, [member.to_payload() for member in members if member.user.id > after][:limit]

    async def _member(self, call: Call) -> Answer:
        member = self._guild_of(call).members.get(call.number("user_id"))
        if member is None:
            raise DiscordError(errors.UNKNOWN_MEMBER)
        return 200, member.to_payload()


def _archived_at(thread: Payload) -> datetime:
    return datetime.fromisoformat(thread["thread_metadata"]["archive_timestamp"])
