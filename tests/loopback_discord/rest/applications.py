"""The bot's application over the REST API: who it is, where the gateway is, and its commands."""

from __future__ import annotations

from tests.loopback_discord.gateway import Gateway
from tests.loopback_discord.journal import Call, Journal
from tests.loopback_discord.rest import errors, limits
from tests.loopback_discord.rest.errors import DiscordError
from tests.loopback_discord.rest.messages import Answer, Routes
from tests.loopback_discord.world.users import Payload
from tests.loopback_discord.world.world import World

CREATES_PER_DAY = 200
_COMMANDS = "/applications/{application_id}/commands"
_GUILD_COMMANDS = "/applications/{application_id}/guilds/{guild_id}/commands"


class Applications:
    """The application and its commands, by guild; global ones are under 0."""

    def __init__(self, world: World, gateway: Gateway, journal: Journal) -> None:
        self.commands: dict[int, list[Payload]] = {}
        self.creates = 0
        self.shards = 1
        self._world = world
        self._gateway = gateway
        self._journal = journal

    def routes(self) -> Routes:
        """The handler of each route."""
        routes: Routes = {
            ("GET", "/users/@me"): self._me,
            ("GET", "/applications/@me"): self._application,
            ("GET", "/oauth2/applications/@me"): self._application,
            ("GET", "/gateway"): self._gateway_url,
            ("GET", "/gateway/bot"): self._gateway_bot,
        }
        for template in (_COMMANDS, _GUILD_COMMANDS):
            routes |= {
                ("GET", template): self._list,
                ("PUT", template): self._replace,
                ("POST", template): self._upsert,
                ("GET", f"{template}/{{command_id}}"): self._get,
                ("DELETE", f"{template}/{{command_id}}"): self._delete,
            }
        return routes

    def commands_in(self, guild_id: int) -> list[Payload]:
        """The commands that people see in a guild, or, with 0, in direct messages."""
        return [*self.commands.get(0, []), *(self.commands.get(guild_id, []) if guild_id else [])]

    async def _me(self, _: Call) -> Answer:
        return 200, self._world.bot.to_payload() | {"mfa_enabled": False, "locale": "en-US", "verified": True}

    async def _application(self, _: Call) -> Answer:
        owner = next((user for user in self._world.users.values() if not user.bot), self._world.bot)
        absent = "icon role_connections_verification_url interactions_endpoint_url team type"
        return 200, {
            "id": str(self._world.bot.id),
            "name": self._world.bot.name,
            "description": "",
            "bot_public": True,
            "bot_require_code_grant": False,
            "owner": owner.to_payload(),
            "verify_key": "0" * 64,
            "flags": 0,
            "flags_new": "0",
            "redirect_uris": [],
            "approximate_guild_count": len(self._world.guilds),
            "approximate_user_install_count": 0,
            "approximate_user_authorization_count": 0,
            "explicit_content_filter": 0,
            "eligible_oauth2_scopes": [],
            **dict.fromkeys(absent.split()),
        }

    async def _gateway_url(self, _: Call) -> Answer:
        return 200, {"url": self._gateway.url}

    async def _gateway_bot(self, _: Call) -> Answer:
        gateway = self._gateway
        left = 1000 - gateway.identifies if gateway.identifies_left is None else gateway.identifies_left
        limit = {"total": 1000, "remaining": left, "reset_after": 86_400_000}
        limit["max_concurrency"] = gateway.max_concurrency
        return 200, {"url": self._gateway.url, "shards": self.shards, "session_start_limit": limit}

    async def _list(self, call: Call) -> Answer:
        localized = call.query.get("with_localizations", "").lower() in {"1", "true"}
        return 200, [
            command if localized else _without_localizations(command)
            for command in self.commands.get(self._scope(call), [])
        ]

    async def _replace(self, call: Call) -> Answer:
        scope = self._scope(call)
        self.commands[scope] = [self._registered(call, scope, command) for command in call.body or []]
        self._check_duplicates(call)
        return 200, self.commands[scope]

    async def _upsert(self, call: Call) -> Answer:
        scope = self._scope(call)
        registered = self._registered(call, scope, call.body)
        others = [command for command in self.commands.get(scope, []) if command["id"] != registered["id"]]
        limits.check_commands([*others, registered])
        self.commands[scope] = [*others, registered]
        self._check_duplicates(call)
        return 201, registered

    async def _get(self, call: Call) -> Answer:
        return 200, self._command(call)

    async def _delete(self, call: Call) -> Answer:
        self.commands[self._scope(call)].remove(self._command(call))
        return 204, None

    def _command(self, call: Call) -> Payload:
        for command in self.commands.get(self._scope(call), []):
            if command["id"] == call.parameters["command_id"]:
                return command
        raise DiscordError(errors.UNKNOWN_COMMAND)

    def _scope(self, call: Call) -> int:
        if call.number("application_id") != self._world.bot.id:
            raise DiscordError(errors.MISSING_ACCESS)
        guild = call.number("guild_id")
        if guild and guild not in self._world.guilds:
            raise DiscordError(errors.UNKNOWN_GUILD)
        return guild

    def _registered(self, call: Call, scope: int, command: Payload) -> Payload:
        kind = command.get("type") or 1
        existing = next(
            (old for old in self.commands.get(scope, []) if (old["type"], old["name"]) == (kind, command["name"])), None
        )
        if existing is None:
            self.creates += 1
            if self.creates > CREATES_PER_DAY:
                raise DiscordError(errors.TOO_MANY_COMMANDS, "command_creates")
        permissions = command.get("default_member_permissions")
        registered = {
            **command,
            "id": existing["id"] if existing else str(self._world.snowflake()),
            "application_id": str(self._world.bot.id),
            "version": str(self._world.snowflake()),
            "type": kind,
            "description": command.get("description") or "",
            "default_member_permissions": None if permissions is None else str(permissions),
            "nsfw": bool(command.get("nsfw")),
        }
        registered["integration_types"] = command.get("integration_types") or [0]
        if call.parameters.get("guild_id"):
            registered["guild_id"] = call.parameters["guild_id"]
        return _as_kept(registered)

    def _check_duplicates(self, call: Call) -> None:
        everywhere = {(command["type"], command["name"]) for command in self.commands.get(0, [])}
        for scope, commands in self.commands.items():
            for command in commands if scope else ():
                if (command["type"], command["name"]) in everywhere:
                    self._journal.violate(
                        "duplicate_command", f"/{command['name']} is global and in guild {scope}", call
                    )


def _as_kept(item: Payload) -> Payload:
    """A command or an option as Discord gives it back: with its localizations, without what says nothing."""
    empty = {key for key in ("options", "choices", "required", "autocomplete") if not item.get(key)}
    kept = {key: value for key, value in item.items() if key not in empty}
    for key in {"options", "choices"} - empty:
        kept[key] = [_as_kept(inner) for inner in kept[key]]
    texts = [key for key in ("name", "description") if key in item]
    return kept | {f"{key}_localizations": item.get(f"{key}_localizations") or None for key in texts}


def _without_localizations(command: Payload) -> Payload:
    """A command as Discord lists it where nobody asked for the localizations."""
    shown = {key: value for key, value in command.items() if not key.endswith("_localizations")}
    for key in {"options", "choices"} & set(shown):
        shown[key] = [_without_localizations(inner) for inner in shown[key]]
    return shown
