"""A text in several places, and several editions of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from index.query.question import Question
from index.types import Passage
from tests.index.examples import passage
from tests.knowledge import library_of

LEAVE = "年次有給休暇は、入社して半年で十日もらえます。"


def ids(passages: Sequence[Passage], question: str, limit: int = 3, without: Sequence[str] = ()) -> list[list[str]]:
    """For each hit its passage's id and those of its duplicates."""
    hits = library_of(passages).search(Question(question), limit, without).hits
    return [[one.id for one in (hit.passage, *hit.duplicates)] for hit in hits]


@pytest.mark.parametrize(
    "other",
    [LEAVE, "年次有給休暇は、 入社して半年で\n十日もらえます｡ ", "年次有給休暇は,入社して半年で十日もらえます。"],
)
def test_a_text_in_several_places_is_one_hit(other: str) -> None:
    """However wide its characters are and wherever its lines end, but not with another punctuation."""
    one = passage(LEAVE, "0", title="就業規則")
    found = ids([one, passage(other, "1", title="社内の案内")], "有給休暇は何日？")
    assert sorted(map(sorted, found)) == ([["0"], ["1"]] if "," in other else [["0", "1"]])


def test_what_two_people_said_stays_two_hits() -> None:
    """Who said it is a part of what was said."""
    said = [passage("在宅勤務に賛成です。", who, speaker=who) for who in ("鈴木", "田中")]
    assert len(ids(said, "在宅勤務に賛成？")) == 2


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("有給休暇は何日？", "2024"),
        ("2023年度の有給休暇は何日？", "2023"),
        ("令和5年度の有給休暇は何日？", "2023"),
    ],
)
@pytest.mark.parametrize(
    "texts", [[LEAVE] * 3, [LEAVE, LEAVE.replace("十日", "十一日"), LEAVE.replace("十日", "十二日")]]
)
def test_the_newest_edition_is_first_unless_the_question_names_one(question: str, first: str, texts: list[str]) -> None:
    """The same text is shown as the newest edition has it, and one that was edited stands before what it replaced."""
    years = "2022", "2024", "2023"
    editions = [passage(text, year, title=f"{year}年度版就業規則") for year, text in zip(years, texts, strict=True)]
    assert ids(editions, question)[0][0] == first


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ({"title": "手引き v2"}, {"title": "手引き v10"}),
        ({"title": "手引き 第二版"}, {"title": "手引き 第十版"}),
        ({"title": "手引き（令和5年）"}, {"title": "手引き（2024年）"}),
        ({"title": "2023年第4四半期の手引き"}, {"title": "2024年第1四半期の手引き"}),
        ({"source": "手引き-2023.md"}, {"source": "手引き-2024.md"}),
        ({"date": "2023-04-01"}, {"date": "2024-04-01T09:00:00+09:00"}),
        ({"title": "手引き v3", "date": "2023-04-01"}, {"title": "手引き v2", "date": "2024-04-01"}),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_which_edition_is_newer_is_told_by_date_title_or_file(
    older: dict[str, Any], newer: dict[str, Any], turned: bool
) -> None:
    """A date says it before a title, and a title before the name of the file, in whatever order they were added."""
    both = [passage(LEAVE, "old")._replace(**older), passage(LEAVE, "new")._replace(**newer)]
    assert ids(both[::-1] if turned else both, "有給休暇は何日？") == [["new", "old"]]


@pytest.mark.parametrize(("question", "first"), [("忘年会の会場は？", "new"), ("2023年の忘年会の会場は？", "old")])
def test_a_date_does_not_count_where_the_question_names_a_year_that_no_passage_has(question: str, first: str) -> None:
    """Whoever asks about an earlier year does not want the latest news."""
    said = [
        passage("忘年会の会場は駅前の店です。", "old")._replace(date="2023-12-01"),
        passage("忘年会の会場は駅前の大きな店です。", "new")._replace(date="2024-12-01"),
    ]
    assert ids(said, question)[0] == [first]


def test_another_text_of_a_newer_edition_does_not_take_the_place_of_the_better_one() -> None:
    """Only where both say nearly the same is the newer one preferred."""
    editions = [
        passage(LEAVE, "2023", title="2023年版"),
        passage("有給休暇の申請は何日か前までに、部長に出してから総務に届けること。", "2024", title="2024年版"),
    ]
    assert ids(editions, "有給休暇は何日？")[0] == ["2023"]


def test_copies_leave_room_for_other_hits() -> None:
    """However many there are of a text, as many hits are found as were asked for, each in all its places."""
    copies = [passage(LEAVE, f"c{number}", title=f"案内{number}号") for number in range(40)]
    others = [passage(f"有給休暇についての{word}は総務部の担当です。", word) for word in ("質問", "申請", "相談")]
    found = ids([*copies, *others], "有給休暇は何日？", 4)
    assert [len(one) for one in found] == [40, 1, 1, 1]


def test_copies_of_what_was_shown_are_not_shown_again() -> None:
    """Whoever asks for more wants something else."""
    both = [passage(LEAVE, "0", title="甲"), passage(LEAVE, "1", title="乙"), passage("有給休暇は別にもある。", "2")]
    assert ids(both, "有給休暇は何日？", without=["1"]) == [["2"]]
