"""Cases to learn from: questions asked of collections, with what may answer them and what is right.

Of each question set in SQuAD format there are several groups, so that no kind of collection counts more than another: all
passages as one collection, every article of some length alone, and for the confidence also articles without the
paragraph that answers, articles asked about another number or name, and collections of half the articles asked about the
others. The documents of a chat set are one collection.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from random import Random
from typing import NamedTuple
from zlib import crc32

import numpy

from index.evaluation.beliefs import without_answers
from index.evaluation.question_sets import ChatSet, Query, QuestionSet, articles_of
from index.evaluation.training.contrasts import contrast, names_of
from index.evaluation.training.cross_fitted_encoder import CrossFittedEncoder
from index.evaluation.training.softmax import Numbers
from index.meaning.encoder import Encoder
from index.query.question import Question
from index.reranking import sentence_features
from index.reranking.lacking_words import Lacking
from index.reranking.passage_features import Candidate, field_of
from index.reranking.query_features import QueryFeatures
from index.reranking.reranker import features_of
from index.search.knowledge import temporary_knowledge
from index.search.library import Library
from index.types import Passage

IsRight = Callable[[Passage], bool]
# The groups of all passages of a set as one collection.
AS_ONE = "as one"
FOLDS = 5


class Case(NamedTuple):
    """A question of a group, asked of a collection of `size` passages: its candidates, one a row, and which are right.

    `lacking` has for each how near its words come to those that it lacks.

    It is `answerable` where the collection has an answer, whether or not it is among the candidates. What is learnt is tried on documents that it was not learnt from: those of another `fold`.
    """

    group: str
    fold: int
    query: QueryFeatures
    candidates: list[Candidate]
    features: Numbers
    lacking: list[Lacking]
    right: Numbers
    size: int
    answerable: bool


class SentenceCase(NamedTuple):
    """A question and the passage that answers it: the features of the sentences, one a row, and which hold an answer."""

    group: str
    fold: int
    features: Numbers
    right: Numbers


class Cases(NamedTuple):
    """Cases for ranking and confidence, and for the sentence that is marked."""

    passages: list[Case]
    sentences: list[SentenceCase]


def squad_cases(name: str, questions: QuestionSet, every: int, encoder: Encoder | None) -> Cases:
    """The cases of a set in SQuAD format, with one of so many questions."""
    titles = {passage.id: passage.title for passage in questions.passages}
    queries = questions.queries[::every]
    passages: list[Case] = []
    sentences: list[SentenceCase] = []
    with _library(questions.passages, encoder) as library:
        for query in questions.queries:
            sentences += _sentence_cases(
                f"{name} {AS_ONE}",
                titles[query.passage_id],
                library,
                query.question,
                query.passage_id,
                query.is_answered_by,
            )
        for query in queries:
            passages += _cases(
                f"{name} {AS_ONE}", titles[query.passage_id], library, query.question, _is(query), answerable=True
            )
    asked = {*queries}
    names, chance = names_of(Question(query.question) for query in queries), Random(0)  # noqa: S311 - no secret
    for article in articles_of(questions):
        title = article.passages[0].title
        of_article = article._replace(queries=[query for query in article.queries if query in asked])
        if not of_article.queries:
            continue
        text = "\n".join(passage.text for passage in article.passages)
        with temporary_knowledge(article.passages, encoder=encoder) as knowledge:
            whole = knowledge.library()
            for query, without in without_answers(knowledge, of_article):
                question, is_right = query.question, _is(query)
                passages += _cases(f"{name} in article", title, whole, question, is_right, answerable=True)
                changed = contrast(Question(question), names, text, chance)
                if changed:
                    passages += _cases(f"{name} other name", title, whole, changed, _nothing, answerable=False)
                if without:
                    passages += _cases(f"{name} taken out", title, without, question, _nothing, answerable=False)
    passages.extend(_absent(name, questions, queries, titles, encoder))
    return Cases(passages, sentences)


def chat_cases(group: str, chat: ChatSet, encoder: Encoder | None) -> Cases:
    """The cases of a set of a chat, without those that need the questions before them."""
    cases = Cases([], [])
    with _library(chat.passages, encoder) as library:
        for one in chat.understood_alone:
            cases.passages.extend(
                _cases(group, chat.name, library, one.question, one.is_right, answerable=bool(one.gold))
            )
            for passage in filter(one.is_right, chat.passages):
                cases.sentences.extend(
                    _sentence_cases(group, chat.name, library, one.question, passage.id, one.is_answered_by)
                )
    return cases


def _absent(
    name: str, questions: QuestionSet, queries: Sequence[Query], titles: dict[str, str], encoder: Encoder | None
) -> Iterator[Case]:
    """Questions whose article is in the other half."""
    half = {title: number % 2 for number, title in enumerate(dict.fromkeys(titles.values()))}
    if len(half) < 2:
        return
    for side in (0, 1):
        with _library([one for one in questions.passages if half[one.title] == side], encoder) as library:
            for query in queries:
                title = titles[query.passage_id]
                if half[title] != side:
                    yield from _cases(f"{name} absent", title, library, query.question, _nothing, answerable=False)


@contextmanager
def _library(passages: Sequence[Passage], encoder: Encoder | None) -> Iterator[Library]:
    with temporary_knowledge(passages, encoder=encoder) as knowledge:
        yield knowledge.library()


def _cases(
    group: str, document: str, library: Library, question: str, is_right: IsRight, answerable: bool
) -> Iterable[Case]:
    _hold_out(library, document)
    query, passages, candidates = library.candidates(Question(question))
    if not candidates:
        return
    field = field_of(candidates)
    features = [list(features_of(query, candidate, field).values()) for candidate in candidates]
    lacking = [library.lacking_words(query, candidate) for candidate in candidates]
    right = numpy.array([is_right(passage) for passage in passages])
    size = library.engine.size
    yield Case(group, fold_of(document), query, candidates, numpy.array(features), lacking, right, size, answerable)


def _sentence_cases(
    group: str, document: str, library: Library, question: str, passage_id: str, answers: Callable[[str], bool]
) -> Iterable[SentenceCase]:
    _hold_out(library, document)
    passage = library.passage(passage_id)
    matched = library.matched(Question(question), passage) if passage else None
    if matched is None:
        return
    asked, match, nearness = matched
    features = [
        [feature(asked, match, nearness, place) for feature in sentence_features.FEATURES.values()]
        for place in range(len(match.sentences))
    ]
    right = [answers(one.sentence.text) for one in match.sentences]
    if any(right):
        yield SentenceCase(group, fold_of(document), numpy.array(features), numpy.array(right))


def fold_of(document: str) -> int:
    """The fold of a document, by its title."""
    return crc32(document.encode()) % FOLDS


def _hold_out(library: Library, document: str) -> None:
    """Let questions be encoded as if nothing had been learnt from a document."""
    if library.vectors and isinstance(encoder := library.vectors.encoder, CrossFittedEncoder):
        encoder.held_out = fold_of(document)


def _is(query: Query) -> IsRight:
    return lambda passage: passage.id == query.passage_id


def _nothing(_passage: Passage) -> bool:
    return False
