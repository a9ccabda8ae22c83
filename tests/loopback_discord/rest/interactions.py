"""Interactions: what a person started, and the bot's responses, follow-ups and edits."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from tests.loopback_discord.gateway import Gateway
from tests.loopback_discord.journal import Call, Journal
from tests.loopback_discord.rest import errors
from tests.loopback_discord.rest.errors import DiscordError
from tests.loopback_discord.rest.messages import LARGEST_FILE, Answer, Messages, Routes
from tests.loopback_discord.world.channel import PRIVATE_CHANNEL, Channel, context_of
from tests.loopback_discord.world.message import EPHEMERAL, LOADING, Message
from tests.loopback_discord.world.users import Payload, User
from tests.loopback_discord.world.world import World

_CALLBACK = "/interactions/{interaction_id}/{interaction_token}/callback"
_WEBHOOK = "/webhooks/{webhook_id}/{webhook_token}"
CHAT_INPUT_COMMAND, CONTEXT_MENU_COMMAND, REPLY = 20, 23, 19


class InteractionType(IntEnum):
    """What a person did."""

    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL_SUBMIT = 5


class ResponseType(IntEnum):
    """How the bot responds first."""

    MESSAGE = 4
    DEFERRED_MESSAGE = 5
    DEFERRED_UPDATE = 6
    UPDATE = 7
    CHOICES = 8
    MODAL = 9


@dataclass(eq=False)
class Interaction:
    """What a person started, and everything that the bot answered to it."""

    id: int
    type: InteractionType
    user: User
    channel: Channel
    data: Payload
    locale: str
    name: str  # what a test calls it
    message: Message | None = None  # whose component was used
    token: str = field(default_factory=lambda: secrets.token_urlsafe(48))
    sent_at: float = field(default_factory=time.monotonic)
    response_type: ResponseType | None = None
    response: Payload = field(default_factory=dict)  # the data of the first response, as sent
    milliseconds: float = 0.0  # until the first response
    original: Message | None = None  # the response's message, as it stands after edits
    follow_ups: list[Message] = field(default_factory=list)
    edits: list[Payload] = field(default_factory=list)  # bodies, in order

    @property
    def answered(self) -> bool:
        """Whether there is a response that does not only say that one will come."""
        return self.response_type is not None and not (self.original and self.original.loading)

    @property
    def content(self) -> str:
        """The text of the response's message, as it stands."""
        return self.original.content if self.original else ""

    @property
    def embeds(self) -> list[Payload]:
        """The embeds of the response's message, as they stand."""
        return self.original.embeds if self.original else []

    @property
    def ephemeral(self) -> bool:
        """Whether only the person sees the response."""
        return bool(self.original and self.original.ephemeral)

    @property
    def choices(self) -> list[Payload]:
        """The choices of an autocompletion."""
        return self.response.get("choices") or []

    @property
    def modal(self) -> Payload:
        """The modal that was opened."""
        assert self.response_type is ResponseType.MODAL, f"{self.name}: no modal was opened, but {self.response}"
        return self.response


class Interactions:
    """Dispatches interactions, and takes the bot's answers."""

    def __init__(self, world: World, gateway: Gateway, journal: Journal, messages: Messages) -> None:
        self.response_seconds = 3.0
        self.token_seconds = 15 * 60.0
        self._world = world
        self._gateway = gateway
        self._journal = journal
        self._messages = messages
        self._by_token: dict[str, Interaction] = {}

    @property
    def all(self) -> list[Interaction]:
        """Every interaction, in the order in which they were started."""
        return list(self._by_token.values())

    def routes(self) -> Routes:
        """The handler of each route."""
        routes: Routes = {("POST", _CALLBACK): self._respond, ("POST", _WEBHOOK): self._follow_up}
        for message in ("@original", "{message_id}"):
            template = f"{_WEBHOOK}/messages/{message}"
            routes |= {
                ("GET", template): self._get,
                ("PATCH", template): self._edit,
                ("DELETE", template): self._delete,
            }
        return routes

    async def send(self, interaction: Interaction) -> None:
        """Dispatch INTERACTION_CREATE."""
        self._by_token[interaction.token] = interaction
        interaction.sent_at = time.monotonic()
        await self._gateway.dispatch_interaction(self._payload(interaction), interaction.channel.guild)

    def _payload(self, interaction: Interaction) -> Payload:
        user, channel, guild = interaction.user, interaction.channel, interaction.channel.guild
        held = str(int(channel.permissions(user)))
        bot_id = str(self._world.bot.id)
        payload: Payload = {
            "id": str(interaction.id),
            "application_id": bot_id,
            "type": int(interaction.type),
            "token": interaction.token,
            "version": 1,
            "data": interaction.data,
            "channel_id": str(channel.id),
            "channel": channel.to_payload() | {"permissions": held},
            "locale": interaction.locale,
            "app_permissions": str(int(channel.permissions(self._world.bot))),
            "entitlements": [],
            "authorizing_integration_owners": self._owners(interaction),
            "context": context_of(channel),
            "attachment_size_limit": LARGEST_FILE,
        }
        if guild:
            member = guild.members[user.id].to_payload() | {"permissions": held}
            payload |= {"guild_id": str(guild.id), "guild_locale": guild.locale, "member": member}
            payload["guild"] = {"id": str(guild.id), "locale": guild.locale, "features": []}
        else:
            payload["user"] = user.to_payload()
        if interaction.message:
            payload["message"] = interaction.message.to_payload(self._world.bot)
        return payload

    def _owners(self, interaction: Interaction) -> Payload:
        """Who installed the application: the guild, or, where the bot is in none, the user."""
        guild = interaction.channel.guild
        if context_of(interaction.channel) == PRIVATE_CHANNEL or (guild and self._world.bot.id not in guild.members):
            return {"1": str(interaction.user.id)}
        return {"0": str(guild.id) if guild else "0"}

    async def _respond(self, call: Call) -> Answer:
        interaction = self._by_token.get(call.parameters["interaction_token"])
        if interaction is None or interaction.id != call.number("interaction_id"):
            raise DiscordError(errors.UNKNOWN_INTERACTION, "unknown_interaction")
        seconds = time.monotonic() - interaction.sent_at
        if interaction.response_type is not None:
            raise DiscordError(errors.ALREADY_ACKNOWLEDGED, "second_response")
        if seconds > self.response_seconds:
            raise DiscordError(errors.UNKNOWN_INTERACTION, "late_response")
        kind = ResponseType(call.body["type"])
        if kind not in _allowed_responses(interaction):
            raise DiscordError(errors.INVALID_FORM, "response_type", {"type": {"_errors": [{"code": kind.name}]}})
        interaction.response_type, interaction.milliseconds = kind, seconds * 1000
        interaction.response = call.body.get("data") or {}
        if kind in {ResponseType.MESSAGE, ResponseType.DEFERRED_MESSAGE}:
            flags = (interaction.response.get("flags") or 0) & EPHEMERAL
            loading = LOADING if kind is ResponseType.DEFERRED_MESSAGE else 0
            interaction.original = await self._create(call, interaction, interaction.response, flags | loading)
        elif kind is ResponseType.UPDATE and interaction.message:
            interaction.original = await self._messages.edit(call, interaction.message, interaction.response)
        elif kind is ResponseType.DEFERRED_UPDATE:
            interaction.original = interaction.message
        self._journal.notify()
        if call.query.get("with_response", "").lower() not in {"1", "true"}:
            return 204, None
        return 200, self._callback_response(interaction, kind)

    async def _create(self, call: Call, interaction: Interaction, body: Payload, flags: int) -> Message:
        context_menu = interaction.data.get("type") in {2, 3}
        kind = CONTEXT_MENU_COMMAND if context_menu else CHAT_INPUT_COMMAND
        if interaction.original or interaction.type is not InteractionType.COMMAND:
            kind = REPLY if interaction.original or interaction.message else 0
        metadata: Payload = {
            "id": str(interaction.id),
            "type": int(interaction.type),
            "user": interaction.user.to_payload(),
            "authorizing_integration_owners": self._owners(interaction),
        }
        if interaction.original:
            metadata["original_response_message_id"] = str(interaction.original.id)
        if interaction.type is InteractionType.COMPONENT and interaction.message:
            metadata["interacted_message_id"] = str(interaction.message.id)
        if interaction.type is InteractionType.MODAL_SUBMIT:
            metadata["triggering_interaction_metadata"] = metadata | {"type": int(InteractionType.COMMAND)}
        reference = interaction.original or interaction.message if kind == REPLY else None
        given: dict[str, Any] = {"flags": flags, "type": kind, "reference": reference}
        given["interaction_metadata"] = metadata
        return await self._messages.create(call, interaction.channel, body, **given)

    def _callback_response(self, interaction: Interaction, kind: ResponseType) -> Payload:
        original = interaction.original
        about: Payload = {"id": str(interaction.id), "type": int(interaction.type)}
        about |= {"channel_id": str(interaction.channel.id)}
        if guild := interaction.channel.guild:
            about["guild_id"] = str(guild.id)
        if original is None:
            return {"interaction": about}
        about |= {
            "response_message_id": str(original.id),
            "response_message_loading": original.loading,
            "response_message_ephemeral": original.ephemeral,
        }
        if kind not in {ResponseType.MESSAGE, ResponseType.UPDATE}:
            return {"interaction": about}
        return {"interaction": about, "resource": {"type": int(kind), "message": self._shown(original)}}

    async def _follow_up(self, call: Call) -> Answer:
        interaction = self._of_webhook(call)
        if interaction.original and interaction.original.loading and not interaction.original.deleted:
            # The first follow-up takes the place of the thinking, and is as ephemeral as that was.
            interaction.edits.append(call.body)
            return 200, self._shown(await self._messages.edit(call, interaction.original, call.body))
        flags = (call.body.get("flags") or 0) & EPHEMERAL
        message = await self._create(call, interaction, call.body, flags)
        interaction.follow_ups.append(message)
        self._journal.notify()
        return 200, self._shown(message)

    async def _get(self, call: Call) -> Answer:
        return 200, self._shown(self._message(call, self._of_webhook(call)))

    async def _edit(self, call: Call) -> Answer:
        interaction = self._of_webhook(call)
        message = self._message(call, interaction)
        interaction.edits.append(call.body)
        return 200, self._shown(await self._messages.edit(call, message, call.body))

    async def _delete(self, call: Call) -> Answer:
        await self._messages.delete(self._message(call, self._of_webhook(call)))
        return 204, None

    def _of_webhook(self, call: Call) -> Interaction:
        interaction = self._by_token.get(call.parameters["webhook_token"])
        if interaction is None or call.number("webhook_id") != self._world.bot.id:
            raise DiscordError(errors.UNKNOWN_WEBHOOK, "unknown_interaction")
        if interaction.response_type is None:
            raise DiscordError(errors.UNKNOWN_WEBHOOK, "follow_up_before_response")
        if time.monotonic() - interaction.sent_at > self.token_seconds:
            raise DiscordError(errors.INVALID_WEBHOOK_TOKEN, "expired_token")
        return interaction

    def _message(self, call: Call, interaction: Interaction) -> Message:
        number = call.number("message_id") or (interaction.original.id if interaction.original else 0)
        for message in (interaction.original, *interaction.follow_ups):
            if message and message.id == number and not message.deleted:
                return message
        raise DiscordError(errors.UNKNOWN_MESSAGE)

    def _shown(self, message: Message) -> Payload:
        return message.to_payload(self._world.bot)


def _allowed_responses(interaction: Interaction) -> set[ResponseType]:
    messages = {ResponseType.MESSAGE, ResponseType.DEFERRED_MESSAGE}
    updates = {ResponseType.DEFERRED_UPDATE, ResponseType.UPDATE} if interaction.message else set()
    return {
        InteractionType.COMMAND: messages | {ResponseType.MODAL},
        InteractionType.COMPONENT: messages | updates | {ResponseType.MODAL},
        InteractionType.AUTOCOMPLETE: {ResponseType.CHOICES},
        InteractionType.MODAL_SUBMIT: messages | updates,
    }[interaction.type]
