"""The routes of the page. What somebody may not read is, to them, not there at all."""

from __future__ import annotations

import asyncio
import re
from dataclasses import asdict
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Request, Response
from pydantic import TypeAdapter, ValidationError
from starlette.responses import RedirectResponse

from bot.access import Access
from bot.answerer import Answer
from bot.printable import to_json
from bot.web.api.models import LONGEST_QUESTION, ConversationSoFar
from bot.web.authentication import authenticate
from bot.web.page.cards import Card, card_of, cards_of, span_of
from bot.web.page.overview import overview
from bot.web.page.problem_pages import PageRoute, own_path, sign_in_page
from bot.web.page.rendering import choose_language, render, static, wording_for
from bot.web.page.session import Operator, Visitor, from_our_page, sign_in, sign_out
from bot.web.problems import Refused
from bot.web.services import Services, services_of
from bot.wording import Sentence, Wording, answers
from bot.wording.web import page, problems

# More quotations than these nobody reads on one page, which is to stay light.
_MOST_CARDS = 10
_DISTANCE = 2
_LONGEST_CONVERSATION = 30_000
# PostgreSQL fails to look for what has a null character.
_PASSAGE_ID = re.compile("[0-9a-f]{12}")

_conversations = TypeAdapter(ConversationSoFar)
_Language = Annotated[Literal["", "ja", "en"], Form()]

router = APIRouter(route_class=PageRoute, include_in_schema=False)
_sent = [Depends(from_our_page)]


@router.get("/")
async def begin(request: Request, _access: Visitor) -> Response:
    """The form for a question."""
    return render(request, "home.html", answer=None, error="", question="", conversation="")


@router.post("/", dependencies=_sent)
async def ask(
    request: Request,
    access: Visitor,
    question: Annotated[str, Form()] = "",
    conversation: Annotated[str, Form(max_length=_LONGEST_CONVERSATION)] = "",
    language: _Language = "",
) -> Response:
    """The answer to a question; posted, so that it is in no log and no history."""
    choose_language(request, language)
    services, say, before = services_of(request), wording_for(request), _conversation(conversation)
    if error := _unaskable(say, question):
        field = _to_field(before)
        return render(request, "home.html", 422, answer=None, error=error, question=question, conversation=field)
    limit = min(services.settings.limit, _MOST_CARDS)
    answer = await services.ask(access, question, limit, before.conversation(), front_end="page")
    cards = await services.run_in_thread(_cards, services, access, say, answer)
    return render(
        request,
        "home.html",
        answer=answer,
        error="",
        question="",
        heading=_heading(answer),
        cards=cards,
        contact="" if answer.result.answered or answer.courtesy else services.settings.contact,
        asked_in=_to_field(before),
        conversation=_to_field(ConversationSoFar.after(answer.conversation)),
    )


@router.get("/p/{passage_id}")
async def read_passage(request: Request, passage_id: str, access: Visitor, mark: str = "") -> Response:
    """A passage among its neighbours: what its permanent link leads to."""
    services, say = services_of(request), wording_for(request)
    title, card = await services.run_in_thread(_passage, services, access, say, passage_id, mark)
    return render(request, "passage.html", title=title, card=card)


@router.get("/sign-in")
async def show_sign_in(request: Request) -> Response:
    """The form for a token."""
    return sign_in_page(request, "/")


@router.post("/sign-in", dependencies=_sent)
async def take_token(
    request: Request, token: Annotated[str, Form(max_length=200)] = "", to: Annotated[str, Form()] = "/"
) -> Response:
    """Sign in by a token, if it opens anything."""
    try:
        await authenticate(request, token.strip())
    except Refused as error:
        return sign_in_page(request, to, error.status_code, wording_for(request)(error.sentence, **error.values))
    response = RedirectResponse(own_path(to), 303)
    sign_in(request, response, token.strip())
    return response


@router.post("/sign-out", dependencies=_sent)
async def leave(request: Request) -> Response:
    """Sign out."""
    response = RedirectResponse("/", 303)
    sign_out(request, response)
    return response


@router.get("/operators")
async def show_overview(request: Request, access: Operator) -> Response:
    """How it answers, for operators."""
    # Beside the threads that answer: it takes as long as twenty questions.
    found = await asyncio.to_thread(overview, services_of(request), access, wording_for(request))
    return render(request, "operators.html", overview=found)


@router.get("/page.css")
async def style() -> Response:
    """How the page looks."""
    return static("page.css")


@router.get("/icon.svg")
async def icon() -> Response:
    """The picture beside the title."""
    return static("icon.svg")


def _unaskable(say: Wording, question: str) -> str:
    """Why a question cannot be asked, if it cannot."""
    if not question.strip():
        return say(page.NO_QUESTION)
    if len(question) > LONGEST_QUESTION:
        return say(page.LONG_QUESTION, most=LONGEST_QUESTION, count=len(question))
    return ""


def _conversation(field: str) -> ConversationSoFar:
    """What was talked of before; nothing where the field is not as it was made."""
    try:
        return _conversations.validate_json(field)
    except ValidationError:
        return ConversationSoFar()


def _to_field(conversation: ConversationSoFar) -> str:
    return to_json(asdict(conversation))


def _heading(answer: Answer) -> Sentence:
    if answer.result.certainty == "none":
        return answers.nothing_found(needs_words=answer.needs_words, ends=answer.ends, courtesy=answer.courtesy)
    return answers.ANSWERED if answer.result.answered else answers.POSSIBLE


def _cards(services: Services, access: Access, say: Wording, answer: Answer) -> list[Card]:
    return cards_of(say, services.library_for(access), answer)


def _passage(services: Services, access: Access, say: Wording, passage_id: str, mark: str) -> tuple[str, Card]:
    library = services.library_for(access)
    passage = library.passage(passage_id) if _PASSAGE_ID.fullmatch(passage_id) else None
    if passage is None:
        raise Refused(404, problems.NO_SUCH_PASSAGE)
    span = span_of(mark, passage)
    if span:
        passage = library.placed(passage, passage.text[slice(*span)])
    return passage.title, card_of(say, library, passage, span, _DISTANCE)
