"""Asking questions of a chat: each set is a library of its own, and a follow-up comes after its earlier questions."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from index.evaluation.beliefs import Belief
from index.evaluation.bootstrap import Interval, drawn, values_in, wilson
from index.evaluation.configurations import Configure, configured
from index.evaluation.measures import Measure, Numbers, calibration_error, mean_of, times_of, values_of
from index.evaluation.misses import Miss, best_of
from index.evaluation.question_sets import ChatQuestion, ChatSet, Query, fingerprint_of
from index.progress import Progress, Step
from index.search.knowledge import temporary_knowledge
from index.search.library import Library
from index.types import Certainty, Hit, Result

# Asks a library a question as the last of a conversation; what a conversation is, the caller knows.
Ask = Callable[[Library, ChatQuestion], Result]
# For each question whether something holds of it; None where that cannot be said of it.
Judgements = Sequence[bool | None]


class ChatOutcome(NamedTuple):
    """What came of one question; `milliseconds` is None after earlier questions, whose time it would be too.

    `rank` is that of the first right passage, None where there is none among those found.
    """

    question: str
    set: str
    kind: str
    answerable: bool
    rank: int | None
    confidence: float
    certainty: Certainty
    milliseconds: float | None

    @property
    def belief(self) -> Belief:
        """How sure the library was, whether it answered, and whether that was right."""
        return Belief(self.confidence, self.certainty == "sure", self.rank == 1)


class Share(NamedTuple):
    """How many of some questions something holds of."""

    number: int
    of: int

    @property
    def value(self) -> float | None:
        """The share; None of nothing."""
        return self.number / self.of if self.of else None

    @property
    def interval(self) -> Interval | None:
        """Its 95 % interval."""
        return wilson(self.number, self.of)


class ChatRun(NamedTuple):
    """The outcomes of some sets in one configuration, as Run has those of a set in SQuAD format."""

    name: str
    question_set: str
    passages: int
    outcomes: tuple[ChatOutcome, ...]

    @property
    def answerable(self) -> list[ChatOutcome]:
        """The outcomes of the questions that have an answer."""
        return [outcome for outcome in self.outcomes if outcome.answerable]

    @property
    def unanswerable(self) -> list[ChatOutcome]:
        """The outcomes of the others."""
        return [outcome for outcome in self.outcomes if not outcome.answerable]

    @property
    def beliefs(self) -> dict[str, list[Belief]]:
        """The beliefs about all questions, by what they are about."""
        return {"": [outcome.belief for outcome in self.outcomes]}


def evaluate_chat(
    configuration: str, sets: Sequence[ChatSet], ask: Ask, progress: Progress, engine: str | None = None
) -> tuple[ChatRun, dict[int, Miss]]:
    """The outcomes of every question, and the misses among those that have an answer, by their place in the outcomes."""
    configure = configured(configuration)
    asked = progress("evaluate", sum(len(one.questions) for one in sets))
    results = [each for one in sets for each in _ask_set(one, configure, ask, asked, engine)]
    outcomes = tuple(outcome for outcome, _ in results)
    passages = sum(len(one.passages) for one in sets)
    run = ChatRun(configuration, fingerprint_of_chat(sets), passages, outcomes)
    return run, {place: miss for place, (_, miss) in enumerate(results) if miss}


def fingerprint_of_chat(sets: Sequence[ChatSet]) -> str:
    """What some sets have in common with others only if passages and questions are the same."""
    return fingerprint_of(
        [[one.name, [[passage.title, passage.text] for passage in one.passages], one.questions] for one in sets]
    )


def judgements(outcomes: Sequence[ChatOutcome]) -> dict[str, Judgements]:
    """What can be said of each question, by name; nothing of those with an answer is said of those without.

    Answered is what is sure, and right where the first passage is; the rest is refused, though as possible or as none.
    Ranked first or in three is a right passage, whether or not it was said to answer.
    """

    def among(answerable: bool, holds: Callable[[ChatOutcome], bool]) -> Judgements:
        return [holds(outcome) if outcome.answerable == answerable else None for outcome in outcomes]

    return {
        "answered_right": among(True, lambda one: one.belief.answered and one.belief.right),
        "answered_wrong": among(True, lambda one: one.belief.answered and not one.belief.right),
        "possible": among(True, lambda one: one.certainty == "possible"),
        "none": among(True, lambda one: one.certainty == "none"),
        "ranked_first": among(True, lambda one: one.rank == 1),
        "ranked_in_three": among(True, lambda one: one.rank is not None and one.rank <= 3),
        "answered_without": among(False, lambda one: one.belief.answered),
        "possible_without": among(False, lambda one: one.certainty == "possible"),
        "none_without": among(False, lambda one: one.certainty == "none"),
    }


def shares(outcomes: Sequence[ChatOutcome]) -> dict[str, Share]:
    """How often each judgement holds."""
    judged = {name: [value for value in values if value is not None] for name, values in judgements(outcomes).items()}
    return {name: Share(sum(values), len(values)) for name, values in judged.items()}


def measure_chat(outcomes: Sequence[ChatOutcome]) -> dict[str, float | None]:
    """The share of each judgement, the calibration error, and the times of a question."""
    taken = [outcome.milliseconds for outcome in outcomes if outcome.milliseconds is not None]
    return values_of(_measures(outcomes), len(outcomes)) | (times_of(taken) if taken else {})


def resampled_chat(outcomes: Sequence[ChatOutcome]) -> dict[str, Numbers]:
    """The value of each measure in each resample of the questions, for paired comparisons."""
    return values_in(_measures(outcomes), drawn([str(place) for place, _ in enumerate(outcomes)]))


def by_kind(outcomes: Sequence[ChatOutcome]) -> Mapping[str, Sequence[ChatOutcome]]:
    """The outcomes of each kind of question, in the order in which they come."""
    kinds: dict[str, list[ChatOutcome]] = {}
    for outcome in outcomes:
        kinds.setdefault(outcome.kind, []).append(outcome)
    return kinds


def _measures(outcomes: Sequence[ChatOutcome]) -> dict[str, Measure]:
    shares = {name: mean_of(values) for name, values in judgements(outcomes).items()}
    return shares | {"ece": calibration_error([(outcome.belief,) for outcome in outcomes])}


def _ask_set(
    one: ChatSet, configure: Configure, ask: Ask, asked: Step, engine: str | None
) -> Iterator[tuple[ChatOutcome, Miss | None]]:
    with temporary_knowledge(one.passages, engine) as knowledge:
        library = configure(knowledge.library())
        for question in one.questions:
            begin = time.perf_counter()
            result = ask(library, question)
            taken = (time.perf_counter() - begin) * 1000
            asked()
            right = next((hit for hit in result.hits if question.is_right(hit.passage)), None)
            outcome = ChatOutcome(
                question=question.question,
                set=one.name,
                kind=question.kind,
                answerable=bool(question.gold),
                rank=right.rank if right else None,
                confidence=result.confidence,
                certainty=result.certainty,
                milliseconds=None if question.earlier else taken,
            )
            missed = outcome.answerable and outcome.rank != 1
            yield outcome, _miss(library, one, question, outcome, result, right) if missed else None


def _miss(
    library: Library, one: ChatSet, question: ChatQuestion, outcome: ChatOutcome, result: Result, right: Hit | None
) -> Miss | None:
    passages = [passage for passage in one.passages if question.is_right(passage)]
    if not passages:
        return None
    right = right or best_of(library, question.question, passages)
    query = Query("\n".join((*question.earlier, question.question)), right.passage.id, question.gold)
    return Miss(query, outcome, None, right, result.hits[0] if result.hits else None)
