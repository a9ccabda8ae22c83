"""Measuring retrieval on question sets in SQuAD format.

Each distinct context is a passage, and each question a query whose only right passage is its own context.
The measures are those of ir_measures.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from index.errors import ContentMissing, ContentUnreadable, FolderWithoutDocuments, QuestionSetInvalid
from index.library import Library
from index.types import Passage

DEPTH = 10
_TITLE_SEPARATOR = " [SEP] "


class Query(NamedTuple):
    """A question, the id of the passage that answers it, and the texts that are right answers."""

    question: str
    passage_id: str
    answers: tuple[str, ...]


class QuestionSet(NamedTuple):
    """Passages and the questions about them."""

    passages: list[Passage]
    queries: list[Query]


def read_question_sets(paths: Iterable[Path]) -> QuestionSet:
    """The passages and questions of SQuAD files, or of the .json files of folders; raises KotaeError.

    A context that begins with its title and ` [SEP] `, as in JSQuAD, is parted from it.
    """
    passages: dict[str, Passage] = {}
    queries: list[Query] = []
    for path in _files(paths):
        try:
            articles = json.loads(path.read_bytes())["data"]
            for article in articles:
                for paragraph in article["paragraphs"]:
                    _read_paragraph(article.get("title", ""), paragraph, path, passages, queries)
        except OSError as error:
            raise ContentUnreadable(path=str(path), reason=error.strerror or str(error)) from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise QuestionSetInvalid(path=str(path), reason=f"{type(error).__name__}: {error}") from error
    if not queries:
        raise QuestionSetInvalid(path=", ".join(map(str, paths)), reason="no questions")
    return QuestionSet(list(passages.values()), queries)


def _files(paths: Iterable[Path]) -> Iterable[Path]:
    for path in paths:
        if path.is_dir():
            files = sorted(path.rglob("*.json"))
            if not files:
                raise FolderWithoutDocuments(path=str(path), known=".json")
            yield from files
        elif path.exists():
            yield path
        else:
            raise ContentMissing(path=str(path))


def _read_paragraph(
    title: str, paragraph: dict[str, Any], path: Path, passages: dict[str, Passage], queries: list[Query]
) -> None:
    context = paragraph["context"]
    if context not in passages:
        own_title, separator, text = context.partition(_TITLE_SEPARATOR)
        passages[context] = Passage(
            id=str(len(passages)),
            text=text if separator else context,
            title=own_title if separator else title,
            heading="",
            paragraph=len(passages) + 1,
            speaker=None,
            role=None,
            source=path.name,
            url=None,
        )
    for question in paragraph.get("qas", ()):
        answers = tuple(answer["text"] for answer in question.get("answers", ()))
        queries.append(Query(question["question"], passages[context].id, answers))


def evaluate(library: Library, queries: Sequence[Query], asked: Callable[[], object]) -> dict[str, float]:
    """Ask every question; `asked` is called after each.

    recall@k, mrr@10 and ndcg@10 are means over the questions, sentence_accuracy is the share of questions
    with an answer text whose right passage's marked sentence holds one. Times are of the whole search.
    """
    passages = {passage.id: passage for passage in library.passages}
    ranked: list[list[str]] = []
    times: list[float] = []
    marked: list[bool] = []
    for query in queries:
        begin = time.perf_counter()
        result = library.search(query.question, DEPTH)
        times.append((time.perf_counter() - begin) * 1000)
        ranked.append([hit.passage.id for hit in result.hits])
        if query.answers:
            sentence = library.mark(query.question, passages[query.passage_id])
            marked.append(any(answer in sentence for answer in query.answers))
        asked()
    return {
        **_ranking_measures(queries, ranked),
        "sentence_accuracy": statistics.fmean(marked) if marked else 0.0,
        "ms_median": statistics.median(times),
        "ms_p95": statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0],
        "passages": len(library.passages),
        "questions": len(queries),
    }


def _ranking_measures(queries: Sequence[Query], ranked: Sequence[Sequence[str]]) -> dict[str, float]:
    import ir_measures
    from ir_measures import RR, R, nDCG

    measures = {"recall@1": R @ 1, "recall@5": R @ 5, f"mrr@{DEPTH}": RR @ DEPTH, f"ndcg@{DEPTH}": nDCG @ DEPTH}
    right = [ir_measures.Qrel(str(number), query.passage_id, 1) for number, query in enumerate(queries)]
    # The rank stands for the score, so that equal scores keep the order that the engine gave them.
    run = [
        ir_measures.ScoredDoc(str(number), passage_id, -rank)
        for number, ids in enumerate(ranked)
        for rank, passage_id in enumerate(ids)
    ]
    results = ir_measures.calc_aggregate(list(measures.values()), right, run)
    return {name: float(results[measure]) for name, measure in measures.items()}
