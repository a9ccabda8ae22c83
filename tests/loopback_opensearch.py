"""A server on 127.0.0.1 that answers as an OpenSearch cluster may: with what it is told, the last again and again."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

from index.ranking.opensearch.addresses import parse_addresses
from index.ranking.opensearch.cluster import Cluster


class LoopbackOpenSearch:
    """A server with these answers, each a status and a body, one a request."""

    def __init__(self, answers: Sequence[tuple[int, object]]) -> None:
        left = list(answers)

        class Handler(BaseHTTPRequestHandler):
            """Gives the next answer."""

            def do_POST(self) -> None:
                """Read the request, and answer."""
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                status, body = left.pop(0) if len(left) > 1 else left[0]
                content = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST  # noqa: N815 - so it is called

            def log_message(self, *_arguments: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.shown = f"127.0.0.1:{self._server.server_port}"
        self._clusters: list[Cluster] = []

    def cluster(self) -> Cluster:
        """What talks to it."""
        self._clusters.append(Cluster(parse_addresses(f"http://me:secret@{self.shown}")))
        return self._clusters[-1]

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for cluster in self._clusters:
            cluster.close()
        self._server.shutdown()
        self._server.server_close()
