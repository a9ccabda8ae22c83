"""Passages and questions to measure engines with, as many as one likes.

The first passages are real. Beyond their number each is made of sentences of them, drawn at random but the same at every
run: as many as some real passage has, under the title of some real one. So every sentence is analysed once, and a
million passages take no longer than a thousand.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy
from numpy.typing import NDArray

from index.evaluation.question_sets import read_question_sets
from index.language.analysis import Terms, analyse
from index.language.sentences import split_sentences
from index.query.question import Question
from index.ranking.engine import Entry
from index.ranking.packed_terms import pack
from index.types import Passage, QuestionTerm
from tests.knowledge import library_of_the_article

ARTICLE_QUESTIONS = Path(__file__).parent.parent / "data" / "article_questions.json"
# Every passage has one of ten sources; a reader may read half of them.
SOURCES = 10
READABLE = frozenset(range(SOURCES // 2))
_SEED = 2026


class Corpus(NamedTuple):
    """Texts as analysed, and the passages, each as the numbers of its texts: those from `starts[n]` to `starts[n + 1]`."""

    analysed: Sequence[Terms]
    texts: NDArray[Any]
    starts: NDArray[Any]
    sources: NDArray[Any]

    @property
    def size(self) -> int:
        """How many passages there are."""
        return len(self.sources)

    @property
    def mean_length(self) -> float:
        """How many dictionary forms a passage has on average."""
        lengths = numpy.array([len(terms["lemma"]) for terms in self.analysed])
        return float(lengths[self.texts].sum() / self.size)

    def entries(self, views: Sequence[str]) -> Iterator[Entry]:
        """The passages as kotae's engines take them, with the terms of some views."""
        packed = [pack({view: terms[view] for view in views}) for terms in self.analysed]
        for number, (texts, source) in enumerate(zip(self._passages(), self.sources.tolist(), strict=True)):
            yield Entry(number, tuple(packed[text] for text in texts), source)

    def words(self) -> Iterator[list[str]]:
        """The passages as other engines take them: the dictionary forms in a row."""
        lemmas = [terms["lemma"] for terms in self.analysed]
        for texts in self._passages():
            yield [word for text in texts for word in lemmas[text]]

    def first(self, size: int) -> Corpus:
        """The same with fewer passages."""
        return self._replace(
            texts=self.texts[: self.starts[size]], starts=self.starts[: size + 1], sources=self.sources[:size]
        )

    def one(self, which: int) -> Corpus:
        """One of the passages alone."""
        texts = self.texts[self.starts[which] : self.starts[which + 1]].tolist()
        places = numpy.arange(len(texts), dtype=numpy.int32)
        sources = self.sources[which : which + 1]
        return Corpus([self.analysed[text] for text in texts], places, numpy.array([0, len(texts)]), sources)

    def _passages(self) -> Iterator[list[int]]:
        starts = self.starts.tolist()
        for start, end in itertools.pairwise(starts):
            yield self.texts[start:end].tolist()


def read(data: Path | None) -> tuple[list[Passage], list[str]]:
    """The real passages and questions: of the question sets in a folder, or of the built-in article."""
    if data:
        sets = read_question_sets([data])
        return sets.passages, [query.question for query in sets.queries]
    questions = [entry["question"] for entry in json.loads(ARTICLE_QUESTIONS.read_text(encoding="utf-8"))]
    return list(library_of_the_article().collection.all()), questions


def make(passages: Sequence[Passage], size: int) -> Corpus:
    """A corpus of so many passages."""
    numbers: dict[str, int] = {}
    real = [
        [numbers.setdefault(text, len(numbers)) for text in (passage.title, *split_sentences(passage.text))]
        for passage in passages[:size]
    ]
    random = numpy.random.default_rng(_SEED)
    lengths = random.choice([len(texts) for texts in real], size - len(real))
    sentences = numpy.array([text for texts in real for text in texts[1:]], dtype=numpy.int32)
    drawn = random.choice(sentences, int(lengths.sum()))
    starts = numpy.concatenate([[0], numpy.cumsum([len(texts) for texts in real] + lengths.tolist())])
    texts = numpy.concatenate([numpy.concatenate(real).astype(numpy.int32), drawn])
    titles = numpy.array([texts[0] for texts in real], dtype=numpy.int32)
    texts[starts[len(real) : -1]] = random.choice(titles, len(lengths))
    return Corpus([analyse(text).terms for text in numbers], texts, starts, random.integers(SOURCES, size=size))


def questions_of(questions: Sequence[str], count: int) -> list[list[QuestionTerm]]:
    """So many of the questions as analysed, drawn at random but the same at every run."""
    drawn = numpy.random.default_rng(_SEED).permutation(len(questions))[:count]
    analysed = [list(Question(questions[place]).terms) for place in drawn]
    return [terms for terms in analysed if any(term.view == "lemma" for term in terms)]
