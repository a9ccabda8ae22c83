from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from bot.cli.evaluation.misses import MAIN_TERMS, MOST_MISSES, write_misses
from bot.wording import Language, Wording
from index.evaluation.question_sets import Query
from index.evaluation.runner import Run, ask
from tests.index.examples import library, outcome

LIBRARY = library("猫の名前はタマ。猫の名前。", "犬と猫がいる。\n犬は寝る。", "空。")
QUERIES = [
    Query("猫の名前は？", "0", ("タマ",)),
    Query("猫の\n名前は？", "1", ("犬", "犬", "猫")),
    Query("鯨？", "2", ()),
]
RUN = Run("default", "abc", 3, tuple(ask(LIBRARY, QUERIES, lambda: None)))
BEFORE = Run("before.json", "abc", 3, (outcome(1), outcome(1), outcome(None)))


def written(path: Path, language: Language = "en", other: Run | None = None) -> str:
    """The file of the run's misses."""
    write_misses(Wording(language), path, LIBRARY, QUERIES, RUN, other)
    return path.read_text(encoding="utf-8")


def test_markdown_has_each_miss_with_both_passages(tmp_path: Path) -> None:
    """A miss is a section: its question on one line, answers, rank, and passages with their sentence in bold."""
    text = written(tmp_path / "misses.md")
    assert text.startswith("# Questions whose right passage did not come first\n\n2 of 3 questions; the worst 2,")
    assert text.index("## 1. 鯨？\n") < text.index("## 2. 猫の 名前は？\n")
    not_found, beaten = text.split("## ")[1:]
    assert "- Rank of the right passage: not among the first 10\n" in not_found
    assert "> **空。**\n\nScore 0.00 (–)\n" in not_found
    assert not_found.rstrip().endswith("Nothing was found.")
    assert "- Right answers: 犬 / 猫\n- Rank of the right passage: 2\n\nThe right passage (題)\n" in beaten
    assert "> **犬と猫がいる。**\n> 犬は寝る。\n" in beaten
    assert re.search(r"What came first \(題, confidence 0\.\d\d\)\n\n> \*\*猫の名前はタマ。\*\*", beaten)
    assert "shortness " in beaten.split("What came first")[1]


def test_markdown_speaks_the_users_language(tmp_path: Path) -> None:
    """In Japanese, everything around the questions and passages is Japanese."""
    text = written(tmp_path / "misses.md", "ja", BEFORE)
    assert "3問のうち2問。" in text
    assert "- 正しい箇所の順位：2\n- before.json での順位：1\n" in text
    assert "何も見つかりませんでした。" in text


@pytest.mark.parametrize("name", ["misses.jsonl", "misses.json"])
def test_json_has_an_object_a_line(tmp_path: Path, name: str) -> None:
    """For programs, each miss is an object with ranks, passages, and at most five main terms, greatest first."""
    not_found, beaten = (json.loads(line) for line in written(tmp_path / name).splitlines())
    assert list(beaten) == ["question", "answers", "rank", "confidence", "right", "first"]
    assert (not_found["rank"], not_found["first"], not_found["right"]["terms"]) == (None, None, [])
    assert (beaten["rank"], beaten["question"], beaten["answers"]) == (2, "猫の\n名前は？", ["犬", "犬", "猫"])
    assert beaten["right"]["sentence"] == "犬と猫がいる。"
    scores = [term["score"] for term in beaten["first"]["terms"]]
    assert scores == sorted(scores, reverse=True)
    assert 0 < len(scores) <= MAIN_TERMS
    assert sum(scores) <= beaten["first"]["score"] + 0.03


def test_compared_with_a_run_each_miss_has_its_rank_there(tmp_path: Path) -> None:
    """What got worse comes first, and each entry tells the rank in the other run."""
    entries = [json.loads(line) for line in written(tmp_path / "misses.jsonl", other=BEFORE).splitlines()]
    assert [(entry["rank"], entry["rank_against"]) for entry in entries] == [(2, 1), (None, None)]
    markdown = written(tmp_path / "misses.md", other=BEFORE)
    assert "- Its rank in before.json: 1\n" in markdown
    assert markdown.index("名前は？") < markdown.index("鯨？")


def test_a_hundred_at_most(tmp_path: Path) -> None:
    """Of many misses the worst hundred are written, and their number is told."""
    number = MOST_MISSES + 20
    queries = [Query("鯨？", "2", ())] * number
    run = Run("default", "abc", 3, (outcome(None),) * number)
    path = tmp_path / "misses.md"
    write_misses(Wording("en"), path, LIBRARY, queries, run, None)
    text = path.read_text(encoding="utf-8")
    assert "120 of 120 questions; the worst 100, worst first." in text
    assert text.count("\n## ") == MOST_MISSES


def test_no_misses_are_a_file_too(tmp_path: Path) -> None:
    """Where all came first, the file says so, and is empty for programs."""
    run = Run("default", "abc", 3, RUN.outcomes[:1])
    for name, text in (("a.md", "0 of 1 question;"), ("a.jsonl", "")):
        write_misses(Wording("en"), tmp_path / name, LIBRARY, QUERIES[:1], run, None)
        assert text in (tmp_path / name).read_text(encoding="utf-8")
    assert (tmp_path / "a.jsonl").stat().st_size == 0
