"""Sums the scores of a question's terms for each passage, in plain Python."""

from __future__ import annotations

import heapq
from bisect import bisect_left
from collections.abc import Collection, Sequence

from index.ranking.packed_terms import term_key
from index.types import QuestionTerm, Scored, Share

# A term's posting list: the rows of the passages that contain it, ascending, and its BM25 score in each.
Postings = tuple[Sequence[int], Sequence[float]]
NONE: Postings = ((), ())


def best(
    terms: Sequence[QuestionTerm],
    postings: Sequence[Postings],
    limit: int,
    passages: tuple[Sequence[int], Sequence[int]],
    among: Collection[int] | None,
) -> list[Scored]:
    """The best passages, given the postings of each term; `passages` are the numbers and the orders of all rows."""
    numbers, orders = passages
    totals = [0.0] * len(numbers)
    for term, (rows, scores) in zip(terms, postings, strict=True):
        for row, score in zip(rows, scores, strict=True):
            totals[row] += term.weight * score
    candidates = among if among is None or isinstance(among, set | frozenset | range) else set(among)
    matches = (
        (-total, orders[row], numbers[row])
        for row, total in enumerate(totals)
        if total > 0 and (candidates is None or numbers[row] in candidates)
    )
    return [Scored(number, -negative) for negative, _, number in heapq.nsmallest(limit, matches)]


def shares(terms: Sequence[QuestionTerm], postings: Sequence[Postings], row: int) -> list[Share]:
    """What each term contributes to the score of the passage in a row."""
    found = []
    for term, (rows, scores) in zip(terms, postings, strict=True):
        position = bisect_left(rows, row)
        if position < len(rows) and rows[position] == row:
            found.append(Share(term.view, term.term, term.surface, term.weight, term.weight * scores[position]))
    return found


def row_of(numbers: Sequence[int], number: int) -> int:
    """The row of the passage with a number, in ascending numbers; -1 where there is none."""
    row = bisect_left(numbers, number)
    return row if row < len(numbers) and numbers[row] == number else -1


def keys_of(terms: Sequence[QuestionTerm]) -> list[int]:
    """The key of each term."""
    return [term_key(term.view, term.term) for term in terms]
