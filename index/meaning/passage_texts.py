"""The texts of a passage that are encoded."""

from __future__ import annotations

from index.language.sentences import split_sentences
from index.meaning.encoder import Encoder
from index.types import HEADING_SEPARATOR, Passage

# To be raised when passages get other texts, so that their vectors are made anew.
TEXTS_VERSION = 1


def vectors_name(encoder: Encoder) -> str:
    """The name under which vectors are kept: those under the same name were made alike."""
    return f"{encoder.name}, texts {TEXTS_VERSION}"


def texts_of(passage: Passage) -> list[str]:
    """What a passage stands under, and each of its sentences, always in this order.

    It stands under the last of its headings, which the sentences have in front, since a sentence alone does not say what it
    is about; or else under its title, which they do not have: it says too little of what they are about. The text as a
    whole is not encoded: the mean of its sentences tells as much (`python -m index.evaluation.training.learning`).
    """
    heading = passage.heading.rsplit(HEADING_SEPARATOR, 1)[-1]
    above = f"{heading}\n" if heading else ""
    return [heading or passage.title, *(above + text for text in split_sentences(passage.text) or [passage.text])]
