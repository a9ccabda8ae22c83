"""Passages and questions to measure engines with, as many as one likes.

The first passages are real. Beyond their number each is made of sentences of them, drawn at random but the same at every
run: as many as some real passage has, under the title of some real one. So every sentence is analysed once, and a
million passages take minutes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy

from bot.storing import BUILT_IN_CONTENT
from index.analysis import Terms, analyse
from index.engine import Entry
from index.loaders import find_files
from index.packed_terms import pack
from index.question import analyse_question
from index.question_sets import read_question_sets
from index.sentences import split_sentences
from index.snapshot import open_library
from index.types import Passage, QuestionTerm

ARTICLE_QUESTIONS = Path(__file__).parent.parent / "data" / "article_questions.json"
# Every passage has one of ten sources; a reader may read half of them.
SOURCES = 10
READABLE = frozenset(range(SOURCES // 2))
_SEED = 20_26


class Corpus(NamedTuple):
    """Texts as analysed, packed and as dictionary forms, and the passages, each as the numbers of its texts."""

    packed: Sequence[bytes]
    lemmas: Sequence[Sequence[str]]
    passages: Sequence[Sequence[int]]
    sources: Sequence[int]

    def entries(self) -> Iterator[Entry]:
        """The passages as kotae's engines take them."""
        for number, texts in enumerate(self.passages):
            yield Entry(number, tuple(self.packed[text] for text in texts), self.sources[number])

    def words(self) -> Iterator[list[str]]:
        """The passages as other engines take them: the dictionary forms in a row."""
        for texts in self.passages:
            yield [word for text in texts for word in self.lemmas[text]]

    def first(self, size: int) -> Corpus:
        """The same with fewer passages."""
        return self._replace(passages=self.passages[:size], sources=self.sources[:size])


def read(data: Path | None) -> tuple[list[Passage], list[str]]:
    """The real passages and questions: of the question sets in a folder, or of the built-in article."""
    if data:
        sets = read_question_sets([data])
        return list(sets.passages), [query.question for query in sets.queries]
    questions = [entry["question"] for entry in json.loads(ARTICLE_QUESTIONS.read_text(encoding="utf-8"))]
    return list(open_library(find_files([BUILT_IN_CONTENT]), snapshots=None).collection.all()), questions


def make(passages: Sequence[Passage], size: int) -> Corpus:
    """A corpus of so many passages."""
    texts: dict[str, int] = {}
    made = []
    for passage in passages:
        parts = [passage.title, *split_sentences(passage.text)]
        made.append([texts.setdefault(text, len(texts)) for text in parts])
    titles = [real[0] for real in made]
    sentences = [text for real in made for text in real[1:]]
    random = numpy.random.default_rng(_SEED)
    lengths = random.choice([len(real) - 1 for real in made], max(size - len(made), 0))
    drawn = random.choice(sentences, int(lengths.sum())).tolist()
    above = random.choice(titles, len(lengths)).tolist()
    start = 0
    for title, length in zip(above, lengths.tolist(), strict=True):
        made.append([title, *drawn[start : start + length]])
        start += length
    analysed: list[Terms] = [analyse(text).terms for text in texts]
    return Corpus(
        packed=[pack(terms) for terms in analysed],
        lemmas=[terms["lemma"] for terms in analysed],
        passages=made[:size],
        sources=random.integers(SOURCES, size=size).tolist(),
    )


def questions_of(questions: Sequence[str], count: int) -> list[list[QuestionTerm]]:
    """So many of the questions as analysed, drawn at random but the same at every run."""
    drawn = numpy.random.default_rng(_SEED).permutation(len(questions))[:count]
    analysed = [list(analyse_question(questions[place]).terms) for place in drawn]
    return [terms for terms in analysed if any(term.view == "lemma" for term in terms)]
