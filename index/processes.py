"""Worker processes: they leave the processors to others, and end with the process that started them."""

from __future__ import annotations

import os
import signal
from multiprocessing import parent_process
from multiprocessing.connection import wait
from threading import Thread

_LOWEST_PRIORITY = 19


def become_worker() -> None:
    """Make this process a worker: lowest priority, deaf to Ctrl-C, and ended when its parent is."""
    # A terminal sends Ctrl-C to all processes; the first one alone decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Windows has no such call.
    if hasattr(os, "nice"):
        os.nice(_LOWEST_PRIORITY)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
