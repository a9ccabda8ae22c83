"""Floors for the quality of answers to questions of a chat, about documents of kinds that a team has.

Documents and questions are invented. What was learnt was learnt from tests/data/chat_questions; these are others.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.cli.evaluation.chat import ask_after_earlier
from index.evaluation.chat import Share, evaluate_chat, shares
from index.evaluation.question_sets import read_chat_sets
from index.progress import no_progress
from tests.conftest import ROOT

LEARNT_FROM, HELD_OUT = (ROOT / "tests" / "data" / name for name in ("chat_questions", "chat_questions_held_out"))


@pytest.fixture(scope="module")
def measured() -> Mapping[str, Share]:
    """How often each judgement holds of the questions about documents that nothing was learnt from."""
    run, _ = evaluate_chat("default", read_chat_sets(HELD_OUT), ask_after_earlier, no_progress)
    return shares(run.outcomes)


@pytest.mark.parametrize(
    ("judgement", "floor"),
    [
        ("ranked_first", 0.65),
        ("ranked_in_three", 0.82),
        ("answered_right", 0.32),
    ],
)
def test_so_many_come_out_as_they_should(measured: Mapping[str, Share], judgement: str, floor: float) -> None:
    """Of the questions that have an answer, with about ten of 506 to spare."""
    assert (measured[judgement].value or 0) >= floor


@pytest.mark.parametrize(
    ("judgement", "ceiling"), [("answered_wrong", 0.06), ("none", 0.04), ("answered_without", 0.38)]
)
def test_no_more_go_wrong(measured: Mapping[str, Share], judgement: str, ceiling: float) -> None:
    """Wrongly answered, left without passages, or answered where nothing answers."""
    assert (measured[judgement].value or 0) <= ceiling


def test_the_sets_share_no_question() -> None:
    """What is kept is not learnt from."""
    learnt, kept = (
        {one.question for chat in read_chat_sets(path) for one in chat.questions} for path in (LEARNT_FROM, HELD_OUT)
    )
    assert len(kept) > 600
    assert learnt & kept == set()


@pytest.mark.parametrize("path", [LEARNT_FROM, HELD_OUT], ids=lambda path: path.name)
def test_every_answer_is_in_a_passage(path: Path) -> None:
    """However files are divided: each gold text of a question stands in one."""
    for chat in read_chat_sets(path):
        texts = ["".join(passage.text.split()) for passage in chat.passages]
        for one in chat.questions:
            for gold in one.gold:
                assert any("".join(gold.split()) in text for text in texts), (chat.name, one.question, gold)
