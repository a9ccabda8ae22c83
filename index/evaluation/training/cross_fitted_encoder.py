"""An encoder whose query adapter was not learnt from the document that is asked about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy
from numpy import float32
from numpy.typing import NDArray

from index.meaning.encoder import Encoder
from index.meaning.query_adapter import QueryAdapter


class CrossFittedEncoder:
    """Adapts a question by the adapter of a fold, that of the documents now `held_out`; it remembers what it encoded.

    Without, weights would be learnt from nearness that is better than it will be in documents not seen before
    (Chernozhukov et al. 2018, arXiv:1608.00060, call this cross-fitting).
    """

    def __init__(self, encoder: Encoder, adapters: Sequence[QueryAdapter]) -> None:
        self._encoder = encoder
        self._adapters = adapters
        self._vectors: dict[str, NDArray[float32]] = {}
        self.held_out = 0
        self.name, self.dimensions = encoder.name, encoder.dimensions
        self.mean_cosine, self.cosine_deviation = encoder.mean_cosine, encoder.cosine_deviation

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        # Other processes encode passages alone, for which there is no adapter.
        return _itself, (self._encoder,)

    def question(self, text: str) -> NDArray[float32]:
        """The vector of a question about a document of the fold that is held out."""
        return self._adapters[self.held_out].adapt(self.encode([text])[0])

    def encode(self, texts: Sequence[str]) -> NDArray[float32]:
        """The vectors of texts, one a row."""
        new = [text for text in dict.fromkeys(texts) if text not in self._vectors]
        self._vectors.update(zip(new, self._encoder.encode(new), strict=True))
        return numpy.array([self._vectors[text] for text in texts], float32).reshape(-1, self.dimensions)


def _itself(encoder: Encoder) -> Encoder:
    return encoder
