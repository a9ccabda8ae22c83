"""The questions with the worst ranks, as Markdown or JSON Lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bot.printable import printable, to_json
from bot.wording import Wording, evaluation
from index.evaluation.misses import Miss, worst_misses
from index.evaluation.question_sets import Query
from index.evaluation.runner import DEPTH, Run
from index.search.library import Library
from index.types import Hit

MOST_MISSES = 100
MAIN_TERMS = 5
JSON_SUFFIXES = (".jsonl", ".json")


def write_misses(
    say: Wording, path: Path, library: Library, queries: Sequence[Query], run: Run, other: Run | None
) -> None:
    """Write the worst misses of a run, with their ranks in the other run if there is one; raises OSError."""
    misses = worst_misses(library, queries, run.outcomes, other.outcomes if other else None, MOST_MISSES)
    number = sum(outcome.rank != 1 for outcome in run.outcomes)
    write_worst(say, path, misses, len(run.outcomes), number, other.name if other else "")


def write_worst(say: Wording, path: Path, misses: Sequence[Miss], questions: int, number: int, against: str) -> None:
    """Write these misses, of so many among so many questions, compared with the run of a name; raises OSError."""
    if path.suffix in JSON_SUFFIXES:
        text = "".join(to_json(_as_json(miss)) + "\n" for miss in misses)
    else:
        counted = say(evaluation.MISSES_COUNT, questions=questions, misses=number, shown=len(misses))
        sections = (_section(say, place, miss, against) for place, miss in enumerate(misses, start=1))
        text = printable(f"# {say(evaluation.MISSES_TITLE)}\n\n{counted}\n" + "".join(sections))
    path.write_text(text, encoding="utf-8", errors="replace")


def _section(say: Wording, place: int, miss: Miss, against: str) -> str:
    """A miss in Markdown."""
    lines = [f"\n## {place}. {' '.join(miss.query.question.split())}\n"]
    if miss.query.answers:
        lines.append(f"- {say(evaluation.RIGHT_ANSWERS, answers=' / '.join(dict.fromkeys(miss.query.answers)))}")
    lines.append(f"- {say(evaluation.RANK, rank=_rank(say, miss.outcome.rank))}")
    if miss.other:
        lines.append(f"- {say(evaluation.RANK_AGAINST, name=against, rank=_rank(say, miss.other.rank))}")
    lines += ["", say(evaluation.RIGHT_PASSAGE, title=miss.right.passage.title), "", *_quoted(say, miss.right), ""]
    if miss.first:
        confidence = f"{miss.outcome.confidence:.2f}"
        lines += [say(evaluation.FIRST_PASSAGE, title=miss.first.passage.title, confidence=confidence), ""]
        lines += _quoted(say, miss.first)
    else:
        lines.append(say(evaluation.NOTHING_FOUND))
    return "\n".join(lines) + "\n"


def _quoted(say: Wording, hit: Hit) -> Iterator[str]:
    """A passage as a block quote, its marked sentence in bold, and what its score is made of."""
    text = hit.passage.text.replace(hit.sentence, f"**{hit.sentence}**", 1) if hit.sentence else hit.passage.text
    yield from (f"> {line}" for line in text.splitlines())
    terms = ", ".join(f"{term['term']} {term['score']}" for term in _main_terms(hit))
    yield from ("", say(evaluation.SCORE, score=f"{hit.score:.2f}", terms=terms or "–"))


def _rank(say: Wording, rank: int | None) -> str:
    return str(rank) if rank else say(evaluation.NOT_FOUND, depth=DEPTH)


def _as_json(miss: Miss) -> dict[str, Any]:
    entry = {
        "question": miss.query.question,
        "answers": miss.query.answers,
        "rank": miss.outcome.rank,
        "confidence": miss.outcome.confidence,
        "right": _hit_as_json(miss.right),
        "first": miss.first and _hit_as_json(miss.first),
    }
    return entry | ({"rank_against": miss.other.rank} if miss.other else {})


def _hit_as_json(hit: Hit) -> dict[str, Any]:
    return {
        "title": hit.passage.title,
        "text": hit.passage.text,
        "sentence": hit.sentence,
        "score": round(hit.score, 2),
        "terms": _main_terms(hit),
    }


def _main_terms(hit: Hit) -> list[dict[str, Any]]:
    shares = sorted(hit.shares, key=lambda share: share.score, reverse=True)[:MAIN_TERMS]
    return [{"term": share.term, "view": share.view, "score": round(share.score, 2)} for share in shares]
