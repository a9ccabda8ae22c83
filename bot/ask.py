"""`kotae ask`: a question, or one a line from standard input, to answers on standard output."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.answerer import Answer, Answerer
from bot.card import answer_card
from bot.settings import Settings
from bot.terminal import open_content, print_card
from bot.wording import Wording
from index.errors import QuestionEmpty

ANSWERED = 0
NOT_ANSWERED = 1
FROM_STANDARD_INPUT = "-"


def ask_once(
    say: Wording,
    settings: Settings,
    question: str,
    limit: int,
    content: Sequence[Path],
    explain: bool,
    as_json: bool,
) -> int:
    """Answer a question, or each of standard input; the exit status says whether a single one was answered."""
    if not question.strip():
        raise QuestionEmpty
    answerer = Answerer(open_content(say, settings, content))
    if question != FROM_STANDARD_INPUT:
        answer = answerer.ask(question.strip(), limit)
        _print(say, answer, explain, as_json)
        return ANSWERED if answer.answered else NOT_ANSWERED
    for line in lines_of_standard_input():
        _print(say, answerer.ask(line, limit), explain, as_json, with_question=True)
    return ANSWERED


def lines_of_standard_input() -> Iterator[str]:
    """The lines of standard input that are not empty, as they come; bytes that are no UTF-8 are replaced."""
    for line in sys.stdin.buffer:
        if text := line.decode("utf-8", errors="replace").strip():
            yield text


def _print(say: Wording, answer: Answer, explain: bool, as_json: bool, with_question: bool = False) -> None:
    if as_json:
        from bot.answer_json import answer_json

        print(answer_json(answer, explain), flush=True)
        return
    if with_question:
        print(f"> {answer.question}")
    print_card(answer_card(say, answer))
    if explain:
        from bot.explanation import print_explanation

        print_explanation(say, answer.hits)
