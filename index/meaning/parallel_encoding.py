"""Encodes the texts of many passages in parallel, on all processors."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import accumulate, pairwise

from index.meaning.encoder import Encoder
from index.meaning.quantization import Quantized, pack, quantize
from index.processes import WorkerPool

# How many passages a process gets at a time: work for a fifth of a second.
_AT_A_TIME = 16
# Fewer passages are encoded sooner than processes have started.
_MIN_PASSAGES = 200

# The encoder of a process of the pool.
_encoder: Encoder


class EncodingPool(WorkerPool[Sequence[str], bytes]):
    """Encodes the texts of passages: a few here, many in other processes, each of which has an encoder of its own."""

    def __init__(self, encoder: Encoder, processes: int | None = None) -> None:
        here = partial(encode_passages, encoder)
        super().__init__(here, _encode_in_process, _AT_A_TIME, _prepare, (encoder,), processes)

    def encode(self, passages: Sequence[Sequence[str]]) -> list[bytes]:
        """The packed vectors of each passage, given its texts."""
        return self.submit(passages, is_much=len(passages) >= _MIN_PASSAGES)()


def encode_passages(encoder: Encoder, passages: Sequence[Sequence[str]]) -> list[bytes]:
    """The packed vectors of each passage, given its texts."""
    codes, scales = quantize(encoder.encode([text for texts in passages for text in texts]))
    edges = accumulate(map(len, passages), initial=0)
    return [pack(Quantized(codes[start:end], scales[start:end])) for start, end in pairwise(edges)]


def _prepare(encoder: Encoder) -> None:
    global _encoder
    _encoder = encoder


def _encode_in_process(passages: Sequence[Sequence[str]]) -> list[bytes]:
    return encode_passages(_encoder, passages)
