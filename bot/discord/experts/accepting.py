"""The message that answers a question to experts: chosen from its menu, and kept by a moderator for further answers."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ui import Button, View

from bot.discord.answers import embeds
from bot.discord.answers.buttons import own_message
from bot.discord.answers.help.experts import may_resolve
from bot.discord.answers.help.resolving import closed_button, public_wording
from bot.discord.components import PersistentItem, view_of
from bot.discord.knowledge.readers import readers_text
from bot.discord.knowledge.saved_messages import save_from
from bot.discord.replies import Interaction, send_ephemeral
from bot.discord.services import log_event, services_of, wording_for
from bot.discord.translation import in_japanese
from bot.discord.unanswered.answers import answer_of, close_and_tell
from bot.wording import Wording
from bot.wording.discord import answers as of_answers
from bot.wording.discord import command_names, responses
from bot.wording.discord import experts as sentences
from index.store.discord.help_requests import HelpRequest, HelpRequests
from index.store.discord.unanswered_questions import UnansweredQuestions
from index.store.store import Store


def accept_command() -> app_commands.ContextMenu:
    """Accept a message as the answer to what experts were asked, for who asked, experts and moderators."""

    async def accept(interaction: Interaction, message: discord.Message) -> None:
        services, say = services_of(interaction), wording_for(interaction)
        store = services.store
        if store is None:
            await send_ephemeral(interaction, say(responses.NO_STORE))
            return
        request = await services.run_in_thread(_request_of, HelpRequests(store), message)
        if request is None:
            await send_ephemeral(interaction, say(sentences.NO_REQUEST))
        elif not await may_resolve(interaction, request.person):
            await send_ephemeral(interaction, say(sentences.RESOLVING_NOT_ALLOWED))
        elif message.author.bot or message.webhook_id:
            await send_ephemeral(interaction, say(sentences.NOT_BY_A_PERSON))
        else:
            await services.run_in_thread(HelpRequests(store).resolve, request.number, message.id)
            log_event("accepted", interaction.id, message=message.id)
            shown = await _show_accepted(request, message)
            await send_ephemeral(interaction, say(sentences.ACCEPTED if shown else of_answers.QUESTION_UNREADABLE))

    return app_commands.ContextMenu(
        name=in_japanese(command_names.ACCEPT),
        callback=accept,
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False),
        allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
    )


def _request_of(requests: HelpRequests, message: discord.Message) -> HelpRequest | None:
    """The request that a message replies to; in a thread else the last before it."""
    replied = message.reference.message_id if message.reference else None
    if replied and (found := requests.asked_by(message.channel.id, replied)):
        return found
    if not isinstance(message.channel, discord.Thread):
        return None
    before = [one for one in requests.asked_in(message.channel.id) if one.message and one.message < message.id]
    return before[-1] if before else None


async def _show_accepted(request: HelpRequest, accepted: discord.Message) -> bool:
    """Say on the request where the answer is; whether that could be done."""
    try:
        asked = await accepted.channel.fetch_message(request.message or 0)
        question = embeds.question_of(asked)
        if question is None:
            return False
        say = public_wording(asked, question)
        embed = embeds.question_embed(question, say(sentences.RESOLVED_BY, link=accepted.jump_url))
        view = view_of(closed_button(say, request.person), KeepButton(accepted.id, say(sentences.KEEP)))
        await asked.edit(embed=embed, view=view, allowed_mentions=discord.AllowedMentions.none())
    except discord.HTTPException as error:
        # Such as where somebody deleted it.
        log_event("not shown", request.number, status=error.status, code=error.code)
        return False
    return True


class KeepButton(PersistentItem[Button[View]], template=r"kotae:keep:(?P<accepted>\d+)"):
    """Keeps the accepted answer as knowledge, for moderators of its channel."""

    def __init__(self, accepted: int | str, label: str = "") -> None:
        super().__init__(Button(label=label or "…", emoji="📥", custom_id=f"kotae:keep:{accepted}"))
        self._accepted = int(accepted)

    async def respond(self, interaction: Interaction) -> None:
        """Keep it, unless its author does not want that, and tell who else waits for it."""
        services, say, asked = services_of(interaction), wording_for(interaction), own_message(interaction)
        store = await services.store_for_moderator(interaction)
        question = embeds.question_of(asked) if asked else None
        if store is None:
            return
        if asked is None or question is None or not isinstance(interaction.channel, discord.abc.Messageable):
            await send_ephemeral(interaction, say(of_answers.QUESTION_UNREADABLE))
            return
        try:
            accepted = await interaction.channel.fetch_message(self._accepted)
        except discord.HTTPException:
            await send_ephemeral(interaction, say(sentences.ANSWER_GONE))
            return
        if not accepted.content and not services.settings.message_content:
            await send_ephemeral(interaction, say(sentences.KEEPING_NEEDS_INTENT))
            return
        await self._keep(interaction, store, say, asked, question, accepted)

    async def _keep(
        self,
        interaction: Interaction,
        store: Store,
        say: Wording,
        asked: discord.Message,
        question: str,
        accepted: discord.Message,
    ) -> None:
        services, guild = services_of(interaction), accepted.guild
        request = await services.run_in_thread(HelpRequests(store).asked_by, asked.channel.id, asked.id)
        # What is not known was forgotten: then the question is not kept either.
        heading, asker = (question, request.person) if request and request.person else ("", None)
        outcome, source = await save_from(services, store, interaction.user, accepted, heading, asker)
        if source is None or guild is None:
            await send_ephemeral(interaction, say(outcome))
            return
        number = await services.run_in_thread(UnansweredQuestions(store).number_of, guild.id, question)
        if number:
            await close_and_tell(interaction, store, number, source, answer_of(accepted, heading), besides=asker)
        await send_ephemeral(interaction, say(outcome, readers=readers_text(say, guild, source.audience)))
