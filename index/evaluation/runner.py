"""Asking a library every question of a set, and keeping what came of each.

Whether a library knows what it cannot answer is measured with halves: every second article, in order of
appearance, goes into one library and the rest into another. Each question is asked of both, so that it is asked once
where its article is present and once where it is really absent, and no word frequency knows it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import NamedTuple

from index.evaluation.configurations import configured
from index.evaluation.question_sets import Query, QuestionSet, fingerprint
from index.progress import Progress, Step
from index.query.question import Question
from index.search.knowledge import temporary_knowledge
from index.search.library import Library
from index.store.rows import Analysed, analyse_text
from index.types import Passage

DEPTH = 10

# The library of these passages, until the context ends.
Build = Callable[[Sequence[Passage]], AbstractContextManager[Library]]


class Belief(NamedTuple):
    """How sure a library was of its first passage, 0 to 1, whether it answered with it, and whether it was right."""

    confidence: float
    answered: bool
    right: bool


class Outcome(NamedTuple):
    """What came of one question in a library of all passages.

    `ranked` holds the ids of up to ten passages, best first. `sentence_right` says whether the marked sentence of
    the right passage holds an answer text; it is None where the set gives none. `present` and `absent` are the beliefs
    of the half of the articles with the question's own, and of the half without; None where there is one article.
    """

    question: str
    title: str
    passage_id: str
    ranked: tuple[str, ...]
    sentence_right: bool | None
    confidence: float
    answered: bool
    milliseconds: float
    present: Belief | None = None
    absent: Belief | None = None

    @property
    def rank(self) -> int | None:
        """The rank of the right passage, from 1; None where it is not among the first ten."""
        return self.ranked.index(self.passage_id) + 1 if self.passage_id in self.ranked else None


class Run(NamedTuple):
    """The outcomes of a question set in one configuration; `question_set` is the set's fingerprint.

    `name` is the configuration's, or that of the file which the run was read from.
    """

    name: str
    question_set: str
    passages: int
    outcomes: tuple[Outcome, ...]


@contextmanager
def evaluated(
    configuration: str, questions: QuestionSet, progress: Progress, engine: str | None = None
) -> Iterator[tuple[Run, Library]]:
    """The outcomes of every question, asked of a library of all passages and of its halves; and that library."""
    encoder, configure = configured(configuration)
    analysed = _analysed(questions.passages, progress("analyse", len(questions.passages)))

    @contextmanager
    def build(passages: Sequence[Passage]) -> Iterator[Library]:
        with temporary_knowledge(passages, engine, analysed, encoder) as knowledge:
            yield configure(knowledge.library())

    with build(questions.passages) as library:
        outcomes = ask(library, questions.queries, progress("evaluate", len(questions.queries)))
        beliefs = ask_halves(build, questions, progress)
        outcomes = [
            outcome._replace(present=present, absent=absent)
            for outcome, (present, absent) in zip(outcomes, beliefs, strict=True)
        ]
        yield Run(configuration, fingerprint(questions), len(questions.passages), tuple(outcomes)), library


def ask(library: Library, queries: Sequence[Query], asked: Step) -> list[Outcome]:
    """The outcome of each question; `asked` is called after each. Milliseconds are of the whole search."""
    passages = {passage.id: passage for passage in library.collection.all()}
    outcomes = []
    for query in queries:
        begin = time.perf_counter()
        result = library.search(Question(query.question), DEPTH)
        milliseconds = (time.perf_counter() - begin) * 1000
        right = passages[query.passage_id]
        sentence = library.mark(Question(query.question), right) if query.answers else ""
        outcomes.append(
            Outcome(
                question=query.question,
                title=right.title,
                passage_id=right.id,
                ranked=tuple(hit.passage.id for hit in result.hits),
                sentence_right=any(answer in sentence for answer in query.answers) if query.answers else None,
                confidence=result.confidence,
                answered=result.answered,
                milliseconds=milliseconds,
            )
        )
        asked()
    return outcomes


def ask_halves(
    build: Build, questions: QuestionSet, progress: Progress
) -> list[tuple[Belief, Belief]] | list[tuple[None, None]]:
    """For each question the belief of the half that has its article, and of the one that has not."""
    titles = dict.fromkeys(passage.title for passage in questions.passages)
    if len(titles) == 1:
        return [(None, None)] * len(questions.queries)
    side_of_title = {title: number % 2 for number, title in enumerate(titles)}
    side_of = {passage.id: side_of_title[passage.title] for passage in questions.passages}
    beliefs = []
    for side in (0, 1):
        passages = [passage for passage in questions.passages if side_of[passage.id] == side]
        asked = progress("evaluate_half", len(questions.queries))
        with build(passages) as library:
            beliefs.append([_believe(library, query, asked) for query in questions.queries])
    sides = [side_of[query.passage_id] for query in questions.queries]
    return [(beliefs[side][number], beliefs[1 - side][number]) for number, side in enumerate(sides)]


def _analysed(passages: Sequence[Passage], step: Step) -> dict[str, Analysed]:
    """The analysis of each text, which the whole and the half share."""
    analysed = {}
    for passage in passages:
        analysed[passage.text] = analyse_text(passage.text)
        step()
    return analysed


def _believe(library: Library, query: Query, asked: Step) -> Belief:
    result = library.search(Question(query.question), 1)
    asked()
    right = any(hit.passage.id == query.passage_id for hit in result.hits)
    return Belief(result.confidence, result.answered, right)
