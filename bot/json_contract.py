"""What programs get as JSON, at the command line and over HTTP: the README and the OpenAPI document describe it.

Plain dataclasses, since a library for models takes as long to load as a question to answer.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from bot.answerer import Answer
from index.types import Certainty, Hit, Passage, Share

DECIMALS = 4


@dataclass(frozen=True)
class Attribution:
    """Where a passage stands, who said it and when, as far as that is known."""

    title: str
    heading: str
    page: int | None
    paragraph: int
    speaker: str | None
    role: str | None
    source: str
    url: str | None
    date: str | None
    changed: str | None
    needs_review_since: str | None


@dataclass(frozen=True)
class Duplicate:
    """Another place where the same text stands."""

    passage_id: str
    attribution: Attribution


@dataclass(frozen=True)
class Term:
    """A term of a question that a passage has, and what it brought."""

    word: str
    term: str
    view: str
    weight: float
    score: float


@dataclass(frozen=True)
class QuotedPassage:
    """A passage that answers, word for word, and its `sentence` that does; `pinned` where moderators say that it answers."""

    rank: int
    score: float
    passage_id: str
    text: str
    sentence: str
    attribution: Attribution
    duplicates: tuple[Duplicate, ...]
    pinned: bool


@dataclass(frozen=True)
class ExplainedPassage(QuotedPassage):
    """The same, with why it was found."""

    terms: tuple[Term, ...]


@dataclass(frozen=True)
class AnswerResult:
    """The answer to a question. Where it is not `answered` the hits are possible answers, or only the nearest passages."""

    question: str
    answered: bool
    certainty: Certainty
    confidence: float
    hits: tuple[QuotedPassage, ...]


def answer_result(answer: Answer, *, explain: bool = False) -> AnswerResult:
    """An answer as programs get it; with `explain` each hit has its terms."""
    result = answer.result
    hits = tuple(_explained(hit, answer.pinned) if explain else _quoted(hit, answer.pinned) for hit in result.hits)
    confidence = round(result.confidence, DECIMALS)
    return AnswerResult(answer.question, result.answered, result.certainty, confidence, hits)


def attribution_of(passage: Passage) -> Attribution:
    """Where a passage stands, and who said it."""
    return Attribution(
        title=passage.title,
        heading=passage.heading,
        page=passage.page,
        paragraph=passage.paragraph,
        speaker=passage.speaker,
        role=passage.role,
        source=passage.source,
        url=passage.url,
        date=passage.date or passage.dated,
        changed=passage.changed,
        needs_review_since=passage.needs_review_since,
    )


def _quoted(hit: Hit, pinned: Collection[str]) -> QuotedPassage:
    return QuotedPassage(**_fields(hit, pinned))


def _explained(hit: Hit, pinned: Collection[str]) -> ExplainedPassage:
    return ExplainedPassage(**_fields(hit, pinned), terms=tuple(map(_term, hit.shares)))


def _fields(hit: Hit, pinned: Collection[str]) -> dict[str, Any]:
    return {
        "rank": hit.rank,
        "score": round(hit.score, DECIMALS),
        "passage_id": hit.passage.id,
        "text": hit.passage.text,
        "sentence": hit.sentence,
        "attribution": attribution_of(hit.passage),
        "duplicates": tuple(Duplicate(one.id, attribution_of(one)) for one in hit.duplicates),
        "pinned": hit.passage.id in pinned,
    }


def _term(share: Share) -> Term:
    weight, score = round(share.weight, DECIMALS), round(share.score, DECIMALS)
    return Term(share.surface, share.term, share.view, weight, score)
