"""`kotae serve`: listens until it is told to end, or a later version has the database."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, closing

import uvicorn

from bot.logs import start_logging
from bot.metrics.health import responds
from bot.metrics.opened import opened_metrics
from bot.metrics.standing import Sampled, knowledge_checks, knowledge_gauges, queue_gauges
from bot.metrics.traces import traced
from bot.settings import Settings, is_loopback
from bot.web.app import create_app
from bot.web.processes import REFRESH_TIMEOUT, AnsweringProcesses
from bot.web.services import Services
from bot.wording import Language
from index.errors import KotaeError
from index.processes import take_sigterm_as_interrupt
from index.search.knowledge import Knowledge
from index.store.jobs import Jobs

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")

# In seconds: how long answers under way have, once told to end.
_LONGEST_END = 8
# In seconds: how long threads have after that.
_LONGEST_LEAVE = 1.0


class ServeAddressUnusable(KotaeError):
    """Nothing can listen at an address; `values` has the `address` and the `reason`."""


def run(
    settings: Settings,
    opened: AbstractContextManager[Knowledge],
    language: Language,
    host: str,
    port: int,
    listening: Callable[[str], object],
) -> int:
    """Serve until SIGTERM or SIGINT; raises KotaeError where that cannot be.

    `opened` gives what to answer from once it is entered; `listening` is told the address once it can be asked.
    """
    # As Ctrl-C, also after uvicorn, which lets the signal that it was ended by have its effect.
    take_sigterm_as_interrupt()
    try:
        with (
            closing(_listen(host, port)) as listener,
            opened_metrics(settings, always=True) as metrics,
            traced(settings, "kotae-serve"),
            opened as knowledge,
        ):
            knowledge.refresh_timeout = REFRESH_TIMEOUT
            start_logging()
            answering = settings._replace(database_url=knowledge.store.url)
            processes = AnsweringProcesses(answering, settings.serve_processes, metrics.took)
            services = Services(settings, knowledge, language, metrics=metrics, processes=processes)
            asyncio.run(_serve(services, listener, listening))
    except KeyboardInterrupt:
        pass
    _leave_threads()
    return 0


def _leave_threads() -> None:
    """End without threads that still wait for a database, perhaps for a minute: Python would let them come to their end."""
    others = [one for one in threading.enumerate() if not one.daemon and one is not threading.main_thread()]
    until = time.monotonic() + _LONGEST_LEAVE
    for one in others:
        one.join(max(0.0, until - time.monotonic()))
    if any(one.is_alive() for one in others):
        os._exit(0)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=1024)
        # What is accepted has this from it. Without it the body of an answer waits some 40 ms for the other side to
        # acknowledge the headers (RFC 896), since asyncio sets it only where the protocol of the socket is named.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listener
    except OSError as error:
        # Python adds the address once more.
        reason = (error.strerror or str(error)).partition(" (while")[0]
        raise ServeAddressUnusable(address=f"{host}:{port}", reason=reason) from error


def _observe(services: Services) -> None:
    """Show whether it is ready, and how the index follows the store."""
    loop, knowledge = asyncio.get_running_loop(), services.knowledge
    checks = knowledge_checks(knowledge) | {"answering": lambda: not services.processes or services.processes.respond()}
    services.metrics.health.watch(checks, lambda: responds(loop))
    services.metrics.show(knowledge_gauges(knowledge) | queue_gauges(Sampled(Jobs(services.store).state)))


async def _serve(services: Services, listener: socket.socket, listening: Callable[[str], object]) -> None:
    address, port = listener.getsockname()[:2]
    named = services.settings.serve_hosts
    # A page of somebody else's whose name leads here must not read what is served to this machine alone.
    hosts = {*named, *LOOPBACK_NAMES} if named or is_loopback(address) else ()
    app = create_app(services, hosts)
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        ws="none",
        timeout_graceful_shutdown=_LONGEST_END,
    )
    server, outdated = uvicorn.Server(config), list[KotaeError]()

    def end_outdated(error: KotaeError) -> None:
        outdated.append(error)
        server.should_exit = True

    services.knowledge.follow(end_outdated)
    _observe(services)
    listening(f"http://{f'[{address}]' if ':' in address else address}:{port}")
    try:
        await server.serve(sockets=[listener])
    finally:
        services.close()
    if outdated:
        raise outdated[0]
