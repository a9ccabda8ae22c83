from __future__ import annotations

from pathlib import Path

import pytest

from index.errors import (
    ContentDamaged,
    ContentEncrypted,
    ContentError,
    ContentTooManyPages,
    ContentTruncated,
    ContentWithoutText,
)
from index.loaders import Limits
from tests.index.loaders.examples import load_bytes, pdf

# Lines as wide as the column, in size 10, and the last one of a paragraph.
FIRST = "有給休暇は入社から半年後に十日もらえます。その後は毎年一日"
SECOND = "ずつ増え、二十日が上限です。残った有給休暇は翌年まで繰り越"
LAST = "せます。翌々年には消えます。"


def paragraph(top: float, indent: float = 0) -> list[tuple[float, float, float, str]]:
    """Three lines, the first of which may be indented."""
    return [(60 + indent, top, 10, FIRST), (60, top - 16, 10, SECOND), (60, top - 32, 10, LAST)]


@pytest.mark.parametrize(("indent", "distance"), [(10, 48), (0, 48), (0, 62)], ids=["indented", "flush", "apart"])
def test_lines_are_put_together_to_paragraphs(tmp_path: Path, indent: float, distance: float) -> None:
    """Japanese lines are joined without spaces; an indent, a short last line or a wider gap ends a paragraph."""
    document = load_bytes(tmp_path, pdf([paragraph(700, indent) + paragraph(700 - distance, indent)]), "a.pdf")
    assert [block.text for block in document.blocks] == [FIRST + SECOND + LAST] * 2


def test_english_lines_are_joined_with_spaces(tmp_path: Path) -> None:
    """Words at the ends of lines stay two words."""
    lines = [(60, 700, 10, "Paid leave is ten days a year, and"), (60, 686, 10, "grows by one day each year after.")]
    assert [block.text for block in load_bytes(tmp_path, pdf([lines]), "a.pdf").blocks] == [
        "Paid leave is ten days a year, and grows by one day each year after."
    ]


def test_each_block_has_its_page_and_its_heading(tmp_path: Path) -> None:
    """A line in larger letters is a heading for what follows, also on the next page."""
    document = load_bytes(tmp_path, pdf([[(60, 750, 16, "第1章 休暇"), *paragraph(700)], paragraph(700)]), "a.pdf")
    assert [(block.page, block.heading) for block in document.blocks] == [(1, "第1章 休暇"), (2, "第1章 休暇")]


def test_items_of_a_list_are_paragraphs_of_their_own(tmp_path: Path) -> None:
    """A bullet or a number begins anew."""
    lines = [(60, 700 - 16 * line, 10, text) for line, text in enumerate(["・机", "・椅子", "(1) 窓", "① 扉"])]
    assert len(load_bytes(tmp_path, pdf([lines]), "a.pdf").blocks) == 4


def test_heads_feet_and_page_numbers_are_left_out(tmp_path: Path) -> None:
    """What stands at the edge of every page belongs to none."""
    pages = [
        [(60, 810, 9, "就業規則 第3版"), *paragraph(680 + 9 * page), (60, 40, 9, "社外秘"), (290, 20, 9, f"- {page} -")]
        for page in (1, 2, 3)
    ]
    document = load_bytes(tmp_path, pdf(pages), "a.pdf")
    assert [(block.page, block.text) for block in document.blocks] == [
        (page, FIRST + SECOND + LAST) for page in (1, 2, 3)
    ]


def test_two_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    """A line of the right column is not a part of one in the left."""
    right = [(x + 300, y, size, text[:20]) for x, y, size, text in paragraph(700)]
    left = [(x, y, size, text[:20]) for x, y, size, text in paragraph(700)]
    texts = [block.text for block in load_bytes(tmp_path, pdf([left + right]), "a.pdf").blocks]
    assert texts == [FIRST[:20] + SECOND[:20] + LAST[:20]] * 2


@pytest.mark.parametrize(
    ("title", "shown"),
    [("就業規則", "就業規則"), ("", "rules"), ("untitled", "rules"), ("Microsoft Word - 規則.doc", "rules")],
)
def test_the_title_is_that_of_the_file_if_it_has_one(tmp_path: Path, title: str, shown: str) -> None:
    """What a program wrote because nobody gave a title is none."""
    assert load_bytes(tmp_path, pdf([paragraph(700)], title), "rules.pdf").title == shown


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (pdf([paragraph(700)], password="秘密の"), ContentEncrypted),  # noqa: S106 - a file of this test
        (b"%PDF-1.7\n" + b"garbage " * 100, ContentDamaged),
        (pdf([[]]), ContentWithoutText),
        (pdf([paragraph(700)] * 4), ContentTooManyPages),
    ],
)
def test_each_cause_that_a_file_cannot_be_read_is_told(tmp_path: Path, data: bytes, error: type[ContentError]) -> None:
    """Encrypted, damaged, without text, too many pages: each has its own sentence, with the file."""
    with pytest.raises(error) as caught:
        load_bytes(tmp_path, data, "a.pdf", Limits(most_pages=3))
    assert caught.value.values["path"] == str(tmp_path / "a.pdf")


def test_half_a_file_gives_what_is_in_it_or_a_sentence(tmp_path: Path) -> None:
    """A file that broke off may still have whole pages; it makes no other error."""
    whole = pdf([paragraph(700)] * 3)
    for part in range(1, 10):
        try:
            document = load_bytes(tmp_path, whole[: len(whole) * part // 10], "a.pdf")
        except (ContentDamaged, ContentTruncated, ContentWithoutText):
            continue
        assert document.blocks
