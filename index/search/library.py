"""The library: passages, the engine that ranks them, and the question's way through both."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial

from index.language.kana import kana_to_kanji, spelling_of
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
from index.reranking.reranker import DEPTH, MEANING, WEIGHTS, Reranked, rerank
from index.search.duplicates import Distinct, distinct, text_key
from index.search.stored_passages import StoredPassages
from index.types import Hit, Passage, QuestionTerm, Result, Scored, Share

# Where so many candidates say the same too often, fewer hits have to do.
_MOST_LOOKED_AT = 400

# A question and passages to how near they are in meaning, a cosine each (index.reranking.encoder).
Similarities = Callable[[str, Sequence[Passage]], Sequence[float]]


class Library:
    """A collection of passages and an engine that ranks them; both know a passage by its number.

    Where `similarities` is set, the reranker also asks how near a passage is in meaning.
    """

    similarities: Similarities | None = None
    _hidden: Collection[str] = ()

    def __init__(self, collection: StoredPassages, engine: Engine) -> None:
        self.collection = collection
        self.engine = engine

    def without(self, hidden: Collection[str]) -> Library:
        """The same library where passages with these ids are as if they were not there."""
        library = Library(self.collection, self.engine)
        library.similarities, library._hidden = self.similarities, frozenset(hidden)
        return library

    def search(
        self,
        question: Question,
        limit: int,
        without: Collection[str] = (),
        among: Collection[int] | None = None,
    ) -> Result:
        """The passages that answer a question best, with the sentence that answers in each.

        Passages whose ids are in `without`, and others with their texts, are no hits; where `among` is given, only
        passages with these numbers are. A text in several places is one hit.
        """
        text, question = question.text, self._as_written_here(question)
        query = query_features(question, self._relative_rarity)
        # Copies of what is not wanted are not wanted either.
        unwanted = {text_key(passage) for one in without if (passage := self.passage(one))}
        best: list[Distinct] = []
        looked_at, there_are_more = max(limit, DEPTH), True
        while len(best) < limit and there_are_more and looked_at <= max(limit, _MOST_LOOKED_AT):
            ranked, found = self._candidates(question, looked_at, without, among)
            reranked = self._rerank(text, query, ranked, found)
            wanted = [one for one in reranked if text_key(found[one.position].passage) not in unwanted]
            best = distinct(wanted, found, partial(self._tells_apart, question))[:limit]
            looked_at, there_are_more = looked_at * 4, len(ranked) == looked_at
        hits = tuple(
            self._hit(question, query, rank, one, found[one.reranked.position])
            for rank, one in enumerate(best, start=1)
        )
        # Rounded, so that what is shown of it never contradicts `answered`.
        sure = round(confidence(query, self._first(question, best[0].reranked)), 4) if best else 0.0
        return Result(hits, sure, certainty_of(sure))

    def first_look(self, question: Question, limit: int) -> tuple[QueryFeatures, list[Scored]]:
        """What a question seeks, and the passages as the engine alone ranks them."""
        question = self._as_written_here(question)
        return query_features(question, self._relative_rarity), self._candidates(question, limit)[0]

    def sure_features(self, question: Question) -> list[float]:
        """What the confidence in the first passage is made of; empty where none is found."""
        text, question = question.text, self._as_written_here(question)
        query = query_features(question, self._relative_rarity)
        reranked = self._rerank(text, query, *self._candidates(question, DEPTH))
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
        self, text: str, query: QueryFeatures, ranked: Sequence[Scored], found: Mapping[int, OutlinedPassage]
    ) -> list[Reranked]:
        looked_at = [found[one.position].passage for one in ranked[:DEPTH]]
        meanings = self.similarities(text, looked_at) if self.similarities else ()
        return rerank(query, ranked, found, meanings)

    def _hit(self, question: Question, query: QueryFeatures, rank: int, one: Distinct, found: OutlinedPassage) -> Hit:
        return Hit(
            rank=rank,
            score=one.reranked.score,
            passage=found.passage,
            sentence=mark(query, one.reranked.match),
            shares=tuple(self._shares(question, one.reranked)),
            duplicates=one.duplicates,
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

    def _first(self, question: Question, first: Reranked) -> First:
        terms = [term for term in question.terms if not term.synonym]
        ideal = sum(term.weight * self._rarity(term.view, term.term) for term in terms)
        score = sum(share.score for share in self.engine.explain(terms, first.position))
        # Nearness in meaning is high for any two texts; the confidence was learnt without it.
        without_meaning = first.score - first.features.get(MEANING, 0.0)
        return First(first.match, without_meaning, score / ideal if ideal else 0.0, self.engine.size)
