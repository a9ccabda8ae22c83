"""Channels, guilds and members over the REST API."""

from __future__ import annotations

from tests.loopback_discord.gateway import Gateway
from tests.loopback_discord.journal import Call
from tests.loopback_discord.rest import errors
from tests.loopback_discord.rest.errors import DiscordError
from tests.loopback_discord.rest.messages import Answer, Messages, Routes
from tests.loopback_discord.world.world import World

_CHANNEL = "/channels/{channel_id}"
_GUILD = "/guilds/{guild_id}"


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
            ("POST", "/users/@me/channels"): self._direct_channel,
            ("GET", "/users/{user_id}"): self._user,
            ("GET", _GUILD): self._guild,
            ("GET", f"{_GUILD}/channels"): self._guild_channels,
            ("GET", f"{_GUILD}/roles"): self._guild_roles,
            ("GET", f"{_GUILD}/members"): self._members,
            ("GET", f"{_GUILD}/members/{{user_id}}"): self._member,
        }

    async def _get(self, call: Call) -> Answer:
        return 200, self._messages.channel(call).to_payload()

    async def _direct_channel(self, call: Call) -> Answer:
        user = self._world.users.get(int(call.body["recipient_id"]))
        if user is None:
            raise DiscordError(errors.UNKNOWN_USER)
        return 200, self._world.direct_channel(user).to_payload()

    async def _user(self, call: Call) -> Answer:
        if (user := self._world.users.get(call.number("user_id"))) is None:
            raise DiscordError(errors.UNKNOWN_USER)
        return 200, user.to_payload()

    async def _guild(self, call: Call) -> Answer:
        return 200, self._messages.guild(call).to_payload()

    async def _guild_channels(self, call: Call) -> Answer:
        channels = self._messages.guild(call).channels.values()
        bot = self._world.bot
        return 200, [one.to_payload() for one in channels if not one.is_thread and one.seen_by(bot)]

    async def _guild_roles(self, call: Call) -> Answer:
        return 200, [role.to_payload() for role in self._messages.guild(call).roles.values()]

    async def _members(self, call: Call) -> Answer:
        if not self._gateway.privileged_intents_allowed:
            raise DiscordError(errors.MISSING_ACCESS)
        limit, after = int(call.query.get("limit", 1)), call.number("after")
        members = sorted(self._messages.guild(call).members.values(), key=lambda member: member.user.id)
        return 200, [member.to_payload() for member in members if member.user.id > after][:limit]

    async def _member(self, call: Call) -> Answer:
        member = self._messages.guild(call).members.get(call.number("user_id"))
        if member is None:
            raise DiscordError(errors.UNKNOWN_MEMBER)
        return 200, member.to_payload()
