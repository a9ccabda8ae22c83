"""A server that is like Discord's, and not the same; what it does otherwise Spacebar does, in one version or another.

Source: https://github.com/spacebarchat/server, src/gateway/opcodes/Identify.ts, src/api/routes/interactions,
src/api/routes/channels, src/util/entities, src/api/middlewares.
"""

from __future__ import annotations

import json
from typing import Any

from tests.bot.discord.errors import ErrorCode
from tests.bot.discord.journal import Call
from tests.bot.discord.messages import Answer
from tests.bot.discord.server import LoopbackDiscord
from tests.bot.discord.world import Payload

CHANNEL_NOT_FOUND = ErrorCode(404, 404, "Channel could not be found")
_MESSAGES = "/channels/{channel_id}/messages"


def make_other(server: LoopbackDiscord) -> None:
    """Let a server speak in its own way from now on."""
    server.gateway.dialect = _event
    server.dialect = _answer
    server.charset = "utf-8"
    server.headers_kept_back = {"Via"}


def _event(name: str, data: Payload) -> Payload:
    data = json.loads(json.dumps(data))
    if name == "READY":
        del data["shard"]
        data |= {"application": None, "resume_gateway_url": None}
    elif name == "GUILD_CREATE":
        _retell_guild(data)
    elif name == "GUILD_UPDATE":
        del data["roles"]
    elif name.startswith("CHANNEL_"):
        for part in ("position", "guild_id"):
            data.pop(part, None)
    elif name.startswith("MESSAGE_") and "author" in data:
        _retell_message(data)
    elif name == "INTERACTION_CREATE":
        del data["channel"]
        if "member" in data:
            del data["member"]["permissions"]
            data["member"]["roles"].append(data["guild_id"])
    elif name.startswith("THREAD_"):
        data.pop("message_count", None)
    return data


def _retell_guild(guild: Payload) -> None:
    guild["channels"] += guild.pop("threads")
    guild["voice_states"] = [{"channel_id": None, "user_id": "1"}]
    for role in guild["roles"]:
        role |= {"tags": None, "colors": None}
    for member in guild["members"]:
        del member["flags"]
        member["roles"].append(guild["id"])
    for channel in guild["channels"]:
        channel["message_count"] = None
        for overwrite in channel.get("permission_overwrites", ()):
            overwrite["type"] = str(overwrite["type"])
        channel["permission_overwrites"] = channel.get("permission_overwrites") or None


def _retell_message(message: Payload) -> None:
    message.setdefault("guild_id", None)
    message |= dict.fromkeys(("poll", "thread", "interaction", "application", "activity"))
    message["reactions"] = [{"count": 1, "emoji": {"id": None, "name": "👍"}}]
    message["mentions"] = [{"id": user["id"]} for user in message["mentions"]]
    message["mention_roles"] = [{"id": number, "name": "役"} for number in message["mention_roles"]]
    message["interaction_metadata"] = {"id": "1", "type": 2, "user_id": "1"}
    if not message.get("content"):
        message.pop("content", None)
    if "member" in message:
        roles = [*message["member"]["roles"], message["guild_id"]]
        message["member"] |= {"roles": [{"id": number} for number in roles], "premium_since": 1_700_000_000_000}


def _answer(call: Call, status: int, answer: Any) -> Answer:
    answer = json.loads(json.dumps(answer))
    if call.template.endswith("/callback"):
        return 204, None
    if call.method == "PUT" and call.template.endswith("/commands"):
        for command in answer:
            del command["id"]
    elif call.template == "/oauth2/applications/@me":
        answer["id"] = "1"
    elif call.template.startswith(_MESSAGES) and status == 200:
        for message in answer if isinstance(answer, list) else [answer]:
            _retell_message(message)
    return status, answer
