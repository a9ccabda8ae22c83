"""Passages that whoever acts may decide on: whether a guild's answers hide them, or give them first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import discord

from bot.attribution import place
from bot.discord.access.authority import administers_guild, manages
from bot.discord.access.permissions import may_read
from bot.discord.replies import Interaction
from bot.printable import shorten
from bot.wording import Wording
from index.audience import EVERYBODY, Audience
from index.store.store import Store
from index.types import Passage

_ATTRIBUTION_LENGTH, _ATTRIBUTION_SIZE = 60, 120
_TEXT_LENGTH, _TEXT_SIZE = 60, 120


class Decidable(NamedTuple):
    """A passage that whoever acts may decide on, with who reads it."""

    passage: Passage
    readers: tuple[Audience, ...]


def decidable(
    interaction: Interaction, store: Store, audiences: Mapping[int, Audience], passage_id: str
) -> Decidable | None:
    """The passage with an id in sources of these audiences, if whoever acts may decide on it; takes a moment."""
    there = [kept for kept in store.with_id(passage_id) if kept.source in audiences]
    # What is the same elsewhere makes no difference, or that would be told.
    kept = [kept for kept in there if reads(interaction, audiences[kept.source])]
    readers = tuple(dict.fromkeys(audiences[each.source] for each in kept))
    return Decidable(kept[0].passage, readers) if kept and decides(interaction, readers) else None


def reads(interaction: Interaction, audience: Audience) -> bool:
    """Whether whoever acts is part of an audience."""
    return isinstance(interaction.user, discord.Member) and may_read(audience, interaction.user)


def decides(interaction: Interaction, audiences: Iterable[Audience]) -> bool:
    """Whether whoever acts may decide what their guild's answers do with what all of these audiences read."""
    person = interaction.user
    return all(
        reads(interaction, one) and (administers_guild(person) if one.kind == EVERYBODY else manages(person, one))
        for one in audiences
    )


def attribution(say: Wording, passage: Passage) -> str:
    """Where a passage stands, for a line of a list."""
    return shorten(" ".join(place(say, passage).split()), _ATTRIBUTION_LENGTH, _ATTRIBUTION_SIZE)


def beginning(passage: Passage) -> str:
    """How a passage begins, for a line of a list, or a choice."""
    return shorten(" ".join(passage.text.split()), _TEXT_LENGTH, _TEXT_SIZE) or "–"
