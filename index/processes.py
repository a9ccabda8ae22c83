"""Processes and their signals; worker processes end with the process that started them."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import parent_process
from multiprocessing.connection import wait
from threading import Thread
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

_LOWEST_PRIORITY = 19

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")


class WorkerPool(Generic[Item, Outcome]):
    """Does work on items here, until there is much of it: then in as many processes as there are processors.

    `here` and `there` make the outcomes of several items, in this process and in one of the pool, which gets `at_a_time`
    of them and was prepared by `prepare`. Used as a context manager, which ends the processes.
    """

    def __init__(
        self,
        here: Callable[[Sequence[Item]], list[Outcome]],
        there: Callable[[Sequence[Item]], list[Outcome]],
        at_a_time: int,
        prepare: Callable[..., None] | None = None,
        arguments: tuple[Any, ...] = (),
        processes: int | None = None,
    ) -> None:
        self._here, self._there, self._at_a_time = here, there, at_a_time
        self._prepare = (prepare, *arguments)
        self._processes = processes or os.cpu_count() or 1
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def submit(self, items: Sequence[Item], *, is_much: bool) -> Callable[[], list[Outcome]]:
        """Start to work on items; returns a function that waits for their outcomes, which are in their order."""
        if self._pool is None and (self._processes == 1 or not is_much):
            return lambda: self._here(items)
        if self._pool is None:
            from multiprocessing import get_context

            self._pool = ProcessPoolExecutor(self._processes, get_context("spawn"), _begin, self._prepare)
        pool = self._pool
        starts = range(0, len(items), self._at_a_time)
        try:
            futures = [pool.submit(self._there, items[start : start + self._at_a_time]) for start in starts]
        except BrokenProcessPool:
            return lambda: self._all_here(items)

        def outcomes() -> list[Outcome]:
            try:
                return [outcome for future in futures for outcome in future.result()]
            except BrokenProcessPool:
                return self._all_here(items)

        return outcomes

    def _all_here(self, items: Sequence[Item]) -> list[Outcome]:
        """Work in this process, once a process of the pool was killed or ran out of memory."""
        self._pool, self._processes = None, 1
        return self._here(items)


def _begin(prepare: Callable[..., None] | None, *arguments: Any) -> None:
    become_worker()
    if prepare:
        prepare(*arguments)


def become_worker() -> None:
    """Make this process a worker: lowest priority, and ended when its parent is."""
    # Windows has no such call.
    if hasattr(os, "nice"):
        os.nice(_LOWEST_PRIORITY)
    end_with_parent()


def end_with_parent() -> None:
    """Be deaf to Ctrl-C, and end when the parent of this process does, however that ends."""
    # A terminal sends Ctrl-C to all processes; the first one alone decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_wait_for_parent, daemon=True).start()


def _wait_for_parent() -> None:
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def take_sigterm_as_interrupt() -> None:
    """Let SIGTERM do what Ctrl-C does, also in what a script started with &, where a shell has Ctrl-C ignored."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))


@contextmanager
def interrupts_blocked() -> Iterator[None]:
    """Block Ctrl-C, so that a process started meanwhile never gets it; this process gets it at the end."""
    if sys.platform == "win32":
        yield
        return
    from multiprocessing import resource_tracker

    # Starting the tracker unblocks interrupts, so it is started first.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
