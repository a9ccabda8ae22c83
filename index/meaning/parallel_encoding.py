"""Encodes the texts of many passages in parallel, on all processors."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import accumulate, pairwise
from types import TracebackType
from typing import Self

from index.meaning.encoder import Encoder
from index.meaning.quantization import Quantized, pack, quantize
from index.processes import become_worker

# How many passages a process gets at a time: work for a fifth of a second.
_CHUNK_SIZE = 16
# Fewer passages are encoded sooner than processes have started.
_MIN_PASSAGES = 200

# The encoder of a process of the pool.
_encoder: Encoder


class EncodingPool:
    """Encodes here, until there are many passages: then in as many processes as there are processors.

    Each has an encoder of its own. Used as a context manager, which ends the processes.
    """

    def __init__(self, encoder: Encoder, processes: int | None = None) -> None:
        self._encoder = encoder
        self._processes = processes or os.cpu_count() or 1
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def encode(self, passages: Sequence[Sequence[str]]) -> list[bytes]:
        """The packed vectors of each passage, given its texts."""
        if self._pool is None and self._processes > 1 and len(passages) >= _MIN_PASSAGES:
            from multiprocessing import get_context

            self._pool = ProcessPoolExecutor(self._processes, get_context("spawn"), _begin, (self._encoder,))
        if self._pool is not None:
            chunks = [passages[start : start + _CHUNK_SIZE] for start in range(0, len(passages), _CHUNK_SIZE)]
            try:
                return [packed for chunk in self._pool.map(_encode_in_process, chunks) for packed in chunk]
            except BrokenProcessPool:
                # A process was killed, or ran out of memory.
                self._pool, self._processes = None, 1
        return encode_passages(self._encoder, passages)


def encode_passages(encoder: Encoder, passages: Sequence[Sequence[str]]) -> list[bytes]:
    """The packed vectors of each passage, given its texts."""
    codes, scales = quantize(encoder.encode([text for texts in passages for text in texts]))
    edges = accumulate(map(len, passages), initial=0)
    return [pack(Quantized(codes[start:end], scales[start:end])) for start, end in pairwise(edges)]


def _begin(encoder: Encoder) -> None:
    global _encoder
    become_worker()
    _encoder = encoder


def _encode_in_process(passages: Sequence[Sequence[str]]) -> list[bytes]:
    return encode_passages(_encoder, passages)
