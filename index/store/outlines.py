"""The sentences of a passage as the store keeps them."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence

from index.reranking.outline import Sentence

# No passage of ours has an outline as large.
_LARGEST = 8_000_000
# Twice as fast as the default, and a tenth larger.
_LEVEL = 1


def compress(sentences: Sequence[Sentence]) -> bytes:
    """The sentences of an outline, as bytes."""
    text = json.dumps(sentences, ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(text.encode(errors="surrogatepass"), _LEVEL)


def decompress(compressed: bytes) -> tuple[Sentence, ...]:
    """The sentences in bytes that `compress` made."""
    text = zlib.decompress(compressed).decode(errors="surrogatepass")
    return tuple(Sentence(*fields) for fields in json.loads(text))


def is_compressed(compressed: bytes) -> bool:
    """Whether these are bytes that `compress` can have made."""
    unpacking = zlib.decompressobj()
    try:
        text = unpacking.decompress(compressed, _LARGEST)
        sentences = json.loads(text.decode(errors="surrogatepass")) if unpacking.eof else None
    except (zlib.error, ValueError, RecursionError):
        return False
    return isinstance(sentences, list) and all(
        isinstance(one, list) and len(one) == len(Sentence._fields) and {*map(type, one)} == {str} for one in sentences
    )
