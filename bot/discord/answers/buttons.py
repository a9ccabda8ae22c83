"""The buttons under an answer. Each works after a restart: its `custom_id` holds all it needs, or the card does."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Self

import discord
from discord.ui import Button, DynamicItem, Item, Modal, TextInput, View

from bot.answerer import Answerer
from bot.conversation import Conversation
from bot.discord.access.authority import Interaction, administers, moderates
from bot.discord.access.reach import channel_told_of
from bot.discord.access.revocation import only_while
from bot.discord.answers import embeds
from bot.discord.guild_threads import take_turn_for
from bot.discord.services import reply_to
from bot.wording import Wording
from index.query.question import Question
from index.search.library import Library
from index.types import Hit, Passage

FORM_ID = "kotae:form"
MUTE_ID = "kotae:mute"
_ALONE_ID = "kotae:alone"
_QUESTION_LENGTH = 1_000

Callback = Callable[[Any, Interaction], Coroutine[Any, Any, None]]


def told_when_it_fails(callback: Callback) -> Callback:
    """A callback whose failure is logged, and told to whoever clicked; discord.py would say nothing.

    Nothing is called for whoever has done too much of late; they are told so.
    """

    @functools.wraps(callback)
    async def guarded(item: Any, interaction: Interaction) -> None:
        take_turn_for(interaction)
        try:
            if await interaction.client.may_act(interaction):
                await callback(item, interaction)
        except Exception as error:  # noqa: BLE001 - whatever it is, whoever clicked is told
            await interaction.client.report(interaction, error)

    return guarded


def buttons_of(
    say: Wording, asker: int, ids: Sequence[str], answered: bool, page: int = 0, administrator: bool = False
) -> View:
    """The buttons under an answer whose passages have these ids, showing the given page; one more for administrators."""
    buttons = View(timeout=None)
    if answered:
        packed = "".join(ids)
        if len(ids) > 1:
            buttons.add_item(PageButton(asker, page - 1, packed, forward=False, disabled=page == 0))
            buttons.add_item(PageButton(asker, page + 1, packed, forward=True, disabled=page == len(ids) - 1))
        buttons.add_item(ContextButton(ids[page], say("discord.button.context")))
    buttons.add_item(FollowUpButton(asker, say("discord.button.follow_up")))
    if answered:
        buttons.add_item(VoteButton("good", ids[page]))
        buttons.add_item(VoteButton("bad", ids[page]))
        if administrator:
            buttons.add_item(ExplainButton(ids[page], say("discord.button.explain")))
    buttons.add_item(DeleteButton(asker, say("discord.button.delete")))
    return buttons


def own_message(interaction: Interaction) -> discord.Message | None:
    """The message whose button was used, or from which a form was opened; None if somebody else wrote it."""
    message, me = interaction.message, interaction.client.user
    return message if message and me and message.author.id == me.id else None


def may_write(interaction: Interaction) -> bool:
    """Whether whoever acts may themselves write to all who see the place."""
    if interaction.guild_id is None:
        return True
    in_thread = isinstance(interaction.channel, discord.Thread)
    return interaction.permissions.send_messages_in_threads if in_thread else interaction.permissions.send_messages


def _of_the_place(message: discord.Message) -> list[Button[View]]:
    """The buttons of a card that are there because of where it is, whatever page it shows."""
    rows = (row for row in message.components if isinstance(row, discord.ActionRow))
    buttons = (button for row in rows for button in row.children if isinstance(button, discord.Button))
    return [Button.from_component(button) for button in buttons if button.custom_id in (_ALONE_ID, MUTE_ID)]


class PageButton(
    DynamicItem[Button[View]], template=r"kotae:page:(?P<asker>\d+):(?P<page>-?\d+):(?P<ids>[0-9a-f]+):(?P<way>[<>])"
):
    """Previous and next passage; whoever did not ask sees it alone."""

    def __init__(self, asker: int, page: int, ids: str, forward: bool, disabled: bool = False) -> None:
        way = ">" if forward else "<"
        super().__init__(
            Button(
                emoji="▶️" if forward else "◀️",
                custom_id=f"kotae:page:{asker}:{page}:{ids}:{way}",
                disabled=disabled,
                row=0,
            )
        )
        self._asker, self._page, self._ids = asker, page, ids

    @classmethod
    async def from_custom_id(cls, _interaction: Interaction, _item: Item[Any], match: re.Match[str], /) -> Self:
        """The button as its `custom_id` says."""
        return cls(int(match["asker"]), int(match["page"]), match["ids"], forward=match["way"] == ">")

    @told_when_it_fails
    async def callback(self, interaction: Interaction) -> None:
        """Show the page."""
        ids = embeds.unpack_ids(self._ids)
        say = interaction.client.wording_for(interaction)
        message = own_message(interaction)
        question = embeds.question_of(message) if message else None
        if message is None or question is None or not 0 <= self._page < len(ids):
            await interaction.client.tell(interaction, say("discord.card_gone"))
            return
        own = interaction.user.id == self._asker

        def marked(library: Library) -> tuple[Passage, str] | None:
            passage = library.passage(ids[self._page])
            if passage is None:
                return None
            sentence = library.mark(Question(question), passage)
            return library.placed(passage, sentence), sentence

        private = not own or message.flags.ephemeral
        found, allowed = await interaction.client.in_library(interaction, marked, private)
        if found is None:
            await interaction.client.tell(interaction, say("discord.passage_gone"))
            return
        passage, sentence = found
        page = embeds.Page(self._page, ids)
        embed = embeds.page_embed(say, question, page, passage, sentence, embeds.earlier_of(message))
        if own:
            administrator = administers(interaction.permissions)
            buttons = buttons_of(say, self._asker, ids, answered=True, page=self._page, administrator=administrator)
            for kept in _of_the_place(message):
                buttons.add_item(kept)
            with only_while(allowed):
                await reply_to(interaction).update(embed=embed, view=buttons)
        else:
            with only_while(allowed):
                await reply_to(interaction).show(embed=embed)


class ContextButton(DynamicItem[Button[View]], template=r"kotae:context:(?P<id>[0-9a-f]{12})"):
    """The paragraphs around a passage, to whoever asks for them alone."""

    def __init__(self, passage_id: str, label: str = "") -> None:
        super().__init__(Button(label=label or "…", emoji="📖", custom_id=f"kotae:context:{passage_id}", row=0))
        self._passage_id = passage_id

    @classmethod
    async def from_custom_id(cls, _interaction: Interaction, _item: Item[Any], match: re.Match[str], /) -> Self:
        """The button as its `custom_id` says."""
        return cls(match["id"])

    @told_when_it_fails
    async def callback(self, interaction: Interaction) -> None:
        """Show the passage between its neighbours."""
        say = interaction.client.wording_for(interaction)

        def surrounded(library: Library) -> tuple[Passage, Sequence[Passage]] | None:
            passage = library.passage(self._passage_id)
            return None if passage is None else (passage, library.around(passage))

        found, allowed = await interaction.client.in_library(interaction, surrounded, private=True)
        if found is None:
            await interaction.client.tell(interaction, say("discord.passage_gone"))
            return
        passage, around = found
        with only_while(allowed):
            await reply_to(interaction).show(embed=embeds.context_embed(say, around, passage))


class ExplainButton(DynamicItem[Button[View]], template=r"kotae:explain:(?P<id>[0-9a-f]{12})"):
    """Why a passage was chosen, to administrators; others see the button where an administrator asked."""

    def __init__(self, passage_id: str, label: str = "") -> None:
        super().__init__(Button(label=label or "…", emoji="🔎", custom_id=f"kotae:explain:{passage_id}", row=1))
        self._passage_id = passage_id

    @classmethod
    async def from_custom_id(cls, _interaction: Interaction, _item: Item[Any], match: re.Match[str], /) -> Self:
        """The button as its `custom_id` says."""
        return cls(match["id"])

    @told_when_it_fails
    async def callback(self, interaction: Interaction) -> None:
        """Show what the passage's score is made of, or say why not."""
        client = interaction.client
        say = client.wording_for(interaction)
        message = own_message(interaction)
        question = embeds.question_of(message) if message else None
        if not administers(interaction.permissions):
            await client.tell(interaction, say("discord.administrators_only"))
        else:
            await self._explain(interaction, say, question, embeds.earlier_words_of(message) if message else ())

    async def _explain(
        self, interaction: Interaction, say: Wording, question: str | None, earlier: tuple[str, ...]
    ) -> None:
        client = interaction.client

        def explained(library: Library) -> tuple[Passage | None, Hit | None]:
            passage = library.passage(self._passage_id)
            if passage is None or question is None:
                return passage, None
            return passage, Answerer(library).explain(question, earlier, self._passage_id)

        (passage, hit), allowed = await client.in_library(interaction, explained, private=True)
        if passage is None:
            await client.tell(interaction, say("discord.passage_gone"))
        elif hit is None:
            # A card shortens a long question, perhaps to one that the passage does not answer.
            await client.tell(interaction, say("discord.card_gone"))
        else:
            with only_while(allowed):
                await reply_to(interaction).show(embed=embeds.explanation_embed(say, hit))


class VoteButton(DynamicItem[Button[View]], template=r"kotae:(?P<vote>good|bad):(?P<id>[0-9a-f]{12})"):
    """Whether a passage helped."""

    def __init__(self, vote: str, passage_id: str) -> None:
        super().__init__(Button(emoji="👍" if vote == "good" else "👎", custom_id=f"kotae:{vote}:{passage_id}", row=1))
        self._vote, self._passage_id = vote, passage_id

    @classmethod
    async def from_custom_id(cls, _interaction: Interaction, _item: Item[Any], match: re.Match[str], /) -> Self:
        """The button as its `custom_id` says."""
        return cls(match["vote"], match["id"])

    @told_when_it_fails
    async def callback(self, interaction: Interaction) -> None:
        """Note the vote."""
        interaction.client.log_event("vote", interaction.id, vote=self._vote, passage=self._passage_id)
        message = own_message(interaction)
        question = embeds.question_of(message) if message else None
        asker = embeds.asker_of(message) if message else None
        interaction.client.notes.vote(
            interaction.guild_id,
            question or "",
            self._passage_id,
            helpful=self._vote == "good",
            asker=asker,
            person=interaction.user.id,
            channel=channel_told_of(interaction.channel),
        )
        say = interaction.client.wording_for(interaction)
        if self._vote == "bad" and question and message:
            seen = None if message.flags.ephemeral else message.id
            place = interaction.guild, interaction.channel
            interaction.client.answering.note_gap(question, say, interaction.user.id, *place, seen, worded_by=asker)
        await interaction.client.tell(interaction, say("discord.thanks"))


class AloneButton(DynamicItem[Button[View]], template=_ALONE_ID):
    """Answers a card's question again, to whoever clicks alone, from all that they may read."""

    def __init__(self, label: str = "") -> None:
        super().__init__(Button(label=label or "…", emoji="🔒", custom_id=_ALONE_ID, row=1))

    @classmethod
    async def from_custom_id(cls, _interaction: Interaction, _item: Item[Any], _match: re.Match[str], /) -> Self:
        """The button."""
        return cls()

    @told_when_it_fails
    async def callback(self, interaction: Interaction) -> None:
        """Answer, or say that the card is no longer known."""
        client, message = interaction.client, own_message(interaction)
        question = embeds.question_of(message) if message else None
        if message is None or question is None:
            await client.tell(interaction, client.wording_for(interaction)("discord.card_gone"))
            return
        words = embeds.earlier_words_of(message)
        await client.answering.answer_interaction(
            interaction, question, Conversation(words) if words else None, private=True
        )


class DeleteButton(DynamicItem[Button[View]], template=r"kotae:delete:(?P<asker>\d+)"):
    """Takes an answer away, for whoever asked and for moderators."""

    def __init__(self, asker: int, label: str = "") -> None:
        super().__init__(Button(label=label or "…", emoji="🗑️", custom_id=f"kotae:delete:{asker}", row=1))
        self._asker = asker

    @classmethod
    async def from_custom_id(cls, _interaction: Interaction, _item: Item[Any], match: re.Match[str], /) -> Self:
        """The button as its `custom_id` says."""
        return cls(int(match["asker"]))

    @told_when_it_fails
    async def callback(self, interaction: Interaction) -> None:
        """Delete the answer, or say why not."""
        if interaction.user.id == self._asker or moderates(interaction.permissions):
            await reply_to(interaction).delete()
            return
        say = interaction.client.wording_for(interaction)
        await interaction.client.tell(interaction, say("discord.not_yours"))


class FollowUpButton(DynamicItem[Button[View]], template=r"kotae:follow:(?P<asker>\d+)"):
    """Opens a form for a further question, so that no intent is needed to read it."""

    def __init__(self, asker: int, label: str = "") -> None:
        super().__init__(Button(label=label or "…", emoji="💬", custom_id=f"kotae:follow:{asker}", row=0))

    @classmethod
    async def from_custom_id(cls, _interaction: Interaction, _item: Item[Any], match: re.Match[str], /) -> Self:
        """The button as its `custom_id` says."""
        return cls(int(match["asker"]))

    @told_when_it_fails
    async def callback(self, interaction: Interaction) -> None:
        """Open the form."""
        say = interaction.client.wording_for(interaction)
        if not await reply_to(interaction).open_form(FollowUpModal(say)):
            await interaction.client.tell(interaction, say("discord.form_too_late"))


class FollowUpModal(Modal):
    """The form for a further question; the client answers it, whichever process opened it."""

    def __init__(self, say: Wording) -> None:
        super().__init__(title=say("discord.modal.title"), timeout=None, custom_id=FORM_ID)
        question: TextInput[View] = TextInput(
            label=say("discord.modal.question"),
            placeholder=say("discord.modal.placeholder"),
            max_length=_QUESTION_LENGTH,
            custom_id="question",
        )
        self.add_item(question)


def form_values(interaction: Interaction, form: str) -> tuple[re.Match[str], str] | None:
    """What was written in a form of ours, and the match of its custom_id; None for another interaction."""
    data: Any = interaction.data
    if interaction.type is not discord.InteractionType.modal_submit:
        return None
    match = re.fullmatch(form, data["custom_id"])
    return match and (match, next((value for value in _values(data["components"]) if value), ""))


def _values(components: Any) -> list[str]:
    found: list[str] = []
    for component in components:
        found += [component["value"]] if "value" in component else []
        found += _values(component.get("components", ()))
        found += _values([component["component"]]) if "component" in component else []
    return found


DYNAMIC_ITEMS = (PageButton, ContextButton, ExplainButton, VoteButton, AloneButton, DeleteButton, FollowUpButton)
