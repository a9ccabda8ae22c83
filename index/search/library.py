"""The library: passages, the engine that ranks them, and the question's way through both."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from index.language.kana import kana_to_kanji, spelling_of
from index.meaning.searchable_vectors import SearchableVectors
from index.query.bridges import weigh_bridges
from index.query.coverage import coverage
from index.query.question import Question
from index.ranking.bm25 import inverse_document_frequency, relative_rarity
from index.ranking.engine import Engine
from index.reranking.confidence import First, certainty_of, confidence, features_of, first_of
from index.reranking.marking import mark
from index.reranking.match import match_passage
from index.reranking.nearness import UNKNOWN, Nearness, nearness_of
from index.reranking.outline import OutlinedPassage
from index.reranking.passage_features import Candidate
from index.reranking.query_features import QueryFeatures, query_features
from index.reranking.reranker import DEPTH, Reranked, candidates_of, rerank
from index.reranking.weights import LEXICAL, WITH_ENCODER, Weights
from index.search.stored_passages import StoredPassages
from index.types import Hit, Passage, QuestionTerm, Result, Scored, Share


class _Asked(NamedTuple):
    """A question as the passages write it, what it seeks, and the passages, best first."""

    question: Question
    query: QueryFeatures
    reranked: list[Reranked]
    found: Mapping[int, OutlinedPassage]


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
        asked = self._ask(question, max(limit, DEPTH), without, among)
        hits = tuple(
            self._hit(asked, rank, one, asked.found[one.position])
            for rank, one in enumerate(asked.reranked[:limit], start=1)
        )
        # Rounded, so that what is shown of it never contradicts `answered`.
        sure = round(self._confidence(asked), 4) if asked.reranked else 0.0
        return Result(hits, sure, certainty_of(sure))

    def candidates(self, question: Question) -> tuple[QueryFeatures, list[int], list[Candidate]]:
        """What a question seeks, and what may answer it: positions, and what the reranker sees of them."""
        question = self._as_written_here(question)
        query = query_features(question, self._relative_rarity)
        scored, _, found, nearness = self._candidates(question, DEPTH)
        return query, [one.position for one in scored], candidates_of(query, scored, found, nearness)

    def confidence_features(self, question: Question, without: Collection[str] = ()) -> tuple[list[float], str]:
        """What the confidence in the first passage is made of, and the passage's id; empty where none is found."""
        asked = self._ask(question, DEPTH, without)
        if not asked.reranked:
            return [], ""
        return features_of(asked.query, self._first(asked)), asked.found[asked.reranked[0].position].passage.id

    def mark(self, question: Question, passage: Passage) -> str:
        """The sentence of a passage that answers a question."""
        number, found = self.collection.number_of(passage.id), self._found(passage.id)
        if number is None or found is None:
            return passage.text
        nearness = self._nearness(question, [number]).get(number, UNKNOWN)
        query = query_features(self._as_written_here(question), self._relative_rarity)
        return mark(query, match_passage(query, found.outline), nearness, self._weights.sentence)

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

    def _ask(
        self, question: Question, limit: int, without: Collection[str] = (), among: Collection[int] | None = None
    ) -> _Asked:
        """A question's best passages: at least as many as are ranked again, then others in the engine's order."""
        question = self._as_written_here(question)
        query = query_features(question, self._relative_rarity)
        first, rest, found, nearness = self._candidates(question, limit, without, among)
        reranked = self._rerank(query, first, found, nearness)
        if rest:
            reranked += sorted(
                rerank(query, rest, found, nearness, self._weights.passage),
                key=lambda one, places={one.position: place for place, one in enumerate(rest)}: places[one.position],
            )
        return _Asked(question, query, reranked, found)

    def _rerank(
        self,
        query: QueryFeatures,
        scored: Sequence[Scored],
        found: Mapping[int, OutlinedPassage],
        nearness: Mapping[int, Nearness],
    ) -> list[Reranked]:
        return rerank(query, scored, found, nearness, self._weights.passage)

    @property
    def _weights(self) -> Weights:
        return WITH_ENCODER if self.vectors else LEXICAL

    def _hit(self, asked: _Asked, rank: int, reranked: Reranked, found: OutlinedPassage) -> Hit:
        return Hit(
            rank=rank,
            score=reranked.score,
            passage=found.passage,
            sentence=mark(asked.query, reranked.match, reranked.nearness, self._weights.sentence),
            shares=tuple(self._shares(asked.question, reranked)),
        )

    def _shares(self, question: Question, reranked: Reranked) -> Iterator[Share]:
        """What each term and each feature brought; the engine's score is told by its terms."""
        first_look = self._weights.passage["first_look"] / self._highest_rarity
        for share in self.engine.explain(question.terms, reranked.position):
            yield share._replace(weight=share.weight * first_look, score=share.score * first_look)
        for name, brought in reranked.features.items():
            if name != "first_look" and brought:
                yield Share("feature", name, "", self._weights.passage[name], brought)

    def _candidates(
        self, question: Question, limit: int, without: Collection[str] = (), among: Collection[int] | None = None
    ) -> tuple[list[Scored], list[Scored], Mapping[int, OutlinedPassage], Mapping[int, Nearness]]:
        """What may answer: what the engine ranks highest with what is nearest in meaning, and what the engine ranks below.

        What was removed meanwhile is left out. The scores are shares of the highest idf, as in the reranker.
        """
        without = {*without, *self._hidden}
        ranked = self.engine.rank(question.terms, limit + len(without), among)
        near = self._nearest(question, DEPTH + len(without), among)
        others = {*near} - {one.position for one in ranked}
        scores = dict(self.engine.rank(question.terms, len(others), others)) if others else {}
        scored = ranked + [Scored(position, scores.get(position, 0.0)) for position in near if position in others]
        found = self.collection.found([one.position for one in scored])
        there = {number for number, one in found.items() if one.passage.id not in without}
        first = {one.position for one in [one for one in ranked if one.position in there][:DEPTH]}
        first.update([position for position in near if position in there][:DEPTH])
        kept = [one._replace(score=one.score / self._highest_rarity) for one in scored if one.position in there]
        reranked = [one for one in kept if one.position in first]
        rest = [one for one in kept if one.position not in first and one.position not in others][:limit]
        return reranked, rest, found, self._nearness(question, [*first])

    def _nearest(self, question: Question, limit: int, among: Collection[int] | None) -> list[int]:
        """The passages that are nearest in meaning, best first."""
        if self.vectors is None:
            return []
        nearest = self.vectors.nearest(self.vectors.question(question.whole_text), limit)
        return [one.position for one in nearest if among is None or one.position in among]

    def _nearness(self, question: Question, numbers: Sequence[int]) -> Mapping[int, Nearness]:
        if self.vectors is None:
            return {}
        cosines = self.vectors.cosines(self.vectors.question(question.whole_text), numbers)
        return {number: nearness_of(found.tolist(), self.vectors.encoder) for number, found in cosines.items()}

    @property
    def _highest_rarity(self) -> float:
        return inverse_document_frequency(self.engine.size, 0)

    def _relative_rarity(self, view: str, term: str) -> float:
        return relative_rarity(self.engine.size, self.engine.document_frequency(view, term))

    def _rarity(self, view: str, term: str) -> float:
        return inverse_document_frequency(self.engine.size, self.engine.document_frequency(view, term))

    def _confidence(self, asked: _Asked) -> float:
        return confidence(asked.query, self._first(asked), self._weights.confidence)

    def _first(self, asked: _Asked) -> First:
        terms = [term for term in asked.question.terms if not term.synonym]
        ideal = sum(term.weight * self._rarity(term.view, term.term) for term in terms)
        score = sum(share.score for share in self.engine.explain(terms, asked.reranked[0].position))
        return first_of(asked.reranked, score / ideal if ideal else 0.0, self.engine.size)
