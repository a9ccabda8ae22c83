"""The button that asks experts: at once for what everybody saw, else once whoever asked wants their question to be seen."""

from __future__ import annotations

from functools import partial
from typing import Any

import discord
from discord.ui import Button, View

from bot.discord.access.revocation import NoLongerAllowed, only_while
from bot.discord.answers import embeds
from bot.discord.answers.buttons import HELP_ID, own_message
from bot.discord.answers.help.experts import experts_of
from bot.discord.answers.help.places import Place, can_mention, is_private, opened, place_for
from bot.discord.answers.help.resolving import ResolveButton
from bot.discord.components import PersistentItem, view_of
from bot.discord.replies import Interaction, reply_to, send_ephemeral
from bot.discord.services import log_event, services_of, wording_for
from bot.discord.translation import language_of_locale
from bot.wording import Wording
from bot.wording.discord import answers as of_answers
from bot.wording.discord import experts as sentences
from bot.wording.discord import responses
from index.store.discord.help_requests import HelpRequest, HelpRequests


class HelpButton(PersistentItem[Button[View]], template=HELP_ID + r"(?P<asker>\d+)"):
    """Asks experts the question on a card, for whoever asked it."""

    def __init__(self, asker: int | str, label: str = "") -> None:
        super().__init__(Button(label=label or "…", emoji="🙋", custom_id=f"{HELP_ID}{asker}", row=0))
        self._asker = int(asker)

    async def respond(self, interaction: Interaction) -> None:
        """Ask, or first whether others may see the question, or say why not."""
        say, message = wording_for(interaction), own_message(interaction)
        question = embeds.question_of(message) if message else None
        if message is None or question is None:
            await send_ephemeral(interaction, say(of_answers.QUESTION_UNREADABLE))
        elif interaction.user.id != self._asker:
            await send_ephemeral(interaction, say(sentences.ASKER_ONLY))
        elif is_private(message, interaction.channel):
            await _confirm(interaction, question, message.id)
        else:
            await _ask(interaction, question, message.id, message)


class ConfirmHelpButton(PersistentItem[Button[View]], template=HELP_ID + r"(?P<card>\d+):publish"):
    """Asks experts a question that nobody else saw, once whoever asked it wants that."""

    def __init__(self, card: int | str, label: str = "") -> None:
        super().__init__(Button(label=label or "…", emoji="🙋", custom_id=f"{HELP_ID}{card}:publish"))
        self._card = int(card)

    async def respond(self, interaction: Interaction) -> None:
        """Ask; whoever clicks is the only one who sees the button."""
        message = own_message(interaction)
        question = embeds.question_of(message) if message else None
        if question is None:
            await send_ephemeral(interaction, wording_for(interaction)(of_answers.QUESTION_UNREADABLE))
        else:
            await _ask(interaction, question, self._card, None)


async def _confirm(interaction: Interaction, question: str, card: int) -> None:
    """Say who would see the question, and nothing else of the card."""
    say, person = wording_for(interaction), interaction.user
    place = place_for(person, interaction.channel, at_card=False) if isinstance(person, discord.Member) else None
    if place is None:
        await send_ephemeral(interaction, say(sentences.NO_PLACE))
        return
    embed = embeds.question_embed(question, say(sentences.CONFIRM, place=place.channel.mention))
    view = view_of(ConfirmHelpButton(card, say(sentences.PUBLISH)))
    await reply_to(interaction).show(embed=embed, view=view)


async def _ask(interaction: Interaction, question: str, card: int, at: discord.Message | None) -> None:
    """Ask the experts in a thread at a message, or where there is none in one of the channel's own."""
    services, say, person = services_of(interaction), wording_for(interaction), interaction.user
    store = services.store
    if store is None or not isinstance(person, discord.Member):
        await send_ephemeral(interaction, say(responses.NO_STORE))
        return
    requests = HelpRequests(store)
    place = place_for(person, interaction.channel, at_card=at is not None)
    role = await experts_of(services, person.guild)
    if role is None:
        await send_ephemeral(interaction, say(sentences.NO_EXPERTS))
    elif place is None:
        await send_ephemeral(interaction, say(sentences.NO_PLACE))
    elif not can_mention(role, place):
        await send_ephemeral(interaction, say(sentences.NOT_MENTIONABLE, role=role.mention))
    elif number := await services.run_in_thread(requests.claim, person.guild.id, _channel(place), card, person.id):
        await _ask_claimed(interaction, person, requests, number, question, role, place, at)
    else:
        before = await services.run_in_thread(requests.below, card)
        await send_ephemeral(interaction, say(sentences.ASKED_BEFORE, link=_link(before)))


async def _ask_claimed(
    interaction: Interaction,
    person: discord.Member,
    requests: HelpRequests,
    number: int,
    question: str,
    role: discord.Role,
    place: Place,
    at: discord.Message | None,
) -> None:
    services, say = services_of(interaction), wording_for(interaction)
    still = partial(_still, person, interaction.channel, at is not None, place)
    try:
        with only_while(still):
            there = await opened(place, question, at)
            reply_to_card = at if there == place.channel else None
            sent = await _send(there, question, role, person, reply_to_card)
    except (discord.HTTPException, NoLongerAllowed) as error:
        await services.run_in_thread(requests.withdraw, number)
        log_event("experts not asked", interaction.id, error=type(error).__name__)
        await send_ephemeral(interaction, say(sentences.NO_PLACE))
        return
    await services.run_in_thread(requests.note_asked, number, there.id, sent.id)
    log_event("experts asked", interaction.id, guild=person.guild.id, message=sent.id)
    await send_ephemeral(interaction, say(sentences.ASKED, link=sent.jump_url))


async def _send(
    there: discord.abc.Messageable,
    question: str,
    role: discord.Role,
    person: discord.Member,
    card: discord.Message | None,
) -> discord.Message:
    """Mention the role and whoever asked, with the question; no other mention in it counts."""
    say = Wording(language_of_locale(str(role.guild.preferred_locale), question))
    mentions = discord.AllowedMentions(everyone=False, users=[person], roles=[role], replied_user=False)
    parts: dict[str, Any] = {"reference": card.to_reference(fail_if_not_exists=False)} if card else {}
    return await there.send(
        f"{role.mention} {person.mention}",
        embed=embeds.question_embed(question, say(sentences.REQUEST)),
        view=view_of(ResolveButton(person.id, say(sentences.RESOLVED_BUTTON))),
        allowed_mentions=mentions,
        **parts,
    )


def _still(person: discord.Member, here: object, at_card: bool, place: Place) -> bool:
    return place_for(person, here, at_card=at_card) == place


def _channel(place: Place) -> int:
    return place.channel.parent_id if isinstance(place.channel, discord.Thread) else place.channel.id


def _link(request: HelpRequest | None) -> str:
    if request is None or request.message is None:
        return ""
    return f"https://discord.com/channels/{request.guild}/{request.place}/{request.message}"
