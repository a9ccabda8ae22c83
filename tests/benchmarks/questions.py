"""How long one question takes once started: of the article, and of ten thousand passages made from its sentences."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy

from bot.answerer import Answerer
from index.language.sentences import split_sentences
from index.query.question import Question
from index.types import Passage
from tests.knowledge import library_of, library_of_the_article

QUESTIONS = Path(__file__).parent.parent / "data" / "article_questions.json"
LIMIT = 3
MANY = 10_000
SENTENCES = 4


def main() -> None:
    """Print the median and the 95th percentile over the article's questions, for both collections."""
    questions = [entry["question"] for entry in json.loads(QUESTIONS.read_text(encoding="utf-8"))]
    article = library_of_the_article()
    answerer = Answerer(article)
    print(f"the article: {_times(lambda question: answerer.ask(question, LIMIT), questions)}")
    many = library_of(list(_generated(article.collection.all())))
    print(f"{MANY:,} passages: {_times(lambda question: many.search(Question(question), LIMIT), questions)}")


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


def _times(ask: Callable[[str], object], questions: Iterable[str]) -> str:
    times = []
    for question in questions:
        begin = time.perf_counter()
        ask(question)
        times.append((time.perf_counter() - begin) * 1000)
    return f"median {statistics.median(times):.2f} ms, p95 {statistics.quantiles(times, n=20)[-1]:.2f} ms"


if __name__ == "__main__":
    main()
