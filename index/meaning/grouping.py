"""Puts texts together that mean about the same."""

from __future__ import annotations

from collections.abc import Sequence

from index.meaning.encoder import Encoder

# How far above the mean cosine of a question with its candidates two wordings of one question are, in deviations of those.
_ALIKE = 3.0


def grouped(texts: Sequence[str], encoder: Encoder) -> list[list[int]]:
    """The positions of texts in groups: each text is with the nearest of those that begin one, if that is near enough.

    In order: what comes first begins a group, and later texts do not change it.
    """
    if not texts:
        return []
    vectors = encoder.encode(texts)
    alike = encoder.mean_cosine + _ALIKE * encoder.cosine_deviation
    groups: list[list[int]] = []
    for position, vector in enumerate(vectors):
        cosines = vectors[[group[0] for group in groups]] @ vector
        nearest = int(cosines.argmax()) if groups else 0
        if groups and cosines[nearest] >= alike:
            groups[nearest].append(position)
        else:
            groups.append([position])
    return groups
