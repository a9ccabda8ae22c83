"""The library: passages, the engine that ranks them, and the question's way through both."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from index.language.kana import kana_to_kanji, spelling_of
from index.meaning.searchable_vectors import SearchableVectors
from index.query.bridges import weigh_bridges
from index.query.coverage import coverage
from index.query.question import Question
from index.ranking.bm25 import inverse_document_frequency, relative_rarity
from index.ranking.engine import Engine
from index.reranking.confidence import certainty_of, confidence, first_of
from index.reranking.continuation import Context, prefer
from index.reranking.lacking_words import Lacking, lacking_words
from index.reranking.marking import mark
from index.reranking.match import Match, match_passage
from index.reranking.nearness import UNKNOWN, Nearness, nearness_of
from index.reranking.outline import OutlinedPassage
from index.reranking.passage_features import Candidate
from index.reranking.query_features import QueryFeatures, query_features
from index.reranking.reranker import DEPTH, Reranked, candidates_of, rerank
from index.reranking.weights import LEXICAL, WITH_ENCODER, Weights
from index.search.duplicates import Distinct, distinct, text_key
from index.search.pinned import pinned_passages
from index.search.stored_passages import StoredPassages
from index.stages import stage
from index.store.discord.pins import Pin
from index.types import Hit, Passage, QuestionTerm, Result, Scored, Share

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray


# Where so many candidates say the same too often, fewer hits have to do.
_MOST_LOOKED_AT = 400
# The share of a word's parts that a passage has that has the word: 通勤 and 手当.
_SAID = 0.5
# How far down the ranking the confidence looks for rivals: as far as where it was learnt.
_RIVALS = 2 * DEPTH


class _Candidates(NamedTuple):
    """What may answer a question: what is ranked again, and what the engine ranks below; what is known of both."""

    first: list[Scored]
    rest: list[Scored]
    found: Mapping[int, OutlinedPassage]
    nearness: Mapping[int, Nearness]


class Library:
    """A collection of passages and an engine that ranks them; both know a passage by its number.

    `vectors` tells which are near to a question in meaning, where an encoder is in use; `pins` are those of the guild for
    which questions are answered.
    """

    vectors: SearchableVectors | None = None
    pins: Sequence[Pin] = ()
    _hidden: Collection[str] = ()

    def __init__(self, collection: StoredPassages, engine: Engine) -> None:
        self.collection = collection
        self.engine = engine

    def without(self, hidden: Collection[str]) -> Library:
        """The same library where passages with these ids are as if they were not there."""
        library = Library(self.collection, self.engine)
        library.vectors, library.pins, library._hidden = self.vectors, self.pins, frozenset(hidden)
        return library

    def search(
        self,
        question: Question,
        limit: int,
        without: Collection[str] = (),
        among: Collection[int] | None = None,
        context: Context | None = None,
    ) -> Result:
        """The passages that answer a question best, with the sentence that answers in each.

        Passages whose ids are in `without`, and others with their texts, are no hits; where `among` is given, only
        passages with these numbers are. Those of the `context` that a follow-up question continues are preferred. A text
        in several places is one hit.
        """
        with stage("search"):
            return self._search(question, limit, without, among, context)

    def _search(
        self,
        question: Question,
        limit: int,
        without: Collection[str],
        among: Collection[int] | None,
        context: Context | None,
    ) -> Result:
        question = self._as_written_here(question)
        # Copies of what is not wanted are not wanted either.
        unwanted = {text_key(passage) for one in without if (passage := self.passage(one))}
        query = query_features(question, self._relative_rarity)
        best: list[Distinct] = []
        found: Mapping[int, OutlinedPassage] = {}
        looked_at, there_are_more = max(limit, DEPTH), True
        while len(best) < limit and there_are_more and looked_at <= max(limit, _MOST_LOOKED_AT):
            candidates = self._candidates(question, looked_at, without, among, context)
            found = candidates.found
            ranked = self._ranked(query, candidates, context)
            wanted = ranked
            if unwanted:
                wanted = [one for one in ranked if text_key(found[one.position].passage) not in unwanted]
            best = distinct(wanted, found, partial(self._tells_apart, question))
            there_are_more = len(ranked) >= looked_at
            looked_at *= 4
        own = query_features(question.alone(), self._relative_rarity) if question.earlier else query
        hits = tuple(
            self._hit(question, query, own, rank, one, found[one.reranked.position])
            for rank, one in enumerate(best[:limit], start=1)
        )
        # Rounded, so that what is shown of it never contradicts `answered`.
        sure = 0.0
        if best:
            lacking = self.lacking_words(query, best[0].reranked.candidate)
            first = first_of([one.reranked for one in best[:_RIVALS]], self.engine.size, lacking)
            sure = round(confidence(query, first, self.weights.confidence), 4)
        return Result(hits, sure, certainty_of(sure))

    def candidates(self, question: Question) -> tuple[QueryFeatures, list[Passage], list[Candidate]]:
        """What a question seeks, and the passages that may answer it, with what the reranker sees of them."""
        question = self._as_written_here(question)
        query = query_features(question, self._relative_rarity)
        candidates = self._candidates(question, DEPTH)
        passages = [candidates.found[one.position].passage for one in candidates.first]
        return query, passages, candidates_of(query, candidates.first, candidates.found, candidates.nearness)

    def lacking_words(self, query: QueryFeatures, candidate: Candidate) -> Lacking:
        """How near in meaning a passage comes to the words of a question that it lacks."""
        return lacking_words(query, candidate, self.vectors.words if self.vectors else None)

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
        if matched is None:
            return passage.text
        query, match, nearness = matched
        return mark(query, passage.text, match, nearness, self.weights.sentence)

    def passage(self, passage_id: str) -> Passage | None:
        """The passage with an id, or None if there is none any more."""
        found = self._found(passage_id)
        return found.passage if found else None

    def pinned(self, question: Question, among: Collection[int] | None = None) -> list[Passage]:
        """The passages pinned as the answer to a question, of those that are there; `among` as for search."""
        ids = pinned_passages(question, self.pins, self.vectors.encoder if self.vectors else None)
        found = [passage for one in ids if (passage := self.passage(one))]
        return [one for one in found if among is None or self.collection.number_of(one.id) in among]

    def around(self, passage: Passage, distance: int = 1) -> Sequence[Passage]:
        """A passage and those before and after it in the same document."""
        number = self.collection.number_of(passage.id)
        around = [] if number is None else self.collection.around(number, distance)
        return [one for one in around if one.id not in self._hidden]

    def context_of(self, passage_id: str) -> Context | None:
        """What a question continues that follows this passage; None if it is gone."""
        number = self._number_of(passage_id)
        found = {} if number is None else self.collection.found([number])
        if number is None or number not in found:
            return None
        one = found[number]
        return Context(one.document, one.passage.heading, frozenset(self.collection.in_document_of(number)))

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
        return self._coverage(terms, self._matched(terms, hit.passage.id))

    def said_in(self, words: Sequence[str], passage_id: str) -> list[str]:
        """Those of some words that a passage has, themselves or in a synonym."""
        return [word for word in words if self._says(word, passage_id)]

    def _says(self, word: str, passage_id: str) -> bool:
        terms = Question(word).terms
        matched = self._matched(terms, passage_id)
        synonym = any(term.synonym and (term.view, term.term) in matched for term in terms)
        return synonym or self._coverage(terms, matched) >= _SAID

    def _matched(self, terms: Sequence[QuestionTerm], passage_id: str) -> set[tuple[str, str]]:
        number = self._number_of(passage_id)
        shares = [] if number is None else self.engine.explain(terms, number)
        return {(share.view, share.term) for share in shares}

    def _coverage(self, terms: Sequence[QuestionTerm], matched: set[tuple[str, str]]) -> float:
        return coverage(terms, matched, self.engine.size, self.engine.document_frequency)

    def _as_written_here(self, question: Question) -> Question:
        """A question in the passages' spellings, each of which counts as it deserves among them."""
        # Looked up together, its terms take a quarter of the time, and the engine keeps them for when they are asked for.
        self.engine.rank(question.terms, 0, ())
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
        number = self._number_of(passage_id)
        return None if number is None else self.collection.found([number]).get(number)

    def _number_of(self, passage_id: str) -> int | None:
        """The number of the passage with an id; None where there is none, or where it is hidden."""
        return None if passage_id in self._hidden else self.collection.number_of(passage_id)

    def _ranked(self, query: QueryFeatures, candidates: _Candidates, context: Context | None) -> list[Reranked]:
        """The candidates that are ranked again, best first, then others in the engine's order."""
        first, rest, found, nearness = candidates
        with stage("rerank"):
            reranked = rerank(query, first, found, nearness, self.weights.passage)
            if context is not None:
                reranked = prefer(reranked, found, context)
            in_order = {one.position: one for one in rerank(query, rest, found, nearness, self.weights.passage)}
        return reranked + [in_order[one.position] for one in rest]

    @property
    def weights(self) -> Weights:
        """What each feature counts: without an encoder the words count alone."""
        return WITH_ENCODER if self.vectors else LEXICAL

    def _hit(
        self,
        question: Question,
        query: QueryFeatures,
        own: QueryFeatures,
        rank: int,
        one: Distinct,
        found: OutlinedPassage,
    ) -> Hit:
        """A hit, marked by the question's `own` words where the passage has any, not by those that it takes."""
        candidate = one.reranked.candidate
        match = match_passage(own, found.outline) if own is not query else candidate.match
        if own is not query and {*own.heavy} & (match.places.keys() | match.synonym_places.keys()):
            sentence = mark(own, found.passage.text, match, UNKNOWN, self.weights.sentence)
        else:
            sentence = mark(query, found.passage.text, candidate.match, candidate.nearness, self.weights.sentence)
        return Hit(
            rank=rank,
            score=one.reranked.score,
            passage=found.passage,
            sentence=sentence,
            shares=tuple(self._shares(question, one.reranked)),
            duplicates=one.duplicates,
        )

    def _shares(self, question: Question, reranked: Reranked) -> Iterator[Share]:
        """What each term and each feature brought; the engine's score is told by its terms."""
        first_look = self.weights.passage["first_look"] / self._highest_rarity
        for share in self.engine.explain(question.terms, reranked.position):
            yield share._replace(weight=share.weight * first_look, score=share.score * first_look)
        for name, brought in reranked.features.items():
            if name != "first_look" and brought:
                yield Share("feature", name, "", self.weights.passage.get(name, 1.0), brought)

    def _candidates(
        self,
        question: Question,
        limit: int,
        without: Collection[str] = (),
        among: Collection[int] | None = None,
        context: Context | None = None,
    ) -> _Candidates:
        """What may answer; what was removed meanwhile is left out.

        The scores are shares of the highest idf, as in the reranker.
        """
        without = {*without, *self._hidden}
        with stage("rank"):
            ranked = self.engine.rank(question.terms, limit + len(without), among)
        vector = self._vector(question)
        near = self._nearest(vector, DEPTH + len(without), among)
        if context is not None:
            numbers = context.numbers if among is None else context.numbers.intersection(among)
            near += [one.position for one in self.engine.rank(question.terms, DEPTH + len(without), numbers)]
        others = {*near} - {one.position for one in ranked}
        scores = dict.fromkeys(others, 0.0) | dict(self.engine.rank(question.terms, len(others), others))
        found = self.collection.found([*(one.position for one in ranked), *others])
        there = [
            Scored(position, score / self._highest_rarity)
            for position, score in (*ranked, *sorted(scores.items(), key=lambda one: (-one[1], one[0])))
            if position in found and found[position].passage.id not in without
        ]
        positions = {one.position for one in there}
        best = {one.position for one in [one for one in there if one.position not in others][:DEPTH]}
        best.update([position for position in near if position in positions][: 2 * DEPTH])
        first = [one for one in there if one.position in best]
        rest = [one for one in there if one.position not in best][: max(0, limit - DEPTH)]
        return _Candidates(first, rest, found, self._nearness(vector, [one.position for one in first]))

    def _vector(self, question: Question) -> NDArray[float32] | None:
        """The vector of a question; none without an encoder, or of a text without a word to look for."""
        if self.vectors is None or not question.terms:
            return None
        with stage("encode"):
            return self.vectors.question(question.whole_text)

    def _nearest(self, vector: NDArray[float32] | None, limit: int, among: Collection[int] | None) -> list[int]:
        """The passages that are nearest in meaning, best first."""
        if self.vectors is None or vector is None:
            return []
        with stage("nearest"):
            return [one.position for one in self.vectors.nearest(vector, limit, among)]

    def _nearness(self, vector: NDArray[float32] | None, numbers: Sequence[int]) -> Mapping[int, Nearness]:
        if self.vectors is None or vector is None:
            return {}
        cosines = self.vectors.cosines(vector, numbers)
        return {number: nearness_of(found.tolist(), self.vectors.encoder) for number, found in cosines.items()}

    def _tells_apart(self, question: Question, position: int, other: int) -> bool:
        """Whether a question has a term that one of two passages lacks, or names a number, perhaps a year, that both lack."""
        terms, other_terms = (
            {(share.view, share.term) for share in self.engine.explain(question.terms, one)}
            for one in (position, other)
        )
        numbers = {(term.view, term.term) for term in question.terms if term.view == "number"}
        return terms != other_terms or not numbers <= terms

    @property
    def _highest_rarity(self) -> float:
        return inverse_document_frequency(self.engine.size, 0)

    def _relative_rarity(self, view: str, term: str) -> float:
        return relative_rarity(self.engine.size, self.engine.document_frequency(view, term))

    def _rarity(self, view: str, term: str) -> float:
        return inverse_document_frequency(self.engine.size, self.engine.document_frequency(view, term))
