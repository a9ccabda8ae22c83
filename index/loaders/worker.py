"""The worker process that loads files for another: see isolated.py."""

from __future__ import annotations

import os
import sys
from multiprocessing.connection import Connection
from pathlib import Path

from index.errors import ContentError, ContentTooMuchMemory
from index.loaders.document import load
from index.loaders.files import ContentFile
from index.loaders.limits import MEGABYTE, Limits
from index.processes import become_worker
from index.types import Document

# The document, or the name and values of an error; and whether the worker is to be replaced.
Reply = tuple[Document | None, tuple[str, dict[str, str]] | None, bool]


def serve_files(connection: Connection, limits: Limits) -> None:
    """Reply to each path and name received with the document or the error, until the other end is closed."""
    become_worker()
    _discard_output()
    _limit_memory(limits)
    try:
        connection.send(None)
        while True:
            path, name = connection.recv()
            _limit_time(limits)
            connection.send(_reply(path, name, limits))
    except (EOFError, OSError):
        return


def _reply(path: Path, name: str, limits: Limits) -> Reply:
    try:
        return load(ContentFile(path, name), limits), None, False
    except ContentError as error:
        return None, _serialised(error), False
    except MemoryError:
        # Remains of the document may still hold the memory.
        return None, _serialised(ContentTooMuchMemory(path=str(path), most=str(limits.memory))), True


def _serialised(error: ContentError) -> tuple[str, dict[str, str]]:
    return type(error).__name__, error.values


def _discard_output() -> None:
    """Discard what libraries print about damaged files."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (1, 2):
        os.dup2(nothing, stream)


def _limit_memory(limits: Limits) -> None:
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _, highest = resource.getrlimit(resource.RLIMIT_AS)
    most = limits.memory * MEGABYTE
    # macOS refuses this limit.
    try:
        resource.setrlimit(resource.RLIMIT_AS, (most if highest < 0 else min(most, highest), highest))
    except (OSError, ValueError):
        return


def _limit_time(limits: Limits) -> None:
    """Let the system kill this process when its CPU time is up, even where a library lets no other thread run."""
    if sys.platform == "win32":
        return
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    _, highest = resource.getrlimit(resource.RLIMIT_CPU)
    seconds = int(used.ru_utime + used.ru_stime) + 2 * limits.longest_loading + 1
    resource.setrlimit(resource.RLIMIT_CPU, (seconds if highest < 0 else min(seconds, highest), highest))
