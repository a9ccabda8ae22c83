"""Reading files in a process of its own, which may hang, crash or take all memory without harm to this one.

It is started for the first file that needs it, reads one file after the other, and is ended and replaced when a file
takes it too far. When this process ends, however it does, so does that one.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Self

from index import errors
from index.errors import ContentError, ContentTooSlow, LoaderEnded
from index.loaders.document import load
from index.loaders.files import ContentFile
from index.loaders.kinds import HEAD, NOT_TEXT, kind_of
from index.loaders.limits import Limits
from index.types import Document

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

# Up to this size the worst that a text of these kinds can hold takes a second or two; starting a process always takes some.
_AT_ONCE = (".md", ".markdown", ".txt", ".text")
_LARGEST_AT_ONCE = 64_000
# Starting takes a quarter of a second; a machine that is this busy is not going to read anything.
_LONGEST_START = 60


class Loading:
    """Reads files within their limits. Not for several threads at once.

    Used as a context, at whose end the process ends: `with Loading(limits) as loading: loading.load(file)`.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._process: BaseProcess | None = None
        self._connection: Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._end()

    def load(self, file: ContentFile) -> Document:
        """The document in a file; raises a ContentError that names it, also where reading it crashes or takes too long."""
        file.check_size(self._limits.largest_file)
        if _can_be_read_at_once(file):
            return load(file, self._limits)
        try:
            return self._load_elsewhere(file)
        except (EOFError, OSError) as error:
            self._end()
            raise LoaderEnded(path=str(file.path), memory=str(self._limits.memory)) from error
        except BaseException as error:
            # Whoever interrupts us does not want the rest of the file.
            if not isinstance(error, ContentError):
                self._end()
            raise

    def _load_elsewhere(self, file: ContentFile) -> Document:
        connection = self._connection or self._start()
        connection.send((file.path, file.name))
        if not connection.poll(self._limits.longest_loading):
            self._end()
            raise ContentTooSlow(path=str(file.path), seconds=str(self._limits.longest_loading))
        document, error, fatal = connection.recv()
        if fatal:
            self._end()
        if error is not None:
            name, values = error
            raise getattr(errors, name)(**values)
        read: Document = document
        return read

    def _start(self) -> Connection:
        from multiprocessing import get_context

        from index.loaders.reading import read_files

        context = get_context("spawn")
        ours, theirs = context.Pipe()
        self._connection = ours
        self._process = context.Process(target=read_files, args=(theirs, self._limits), daemon=True)
        with _interrupts_kept_from_children():
            self._process.start()
        # Only the process has its end now, so that its end is noticed as the end of what it sends.
        theirs.close()
        if not ours.poll(_LONGEST_START):
            raise EOFError
        ours.recv()
        return ours

    def _end(self) -> None:
        if self._connection is not None:
            self._connection.close()
        if self._process is not None and self._process.pid is not None:
            self._process.kill()
            self._process.join()
            self._process.close()
        self._connection = self._process = None


def _can_be_read_at_once(file: ContentFile) -> bool:
    suffix = file.path.suffix.lower()
    return (
        suffix in _AT_ONCE
        and file.size <= _LARGEST_AT_ONCE
        and kind_of(suffix, file.read(HEAD), str(file.path)) not in NOT_TEXT
    )


@contextmanager
def _interrupts_kept_from_children() -> Iterator[None]:
    """A process started meanwhile never sees Ctrl-C, which a terminal sends to all; here it comes a little later."""
    if sys.platform == "win32":
        yield
        return
    from multiprocessing import resource_tracker

    # It lets interrupts through again when it is started, which would be amid what follows.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
