"""A question, and what was said before it, to an answer. No front end in it: all of them ask here."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from bot.conversation import (
    NEW_CONVERSATION,
    Conversation,
    FollowUpKind,
    Utterance,
    interpret,
    is_name,
    is_predicate,
    next_conversation,
    words_taken,
)
from index.language.analysis import QUESTION_WORDS, is_english
from index.language.normalization import is_japanese
from index.language.reasons import asks_why, states_reason
from index.query.question import Question
from index.reranking.confidence import POSSIBLE_FROM, SURE_FROM, certainty_of
from index.reranking.continuation import Context
from index.reranking.reranker import DEPTH
from index.search.library import Library
from index.types import Hit, Passage, Result

# The share of the earlier words that a passage must have to be about them.
_SPEAKS_OF = 0.5
# How many paragraphs away the reason of what was shown may stand.
_BESIDE = 2
# By how much less the score of a passage may be that states a reason: of 98 questions in chats it costs none its answer.
_ABOUT_AS_GOOD = 2.0
# As sure as one may be of what is not said to be sure.
_NOT_SURE = SURE_FROM - 0.01
_NOTHING = Result((), 0.0, "none")


class Answer(NamedTuple):
    """The result of a question; where it is not answered its hits are only the nearest passages.

    `earlier` are the words that it took from the questions before, and `about` the id of the passage that it continues,
    if it does; `conversation` is what to hand to the next ask. `needs_words` says that it asks about nothing, `ends`
    that it asks for more where there is no more, and `courtesy` of what kind it is if it is only polite; `names` whether
    any of its own words can be searched for by itself. The passages with the ids in `pinned` come first because people said
    that they answer.
    """

    question: str
    result: Result
    earlier: tuple[str, ...]
    conversation: Conversation
    about: str = ""
    needs_words: bool = False
    ends: bool = False
    courtesy: str = ""
    pinned: tuple[str, ...] = ()
    names: bool = True

    @property
    def asks(self) -> bool:
        """Whether it is a question that documents could answer."""
        return not (self.needs_words or self.ends or self.courtesy)

    @property
    def unanswered(self) -> bool:
        """Whether somebody who knows more could answer it by itself, as nobody could なぜ？."""
        return self.asks and self.names and not self.result.answered


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
        if asked.courtesy:
            return Answer(question, _NOTHING, (), conversation, courtesy=asked.courtesy)
        utterance = interpret(asked)
        taken = self._taken(conversation, utterance)
        context = self._library.context_of(conversation.about) if conversation.about else None
        follows = bool(taken or context) and utterance.kind is not FollowUpKind.STANDALONE
        if not utterance.names and not follows:
            return Answer(question, _NOTHING, (), conversation, needs_words=True)
        why = asks_why(asked.tokens)
        found = self._search(
            asked, utterance, max(limit, DEPTH) if why else limit, taken, context, conversation.shown, among
        )
        if not found.continues:
            taken, context = (), None
        if why and found.result.hits:
            about = conversation.about if context and not utterance.words else ""
            found = found._replace(result=self._with_reason(found.result, limit, about))
        if found.result.hits and is_english(asked.tokens) and any(map(is_japanese, found.result.hits[0].passage.text)):
            # How sure one may be was learnt of questions in the language of the texts.
            found = found._replace(result=_at_most(found.result, _NOT_SURE))
        alone = not found.continues or utterance.kind is FollowUpKind.STANDALONE
        pinned = self._library.pinned(asked, among) if alone else []
        if pinned:
            found = found._replace(result=self._pinned_first(asked, found.result, pinned, limit))
        ends = utterance.kind is FollowUpKind.MORE and found.continues and not found.result.hits
        about = conversation.about if context else ""
        shown = [hit.passage.id for hit in found.result.hits]
        next_about = about if found.result.certainty == "none" else shown[0]
        after = next_conversation(conversation, utterance, taken, shown, next_about)
        ids = tuple(one.id for one in pinned)
        return Answer(question, found.result, taken, after, about, ends=ends, pinned=ids, names=utterance.names)

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

    def _pinned_first(self, question: Question, result: Result, pinned: Sequence[Passage], limit: int) -> Result:
        """A result that is sure of passages which people said to answer: they come first."""
        first = [
            next((hit for hit in result.hits if hit.passage.id == one.id), None)
            or Hit(1, 0.0, one, self._library.mark(question, one), ())
            for one in pinned
        ]
        ids = {one.id for one in pinned}
        others = (hit for hit in result.hits if ids.isdisjoint(one.id for one in (hit.passage, *hit.duplicates)))
        return Result(_ranked([*first, *others][:limit]), 1.0, "sure")

    def _taken(self, conversation: Conversation, utterance: Utterance) -> tuple[str, ...]:
        """The earlier words that a question takes, but for nouns that other passages speak of, and that shown does not."""
        words = words_taken(conversation, utterance)
        nouns = [word for word in words if not is_predicate(word) and self._library.knows(word)]
        spoken = self._library.said_in(nouns, conversation.about)
        if not spoken or utterance.kind is FollowUpKind.MORE:
            return words
        return tuple(word for word in words if word in spoken or word not in nouns)

    def _with_reason(self, result: Result, limit: int, about: str) -> Result:
        """A result for why: sure only of what states a reason, and first the reasons of what was shown or beside it.

        Then other reasons: after なぜ？ alone all of them, where the question says more those that are about as good as the best.
        """
        shown = self._library.passage(about)
        near = self._library.around(shown, _BESIDE) if shown else ()
        reasons = {one.id for one in near if shown and one.speaker == shown.speaker and states_reason(one.text)}
        least = -math.inf if about else result.hits[0].score - _ABOUT_AS_GOOD
        hits = sorted(
            result.hits,
            key=lambda hit: (
                hit.passage.id not in reasons,
                hit.passage.id != about,
                hit.score < least or not states_reason(hit.passage.text),
            ),
        )
        first = hits[0].passage
        if first.id != result.hits[0].passage.id or not states_reason(first.text):
            result = _at_most(result, _NOT_SURE)
        return result._replace(hits=_ranked(hits[:limit]))

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
        together = self._library.search(joined, max(limit, DEPTH), among=among, context=context)
        if alone.answered and utterance.may_stand_alone and self._stands_alone(utterance, alone, together, context):
            return _Found(alone, continues=False)
        if utterance.kind is not FollowUpKind.DEPENDENT and not self._belongs(
            utterance, taken, together, alone, context
        ):
            return _Found(alone, continues=False)
        own = _subject(question, utterance)
        if own and not (together.hits and self._says(own, together.hits[0])):
            together = _at_most(together, alone.confidence if utterance.nouns and not known else _NOT_SURE)
            if not utterance.refers_back:
                hits = sorted(
                    together.hits, key=lambda hit: not (self._is_within(hit, context) and self._says(own, hit))
                )
                together = together._replace(hits=_ranked(hits))
        return _Found(together._replace(hits=together.hits[:limit]), continues=True)

    def _stands_alone(self, utterance: Utterance, alone: Result, together: Result, context: Context | None) -> bool:
        """Whether a question that is answered alone needs nothing of what was said before."""
        if not together.hits or utterance.has_subject:
            return True
        found, first = together.hits[0], alone.hits[0]
        if utterance.acts:
            # Another document tells of an extension too, but this is of what was said before.
            return self._is_within(first, context) and self._covers(utterance.nouns, found) == 0
        return found.passage.id != first.passage.id and alone.confidence >= together.confidence

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
        ranked = _ranked(hits[:limit])
        if not ranked:
            return _NOTHING
        # What answers best was shown before: how sure one may be of what comes next was never learnt.
        sure = result.confidence if ranked[0].passage.id == result.hits[0].passage.id else 0.0
        return _with_confidence(result._replace(hits=ranked), min(max(sure, POSSIBLE_FROM), _NOT_SURE))

    def _speaks_of(self, words: tuple[str, ...], hit: Hit, context: Context | None) -> bool:
        if context is not None and self._is_within(hit, context):
            return hit.passage.heading == context.heading or self._covers(words, hit) > 0
        return self._covers(words, hit) >= _SPEAKS_OF

    def _covers(self, words: tuple[str, ...], hit: Hit) -> float:
        return self._library.covers("、".join(words), hit)

    def _says(self, words: tuple[str, ...], hit: Hit) -> bool:
        return bool(self._library.said_in(words, hit.passage.id))

    def _is_within(self, hit: Hit, context: Context | None) -> bool:
        return context is not None and self._library.collection.number_of(hit.passage.id) in context.numbers


def _subject(question: Question, utterance: Utterance) -> tuple[str, ...]:
    """The words that name what a question is about: nouns, or a verb alone as in なくしたら？, but not in いつ使う？."""
    asks = any(token.lemma in QUESTION_WORDS for token in question.tokens)
    return utterance.nouns or (() if asks else utterance.others)


def _joined(question: Question, utterance: Utterance, taken: tuple[str, ...]) -> Question:
    """A question with the words that it takes; where it asks for more of them, those alone."""
    words = "、".join(taken)
    if utterance.kind is FollowUpKind.MORE and words and not utterance.others:
        return Question(words)
    return question.with_earlier(words) if words else question


def _ranked(hits: Iterable[Hit]) -> tuple[Hit, ...]:
    return tuple(hit._replace(rank=rank) for rank, hit in enumerate(hits, start=1))


def _at_most(result: Result, confidence: float) -> Result:
    return _with_confidence(result, min(result.confidence, confidence))


def _with_confidence(result: Result, confidence: float) -> Result:
    return result._replace(confidence=confidence, certainty=certainty_of(confidence))
