"""`/mcp`: MCP over HTTP, for those who may ask the API, within the same limits."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from fastapi import APIRouter
from fastapi.security import HTTPBearer
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp_types import INVALID_REQUEST
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bot.access import Access
from bot.printable import to_json
from bot.web.authentication import caller
from bot.web.language import wording_for
from bot.web.mcp.server import create_server
from bot.web.problems import Refused, log_failure
from bot.web.requests import MOST_SENT
from bot.web.services import Services
from bot.wording.web import problems
from index.errors import DatabaseError

# What clients send beside what others do, from the pages of the sites that may ask.
HEADERS = ("Mcp-Protocol-Version", "Mcp-Method", "Mcp-Name")

_bearer = HTTPBearer(auto_error=False)


def mcp_router(services: Services) -> APIRouter:
    """The route, which serves while the app does."""
    endpoint = _Endpoint(services)
    return APIRouter(routes=[Route("/mcp", endpoint, methods=["POST"])], lifespan=endpoint.serving)


class _Endpoint:
    """Answers each request by itself: any replica can, and none keeps a session."""

    # While it serves.
    _manager: StreamableHTTPSessionManager

    def __init__(self, services: Services) -> None:
        self._services = services
        self._server = create_server(services, _access_of)

    @asynccontextmanager
    async def serving(self, _app: object) -> AsyncIterator[None]:
        """Serve while the app does."""
        self._manager = StreamableHTTPSessionManager(
            self._server, json_response=True, stateless=True, max_request_body_size=MOST_SENT
        )
        async with self._manager.run():
            yield

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, as ASGI has it."""
        request = Request(scope, receive)
        try:
            self._refuse_pages_of_others(request)
            request.state.access = await caller(request, await _bearer(request))
        except Refused as refused:
            await _refusal(request, refused)(scope, receive, send)
        except DatabaseError as error:
            log_failure(request, error)
            await _refusal(request, Refused(503, problems.UNAVAILABLE))(scope, receive, send)
        else:
            await self._manager.handle_request(scope, receive, send)

    def _refuse_pages_of_others(self, request: Request) -> None:
        """Which hosts are answered to was looked at before (bot.web.requests)."""
        origin = request.headers.get("origin")
        own = origin is None or urlsplit(origin).netloc == request.headers.get("host")
        if not own and origin not in self._services.settings.serve_origins:
            raise Refused(403, problems.WRONG_ORIGIN)


async def _access_of(request: Request) -> Access:
    access: Access = request.state.access
    return access


def _refusal(request: Request, refused: Refused) -> Response:
    """Why a request is not answered, as clients show it: they know JSON-RPC, and no problem+json."""
    sentence = wording_for(request)(refused.sentence, **refused.values)
    error = {"jsonrpc": "2.0", "id": None, "error": {"code": INVALID_REQUEST, "message": sentence}}
    return Response(to_json(error), refused.status_code, refused.headers, "application/json")
