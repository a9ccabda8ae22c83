"""What runs in the process that reads files for another: see isolated.py."""

from __future__ import annotations

import os
import sys
from multiprocessing.connection import Connection
from pathlib import Path

from index.errors import ContentError, ContentTooMuchMemory
from index.loaders.document import load
from index.loaders.files import ContentFile
from index.loaders.limits import MEGABYTE, Limits
from index.processes import serve_parent
from index.types import Document

# The document; or the name and values of an error; and whether the process is to be replaced.
Answer = tuple[Document | None, tuple[str, dict[str, str]] | None, bool]


def read_files(connection: Connection, limits: Limits) -> None:
    """Answer each path and name that arrives with what is there to read, until whoever asks is gone."""
    serve_parent()
    _say_nothing()
    _limit_memory(limits)
    try:
        connection.send(None)
        while True:
            path, name = connection.recv()
            _limit_time(limits)
            connection.send(_answer(path, name, limits))
    except (EOFError, OSError):
        return


def _answer(path: Path, name: str, limits: Limits) -> Answer:
    try:
        return load(ContentFile(path, name), limits), None, False
    except ContentError as error:
        return None, _told(error), False
    except MemoryError:
        # What is left of it may hold on to the memory.
        return None, _told(ContentTooMuchMemory(path=str(path), most=str(limits.memory))), True


def _told(error: ContentError) -> tuple[str, dict[str, str]]:
    return type(error).__name__, error.values


def _say_nothing() -> None:
    """What libraries print about damaged files is not for whoever asked."""
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
    # macOS refuses what it does not hold a process to.
    try:
        resource.setrlimit(resource.RLIMIT_AS, (most if highest < 0 else min(most, highest), highest))
    except (OSError, ValueError):
        return


def _limit_time(limits: Limits) -> None:
    """The system ends a process whose parent is gone too, even where a library never lets our thread run."""
    if sys.platform == "win32":
        return
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    _, highest = resource.getrlimit(resource.RLIMIT_CPU)
    seconds = int(used.ru_utime + used.ru_stime) + 2 * limits.longest_loading + 1
    resource.setrlimit(resource.RLIMIT_CPU, (seconds if highest < 0 else min(seconds, highest), highest))
