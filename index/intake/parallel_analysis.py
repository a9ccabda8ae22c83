"""Analysing many texts on all processors."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from threading import Thread
from types import TracebackType
from typing import Self

from index.language.sound import latin_words
from index.store.rows import Analysed, analyse_text

# What a process gets at a time: a tenth of a second's work.
_TOGETHER = 64
# Fewer texts than this are analysed sooner than processes have started.
_FEWEST = 300
# And so are fewer different Latin words than this: how one sounds takes up to two milliseconds to find out.
_FEWEST_LATIN_WORDS = 1_000
_LEAST_URGENT = 19

# Gives the analyses of the texts that were submitted, in their order.
Analyses = Callable[[], list[Analysed]]


class Analysing:
    """Analyses texts in as many processes as there are processors, or in this one while there are only a few.

    Used as a context, at whose end the processes end.
    """

    def __init__(self, processes: int | None = None) -> None:
        self._processes = processes or os.cpu_count() or 1
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def submit(self, texts: Sequence[str]) -> Analyses:
        """Begin to analyse texts; what it gives waits for them."""
        if self._pool is None and (self._processes == 1 or _is_done_soon(texts)):
            return lambda: analyse_texts(texts)
        if self._pool is None:
            self._pool = ProcessPoolExecutor(self._processes, get_context("spawn"), _follow_the_first_process)
        pool = self._pool
        starts = range(0, len(texts), _TOGETHER)
        try:
            futures = [pool.submit(analyse_texts, texts[start : start + _TOGETHER]) for start in starts]
        except BrokenProcessPool:
            return lambda: self._alone(texts)

        def results() -> list[Analysed]:
            try:
                return [analysed for future in futures for analysed in future.result()]
            except BrokenProcessPool:
                return self._alone(texts)

        return results

    def _alone(self, texts: Sequence[str]) -> list[Analysed]:
        """Without the other processes: somebody ended one of them, or there was no memory for so many."""
        self._pool, self._processes = None, 1
        return analyse_texts(texts)


def _is_done_soon(texts: Sequence[str]) -> bool:
    return len(texts) < _FEWEST and len({word for one in texts for word in latin_words(one)}) < _FEWEST_LATIN_WORDS


def analyse_texts(texts: Sequence[str]) -> list[Analysed]:
    """The analysis of each text."""
    return [analyse_text(text) for text in texts]


def yield_to_others() -> None:
    """Let this process have what others leave of the processors, such as the one that answers questions."""
    # Windows has no such call.
    if hasattr(os, "nice"):
        os.nice(_LEAST_URGENT)


def _follow_the_first_process() -> None:
    """Ctrl-C, which a terminal sends to all processes, is for the first one alone; when it ends, so does this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    yield_to_others()
    first = parent_process()

    def end_with_it() -> None:
        if first is not None:
            first.join()
            os._exit(1)

    Thread(target=end_with_it, daemon=True).start()
