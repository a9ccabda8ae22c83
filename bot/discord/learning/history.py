"""Reading a channel's history: its messages as the store takes them, and its threads."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC
from typing import TypeVar

import discord
from discord.abc import GuildChannel

from bot.discord.message_text import asks_experts, names_person, text_of
from bot.discord.requests import TIMEOUT, Pace, with_timeout
from index.store.discord.message_rows import LATEST, Message

# As many as Discord gives at once.
PAGE = 100
_WRITTEN = (discord.MessageType.default, discord.MessageType.reply)

# What is learnt with its threads, and what holds messages.
LearnableChannel = discord.TextChannel | discord.ForumChannel
TextOrThread = discord.TextChannel | discord.Thread

Found = TypeVar("Found")


def learnable_message(message: discord.Message) -> Message | None:
    """A message as it is learnt; None if no person wrote it, if it has no words, or if it is said to the bot.

    The author's name is that of the account: a guild's nickname is told of new messages, and not of old ones.
    """
    text = text_of(message)
    if message.author.bot or message.webhook_id or message.type not in _WRITTEN or not any(map(str.isalnum, text)):
        return None
    if is_said_to_the_bot(message):
        return None
    return Message(
        id=message.id,
        author=message.author.id,
        name=message.author.global_name or message.author.name,
        text=text,
        sent=message.created_at.astimezone(UTC).isoformat(timespec="seconds"),
        replies_to=message.reference.message_id if message.reference else None,
        url=message.jump_url,
        edited=edited(message),
    )


def edited(message: discord.Message) -> str | None:
    """When a message was edited last, as it is stored."""
    return message.edited_at.astimezone(UTC).isoformat(timespec="milliseconds") if message.edited_at else None


def is_said_to_the_bot(message: discord.Message) -> bool:
    """Whether a message mentions the bot, or replies to it, but for what the bot asked people."""
    me = message.guild.me if message.guild else None
    answered = message.reference.resolved if message.reference else None
    if me and isinstance(answered, discord.Message) and answered.author.id == me.id and asks_experts(answered):
        return names_person(message, me.id)
    people = [*message.mentions, *([answered.author] if isinstance(answered, discord.Message) else [])]
    return me is not None and any(person.id == me.id for person in people)


def is_learnable_thread(thread: discord.Thread) -> bool:
    """Whether a thread has the readers of its channel, and is not one that the bot opened to answer in."""
    return not thread.is_private() and thread.owner_id != thread.guild.me.id


async def page_before(channel: TextOrThread, before: int, seconds: float = TIMEOUT) -> list[discord.Message]:
    """The messages before one, or the latest, newest first; fewer than PAGE where the history begins.

    Raises Stalled where Discord takes longer than so many seconds.
    """
    until = None if before == LATEST else discord.Object(before)
    return await with_timeout(_all_of(channel.history(limit=PAGE, before=until)), seconds)


async def _all_of(found: AsyncIterator[Found]) -> list[Found]:
    return [one async for one in found]


async def threads_of(channel: LearnableChannel, pace: Pace, seconds: float = TIMEOUT) -> AsyncIterator[discord.Thread]:
    """All threads that whoever reads a channel reads too, those in the archive last; raises Stalled as `page_before`."""
    await pace.wait()
    for thread in await with_timeout(channel.guild.active_threads(), seconds):
        if thread.parent_id == channel.id and is_learnable_thread(thread):
            yield thread
    before = None
    while True:
        await pace.wait()
        archived = await with_timeout(_all_of(channel.archived_threads(limit=PAGE, before=before)), seconds)
        for thread in filter(is_learnable_thread, archived):
            yield thread
        if len(archived) < PAGE:
            return
        before = archived[-1].archive_timestamp


def title_of(channel: GuildChannel | discord.Thread) -> str:
    """What passages from a channel or a thread are titled."""
    if isinstance(channel, discord.Thread):
        parent = channel.guild.get_channel(channel.parent_id)
        return f"#{parent.name if parent else '…'} › {channel.name}"
    return f"#{channel.name}"
