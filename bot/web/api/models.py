"""What is sent to the API and what it answers, beside what the command line has as well (bot.json_contract)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import ConfigDict, Field, with_config

from bot.conversation import MOST_SHOWN, MOST_WORDS, Conversation
from bot.json_contract import AnswerResult, Attribution
from bot.settings import MOST_HITS

LONGEST_QUESTION = 2_000
MOST_AROUND = 5
MOST_UNANSWERED = 500

PassageId = Annotated[str, Field(pattern="^[0-9a-f]{12}$", examples=["0123456789ab"])]
QuestionText = Annotated[str, Field(max_length=LONGEST_QUESTION, examples=["有給休暇は何日もらえますか？"])]
# What is not known may be misspelt.
refuses_unknown = with_config(ConfigDict(extra="forbid"))
_Word = Annotated[str, Field(max_length=LONGEST_QUESTION)]


@refuses_unknown
@dataclass(frozen=True)
class ConversationSoFar:
    """What was talked of: send back with the next question what came with the last answer, as it is."""

    words: Annotated[tuple[_Word, ...], Field(max_length=MOST_WORDS)] = ()
    shown: Annotated[tuple[PassageId, ...], Field(max_length=MOST_SHOWN)] = ()
    about: PassageId | None = None

    def conversation(self) -> Conversation:
        """It, as the answerer takes it."""
        return Conversation(self.words, self.shown, self.about or "")

    @classmethod
    def after(cls, conversation: Conversation) -> ConversationSoFar:
        """What to send back."""
        words = tuple(word for word in conversation.words if len(word) <= LONGEST_QUESTION)
        return cls(words, conversation.shown, conversation.about or None)


@refuses_unknown
@dataclass(frozen=True)
class AskedQuestion:
    """A question, how many passages to show at most, and the conversation that it goes on with, if any."""

    question: QuestionText
    limit: Annotated[int | None, Field(ge=1, le=MOST_HITS)] = None
    conversation: ConversationSoFar = ConversationSoFar()


@dataclass(frozen=True)
class ConversationalAnswer(AnswerResult):
    """The answer, and what it has to do with the conversation.

    `earlier_words` are those that it took from the questions before. `needs_words` says that it asks about nothing,
    `no_more` that it asks for more where there is no more, `courtesy` of what kind it is if it is only polite.
    """

    earlier_words: tuple[str, ...]
    needs_words: bool
    no_more: bool
    courtesy: str
    conversation: ConversationSoFar


@dataclass(frozen=True)
class Paragraph:
    """A passage, word for word."""

    passage_id: str
    text: str
    attribution: Attribution


@dataclass(frozen=True)
class PassageInContext(Paragraph):
    """A passage, and with it in reading order those before and after it in its document."""

    around: tuple[Paragraph, ...]


@dataclass(frozen=True)
class SourceOfAnswers:
    """Where documents come from. Its number would tell how many others there are."""

    name: str
    kind: str
    added: str
    documents: int
    passages: int


@dataclass(frozen=True)
class Sources:
    """The sources that are answered from."""

    sources: tuple[SourceOfAnswers, ...]


@refuses_unknown
@dataclass(frozen=True)
class Vote:
    """Whether a passage helped with a question."""

    question: QuestionText
    passage_id: PassageId
    helpful: bool


@dataclass(frozen=True)
class Unanswered:
    """A question that found no answer, and how many times it was asked: in Discord once a person.

    Its number would tell how many others there are.
    """

    question: str
    times: int
    first_asked: str
    last_asked: str


@dataclass(frozen=True)
class UnansweredQuestions:
    """The questions that found no answer, those asked most often first."""

    questions: tuple[Unanswered, ...]
