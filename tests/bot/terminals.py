"""A process in a real pseudo-terminal."""

from __future__ import annotations

import contextlib
import os
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from tests.processes import PATIENCE, started

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>78]|\x1b\][^\x07]*\x07")
needs_terminal = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals of this kind")


class Terminal:
    """What a process shows in its terminal, and keys to press."""

    def __init__(self, master: int, process: subprocess.Popen[str]) -> None:
        self._master = master
        self._process = process
        self._bytes = b""
        self._seen = 0

    @property
    def shown(self) -> str:
        """All that was shown up to now, with escape codes."""
        return self._bytes.decode("utf-8", errors="replace")

    def press(self, keys: str) -> None:
        """Type keys."""
        os.write(self._master, keys.encode())

    def wait_for(self, text: str) -> str:
        """Wait until the text is shown, after what was waited for before; gives what was shown since, as text."""
        deadline = time.monotonic() + PATIENCE
        while text not in (new := ESCAPES.sub("", self.shown)[self._seen :]):
            assert self._read(deadline), f"{text} was not shown, but: {new}"
        self._seen += new.index(text) + len(text)
        return new

    def wait_for_end(self) -> int:
        """Wait until the process has ended; gives its exit status."""
        deadline = time.monotonic() + PATIENCE
        while self._read(deadline):
            pass
        return self._process.wait(PATIENCE)

    def _read(self, deadline: float) -> bool:
        """Read what there is; False where the process has ended, or says nothing more."""
        ready, _, _ = select.select([self._master], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            return False
        try:
            new = os.read(self._master, 65536)
        except OSError:  # how Linux says that nobody holds the other end
            return False
        if b"\x1b[6n" in new:  # "where is the cursor?"
            os.write(self._master, b"\x1b[1;1R")
        self._bytes += new
        return bool(new)


@contextlib.contextmanager
def terminal(
    command: Sequence[str | bytes], environment: Mapping[str, str], folder: Path, columns: int = 100
) -> Iterator[Terminal]:
    """Start a process in a terminal of so many columns; it is ended with the block."""
    import pty
    import termios

    master, slave = pty.openpty()
    termios.tcsetwinsize(slave, (40, columns))
    with started(command, environment, folder, stdin=slave, stdout=slave, stderr=slave) as process:
        os.close(slave)
        try:
            yield Terminal(master, process)
        finally:
            os.close(master)
