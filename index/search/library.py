"""The library: passages, the engine that ranks them, and the question's way through both."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from index.language.kana import kana_to_kanji, spelling_of
from index.meaning.searchable_vectors import SearchableVectors
from index.query.bridges import weigh_bridges
from index.query.coverage import coverage
from index.query.question import Question
from index.ranking.bm25 import inverse_document_frequency, relative_rarity
from index.ranking.engine import Engine
from index.reranking.confidence import certainty_of, confidence, first_of
from index.reranking.marking import mark
from index.reranking.match import Match, match_passage
from index.reranking.nearness import UNKNOWN, Nearness, nearness_of
from index.reranking.outline import OutlinedPassage
from index.reranking.passage_features import Candidate
from index.reranking.query_features import QueryFeatures, query_features
from index.reranking.reranker import DEPTH, Reranked, candidates_of, rerank
from index.reranking.weights import LEXICAL, WITH_ENCODER, Weights
from index.search.stored_passages import StoredPassages
from index.types import Hit, Passage, QuestionTerm, Result, Scored, Share

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray


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
        sure = 0.0
        if asked.reranked:
            first = first_of(asked.reranked, self.engine.size)
            sure = round(confidence(asked.query, first, self.weights.confidence), 4)
        return Result(hits, sure, certainty_of(sure))

    def candidates(self, question: Question) -> tuple[QueryFeatures, list[Passage], list[Candidate]]:
        """What a question seeks, and the passages that may answer it, with what the reranker sees of them."""
        question = self._as_written_here(question)
        query = query_features(question, self._relative_rarity)
        scored, _, found, nearness = self._candidates(question, DEPTH)
        passages = [found[one.position].passage for one in scored]
        return query, passages, candidates_of(query, scored, found, nearness)

    def matched(self, question: Question, passage: Passage) -> tuple[QueryFeatures, Match, Nearness] | None:
        """What a question seeks, what a passage has of it, and how near that is; None where the passage is gone."""
        number, found = self.collection.number_of(passage.id), self._found(passage.id)
        if number is None or found is None:
            return None
        nearness = self._nearness(self._vector(question), [number]).get(number, UNKNOWN)
        query = query_features(self._as_written_here(question), self._relative_rarity)
        return query, match_passage(query, found.outline), nearness

    def mark(self, question: Question, passage: Passage) -> str:
        """The sentence of a passage that answers a question."""
        matched = self.matched(question, passage)
        return mark(*matched, self.weights.sentence) if matched else passage.text

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
        in_order = {one.position: one for one in self._rerank(query, rest, found, nearness)}
        reranked += [in_order[one.position] for one in rest]
        return _Asked(question, query, reranked, found)

    def _rerank(
        self,
        query: QueryFeatures,
        scored: Sequence[Scored],
        found: Mapping[int, OutlinedPassage],
        nearness: Mapping[int, Nearness],
    ) -> list[Reranked]:
        return rerank(query, scored, found, nearness, self.weights.passage)

    @property
    def weights(self) -> Weights:
        """What each feature counts: without an encoder the words count alone."""
        return WITH_ENCODER if self.vectors else LEXICAL

    def _hit(self, asked: _Asked, rank: int, reranked: Reranked, found: OutlinedPassage) -> Hit:
        return Hit(
            rank=rank,
            score=reranked.score,
            passage=found.passage,
            sentence=mark(asked.query, reranked.candidate.match, reranked.candidate.nearness, self.weights.sentence),
            shares=tuple(self._shares(asked.question, reranked)),
        )

    def _shares(self, question: Question, reranked: Reranked) -> Iterator[Share]:
        """What each term and each feature brought; the engine's score is told by its terms."""
        first_look = self.weights.passage["first_look"] / self._highest_rarity
        for share in self.engine.explain(question.terms, reranked.position):
            yield share._replace(weight=share.weight * first_look, score=share.score * first_look)
        for name, brought in reranked.features.items():
            if name != "first_look" and brought:
                yield Share("feature", name, "", self.weights.passage[name], brought)

    def _candidates(
        self, question: Question, limit: int, without: Collection[str] = (), among: Collection[int] | None = None
    ) -> tuple[list[Scored], list[Scored], Mapping[int, OutlinedPassage], Mapping[int, Nearness]]:
        """What may answer: what the engine ranks highest with what is nearest in meaning, and what the engine ranks below.

        What was removed meanwhile is left out. The scores are shares of the highest idf, as in the reranker.
        """
        without = {*without, *self._hidden}
        ranked = self.engine.rank(question.terms, limit + len(without), among)
        vector = self._vector(question)
        near = self._nearest(vector, DEPTH + len(without), among)
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
        return reranked, rest, found, self._nearness(vector, [*first])

    def _vector(self, question: Question) -> NDArray[float32] | None:
        return self.vectors.question(question.whole_text) if self.vectors else None

    def _nearest(self, vector: NDArray[float32] | None, limit: int, among: Collection[int] | None) -> list[int]:
        """The passages that are nearest in meaning, best first."""
        if self.vectors is None or vector is None:
            return []
        return [one.position for one in self.vectors.nearest(vector, limit, among)]

    def _nearness(self, vector: NDArray[float32] | None, numbers: Sequence[int]) -> Mapping[int, Nearness]:
        if self.vectors is None or vector is None:
            return {}
        cosines = self.vectors.cosines(vector, numbers)
        return {number: nearness_of(found.tolist(), self.vectors.encoder) for number, found in cosines.items()}

    @property
    def _highest_rarity(self) -> float:
        return inverse_document_frequency(self.engine.size, 0)

    def _relative_rarity(self, view: str, term: str) -> float:
        return relative_rarity(self.engine.size, self.engine.document_frequency(view, term))

    def _rarity(self, view: str, term: str) -> float:
        return inverse_document_frequency(self.engine.size, self.engine.document_frequency(view, term))
