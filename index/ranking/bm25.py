"""BM25's parameters and inverse document frequency, the same for all engines.

The parameters were tuned on the development sets: a second occurrence of a term in a passage says little (low k1), and
long passages match too easily (high b). k1 = 2.0 loses two points of recall@1.
"""

from __future__ import annotations

import math

K1 = 0.3
B = 0.8


def inverse_document_frequency(size: int, frequency: int) -> float:
    """ln(1 + (N − df + .5) / (df + .5)), as in Lucene's BM25Similarity."""
    return math.log(1 + (size - frequency + 0.5) / (frequency + 0.5))


def relative_rarity(size: int, frequency: int) -> float:
    """The inverse document frequency as a share of the highest in a collection of this size, 0 to 1.

    So weights that were learnt in one collection suit a larger and a smaller one.
    """
    return inverse_document_frequency(size, frequency) / inverse_document_frequency(size, 0)
