"""Learns the matrix of a query adapter (index.meaning.query_adapter) from question sets of both kinds.

Under it, the sentence that holds the answer is to be more probable than the nearest sentences of other passages: a softmax
over inner products, as in Karpukhin et al. 2020 (arXiv:2004.04906), with an L2 penalty, by L-BFGS. Each question is learnt
from twice: as it is, and without most of the words that it shares with its passage, since those who type a question into
a chat do not know the passage's words.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import NamedTuple

import numpy
from numpy import float32
from numpy.typing import NDArray
from scipy.optimize import minimize

from index.evaluation.question_sets import ChatSet, QuestionSet, without_space
from index.evaluation.training.softmax import Numbers
from index.meaning.encoder import Encoder
from index.meaning.passage_texts import texts_of
from index.query.question import Question
from index.types import Passage

# How many sentences of other passages stand beside the right one.
_OTHERS = 16
# The share of a question's words that are left out, of those that its passage has.
_LEFT_OUT = 0.6
_TEMPERATURE = 20.0
_PENALTY = 0.05
_STEPS = 25
# Questions whose products are held at a time, to save memory.
_TOGETHER = 512


class Pairs(NamedTuple):
    """Questions and sentences: `sentences` has the vectors, `rows` for each question the right one's row, then the others'."""

    sentences: NDArray[float32]
    questions: NDArray[float32]
    rows: Numbers
    folds: Numbers


class _Asked(NamedTuple):
    """A question, the fold it is of, the places of the passages that answer it, and the texts that do."""

    question: str
    fold: int
    right: Sequence[int]
    answers: Sequence[str]


def pairs_of(questions: QuestionSet, encoder: Encoder, fold_of: Callable[[str], int]) -> Pairs:
    """What there is to learn from in a question set; `fold_of` gives the fold of an article by its title."""
    place_of = {passage.id: place for place, passage in enumerate(questions.passages)}
    asked = [
        _Asked(query.question, fold_of(questions.passages[place].title), [place], query.answers)
        for query in questions.queries
        for place in [place_of[query.passage_id]]
    ]
    return _pairs(questions.passages, asked, encoder)


def chat_pairs_of(chat: ChatSet, encoder: Encoder, fold: int) -> Pairs:
    """What there is to learn from in questions of a chat, without those that need the questions before them."""
    asked = [
        _Asked(one.question, fold, right, one.gold)
        for one in chat.understood_alone
        if (right := [place for place, passage in enumerate(chat.passages) if one.is_right(passage)])
    ]
    return _pairs(chat.passages, asked, encoder)


def _pairs(passages: Sequence[Passage], questions: Sequence[_Asked], encoder: Encoder) -> Pairs:
    texts = [texts_of(passage)[1:] for passage in passages]
    sentences = encoder.encode([text for one in texts for text in one])
    ends = numpy.cumsum([len(one) for one in texts])
    owners = numpy.repeat(numpy.arange(len(texts)), [len(one) for one in texts])
    chance = Random(0)  # noqa: S311 - no secret
    asked: list[str] = []
    rows: list[list[int]] = []
    folds: list[int] = []
    for one in questions:
        own = [
            (int(ends[place]) - len(texts[place]) + at, text)
            for place in one.right
            for at, text in enumerate(texts[place])
        ]
        holding = [
            row for row, text in own if any(without_space(answer) in without_space(text) for answer in one.answers)
        ]
        for question in (one.question, without_shared_words(one.question, passages[one.right[0]], chance)):
            if not question:
                continue
            products = sentences @ encoder.encode([question])[0]
            others = [row for row in nearest(products, _OTHERS + len(own)) if owners[row] not in one.right]
            if others:
                # Of a few, each stands there several times.
                right = max(holding or [row for row, _ in own], key=products.__getitem__)
                rows.append([right, *(others * _OTHERS)[:_OTHERS]])
                asked.append(question)
                folds.append(one.fold)
    return Pairs(sentences, encoder.encode(asked), numpy.array(rows), numpy.array(folds))


def nearest(products: NDArray[float32], count: int) -> list[int]:
    """The places of the largest numbers, largest first."""
    return [int(place) for place in numpy.argsort(-products, kind="stable")[:count]]


def without_shared_words(question: str, passage: Passage, chance: Random) -> str | None:
    """A question without some of the words that a passage has; None where none was left out, or nothing is left."""
    tokens = Question(question).tokens
    kept = [
        token.surface
        for token in tokens
        if not (token.is_content and token.surface in passage.text and chance.random() < _LEFT_OUT)
    ]
    return "".join(kept) or None if len(kept) < len(tokens) else None


def learn_matrix(sets: Sequence[Pairs], held_out: int | None = None) -> Numbers:
    """The matrix under which the right sentences are the most probable; without the questions of a fold, if one is held out."""
    parts = []
    for pairs in sets:
        chosen = numpy.flatnonzero(pairs.folds != held_out) if held_out is not None else numpy.arange(len(pairs.folds))
        for start in range(0, len(chosen), _TOGETHER):
            some = chosen[start : start + _TOGETHER]
            parts.append((pairs.sentences, pairs.questions[some], pairs.rows[some]))
    dimensions = sets[0].sentences.shape[1]
    count = sum(len(rows) for _, _, rows in parts)

    def loss(flat: Numbers) -> tuple[float, Numbers]:
        """The mean of the negative logarithms of the right sentences' probabilities, with the penalty, and its slope."""
        matrix = flat.reshape(dimensions, dimensions)
        total, slope = 0.0, numpy.zeros_like(matrix)
        for sentences, questions, rows in parts:
            candidates = sentences[rows]
            turned = questions + questions @ matrix.T.astype(float32)
            scores = _TEMPERATURE * numpy.einsum("qcd,qd->qc", candidates, turned)
            scores -= scores.max(1, keepdims=True)
            probable = numpy.exp(scores)
            probable /= probable.sum(1, keepdims=True)
            total -= float(numpy.log(probable[:, 0] + 1e-12).sum())
            expected = numpy.einsum("qc,qcd->qd", probable, candidates)
            slope += (expected - candidates[:, 0]).T @ questions
        penalised = slope * (_TEMPERATURE / count) + _PENALTY * matrix
        return total / count + _PENALTY / 2 * float((flat**2).sum()), penalised.ravel()

    found = minimize(loss, numpy.zeros(dimensions**2), jac=True, method="L-BFGS-B", options={"maxiter": _STEPS})
    matrix: Numbers = found.x.reshape(dimensions, dimensions)
    return matrix
