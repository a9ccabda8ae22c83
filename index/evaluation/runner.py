"""Asking a library every question of a set, and keeping what came of each."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import NamedTuple

from index.evaluation.beliefs import Belief, ask_articles, ask_halves
from index.evaluation.configurations import configured
from index.evaluation.question_sets import Query, QuestionSet, fingerprint
from index.progress import Progress, Step
from index.query.question import Question
from index.search.knowledge import Knowledge, temporary_knowledge
from index.search.library import Library
from index.store.rows import Analysed, analyse_text
from index.types import Passage

DEPTH = 10


class Outcome(NamedTuple):
    """What came of one question in a library of all passages.

    `ranked` holds the ids of up to ten passages, best first. `sentence_right` says whether the marked sentence of
    the right passage holds an answer text; it is None where the set gives none. `present` and `absent` are the beliefs
    of the half of the articles with the question's own, and of the half without; None where there is one article.
    `in_article` and `taken_out` are those of its article alone, and of its article without the right passage; None
    where that was not asked.
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
    in_article: Belief | None = None
    taken_out: Belief | None = None

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

    @property
    def answerable(self) -> tuple[Outcome, ...]:
        """The outcomes of the questions that have an answer: of all."""
        return self.outcomes

    @property
    def beliefs(self) -> dict[str, list[Belief]]:
        """The beliefs about halves and about articles alone, by what they are about; of either where it was asked."""
        halves = [belief for one in self.outcomes for belief in (one.present, one.absent) if belief]
        articles = [belief for one in self.outcomes for belief in (one.in_article, one.taken_out) if belief]
        return {about: beliefs for about, beliefs in (("", halves), ("in article", articles)) if beliefs}


@contextmanager
def evaluated(
    configuration: str,
    questions: QuestionSet,
    progress: Progress,
    engine: str | None = None,
    *,
    in_article: bool = False,
) -> Iterator[tuple[Run, Library]]:
    """The outcomes of every question, asked of a library of all passages and of its halves; and that library.

    Where `in_article` is set, they are also asked of each article alone, which takes as long again.
    """
    configure = configured(configuration)
    analysed = _analysed(questions.passages, progress("analyse", len(questions.passages)))

    def open_(passages: Sequence[Passage]) -> AbstractContextManager[Knowledge]:
        return temporary_knowledge(passages, engine, analysed)

    @contextmanager
    def build(passages: Sequence[Passage]) -> Iterator[Library]:
        with open_(passages) as knowledge:
            yield configure(knowledge.library())

    with build(questions.passages) as library:
        outcomes = ask(library, questions.queries, progress("evaluate", len(questions.queries)))
        halves = ask_halves(build, questions, progress)
        articles = ask_articles(open_, configure, questions, progress) if in_article else [(None, None)] * len(halves)
        outcomes = [
            outcome._replace(present=present, absent=absent, in_article=whole, taken_out=without)
            for outcome, (present, absent), (whole, without) in zip(outcomes, halves, articles, strict=True)
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


def _analysed(passages: Sequence[Passage], step: Step) -> dict[str, Analysed]:
    """The analysis of each text, which the whole and the half share."""
    analysed = {}
    for passage in passages:
        analysed[passage.text] = analyse_text(passage.text)
        step()
    return analysed
