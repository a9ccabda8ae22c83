from __future__ import annotations

import pytest

from index.meaning.passage_texts import texts_of
from tests.index.examples import passage

TEXT = "予約は前日までです。取り消しは当日もできます。"
FIRST, SECOND = "予約は前日までです。", "取り消しは当日もできます。"


@pytest.mark.parametrize(
    ("title", "heading", "expected"),
    [
        (
            "手引き",
            "会議室 › 予約",
            ["予約", f"予約\n{FIRST}", f"予約\n{SECOND}"],
        ),
        (
            "手引き",
            "",
            ["手引き", FIRST, SECOND],
        ),
        ("", "", ["", FIRST, SECOND]),
    ],
)
def test_the_heading_and_the_sentences_come_in_this_order(title: str, heading: str, expected: list[str]) -> None:
    """The last heading stands for all above it, and before each sentence; a title does not."""
    assert texts_of(passage(TEXT, title=title, heading=heading)) == expected


def test_a_passage_without_text_still_has_two_texts() -> None:
    """Whoever reads the rows may count on the first two."""
    assert texts_of(passage("", heading="予約")) == ["予約", "予約\n"]
