"""The buttons under an answer. Each works after a restart: its `custom_id` holds all it needs, or the card does."""

from __future__ import annotations

from collections.abc import Sequence

import discord
from discord.ui import Button, View

from bot.answerer import Answer, Answerer
from bot.conversation import Conversation, interpret
from bot.discord.access.authority import administers, moderates
from bot.discord.access.revocation import only_while
from bot.discord.answers import embeds
from bot.discord.answers.asking import ask, is_gone
from bot.discord.answers.feedback import record_unanswered, record_vote
from bot.discord.answers.follow_up import FollowUpButton
from bot.discord.components import PersistentItem
from bot.discord.replies import Interaction, reply_to, send_ephemeral
from bot.discord.services import log_event, services_of, wording_for
from bot.wording import Wording, answers
from bot.wording.discord import answers as sentences
from index.query.question import Question
from index.search.library import Library
from index.types import Hit, Passage

MUTE_ID = "kotae:mute"
PRIVATE_ANSWER_ID = "kotae:alone"
# How the custom_id of the button begins that asks people for help.
HELP_ID = "kotae:help:"


def buttons_of(
    say: Wording,
    asker: int,
    ids: Sequence[str],
    answered: bool,
    page: int = 0,
    administrator: bool = False,
    continued: str = "",
) -> View:
    """The buttons under an answer whose passages have these ids, showing the given page; one more for administrators.

    `continued` is the id of the passage that the question continues.
    """
    buttons = View(timeout=None)
    if answered:
        packed = "".join(ids)
        if len(ids) > 1:
            buttons.add_item(PageButton(asker, page - 1, packed, "<", disabled=page == 0))
            buttons.add_item(PageButton(asker, page + 1, packed, ">", disabled=page == len(ids) - 1))
        buttons.add_item(ContextButton(ids[page], say(sentences.SHOW_CONTEXT)))
    buttons.add_item(FollowUpButton(asker, continued, say(sentences.FOLLOW_UP)))
    if answered:
        buttons.add_item(VoteButton("good", ids[page]))
        buttons.add_item(VoteButton("bad", ids[page]))
        if administrator:
            buttons.add_item(ExplainButton(ids[page], say(sentences.EXPLAIN)))
    buttons.add_item(DeleteButton(asker, say(sentences.DELETE)))
    return buttons


def own_message(interaction: Interaction) -> discord.Message | None:
    """The message whose button was used, or from which a form was opened; None if somebody else wrote it."""
    message, me = interaction.message, interaction.client.user
    return message if message and me and message.author.id == me.id else None


def may_write(interaction: Interaction) -> bool:
    """Whether whoever acts may themselves write to all who see the channel."""
    if interaction.guild_id is None:
        return True
    in_thread = isinstance(interaction.channel, discord.Thread)
    return interaction.permissions.send_messages_in_threads if in_thread else interaction.permissions.send_messages


def _kept_buttons(message: discord.Message) -> list[Button[View]]:
    """The buttons that a card keeps whatever page it shows."""
    rows = (row for row in message.components if isinstance(row, discord.ActionRow))
    buttons = (button for row in rows for button in row.children if isinstance(button, discord.Button))
    kept = (PRIVATE_ANSWER_ID, MUTE_ID, HELP_ID)
    return [Button.from_component(button) for button in buttons if (button.custom_id or "").startswith(kept)]


async def _answer_anew(interaction: Interaction, passage_id: str) -> None:
    """Answer a card's question from what there is now, in its place: a passage that it quoted is not there any more.

    All who see the card see that, whoever clicked, but only where none of them is shown the passage.
    """
    services, say = services_of(interaction), wording_for(interaction)
    message = own_message(interaction)
    question, asker = (embeds.question_of(message), embeds.asker_of(message)) if message else (None, None)
    if message is None or question is None or asker is None:
        await send_ephemeral(interaction, say(sentences.PASSAGE_GONE))
        return
    conversation = Conversation(embeds.earlier_words_of(message), about=embeds.continued_by(message))

    def answered(library: Library) -> Answer | None:
        return ask(library, question, conversation) if is_gone(library, passage_id) else None

    answer, allowed = await services.query_library(interaction, answered, message.flags.ephemeral)
    if answer is None:
        await send_ephemeral(interaction, say(sentences.PASSAGE_GONE))
        return
    embed = embeds.answer_embed(say, answer, services.settings.contact)
    embeds.add_notice(embed, say(sentences.ANSWERED_ANEW))
    buttons = buttons_of(
        say,
        asker,
        [hit.passage.id for hit in answer.result.hits],
        answer.result.certainty != "none",
        administrator=embeds.explains(message),
        continued=answer.about,
    )
    for kept in _kept_buttons(message):
        buttons.add_item(kept)
    with only_while(allowed):
        await reply_to(interaction).update(embed=embed, view=buttons)


class PageButton(
    PersistentItem[Button[View]], template=r"kotae:page:(?P<asker>\d+):(?P<page>-?\d+):(?P<ids>[0-9a-f]+):(?P<way>[<>])"
):
    """Previous and next passage; whoever did not ask sees it alone."""

    def __init__(self, asker: int | str, page: int | str, ids: str, way: str, disabled: bool = False) -> None:
        super().__init__(
            Button(
                emoji="▶️" if way == ">" else "◀️",
                custom_id=f"kotae:page:{asker}:{page}:{ids}:{way}",
                disabled=disabled,
                row=0,
            )
        )
        self._asker, self._page, self._ids = int(asker), int(page), ids

    async def respond(self, interaction: Interaction) -> None:
        """Show the page."""
        ids = embeds.unpack_ids(self._ids)
        say = wording_for(interaction)
        message = own_message(interaction)
        question = embeds.question_of(message) if message else None
        if message is None or question is None or not 0 <= self._page < len(ids):
            await send_ephemeral(interaction, say(sentences.QUESTION_UNREADABLE))
            return
        own = interaction.user.id == self._asker

        earlier = embeds.earlier_words_of(message)

        def marked(library: Library) -> tuple[Passage, str, list[Passage], list[Passage], bool] | None:
            passage = library.passage(ids[self._page])
            if passage is None:
                return None
            pinned = passage.id in {one.id for one in library.pinned(Question(question))}
            sentence = library.mark(Question(question), passage)
            beside = [one for one in map(library.passage, ids) if one]
            hit = Answerer(library).explain(question, earlier, passage.id)
            duplicates = [one for one in (hit.passage, *hit.duplicates) if one.id != passage.id] if hit else []
            return library.placed(passage, sentence), sentence, beside, duplicates, pinned

        private = not own or message.flags.ephemeral
        found, allowed = await services_of(interaction).query_library(interaction, marked, private)
        if found is None:
            await _answer_anew(interaction, ids[self._page])
            return
        passage, sentence, beside, duplicates, pinned = found
        page = embeds.Page(self._page, ids)
        fields = embeds.earlier_of(message)
        embed = embeds.page_embed(say, question, page, passage, sentence, fields, beside, duplicates)
        if pinned:
            embeds.mark_pinned(say, embed)
        if own:
            administrator = administers(interaction.permissions)
            buttons = buttons_of(
                say,
                self._asker,
                ids,
                answered=True,
                page=self._page,
                administrator=administrator,
                continued=embeds.continued_by(message),
            )
            for kept in _kept_buttons(message):
                buttons.add_item(kept)
            with only_while(allowed):
                await reply_to(interaction).update(embed=embed, view=buttons)
        else:
            with only_while(allowed):
                await reply_to(interaction).show(embed=embed)


class ContextButton(PersistentItem[Button[View]], template=r"kotae:context:(?P<passage_id>[0-9a-f]{12})"):
    """The paragraphs around a passage, to whoever asks for them alone."""

    def __init__(self, passage_id: str, label: str = "") -> None:
        super().__init__(Button(label=label or "…", emoji="📖", custom_id=f"kotae:context:{passage_id}", row=0))
        self._passage_id = passage_id

    async def respond(self, interaction: Interaction) -> None:
        """Show the passage between its neighbours."""
        say = wording_for(interaction)

        def surrounded(library: Library) -> tuple[Passage, Sequence[Passage]] | None:
            passage = library.passage(self._passage_id)
            return None if passage is None else (passage, library.around(passage))

        found, allowed = await services_of(interaction).query_library(interaction, surrounded, private=True)
        if found is None:
            await _answer_anew(interaction, self._passage_id)
            return
        passage, around = found
        with only_while(allowed):
            await reply_to(interaction).show(embed=embeds.context_embed(say, around, passage))


class ExplainButton(PersistentItem[Button[View]], template=r"kotae:explain:(?P<passage_id>[0-9a-f]{12})"):
    """Why a passage was chosen, to administrators; others see the button where an administrator asked."""

    def __init__(self, passage_id: str, label: str = "") -> None:
        super().__init__(Button(label=label or "…", emoji="🔎", custom_id=f"kotae:explain:{passage_id}", row=1))
        self._passage_id = passage_id

    async def respond(self, interaction: Interaction) -> None:
        """Show what the passage's score is made of, or say why not."""
        say = wording_for(interaction)
        message = own_message(interaction)
        question = embeds.question_of(message) if message else None
        if not administers(interaction.permissions):
            await send_ephemeral(interaction, say(sentences.EXPLANATION_NEEDS_ADMINISTRATOR))
        else:
            earlier = embeds.earlier_words_of(message) if message else ()
            await self._explain(interaction, say, question, earlier, embeds.continued_by(message) if message else "")

    async def _explain(
        self, interaction: Interaction, say: Wording, question: str | None, earlier: tuple[str, ...], continued: str
    ) -> None:

        def explained(library: Library) -> tuple[Passage | None, Hit | None, bool]:
            passage = library.passage(self._passage_id)
            if passage is None or question is None:
                return passage, None, False
            pinned = passage.id in {one.id for one in library.pinned(Question(question))}
            return passage, Answerer(library).explain(question, earlier, self._passage_id, continued), pinned

        found, allowed = await services_of(interaction).query_library(interaction, explained, private=True)
        passage, hit, pinned = found
        if passage is None:
            await _answer_anew(interaction, self._passage_id)
        elif pinned:
            await send_ephemeral(interaction, say(answers.PINNED))
        elif hit is None:
            # A card shortens a long question, perhaps to one that the passage does not answer.
            await send_ephemeral(interaction, say(sentences.QUESTION_UNREADABLE))
        else:
            with only_while(allowed):
                await reply_to(interaction).show(embed=embeds.explanation_embed(say, hit))


class VoteButton(PersistentItem[Button[View]], template=r"kotae:(?P<vote>good|bad):(?P<passage_id>[0-9a-f]{12})"):
    """Whether a passage helped."""

    def __init__(self, vote: str, passage_id: str) -> None:
        super().__init__(Button(emoji="👍" if vote == "good" else "👎", custom_id=f"kotae:{vote}:{passage_id}", row=1))
        self._vote, self._passage_id = vote, passage_id

    async def respond(self, interaction: Interaction) -> None:
        """Note the vote."""
        log_event("vote", interaction.id, vote=self._vote, passage=self._passage_id)
        message = own_message(interaction)
        question = embeds.question_of(message) if message else None
        asker = embeds.asker_of(message) if message else None
        seen = message is not None and not message.flags.ephemeral
        helpful = self._vote == "good"
        record_vote(interaction, question or "", self._passage_id, helpful=helpful, asker=asker, seen=seen)
        say = wording_for(interaction)
        if self._vote == "bad" and message and question and interpret(Question(question)).names:
            record_unanswered(
                services_of(interaction),
                question,
                say,
                interaction.user.id,
                interaction.guild,
                interaction.channel,
                message.id if seen else None,
                worded_by=asker,
            )
        gone, _ = await services_of(interaction).query_library(
            interaction, lambda library: is_gone(library, self._passage_id), private=True
        )
        told = [say(sentences.THANKS), *([say(sentences.EARLIER_PASSAGE_GONE)] if gone else [])]
        await send_ephemeral(interaction, "\n".join(told))


class DeleteButton(PersistentItem[Button[View]], template=r"kotae:delete:(?P<asker>\d+)"):
    """Takes an answer away, for whoever asked and for moderators."""

    def __init__(self, asker: int | str, label: str = "") -> None:
        super().__init__(Button(label=label or "…", emoji="🗑️", custom_id=f"kotae:delete:{asker}", row=1))
        self._asker = int(asker)

    async def respond(self, interaction: Interaction) -> None:
        """Delete the answer, or say why not."""
        if interaction.user.id == self._asker or moderates(interaction.permissions):
            await reply_to(interaction).delete()
            return
        say = wording_for(interaction)
        await send_ephemeral(interaction, say(sentences.DELETION_NOT_ALLOWED))


ANSWER_BUTTONS = (PageButton, ContextButton, ExplainButton, VoteButton, DeleteButton, FollowUpButton)
