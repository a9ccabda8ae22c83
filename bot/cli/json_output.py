"""An answer as JSON, in the format that the README documents."""

from __future__ import annotations

from bot.answerer import Answer
from bot.printable import to_json
from index.types import Hit, Passage

DECIMALS = 4


def answer_json(answer: Answer, explain: bool = False) -> str:
    """One JSON object on one line; with `explain` each hit has its `terms`."""
    return to_json(
        {
            "question": answer.question,
            "answered": answer.result.answered,
            "certainty": answer.result.certainty,
            "confidence": round(answer.result.confidence, DECIMALS),
            "hits": [_hit(hit, explain) for hit in answer.result.hits],
        }
    )


def attribution_json(passage: Passage) -> dict[str, object]:
    """Where a passage stands, and who said it."""
    return {
        "title": passage.title,
        "heading": passage.heading,
        "page": passage.page,
        "paragraph": passage.paragraph,
        "speaker": passage.speaker,
        "role": passage.role,
        "source": passage.source,
        "url": passage.url,
        "date": passage.date or passage.dated,
        "changed": passage.changed,
        "needs_review_since": passage.needs_review_since,
    }


def _hit(hit: Hit, explain: bool) -> dict[str, object]:
    passage = hit.passage
    content: dict[str, object] = {
        "rank": hit.rank,
        "score": round(hit.score, DECIMALS),
        "passage_id": passage.id,
        "text": passage.text,
        "sentence": hit.sentence,
        "attribution": attribution_json(passage),
        "duplicates": [{"passage_id": one.id, "attribution": attribution_json(one)} for one in hit.duplicates],
    }
    if explain:
        content["terms"] = [
            {
                "word": share.surface,
                "term": share.term,
                "view": share.view,
                "weight": round(share.weight, DECIMALS),
                "score": round(share.score, DECIMALS),
            }
            for share in hit.shares
        ]
    return content
