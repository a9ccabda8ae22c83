"""How near a question is to a passage in meaning."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from index.meaning.encoder import Encoder


class Nearness(NamedTuple):
    """How near a question is to what a passage stands under, and to each of its sentences.

    Encoders differ in what cosine they give to any two texts, so it is told in standard deviations above the mean
    of an encoder's candidates. A passage without vectors has no sentences, and is neither near nor far.
    """

    above: float
    sentences: tuple[float, ...]

    @property
    def nearest(self) -> float:
        """The nearest of its sentences."""
        return max(self.sentences, default=0.0)

    @property
    def mean(self) -> float:
        """The mean of its sentences."""
        return sum(self.sentences) / len(self.sentences) if self.sentences else 0.0


UNKNOWN = Nearness(0.0, ())


def nearness_of(cosines: Sequence[float], encoder: Encoder) -> Nearness:
    """The nearness, by the cosines of a passage's texts (index.meaning.passage_texts)."""
    above, *sentences = [(cosine - encoder.mean_cosine) / encoder.cosine_deviation for cosine in cosines]
    return Nearness(above, tuple(sentences))
