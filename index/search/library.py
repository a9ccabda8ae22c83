"""The library: passages, the engine that ranks them, and the question's way through both."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from index.language.kana import kana_to_kanji, spelling_of
from index.meaning.searchable_vectors import SearchableVectors
from index.query.bridges import weigh_bridges
from index.query.coverage import coverage
from index.query.question import Question
from index.ranking.bm25 import inverse_document_frequency, relative_rarity
from index.ranking.engine import Engine
from index.reranking.confidence import First, certainty_of, confidence, features_of
from index.reranking.marking import mark
from index.reranking.match import match_passage
from index.reranking.outline import OutlinedPassage
from index.reranking.query_features import QueryFeatures, query_features
from index.reranking.reranker import DEPTH, WEIGHTS, Reranked, rerank
from index.search.stored_passages import StoredPassages
from index.types import Hit, Passage, QuestionTerm, Result, Scored, Share


class Library:
    """A collection of passages and an engine that ranks them; both know a passage by its number.

    `vectors` tells which are near to a question in meaning, where an encoder is in use.
    """

    vectors: SearchableVectors | None = None
    _hidden: Collection[str] = ()

    def __init__(self, collection: StoredPassages, engine: Engine) -> None:
        self.collection = collection
        self.engine = engine

    def without(self, hidden: Collection[str]) -> Library:
        """The same library where passages with these ids are as if they were not there."""
        library = Library(self.collection, self.engine)
        library.vectors, library._hidden = self.vectors, frozenset(hidden)
        return library

    def search(
        self,
        question: Question,
        limit: int,
        without: Collection[str] = (),
        among: Collection[int] | None = None,
    ) -> Result:
        """The passages that answer a question best, with the sentence that answers in each.

        Passages whose ids are in `without` are no hits; where `among` is given, only passages with these numbers are.
        """
        question = self._as_written_here(question)
        query = query_features(question, self._relative_rarity)
        ranked, found = self._candidates(question, max(limit, DEPTH), without, among)
        reranked = self._rerank(query, ranked, found)[:limit]
        hits = tuple(
            self._hit(question, query, rank, one, found[one.position]) for rank, one in enumerate(reranked, start=1)
        )
        # Rounded, so that what is shown of it never contradicts `answered`.
        sure = round(confidence(query, self._first(question, reranked[0])), 4) if reranked else 0.0
        return Result(hits, sure, certainty_of(sure))

    def first_look(self, question: Question, limit: int) -> tuple[QueryFeatures, list[Scored]]:
        """What a question seeks, and the passages as the engine alone ranks them."""
        question = self._as_written_here(question)
        return query_features(question, self._relative_rarity), self._candidates(question, limit)[0]

    def sure_features(self, question: Question) -> list[float]:
        """What the confidence in the first passage is made of; empty where none is found."""
        question = self._as_written_here(question)
        query = query_features(question, self._relative_rarity)
        reranked = self._rerank(query, *self._candidates(question, DEPTH))
        return features_of(query, self._first(question, reranked[0])) if reranked else []

    def mark(self, question: Question, passage: Passage) -> str:
        """The sentence of a passage that answers a question."""
        query = query_features(self._as_written_here(question), self._relative_rarity)
        found = self._found(passage.id)
        return mark(query, match_passage(query, found.outline)) if found else passage.text

    def passage(self, passage_id: str) -> Passage | None:
        """The passage with an id, or None if there is none any more."""
        found = self._found(passage_id)
        return found.passage if found else None

    def around(self, passage: Passage, distance: int = 1) -> Sequence[Passage]:
        """A passage and those before and after it in the same document."""
        number = self.collection.number_of(passage.id)
        around = [] if number is None else self.collection.around(number, distance)
        return [one for one in around if one.id not in self._hidden]

    def placed(self, passage: Passage, sentence: str) -> Passage:
        """A passage with the date and the way to the message of its conversation that a sentence is from."""
        said = self.collection.said(passage.id, sentence)
        return passage._replace(url=said[0], date=said[1]) if said else passage

    def knows(self, word: str) -> bool:
        """Whether any passage has one of the text's words, in either script."""
        return any(
            self.engine.document_frequency(term.view, term.term)
            for term in Question(word).terms
            if term.view == "lemma" or term.bridge
        )

    def covers(self, text: str, hit: Hit) -> float:
        """The share, 0 to 1, of a text's words that a hit's passage has."""
        terms = Question(text).terms
        number = self.collection.number_of(hit.passage.id)
        shares = [] if number is None else self.engine.explain(terms, number)
        matched = {(share.view, share.term) for share in shares}
        return coverage(terms, matched, self.engine.size, self.engine.document_frequency)

    def _as_written_here(self, question: Question) -> Question:
        """A question in the passages' spellings, each of which counts as it deserves among them."""
        written = kana_to_kanji(question.text, question.tokens, self.engine.document_frequency, self._spelling)
        if written != question.text:
            question = Question(written, question.earlier)
        return question.with_terms(weigh_bridges(question.terms, self._rarity, self.engine.document_frequency))

    def _spelling(self, reading: str) -> str | None:
        """How the passages write a noun that is read like this."""
        first = self.engine.rank([QuestionTerm("reading", reading, 1.0, reading)], 1)
        for found in self.collection.found([one.position for one in first]).values():
            passage = found.passage
            if written := spelling_of(reading, f"{passage.text}\n{passage.heading}\n{passage.title}"):
                return written
        return None

    def _found(self, passage_id: str) -> OutlinedPassage | None:
        number = None if passage_id in self._hidden else self.collection.number_of(passage_id)
        return None if number is None else self.collection.found([number]).get(number)

    def _rerank(
        self, query: QueryFeatures, ranked: Sequence[Scored], found: Mapping[int, OutlinedPassage]
    ) -> list[Reranked]:
        return rerank(query, ranked, found)

    def _hit(
        self, question: Question, query: QueryFeatures, rank: int, reranked: Reranked, found: OutlinedPassage
    ) -> Hit:
        return Hit(
            rank=rank,
            score=reranked.score,
            passage=found.passage,
            sentence=mark(query, reranked.match),
            shares=tuple(self._shares(question, reranked)),
        )

    def _shares(self, question: Question, reranked: Reranked) -> Iterator[Share]:
        """What each term and each feature brought; the engine's score is told by its terms."""
        first_look = WEIGHTS["first_look"] / self._highest_rarity
        for share in self.engine.explain(question.terms, reranked.position):
            yield share._replace(weight=share.weight * first_look, score=share.score * first_look)
        for name, brought in reranked.features.items():
            if name != "first_look" and brought:
                yield Share("feature", name, "", WEIGHTS[name], brought)

    def _candidates(
        self, question: Question, limit: int, without: Collection[str] = (), among: Collection[int] | None = None
    ) -> tuple[list[Scored], Mapping[int, OutlinedPassage]]:
        """What the engine ranks highest, and the passages; what was removed meanwhile is left out.

        The scores are shares of the highest idf, as in the reranker.
        """
        without = {*without, *self._hidden}
        ranked = self.engine.rank(question.terms, limit + len(without), among)
        found = self.collection.found([one.position for one in ranked])
        kept = [one for one in ranked if one.position in found and found[one.position].passage.id not in without]
        return [one._replace(score=one.score / self._highest_rarity) for one in kept[:limit]], found

    @property
    def _highest_rarity(self) -> float:
        return inverse_document_frequency(self.engine.size, 0)

    def _relative_rarity(self, view: str, term: str) -> float:
        return relative_rarity(self.engine.size, self.engine.document_frequency(view, term))

    def _rarity(self, view: str, term: str) -> float:
        return inverse_document_frequency(self.engine.size, self.engine.document_frequency(view, term))

    def _first(self, question: Question, first: Reranked) -> First:
        terms = [term for term in question.terms if not term.synonym]
        ideal = sum(term.weight * self._rarity(term.view, term.term) for term in terms)
        score = sum(share.score for share in self.engine.explain(terms, first.position))
        return First(first.match, first.score, score / ideal if ideal else 0.0, self.engine.size)
