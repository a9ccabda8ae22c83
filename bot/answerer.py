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
    next_conversation,
    words_taken,
)
from index.query.question import Question
from index.reranking.reranker import DEPTH
from index.search.library import Library
from index.types import Hit, Result

# The share of the earlier words that a passage must have to be about them.
_SPEAKS_OF = 0.5


class Answer(NamedTuple):
    """The result of a question; where it is not answered its hits are only the nearest passages.

    `earlier` are the words that it took from the questions before; `conversation` is what to hand to the next ask.
    """

    question: str
    result: Result
    earlier: tuple[str, ...]
    conversation: Conversation


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
        result, taken = self._search(asked, utterance, limit, conversation, among)
        shown = [hit.passage.id for hit in result.hits]
        return Answer(question, result, taken, next_conversation(conversation, utterance, taken, shown))

    def explain(self, question: str, earlier: tuple[str, ...], passage_id: str) -> Hit | None:
        """The hit with a passage, or with its text, of a question that took these words; None if it is gone, or no hit."""
        asked = Question(question)
        if earlier:
            words = "、".join(earlier)
            asked = Question(words) if interpret(asked).kind is FollowUpKind.MORE else asked.with_earlier(words)
        # Among as many as the reranker takes: how rare a word is among them is a part of the score.
        hits = self._library.search(asked, DEPTH).hits
        return next(
            (hit for hit in hits if passage_id in [one.id for one in (hit.passage, *hit.duplicates)]),
            None,
        )

    def _search(
        self,
        question: Question,
        utterance: Utterance,
        limit: int,
        conversation: Conversation,
        among: Collection[int] | None,
    ) -> tuple[Result, tuple[str, ...]]:
        """The result, and the earlier words that it used: none where the question stands alone."""
        taken = words_taken(conversation, utterance)
        if taken and utterance.kind is FollowUpKind.MORE:
            return self._library.search(Question("、".join(taken)), limit, conversation.shown, among), taken
        alone = self._library.search(question, limit, among=among)
        if not taken or not self._may_continue(utterance):
            return alone, ()
        joined = self._library.search(question.with_earlier("、".join(taken)), limit, among=among)
        unsure = utterance.kind in (FollowUpKind.UNCERTAIN, FollowUpKind.OTHER_SUBJECT)
        if unsure and not self._belongs(utterance, taken, joined, alone):
            return alone, ()
        return joined, taken

    def _may_continue(self, utterance: Utterance) -> bool:
        """A question about something that no passage knows is not bent into one about what was asked before."""
        if utterance.kind is FollowUpKind.STANDALONE:
            return False
        return utterance.refers_back or not utterance.nouns or any(map(self._library.knows, utterance.nouns))

    def _belongs(self, utterance: Utterance, taken: tuple[str, ...], joined: Result, alone: Result) -> bool:
        """Whether the passage found with the earlier words speaks of them, and no less of the question's own."""
        if not joined.hits or not alone.hits:
            return False
        own, found = "、".join(utterance.words), joined.hits[0]
        if self._library.covers(own, found) < self._library.covers(own, alone.hits[0]):
            return False
        # "では〇〇は？" says itself that it goes on.
        return utterance.connects or self._library.covers("、".join(taken), found) >= _SPEAKS_OF
