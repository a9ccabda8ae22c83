"""The library: passages, the engine that ranks them, and the question's way through both."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from index.analysis import Terms, analyse
from index.answer_type import has_answer
from index.bridges import weigh_bridges
from index.confidence import ANSWERED_FROM, WITHOUT_WANTED_KIND, confidence, coverage, inverse_document_frequency
from index.engine import Engine
from index.engines.memory import MemoryEngine
from index.marking import mark, sentences_of
from index.question import Question, analyse_question
from index.types import Hit, Passage, Result, Scored


class Library:
    """Passages and an engine that ranks them; the engine knows a passage by its position."""

    def __init__(self, passages: Sequence[Passage], engine: Engine) -> None:
        self.passages = passages
        self.engine = engine
        self._positions = {passage.id: position for position, passage in enumerate(passages)}

    @classmethod
    def build(cls, passages: Sequence[Passage], progress: Callable[[], object] = lambda: None) -> Library:
        """A library of passages, ranked in memory; `progress` is called after each."""
        return cls(passages, MemoryEngine.build(_passage_terms(passages, progress)))

    def search(
        self, text: str, limit: int, earlier: str = "", admits: Callable[[Passage], bool] | None = None
    ) -> Result:
        """The passages that answer a question best, with the sentence that answers in each.

        `earlier` holds the words that the question takes from those before it. Where `admits` is given,
        passages that it does not admit are as if they were not there.
        """
        question = self._analyse(text, earlier)
        among = None if admits is None else {place for place, passage in enumerate(self.passages) if admits(passage)}
        ranked = self.engine.rank(question.terms, limit, among)
        hits = tuple(self._hit(question, rank, scored) for rank, scored in enumerate(ranked, start=1))
        # Rounded, so that what is shown of it never contradicts `answered`.
        sure = round(self._confidence(question, hits[0]), 4) if hits else 0.0
        return Result(hits, sure, sure >= ANSWERED_FROM)

    def mark(self, text: str, passage: Passage) -> str:
        """The sentence of a passage that answers a question."""
        return mark(passage.text, self._analyse(text, ""), self._rarity)

    def passage(self, passage_id: str) -> Passage | None:
        """The passage with an id, or None if there is none any more."""
        position = self._positions.get(passage_id)
        return None if position is None else self.passages[position]

    def around(self, passage: Passage, distance: int = 1) -> Sequence[Passage]:
        """A passage and those before and after it in the same document."""
        position = self._positions[passage.id]
        near = self.passages[max(0, position - distance) : position + distance + 1]
        return [
            neighbour for neighbour in near if (neighbour.title, neighbour.source) == (passage.title, passage.source)
        ]

    def knows(self, word: str) -> bool:
        """Whether any passage has one of the text's words, in either script."""
        return any(
            self.engine.document_frequency(term.view, term.term)
            for term in analyse_question(word).terms
            if term.view == "lemma" or term.bridge
        )

    def covers(self, text: str, hit: Hit) -> float:
        """The share, 0 to 1, of a text's words that a hit's passage has."""
        terms = analyse_question(text).terms
        position = self._positions[hit.passage.id]
        matched = {(share.view, share.term) for share in self.engine.explain(terms, position)}
        return coverage(terms, matched, self.engine.size, self.engine.document_frequency)

    def _analyse(self, text: str, earlier: str) -> Question:
        question = analyse_question(text, earlier)
        terms = weigh_bridges(question.terms, self._rarity, self.engine.document_frequency)
        return question._replace(terms=tuple(terms))

    def _hit(self, question: Question, rank: int, scored: Scored) -> Hit:
        passage = self.passages[scored.position]
        return Hit(
            rank=rank,
            score=scored.score,
            passage=passage,
            sentence=mark(passage.text, question, self._rarity),
            shares=tuple(self.engine.explain(question.terms, scored.position)),
        )

    def _rarity(self, view: str, term: str) -> float:
        return inverse_document_frequency(self.engine.size, self.engine.document_frequency(view, term))

    def _confidence(self, question: Question, hit: Hit) -> float:
        matched = {(share.view, share.term) for share in hit.shares}
        covered = coverage(question.terms, matched, self.engine.size, self.engine.document_frequency)
        kind = question.wanted.kind if question.wanted else "any"
        # Where a place is asked for, the answer is as often a company or a ward that the dictionary has no class for.
        if kind not in ("any", "place") and not self._has_wanted(question, hit.passage):
            covered *= WITHOUT_WANTED_KIND
        return confidence(covered, self.engine.size)

    @staticmethod
    def _has_wanted(question: Question, passage: Passage) -> bool:
        if question.wanted is None:
            return True
        tokens = [token for sentence in sentences_of(passage.text) for token in sentence.tokens]
        speaker = analyse(passage.speaker).tokens if passage.speaker else []
        return has_answer(question.wanted, tokens + speaker, question.tokens)


def _passage_terms(passages: Sequence[Passage], progress: Callable[[], object]) -> list[Terms]:
    """Each passage's terms, with those of what it stands under put in front.

    A title that all passages share tells none from another, and would hide which of them name its words.
    """
    several_titles = len({passage.title for passage in passages}) > 1
    context: dict[str, Terms] = {}
    terms = []
    for passage in passages:
        title = passage.title if several_titles else None
        above = "\n".join(part for part in (title, passage.heading, passage.speaker, passage.role) if part)
        if above not in context:
            context[above] = analyse(above).terms
        own = analyse(passage.text).terms
        terms.append({view: context[above][view] + own[view] for view in own})
        progress()
    return terms
