"""Processes that tests start, and that never outlive them."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Timer
from typing import Any

# In seconds. No test waits this long for a process.
PATIENCE = 60
PIPES: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)


@contextmanager
def started(
    command: Sequence[str | bytes],
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    seconds: float = PATIENCE,
    **streams: Any,
) -> Iterator[subprocess.Popen[str]]:
    """A process and all that it starts, to talk to while it runs; they are ended with the block, whatever fails in it.

    One that takes longer than so many seconds is ended before, so that reading from it ends, too. It leads a process group.
    """
    process = subprocess.Popen(
        command, cwd=folder, env=environment, encoding="utf-8", start_new_session=True, **streams
    )
    watch = Timer(seconds, _end, [process])
    watch.start()
    try:
        # Closes its streams, and waits for it.
        with process:
            try:
                yield process
            finally:
                _end(process)
    finally:
        watch.cancel()


def _end(process: subprocess.Popen[str]) -> None:
    """End a process and its group: a child that is left would hold its streams open."""
    # macOS refuses a group of which nobody is left.
    with suppress(ProcessLookupError, PermissionError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
