from __future__ import annotations

import pytest

from index.evaluation.chat import (
    ChatOutcome,
    ChatRun,
    by_kind,
    evaluate_chat,
    fingerprint_of_chat,
    measure_chat,
    shares,
)
from index.evaluation.question_sets import ChatQuestion, ChatSet
from index.progress import no_progress
from index.query.question import Question
from index.search.library import Library
from index.types import Certainty, Result
from tests.index.examples import passage
from tests.progress import Told

CATS = ChatSet(
    "猫",
    [passage("猫の名前はタマ。", "0", "猫"), passage("猫は魚を食べる。", "1", "猫")],
    [ChatQuestion("猫の名前は？", ("タマ",), "direct"), ChatQuestion("猫は何歳？", (), "unanswerable")],
)
DOGS = ChatSet(
    "犬",
    [passage("犬の名前はポチ。", "0", "犬"), passage("犬は骨を食べる。", "1", "犬")],
    [ChatQuestion("何を食べる？", ("骨", "肉"), "followup", ("犬の名前は？",))],
)


def ask(library: Library, question: ChatQuestion) -> Result:
    """Ask with all that was asked before."""
    return library.search(Question("、".join((*question.earlier, question.question))), 10)


def outcome(
    rank: int | None, certainty: Certainty = "sure", *, answerable: bool = True, kind: str = "direct"
) -> ChatOutcome:
    """An outcome of which only what matters to the test is given."""
    return ChatOutcome("何？", "猫", kind, answerable, rank, 0.5, certainty, 1.0)


def test_each_set_is_asked_alone() -> None:
    """A question has the rank of its first right passage among those of its own set, after its earlier questions."""
    told = Told()
    run, missed = evaluate_chat("default", [CATS, DOGS], ask, told)
    assert [(one.set, one.kind, one.answerable) for one in run.outcomes] == [
        ("猫", "direct", True),
        ("猫", "unanswerable", False),
        ("犬", "followup", True),
    ]
    assert [one.rank for one in run.outcomes] == [1, None, 2]
    assert [one.milliseconds is None for one in run.outcomes] == [False, False, True]
    assert (run.name, run.passages, run.question_set) == ("default", 4, fingerprint_of_chat([CATS, DOGS]))
    assert told.done == {"evaluate": 3}
    assert list(missed) == [2]


def test_a_miss_has_what_to_learn_from() -> None:
    """It is of a question with an answer: with its conversation, the best right passage, and the one that came first."""
    _, missed = evaluate_chat("default", [DOGS], ask, no_progress)
    (miss,) = missed.values()
    assert miss.query.question == "犬の名前は？\n何を食べる？"
    assert (miss.right.passage.text, miss.right.rank) == ("犬は骨を食べる。", 2)
    assert miss.first
    assert miss.first.passage.text == "犬の名前はポチ。"


def test_a_right_passage_that_was_not_found_is_shown_all_the_same() -> None:
    """It has rank 0, as in the misses of other sets."""
    far = DOGS._replace(questions=[ChatQuestion("鯨は？", ("骨",), "direct")])
    _, missed = evaluate_chat("default", [far], ask, no_progress)
    assert [(miss.right.rank, miss.right.passage.text, miss.first) for miss in missed.values()] == [
        (0, "犬は骨を食べる。", None)
    ]


@pytest.mark.parametrize(
    ("one", "holds"),
    [
        (outcome(1), {"answered_right", "ranked_first", "ranked_in_three"}),
        (outcome(3), {"answered_wrong", "ranked_in_three"}),
        (outcome(None), {"answered_wrong"}),
        (outcome(1, "possible"), {"possible", "ranked_first", "ranked_in_three"}),
        (outcome(4, "none"), {"none"}),
        (outcome(None, answerable=False), {"answered_without"}),
        (outcome(None, "possible", answerable=False), {"possible_without"}),
        (outcome(None, "none", answerable=False), {"none_without"}),
    ],
)
def test_what_holds_of_a_question(one: ChatOutcome, holds: set[str]) -> None:
    """Only sure is answered; the ranking counts whether it was or not; without an answer nothing is right."""
    found = shares([one])
    assert {name for name, share in found.items() if share.number} == holds
    assert all(share.of == 0 for name, share in found.items() if name.endswith("_without") == one.answerable)


def test_shares_are_of_the_questions_that_they_are_about() -> None:
    """Those without an answer do not count among those with one; each share has Wilson's interval."""
    outcomes = [*[outcome(1)] * 8, *[outcome(2)] * 2, *[outcome(None, answerable=False)] * 5]
    measured = measure_chat(outcomes)
    assert (measured["answered_right"], measured["answered_wrong"], measured["answered_without"]) == (0.8, 0.2, 1.0)
    assert shares(outcomes)["answered_right"].interval == pytest.approx((0.4902, 0.9433), abs=5e-5)
    assert measure_chat(outcomes[:10])["answered_without"] is None
    assert measured["ms_median"] == 1.0


def test_an_answer_where_there_is_none_is_no_calibrated_one() -> None:
    """The calibration error counts what was sure without an answer as wrong, and so does the diagram."""
    outcomes = (outcome(1), outcome(None, answerable=False))
    assert measure_chat(outcomes)["ece"] == 0.0
    assert measure_chat(outcomes[1:])["ece"] == 0.5
    assert [belief.right for belief in ChatRun("default", "abc", 1, outcomes).beliefs[""]] == [True, False]


def test_follow_ups_alone_have_no_times() -> None:
    """What the earlier questions took is not known apart."""
    assert "ms_median" not in measure_chat([outcome(1)._replace(milliseconds=None)])


def test_kinds_come_in_the_order_of_the_questions() -> None:
    """Each has its outcomes."""
    first, second = outcome(1, kind="keyword"), outcome(2, kind="direct")
    assert list(by_kind([first, second, first]).items()) == [("keyword", [first, first]), ("direct", [second])]


def test_a_fingerprint_tells_chat_sets_apart() -> None:
    """Any change in passages, questions or what answers them gives another."""
    others = [
        CATS._replace(name="犬"),
        CATS._replace(passages=CATS.passages[:1]),
        CATS._replace(questions=CATS.questions[:1]),
        CATS._replace(questions=[CATS.questions[0]._replace(gold=("ミケ",)), CATS.questions[1]]),
    ]
    fingerprints = {fingerprint_of_chat([one]) for one in (CATS, *others)}
    assert len(fingerprints) == 5
    assert fingerprint_of_chat([CATS._replace(questions=list(CATS.questions))]) in fingerprints
