from __future__ import annotations

import pytest

from bot.explanation import print_explanation
from bot.wording import Wording
from tests.bot.examples import HIT, SHARES
from tests.conftest import Program


def cells(shown: str) -> list[list[str]]:
    """The cells of each row of a table without its heading."""
    return [[cell.strip() for cell in line.strip("│").split("│")] for line in shown.splitlines() if line[:1] == "│"]


def test_table_of_terms(capsys: pytest.CaptureFixture[str]) -> None:
    """Each term has its word, itself, its view, weight and score in words of the user's language, the most first."""
    print_explanation(Wording("ja"), (HIT,))
    shown = capsys.readouterr().out
    assert shown.startswith("1番目の箇所の点数：2.24")
    assert all(heading in shown for heading in ("質問の言葉", "索引語", "種類", "重み", "点数"))
    assert cells(shown) == [["費用", "費用", "単語", "1.00", "1.99"], ["費", "費", "漢字", "0.50", "0.25"]]


def test_table_in_english(capsys: pytest.CaptureFixture[str]) -> None:
    """In English so are the headings and views."""
    print_explanation(Wording("en"), (HIT,))
    shown = capsys.readouterr().out
    assert shown.startswith("Score of passage 1: 2.24")
    assert cells(shown)[0] == ["費用", "費用", "word", "1.00", "1.99"]


def test_one_table_a_hit(capsys: pytest.CaptureFixture[str]) -> None:
    """Every hit has its table; without hits there is nothing to explain."""
    print_explanation(Wording("ja"), (HIT, HIT._replace(rank=2, shares=SHARES[:1])))
    shown = capsys.readouterr().out
    assert shown.index("1番目") < shown.index("2番目")
    assert len(cells(shown)) == 3
    print_explanation(Wording("ja"), ())
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("question", "row"),
    [
        ("ギットハブを買収したのは？", ["ギットハブ", "英字の音"]),
        ("Nadella said what?", ["Nadella", "カタカナの音"]),
        ("十億ドルはどこに？", ["1000000000", "数"]),
        ("米ドルの投資", ["投資", "単語"]),
    ],
)
def test_explained_answer(program: Program, question: str, row: list[str]) -> None:
    """`ask --explain` shows by which word and view a passage was found, also across scripts and ways to write numbers."""
    result = program.run("ask", "--explain", "--limit", "1", question)
    rows = cells(result.stdout.partition("1番目の箇所の点数")[2])
    assert row in [[cell[0], cell[2]] for cell in rows]
    scores = [float(cell[4]) for cell in rows]
    assert scores == sorted(scores, reverse=True)
