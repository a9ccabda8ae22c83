from __future__ import annotations

import pytest
from rich.cells import cell_len

from bot.cli.explanation import print_explanation
from bot.wording import Language, Wording
from index.types import Share
from tests.bot.examples import HIT, SHARES
from tests.conftest import Program

FEATURES = (
    Share(view="feature", term="nearness", surface="nearness", weight=2.0, score=0.5),
    Share(view="feature", term="length", surface="length", weight=-1.0, score=-0.2),
)
TRIGRAMS = tuple(Share("trigram", f"三文{number}", f"三文{number}", 0.35, 0.01) for number in range(40))
LONG = (
    Share("latin", "マイカラサハタアパンイアイ", "マイクロソフトオープンエーアイ", 2.0, 1234.56),
    Share("katakana", "バラダ", "internationalization-and-localization", 2.0, 12.0),
    Share("number", "100000000000000000000", "100000000000000000000", 0.7, 9.0),
)


def cells(shown: str) -> list[list[str]]:
    """The cells of each row of a table without its heading."""
    return [[cell.strip() for cell in line.strip("│").split("│")] for line in shown.splitlines() if line[:1] == "│"]


def test_table_of_terms(capsys: pytest.CaptureFixture[str]) -> None:
    """Each term has its word, itself, its view, weight, score and share in the user's language; the total is last."""
    print_explanation(Wording("ja"), (HIT,))
    shown = capsys.readouterr().out
    assert shown.startswith("1番目の箇所の点数：2.24")
    assert all(heading in shown for heading in ("質問の言葉", "索引語", "種類", "重み", "点数", "割合"))
    assert cells(shown) == [
        ["費用", "費用", "単語", "1.00", "1.99", "89 %"],
        ["費", "費", "漢字", "0.50", "0.25", "11 %"],
        ["合計", "", "", "", "2.24", "100 %"],
    ]


def test_table_in_english(capsys: pytest.CaptureFixture[str]) -> None:
    """In English so are the headings and views."""
    print_explanation(Wording("en"), (HIT,))
    shown = capsys.readouterr().out
    assert shown.startswith("Score of passage 1: 2.24")
    assert cells(shown)[0] == ["費用", "費用", "word", "1.00", "1.99", "89 %"]


def test_one_table_a_hit(capsys: pytest.CaptureFixture[str]) -> None:
    """Every hit has its table; without hits there is nothing to explain."""
    print_explanation(Wording("ja"), (HIT, HIT._replace(rank=2, shares=SHARES[:1])))
    shown = capsys.readouterr().out
    assert shown.index("1番目") < shown.index("2番目")
    assert len(cells(shown)) == 5
    print_explanation(Wording("ja"), ())
    assert capsys.readouterr().out == ""


def test_features_follow_the_terms(capsys: pytest.CaptureFixture[str]) -> None:
    """Features stand in a section of their own, also those that took something away."""
    print_explanation(Wording("ja"), (HIT._replace(score=2.5, shares=FEATURES[::-1] + SHARES),))
    shown = capsys.readouterr().out
    assert cells(shown)[2:4] == [
        ["nearness", "", "特徴", "2.00", "0.50", "20 %"],
        ["length", "", "特徴", "-1.00", "-0.20", "-8 %"],
    ]
    assert shown.count("├") == 2


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("columns", [60, 80])
def test_table_fits_the_terminal(
    language: Language, columns: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No line is wider than the terminal, double-width characters counted, and every figure stays whole."""
    monkeypatch.setenv("COLUMNS", str(columns))
    print_explanation(Wording(language), (HIT._replace(score=1255.76, shares=(*SHARES, *LONG, *TRIGRAMS, *FEATURES)),))
    shown = capsys.readouterr().out
    assert max(cell_len(line.rstrip()) for line in shown.splitlines()) <= columns
    assert len({cell_len(line) for line in shown.splitlines()[1:]}) == 1
    figures = [tuple(row[3:]) for row in cells(shown) if any(row[3:])]
    assert ("2.00", "1234.56", "98 %") in figures
    assert figures[-1] == ("", "1255.76", "100 %")


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
    result = program.call("ask", "--explain", "--limit", "1", question)
    *rows, total = cells(result.stdout.partition("1番目の箇所の点数")[2])
    assert row in [[cell[0], cell[2]] for cell in rows]
    scores = [float(cell[4]) for cell in rows if cell[1] and cell[2] != "特徴"]
    assert scores == sorted(scores, reverse=True)
    assert sum(float(cell[4]) for cell in rows) == pytest.approx(float(total[4]), abs=0.1)
