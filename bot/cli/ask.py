"""`kotae ask`: a question, or one a line from standard input, to answers on standard output."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.answerer import Answer, Answerer
from bot.cli.card import answer_card
from bot.cli.json_output import answer_json
from bot.cli.terminal import knowledge_with_progress, print_card
from bot.settings import Settings
from bot.wording import Wording
from index.errors import QuestionEmpty

ANSWERED = 0
NOT_ANSWERED = 1


def ask_once(
    say: Wording, settings: Settings, question: str, limit: int, content: Sequence[Path], explain: bool, as_json: bool
) -> int:
    """Answer one question; the exit status says whether it was answered. Raises QuestionEmpty."""
    if not question.strip():
        raise QuestionEmpty
    with knowledge_with_progress(say, settings, content) as knowledge:
        answer = Answerer(knowledge.library()).ask(question.strip(), limit)
    _print(say, answer, explain, as_json)
    return ANSWERED if answer.result.answered else NOT_ANSWERED


def ask_each_line(
    say: Wording, settings: Settings, limit: int, content: Sequence[Path], explain: bool, as_json: bool
) -> int:
    """Answer each line of standard input, for itself and as it comes."""
    with knowledge_with_progress(say, settings, content) as knowledge:
        for question in lines_of_standard_input():
            if not as_json:
                print(f"> {question}")
            _print(say, Answerer(knowledge.library()).ask(question, limit), explain, as_json)
    return ANSWERED


def lines_of_standard_input() -> Iterator[str]:
    """The lines of standard input that are not empty, as they come; bytes that are no UTF-8 are replaced."""
    for line in sys.stdin.buffer:
        if text := line.decode("utf-8-sig", errors="replace").strip():
            yield text


def _print(say: Wording, answer: Answer, explain: bool, as_json: bool) -> None:
    if as_json:
        print(answer_json(answer, explain), flush=True)
        return
    print_card(answer_card(say, answer))
    if explain:
        # rich takes a tenth of a second to load.
        from bot.cli.explanation import print_explanation

        print_explanation(say, answer.result.hits)
