"""Messages that were sent to the bot while no process was connected for their guild."""

from __future__ import annotations

from datetime import timedelta

import discord

from bot.discord.access.permissions import readable
from bot.discord.answers.answering import Answering
from bot.discord.requests import REQUEST_ERRORS, Pace, with_timeout
from bot.discord.services import Services

TextOrThread = discord.TextChannel | discord.Thread

# Whoever asked longer ago no longer waits.
_LONGEST_AGO = timedelta(minutes=1)
# As many as Discord gives at once.
_PAGE = 100


class MissedMessages:
    """Finds what was asked a moment ago, and answers what nobody has answered."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._pace = Pace()

    async def answer_in(self, guild: discord.Guild) -> None:
        """Answer what is unanswered in a guild; only channels in which somebody wrote a moment ago are looked at."""
        since = discord.utils.time_snowflake(discord.utils.utcnow() - _LONGEST_AGO)
        channels: list[TextOrThread] = [*guild.text_channels, *guild.threads]
        for channel in channels:
            place = channel.parent if isinstance(channel, discord.Thread) else channel
            if (channel.last_message_id or 0) > since and place is not None and readable(place):
                for message in await self._unanswered(channel, since):
                    await self._services.get(Answering).answer_if_addressed(message, missed=True)

    async def _unanswered(self, channel: TextOrThread, since: int) -> list[discord.Message]:
        """What people wrote since a message, as far as the bot has not replied to it."""

        async def read() -> list[discord.Message]:
            after = discord.Object(since)
            return [message async for message in channel.history(limit=_PAGE, after=after, oldest_first=True)]

        await self._pace.wait()
        try:
            found = await with_timeout(read())
        except REQUEST_ERRORS:
            return []
        me = self._services.client.user
        replied = {one.reference.message_id for one in found if one.author == me and one.reference}
        people = (one for one in found if not one.author.bot and not one.webhook_id)
        return [one for one in people if one.id not in replied]
