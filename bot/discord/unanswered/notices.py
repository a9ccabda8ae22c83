"""Notices to whoever asked a question that it has an answer now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

import discord

from bot.discord.access.permissions import everyone_may_read, may_read
from bot.discord.access.revocation import NoLongerAllowed, only_while
from bot.discord.answers import embeds
from bot.discord.learning.source_channels import SourceChannel
from bot.discord.services import Services, log_event
from bot.wording import Wording
from bot.wording.discord import unanswered as sentences
from index.audience import CHANNEL, Audience
from index.store.discord.message_rows import Message
from index.store.discord.unanswered_questions import Asking
from index.types import Passage

# Of as many mentions as Discord takes in a message, what leaves room for a sentence.
_MOST_MENTIONS = 50
# As many members as Discord's gateway looks up at once ("Request Guild Members").
_MOST_MEMBERS = 100


class Notices:
    """Notices of one answer, that the readers of a channel may read, to whoever asked in a guild."""

    def __init__(self, services: Services, guild: discord.Guild, source: SourceChannel, answer: Message) -> None:
        self._client = services.client
        self._guild = guild
        self._source = source
        self._answer = answer

    async def send(self, askings: Sequence[Asking]) -> set[int]:
        """Notify whoever asked where they asked, if all who see that may read the answer; else in a direct message.

        Each is notified once, and nobody in a channel that they can no longer see. Gives who could be.
        """
        members = await self._members({one.person for one in askings if one.person})
        told = await self._reply_to_cards(askings, members)
        for asking in askings:
            asker = members.get(asking.person or 0)
            if asker and asker.id not in told:
                with only_while(partial(may_read, self._source.audience, asker)):
                    if await self._send_directly(asker.id, *self._card(asking)):
                        told.add(asker.id)
        return told

    async def _reply_to_cards(self, askings: Sequence[Asking], members: dict[int, discord.Member]) -> set[int]:
        """Reply to each card that said that there was no answer; gives who was notified so."""
        told: set[int] = set()
        by_card: defaultdict[tuple[int, int, int], list[Asking]] = defaultdict(list)
        for asking in askings:
            if asking.message and asking.person:
                by_card[asking.channel, asking.place, asking.message].append(asking)
        for (channel, destination, message), some in by_card.items():
            viewers = Audience(CHANNEL, self._guild.id, channel)
            asked = dict.fromkeys(one.person for one in some if one.person and one.person not in told)
            people = [one for one in asked if one in members and may_read(viewers, members[one])]
            seen_in = self._guild.get_channel(channel)
            if people and seen_in is not None and everyone_may_read(self._source.audience, seen_in):
                card = self._card(some[0])
                for start in range(0, len(people), _MOST_MENTIONS):
                    mentioned = people[start : start + _MOST_MENTIONS]
                    with only_while(partial(everyone_may_read, self._source.audience, seen_in)):
                        if await self._reply(destination, message, *card, mentioned):
                            told |= {*mentioned}
        return told

    def _card(self, asking: Asking) -> tuple[str, discord.Embed]:
        language: Any = asking.language
        say = Wording(language)
        passage = Passage(
            id="",
            text=self._answer.text,
            title=self._source.name,
            heading=self._answer.heading,
            paragraph=1,
            speaker=self._answer.name,
            role=None,
            source=self._source.guild_name,
            url=self._answer.url,
            date=self._answer.sent,
        )
        return say(sentences.ANSWER_FOUND), embeds.passage_embed(say, asking.wording or "", passage, None, None)

    async def _members(self, people: Iterable[int]) -> dict[int, discord.Member]:
        """Those of some people who are in the guild, as they are now."""
        found: dict[int, discord.Member] = {}
        wanted = sorted(people)
        for start in range(0, len(wanted), _MOST_MEMBERS):
            some = wanted[start : start + _MOST_MEMBERS]
            try:
                members = await self._guild.query_members(user_ids=some, limit=_MOST_MEMBERS, cache=False)
            except TimeoutError:
                log_event("members not found", self._guild.id)
            else:
                found |= {member.id: member for member in members}
        return found

    async def _reply(
        self, destination: int, message: int, text: str, embed: discord.Embed, people: Sequence[int]
    ) -> bool:
        """Reply to the card that had no answer, with a ping for those who asked; not where that was deleted."""
        channel = self._client.get_partial_messageable(destination)
        mentions = discord.AllowedMentions(everyone=False, roles=False, users=[discord.Object(one) for one in people])
        text = " ".join([*(f"<@{person}>" for person in people), text])
        reference = discord.MessageReference(message_id=message, channel_id=destination)
        try:
            await channel.send(text, embed=embed, allowed_mentions=mentions, reference=reference, mention_author=False)
        except discord.HTTPException as error:
            log_event("not told", message, status=error.status, code=error.code)
            return False
        except NoLongerAllowed:
            return False
        return True

    async def _send_directly(self, person: int, text: str, embed: discord.Embed) -> bool:
        try:
            channel = await self._client.create_dm(discord.Object(person))
            await channel.send(text, embed=embed, allowed_mentions=discord.AllowedMentions.none())
        except discord.HTTPException as error:
            # Many take no direct messages.
            log_event("not told", person, status=error.status, code=error.code)
            return False
        except NoLongerAllowed:
            return False
        return True
