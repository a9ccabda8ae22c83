"""/kotae doctor: what would stop the bot from answering in this channel."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

import discord
from discord import app_commands

from bot.discord.access.authority import administers
from bot.discord.access.permissions import may_read
from bot.discord.access.reach import channel_id_of
from bot.discord.access.requirements import NEEDED, NEEDED_IN_THREADS, USEFUL, missing_permissions
from bot.discord.answers.help.experts import ROLE_SETTING
from bot.discord.answers.help.places import Place, Writable, can_mention
from bot.discord.auto_answer.channels import AutoAnswerChannels
from bot.discord.digest.schedule import SETTING as DIGEST_SETTING
from bot.discord.digest.schedule import Chosen
from bot.discord.learning.learning import Learning
from bot.discord.learning.source_channels import source_channel_of
from bot.discord.replies import Interaction, reply_to, send_ephemeral
from bot.discord.services import Services, services_of, wording_for
from bot.discord.translation import in_english
from bot.wording import Wording, answers
from bot.wording.discord import command_names, responses
from bot.wording.discord import doctor as sentences
from bot.wording.discord.permissions import PERMISSIONS
from index.audience import CHANNEL, Audience
from index.store.discord.channel_sources import ChannelSources
from index.store.discord.guilds import Guilds
from index.store.store import Store

# As many as a field has room for.
_MOST_NAMED = 20


def doctor_command() -> app_commands.Command[Any, ..., Any]:
    """/kotae doctor: what would stop the bot from answering here, for administrators."""

    @app_commands.command(
        name=in_english(command_names.DOCTOR), description=in_english(command_names.DOCTOR_DESCRIPTION)
    )
    async def doctor(interaction: Interaction) -> None:
        say = wording_for(interaction)
        if not administers(interaction.permissions):
            await send_ephemeral(interaction, say(responses.NEEDS_ADMINISTRATOR))
            return
        embed = await _check_up(say, interaction, services_of(interaction))
        await reply_to(interaction).show(embed=embed)

    return doctor


async def _check_up(say: Wording, interaction: Interaction, services: Services) -> discord.Embed:
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
    intent = sentences.CONTENT_INTENT_ON if services.settings.message_content else sentences.CONTENT_INTENT_OFF
    auto_answer = await _auto_answer(say, interaction, services)
    documents, _ = await services.query_library(
        interaction, lambda library: library.collection.documents(), private=True
    )
    passages = sum(passages for _, _, passages in documents)
    counts = say(sentences.COUNTS, documents=len(documents), passages=passages)
    if services.store and await _is_restricted(interaction, services, services.store):
        counts += f"\n{say(sentences.CHOSEN_SOURCES)}"
    embed.add_field(name=say(sentences.PERMISSIONS_HEADING), value="\n".join(marks), inline=False)
    embed.add_field(name=say(sentences.INTENTS_HEADING), value=say(intent), inline=False)
    embed.add_field(name=say(sentences.AUTO_ANSWER_HEADING), value=auto_answer)
    if failing := _failing(interaction, services):
        embed.add_field(name=say(sentences.LEARNING_HEADING), value=say(sentences.CHANNELS_FAILING, channels=failing))
    if chosen := await _chosen(say, interaction, services):
        embed.add_field(name=say(sentences.CHOSEN_HEADING), value=chosen)
    embed.add_field(name=say(sentences.DOCUMENTS_HEADING), value=counts)
    embed.add_field(name=say(sentences.VERSION_HEADING), value=version("kotae"))
    return embed


async def _is_restricted(interaction: Interaction, services: Services, store: Store) -> bool:
    """Whether the channel is answered from some sources only."""
    channel = channel_id_of(interaction.channel)
    return await services.run_in_thread(ChannelSources(store).chosen, channel) is not None


def _failing(interaction: Interaction, services: Services) -> str:
    """The channels that are learnt from and cannot be read for the moment, as far as whoever asks may know of them."""
    guild, member = interaction.guild, interaction.user
    learning = services.find(Learning)
    if learning is None or guild is None or not isinstance(member, discord.Member):
        return ""
    found = [one for one in learning.failing(guild) if may_read(source_channel_of(one).audience, member)]
    return " ".join(channel.mention for channel in found[:_MOST_NAMED]) + ("…" if len(found) > _MOST_NAMED else "")


async def _chosen(say: Wording, interaction: Interaction, services: Services) -> str:
    """Who is asked for help, and where the digest comes, with what hinders that, as far as whoever asks may know of it."""
    guild, member = interaction.guild, interaction.user
    if services.store is None or guild is None or not isinstance(member, discord.Member):
        return ""
    settings = await services.run_in_thread(Guilds(services.store).settings, guild.id)
    lines = []
    if ROLE_SETTING in settings:
        role = guild.get_role(int(settings[ROLE_SETTING]))
        here = interaction.channel
        reached = role and isinstance(here, Writable) and can_mention(role, Place(here, in_new_thread=False))
        named = role.mention if role else "…"
        lines.append(f"{'✅' if reached else '❌'} {say(sentences.EXPERTS, role=named)}")
    if DIGEST_SETTING in settings:
        channel = guild.get_channel(Chosen.of(settings[DIGEST_SETTING]).channel)
        if channel and may_read(Audience(CHANNEL, guild.id, channel.id), member):
            missing = missing_permissions(channel.permissions_for(guild.me), in_threads=False)
            lines.append(f"{'❌' if missing else '✅'} {say(sentences.DIGEST, channel=channel.mention)}")
    return "\n".join(lines)


async def _auto_answer(say: Wording, interaction: Interaction, services: Services) -> str:
    """Whether the bot answers in the channel without being asked."""
    begin, channels = None, services.find(AutoAnswerChannels)
    if channels and interaction.guild_id:
        begin = await channels.answers_from(interaction.guild_id, channel_id_of(interaction.channel))
    if begin is None:
        return say(sentences.AUTO_ANSWER_OFF)
    if begin > datetime.now(UTC):
        return say(sentences.AUTO_ANSWER_SILENT, time=discord.utils.format_dt(begin, "t"))
    return say(sentences.AUTO_ANSWER_ON)
