"""/knowledge pin and /knowledge pins: a passage that a moderator pins as the answer to a question, and the list of these."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

import discord
from discord import app_commands
from discord.ui import Select, View

from bot.discord.access.authority import still_moderates
from bot.discord.access.reach import moderated_channel_id
from bot.discord.access.revocation import only_while
from bot.discord.answers import embeds
from bot.discord.answers.buttons import own_message
from bot.discord.components import ListPage, PageButton, PersistentItem, show_page, slice_of, turn_to, view_of
from bot.discord.knowledge.deciding import Decidable, attribution, beginning, decidable, decides, reads
from bot.discord.knowledge.opaque_ids import opaque_ids
from bot.discord.quoting import escape
from bot.discord.replies import Interaction, reply_to, send_ephemeral
from bot.discord.services import log_event, services_of, wording_for
from bot.discord.translation import in_english
from bot.printable import one_line, shorten
from bot.wording import Sentence, Wording
from bot.wording.discord import answers, command_names, responses
from bot.wording.discord import pins as sentences
from index.audience import Audience
from index.query.question import Question
from index.search.library import Library
from index.store.discord.pins import Pin, Pins
from index.store.store import Store
from index.types import Passage

# What a card has room for as its title, however it is escaped.
_QUESTION_LENGTH = 100
_MOST_PASSAGES = 10
_SHOWN_LENGTH, _SHOWN_SIZE = 60, 120


class _ListedPin(NamedTuple):
    """A pin with its passage, if that is still quoted, and who may know of it."""

    pin: Pin
    passage: Passage | None
    readers: tuple[Audience, ...]


def pin_command() -> app_commands.Command[Any, ..., Any]:
    """/knowledge pin: choose the passage that answers a question, for moderators."""

    @app_commands.command(name=in_english(command_names.PIN), description=in_english(command_names.PIN_DESCRIPTION))
    @app_commands.rename(question=in_english(command_names.QUESTION), find=in_english(command_names.FIND))
    @app_commands.describe(
        question=in_english(command_names.QUESTION_TO_PIN_DESCRIPTION),
        find=in_english(command_names.FIND_DESCRIPTION),
    )
    async def pin(
        interaction: Interaction,
        question: app_commands.Range[str, 1, _QUESTION_LENGTH],
        find: app_commands.Range[str, 1, _QUESTION_LENGTH] | None = None,
    ) -> None:
        if store := await _store_for_pinning(interaction):
            await _offer(interaction, store, question, find or question)

    return pin


async def _store_for_pinning(interaction: Interaction) -> Store | None:
    """The store, for whoever moderates this channel, whose moderators will read the question; else they are told why not."""
    services = services_of(interaction)
    store = await services.store_for_moderator(interaction)
    if store is None:
        return None
    channel = moderated_channel_id(interaction.channel)
    if channel and channel in await services.moderated_channels(interaction):
        return store
    reason = responses.NEEDS_MODERATOR_OF_CHANNEL if channel else responses.PRIVATE_THREAD
    await send_ephemeral(interaction, wording_for(interaction)(reason))
    return None


async def _offer(interaction: Interaction, store: Store, question: str, find: str) -> None:
    """Show the passages that may be pinned, of those found by some words."""
    services, say = services_of(interaction), wording_for(interaction)

    def look_up(library: Library) -> list[Decidable]:
        audiences = store.quotable()
        hits = library.search(Question(find), _MOST_PASSAGES).hits
        found = (decidable(interaction, store, audiences, hit.passage.id) for hit in hits)
        return [one for one in found if one]

    found, allowed = await services.query_library(interaction, look_up, private=True)
    passages = list({one.passage.id: one.passage for one in found}.values())
    if not passages or not Question(question).tokens:
        await send_ephemeral(interaction, say(sentences.NOTHING_TO_PIN))
        return
    lines = [say(sentences.CHOOSE_PASSAGE), "", *(_numbered(say, *one) for one in enumerate(passages, start=1))]
    embed = embeds.question_embed(question, "\n".join(lines))
    with only_while(allowed):
        await reply_to(interaction).show(embed=embed, view=view_of(PinSelect(say, passages)))


def _numbered(say: Wording, number: int, passage: Passage) -> str:
    return f"**{number}** {escape(attribution(say, passage))}\n> {escape(beginning(passage))}"


class PinSelect(PersistentItem[Select[View]], template=r"kotae:pin"):
    """Chooses the passage that answers the question on its card."""

    def __init__(self, say: Wording | None = None, passages: Sequence[Passage] = ()) -> None:
        options = [
            discord.SelectOption(label=f"{number} {beginning(one)}", value=one.id)
            for number, one in enumerate(passages, start=1)
        ]
        super().__init__(
            Select(
                custom_id="kotae:pin",
                placeholder=say(sentences.PASSAGE_TO_PIN) if say else None,
                options=options or [discord.SelectOption(label="–")],
            )
        )

    async def respond(self, interaction: Interaction) -> None:
        """Pin it, if whoever acts may decide on it."""
        services, message = services_of(interaction), own_message(interaction)
        store = await _store_for_pinning(interaction)
        if store is None:
            return
        question = embeds.question_of(message) if message else None
        data: Any = interaction.data
        outcome = answers.QUESTION_UNREADABLE
        if question:
            outcome = await services.run_in_thread(_pin, interaction, store, question, data["values"][0])
        await reply_to(interaction).update(content=wording_for(interaction)(outcome), embed=None, view=None)


def _pin(interaction: Interaction, store: Store, question: str, passage_id: str) -> Sentence:
    """Pin a passage as the answer to a question, and say what came of it."""
    found = decidable(interaction, store, store.quotable(), passage_id)
    if found is None:
        return answers.PASSAGE_GONE
    channel, guild = moderated_channel_id(interaction.channel), interaction.guild_id or 0
    pinned = Pins(store).pin(guild, channel, question, passage_id, found.readers[0], interaction.user.id)
    log_event("pinned", interaction.id, guild=guild, passage=passage_id)
    return sentences.PINNED if pinned else sentences.MODERATOR_OPTED_OUT


def pins_command() -> app_commands.Command[Any, ..., Any]:
    """/knowledge pins: what is pinned, for moderators."""

    @app_commands.command(name=in_english(command_names.PINS), description=in_english(command_names.PINS_DESCRIPTION))
    async def pins(interaction: Interaction) -> None:
        if store := await services_of(interaction).store_for_moderator(interaction):
            await show_page(interaction, await _page(interaction, store, 0))

    return pins


async def _listed(interaction: Interaction, store: Store) -> dict[str, _ListedPin]:
    """The pins of questions worded where whoever acts moderates, and of passages that they may decide on, by opaque ids."""
    services = services_of(interaction)
    channels = await services.moderated_channels(interaction)

    def look_up() -> dict[str, _ListedPin]:
        audiences = store.quotable()
        there = [one for one in Pins(store).all(interaction.guild_id or 0) if one.channel in channels]
        found = [one for pin in there if (one := _known(interaction, store, audiences, pin))]
        ids = opaque_ids(store, "pin", [one.pin.number for one in found])
        return {ids[one.pin.number]: one for one in found}

    return await services.run_in_thread(look_up)


def _known(interaction: Interaction, store: Store, audiences: dict[int, Audience], pin: Pin) -> _ListedPin | None:
    """A pin as whoever acts may know of it: of one whose passage is gone, who could read that."""
    if found := decidable(interaction, store, audiences, pin.passage):
        return _ListedPin(pin, *found)
    quoted = any(kept.source in audiences for kept in store.with_id(pin.passage))
    readers = (pin.audience,)
    known = not quoted and reads(interaction, pin.audience) and decides(interaction, readers)
    return _ListedPin(pin, None, readers) if known else None


async def _page(interaction: Interaction, store: Store, number: int) -> ListPage:
    say = wording_for(interaction)
    page = slice_of([*(await _listed(interaction, store)).items()], number)
    shown = dict(page.items)
    embed = discord.Embed(title=say(sentences.LIST_TITLE), colour=discord.Colour.blurple())
    embed.description = "\n".join(_line(say, one) for one in shown.values()) or say(sentences.NO_PINS)
    if footer := page.footer(say):
        embed.set_footer(text=footer)
    view = View(timeout=None)
    if shown:
        view.add_item(UnpinSelect(say, {handle: one.pin.question for handle, one in shown.items()}))
    page.add_buttons(view, PinsPageButton)
    return ListPage(embed, view, partial(_still_known, interaction, list(shown.values())))


def _still_known(interaction: Interaction, shown: Sequence[_ListedPin]) -> bool:
    """Whether whoever acts may still know of what is shown."""
    readers = {audience for one in shown for audience in one.readers}
    channels = {one.pin.channel for one in shown}
    return decides(interaction, readers) and still_moderates(interaction.user, channels)


def _line(say: Wording, one: _ListedPin) -> str:
    question = escape(_short(one.pin.question))
    if one.passage is None:
        return say(sentences.LIST_GONE, question=question)
    where, text = escape(attribution(say, one.passage)), escape(beginning(one.passage))
    return say(sentences.LIST_PIN, question=question, place=where, text=text)


def _short(question: str) -> str:
    return shorten(one_line(question), _SHOWN_LENGTH, _SHOWN_SIZE) or "–"


class UnpinSelect(PersistentItem[Select[View]], template=r"kotae:unpin"):
    """Chooses a pin to take off."""

    def __init__(self, say: Wording | None = None, questions: dict[str, str] | None = None) -> None:
        options = [discord.SelectOption(label=_short(text), value=one) for one, text in (questions or {}).items()]
        super().__init__(
            Select(
                custom_id="kotae:unpin",
                placeholder=say(sentences.UNPIN) if say else None,
                options=options or [discord.SelectOption(label="–")],
            )
        )

    async def respond(self, interaction: Interaction) -> None:
        """Take it off, if whoever acts may know of it, and show what is left."""
        services = services_of(interaction)
        store = await services.store_for_moderator(interaction)
        if store is None:
            return
        data: Any = interaction.data
        if chosen := (await _listed(interaction, store)).get(data["values"][0]):
            await services.run_in_thread(Pins(store).unpin, chosen.pin.number)
        await turn_to(interaction, await _page(interaction, store, 0))


class PinsPageButton(PageButton, template=r"kotae:pins:(?P<page>-?\d+)"):
    """Another page of pins."""

    name = "pins"

    async def render(self, interaction: Interaction, store: Store, number: int) -> ListPage:
        """The page as whoever acts may see it."""
        return await _page(interaction, store, number)
