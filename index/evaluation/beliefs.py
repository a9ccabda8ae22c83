"""How sure a library is of an answer that is there, and of one that is not.

With halves, every second article, in order of appearance, goes into one library and the rest into another. Each
question is asked of both, so that it is asked once where its article is present and once where it is really absent.

With articles, each long one is a library of its own. A question is asked of the whole article, and of the article
without the paragraph that answers it, unless its answer stands in another paragraph too.

What is absent is in no word frequency either: of some dozens of paragraphs one makes a difference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple

from index.evaluation.configurations import Configure
from index.evaluation.question_sets import Query, QuestionSet, articles_of
from index.progress import Progress, Step
from index.query.question import Question
from index.ranking.engine import Entry
from index.ranking.memory.engine import MemoryEngine
from index.search.knowledge import Knowledge
from index.search.library import Library
from index.search.ranking_index import entries_of
from index.types import Passage

# The library, or the knowledge, of these passages, until the context ends.
Build = Callable[[Sequence[Passage]], AbstractContextManager[Library]]
Open = Callable[[Sequence[Passage]], AbstractContextManager[Knowledge]]


class Belief(NamedTuple):
    """How sure a library was of its first passage, 0 to 1, whether it answered with it, and whether it was right."""

    confidence: float
    answered: bool
    right: bool


# Where the answer is there, and where it is not; None where that was not asked.
Beliefs = tuple[Belief | None, Belief | None]


def ask_halves(build: Build, questions: QuestionSet, progress: Progress) -> list[Beliefs]:
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


def ask_articles(open_: Open, configure: Configure, questions: QuestionSet, progress: Progress) -> list[Beliefs]:
    """For each question the belief of its article, and of its article without the paragraph that answers it."""
    articles = articles_of(questions)
    asked = progress("evaluate_article", sum(len(article.queries) for article in articles))
    beliefs: dict[Query, Beliefs] = {}
    for article in articles:
        with open_(article.passages) as knowledge:
            beliefs.update(_ask_article(knowledge, configure, article, asked))
    return [beliefs.get(query, (None, None)) for query in questions.queries]


def _ask_article(
    knowledge: Knowledge, configure: Configure, article: QuestionSet, asked: Step
) -> Iterator[tuple[Query, Beliefs]]:
    whole = configure(knowledge.library())
    with knowledge.store.changes(0) as changes:
        entries = list(entries_of(changes))
    for passage in article.passages:
        others = [other.text for other in article.passages if other.id != passage.id]
        queries = [query for query in article.queries if query.passage_id == passage.id]
        without = configure(_without(knowledge, entries, passage)) if queries else whole
        for query in queries:
            only_here = bool(query.answers) and not any(one in text for one in query.answers for text in others)
            present = _believe(whole, query, asked)
            yield query, (present, _believe(without, query) if only_here else None)


def _without(knowledge: Knowledge, entries: Sequence[Entry], passage: Passage) -> Library:
    """A library that is as if a passage had never been there, without making a store anew; any engine ranks alike."""
    library = knowledge.library().without({passage.id})
    number = library.collection.number_of(passage.id)
    library.engine = MemoryEngine.build(entry for entry in entries if entry.number != number)
    return library


def _believe(library: Library, query: Query, asked: Step | None = None) -> Belief:
    result = library.search(Question(query.question), 1)
    if asked:
        asked()
    right = any(hit.passage.id == query.passage_id for hit in result.hits)
    return Belief(result.confidence, result.answered, right)
