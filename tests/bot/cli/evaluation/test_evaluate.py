from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from index.evaluation.runner import Run
from index.evaluation.runs import read_run, save_run
from tests.conftest import ROOT, Program
from tests.index.examples import outcome

HALVES = ["auroc", "answered", "answered_without", "answered_at_5", "ece"]
IN_ARTICLE = [
    *("in_article_recall@1", "in_article_answered", "taken_out_answered", "in_article_auroc", "in_article_ece")
]
RANKING = ["recall@1", "recall@5", "mrr@10", "ndcg@10", "sentence_accuracy"]
MEASURES = [*RANKING, *HALVES, "ms_median", "ms_p95"]
# The last question finds the second passage, though the set says that the third answers it.
QUESTIONS = [
    ("東京は日本の首都です。人口は1400万人です。", [("日本の首都は？", "東京"), ("首都の人口は何人？", "1400万人")]),
    ("大阪の名物はたこ焼きです。", [("たこ焼きが名物の都市は？", "大阪")]),
    ("京都には寺が多いです。", [("たこ焼きが名物なのはどこ？", "京都")]),
]


def question_set(titles: Sequence[str]) -> dict[str, Any]:
    """Four questions in SQuAD format, three of which can be answered, about articles of these titles."""
    paragraphs = [
        {"context": context, "qas": [{"question": question, "answers": [{"text": text}]} for question, text in asked]}
        for context, asked in QUESTIONS
    ]
    return {"data": [{"title": title, "paragraphs": [part]} for title, part in zip(titles, paragraphs, strict=True)]}


def write(path: Path, titles: Sequence[str]) -> Path:
    """The question set as a file."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(question_set(titles), ensure_ascii=False), encoding="utf-8")
    return path


def rows(shown: str) -> dict[str, list[str]]:
    """The rows of a table by their first cell."""
    lines = [line.strip("│").split("│") for line in shown.splitlines() if line[:1] == "│"]
    return {name.strip(): [cell.strip() for cell in cells] for name, *cells in lines}


@pytest.fixture
def squad(tmp_path: Path) -> Path:
    """The question set as a file, each passage an article."""
    return write(tmp_path / "sets" / "squad.json", ["東京", "大阪", "京都"])


@pytest.mark.parametrize("whole_folder", [False, True])
def test_json(program: Program, squad: Path, whole_folder: bool) -> None:
    """`evaluate --json` prints the measures of a file, or of the files of a folder, as one object."""
    result = program.run("evaluate", "--json", str(squad.parent if whole_folder else squad))
    assert (result.returncode, result.stderr) == (0, "")
    measured = json.loads(result.stdout)
    assert list(measured) == [*MEASURES, "passages", "questions", "intervals"]
    assert list(measured["intervals"]) == [*RANKING, *HALVES]
    assert all(low <= measured[name] <= high for name, (low, high) in measured["intervals"].items())
    assert (measured["passages"], measured["questions"]) == (3, 4)
    assert measured["recall@1"] == 0.75
    assert measured["mrr@10"] == 0.75
    assert measured["sentence_accuracy"] == 1.0
    assert 0 < measured["ms_median"] <= measured["ms_p95"]


@pytest.mark.parametrize(
    ("language", "title", "heading"),
    [
        ("ja", "3箇所、4問", ["指標", "値", "95%信頼区間"]),
        ("en", "3 passages, 4 questions", ["Measure", "Value", "95 % interval"]),
    ],
)
def test_table(program: Program, squad: Path, language: str, title: str, heading: list[str]) -> None:
    """`evaluate` prints the same measures as a table in the user's language."""
    shown = program.call("evaluate", str(squad), KOTAE_LANGUAGE=language).stdout
    assert shown.startswith(title)
    assert all(word in shown for word in heading)
    shown_rows = rows(shown)
    assert list(shown_rows) == MEASURES
    assert shown_rows["recall@1"] == ["0.7500", "0.0000 – 1.0000"]
    assert shown_rows["ms_median"][1] == "–"


@pytest.mark.parametrize("name", ["missing.json", "no_json.json", "no_squad.json", "no_questions.json", "empty"])
def test_what_is_no_question_set_is_named(program: Program, tmp_path: Path, name: str) -> None:
    """A file that is missing, no JSON, not in SQuAD format or without questions is named in one sentence."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "no_json.json").write_text("{", encoding="utf-8")
    (tmp_path / "no_squad.json").write_text('{"data": [{"title": "都市"}]}', encoding="utf-8")
    (tmp_path / "no_questions.json").write_text('{"data": []}', encoding="utf-8")
    result = program.call("evaluate", str(tmp_path / name))
    assert (result.returncode, result.stdout) == (2, "")
    assert str(tmp_path / name) in result.stderr
    assert result.stderr.count("\n") == 1


def test_one_article_has_no_measures_of_halves(program: Program, tmp_path: Path) -> None:
    """Where all passages are of one article, the five measures are null in JSON and a dash in the table."""
    path = write(tmp_path / "one" / "squad.json", ["都市"] * 3)
    measured = json.loads(program.call("evaluate", "--json", str(path)).stdout)
    assert [measured[name] for name in HALVES] == [measured["intervals"][name] for name in HALVES] == [None] * 5
    assert measured["intervals"]["recall@1"] is not None
    assert rows(program.call("evaluate", str(path)).stdout)["auroc"] == ["–", "–"]


def test_articles_are_asked_alone_where_that_is_wanted(program: Program, tmp_path: Path) -> None:
    """Of articles of eight paragraphs and more there are five more measures; a run without them is compared all the same."""
    asked = [
        (f"{number}号室の広さは{number * 11}平米です。", f"{number}号室の広さは？", f"{number * 11}平米")
        for number in range(1, 9)
    ]
    paragraphs = [
        {"context": context, "qas": [{"question": question, "answers": [{"text": text}]}]}
        for context, question, text in asked
    ]
    path, saved = tmp_path / "rooms.json", tmp_path / "before.json"
    path.write_text(json.dumps({"data": [{"title": "部屋", "paragraphs": paragraphs}]}), encoding="utf-8")
    measured = json.loads(program.call("evaluate", "--json", str(path), "--in-article", "--every", "2").stdout)
    assert list(measured) == [
        *RANKING,
        *HALVES,
        *IN_ARTICLE,
        "ms_median",
        "ms_p95",
        "passages",
        "questions",
        "intervals",
    ]
    assert (measured["questions"], measured["in_article_recall@1"]) == (4, 1.0)
    assert measured["taken_out_answered"] is not None
    assert program.call("evaluate", str(path), "--save", str(saved)).returncode == 0
    compared = rows(program.call("evaluate", str(path), "--in-article", "--against", str(saved)).stdout)
    assert compared["in_article_recall@1"] == ["1.0000", "–", "–", "–"]


def test_against_a_saved_run(program: Program, squad: Path, tmp_path: Path) -> None:
    """A run is compared with one that was saved: both values, the difference, and how many questions changed."""
    saved = tmp_path / "前.json"
    assert program.call("evaluate", str(squad), "--save", str(saved)).returncode == 0
    run = read_run(saved)
    # As if the second question had been missed then.
    worse = run.outcomes[1]._replace(ranked=())
    save_run(run._replace(outcomes=(run.outcomes[0], worse, *run.outcomes[2:])), saved)
    result = program.call("evaluate", str(squad), "--against", str(saved), KOTAE_LANGUAGE="en")
    assert (result.returncode, result.stderr) == (0, "")
    assert "前.json" in result.stdout
    assert rows(result.stdout)["recall@1"][:3] == ["0.7500", "0.5000", "+0.2500"]
    assert rows(result.stdout)["mrr@10"][3] == "+0.0000 – +0.5000"
    assert rows(result.stdout)["auroc"][2:] == ["+0.0000", "+0.0000 – +0.0000"]
    said = " ".join(result.stdout.split())
    assert "better in 1 questions, worse in 0, the same in 3 (sign test p = 1)" in said
    measured = json.loads(program.call("evaluate", str(squad), "--against", str(saved), "--json").stdout)
    against = measured["against"]
    assert measured["recall@1"] == 0.75
    compared = [against[name]["mrr@10"] for name in ("values", "differences", "intervals")]
    assert (against["name"], compared) == ("前.json", [0.5, 0.25, [0, 0.5]])
    assert [against[name] for name in ("better", "worse", "same", "p_value")] == [1, 0, 3, 1.0]


def test_against_a_configuration(program: Program, squad: Path) -> None:
    """A configuration is measured too, "default" as the program is set up; it is no different from itself."""
    options = ["--configuration", "default", "--against", "default"]
    against = json.loads(program.call("evaluate", str(squad), "--json", *options).stdout)["against"]
    assert (against["name"], against["better"], against["worse"], against["same"]) == ("off", 0, 0, 4)
    assert set(map(tuple, against["intervals"].values())) == {(0.0, 0.0)}
    assert {against["differences"][name] for name in RANKING} == {0.0}


@pytest.mark.parametrize("plot", ["plot.png", "plot.svg"])
def test_files_are_written(program: Program, squad: Path, tmp_path: Path, plot: str) -> None:
    """The run, the misses and the plot are written, whatever stood there before."""
    names = ["run.json", "misses.md", plot]
    for name in names:
        (tmp_path / name).write_text("前の内容" * 10_000, encoding="utf-8")
    options = [
        part for name in names for part in (f"--{name.split('.')[0].replace('run', 'save')}", str(tmp_path / name))
    ]
    result = program.call("evaluate", str(squad), *options)
    assert (result.returncode, result.stderr) == (0, "")
    assert len(read_run(tmp_path / "run.json").outcomes) == 4
    assert "## 1. たこ焼きが名物なのはどこ？" in (tmp_path / "misses.md").read_text(encoding="utf-8")
    assert b"\xe5\x89\x8d\xe3\x81\xae" not in (tmp_path / plot).read_bytes()


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--plot", "plot.pdf"], ".png / .svg"),
        (["--plot", "plot"], ".png / .svg"),
        (["--plot", "none/plot.png"], "none/plot.png"),
        (["--misses", "none/misses.md"], "none/misses.md"),
        (["--save", "folder"], "folder"),
        (["--configuration", "none"], "none"),
        (["--against", "none"], "none"),
        (["--against", "folder"], "folder"),
        (["--against", "other.json"], "other.json"),
        (["--against", "no_run.json"], "no_run.json"),
        (["--save"], "--save"),
    ],
)
def test_wrong_options_are_told_in_one_sentence(
    program: Program, squad: Path, tmp_path: Path, options: list[str], named: str, language: str
) -> None:
    """What cannot be written, compared or configured ends with status 2 and one sentence, before questions are asked."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "no_run.json").write_text("{}", encoding="utf-8")
    save_run(Run("default", "other questions", 1, (outcome(),)), tmp_path / "other.json")
    result = program.call("evaluate", str(squad), *options, folder=tmp_path, KOTAE_LANGUAGE=language)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.count("\n") == 1
    assert named in result.stderr
    assert "Traceback" not in result.stderr


def test_other_commands_import_nothing_heavy() -> None:
    """What only other commands need is not imported by asking, nor by reading the arguments of `evaluate`."""
    code = """if True:
        import sys, bot.cli.ask
        from bot.cli.commands import command_parser
        from bot.settings import Settings
        from bot.wording import Wording
        command_parser(Wording("en"), Settings(), "evaluate").parse(["a.json"])
        heavy = {"alembic", "discord", "ir_measures", "matplotlib", "prompt_toolkit", "rich"}
        heavy |= {"opentelemetry", "prometheus_client"}
        print(sorted(heavy & set(sys.modules)))
    """
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=ROOT, encoding="utf-8", check=True)
    assert shown.stdout == "[]\n"
