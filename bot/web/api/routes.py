"""The routes of the HTTP API, version 1. Whatever is not there for somebody is as if it were not there at all."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.exceptions import RequestValidationError

from bot.access import Access
from bot.web.api.models import (
    MOST_AROUND,
    MOST_UNANSWERED,
    AskedQuestion,
    ConversationalAnswer,
    PassageId,
    PassageInContext,
    Sources,
    Unanswered,
    UnansweredQuestions,
    Vote,
)
from bot.web.api.results import conversational_answer, passage_in_context, sources_of_answers
from bot.web.authentication import Caller, Operator
from bot.web.language import wording_for
from bot.web.problems import Refused, documented
from bot.web.services import Services, services_of
from bot.wording.web import problems
from index.store.discord import unanswered_questions
from index.store.discord.guilds import Guilds


async def known_parameters(request: Request) -> None:
    """Refuse a parameter that a route does not have: it may be misspelt."""
    known = {parameter.alias for parameter in request.scope["route"].dependant.query_params}
    unknown = [
        {"loc": ("query", name), "type": "unknown_parameter"} for name in request.query_params if name not in known
    ]
    if unknown:
        raise RequestValidationError(unknown)


router = APIRouter(
    prefix="/api/v1",
    dependencies=[Depends(known_parameters)],
    responses=documented(401, 413, 422, 429, 500, 503),
)


@router.post("/ask", operation_id="ask", responses=documented(400))
async def ask(request: Request, asked: AskedQuestion, access: Caller) -> ConversationalAnswer:
    """Answer a question by quoting the passages that answer it."""
    conversation = asked.conversation.conversation()
    return conversational_answer(await services_of(request).ask(access, asked.question, asked.limit, conversation))


@router.get("/passages/{passage_id}", operation_id="read_passage", responses=documented(404))
async def read_passage(
    request: Request,
    passage_id: PassageId,
    access: Caller,
    around: Annotated[int, Query(ge=0, le=MOST_AROUND, description="How many before and after it to show.")] = 1,
) -> PassageInContext:
    """Give a passage with what stands around it."""
    services = services_of(request)
    found = await services.run_in_thread(passage_in_context, services, access, passage_id, around)
    if found is None:
        raise Refused(404, problems.NO_SUCH_PASSAGE)
    return found


@router.get("/sources", operation_id="list_sources")
async def list_sources(request: Request, access: Caller) -> Sources:
    """List the sources that whoever asks is answered from."""
    services = services_of(request)
    return await services.run_in_thread(sources_of_answers, services, access, wording_for(request))


@router.post("/feedback", operation_id="give_feedback", status_code=204, responses=documented(400, 404))
async def give_feedback(request: Request, vote: Vote, access: Caller) -> None:
    """Record whether a passage helped with a question; it takes a token."""
    if not access.number:
        raise Refused(401, problems.NEEDS_TOKEN, {"WWW-Authenticate": "Bearer"})
    services = services_of(request)
    await services.run_in_thread(_record, services, access, vote)
    services.metrics.voted(helpful=vote.helpful)


@router.get("/unanswered-questions", operation_id="list_unanswered_questions", responses=documented(403))
async def list_unanswered_questions(
    request: Request, access: Operator, limit: Annotated[int, Query(ge=1, le=MOST_UNANSWERED)] = 50
) -> UnansweredQuestions:
    """List what found no answer in the guild of an operator's token, or for one without a guild, outside of all."""
    services = services_of(request)
    store = unanswered_questions.UnansweredQuestions(services.store)
    found = await services.run_in_thread(store.all, access.guild, limit)
    return UnansweredQuestions(
        tuple(Unanswered(one.question, one.times, one.first_asked, one.last_asked) for one in found)
    )


def _record(services: Services, access: Access, vote: Vote) -> None:
    if services.library_for(access).passage(vote.passage_id) is None:
        raise Refused(404, problems.NO_SUCH_PASSAGE)
    # A token for some sources is of no guild, and not outside of all either: its votes are in nobody's totals.
    if access.sources is None:
        guilds = Guilds(services.store)
        guilds.record_feedback(access.guild or None, vote.question, vote.passage_id, helpful=vote.helpful)
