"""What Discord's app does before it sends a command: finds it by its name, and lets only fitting options through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tests.loopback_discord.rest.limits import SUBCOMMANDS
from tests.loopback_discord.world.channel import Channel, context_of
from tests.loopback_discord.world.message import Attachment
from tests.loopback_discord.world.permissions import Permission
from tests.loopback_discord.world.users import Payload, Role, User

STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = 3, 4, 5, 6, 7, 8, 9, 10, 11
LONGEST_STRING = 6_000
_TYPES: dict[int, tuple[type, ...]] = {
    STRING: (str,),
    INTEGER: (int,),
    BOOLEAN: (bool,),
    USER: (User,),
    CHANNEL: (Channel,),
    ROLE: (Role,),
    MENTIONABLE: (User, Role),
    NUMBER: (int, float),
    ATTACHMENT: (Attachment,),
}


def find_command(
    commands: Sequence[Payload], name: str, kind: int, channel: Channel, user: User, locale: str
) -> tuple[Payload, list[Payload]]:
    """The command that the user sees under this name, `group subcommand` too; and the options that lead there."""
    first, *rest = name.split(" ") if kind == 1 else [name]
    found = [command for command in commands if command["type"] == kind and first in _names(command, locale)]
    names = [_names(command, locale)[-1] for command in commands if command["type"] == kind]
    assert found, f"there is no command {name!r} of type {kind}, but {names}"
    assert len(found) == 1, f"the command {name!r} shows {len(found)} times"
    command = found[0]
    contexts = command.get("contexts")
    context = context_of(channel)
    assert contexts is None or context in contexts, f"{name!r} is not offered here: its contexts are {contexts}"
    permissions = command.get("default_member_permissions")
    if permissions is not None and channel.guild:
        needed = Permission(int(permissions)) or Permission.ADMINISTRATOR
        assert needed in channel.permissions(user), f"{name!r} is not offered to {user.name}, who lacks {needed!r}"
    path: list[Payload] = []
    inner = command
    for part in rest:
        fitting = [option for option in inner.get("options", []) if part in _names(option, locale)]
        assert fitting, f"{name!r}: there is no {part!r} in {_names(inner, locale)}"
        inner = fitting[0]
        path.append(inner)
    subcommands = [option["name"] for option in inner.get("options", []) if option["type"] in SUBCOMMANDS]
    assert not subcommands, f"{name!r} is no command, but has {subcommands}"
    return command, path


def interaction_data(
    command: Payload,
    path: Sequence[Payload],
    given: Mapping[str, Any],
    channel: Channel,
    user: User,
    locale: str,
    focused: str | None = None,
) -> Payload:
    """The data of the interaction; while an option is focused, it is still being typed, and nothing is checked."""
    described = (path[-1] if path else command).get("options", [])
    by_name = {name: option for option in described for name in _names(option, locale)}
    unknown = [name for name in given if name not in by_name]
    assert not unknown, f"/{command['name']} has no options {unknown}, but {list(by_name)}"
    values = {by_name[name]["name"]: value for name, value in given.items()}
    missing = [option["name"] for option in described if option.get("required") and option["name"] not in values]
    assert focused or not missing, f"/{command['name']} needs the options {missing}"
    options: list[Payload] = []
    resolved: dict[str, Payload] = {}
    for name, value in values.items():
        option = by_name[name]
        typed: Payload = {"name": name, "type": option["type"]}
        if focused is not None and name == by_name[focused]["name"]:
            typed |= {"value": value, "focused": True}
        else:
            _check_value(option, value, user)
            typed["value"] = value if isinstance(value, str | int | float) else str(value.id)
            _resolve(resolved, value, channel, user)
        options.append(typed)
    for inner in reversed(path):
        options = [{"name": inner["name"], "type": inner["type"], "options": options}]
    data: Payload = {"id": command["id"], "name": command["name"], "type": 1, "options": options}
    data |= {"guild_id": command["guild_id"]} if "guild_id" in command else {}
    return data | ({"resolved": resolved} if resolved else {})


def _names(item: Payload, locale: str) -> list[str]:
    """The name in the API, and the one that is shown."""
    localizations = item.get("name_localizations") or {}
    return list(dict.fromkeys([item["name"], localizations.get(locale, item["name"])]))


def _check_value(option: Payload, value: object, user: User) -> None:
    name, kind = option["name"], option["type"]
    fits = isinstance(value, _TYPES[kind]) and (kind == BOOLEAN or not isinstance(value, bool))
    assert fits, f"option {name!r} takes {_TYPES[kind]}, not {value!r}"
    choices = [choice["value"] for choice in option.get("choices", [])]
    assert not choices or value in choices, f"option {name!r} offers only {choices}, not {value!r}"
    if isinstance(value, Channel):
        kinds = option.get("channel_types") or [value.type]
        assert value.type in kinds, f"option {name!r} takes channels of the types {kinds}, not {value.type!r}"
        assert value.seen_by(user), f"option {name!r}: {user.name} does not see #{value.name}"
    elif isinstance(value, str):
        least, most = option.get("min_length", 0), option.get("max_length", LONGEST_STRING)
        assert least <= len(value) <= most, f"option {name!r} takes {least} to {most} characters, not {len(value)}"
    elif isinstance(value, int | float):
        least, most = option.get("min_value", value), option.get("max_value", value)
        assert least <= value <= most, f"option {name!r} takes {least} to {most}, not {value}"


def _resolve(resolved: dict[str, Payload], value: object, channel: Channel, user: User) -> None:
    if isinstance(value, User):
        resolved.setdefault("users", {})[str(value.id)] = value.to_payload()
        if channel.guild and (member := channel.guild.members.get(value.id)):
            payload = member.to_payload(with_user=False) | {"permissions": str(int(channel.permissions(value)))}
            resolved.setdefault("members", {})[str(value.id)] = payload
    elif isinstance(value, Channel):
        permissions = {"permissions": str(int(value.permissions(user)))}
        resolved.setdefault("channels", {})[str(value.id)] = value.to_payload() | permissions
    elif isinstance(value, Role):
        resolved.setdefault("roles", {})[str(value.id)] = value.to_payload()
    elif isinstance(value, Attachment):
        resolved.setdefault("attachments", {})[str(value.id)] = value.to_payload()
