"""What went wrong, as problem+json (RFC 9457), in the reader's language."""

from __future__ import annotations

import logging
from collections.abc import Mapping
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
from bot.wording.sentence import Sentence
from bot.wording.web import problems as sentences
from index.errors import DatabaseError, OpenSearchError

MEDIA_TYPE = "application/problem+json"
# In seconds: when what is not there now may be there again.
_LATER = 5
# What is said where nobody says more.
_SENTENCES = {
    400: sentences.INVALID,
    401: sentences.NO_TOKEN,
    404: sentences.NOT_FOUND,
    405: sentences.WRONG_METHOD,
    413: sentences.TOO_LARGE,
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


def add_problems(app: FastAPI) -> None:
    """Let an app answer with problems."""
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    for error in (DatabaseError, OpenSearchError):
        app.add_exception_handler(error, _unavailable)


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Problems with these statuses, for the OpenAPI document of a route."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": HTTPStatus(status).phrase, "content": content} for status in statuses}


def problem_schemas() -> dict[str, Any]:
    """The schemas that `documented` refers to, by name."""
    schema = TypeAdapter(Problem).json_schema(ref_template="#/components/schemas/{model}")
    return {**schema.pop("$defs"), "Problem": schema}


def misdirected(request: Request) -> Response:
    """The answer to a request for a host that we are not."""
    return _problem(request, 421, wording_for(request)(sentences.WRONG_HOST))


def failed(request: Request) -> Response:
    """The answer where something failed that should not."""
    return _problem(request, 500, wording_for(request)(sentences.FAILED, request=request.state.request_id))


def log_failure(request: Request, error: Exception) -> None:
    """Log an error, without what was asked."""
    logger.error("failed", exc_info=error, extra={"event": "error", "request": request.state.request_id})


async def _refused(request: Request, error: Exception) -> Response:
    say = wording_for(request)
    if isinstance(error, Refused):
        return _problem(request, error.status_code, say(error.sentence, **error.values), error.headers)
    status, headers = (error.status_code, error.headers) if isinstance(error, HTTPException) else (500, None)
    return _problem(request, status, say(_SENTENCES.get(status, sentences.OTHER)), headers)


async def _invalid(request: Request, error: Exception) -> Response:
    found = error.errors() if isinstance(error, RequestValidationError) else ()
    parts = tuple(InvalidPart("/".join(map(str, one["loc"])), str(one["msg"])) for one in found)
    return _problem(request, 422, wording_for(request)(sentences.INVALID), errors=parts)


async def _unavailable(request: Request, error: Exception) -> Response:
    log_failure(request, error)
    return _problem(request, 503, wording_for(request)(sentences.UNAVAILABLE), {"Retry-After": str(_LATER)})


def _problem(
    request: Request,
    status: int,
    detail: str,
    headers: Mapping[str, str] | None = None,
    errors: tuple[InvalidPart, ...] = (),
) -> Response:
    problem = Problem("about:blank", HTTPStatus(status).phrase, status, detail, request.state.request_id, errors)
    return Response(to_json(asdict(problem)), status, headers, MEDIA_TYPE)
