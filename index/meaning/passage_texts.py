"""The texts of a passage that are encoded."""

from __future__ import annotations

from index.language.sentences import split_sentences
from index.types import HEADING_SEPARATOR, Passage


def texts_of(passage: Passage) -> list[str]:
    """What a passage stands under, its whole text, and each of its sentences, always in this order.

    It stands under the last of its headings, or without one under its title, which text and sentences have in front: a
    sentence alone does not say what it is about.
    """
    heading = passage.heading.rsplit(HEADING_SEPARATOR, 1)[-1] or passage.title
    above = f"{heading}\n" if heading else ""
    return [heading, *(above + text for text in (passage.text, *split_sentences(passage.text)))]
