"""The server: Discord's REST API and gateway on 127.0.0.1, with the people who talk to the bot."""

from __future__ import annotations

import asyncio
import functools
import json
import random
import re
import time
import traceback
from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, Self

import discord
from aiohttp import web
from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL

from tests.loopback_discord.broken_lines import BrokenLines, cut
from tests.loopback_discord.gateway import Gateway
from tests.loopback_discord.journal import Call, Journal, Request, Violation
from tests.loopback_discord.people.administration import Administration
from tests.loopback_discord.people.moderation import Moderation
from tests.loopback_discord.people.user import PATIENCE, People
from tests.loopback_discord.rest import errors, rules
from tests.loopback_discord.rest.applications import Applications
from tests.loopback_discord.rest.channels import Channels
from tests.loopback_discord.rest.errors import DiscordError, ErrorCode
from tests.loopback_discord.rest.interactions import Interactions
from tests.loopback_discord.rest.messages import Answer, Handler, Messages
from tests.loopback_discord.rest.openapi import Description, description
from tests.loopback_discord.rest.rate_limits import RateLimits
from tests.loopback_discord.rest.threads import Threads
from tests.loopback_discord.world.world import World

API = "/api/v10"
TOKEN = "loopback.token.of-a-bot"  # noqa: S105 - it opens nothing but this server
REQUESTS_PER_SECOND = 50
# Interactions have tokens of their own, and no rate limit.
WITHOUT_TOKEN = ("/interactions/", "/webhooks/")
LARGEST_BODY = 25 * 1024 * 1024


class LoopbackDiscord(People, Moderation, Administration):
    """A Discord of one's own: fill its `world`, `start` it, connect a bot, act as its people, see what it did."""

    def __init__(
        self,
        *,
        token: str = TOKEN,
        heartbeat_interval: float = 41.25,
        privileged_intents_allowed: bool = False,
        openapi: Path | None = None,
    ) -> None:
        self.token = token
        self.api_url = self.gateway_url = ""
        self.world = World()
        self.journal = Journal()
        self.gateway = Gateway(self.world, self.journal, token, heartbeat_interval)
        self.gateway.privileged_intents_allowed = privileged_intents_allowed
        self.messages = Messages(self.world, self.gateway, self.journal)
        self.interactions = Interactions(self.world, self.gateway, self.journal, self.messages)
        self.applications = Applications(self.world, self.gateway, self.journal)
        self.description = description(openapi) if openapi else None
        self._channels = Channels(self.world, self.gateway, self.messages)
        self._threads = Threads(self.world, self.gateway, self.messages)
        self._rate_limits = RateLimits()
        self._lines = BrokenLines()
        # Routes that this server does not have, as servers other than Discord's lack some.
        self.unknown_routes: set[str] = set()
        # Routes, and channels with all that is in them, whose requests fail with a status, or take so many seconds.
        self.failing: dict[str | int, int] = {}
        self.slow: dict[str | int, float] = {}
        self._recent: deque[float] = deque()
        self._runner: web.AppRunner | None = None

    @property
    def requests(self) -> list[Request]:
        """Every request, in the order in which they were answered."""
        return self.journal.requests

    @property
    def violations(self) -> list[Violation]:
        """Every rule that the bot broke."""
        return self.journal.violations

    @property
    def invalid_requests(self) -> list[Request]:
        """The requests that Discord counts against a bot."""
        return [request for request in self.requests if request.status in (401, 403, 429)]

    @property
    def rate_limits(self) -> dict[str, tuple[int, float]]:
        """How many requests of a route, such as `GET /channels/{channel_id}/messages`, in how many seconds."""
        return self._rate_limits.limits

    async def start(self) -> None:
        """Listen on a free port."""
        application = web.Application(client_max_size=LARGEST_BODY)
        application.router.add_get("/", self.gateway.handle)
        application.router.add_get("/attachments/{channel}/{number}/{filename}", self._file)
        parts = (self._channels, self._threads, self.messages, self.interactions, self.applications)
        routes = {route: handler for part in parts for route, handler in part.routes().items()}
        for (method, template), handler in sorted(routes.items(), key=lambda item: item[0][1].count("{")):
            path = re.sub(r"\{(\w+_id)\}", r"{\1:[0-9]+}", template)
            application.router.add_route(method, API + path, self._served(template, handler))
        application.router.add_route("*", "/{path:.*}", self._served("", self._unknown_route))
        self._runner = web.AppRunner(application, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.api_url, self.gateway_url = f"http://127.0.0.1:{port}{API}", f"ws://127.0.0.1:{port}/"
        self.gateway.url = self.gateway_url
        self.messages.files_url = f"http://127.0.0.1:{port}"

    async def stop(self) -> None:
        """Cut what is connected, and listen no longer."""
        await self.gateway.drop()
        if self._runner:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @contextmanager
    def as_discord(self) -> Iterator[None]:
        """Let discord.py in this process take this server for Discord."""
        before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = self.api_url, URL(self.gateway_url)
        try:
            yield
        finally:
            Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = before

    @asynccontextmanager
    async def running(
        self, client: discord.Client, *, token: str | None = None, shards: int = 1
    ) -> AsyncIterator[None]:
        """Run a discord.py client against this server; what stops it from connecting, or ends it, is raised."""
        with self.as_discord():
            async with client:
                earlier = set(self.gateway.sessions.values())
                task = asyncio.create_task(client.start(token or self.token))
                connected = self.journal.wait_for(
                    lambda: len(set(self.gateway.connected) - earlier) >= shards, PATIENCE, "the bot did not connect"
                )
                connection = asyncio.create_task(connected)
                await asyncio.wait({task, connection}, return_when=asyncio.FIRST_COMPLETED)
                try:
                    if not task.done():
                        await connection
                        yield
                finally:
                    connection.cancel()
                    await client.close()
                    await asyncio.wait({task})
                await task

    def problems_of_answer(self, request: Request) -> list[str]:
        """What Discord's description says against an answer of this server's."""
        if not self.description or not request.template:
            return []
        return self.description.answer_problems(request.method, request.template, request.status, request.answer)

    def limit_next(self, route: str, retry_after: float = 0.2, *, times: int = 1, everywhere: bool = False) -> None:
        """Answer the next requests of a route, such as `POST /channels/{channel_id}/messages`, with 429."""
        self._rate_limits.refuse_next(route, retry_after, times, everywhere=everywhere)

    def break_lines(self, share: float, seed: int = 0) -> None:
        """Cut this share of requests from now on: half before they are handled, half before the answer; 0 mends."""
        self._lines.share, self._lines.chance = share, random.Random(seed)

    def _served(self, template: str, handler: Handler) -> Any:
        async def serve(request: web.Request) -> web.Response:
            received_at = time.monotonic()
            call = Call(request.method, request.path.removeprefix(API), template)
            headers: dict[str, str] = {}
            breaks = self._lines.before_or_after()
            if breaks == "before":
                return cut(request)
            try:
                call = await _call(request, template)
                verdict = self._rate_limits.count(call)
                headers = verdict.headers
                status, answer = 429, verdict.refusal
                if answer is None:
                    status, answer = await self._answer(call, handler, request.headers.get("Authorization"))
            except DiscordError as error:
                status, answer = error.status, error.to_payload()
                if error.rule:
                    self.journal.violate(error.rule, str(error), call)
            except Exception:  # noqa: BLE001 - a mistake of the server's own must not look like one of the bot's
                status, answer = 501, {"message": "the loopback server failed", "code": 0}
                self.journal.violate("server_error", traceback.format_exc(), call)
            request_log = Request(call.method, call.path, template, call.body, status, answer, received_at)
            self.journal.requests.append(request_log)
            self.journal.notify()
            if breaks:
                return cut(request)
            # Exactly this content type: discord.py takes none with a charset for JSON.
            body = None if answer is None else json.dumps(answer, ensure_ascii=False).encode()
            content_type = None if body is None else "application/json"
            return web.Response(status=status, body=body, content_type=content_type, headers=headers)

        return serve

    async def _answer(self, call: Call, handler: Handler, authorization: str | None) -> Answer:
        """Check a request as Discord would, in Discord's order, and let its handler answer it."""
        if call.template and not call.path.startswith(WITHOUT_TOKEN):
            if authorization != f"Bot {self.token}":
                raise DiscordError(errors.UNAUTHORIZED, "unauthorized")
            self._count(call)
        if f"{call.method} {call.template}" in self.unknown_routes:
            raise DiscordError(errors.NOT_FOUND)
        route, channel = f"{call.method} {call.template}", call.number("channel_id")
        await asyncio.sleep(max(self.slow.get(route, 0), self.slow.get(channel, 0)))
        if status := self.failing.get(route) or self.failing.get(channel):
            raise DiscordError(ErrorCode(status, 0, "Service Unavailable"))
        rules.check(call, self.journal.violate)
        if self.description and call.template:
            self.journal.check_later(functools.partial(self._check_description, self.description, call))
        return await handler(call)

    def _check_description(self, description: Description, call: Call) -> None:
        for problem in description.request_problems(
            call.method, call.template, call.parameters, call.query, call.body, form=bool(call.files)
        ):
            self.journal.violate("openapi", problem, call)

    def _count(self, call: Call) -> None:
        now = time.monotonic()
        self._recent.append(now)
        while now - self._recent[0] > 1:
            self._recent.popleft()
        if len(self._recent) > REQUESTS_PER_SECOND:
            self.journal.violate("global_rate_limit", f"{len(self._recent)} requests within a second", call)

    async def _unknown_route(self, _: Call) -> Answer:
        raise DiscordError(errors.NOT_FOUND, "unknown_route")

    async def _file(self, request: web.Request) -> web.Response:
        await asyncio.sleep(self.slow.get(int(request.match_info["channel"]), 0))
        attachment = self.messages.attachments.get(int(request.match_info["number"]))
        return web.Response(body=attachment.data) if attachment else web.Response(status=404)


async def _call(request: web.Request, template: str) -> Call:
    """Take a request apart; the body of a form is its part payload_json."""
    body: Any = None
    files: dict[str, tuple[str, bytes]] = {}
    try:
        if request.content_type == "multipart/form-data":
            for name, part in (await request.post()).items():
                if isinstance(part, web.FileField):
                    files[name] = part.filename, part.file.read()
                elif name == "payload_json":
                    body = json.loads(part)
        elif request.can_read_body:
            body = json.loads(await request.text())
    except ValueError:
        raise DiscordError(errors.INVALID_JSON) from None
    path = request.path.removeprefix(API)
    return Call(request.method, path, template, dict(request.match_info), dict(request.query), body, files)
