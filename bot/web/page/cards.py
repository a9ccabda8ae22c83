"""Passages as the page shows them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from bot.answerer import Answer
from bot.attribution import needs_review, other_places, place_and_date, speaker
from bot.printable import one_line
from bot.wording import Wording
from index.search.library import Library
from index.types import Passage

_AROUND = 1
# A link that leads out, and neither runs nor shows anything by itself.
_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_MARK = re.compile(r"([0-9]{1,5})-([0-9]{1,5})")


class Quotation(NamedTuple):
    """A passage, word for word, in three parts: the one between is marked, if it is not empty."""

    before: str
    marked: str
    after: str
    speaker: str


class Card(NamedTuple):
    """A passage, where it stands, its neighbours, the path of its own page, and a warning where its source has to be reviewed.

    Without a `url` nothing is linked.
    """

    quotation: Quotation
    place: str
    url: str
    other_places: str
    path: str
    warning: str
    earlier: tuple[Quotation, ...] = ()
    later: tuple[Quotation, ...] = ()
    is_pinned: bool = False


def cards_of(say: Wording, library: Library, answer: Answer) -> list[Card]:
    """The cards of an answer's passages; where nothing is near the question, no sentence is marked."""
    marked = answer.result.certainty != "none"
    hits = [hit._replace(passage=library.placed(hit.passage, hit.sentence)) for hit in answer.result.hits]
    passages = [hit.passage for hit in hits]
    cards = []
    for hit in hits:
        start = hit.passage.text.find(hit.sentence) if marked else -1
        span = (start, start + len(hit.sentence)) if start >= 0 else None
        card = card_of(say, library, hit.passage, span, _AROUND, (*passages, *hit.duplicates))
        also_in = one_line(other_places(say, hit.passage, hit.duplicates))
        cards.append(card._replace(other_places=also_in, is_pinned=hit.passage.id in answer.pinned))
    return cards


def card_of(
    say: Wording,
    library: Library,
    passage: Passage,
    span: tuple[int, int] | None,
    distance: int,
    beside: Sequence[Passage] = (),
) -> Card:
    """The card of a passage, which is marked from a character to another, told apart from those `beside` it."""
    around = list(library.around(passage, distance))
    here = next((number for number, one in enumerate(around) if one.id == passage.id), 0)
    return Card(
        _quotation(say, passage, span),
        one_line(place_and_date(say, passage, beside)),
        passage.url if passage.url and _WEB_ADDRESS.fullmatch(passage.url) else "",
        "",
        path_of(passage, span),
        needs_review(say, passage.needs_review_since),
        tuple(_quotation(say, one) for one in around[:here]),
        tuple(_quotation(say, one) for one in around[here + 1 :]),
    )


def path_of(passage: Passage, span: tuple[int, int] | None = None) -> str:
    """The path of a passage's page, on which the characters of a span are marked."""
    return f"/p/{passage.id}" + (f"?mark={span[0]}-{span[1]}" if span else "")


def span_of(mark: str, passage: Passage) -> tuple[int, int] | None:
    """The span that such a path names, if the passage has it."""
    found = _MARK.fullmatch(mark)
    start, end = (int(found[1]), int(found[2])) if found else (0, 0)
    return (start, end) if start < end <= len(passage.text) else None


def _quotation(say: Wording, passage: Passage, span: tuple[int, int] | None = None) -> Quotation:
    text = passage.text
    start, end = span or (0, 0)
    said_by = one_line(speaker(say, passage)) if passage.speaker else ""
    return Quotation(text[:start], text[start:end], text[end:], said_by)
