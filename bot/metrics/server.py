"""Serves metrics and health on a port of their own, in threads: they answer also while the process is busy or stuck."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from socketserver import ThreadingTCPServer
from threading import Thread

from prometheus_client import MetricsHandler

from bot.metrics.prometheus import PrometheusMetrics
from bot.printable import to_json

# In seconds: how soon the server notices that it is to end.
_ATTENTION = 0.1


@contextmanager
def serving(metrics: PrometheusMetrics, host: str, port: int) -> Iterator[int]:
    """Serve at an address; gives the port, which is a free one for 0. Raises OSError where it cannot be listened on."""
    with _Server(metrics, host, port) as server:
        thread = Thread(target=server.serve_forever, args=[_ATTENTION], name="metrics")
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


class _Server(ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, metrics: PrometheusMetrics, host: str, port: int) -> None:
        self.metrics = metrics
        self.address_family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        super().__init__(address[:2], _Handler)

    def handle_error(self, *_request: object) -> None:
        """Say nothing: whoever asked gets no answer, and knows."""


class _Handler(MetricsHandler):
    # In seconds: how long somebody may be connected without asking.
    timeout = 10
    server: _Server

    def do_GET(self) -> None:
        """Answer."""
        metrics = self.server.metrics
        path = self.path.partition("?")[0]
        if path == "/metrics":
            self.registry = metrics.registry
            super().do_GET()
        elif path == "/livez":
            alive = metrics.health.is_alive()
            self._send({"alive": alive}, well=alive)
        elif path == "/readyz":
            readiness = metrics.health.readiness()
            self._send(readiness._asdict(), well=readiness.ready)
        else:
            self.send_error(HTTPStatus.NOT_FOUND)

    def _send(self, content: object, *, well: bool) -> None:
        body = to_json(content).encode()
        self.send_response(HTTPStatus.OK if well else HTTPStatus.SERVICE_UNAVAILABLE)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
