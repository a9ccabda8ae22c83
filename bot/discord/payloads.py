"""What servers other than Discord's leave out of their answers and events, put in before discord.py reads them.

discord.py takes Discord's word for every field. Here nothing is made up that would let anybody read more: roles,
permissions and overwrites are taken from what the server says, or not at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Data = dict[str, Any]

THREADS = (10, 11, 12)
# discord.py takes these to have a value where they are there at all.
_NULL_IS_ABSENCE = frozenset(
    "activity application applied_tags attachments available_tags call channel colors components context embeds flags "
    "guild guild_id guild_locale interaction interaction_metadata locale member member_count mention_roles mentions "
    "message_count message_reference message_snapshots options poll purchase_notification recipients resolved "
    "role_subscription_data sticker_items tags thread".split()
)
_OVERWRITE_TYPES = {"0": 0, "role": 0, "1": 1, "member": 1}
# We need nothing of these, and a single one that is not as discord.py expects it would cost us all of it.
_UNUSED_OF_GUILDS = "emojis guild_scheduled_events presences soundboard_sounds stage_instances stickers voice_states"
_UNUSED_OF_MESSAGES = ("reactions",)
_OF_THREADS = {"owner_id", "parent_id", "name", "archived", "auto_archive_duration", "archive_timestamp"}
# Whom we cannot know, we cannot know to want to be forgotten either: what bots write is not learnt.
_SOMEBODY = {"id": "0", "username": "0", "discriminator": "0", "avatar": None, "bot": True}


def put_right(value: Any, *, content: bool = True) -> None:
    """Put right what is alike wherever it stands: users, members, messages, overwrites, and what is null.

    A message that has no content, such as an embed alone, gets an empty one, unless `content` says otherwise.
    """
    for part in _dicts(value):
        for name in [name for name, of in part.items() if of is None and name in _NULL_IS_ABSENCE]:
            del part[name]
        if "permission_overwrites" in part:
            _put_overwrites_right(part)
        if "channel_id" in part and "timestamp" in part and "type" in part:
            _put_message_right(part, content)
        for user in [part.get("author"), part.get("owner"), part.get("user"), *_listed(part, "mentions", "recipients")]:
            _put_user_right(user)
        for member in [part.get("member"), *_listed(part, "members")]:
            put_member_right(member)


def put_member_right(member: Any) -> None:
    """Roles are never made up: with fewer, somebody would be kept from less."""
    if isinstance(member, dict) and "roles" in member:
        member["roles"] = _ids(member["roles"])
        member.setdefault("flags", 0)
        member.pop("premium_since", None)


def put_guild_right(guild: Data) -> None:
    """Leave of a guild what we need; raises an error where its permissions are not told."""
    for name in _UNUSED_OF_GUILDS.split():
        guild.pop(name, None)
    for role in guild.get("roles", ()):
        put_role_right(role)
    among = [channel for channel in guild.get("channels", ()) if channel["type"] in THREADS]
    if among:
        # discord.py looks for threads elsewhere.
        guild["channels"] = [channel for channel in guild["channels"] if channel["type"] not in THREADS]
        guild["threads"] = [*_listed(guild, "threads"), *filter(_is_whole_thread, among)]
    for thread in _listed(guild, "threads"):
        put_thread_right(thread)
    for channel in guild.get("channels", ()):
        channel.setdefault("position", 0)
        check_channel(channel)


def put_thread_right(thread: Data) -> None:
    """How many write in a thread, and how much, we need not know."""
    for count in ("member_count", "message_count"):
        thread.setdefault(count, 0)


def put_role_right(role: Data) -> None:
    """Raise an error where it is not told what a role permits."""
    role["permissions"] = int(role["permissions"])


def check_channel(channel: Data) -> None:
    """Raise an error where it is not told who is kept from a guild's channel, or not understood."""
    if channel["type"] not in THREADS:
        kinds = {overwrite["type"] for overwrite in channel["permission_overwrites"]}
        if not kinds <= set(_OVERWRITE_TYPES.values()):
            raise ValueError


def _dicts(value: Any) -> Iterator[Data]:
    """All objects in a value, the innermost first."""
    if isinstance(value, list):
        for part in value:
            yield from _dicts(part)
    elif isinstance(value, dict):
        for part in value.values():
            yield from _dicts(part)
        yield value


def _put_overwrites_right(channel: Data) -> None:
    channel["permission_overwrites"] = channel["permission_overwrites"] or []
    for overwrite in channel["permission_overwrites"]:
        if isinstance(overwrite, dict) and "type" in overwrite:
            overwrite["type"] = _OVERWRITE_TYPES.get(str(overwrite["type"]), overwrite["type"])


def _put_message_right(message: Data, content: bool) -> None:
    for name in _UNUSED_OF_MESSAGES:
        message.pop(name, None)
    if content:
        message.setdefault("content", "")
    author = message.get("author")
    if not isinstance(author, dict) or not author.get("id"):
        message["author"] = dict(_SOMEBODY)
    if "mention_roles" in message:
        message["mention_roles"] = _ids(message["mention_roles"])
    for metadata in ("interaction", "interaction_metadata"):
        if "user" not in message.get(metadata, {"user": None}):
            del message[metadata]


def _put_user_right(user: Any) -> None:
    if isinstance(user, dict) and "id" in user:
        for name, value in (("username", user["id"]), ("discriminator", "0"), ("avatar", None)):
            user.setdefault(name, value)


def _is_whole_thread(thread: Data) -> bool:
    """Whether there is all of a thread that discord.py needs; one without costs us the thread, and not the guild."""
    metadata = thread.get("thread_metadata") or {}
    told = {name for name, part in (thread | metadata).items() if part is not None}
    return told >= _OF_THREADS and isinstance(metadata.get("archive_timestamp"), str)


def _ids(values: list[Any]) -> list[Any]:
    return [value["id"] if isinstance(value, dict) else value for value in values]


def _listed(value: Data, *names: str) -> list[Any]:
    return [part for name in names if isinstance(value.get(name), list) for part in value[name]]
