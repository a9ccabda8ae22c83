"""Around every request: its id, its size, a line in the log, headers that browsers heed, an answer where something failed."""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Collection

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.problems import Refused, problem
from bot.wording.web import problems

REQUEST_ID = "X-Request-ID"
# In bytes: a question and a conversation are far less.
MOST_SENT = 256 * 1024

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
# Nothing here is for the pages of others, or to be kept by anybody on the way. A page says itself what it may load.
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}

logger = logging.getLogger("kotae.web")


class TooLarge(Refused):
    """More was sent than is read."""

    def __init__(self) -> None:
        super().__init__(413, problems.TOO_LARGE, limit=MOST_SENT // 1024)


class Requests:
    """The outermost part of an app. `hosts` are the names that it answers to; any where there are none."""

    def __init__(self, app: ASGIApp, hosts: Collection[str] = ()) -> None:
        self._app = app
        self._hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, as ASGI has it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        method, began, status, received = scope["method"], time.monotonic(), 0, 0
        # HEAD is answered as GET; the server leaves out the body.
        scope = {**scope, "method": "GET" if method == "HEAD" else method}
        request = Request(scope)
        request.state.request_id = request_id = _request_id(request.headers)

        async def receive_some() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > MOST_SENT:
                raise TooLarge
            return message

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers[REQUEST_ID] = request_id
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            if self._hosts and _name_of(request.headers.get("host", "")) not in self._hosts:
                await problem(request, Refused(421, problems.WRONG_HOST))(scope, receive, send_with_headers)
            else:
                await self._app(scope, receive_some, send_with_headers)
        except Exception as error:
            answer = problem(request, error)
            if status:
                raise
            await answer(scope, receive, send_with_headers)
        finally:
            # The path of the route, not what stands in its place, nor any header or query.
            route = getattr(scope.get("route"), "path", "")
            values = {"method": method, "route": route, "status": status}
            took = round((time.monotonic() - began) * 1000)
            logger.info("request", extra={"event": "request", "request": request_id, "ms": took, **values})


def _request_id(headers: Headers) -> str:
    """The id that whoever asks gives a request, or a new one."""
    named = headers.get(REQUEST_ID, "")
    return named if _REQUEST_ID.fullmatch(named) else uuid.uuid4().hex


def _name_of(host: str) -> str:
    """The name in a Host header, without the port."""
    name, colon, port = host.rpartition(":")
    return (name if colon and port.isdecimal() else host).lower()
