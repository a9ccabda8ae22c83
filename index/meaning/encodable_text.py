"""Texts as encoders can take them."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

# What comes after says little more of a text's meaning, and takes a tenth of a second for as many characters.
LONGEST_ENCODED = 2_000


def encodable(text: str) -> str:
    """The beginning of a text, without NUL, which ends a text in C, and halves of surrogate pairs, which no UTF-8 has."""
    beginning = text[:LONGEST_ENCODED].replace("\0", " ").encode("utf-8", "replace").decode("utf-8")
    # Encoders normalise what they are given, and one ligature can become eighteen characters.
    normalized = unicodedata.normalize("NFKC", beginning)
    return beginning if len(normalized) <= LONGEST_ENCODED else normalized[:LONGEST_ENCODED]


def distinct(texts: Sequence[str]) -> tuple[list[str], list[int]]:
    """The texts, encodable and each once, and for each text given which of them it is.

    Passages share their headings, and many are one sentence.
    """
    places: dict[str, int] = {}
    chosen = [places.setdefault(encodable(text), len(places)) for text in texts]
    return list(places), chosen
