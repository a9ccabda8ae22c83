"""Learns how sure to be: the weights of index.reranking.confidence, and the threshold for collections of every size.

Collections of several sizes are made of a question set's articles, and asked what they answer and what they do not.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy
from numpy.typing import NDArray

from index.evaluation.question_sets import Query, QuestionSet
from index.evaluation.training.softmax import Choices, learn
from index.query.question import Question
from index.reranking.confidence import FEATURES
from index.search.knowledge import temporary_knowledge
from index.search.library import Library

Numbers = NDArray[Any]

# Passages of a collection, and how many collections of that size are made.
_SIZES = {30: 8, 100: 5, 300: 3, 700: 2}
# The share of the questions without an answer that are answered nevertheless, by the size of the collection:
# more in small ones, whose readers ask in words of their own, and know what is in it.
_WRONGLY_ANSWERED = {30: 0.1, 100: 0.06, 300: 0.045, 700: 0.04}
# Questions of each kind that a collection is asked, at most, and how many for each of its passages.
_MOST_ASKED, _ASKED_A_PASSAGE = 2_000, 4
# In collections so small an article gives only a few passages, so that there are several articles.
_SMALL = 100


class Asked(NamedTuple):
    """The features of the first passage for each question that a collection was asked, and whether it has the answer."""

    size: int
    features: Numbers
    answerable: Numbers


def calibrate(sets: Sequence[QuestionSet]) -> tuple[dict[str, float], dict[str, float]]:
    """The weights of the confidence's features, and those of the threshold's logit: `always` and `size`."""
    asked = [one for questions in sets for one in _collections(questions)]
    weights = learn([_choice(one) for one in asked])
    logits = [_threshold(one, weights) for one in asked]
    sizes = [math.log(one.size) for one in asked]
    start, growth = numpy.linalg.lstsq(numpy.stack([numpy.ones(len(sizes)), sizes], axis=1), logits)[0]
    return _rounded(dict(zip(FEATURES, weights, strict=True))), _rounded(
        {"always": float(start), "size": float(growth)}
    )


def _collections(questions: QuestionSet) -> Iterator[Asked]:
    chance = random.Random(0)  # noqa: S311 - a sample, no secret
    for size, count in _SIZES.items():
        for _ in range(count):
            yield _ask(questions, min(size, len(questions.passages) // 2), chance)


def _ask(questions: QuestionSet, size: int, chance: random.Random) -> Asked:
    """Make a collection of so many passages and ask it as many questions with an answer as without."""
    places = _sample(questions, size, chance)
    kept = {questions.passages[place].id for place in places}
    titles = {questions.passages[place].title for place in places}
    title_of = {passage.id: passage.title for passage in questions.passages}
    inside = [query for query in questions.queries if query.passage_id in kept]
    outside = [query for query in questions.queries if title_of[query.passage_id] not in titles]
    count = min(len(inside), len(outside), _MOST_ASKED, _ASKED_A_PASSAGE * size)
    with temporary_knowledge([questions.passages[place] for place in places]) as knowledge:
        library = knowledge.library()
        rows = [
            (features, answerable)
            for queries, answerable in ((chance.sample(inside, count), 1.0), (chance.sample(outside, count), 0.0))
            for features in _features(library, queries)
        ]
    return Asked(len(places), numpy.array([row for row, _ in rows]), numpy.array([label for _, label in rows]))


def _sample(questions: QuestionSet, size: int, chance: random.Random) -> list[int]:
    """The positions of passages of whole articles, taken in any order."""
    by_title: dict[str, list[int]] = {}
    for place, passage in enumerate(questions.passages):
        by_title.setdefault(passage.title, []).append(place)
    titles = chance.sample(list(by_title), len(by_title))
    most = max(3, size // 4) if size <= _SMALL else size
    return [place for title in titles for place in by_title[title][:most]][:size]


def _features(library: Library, queries: Sequence[Query]) -> Iterator[list[float]]:
    for query in queries:
        yield library.sure_features(Question(query.question)) or [0.0] * len(FEATURES)


def _choice(asked: Asked) -> Choices:
    """Answered or not as a choice between two, the second of which has no features: logistic regression."""
    features = numpy.stack([asked.features, numpy.zeros_like(asked.features)], axis=1)
    right = numpy.stack([asked.answerable, 1 - asked.answerable], axis=1)
    return Choices(features, numpy.ones(right.shape, dtype=bool), right, numpy.zeros(len(right)))


def _threshold(asked: Asked, weights: Numbers) -> float:
    """The logit above which as many of the questions without an answer are as may be in a collection of that size."""
    share = numpy.interp(math.log(asked.size), list(map(math.log, _WRONGLY_ANSWERED)), list(_WRONGLY_ANSWERED.values()))
    return float(numpy.quantile((asked.features @ weights)[asked.answerable == 0], 1 - share))


def _rounded(table: dict[str, float]) -> dict[str, float]:
    return {name: float(f"{weight:.4g}") for name, weight in table.items()}
