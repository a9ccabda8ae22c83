"""What went wrong, as a page: the routes of the page answer with it instead of JSON."""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from bot.web.page.rendering import render, wording_for
from bot.web.page.session import FromElsewhere, sign_out
from bot.web.problems import Refused, log_failure
from bot.wording.web import page, problems
from index.errors import DatabaseError, OpenSearchError

# Where one may be sent after signing in.
_OURS = re.compile(r"/(?:operators|p/[0-9a-f]{12}(?:\?mark=[0-9]+-[0-9]+)?)?")


class PageRoute(APIRoute):
    """A route whose problems are pages."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """What handles a request."""
        handle = super().get_route_handler()

        async def handle_with_pages(request: Request) -> Response:
            try:
                return await handle(request)
            except FromElsewhere:
                return render(request, "from_elsewhere.html", here=_here(request))
            except Exception as error:  # noqa: BLE001 - whoever looks at the page is told of any
                return _problem_page(request, error)

        return handle_with_pages


def sign_in_page(request: Request, to: str, status: int = 200, error: str = "", **headers: str) -> Response:
    """The form for a token; `to` is where it leads then, if that is a page of ours."""
    return render(request, "sign_in.html", status, headers, to=own_path(to), error=error)


def own_path(path: str) -> str:
    """A path, if it is one of the page's; else that of its beginning."""
    return path if _OURS.fullmatch(path) else "/"


def _problem_page(request: Request, error: Exception) -> Response:
    say = wording_for(request)
    match error:
        case Refused(status_code=401, sentence=problems.NO_TOKEN):
            return sign_in_page(request, _here(request), 401, **_headers(error))
        case Refused(status_code=401):
            response = sign_in_page(
                request, _here(request), 401, say(error.sentence, **error.values), **_headers(error)
            )
            sign_out(request, response)
            return response
        case Refused():
            status, sentence = error.status_code, say(error.sentence, **error.values)
        case RequestValidationError():
            status, sentence = 422, say(problems.INVALID)
        case HTTPException():
            status, sentence = (
                error.status_code,
                say(problems.TOO_LARGE if error.status_code == 413 else problems.OTHER),
            )
        case DatabaseError() | OpenSearchError():
            log_failure(request, error)
            status, sentence = 503, say(problems.UNAVAILABLE)
        case _:
            log_failure(request, error)
            status, sentence = 500, say(problems.FAILED, request=request.state.request_id)
    title = sentence if status == 404 else say(page.PROBLEM)
    return render(request, "problem.html", status, _headers(error), title=title, sentence=sentence)


def _headers(error: Exception) -> dict[str, str]:
    return dict(error.headers or {}) if isinstance(error, HTTPException) else {}


def _here(request: Request) -> str:
    query = f"?{request.url.query}" if request.url.query else ""
    return f"{request.url.path}{query}"
