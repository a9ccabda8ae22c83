"""What went wrong, in the reader's language: a page for whoever looks with a browser, else problem+json (RFC 9457)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import TypeAdapter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.printable import to_json
from bot.web.language import wording_for
from bot.wording import Sentence, Wording
from bot.wording.web import problems as sentences
from index.errors import DatabaseError, OpenSearchError

MEDIA_TYPE = "application/problem+json"
# What may be over in a moment: the database or the cluster does not answer, or an answer took too long.
TEMPORARY = (DatabaseError, OpenSearchError, TimeoutError)
# In seconds: when what is not there now may be there again.
_LATER = 5
# What is said where nobody says more.
_SENTENCES = {
    400: sentences.INVALID,
    401: sentences.NO_TOKEN,
    404: sentences.NOT_FOUND,
    405: sentences.WRONG_METHOD,
}

logger = logging.getLogger("kotae.web")


@dataclass(frozen=True)
class InvalidPart:
    """What of a request is not valid: where it is (a JSON pointer, or the name of a parameter), and what is wrong."""

    pointer: str
    detail: str


@dataclass(frozen=True)
class Problem:
    """Why a request was not answered: `title` is what its status says, `detail` a sentence for whoever asked."""

    type: str
    title: str
    status: int
    detail: str
    request_id: str
    errors: tuple[InvalidPart, ...] = ()


class Refused(HTTPException):
    """A request that is answered with a problem, in a sentence."""

    def __init__(
        self, status: int, sentence: Sentence, headers: Mapping[str, str] | None = None, **values: object
    ) -> None:
        super().__init__(status, headers=dict(headers or {}))
        self.sentence = sentence
        self.values = values


def add_problems(app: FastAPI, page: Callable[[Request, Refused], Response]) -> None:
    """Let an app answer with problems, to browsers with a page."""
    app.state.problem_page = page
    for error in (HTTPException, RequestValidationError, *TEMPORARY):
        app.add_exception_handler(error, _answer)


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Problems with these statuses, for the OpenAPI document of a route."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": HTTPStatus(status).phrase, "content": content} for status in statuses}


def problem_schemas() -> dict[str, Any]:
    """The schemas that `documented` refers to, by name."""
    schema = TypeAdapter(Problem).json_schema(ref_template="#/components/schemas/{model}")
    return {**schema.pop("$defs"), "Problem": schema}


def problem(request: Request, error: Exception) -> Response:
    """The answer to a request that failed with an error."""
    refused = refusal(request, error)
    accepted = request.headers.get("accept", "")
    if "text/html" in accepted and "json" not in accepted:
        page: Response = request.app.state.problem_page(request, refused)
        return page
    say, status = wording_for(request), refused.status_code
    found = error.errors() if isinstance(error, RequestValidationError) else ()
    content = Problem(
        "about:blank",
        HTTPStatus(status).phrase,
        status,
        say(refused.sentence, **refused.values),
        request.state.request_id,
        tuple(InvalidPart("/".join(map(str, one["loc"])), invalid_part(say, one)) for one in found),
    )
    return Response(to_json(asdict(content)), status, refused.headers, MEDIA_TYPE)


def refusal(request: Request, error: Exception) -> Refused:
    """What is told of an error; what is no fault of the request is logged."""
    match error:
        case Refused():
            return error
        case RequestValidationError():
            # A body that is not said to be JSON is not read as such: curl says that it is a form.
            is_json = "json" in request.headers.get("content-type", "")
            unread = not is_json and any(tuple(one["loc"]) == ("body",) for one in error.errors())
            return Refused(422, sentences.NOT_JSON if unread else sentences.INVALID)
        case HTTPException():
            return Refused(error.status_code, _SENTENCES.get(error.status_code, sentences.OTHER), error.headers)
        case _ if isinstance(error, TEMPORARY):
            log_failure(request, error)
            return Refused(503, sentences.UNAVAILABLE, {"Retry-After": str(_LATER)})
        case _:
            log_failure(request, error)
            return Refused(500, sentences.FAILED, request=request.state.request_id)


def invalid_part(say: Wording, found: Mapping[str, Any]) -> str:
    """What is wrong with a part of a request, by what pydantic found."""
    return say(sentences.INVALID_PARTS.get(found["type"], sentences.INVALID_PART), **found.get("ctx", {}))


def log_failure(request: Request, error: Exception) -> None:
    """Log an error, without what was asked."""
    logger.error("failed", exc_info=error, extra={"event": "error", "request": request.state.request_id})


async def _answer(request: Request, error: Exception) -> Response:
    return problem(request, error)
