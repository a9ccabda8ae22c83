from __future__ import annotations

import pytest

from index.language.analysis import tokenize
from index.language.reasons import asks_why, states_reason


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("なぜ?", True),
        ("どうして始めた?", True),
        ("なんで?", True),
        ("大阪にした理由は?", True),
        ("Why?", True),
        ("承認が要るのってなんで?", True),
        ("お弁当、なんでやめたの?", True),
        ("遅いのは何でですか", True),
        ("Kuradbって何ですか", False),
        ("深夜なんですけど", False),
        ("どうしても合わない", False),
        ("支払いは何で払えますか", False),
        ("どうしたらいい?", False),
        ("どうやって?", False),
        ("いつ?", False),
    ],
)
def test_questions_about_a_reason(question: str, asks: bool) -> None:
    """A reason is asked for by a question word or by its name."""
    assert asks_why(tokenize(question)) is asks


@pytest.mark.parametrize(
    ("text", "states"),
    [
        ("家計と分けにくいためです。", True),
        ("カラスが荒らすからです。", True),
        ("来場者が遠いと言ったので、今年は大阪にしました。", True),
        ("事故を防ぐべく改めました。", True),
        ("原因は停電です。", True),
        ("The kitchen is closed because of repairs.", True),
        ("9時から20時までです。", False),
        ("終わってから出します。", False),
        ("これが規則なのである。", False),
        ("3月14日に開きます。", False),
    ],
)
def test_texts_that_state_a_reason(text: str, states: bool) -> None:
    """から after a noun is where something begins, after a verb why it is; ので is a reason, のである is none."""
    assert states_reason(text) is states
