"""`/mcp`: MCP over HTTP, for those who may ask the API, within the same limits."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from fastapi.security import HTTPBearer
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from bot.access import Access
from bot.printable import to_json
from bot.web.authentication import caller
from bot.web.language import wording_for
from bot.web.problems import Refused, refusal
from bot.web.requests import TooLarge
from bot.web.services import Services
from bot.wording.web import problems
from index.errors import DatabaseError

if TYPE_CHECKING:
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

# What clients send beside what others do, from the pages of the sites that may ask.
HEADERS = ("Mcp-Protocol-Version", "Mcp-Method", "Mcp-Name")

# Of JSON-RPC.
_INVALID_REQUEST = -32600

_bearer = HTTPBearer(auto_error=False)


class McpEndpoint:
    """Answers each request by itself: any replica can, and none keeps a session."""

    path = "/mcp"

    def __init__(self, services: Services) -> None:
        self._services = services

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, as ASGI has it."""
        request = Request(scope, receive)
        # As the API's routes do, by which the log names them.
        scope["route"] = self
        try:
            self._refuse_pages_of_others(request)
            request.state.access = await caller(request, await _bearer(request))
        except (Refused, DatabaseError) as error:
            await _refused(request, refusal(request, error))(scope, receive, send)
        else:
            manager = await self._services.run_in_thread(self._manager)
            try:
                async with manager.run():
                    await manager.handle_request(scope, receive, send)
            # Of the SDK's task group, where the limit of bot.web.requests was passed.
            except* TooLarge:
                await _refused(request, TooLarge())(scope, receive, send)

    def _manager(self) -> StreamableHTTPSessionManager:
        """The SDK's part, for one request."""
        # Loading it takes half a second and 30 MB, which an API without assistants need not have.
        from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

        from bot.web.mcp.server import create_server

        server = create_server(self._services, _access_of)
        # bot.web.requests has a limit, and says it in a sentence.
        return StreamableHTTPSessionManager(
            server, json_response=True, stateless=True, max_request_body_size=sys.maxsize
        )

    def _refuse_pages_of_others(self, request: Request) -> None:
        """Which hosts are answered to was looked at before (bot.web.requests)."""
        origin = request.headers.get("origin")
        own = origin is None or origin.partition("://")[2] == request.headers.get("host")
        if not own and origin not in self._services.settings.serve_origins:
            raise Refused(403, problems.WRONG_ORIGIN)


async def _access_of(request: Request) -> Access:
    access: Access = request.state.access
    return access


def _refused(request: Request, refused: Refused) -> Response:
    """Why a request is not answered, as clients show it: they know JSON-RPC, and no problem+json."""
    sentence = wording_for(request)(refused.sentence, **refused.values)
    error = {"jsonrpc": "2.0", "id": None, "error": {"code": _INVALID_REQUEST, "message": sentence}}
    return Response(to_json(error), refused.status_code, refused.headers, "application/json")
