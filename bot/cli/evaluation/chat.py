"""Questions of a chat, asked as whoever types them is answered: after their earlier questions."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from bot.answerer import Answerer
from bot.conversation import NEW_CONVERSATION
from bot.settings import DEFAULT_HITS
from bot.wording import Wording, evaluation
from bot.wording.command_line import documents
from index.evaluation.question_sets import ChatQuestion, ChatSet, read_chat_sets
from index.evaluation.runner import DEPTH
from index.search.library import Library
from index.types import Result


def ask_after_earlier(library: Library, question: ChatQuestion) -> Result:
    """What is answered to a question at the end of its conversation."""
    answerer, conversation = Answerer(library), NEW_CONVERSATION
    for earlier in question.earlier:
        conversation = answerer.ask(earlier, DEFAULT_HITS, conversation).conversation
    return answerer.ask(question.question, DEPTH, conversation).result


def read_sets(say: Wording, paths: Sequence[Path], every: int) -> list[ChatSet]:
    """The sets with every so many questions; what is wrong with them is told. Raises KotaeError."""
    sets = [one for path in paths for one in read_chat_sets(path)]
    for told in _faults(say, sets):
        print(told, file=sys.stderr)
    return [one._replace(questions=one.questions[::every]) for one in sets]


def _faults(say: Wording, sets: Iterable[ChatSet]) -> Iterable[str]:
    for one in sets:
        yield from (say(documents.SKIPPED, reason=say.of_error(error)) for error in one.skipped)
        for question in one.questions:
            if question.gold and not any(map(question.is_right, one.passages)):
                yield say(evaluation.GOLD_MISSING, question=question.question, name=one.name)
