from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.discord.auto_answer.question_detection import asks
from tests.bot.discord.auto_answer.chat_messages import ASKING, NOT_ASKING, UNSEEN_ASKING, UNSEEN_NOT_ASKING


@pytest.mark.parametrize("message", ASKING)
def test_a_question_asks(message: str) -> None:
    """What a document may answer is a question, with a question mark and without."""
    assert asks(message)


@pytest.mark.parametrize("message", NOT_ASKING)
def test_a_remark_does_not_ask(message: str) -> None:
    """Greetings, thanks, exclamations, favours, invitations, links, code and what others said ask nothing."""
    assert not asks(message)


def test_unseen_messages_are_told_apart() -> None:
    """Of messages that the rules were not made with, nearly all that are taken for questions are some."""
    right = sum(map(asks, UNSEEN_ASKING))
    wrong = sum(map(asks, UNSEEN_NOT_ASKING))
    assert right / (right + wrong) >= 0.95
    assert right / len(UNSEEN_ASKING) >= 0.9


@given(st.text(alphabet="何かどうのたですます？！>「」 \nは有給aい`<@:", max_size=30))
def test_whatever_is_written_is_told(message: str) -> None:
    """No message fails, and a quoted one asks nothing."""
    asks(message)
    assert not asks("\n".join(f"> {line}" for line in message.split("\n")))


@pytest.mark.parametrize("part", ["、", "「", "<@", "w", "おしえてくれ", "> ", "何か", "so, ", "```"])
def test_long_messages_are_told_at_once(part: str) -> None:
    """Whatever a message repeats, it takes no longer than reading it."""
    begin = time.perf_counter()
    assert not asks(f"{part * (4_000 // len(part))}ここまで")
    assert time.perf_counter() - begin < 1
