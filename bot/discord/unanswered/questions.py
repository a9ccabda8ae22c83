"""/knowledge gaps: questions that found no answer, for a moderator to answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any

import discord
from discord import app_commands
from discord.ui import Modal, Select, TextInput, View

from bot.attribution import local_day
from bot.discord.access.authority import still_moderates
from bot.discord.access.revocation import only_while
from bot.discord.components import ListPage, PageButton, PersistentItem, show_page, slice_of, turn_to
from bot.discord.knowledge.opaque_ids import opaque_ids
from bot.discord.quoting import escape
from bot.discord.replies import Interaction, reply_to, send_ephemeral
from bot.discord.services import services_of, wording_for
from bot.discord.translation import in_english
from bot.printable import one_line, shorten
from bot.wording import Wording
from bot.wording.discord import command_names, responses
from bot.wording.discord import unanswered as sentences
from index.store.discord.unanswered_questions import NO_GUILD, UnansweredQuestion, UnansweredQuestions
from index.store.store import Store

ANSWER_FORM = r"kotae:gap:(?P<opaque_id>[0-9a-f]{16})"
# Escaped, ten questions have to fit into a description; shown thrice, also of wide characters, into a message.
_QUESTION_LENGTH, _QUESTION_SIZE = 100, 240
_ANSWER_LENGTH = 2_000


def unanswered_command() -> app_commands.Command[Any, ..., Any]:
    """/knowledge gaps: what could not be answered, what most people asked first, for moderators."""

    @app_commands.command(
        name=in_english(command_names.UNANSWERED), description=in_english(command_names.UNANSWERED_DESCRIPTION)
    )
    async def unanswered(interaction: Interaction) -> None:
        if store := await services_of(interaction).store_for_moderator(interaction):
            await show_page(interaction, await _page(interaction, store, 0))

    return unanswered


async def question_for(
    interaction: Interaction, store: Store, opaque_id: str
) -> tuple[UnansweredQuestion | None, Callable[[], bool]]:
    """The question with this opaque id, if it was asked in a channel that whoever acts moderates.

    With it comes whether they still do, at the moment when one asks.
    """
    found, channels = await _questions_for(interaction, store)
    question = found.get(opaque_id)
    return question, await _still_allowed(interaction, store, [question] if question else [], channels)


async def _still_allowed(
    interaction: Interaction, store: Store, questions: Iterable[UnansweredQuestion], channels: Sequence[int]
) -> Callable[[], bool]:
    """Whether whoever acts still moderates where some questions were asked, of these channels."""

    def asked_in() -> set[int]:
        return {
            one.channel for each in questions for one in UnansweredQuestions(store).askings(each.number)
        }.intersection(channels)

    return partial(still_moderates, interaction.user, await services_of(interaction).run_in_thread(asked_in))


async def _questions_for(interaction: Interaction, store: Store) -> tuple[dict[str, UnansweredQuestion], list[int]]:
    """The questions asked in channels that whoever acts moderates, by their opaque ids; and these channels."""
    services = services_of(interaction)
    channels = await services.moderated_channels(interaction)

    def look_up() -> dict[str, UnansweredQuestion]:
        questions = UnansweredQuestions(store).asked_in(interaction.guild_id or NO_GUILD, channels)
        ids = opaque_ids(store, "gap", [one.number for one in questions])
        return {ids[one.number]: one for one in questions}

    return await services.run_in_thread(look_up), channels


async def _page(interaction: Interaction, store: Store, number: int) -> ListPage:
    say = wording_for(interaction)
    found, channels = await _questions_for(interaction, store)
    page = slice_of([*found.items()], number)
    shown = dict(page.items)
    embed = discord.Embed(title=say(sentences.LIST_TITLE), colour=discord.Colour.blurple())
    embed.description = "\n".join(_line(say, one) for one in shown.values()) or say(sentences.NO_QUESTIONS)
    view = View(timeout=None)
    if shown:
        embed.set_footer(text=" · ".join(filter(None, (say(sentences.ASKERS_ARE_NOTIFIED), page.footer(say)))))
        view.add_item(QuestionSelect("answer", shown, say(sentences.CHOOSE_QUESTION)))
        view.add_item(QuestionSelect("dismiss", shown, say(sentences.DISMISS_QUESTION)))
    page.add_buttons(view, QuestionsPageButton)
    return ListPage(embed, view, await _still_allowed(interaction, store, shown.values(), channels))


def _line(say: Wording, question: UnansweredQuestion) -> str:
    text = escape(_short(question))
    return say(sentences.LIST_QUESTION, times=question.times, question=text, last=local_day(question.last_asked))


def _short(question: UnansweredQuestion) -> str:
    return shorten(one_line(question.question), _QUESTION_LENGTH, _QUESTION_SIZE) or "–"


class QuestionSelect(PersistentItem[Select[View]], template=r"kotae:gaps:(?P<what>answer|dismiss)"):
    """Chooses a question, to answer it or to dismiss it."""

    def __init__(
        self, what: str, questions: Mapping[str, UnansweredQuestion] = MappingProxyType({}), placeholder: str = ""
    ) -> None:
        options = [discord.SelectOption(label=_short(one), value=opaque_id) for opaque_id, one in questions.items()]
        super().__init__(
            Select(
                custom_id=f"kotae:gaps:{what}",
                placeholder=placeholder,
                options=options or [discord.SelectOption(label="–")],
            )
        )
        self._what = what

    async def respond(self, interaction: Interaction) -> None:
        """Open the form for the answer, or take the question off the list."""
        services, say = services_of(interaction), wording_for(interaction)
        store = await services.store_for_moderator(interaction)
        if store is None:
            return
        data: Any = interaction.data
        chosen = data["values"][0]
        question, allowed = await question_for(interaction, store, chosen)
        if question is None:
            await send_ephemeral(interaction, say(sentences.QUESTION_GONE))
        elif self._what == "answer":
            with only_while(allowed):
                opened = await reply_to(interaction).open_form(AnswerModal(say, chosen, question))
            if not opened:
                await send_ephemeral(interaction, say(responses.FORM_TOO_LATE))
        else:
            channels = await services.moderated_channels(interaction)
            await services.run_in_thread(UnansweredQuestions(store).close_in, question.number, channels)
            await turn_to(interaction, await _page(interaction, store, 0))


class AnswerModal(Modal):
    """The form for an answer; the client takes it, whichever process opened it."""

    def __init__(self, say: Wording, opaque_id: str, question: UnansweredQuestion) -> None:
        super().__init__(title=say(sentences.FORM_TITLE), timeout=None, custom_id=f"kotae:gap:{opaque_id}")
        answer: TextInput[View] = TextInput(
            label=say(sentences.FORM_ANSWER),
            style=discord.TextStyle.paragraph,
            placeholder=_short(question),
            max_length=_ANSWER_LENGTH,
            custom_id="answer",
        )
        self.add_item(answer)


class QuestionsPageButton(PageButton, template=r"kotae:gaps:(?P<page>-?\d+)"):
    """Another page of questions."""

    name = "gaps"

    async def render(self, interaction: Interaction, store: Store, number: int) -> ListPage:
        """The page as whoever acts may see it."""
        return await _page(interaction, store, number)
