"""The stages of a question's way, and the store's transactions, told to whoever wants to know how long they take.

Where nobody does, a stage costs less than a microsecond.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from typing import Literal

# A question has all others in it but a job, which is what a worker takes out of the queue at once.
Stage = Literal[
    "question",
    "refresh",  # the index takes over what changed
    "search",
    "encode",  # the question's vector
    "rank",  # the engine
    "nearest",  # the vectors
    "rerank",
    "job",
    "store_read",
    "store_scan",  # reads much, as all passages
    "store_write",
]
Watch = Callable[[Stage], AbstractContextManager[object]]
# Is told a stage, how many seconds it took, and the class of what ended it if that was an error.
Told = Callable[[Stage, float, type[BaseException] | None], object]

_UNWATCHED = nullcontext()
_watches: tuple[Watch, ...] = ()


def stage(name: Stage) -> AbstractContextManager[object]:
    """A stage, for as long as the context lasts."""
    return _watched(name, _watches) if _watches else _UNWATCHED


@contextmanager
def watching(watch: Watch) -> Iterator[None]:
    """Have a context of one's own around each stage, in whatever thread; within this context."""
    global _watches
    _watches = (*_watches, watch)
    try:
        yield
    finally:
        _watches = tuple(one for one in _watches if one is not watch)


def timed(told: Told) -> Watch:
    """Tell how long each stage took."""

    @contextmanager
    def watch(name: Stage) -> Iterator[None]:
        begin = time.perf_counter()
        try:
            yield
        except BaseException as error:
            told(name, time.perf_counter() - begin, type(error))
            raise
        told(name, time.perf_counter() - begin, None)

    return watch


@contextmanager
def _watched(name: Stage, watches: tuple[Watch, ...]) -> Iterator[None]:
    with ExitStack() as stack:
        for watch in watches:
            stack.enter_context(watch(name))
        yield
