"""Channels as sources of passages: who may read what is stored of one, and where the store keeps it."""

from __future__ import annotations

from typing import NamedTuple

from discord.abc import GuildChannel

from index.audience import CHANNEL, Audience


class SourceChannel(NamedTuple):
    """A channel whose readers may read what is stored of it, with its name and its guild's."""

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


def source_channel_of(channel: GuildChannel) -> SourceChannel:
    """A channel as a source."""
    return SourceChannel(channel.guild.id, channel.guild.name, channel.id, f"#{channel.name}")
