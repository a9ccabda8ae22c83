"""What a digest says: of channels alone that everyone can read who sees it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import date, timedelta
from typing import NamedTuple

import discord
from discord.abc import GuildChannel

from bot.discord.access.permissions import Viewers
from bot.discord.quoting import escape
from bot.printable import one_line, shorten
from bot.wording import Wording
from bot.wording.discord import digest as sentences
from index.audience import CHANNEL, Audience
from index.store.discord.guilds import Guilds
from index.store.discord.unanswered_questions import UnansweredQuestion, UnansweredQuestions
from index.store.question_counts import QuestionCounts
from index.store.store import Store
from index.types import Certainty

FRONT_END = "discord"
_DAYS = timedelta(days=7)
_MOST_QUESTIONS = 5
_QUESTION_LENGTH, _QUESTION_SIZE = 100, 300


class Digest(NamedTuple):
    """What happened in some channels in the seven days from the first on."""

    first: date
    counts: dict[Certainty, int]
    in_favour: int
    against: int
    unanswered: list[UnansweredQuestion]


def told_of(destination: GuildChannel) -> list[int]:
    """The channels that a digest in a channel tells of: those that everyone can read who sees it."""
    viewers, guild = Viewers(destination), destination.guild
    return [one.id for one in guild.channels if viewers.may_read(Audience(CHANNEL, guild.id, one.id))]


def still_told_of(destination: GuildChannel, channels: Collection[int]) -> bool:
    """Whether a digest may still tell of all of these channels."""
    return {*channels}.issubset(told_of(destination))


def digest_of(store: Store, guild: int, channels: Collection[int], first: date) -> Digest:
    """The digest of some channels of a guild for the seven days from the first on; raises a DatabaseError."""
    last = first + _DAYS - timedelta(days=1)
    days = QuestionCounts(store).by_day(
        first.isoformat(), last.isoformat(), front_end=FRONT_END, guild=guild, channels=channels
    )
    counts: Counter[Certainty] = Counter()
    for day in days:
        counts[day.certainty] += day.questions
    in_favour, against = Guilds(store).seen_votes(guild, channels, first.isoformat(), (first + _DAYS).isoformat())
    unanswered = UnansweredQuestions(store).asked_in(guild, channels, seen=True)
    return Digest(first, dict(counts), in_favour, against, unanswered[:_MOST_QUESTIONS])


def digest_embed(say: Wording, digest: Digest) -> discord.Embed:
    """The digest as Discord shows it."""
    last = digest.first + _DAYS - timedelta(days=1)
    counts = {f"{certainty}_count": digest.counts.get(certainty, 0) for certainty in ("sure", "possible", "none")}
    lines = [
        say(sentences.COUNTS, total=sum(counts.values()), **counts),
        say(sentences.VOTES, in_favour=digest.in_favour, against=digest.against),
    ]
    embed = discord.Embed(
        title=say(sentences.TITLE, first=digest.first.isoformat(), last=last.isoformat()),
        description="\n".join(lines),
        colour=discord.Colour.blurple(),
    )
    if digest.unanswered:
        asked = "\n".join(_line(say, one) for one in digest.unanswered)
        embed.add_field(name=say(sentences.UNANSWERED), value=asked, inline=False)
    embed.set_footer(text=say(sentences.OF_WHAT_ALL_MAY_READ))
    return embed


def _line(say: Wording, question: UnansweredQuestion) -> str:
    text = shorten(escape(one_line(question.question)), _QUESTION_LENGTH, _QUESTION_SIZE) or "–"
    return say(sentences.UNANSWERED_QUESTION, times=question.times, question=text)
