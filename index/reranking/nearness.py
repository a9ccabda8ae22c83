"""How near a question is to a passage in meaning."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from index.meaning.encoder import Encoder


class Nearness(NamedTuple):
    """How near a question is to what a passage stands under, to its whole text, and to each of its sentences.

    Encoders differ in what cosine they give to any two texts, so it is told in standard deviations above the mean
    of an encoder's candidates.
    """

    above: float
    text: float
    sentences: tuple[float, ...]

    @property
    def nearest(self) -> float:
        """The nearest of its sentences and the whole."""
        return max((self.text, *self.sentences))


# What is told of a passage that has no vectors: it is neither near nor far.
UNKNOWN = Nearness(0.0, 0.0, ())


def nearness_of(cosines: Sequence[float], encoder: Encoder) -> Nearness:
    """The nearness, by the cosines of a passage's texts (index.meaning.passage_texts)."""
    above, text, *sentences = [(cosine - encoder.mean_cosine) / encoder.cosine_deviation for cosine in cosines]
    return Nearness(above, text, tuple(sentences))
