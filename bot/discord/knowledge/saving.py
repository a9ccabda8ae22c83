"""What is saved of Discord's channels: where it belongs, and who may read it."""

from __future__ import annotations

from typing import NamedTuple

import discord
from discord.abc import GuildChannel

from bot.discord.quoting import NAME_LENGTH, escape, shorten
from bot.wording import Wording, answers
from bot.wording.discord import knowledge as sentences
from index.audience import CHANNEL, GUILD, ROLES, Audience
from index.store.discord.channels import Channels
from index.store.discord.message_rows import SAVED, Message
from index.store.store import Store


class Place(NamedTuple):
    """The channel whose readers may read what is saved, with its name and its guild's."""

    guild: int
    guild_name: str
    channel: int
    name: str

    @property
    def audience(self) -> Audience:
        """Those who can read the channel."""
        return Audience(CHANNEL, self.guild, self.channel)

    @property
    def learnt(self) -> str:
        """The location of the source that a channel is learnt into, with its threads."""
        return f"discord:{self.guild}/{self.channel}"

    @property
    def saved(self) -> str:
        """The location of the source that holds single messages of a channel, and answers to questions in it."""
        return f"discord:{self.guild}/{self.channel}/saved"


def place_of(channel: GuildChannel) -> Place:
    """A channel as a place."""
    return Place(channel.guild.id, channel.guild.name, channel.id, f"#{channel.name}")


def place_of_thread(thread: discord.Thread) -> Place | None:
    """The channel whose readers read a thread; None for a private thread, which has readers of its own."""
    parent = thread.guild.get_channel(thread.parent_id)
    if parent is None or thread.is_private():
        return None
    return place_of(parent)._replace(name=f"#{parent.name} › {thread.name}")


def readers_text(say: Wording, guild: discord.Guild, audience: Audience) -> str:
    """Who may read a source, as people say it, to be shown in Discord."""
    if audience.kind == CHANNEL:
        channel = guild.get_channel(audience.channel)
        return say(sentences.READERS_OF_CHANNEL, channel=f"#{_shown(channel.name)}" if channel else "…")
    if audience.kind == ROLES:
        roles = [role for number in audience.roles if (role := guild.get_role(number))]
        names = say(answers.LIST_SEPARATOR).join(f"@{_shown(role.name)}" for role in roles)
        return say(sentences.READERS_WITH_ROLES, roles=names or "…")
    return say(sentences.EVERYONE_IN_GUILD) if audience.kind == GUILD else say(sentences.EVERYBODY)


def _shown(name: str) -> str:
    return escape(shorten(name, NAME_LENGTH))


def save(store: Store, place: Place, message: Message) -> bool:
    """Save one message, to be quoted alone; False where its author does not want to be learnt from.

    Raises a DatabaseError.
    """
    channels = Channels(store)
    if channels.has_opted_out(message.author):
        return False
    source = store.put_source(SAVED, place.saved, place.audience)
    channel = channels.add(source, place.channel, place.name.partition(" › ")[0], place.guild_name)
    channels.take(channel.number, [message])
    return True
