"""A network between a program and a server, which can be cut."""

from __future__ import annotations

import select
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Proxy:
    """Passes on what is sent to a port of this machine; it can pause, be slow, and close all connections."""

    def __init__(self, port: int) -> None:
        self._server = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        # In seconds, for each piece in either direction.
        self.delay = 0.0
        self._open = threading.Event()
        self._open.set()
        self._ended = False
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Accept nothing more, and close all connections."""
        self._ended = True
        self._listening.close()
        self._open.set()
        self.disconnect()

    def disconnect(self) -> None:
        """Close all connections."""
        for pair in self._pairs:
            for one in pair:
                # Whoever waits for it is woken.
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
        self._pairs.clear()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Let nothing through: neither side learns why the other says nothing."""
        self._open.clear()
        try:
            yield
        finally:
            self._open.set()

    def _accept(self) -> None:
        while not self._ended:
            with suppress(OSError):
                client, _ = self._listening.accept()
                threading.Thread(target=self._serve, args=[client], daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        self._open.wait()
        with client, suppress(OSError), socket.create_connection(("127.0.0.1", self._server)) as server:
            self._pairs.append((client, server))
            others = {client: server, server: client}
            while True:
                for one in select.select([*others], [], [])[0]:
                    piece = one.recv(1 << 16)
                    self._open.wait()
                    time.sleep(self.delay)
                    if not piece:
                        return
                    others[one].sendall(piece)
