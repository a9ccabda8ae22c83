"""Loads files in a worker process, which may hang, crash or run out of memory without harm to this one.

The worker starts with the first file that needs it, loads one file after the other, and is killed and replaced when a
file exceeds the limits. It ends when this process ends, however that ends.
"""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Self

from index import errors
from index.errors import ContentError, ContentTooMuchMemory, ContentTooSlow, LoaderEnded
from index.loaders.document import load
from index.loaders.files import ContentFile
from index.loaders.kinds import BINARY_SUFFIXES, HEAD_BYTES, kind_of
from index.loaders.limits import Limits
from index.processes import interrupts_blocked
from index.types import Document

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

# Up to this size the worst text of these kinds takes a second or two, as starting a worker always does.
_TEXT_SUFFIXES = (".md", ".markdown", ".mdx", ".txt", ".text")
_LARGEST_HARMLESS = 64_000
# In seconds; starting takes a quarter of one.
_START_TIMEOUT = 60


class IsolatedLoader:
    """Loads files within limits of time and memory. Not safe for threads.

    A context manager, which stops the worker at its end: `with IsolatedLoader(limits) as loader: loader.load(file)`.
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
        self._stop()

    def load(self, file: ContentFile) -> Document:
        """The document in a file; raises a ContentError that names it, also where reading it crashes or takes too long."""
        file.check_size(self._limits.largest_file)
        if _is_harmless(file):
            return load(file, self._limits)
        used = self._connection is not None
        try:
            return self._load_isolated(file)
        except ContentTooMuchMemory:
            if not used:
                raise
            # Remains of the files that the worker read before may have held the memory.
            return self._load_isolated(file)

    def _load_isolated(self, file: ContentFile) -> Document:
        try:
            return self._load_in_worker(file)
        except (EOFError, OSError) as error:
            self._stop()
            raise LoaderEnded(path=str(file.path), memory=str(self._limits.memory)) from error
        except BaseException as error:
            # After an interrupt the worker is still busy with the file.
            if not isinstance(error, ContentError):
                self._stop()
            raise

    def _load_in_worker(self, file: ContentFile) -> Document:
        connection = self._connection or self._start()
        connection.send((file.path, file.name))
        if not connection.poll(self._limits.longest_loading):
            self._stop()
            raise ContentTooSlow(path=str(file.path), seconds=str(self._limits.longest_loading))
        document, error, fatal = connection.recv()
        if fatal:
            self._stop()
        if error is not None:
            name, values = error
            raise getattr(errors, name)(**values)
        read: Document = document
        return read

    def _start(self) -> Connection:
        from multiprocessing import get_context

        from index.loaders.worker import serve_files

        context = get_context("spawn")
        parent_end, worker_end = context.Pipe()
        self._connection = parent_end
        self._process = context.Process(target=serve_files, args=(worker_end, self._limits), daemon=True)
        with interrupts_blocked():
            self._process.start()
        # Only the worker holds its end of the pipe now, so that its death is seen as the end of the stream.
        worker_end.close()
        if not parent_end.poll(_START_TIMEOUT):
            raise EOFError
        parent_end.recv()
        return parent_end

    def _stop(self) -> None:
        if self._connection is not None:
            self._connection.close()
        if self._process is not None and self._process.pid is not None:
            self._process.kill()
            self._process.join()
            self._process.close()
        self._connection = self._process = None


def _is_harmless(file: ContentFile) -> bool:
    suffix = file.path.suffix.lower()
    return (
        suffix in _TEXT_SUFFIXES
        and file.size <= _LARGEST_HARMLESS
        and kind_of(suffix, file.read(HEAD_BYTES), str(file.path)) not in BINARY_SUFFIXES
    )
