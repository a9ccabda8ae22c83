"""What a source is called, and who may read it, as people say it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from bot.knowledge import BUILT_IN
from bot.wording import Wording, answers
from index.store.discord.message_rows import SAVED, Channel
from index.store.rows import Source
from index.store.store import CHANNEL

# The kind of source that was attached to a command in Discord.
ATTACHMENT = "attachment"


def source_name(say: Wording, source: Source, channels: Sequence[Channel]) -> str:
    """A source's name: a file's or folder's without the way to it, a channel's as Discord writes it."""
    if source.location == BUILT_IN:
        return say(answers.BUILT_IN_ARTICLE)
    if source.kind in (CHANNEL, SAVED):
        # The channel itself was added first, its threads later.
        of = [one for one in channels if one.source == source.number]
        name = of[0].name if of else source.location
        return say(answers.SAVED_MESSAGES, channel=name) if source.kind == SAVED else name
    return PurePath(source.location).name


def name_with_guild(say: Wording, source: Source, channels: Sequence[Channel]) -> str:
    """A source's name, with the server of a channel, for whoever runs the bot in several."""
    name = source_name(say, source, channels)
    guild = next((one.attribution for one in channels if one.source == source.number), "")
    return say(answers.SOURCE_IN_GUILD, name=name, guild=guild) if guild else name
