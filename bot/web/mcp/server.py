"""The MCP server: lists the tools and calls them for whoever asks, with every failure in a sentence."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from importlib.metadata import version
from typing import Any

from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.shared.exceptions import MCPError
from mcp_types import INVALID_PARAMS, CallToolRequestParams, CallToolResult, ListToolsResult, PaginatedRequestParams
from starlette.requests import Request

from bot.access import Access
from bot.web.language import wording_for
from bot.web.mcp.tools import TOOLS, failure
from bot.web.problems import TEMPORARY
from bot.web.services import Services
from bot.wording import Wording
from bot.wording.web import mcp, problems
from index.errors import KotaeError

_Context = ServerRequestContext[Any, Request]

logger = logging.getLogger("kotae.mcp")


def create_server(services: Services, access_of: Callable[[Any], Awaitable[Access]]) -> Server:
    """The server that answers from these services.

    `access_of` gives what somebody may read, at the moment of each call, by their request: None where it came over no HTTP,
    and whoever asks is at this machine.
    """

    async def list_tools(context: _Context, _params: PaginatedRequestParams | None) -> ListToolsResult:
        say = _wording(context)
        return ListToolsResult(tools=[tool.definition(say, services, name) for name, tool in TOOLS.items()])

    async def call_tool(context: _Context, params: CallToolRequestParams) -> CallToolResult:
        tool, say = TOOLS.get(params.name), _wording(context)
        if tool is None:
            raise MCPError(INVALID_PARAMS, say(mcp.UNKNOWN_TOOL, name=params.name))
        try:
            return await tool.call(services, await access_of(context.request), say, params.arguments or {})
        except Exception as error:
            number = context.request.state.request_id if context.request else ""
            logger.exception("failed", extra={"event": "error", "tool": params.name, "request": number})
            return failure(_sentence(say, error, number))

    def _wording(context: _Context) -> Wording:
        return wording_for(context.request) if context.request else Wording(services.language)

    def input_schema(name: str) -> dict[str, Any] | None:
        return TOOLS[name].takes.json_schema() if name in TOOLS else None

    return Server(
        "kotae",
        version=version("kotae"),
        instructions=Wording(services.language)(mcp.INSTRUCTIONS),
        on_list_tools=list_tools,
        on_call_tool=call_tool,
        get_tool_input_schema=input_schema,
    )


def _sentence(say: Wording, error: Exception, request: str) -> str:
    """What is said of an error: without a request, to whoever is at this machine, also what can be mended there."""
    if isinstance(error, KotaeError) and not request:
        return say.of_error(error)
    if isinstance(error, TEMPORARY):
        return say(problems.UNAVAILABLE)
    return say(problems.FAILED, request=request) if request else say(mcp.FAILED)
