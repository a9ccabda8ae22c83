"""/kotae doctor: what would stop the bot from answering in this channel."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import discord

from bot.discord.access.permissions import may_read
from bot.discord.access.reach import channel_id_of
from bot.discord.knowledge.saving import place_of
from bot.wording import Wording, answers
from bot.wording.discord import doctor as sentences
from bot.wording.discord.permissions import PERMISSIONS

if TYPE_CHECKING:
    from bot.discord.client import KotaeClient

NEEDED = ("view_channel", "read_message_history", "send_messages", "embed_links")
# For further questions in a thread; without it everything else works.
USEFUL = ("create_public_threads",)
# As many as a field has room for.
_MOST_NAMED = 20
NEEDED_IN_THREADS = ("view_channel", "read_message_history", "send_messages_in_threads", "embed_links")


def missing_permissions(permissions: discord.Permissions, in_threads: bool) -> list[str]:
    """The names of the permissions without which the bot cannot answer."""
    return [name for name in (NEEDED_IN_THREADS if in_threads else NEEDED) if not getattr(permissions, name)]


async def check_up(say: Wording, interaction: discord.Interaction[Any], client: KotaeClient) -> discord.Embed:
    """What the bot may do in the channel of an interaction, and what it answers from."""
    permissions = interaction.app_permissions
    in_thread = isinstance(interaction.channel, discord.Thread)
    needed = NEEDED_IN_THREADS if in_thread else NEEDED
    missing = missing_permissions(permissions, in_thread)
    names = say(answers.LIST_SEPARATOR).join(say(PERMISSIONS[name]) for name in missing)
    embed = discord.Embed(
        title=say(sentences.TITLE),
        description=say(sentences.LACKS_PERMISSIONS, permissions=names) if missing else say(sentences.WELL),
        colour=discord.Colour.red() if missing else discord.Colour.green(),
    )
    marks = (f"{'✅' if getattr(permissions, name) else '❌'} {say(PERMISSIONS[name])}" for name in needed + USEFUL)
    intent = sentences.CONTENT_INTENT_ON if client.intents.message_content else sentences.CONTENT_INTENT_OFF
    auto_answer = await _auto_answer(say, interaction, client)
    documents, _ = await client.in_library(interaction, lambda library: library.collection.documents(), private=True)
    passages = sum(passages for _, _, passages in documents)
    counts = say(sentences.COUNTS, documents=len(documents), passages=passages)
    embed.add_field(name=say(sentences.PERMISSIONS_HEADING), value="\n".join(marks), inline=False)
    embed.add_field(name=say(sentences.INTENTS_HEADING), value=say(intent), inline=False)
    embed.add_field(name=say(sentences.AUTO_ANSWER_HEADING), value=auto_answer)
    if failing := _failing(interaction, client):
        embed.add_field(name=say(sentences.LEARNING_HEADING), value=say(sentences.CHANNELS_FAILING, channels=failing))
    embed.add_field(name=say(sentences.DOCUMENTS_HEADING), value=counts)
    embed.add_field(name=say(sentences.VERSION_HEADING), value=version("kotae"))
    return embed


def _failing(interaction: discord.Interaction[Any], client: KotaeClient) -> str:
    """The channels that are learnt from and cannot be read for the moment, as far as whoever asks may know of them."""
    guild, member = interaction.guild, interaction.user
    if client.learning is None or guild is None or not isinstance(member, discord.Member):
        return ""
    found = [one for one in client.learning.failing(guild) if may_read(place_of(one).audience, member)]
    return " ".join(channel.mention for channel in found[:_MOST_NAMED]) + ("…" if len(found) > _MOST_NAMED else "")


async def _auto_answer(say: Wording, interaction: discord.Interaction[Any], client: KotaeClient) -> str:
    """Whether the bot answers in the channel without being asked."""
    begin = None
    if client.auto_answer and interaction.guild_id:
        begin = await client.auto_answer.answers_from(interaction.guild_id, channel_id_of(interaction.channel))
    if begin is None:
        return say(sentences.AUTO_ANSWER_OFF)
    if begin > datetime.now(UTC):
        return say(sentences.AUTO_ANSWER_SILENT, time=discord.utils.format_dt(begin, "t"))
    return say(sentences.AUTO_ANSWER_ON)
