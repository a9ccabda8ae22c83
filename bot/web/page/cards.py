"""Passages as the page shows them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from bot.answerer import Answer
from bot.attribution import date_of, has_other_date, needs_review, new_headings, other_places, place_and_date, speaker
from bot.printable import one_line
from bot.wording import Sentence, Wording
from bot.wording.web import page
from index.search.library import Library
from index.types import Passage

_AROUND = 1
# A link that leads out, and neither runs nor shows anything by itself.
_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_MARK = re.compile(r"([0-9]{1,5})-([0-9]{1,5})")


class Quotation(NamedTuple):
    """A passage, word for word, in three parts: the one between is marked, if it is not empty, as the `label` says.

    Among its neighbours its heading and date stand `above` it, where they are others.
    """

    before: str
    marked: str
    after: str
    speaker: str
    label: Sentence
    above: str


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
        is_pinned = hit.passage.id in answer.pinned
        answers = is_pinned or (answer.result.answered and hit.rank == 1)
        label = page.ANSWERING if answers else page.NEAREST
        card = card_of(say, library, hit.passage, span, _AROUND, (*passages, *hit.duplicates), label)
        also_in = one_line(other_places(say, hit.passage, hit.duplicates))
        cards.append(card._replace(other_places=also_in, is_pinned=is_pinned))
    return cards


def card_of(
    say: Wording,
    library: Library,
    passage: Passage,
    span: tuple[int, int] | None,
    distance: int,
    beside: Sequence[Passage] = (),
    label: Sentence = page.MARKED,
) -> Card:
    """The card of a passage, which is marked from a character to another, told apart from those `beside` it."""
    around = [passage if one.id == passage.id else one for one in library.around(passage, distance)]
    here = next((number for number, one in enumerate(around) if one.id == passage.id), 0)
    headings = zip(around, new_headings(around), strict=True)
    above = {one.id: _above(say, one, heading, passage) for one, heading in headings}
    return Card(
        _quotation(say, passage, above.get(passage.id, ""), span, label),
        one_line(place_and_date(say, passage, beside)),
        passage.url if passage.url and _WEB_ADDRESS.fullmatch(passage.url) else "",
        "",
        path_of(passage, span),
        needs_review(say, passage.needs_review_since),
        tuple(_quotation(say, one, above[one.id]) for one in around[:here]),
        tuple(_quotation(say, one, above[one.id]) for one in around[here + 1 :]),
    )


def path_of(passage: Passage, span: tuple[int, int] | None = None) -> str:
    """The path of a passage's page, on which the characters of a span are marked."""
    return f"/p/{passage.id}" + (f"?mark={span[0]}-{span[1]}" if span else "")


def span_of(mark: str, passage: Passage) -> tuple[int, int] | None:
    """The span that such a path names, if the passage has it."""
    found = _MARK.fullmatch(mark)
    start, end = (int(found[1]), int(found[2])) if found else (0, 0)
    return (start, end) if start < end <= len(passage.text) else None


def _above(say: Wording, passage: Passage, heading: str, quoted: Passage) -> str:
    when = date_of(say, passage) if has_other_date(passage, quoted) else ""
    return one_line(" · ".join(filter(None, (heading, when))))


def _quotation(
    say: Wording,
    passage: Passage,
    above: str,
    span: tuple[int, int] | None = None,
    label: Sentence = page.MARKED,
) -> Quotation:
    text = passage.text
    start, end = span or (0, 0)
    said_by = one_line(speaker(say, passage)) if passage.speaker else ""
    return Quotation(text[:start], text[start:end], text[end:], said_by, label, above)
