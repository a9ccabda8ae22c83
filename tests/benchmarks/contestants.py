"""The engines that are measured side by side, each behind the same few functions."""

from __future__ import annotations

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import bm25s
import numpy
from rank_bm25 import BM25Okapi

from index.language.analysis import VIEWS
from index.ranking.bm25 import K1, B
from index.ranking.engine import Engine, Entry
from index.ranking.postings.engine import PostingsEngine
from index.types import QuestionTerm
from tests.benchmarks.corpus import READABLE, Corpus

DEPTH = 20


class Contestant(ABC):
    """An engine over a corpus. What it cannot do raises NotImplementedError."""

    # How many questions it is asked where there are few, some, and many passages.
    questions = (400, 400, 400)
    # The name of its files; those of one name are built once.
    kept = ""

    def build(self, corpus: Corpus, folder: Path) -> None:  # noqa: B027 - some have nothing to keep
        """Make files of the corpus."""

    @abstractmethod
    def open(self, corpus: Corpus, folder: Path) -> None:
        """Be ready for questions."""

    @abstractmethod
    def ask(self, terms: Sequence[QuestionTerm]) -> object:
        """The best passages."""


class GrowingContestant(Contestant):
    """A contestant that takes passages, and forgets them, without being built anew."""

    @abstractmethod
    def prepare(self, corpus: Corpus, which: int) -> Any:
        """A passage more, like another, as it takes it."""

    @abstractmethod
    def add(self, passage: Any) -> None:
        """Take one more passage."""

    @abstractmethod
    def remove(self, which: int) -> None:
        """Forget a passage."""


class Kotae(GrowingContestant):
    """kotae's postings, with the terms of some views, for those who may read everything or half."""

    def __init__(self, views: Sequence[str], sources: frozenset[int] | None) -> None:
        self.kept = "kotae" + str(len(views))
        self._views = views
        self._sources = sources

    def build(self, corpus: Corpus, folder: Path) -> None:
        """One file."""
        PostingsEngine.build(corpus.entries(self._views)).save(folder / "index", {})

    def open(self, corpus: Corpus, folder: Path) -> None:
        """Checked and mapped."""
        self._engine, _ = PostingsEngine.open(folder / "index")
        self._next = corpus.size

    def ask(self, terms: Sequence[QuestionTerm]) -> object:
        """With the terms of its views; of the dictionary forms, the question's own words only."""
        wanted = [term for term in terms if term.view in self._views]
        if len(self._views) == 1:
            wanted = [term for term in wanted if not term.synonym]
        asked: Engine = self._engine if self._sources is None else self._engine.within(self._sources)
        return asked.rank(wanted, DEPTH)

    def prepare(self, corpus: Corpus, which: int) -> Entry:
        """With the next number."""
        (entry,) = corpus.one(which).entries(self._views)
        self._next += 1
        return entry._replace(number=self._next)

    def add(self, passage: Entry) -> None:
        """Ready to be found."""
        self._engine.add([passage])

    def remove(self, which: int) -> None:
        """By its number."""
        self._engine.remove([which])


class RankBm25(Contestant):
    """rank-bm25 as it comes, but for k1 and b."""

    kept = "rank_bm25"
    questions = (100, 20, 4)

    def open(self, corpus: Corpus, folder: Path) -> None:  # noqa: ARG002
        """It keeps no files."""
        self._engine = BM25Okapi(corpus.words(), k1=K1, b=B)

    def ask(self, terms: Sequence[QuestionTerm]) -> object:
        """A score for every passage, then the best."""
        scores = self._engine.get_scores(_words(terms))
        best = numpy.argpartition(scores, -DEPTH)[-DEPTH:]
        return best[numpy.argsort(-scores[best])]


class Bm25s(Contestant):
    """bm25s with numpy."""

    kept = "bm25s"

    def build(self, corpus: Corpus, folder: Path) -> None:
        """Its own files."""
        engine = bm25s.BM25(k1=K1, b=B, method="lucene", backend="numpy")
        engine.index(list(corpus.words()), show_progress=False)
        engine.save(folder / "bm25s")

    def open(self, corpus: Corpus, folder: Path) -> None:  # noqa: ARG002
        """Read into memory."""
        self._engine = bm25s.BM25.load(folder / "bm25s")
        self._known = set(self._engine.vocab_dict)

    def ask(self, terms: Sequence[QuestionTerm]) -> object:
        """It knows no word that no passage has."""
        words = [word for word in _words(terms) if word in self._known]
        return self._engine.retrieve([words], k=DEPTH, show_progress=False) if words else None


class Fts5(GrowingContestant):
    """SQLite's full-text search; a word is written as its characters' numbers, so that it is one token."""

    kept = "fts5"
    questions = (200, 100, 20)

    def build(self, corpus: Corpus, folder: Path) -> None:
        """One database."""
        with sqlite3.connect(folder / "fts5") as database:
            database.execute("CREATE VIRTUAL TABLE passages USING fts5(words)")
            database.executemany(
                "INSERT INTO passages VALUES (?)", ((" ".join(map(_token, words)),) for words in corpus.words())
            )
        database.execute("INSERT INTO passages(passages) VALUES ('optimize')")
        database.commit()
        database.close()

    def open(self, corpus: Corpus, folder: Path) -> None:  # noqa: ARG002
        """Nothing is read before it is asked for."""
        self._database = sqlite3.connect(folder / "fts5")

    def ask(self, terms: Sequence[QuestionTerm]) -> object:
        """Any of the words."""
        match = " OR ".join(map(_token, _words(terms)))
        return self._database.execute(
            "SELECT rowid, rank FROM passages WHERE passages MATCH ? ORDER BY rank LIMIT ?", (match, DEPTH)
        ).fetchall()

    def prepare(self, corpus: Corpus, which: int) -> str:
        """As its words in a row."""
        (words,) = corpus.one(which).words()
        return " ".join(map(_token, words))

    def add(self, passage: str) -> None:
        """And commit."""
        self._database.execute("INSERT INTO passages VALUES (?)", (passage,))
        self._database.commit()

    def remove(self, which: int) -> None:
        """And commit."""
        self._database.execute("DELETE FROM passages WHERE rowid = ?", (which + 1,))
        self._database.commit()


CONTESTANTS: dict[str, Contestant] = {
    "kotae, words": Kotae(("lemma",), None),
    "kotae, words, half readable": Kotae(("lemma",), READABLE),
    "kotae, all views": Kotae(VIEWS, None),
    "kotae, all views, half readable": Kotae(VIEWS, READABLE),
    "bm25s": Bm25s(),
    "SQLite FTS5": Fts5(),
    "rank-bm25": RankBm25(),
}


def _words(terms: Sequence[QuestionTerm]) -> list[str]:
    return [term.term for term in terms if term.view == "lemma" and not term.synonym]


def _token(word: str) -> str:
    return "w" + "x".join(f"{ord(character):x}" for character in word)
