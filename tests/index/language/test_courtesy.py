from __future__ import annotations

import pytest

from index.language.courtesy import part_courtesy


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("ありがとう", "thanks"),
        ("どうもありがとうございました！", "thanks"),
        ("ありがと〜😊", "thanks"),
        ("助かりました。", "thanks"),
        ("Thank you so much!", "thanks"),
        ("了解です👍", "assent"),
        ("ＯＫ", "assent"),
        ("わかりました", "assent"),
        ("なるほどね", "assent"),
        ("すみません", "apology"),
        ("Sorry.", "apology"),
        ("こんにちは", "greeting"),
        ("お疲れさまです。", "greeting"),
        ("なるほど、ありがとう", "thanks"),
    ],
)
def test_what_is_only_polite_is_of_a_kind(text: str, kind: str) -> None:
    """Thanks, assent, an apology and a greeting ask nothing; of several in one message the first kind counts."""
    assert part_courtesy(text) == (kind, "")


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("すみません、有給は何日？", "有給は何日?"),
        ("すみません 有給は何日？", "有給は何日?"),
        ("なるほど、じゃあ契約社員は？", "じゃあ契約社員は?"),
        ("I see. Why?", "Why?"),
    ],
)
def test_what_is_asked_after_a_courtesy_is_left(text: str, rest: str) -> None:
    """A question that begins politely is the question."""
    assert part_courtesy(text).rest == rest


@pytest.mark.parametrize(
    "text",
    ["OKRとは？", "ありがとうカードの申請", "了解を取る相手は？", "nice hotel?", "分かったことは？", "はいふとは", ""],
)
def test_a_question_about_such_a_word_is_left_whole(text: str) -> None:
    """A word that a courtesy is a part of, or that something is asked about, is none."""
    assert part_courtesy(text) == ("", text)
