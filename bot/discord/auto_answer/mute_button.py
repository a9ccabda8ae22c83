"""The button under an auto-answer that silences the channel."""

from __future__ import annotations

from discord.ui import Button, View

from bot.discord.access.authority import moderates
from bot.discord.access.reach import channel_id_of
from bot.discord.answers.buttons import MUTE_ID
from bot.discord.auto_answer.channels import AutoAnswerChannels
from bot.discord.components import PersistentItem
from bot.discord.replies import Interaction, send_ephemeral
from bot.discord.services import services_of, wording_for
from bot.wording.discord import auto_answer as sentences
from bot.wording.discord import responses


class MuteButton(PersistentItem[Button[View]], template=MUTE_ID):
    """Silences a channel for an hour; where a moderator clicks, until auto-answer is switched on again."""

    def __init__(self, label: str = "") -> None:
        super().__init__(Button(label=label or "…", emoji="🔕", custom_id=MUTE_ID, row=0))

    async def respond(self, interaction: Interaction) -> None:
        """Silence the channel, also that of a thread, and say how it is undone."""
        say, channels = wording_for(interaction), services_of(interaction).find(AutoAnswerChannels)
        if channels is None:
            await send_ephemeral(interaction, say(responses.NO_STORE))
            return
        for_good = moderates(interaction.permissions)
        silence = channels.switch_off if for_good else channels.silence
        was_on = await silence(interaction.guild_id or 0, channel_id_of(interaction.channel))
        if not was_on:
            await send_ephemeral(interaction, say(sentences.ALREADY_OFF))
        elif for_good:
            await send_ephemeral(interaction, say(sentences.MUTED))
        else:
            await send_ephemeral(interaction, say(sentences.SILENCED_FOR_AN_HOUR))
