"""Floors for the quality of answers to questions of a chat, about documents of kinds that a team has.

Documents and questions are invented. What was learnt was learnt from tests/data/chat_questions; these are others.
"""

from __future__ import annotations

from collections.abc import Mapping

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
