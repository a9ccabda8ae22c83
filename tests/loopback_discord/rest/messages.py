"""Messages over the REST API: the bot sends, edits, deletes, reads, and reacts."""

from __future__ import annotations

import copy
from collections.abc import Awaitable, Callable
from typing import Any

from tests.loopback_discord.gateway import Gateway
from tests.loopback_discord.journal import Call, Journal
from tests.loopback_discord.rest import errors
from tests.loopback_discord.rest.errors import DiscordError, FormErrors
from tests.loopback_discord.rest.limits import COMPONENTS_V2
from tests.loopback_discord.session import Intent
from tests.loopback_discord.world.channel import VOCAL, Channel, Guild
from tests.loopback_discord.world.message import LOADING, Attachment, Message
from tests.loopback_discord.world.permissions import Permission
from tests.loopback_discord.world.snowflakes import now
from tests.loopback_discord.world.users import Payload
from tests.loopback_discord.world.world import World

Answer = tuple[int, Any]
Handler = Callable[[Call], Awaitable[Answer]]
Routes = dict[tuple[str, str], Handler]

LARGEST_FILE = 10 * 1024 * 1024
LONGEST_PAGE = 100
SUPPRESS_EMBEDS, SUPPRESS_NOTIFICATIONS = 1 << 2, 1 << 12
OWN_FLAGS = SUPPRESS_EMBEDS | SUPPRESS_NOTIFICATIONS | COMPONENTS_V2
REPLY = 19
_CHANNEL = "/channels/{channel_id}"
_MESSAGES = f"{_CHANNEL}/messages"
_MESSAGE = f"{_MESSAGES}/{{message_id}}"
_REACTION = f"{_MESSAGE}/reactions/{{emoji_name}}/@me"


class Messages:
    """What the bot does with messages."""

    def __init__(self, world: World, gateway: Gateway, journal: Journal) -> None:
        self.files_url = ""
        self.attachments: dict[int, Attachment] = {}
        self._world = world
        self._gateway = gateway
        self._journal = journal

    def routes(self) -> Routes:
        """The handler of each route."""
        return {
            ("GET", _MESSAGES): self._list,
            ("POST", _MESSAGES): self._post,
            ("GET", _MESSAGE): self._get,
            ("PATCH", _MESSAGE): self._patch,
            ("DELETE", _MESSAGE): self._delete,
            ("PUT", _REACTION): self._react,
            ("DELETE", _REACTION): self._unreact,
            ("POST", f"{_CHANNEL}/typing"): self._type,
        }

    def channel(self, call: Call, *needed: Permission) -> Channel:
        """The channel of a request; Discord's error where there is none, or the bot may not do this in it."""
        channel = self._world.channels.get(call.number("channel_id"))
        if channel is None:
            raise DiscordError(errors.UNKNOWN_CHANNEL)
        held = channel.permissions(self._world.bot)
        if Permission.VIEW_CHANNEL not in held or (channel.type in VOCAL and Permission.CONNECT not in held):
            raise DiscordError(errors.MISSING_ACCESS)
        if any(permission not in held for permission in needed):
            raise DiscordError(errors.MISSING_PERMISSIONS)
        return channel

    def guild(self, call: Call) -> Guild:
        """The guild of a request; Discord's error where there is none, or the bot is not in it."""
        guild = self._world.guilds.get(call.number("guild_id"))
        if guild is None:
            raise DiscordError(errors.UNKNOWN_GUILD)
        if self._world.bot.id not in guild.members:
            raise DiscordError(errors.MISSING_ACCESS)
        return guild

    def message(self, call: Call, *needed: Permission) -> Message:
        """The message of a request."""
        channel = self.channel(call, *needed)
        message: Message | None = channel.messages.get(call.number("message_id"))
        if message is None:
            raise DiscordError(errors.UNKNOWN_MESSAGE)
        return message

    def payload(self, message: Message) -> Payload:
        """A message as the bot may read it; its application's settings decide, not what it identified with."""
        return message.to_payload(self._world.bot, in_full=self._gateway.privileged_intents_allowed)

    def add_attachment(self, channel: Channel, filename: str, data: bytes) -> Attachment:
        """Keep a file, and give it an address."""
        number = self._world.snowflake()
        url = f"{self.files_url}/attachments/{channel.id}/{number}/{filename}"
        self.attachments[number] = Attachment(number, filename, data, url)
        return self.attachments[number]

    async def create(self, call: Call, channel: Channel, body: Payload, **given: Any) -> Message:
        """A new message of the bot's; `given` are attributes that the body does not decide."""
        given.setdefault("id", self._world.snowflake())
        message = Message(channel=channel, author=self._world.bot, **given)
        self._apply(call, message, body)
        message.ping(body.get("allowed_mentions"))
        message.flags |= (body.get("flags") or 0) & OWN_FLAGS
        await self.publish(message)
        return message

    async def publish(self, message: Message) -> None:
        """Put a message into its channel, and tell the bot of it; nobody else's channel has an ephemeral one."""
        channel = message.channel
        if not message.ephemeral:
            channel.messages[message.id] = message
            if channel.is_thread:
                await self._wake(channel, message)
        await self._gateway.dispatch_message("MESSAGE_CREATE", message)
        self._journal.notify()

    async def _wake(self, thread: Channel, message: Message) -> None:
        """Take a thread out of the archive, and let in who writes and, of those who see its channel, who is named."""
        if thread.archived:
            thread.archived, thread.archived_at = False, now()
            await self._gateway.dispatch_thread("THREAD_UPDATE", thread)
        for user in (message.author, *message.mentions):
            if thread.parent and thread.parent.seen_by(user):
                await self._gateway.add_to_thread(thread, user)

    async def edit(self, call: Call, message: Message, body: Payload) -> Message:
        """Change what the body mentions, and nothing else; an answer that was being thought of is now there."""
        self._apply(call, message, body)
        if "content" in body:  # by Discord's default, whatever the message allowed when it was sent
            message.ping(body.get("allowed_mentions"))
        if not message.loading:
            message.edited_at = now()
        message.flags &= ~LOADING
        await self._gateway.dispatch_message("MESSAGE_UPDATE", message)
        self._journal.notify()
        return message

    async def delete(self, message: Message) -> None:
        """Delete a message."""
        message.deleted = True
        message.channel.messages.pop(message.id, None)
        if not message.ephemeral:
            data: Payload = {"id": str(message.id)}
            intents = Intent.GUILD_MESSAGES, Intent.DIRECT_MESSAGES
            await self._gateway.dispatch_in(message.channel, "MESSAGE_DELETE", data, *intents)
        self._journal.notify()

    def _apply(self, call: Call, message: Message, body: Payload) -> None:
        if "content" in body:
            message.content = (body["content"] or "").strip()
        if "embeds" in body:
            message.embeds = [{"type": "rich"} | embed for embed in copy.deepcopy(body["embeds"] or [])]
            for field in (field for embed in message.embeds for field in embed.get("fields") or []):
                field.setdefault("inline", False)
        if "components" in body:
            message.components = copy.deepcopy(body["components"] or [])
            _number(message.components)
        if "attachments" in body or call.files:
            self._attach(call, message, body)

    def _attach(self, call: Call, message: Message, body: Payload) -> None:
        if any(len(data) > LARGEST_FILE for _, data in call.files.values()):
            raise DiscordError(errors.TOO_LARGE, "file_size")
        kept = {str(item.get("id")) for item in body.get("attachments") or []}
        message.attachments = [
            *(attachment for attachment in message.attachments if str(attachment.id) in kept),
            *(self.add_attachment(message.channel, filename, data) for filename, data in call.files.values()),
        ]

    async def _post(self, call: Call) -> Answer:
        body: Payload = call.body
        needed = [Permission.EMBED_LINKS] * bool(body.get("embeds")) + [Permission.ATTACH_FILES] * bool(call.files)
        channel = self.channel(call, *needed)
        self.channel(call, sending_in(channel))
        if channel.recipient and not channel.recipient.accepts_direct_messages:
            raise DiscordError(errors.DIRECT_MESSAGES_CLOSED)
        nonce = body.get("nonce")
        if nonce and body.get("enforce_nonce"):
            for earlier in channel.messages.values():
                if earlier.nonce == str(nonce) and earlier.author is self._world.bot:
                    return 200, self.payload(earlier)
        reference = self._reference(channel, body.get("message_reference"))
        given = {"reference": reference, "type": REPLY if reference else 0, "nonce": str(nonce) if nonce else None}
        return 200, self.payload(await self.create(call, channel, body, **given))

    def _reference(self, channel: Channel, reference: Payload | None) -> Message | None:
        if not reference:
            return None
        message = channel.messages.get(int(reference["message_id"]))
        if message is None and reference.get("fail_if_not_exists", True):
            problems = FormErrors()
            problems.add(("message_reference",), "MESSAGE_REFERENCE_UNKNOWN_MESSAGE", "Unknown message")
            problems.raise_any("unknown_reference")
        return message

    async def _list(self, call: Call) -> Answer:
        channel = self.channel(call)
        if Permission.READ_MESSAGE_HISTORY not in channel.permissions(self._world.bot):
            return 200, []
        limit = limit_of(call)
        if before := call.number("before"):
            found = channel.messages.page(limit, before=before)
        elif after := call.number("after"):
            found = channel.messages.page(limit, after=after)
        else:
            found = channel.messages.page(limit, around=call.number("around"))
        return 200, [self.payload(message) for message in found]

    async def _get(self, call: Call) -> Answer:
        return 200, self.payload(self.message(call, Permission.READ_MESSAGE_HISTORY))

    async def _patch(self, call: Call) -> Answer:
        message = self.message(call)
        if message.author is not self._world.bot:
            raise DiscordError(errors.FOREIGN_MESSAGE)
        if message.channel.archived:
            raise DiscordError(errors.THREAD_ARCHIVED)
        return 200, self.payload(await self.edit(call, message, call.body))

    async def _delete(self, call: Call) -> Answer:
        message = self.message(call)
        if message.author is not self._world.bot and message.channel.guild is None:
            raise DiscordError(errors.NOT_IN_DIRECT_MESSAGES)
        if message.author is not self._world.bot:
            self.channel(call, Permission.MANAGE_MESSAGES)
        await self.delete(message)
        return 204, None

    async def _react(self, call: Call) -> Answer:
        message = self.message(call, Permission.ADD_REACTIONS, Permission.READ_MESSAGE_HISTORY)
        await self._tell_reaction("MESSAGE_REACTION_ADD", message, call.parameters["emoji_name"])
        users = message.reactions.setdefault(call.parameters["emoji_name"], [])
        if self._world.bot not in users:
            users.append(self._world.bot)
        return 204, None

    async def _unreact(self, call: Call) -> Answer:
        message, emoji = self.message(call), call.parameters["emoji_name"]
        users = [user for user in message.reactions.pop(emoji, []) if user is not self._world.bot]
        if users:
            message.reactions[emoji] = users
        await self._tell_reaction("MESSAGE_REACTION_REMOVE", message, emoji)
        return 204, None

    async def _tell_reaction(self, event: str, message: Message, emoji: str) -> None:
        data: Payload = {"user_id": str(self._world.bot.id), "emoji": {"id": None, "name": emoji}, "burst": False}
        data |= {"message_id": str(message.id), "type": 0}
        intents = Intent.GUILD_MESSAGE_REACTIONS, Intent.DIRECT_MESSAGE_REACTIONS
        await self._gateway.dispatch_in(message.channel, event, data, *intents)

    async def _type(self, call: Call) -> Answer:
        self.channel(call, sending_in(self.channel(call)))
        return 204, None


def sending_in(channel: Channel) -> Permission:
    """What one needs to write here; in threads the permission to write in their channel does not count."""
    return Permission.SEND_MESSAGES_IN_THREADS if channel.is_thread else Permission.SEND_MESSAGES


def limit_of(call: Call, least: int = 1) -> int:
    """How many a request asks for."""
    limit = int(call.query.get("limit", 50))
    if not least <= limit <= LONGEST_PAGE:
        problems = FormErrors()
        problems.add(("limit",), "NUMBER_TYPE_RANGE", f"int value should be {least} to {LONGEST_PAGE}.")
        problems.raise_any("limits")
    return limit


def _number(components: list[Payload], first: int = 1) -> int:
    """Give ids to components that have none, as Discord does; gives the next."""
    for component in components:
        component.setdefault("id", first)
        first = _number(component.get("components") or [], first + 1)
    return first
