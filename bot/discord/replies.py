"""Replies to interactions and messages: deferred where they take long, and given once. All handlers reply here."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, TypeVar

import discord

from bot.discord.quoting import CONTENT_LENGTH
from bot.discord.requests import REQUEST_ERRORS, in_background
from bot.printable import shorten

# Discord takes a first response for 3 s, and choices for 2 ("Interactions: Receiving and Responding").
_LONGEST_RESPONSE = 3.0
# What is not there by then is announced, which takes a moment too.
DEFER_AFTER = 1.5

_KEPT_AS = "reply"

Interaction = discord.Interaction[Any]
Result = TypeVar("Result")
logger = logging.getLogger("kotae.discord")


class Reply:
    """The reply to an interaction. A handler need not know whether it was deferred meanwhile.

    `alone` says who sees that a reply will come: whoever acts alone, unless it is meant for all.
    """

    def __init__(self, interaction: Interaction) -> None:
        self.alone = True
        self._interaction = interaction
        self._due = time.monotonic() + DEFER_AFTER - _age(interaction)
        # Held while a first response is on its way, so that there is one.
        self._responding = asyncio.Lock()
        # Whether those who see that an answer will come are whoever acts alone; None where that is not shown.
        self._announced_to_one: bool | None = None

    async def defer_if_slow(self) -> None:
        """Tell Discord that an answer will come, if there is none when it is time; what fails is only logged."""
        try:
            await asyncio.sleep(self._due - time.monotonic())
            await self._defer()
        except REQUEST_ERRORS as error:
            fields = {"event": "not deferred", "request": self._interaction.id, "error": type(error).__name__}
            logger.info("not deferred", extra=fields)

    async def _defer(self) -> None:
        async with self._responding:
            if not self._interaction.response.is_done() and not self._interaction.client.is_closed():
                # Of a button nobody knows yet whether it changes its message or shows another.
                thinking = self._interaction.type is not discord.InteractionType.component
                alone = self.alone
                await self._interaction.response.defer(ephemeral=alone, thinking=thinking)
                self._announced_to_one = alone if thinking else None

    async def before_deadline(self, work: Coroutine[Any, Any, Result], otherwise: Result) -> Result:
        """The result of some work, or something else where it does not come in time."""
        working = in_background(work)
        done, _ = await asyncio.wait({working}, timeout=max(0.0, self._due - time.monotonic()))
        return working.result() if done else otherwise

    async def show(self, *, alone: bool = True, **parts: Any) -> int | None:
        """Show a message, to whoever acts alone or to all; gives its id, if others than whoever acts see it.

        Where all see that an answer will come which is then for one alone, they see no more of it.
        Raises a discord.HTTPException.
        """
        parts["allowed_mentions"] = discord.AllowedMentions.none()
        async with self._responding:
            if not self._interaction.response.is_done():
                response = await self._interaction.response.send_message(ephemeral=alone, **parts)
                return None if alone else response.message_id
            message = await self._replace_announcement(alone, parts)
        if message is None:
            message = await self._interaction.followup.send(ephemeral=alone, wait=True, **parts)
        return None if message.flags.ephemeral else message.id

    async def _replace_announcement(self, alone: bool, parts: dict[str, Any]) -> discord.Message | None:
        """Put a message where it was announced; None where it has to be a further one."""
        if self._announced_to_one is None:
            return None
        message = None
        with suppress(discord.NotFound):  # somebody has deleted it
            if alone and not self._announced_to_one:
                # Before the message is sent: the next one would take its place, and be seen by all.
                await self._interaction.delete_original_response()
            else:
                message = await self._interaction.edit_original_response(**parts)
        self._announced_to_one = None
        return message

    async def update(self, **parts: Any) -> None:
        """Change the message whose button was used; raises a discord.HTTPException."""
        parts["allowed_mentions"] = discord.AllowedMentions.none()
        async with self._responding:
            if not self._interaction.response.is_done():
                await self._interaction.response.edit_message(**parts)
                return
        await self._interaction.edit_original_response(**parts)

    async def delete(self) -> None:
        """Delete the message whose button was used; raises a discord.HTTPException."""
        async with self._responding:
            if not self._interaction.response.is_done():
                await self._interaction.response.defer()
        await self._interaction.delete_original_response()

    async def open_form(self, form: discord.ui.Modal) -> bool:
        """Open a form, unless it is too late for that; raises a discord.HTTPException."""
        async with self._responding:
            if self._interaction.response.is_done():
                return False
            await self._interaction.response.send_modal(form)
            return True


def reply_to(interaction: Interaction) -> Reply:
    """The reply to an interaction, the same whoever asks for it."""
    if _KEPT_AS not in interaction.extras:
        interaction.extras[_KEPT_AS] = Reply(interaction)
    reply: Reply = interaction.extras[_KEPT_AS]
    return reply


async def send_ephemeral(interaction: Interaction, text: str, view: discord.ui.View = discord.utils.MISSING) -> None:
    """Say a sentence to whoever acts, alone."""
    await reply_to(interaction).show(content=text, view=view)


async def reply_to_message(
    message: discord.Message, content: str | None = None, *, must_exist: bool = False, **parts: Any
) -> discord.Message:
    """Reply to a message without a ping; the nonce keeps a repeated request from showing twice.

    Where the message must exist, nothing is said once it is deleted, or where a reply is not allowed.
    """
    none = discord.AllowedMentions.none()
    common: dict[str, Any] = {
        "reference": message.to_reference(fail_if_not_exists=must_exist),
        "mention_author": False,
        "allowed_mentions": none,
        "nonce": str(message.id),
    }
    try:
        return await message.channel.send(content, **common, **parts)
    except discord.Forbidden:
        if must_exist:
            raise
        # Where embeds are not allowed, and replies need a history that may not be read, the text alone may be.
        embed = parts.get("embed")
        text = content or (embed.description if embed else None)
        return await message.channel.send(shorten(text or "", CONTENT_LENGTH), allowed_mentions=none)


def _age(interaction: Interaction) -> float:
    """How many seconds ago somebody acted, as far as our clock and Discord's agree; 0 where they do not."""
    seconds = (discord.utils.utcnow() - interaction.created_at).total_seconds()
    return seconds if 0 < seconds < _LONGEST_RESPONSE else 0.0
