"""Serves metrics and health on a port of their own, in threads: they answer also while the process is busy or stuck."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer
from threading import Thread

from bot.metrics.metrics import Metrics
from bot.printable import to_json

# In seconds: how soon the server notices that it is to end.
_ATTENTION = 0.1


@contextmanager
def serving(metrics: Metrics, host: str, port: int) -> Iterator[int]:
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

    def __init__(self, metrics: Metrics, host: str, port: int) -> None:
        self.metrics = metrics
        self.address_family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        super().__init__((host, port), _Handler)

    def handle_error(self, *_request: object) -> None:
        """Say nothing: whoever asked gets no answer, and knows."""


class _Handler(BaseHTTPRequestHandler):
    # In seconds: how long somebody may be connected without asking.
    timeout = 10
    server: _Server

    def do_GET(self) -> None:
        """Answer."""
        metrics = self.server.metrics
        path = self.path.partition("?")[0]
        if path == "/metrics":
            self._send(*metrics.text(self.headers.get("Accept", "")))
        elif path == "/livez":
            alive = metrics.health.is_alive()
            self._send_json({"alive": alive}, well=alive)
        elif path == "/readyz":
            readiness = metrics.health.readiness()
            self._send_json(readiness._asdict(), well=readiness.ready)
        else:
            self.send_error(HTTPStatus.NOT_FOUND)

    def log_message(self, *_message: object) -> None:
        """Log nothing: somebody asks every few seconds."""

    def _send_json(self, content: object, *, well: bool) -> None:
        status = HTTPStatus.OK if well else HTTPStatus.SERVICE_UNAVAILABLE
        self._send("application/json", to_json(content).encode(), status)

    def _send(self, media_type: str, body: bytes, status: HTTPStatus = HTTPStatus.OK) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
