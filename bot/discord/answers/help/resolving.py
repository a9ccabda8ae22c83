"""The button that closes a question to experts, and what their message says then."""

from __future__ import annotations

import discord
from discord.ui import Button, View

from bot.discord.answers import embeds
from bot.discord.answers.buttons import own_message
from bot.discord.answers.help.experts import may_resolve
from bot.discord.components import PersistentItem, view_of
from bot.discord.message_text import RESOLVE_ID
from bot.discord.replies import Interaction, reply_to, send_ephemeral
from bot.discord.services import log_event, services_of, wording_for
from bot.discord.translation import language_of_locale
from bot.wording import Wording
from bot.wording.discord import experts as sentences
from index.store.discord.help_requests import HelpRequests


class ResolveButton(PersistentItem[Button[View]], template=RESOLVE_ID + r"(?P<asker>\d+)"):
    """Closes a question, for whoever asked, experts and moderators."""

    def __init__(self, asker: int | str, label: str = "", *, disabled: bool = False) -> None:
        custom_id = f"{RESOLVE_ID}{asker}"
        style = discord.ButtonStyle.secondary if disabled else discord.ButtonStyle.success
        super().__init__(Button(label=label or "…", emoji="✅", custom_id=custom_id, style=style, disabled=disabled))
        self._asker = int(asker)

    async def respond(self, interaction: Interaction) -> None:
        """Close it, or say who may."""
        services, message = services_of(interaction), own_message(interaction)
        question = embeds.question_of(message) if message else None
        if not await may_resolve(interaction, self._asker):
            await send_ephemeral(interaction, wording_for(interaction)(sentences.RESOLVING_NOT_ALLOWED))
        elif message and question and services.store:
            requests = HelpRequests(services.store)
            request = await services.run_in_thread(requests.asked_by, message.channel.id, message.id)
            if request:
                await services.run_in_thread(requests.resolve, request.number)
            log_event("resolved", interaction.id, message=message.id)
            say = public_wording(message, question)
            embed = embeds.question_embed(question, say(sentences.RESOLVED))
            await reply_to(interaction).update(embed=embed, view=view_of(closed_button(say, self._asker)))


def closed_button(say: Wording, asker: int) -> ResolveButton:
    """The button of a question that is closed."""
    return ResolveButton(asker, say(sentences.RESOLVED_BUTTON), disabled=True)


def public_wording(message: discord.Message, question: str) -> Wording:
    """The sentences for all who see a message of the bot's with a question."""
    return Wording(language_of_locale(str(message.guild.preferred_locale) if message.guild else "ja", question))
