"""How long one question takes once started: of the article, and of ten thousand passages made from its sentences.

Processor time, with the encoder that is installed with the program, on one core; of the larger collection also by what it
goes to. Making its vectors takes a minute or two.
"""

from __future__ import annotations

import json
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy

from bot.answerer import Answerer
from index.language.sentences import split_sentences
from index.ranking.postings.engine import PostingsEngine
from index.search import library as searching
from index.search.library import Library
from index.search.stored_passages import StoredPassages
from index.types import Passage
from tests.knowledge import library_of, library_of_the_article, real_encoder

QUESTIONS = Path(__file__).parent.parent / "data" / "article_questions.json"
LIMIT = 3
MANY = 10_000
SENTENCES = 4

# What a question's time goes to, each without what is within it.
_STEPS: dict[str, tuple[Any, str]] = {
    "rarity of its words": (Library, "_as_written_here"),
    "what the reranker seeks": (searching, "query_features"),
    "the engine": (PostingsEngine, "rank"),
    "encoding it": (Library, "_vector"),
    "the nearest in meaning": (Library, "_nearest"),
    "passages from the store": (StoredPassages, "found"),
    "cosines of candidates": (Library, "_nearness"),
    "matching candidates": (searching, "rerank"),
    "duplicates": (searching, "distinct"),
    "sentences and shares of hits": (Library, "_hit"),
    "confidence": (searching, "confidence"),
}
_REST = "analysis and the rest"


def main() -> None:
    """Print the median and the 95th percentile over the article's questions, for both collections."""
    questions = [entry["question"] for entry in json.loads(QUESTIONS.read_text(encoding="utf-8"))]
    article = library_of_the_article()
    print(f"the article: {_times(article, questions)}")
    many = library_of(list(_generated(article.collection.all())), "postings", real_encoder())
    print(f"{MANY:,} passages: {_times(many, questions)}")
    for step, milliseconds in _steps(many, questions).items():
        print(f"  {step:<30}{milliseconds:6.2f} ms on average")


def _generated(passages: Iterable[Passage]) -> list[Passage]:
    """Passages of sentences drawn from the given ones, the same at every run."""
    sentences = [sentence for passage in passages for sentence in split_sentences(passage.text)]
    drawn = numpy.random.default_rng(MANY).integers(len(sentences), size=(MANY, SENTENCES))
    return [
        Passage(
            str(number), f"{number}。" + "".join(sentences[place] for place in row), "", "", 1, None, None, "", None
        )
        for number, row in enumerate(drawn)
    ]


def _times(library: Library, questions: Iterable[str]) -> str:
    times = []
    for question in questions:
        begin = time.process_time()
        Answerer(library).ask(question, LIMIT)
        times.append((time.process_time() - begin) * 1000)
    return f"median {statistics.median(times):.2f} ms, p95 {statistics.quantiles(times, n=20)[-1]:.2f} ms"


def _steps(library: Library, questions: list[str]) -> dict[str, float]:
    """Milliseconds a question, by step."""
    taken: dict[str, float] = defaultdict(float)
    with ExitStack() as stack:
        within: list[str] = []
        for step, (owner, name) in _STEPS.items():
            stack.enter_context(patch.object(owner, name, _timed(getattr(owner, name), step, taken, within)))
        for question in questions:
            with _timing(_REST, taken, within):
                Answerer(library).ask(question, LIMIT)
    return {step: taken[step] * 1000 / len(questions) for step in (*_STEPS, _REST)}


def _timed(work: Callable[..., object], step: str, taken: dict[str, float], within: list[str]) -> Callable[..., object]:
    def timed(*arguments: object) -> object:
        with _timing(step, taken, within):
            return work(*arguments)

    return timed


@contextmanager
def _timing(step: str, taken: dict[str, float], within: list[str]) -> Iterator[None]:
    """Add the time to a step's, and take it from that of the step that it is within."""
    begin = time.process_time()
    within.append(step)
    try:
        yield
    finally:
        within.pop()
        seconds = time.process_time() - begin
        taken[step] += seconds
        if within:
            taken[within[-1]] -= seconds


if __name__ == "__main__":
    main()
