"""Outlines (the analysed sentences of a passage) as the store keeps them: compressed JSON."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence

from index.reranking.outline import Sentence

# No passage has an outline as large.
_MAX_BYTES = 8_000_000
# Twice as fast as the default, and a tenth larger.
_COMPRESSION_LEVEL = 1


def compress(sentences: Sequence[Sentence]) -> bytes:
    """Compress the sentences of an outline."""
    text = json.dumps(sentences, ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(text.encode(errors="surrogatepass"), _COMPRESSION_LEVEL)


def decompress(compressed: bytes) -> tuple[Sentence, ...]:
    """The sentences that `compress` compressed."""
    text = zlib.decompress(compressed).decode(errors="surrogatepass")
    return tuple(map(Sentence._make, json.loads(text)))


def is_compressed(compressed: bytes) -> bool:
    """Whether bytes have the structure of what `compress` returns."""
    decompressor = zlib.decompressobj()
    try:
        text = decompressor.decompress(compressed, _MAX_BYTES)
        sentences = json.loads(text.decode(errors="surrogatepass")) if decompressor.eof else None
    except (zlib.error, ValueError, RecursionError):
        return False
    return isinstance(sentences, list) and all(
        isinstance(one, list) and len(one) == len(Sentence._fields) and {*map(type, one)} == {str} for one in sentences
    )
