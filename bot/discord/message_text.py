"""The text of a message, as people read it."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import discord

from bot.discord.access.permissions import everyone_may_read
from bot.discord.access.reach import channel_of
from index.audience import CHANNEL, Audience

_PERSON, _ROLE, _CHANNEL = r"<@!?(\d+)>", r"<@&(\d+)>", r"<#(\d+)>"
_EMOJI, _TIME = r"<a?:(\w+):\d+>", r"<t:(-?\d{1,11})(?::\w)?>"

# How the custom_id of the button begins that closes a question to experts.
RESOLVE_ID = "kotae:resolved:"


def asks_experts(message: discord.Message) -> bool:
    """Whether a message of the bot's asks people: what they reply is not said to the bot."""
    rows = (row for row in message.components if isinstance(row, discord.ActionRow))
    ids = (getattr(one, "custom_id", None) or "" for row in rows for one in row.children)
    return any(one.startswith(RESOLVE_ID) for one in ids)


def names_person(message: discord.Message, person: int) -> bool:
    """Whether a message's text itself mentions somebody: a reply pings its addressee without that."""
    return re.search(rf"<@!?{person}>", message.content) is not None


def text_of(message: discord.Message, addressee: int | None = None) -> str:
    """What a message says, with names in the place of Discord's numbers, and without the mention of its addressee.

    A channel is named only where everyone who reads the message can read that channel too.
    """
    content = re.sub(rf"<@!?{addressee}>", " ", message.content)
    people = {str(person.id): person.global_name or person.name for person in message.mentions}
    text = re.sub(_PERSON, lambda found: f"@{people.get(found[1], '…')}", content)
    text = re.sub(_ROLE, lambda found: f"@{_role(message, int(found[1]))}", text)
    text = re.sub(_CHANNEL, lambda found: f"#{_channel(message, int(found[1]))}", text)
    text = re.sub(_EMOJI, r":\1:", text)
    return re.sub(_TIME, _time, text).strip()


def _role(message: discord.Message, number: int) -> str:
    role = message.guild.get_role(number) if message.guild else None
    return role.name if role else "…"


def _channel(message: discord.Message, number: int) -> str:
    guild = message.guild
    named = guild.get_channel(number) if guild else None
    shown_in = channel_of(guild, message.channel) if guild else None
    if guild is None or named is None or shown_in is None:
        return "…"
    return named.name if everyone_may_read(Audience(CHANNEL, guild.id, number), shown_in) else "…"


def _time(found: re.Match[str]) -> str:
    try:
        return datetime.fromtimestamp(int(found[1]), UTC).isoformat(sep=" ", timespec="minutes")
    except (ValueError, OverflowError, OSError):
        return found[0]
