"""Analyses many texts in parallel, on all processors."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from types import TracebackType
from typing import Self

from index.language.sound import latin_words
from index.processes import become_worker
from index.store.rows import Analysed, analyse_text

# How many texts a process gets at a time: work for a tenth of a second.
_CHUNK_SIZE = 64
# Fewer texts are analysed sooner than processes have started.
_MIN_TEXTS = 300
# And so are fewer distinct Latin words, whose pronunciation takes up to two milliseconds each.
_MIN_LATIN_WORDS = 1_000

# Waits for the analyses of submitted texts, and returns them in order.
Analyses = Callable[[], list[Analysed]]


class AnalysisPool:
    """A pool of processes, as many as there are processors, that starts once there are many texts to analyse.

    Used as a context manager, which ends the processes.
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
        """Start to analyse texts; returns a function that waits for the results."""
        if self._pool is None and (self._processes == 1 or _is_quick(texts)):
            return lambda: analyse_texts(texts)
        if self._pool is None:
            from multiprocessing import get_context

            self._pool = ProcessPoolExecutor(self._processes, get_context("spawn"), become_worker)
        pool = self._pool
        starts = range(0, len(texts), _CHUNK_SIZE)
        try:
            futures = [pool.submit(analyse_texts, texts[start : start + _CHUNK_SIZE]) for start in starts]
        except BrokenProcessPool:
            return lambda: self._analyse_here(texts)

        def results() -> list[Analysed]:
            try:
                return [analysed for future in futures for analysed in future.result()]
            except BrokenProcessPool:
                return self._analyse_here(texts)

        return results

    def _analyse_here(self, texts: Sequence[str]) -> list[Analysed]:
        """Analyse in this process, once a process of the pool was killed or ran out of memory."""
        self._pool, self._processes = None, 1
        return analyse_texts(texts)


def _is_quick(texts: Sequence[str]) -> bool:
    return len(texts) < _MIN_TEXTS and len({word for one in texts for word in latin_words(one)}) < _MIN_LATIN_WORDS


def analyse_texts(texts: Sequence[str]) -> list[Analysed]:
    """The analysis of each text."""
    return [analyse_text(text) for text in texts]
