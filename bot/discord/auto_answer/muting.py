"""The button that silences answers that nobody asked the bot for."""

from __future__ import annotations

import re
from typing import Any, Self

from discord.ui import Button, DynamicItem, Item, View

from bot.discord.access.authority import Interaction, moderates
from bot.discord.access.reach import channel_id_of
from bot.discord.answers.buttons import MUTE_ID, told_when_it_fails
from bot.wording import Wording
from bot.wording.discord import auto_answer as sentences
from bot.wording.discord import responses


class MuteButton(DynamicItem[Button[View]], template=MUTE_ID):
    """Silences a channel for an hour; where a moderator clicks, until answering is switched on again."""

    def __init__(self, label: str = "") -> None:
        super().__init__(Button(label=label or "…", emoji="🔕", custom_id=MUTE_ID, row=0))

    @classmethod
    async def from_custom_id(cls, _interaction: Interaction, _item: Item[Any], _match: re.Match[str], /) -> Self:
        """The button."""
        return cls()

    @told_when_it_fails
    async def callback(self, interaction: Interaction) -> None:
        """Silence the channel, also that of a thread, and say how it is undone."""
        client = interaction.client
        say: Wording = client.wording_for(interaction)
        if client.auto_answer is None:
            await client.tell(interaction, say(responses.NO_STORE))
            return
        place = interaction.guild_id, channel_id_of(interaction.channel)
        for_good = moderates(interaction.permissions)
        silence = client.auto_answer.switch_off if for_good else client.auto_answer.silence
        was_on = await silence(*place)
        if not was_on:
            await client.tell(interaction, say(sentences.ALREADY_OFF))
        elif for_good:
            await client.tell(interaction, say(sentences.MUTED))
        else:
            await client.tell(interaction, say(sentences.SILENCED_FOR_AN_HOUR))
