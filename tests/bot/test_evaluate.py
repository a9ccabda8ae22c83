from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Program

MEASURES = ["recall@1", "recall@5", "mrr@10", "ndcg@10", "sentence_accuracy", "ms_median", "ms_p95"]
# The last question finds the second passage, though the set says that the third answers it.
QUESTIONS = [
    ("東京は日本の首都です。人口は1400万人です。", [("日本の首都は？", "東京"), ("首都の人口は何人？", "1400万人")]),
    ("大阪の名物はたこ焼きです。", [("たこ焼きが名物の都市は？", "大阪")]),
    ("京都には寺が多いです。", [("たこ焼きが名物なのはどこ？", "京都")]),
]


def question_set() -> dict[str, Any]:
    """Four questions in SQuAD format, three of which can be answered."""
    paragraphs = [
        {"context": context, "qas": [{"question": question, "answers": [{"text": text}]} for question, text in asked]}
        for context, asked in QUESTIONS
    ]
    return {"data": [{"title": "都市", "paragraphs": paragraphs}]}


@pytest.fixture
def squad(tmp_path: Path) -> Path:
    """The question set as a file."""
    path = tmp_path / "sets" / "squad.json"
    path.parent.mkdir()
    path.write_text(json.dumps(question_set(), ensure_ascii=False), encoding="utf-8")
    return path


@pytest.mark.parametrize("whole_folder", [False, True])
def test_json(program: Program, squad: Path, whole_folder: bool) -> None:
    """`evaluate --json` prints the measures of a file, or of the files of a folder, as one object."""
    result = program.run("evaluate", "--json", str(squad.parent if whole_folder else squad))
    assert (result.returncode, result.stderr) == (0, "")
    measured = json.loads(result.stdout)
    assert list(measured) == [*MEASURES, "passages", "questions"]
    assert (measured["passages"], measured["questions"]) == (3, 4)
    assert measured["recall@1"] == 0.75
    assert measured["mrr@10"] == 0.75
    assert measured["sentence_accuracy"] == 1.0
    assert 0 < measured["ms_median"] <= measured["ms_p95"]


@pytest.mark.parametrize(
    ("language", "title", "heading"),
    [("ja", "3箇所、4問", ["指標", "値"]), ("en", "3 passages, 4 questions", ["Measure", "Value"])],
)
def test_table(program: Program, squad: Path, language: str, title: str, heading: list[str]) -> None:
    """`evaluate` prints the same measures as a table in the user's language."""
    shown = program.run("evaluate", str(squad), KOTAE_LANGUAGE=language).stdout
    assert shown.startswith(title)
    assert all(word in shown for word in heading)
    rows = [[cell.strip() for cell in line.strip("│").split("│")] for line in shown.splitlines() if line[:1] == "│"]
    assert [name for name, _ in rows] == MEASURES
    assert dict(rows)["recall@1"] == "0.7500"


@pytest.mark.parametrize("name", ["missing.json", "no_json.json", "no_squad.json", "no_questions.json", "empty"])
def test_what_is_no_question_set_is_named(program: Program, tmp_path: Path, name: str) -> None:
    """A file that is missing, no JSON, not in SQuAD format or without questions is named in one sentence."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "no_json.json").write_text("{", encoding="utf-8")
    (tmp_path / "no_squad.json").write_text('{"data": [{"title": "都市"}]}', encoding="utf-8")
    (tmp_path / "no_questions.json").write_text('{"data": []}', encoding="utf-8")
    result = program.run("evaluate", str(tmp_path / name))
    assert (result.returncode, result.stdout) == (2, "")
    assert str(tmp_path / name) in result.stderr
    assert result.stderr.count("\n") == 1
