"""A question, and what was said before it, to an answer. No front end in it: all of them ask here."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from bot.conversation import (
    NEW_CONVERSATION,
    Conversation,
    FollowUpKind,
    Utterance,
    interpret,
    is_name,
    next_conversation,
    words_taken,
)
from index.query.question import Question
from index.reranking.confidence import POSSIBLE_FROM, SURE_FROM, certainty_of
from index.reranking.continuation import Context
from index.reranking.reranker import DEPTH
from index.search.library import Library
from index.types import Hit, Result

# The share of the earlier words that a passage must have to be about them.
_SPEAKS_OF = 0.5
# As sure as one may be of what is not said to be sure.
_NOT_SURE = SURE_FROM - 0.01
_NOTHING = Result((), 0.0, "none")


class Answer(NamedTuple):
    """The result of a question; where it is not answered its hits are only the nearest passages.

    `earlier` are the words that it took from the questions before, and `about` the id of the passage that it continues,
    if it does; `conversation` is what to hand to the next ask. `needs_words` says that it asks about nothing, and `ends`
    that it asks for more where there is no more.
    """

    question: str
    result: Result
    earlier: tuple[str, ...]
    conversation: Conversation
    about: str = ""
    needs_words: bool = False
    ends: bool = False

    @property
    def unanswered(self) -> bool:
        """Whether somebody who knows more could answer it."""
        return not (self.result.answered or self.needs_words or self.ends)


class _Found(NamedTuple):
    """A result, and whether it was searched for as a part of the conversation."""

    result: Result
    continues: bool


class Answerer:
    """Answers questions from a library."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def ask(
        self,
        question: str,
        limit: int,
        conversation: Conversation = NEW_CONVERSATION,
        among: Collection[int] | None = None,
    ) -> Answer:
        """The answer to a question asked after the given conversation; `among` as for Library.search."""
        asked = Question(question)
        utterance = interpret(asked)
        taken = words_taken(conversation, utterance)
        context = self._library.context_of(conversation.about) if conversation.about else None
        follows = bool(taken or context) and utterance.kind is not FollowUpKind.STANDALONE
        if not utterance.names and not follows:
            return Answer(question, _NOTHING, (), conversation, needs_words=True)
        found = self._search(asked, utterance, limit, taken, context, conversation.shown, among)
        if not found.continues:
            taken, context = (), None
        ends = utterance.kind is FollowUpKind.MORE and found.continues and not found.result.hits
        about = conversation.about if context else ""
        shown = [hit.passage.id for hit in found.result.hits]
        next_about = about if found.result.certainty == "none" else shown[0]
        after = next_conversation(conversation, utterance, taken, shown, next_about)
        return Answer(question, found.result, taken, after, about, ends=ends)

    def explain(self, question: str, earlier: tuple[str, ...], passage_id: str, about: str = "") -> Hit | None:
        """The hit with a passage, or with its text, of a question that took these words and continued the passage `about`.

        None if it is gone, or no hit.
        """
        asked = Question(question)
        if earlier:
            asked = _joined(asked, interpret(asked), earlier)
        # Among as many as the reranker takes: how rare a word is among them is a part of the score.
        context = self._library.context_of(about) if about else None
        hits = self._library.search(asked, DEPTH, context=context).hits
        return next(
            (hit for hit in hits if passage_id in [one.id for one in (hit.passage, *hit.duplicates)]),
            None,
        )

    def _search(
        self,
        question: Question,
        utterance: Utterance,
        limit: int,
        taken: tuple[str, ...],
        context: Context | None,
        shown: tuple[str, ...],
        among: Collection[int] | None,
    ) -> _Found:
        """What is found, with what was said before where the question goes on from it."""
        joined = _joined(question, utterance, taken)
        if utterance.kind is FollowUpKind.MORE and taken:
            return _Found(self._more(joined, taken, limit, context, shown, among), continues=True)
        alone = self._library.search(question, limit, among=among)
        if utterance.defines:
            return _Found(alone, continues=False)
        if not taken and context is None:
            return _Found(alone if utterance.words else _at_most(alone, _NOT_SURE), continues=False)
        known = any(map(self._library.knows, utterance.nouns))
        # A name that no passage knows is another subject; another noun may be there in other words.
        if utterance.nouns and not known and not utterance.refers_back and any(map(is_name, utterance.nouns)):
            return _Found(alone, continues=False)
        together = self._library.search(joined, limit, among=among, context=context)
        if utterance.kind is FollowUpKind.UNCERTAIN and _answers_by_itself(utterance, alone, together):
            return _Found(alone, continues=False)
        if utterance.kind is not FollowUpKind.DEPENDENT and not self._belongs(
            utterance, taken, together, alone, context
        ):
            return _Found(alone, continues=False)
        if utterance.nouns and not (together.hits and self._covers(utterance.nouns, together.hits[0])):
            together = _at_most(together, _NOT_SURE if known else alone.confidence)
        return _Found(together, continues=True)

    def _belongs(
        self, utterance: Utterance, taken: tuple[str, ...], together: Result, alone: Result, context: Context | None
    ) -> bool:
        """Whether the passage found as part of the conversation is of it, and has no less of the question's own words."""
        if not together.hits:
            return False
        found, first = together.hits[0], alone.hits[0] if alone.hits else None
        if first is not None and not utterance.connects and self._is_elsewhere(utterance, found, first):
            return False
        # "では〇〇は？" says itself that it goes on.
        if utterance.connects or self._covers(taken, found) >= _SPEAKS_OF:
            return True
        if first is not None and found.passage.id == first.passage.id:
            return context is not None and found.passage.heading == context.heading
        return self._is_within(found, context)

    def _is_elsewhere(self, utterance: Utterance, found: Hit, first: Hit) -> bool:
        """Whether what a question names is where it leads by itself, rather than in what the conversation leads to."""
        if utterance.kind is FollowUpKind.STANDALONE:
            same = found.passage.id == first.passage.id
            return same or self._covers(utterance.words, found) < self._covers(utterance.words, first)
        if utterance.kind is FollowUpKind.OTHER_SUBJECT or utterance.acts:
            return False
        return self._covers(utterance.nouns, found) < self._covers(utterance.nouns, first)

    def _more(
        self,
        question: Question,
        taken: tuple[str, ...],
        limit: int,
        context: Context | None,
        shown: tuple[str, ...],
        among: Collection[int] | None,
    ) -> Result:
        """Further passages that speak of the earlier words: those of the document shown, then those of others."""
        result = self._library.search(question, max(limit, DEPTH), shown, among, context)
        known = tuple(filter(self._library.knows, taken))
        # Only of those that were looked at, so that the order is the same where more are asked for.
        first = sorted(result.hits[:DEPTH], key=lambda hit: not self._is_within(hit, context))
        hits = [hit for hit in (*first, *result.hits[DEPTH:]) if self._speaks_of(known, hit, context)]
        ranked = tuple(hit._replace(rank=rank) for rank, hit in enumerate(hits[:limit], start=1))
        if not ranked:
            return _NOTHING
        # The confidence is in the first passage of all.
        sure = result.confidence if ranked[0].passage.id == result.hits[0].passage.id else 0.0
        return _with_confidence(result._replace(hits=ranked), max(sure, POSSIBLE_FROM))

    def _speaks_of(self, words: tuple[str, ...], hit: Hit, context: Context | None) -> bool:
        if context is not None and self._is_within(hit, context):
            return hit.passage.heading == context.heading or self._covers(words, hit) > 0
        return self._covers(words, hit) >= _SPEAKS_OF

    def _covers(self, words: tuple[str, ...], hit: Hit) -> float:
        return self._library.covers("、".join(words), hit)

    def _is_within(self, hit: Hit, context: Context | None) -> bool:
        return context is not None and self._library.collection.number_of(hit.passage.id) in context.numbers


def _joined(question: Question, utterance: Utterance, taken: tuple[str, ...]) -> Question:
    """A question with the words that it takes; where it asks for more of them, those alone."""
    words = "、".join(taken)
    if utterance.kind is FollowUpKind.MORE and words and not utterance.others:
        return Question(words)
    return question.with_earlier(words) if words else question


def _answers_by_itself(utterance: Utterance, alone: Result, together: Result) -> bool:
    """Whether a question that may go on with the topic is answered alone, and with its words less surely or otherwise."""
    if not alone.answered or alone.confidence < together.confidence or utterance.connects or utterance.refers_back:
        return False
    return not together.answered or together.hits[0].passage.id != alone.hits[0].passage.id


def _at_most(result: Result, confidence: float) -> Result:
    return _with_confidence(result, min(result.confidence, confidence))


def _with_confidence(result: Result, confidence: float) -> Result:
    return result._replace(confidence=confidence, certainty=certainty_of(confidence))
