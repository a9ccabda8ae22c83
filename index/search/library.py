"""The library: passages, the engine that ranks them, and the question's way through both."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from index.language.kana import kana_to_kanji, spelling_of
from index.query.bridges import weigh_bridges
from index.query.coverage import coverage
from index.query.question import Question
from index.ranking.bm25 import inverse_document_frequency, relative_rarity
from index.ranking.engine import Engine
from index.reranking.confidence import First, certainty_of, confidence, features_of
from index.reranking.continuation import CONTINUES, Context, prefer
from index.reranking.marking import mark
from index.reranking.match import match_passage
from index.reranking.outline import OutlinedPassage
from index.reranking.query_features import QueryFeatures, query_features
from index.reranking.reranker import DEPTH, MEANING, WEIGHTS, Reranked, rerank
from index.search.stored_passages import StoredPassages
from index.types import Hit, Passage, QuestionTerm, Result, Scored, Share

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
        context: Context | None = None,
    ) -> Result:
        """The passages that answer a question best, with the sentence that answers in each.

        Passages whose ids are in `without` are no hits; where `among` is given, only passages with these numbers are.
        Those of the `context` that a follow-up question continues are preferred.
        """
        text, question = question.text, self._as_written_here(question)
        query = query_features(question, self._relative_rarity)
        ranked, found = self._candidates(question, max(limit, DEPTH), without, among)
        if context is not None:
            ranked, found = self._with_context(question, ranked, found, without, among, context)
        reranked = self._rerank(text, query, ranked, found)
        if context is not None:
            reranked = prefer(reranked, found, context)
        reranked = reranked[:limit]
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

    def context_of(self, passage_id: str) -> Context | None:
        """What a question continues that follows this passage; None if it is gone."""
        number = None if passage_id in self._hidden else self.collection.number_of(passage_id)
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
                yield Share("feature", name, "", 1.0 if name == CONTINUES else WEIGHTS[name], brought)

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

    def _with_context(
        self,
        question: Question,
        ranked: list[Scored],
        found: Mapping[int, OutlinedPassage],
        without: Collection[str],
        among: Collection[int] | None,
        context: Context,
    ) -> tuple[list[Scored], Mapping[int, OutlinedPassage]]:
        """The candidates, the last of those looked at making room for the best of the context."""
        numbers = context.numbers if among is None else context.numbers.intersection(among)
        near, near_found = self._candidates(question, DEPTH // 2, without, numbers)
        far = [one for one in ranked if one.position not in {one.position for one in near}]
        looked_at = sorted([*near, *far[: DEPTH - len(near)]], key=lambda one: -one.score)
        return [*looked_at, *far[DEPTH - len(near) :]], {**found, **near_found}

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
        # Nearness in meaning is high for any two texts; the confidence was learnt without it, and without a context.
        score_alone = first.score - first.features.get(MEANING, 0.0) - first.features.get(CONTINUES, 0.0)
        return First(first.match, score_alone, score / ideal if ideal else 0.0, self.engine.size)
