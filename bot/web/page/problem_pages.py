"""What went wrong, as a page: the routes of the page answer with it instead of JSON."""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from bot.web.page.rendering import render, wording_for
from bot.web.page.session import FromElsewhere, sign_out
from bot.web.problems import Refused, refusal
from bot.wording.web import page, problems

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
                refused = refusal(request, error)
                return (_refused_sign_in if refused.status_code == 401 else problem_page)(request, refused)

        return handle_with_pages


def problem_page(request: Request, refused: Refused) -> Response:
    """Why a request was refused."""
    say, status = wording_for(request), refused.status_code
    sentence = say(refused.sentence, **refused.values)
    title = sentence if status == 404 else say(page.PROBLEM)
    return render(request, "problem.html", status, refused.headers, title=title, sentence=sentence)


def sign_in_page(request: Request, to: str, status: int = 200, error: str = "", **headers: str) -> Response:
    """The form for a token; `to` is where it leads then, if that is a page of ours."""
    return render(request, "sign_in.html", status, headers, to=own_path(to), error=error)


def own_path(path: str) -> str:
    """A path, if it is one of the page's; else that of its beginning."""
    return path if _OURS.fullmatch(path) else "/"


def _refused_sign_in(request: Request, refused: Refused) -> Response:
    headers, here = dict(refused.headers or {}), _here(request)
    if refused.sentence is problems.NO_TOKEN:
        return sign_in_page(request, here, 401, **headers)
    response = sign_in_page(request, here, 401, wording_for(request)(refused.sentence, **refused.values), **headers)
    sign_out(request, response)
    return response


def _here(request: Request) -> str:
    query = f"?{request.url.query}" if request.url.query else ""
    return f"{request.url.path}{query}"
