"""Measuring retrieval on question sets. The measures are those of ir_measures."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence

from index.library import Library
from index.question_sets import Query

DEPTH = 10


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
