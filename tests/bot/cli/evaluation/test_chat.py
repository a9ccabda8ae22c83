from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.cli.evaluation.chat import ask_after_earlier
from index.evaluation.question_sets import ChatQuestion
from index.evaluation.runs import read_chat_run
from index.search.library import Library
from tests.bot.cli.evaluation.test_evaluate import QUESTIONS, rows
from tests.bot.cli.evaluation.test_evaluate import write as write_squad
from tests.conftest import Program

SHARES = ["answered_right", "answered_wrong", "possible", "none", "ranked_first", "ranked_in_three"]
SHARES_WITHOUT = ["answered_without", "possible_without", "none_without"]
ASKED = [
    {"q": "日本の首都は？", "gold": ["東京は日本の首都"], "kind": "direct"},
    {"q": "人口は？", "gold": ["1400 万人"], "kind": "followup", "earlier": ["日本の首都は？"]},
    {"q": "たこ焼きが名物の都市は？", "gold": ["京都には寺"], "kind": "direct"},
    {"q": "ピザの値段は？", "gold": [], "kind": "unanswerable"},
]
# A kind may have questions with an answer and without.
MIXED = [ASKED[0], {**ASKED[3], "kind": "direct"}]


def write(folder: Path, *asked: dict[str, Any]) -> Path:
    """A set of chat questions about three documents."""
    corpus = folder / "corpus" / "都市"
    corpus.mkdir(parents=True)
    for number, (text, _) in enumerate(QUESTIONS):
        (corpus / f"{number}.md").write_text(f"# {'都市' * (number + 1)}\n\n{text}\n", encoding="utf-8")
    lines = [json.dumps({**one, "set": "都市"}, ensure_ascii=False) + "\n" for one in asked]
    (folder / "questions.jsonl").write_text("".join(lines), encoding="utf-8")
    return folder


@pytest.fixture
def chat(tmp_path: Path) -> Path:
    """The set as a folder."""
    return write(tmp_path / "chat", *ASKED)


def test_a_follow_up_is_asked_after_its_earlier_questions(handbook: Library) -> None:
    """It takes from them what it lacks, as it does in a chat."""
    alone = ask_after_earlier(handbook, ChatQuestion("費用は？", (), "direct"))
    after = ask_after_earlier(handbook, ChatQuestion("費用は？", (), "followup", ("新人研修はいつ？",)))
    assert after.hits[0].passage.text.startswith("研修の費用は全額")
    assert (after.hits[0].score, after.confidence) != (alone.hits[0].score, alone.confidence)


@pytest.mark.parametrize("name", ["", "questions.jsonl"])
def test_json_has_the_shares_of_all_and_of_each_kind(program: Program, chat: Path, name: str) -> None:
    """Beside the shares, with their intervals, are the calibration error and the times; kinds have what they are about."""
    result = program.call("evaluate", "--json", str(chat / name))
    assert (result.returncode, result.stderr) == (0, "")
    measured = json.loads(result.stdout)
    names = [*SHARES, *SHARES_WITHOUT, "ece"]
    assert list(measured) == [*names, "ms_median", "ms_p95", "passages", "questions", "intervals", "kinds"]
    assert list(measured["intervals"]) == names
    assert (measured["passages"], measured["questions"], measured["ranked_first"]) == (3, 4, 0.6667)
    assert list(measured["kinds"]) == ["direct", "followup", "unanswerable"]
    direct, unanswerable = measured["kinds"]["direct"], measured["kinds"]["unanswerable"]
    assert (direct["questions"], direct["ranked_first"]) == (2, 0.5)
    assert direct["intervals"]["ranked_first"] == [0.0945, 0.9055]
    assert list(unanswerable) == [*SHARES_WITHOUT, "questions", "intervals"]


def test_a_kind_has_all_of_its_questions(program: Program, tmp_path: Path) -> None:
    """Those with an answer and those without are one kind where they are named alike."""
    direct = json.loads(program.call("evaluate", "--json", str(write(tmp_path / "chat", *MIXED))).stdout)["kinds"][
        "direct"
    ]
    assert list(direct) == [*SHARES, *SHARES_WITHOUT, "questions", "intervals"]
    assert direct["questions"] == 2


@pytest.mark.parametrize(
    ("language", "titles", "whole"),
    [("ja", ["答えのある3問", "答えのない1問"], "全体"), ("en", ["3 questions with", "1 question without"], "all")],
)
def test_tables_have_a_row_for_each_kind(
    program: Program, chat: Path, language: str, titles: list[str], whole: str
) -> None:
    """Each share has its interval below; all together are a row where there are several kinds."""
    result = program.call("evaluate", str(chat), KOTAE_LANGUAGE=language)
    assert result.returncode == 0
    assert all(title in result.stdout for title in titles)
    lines = [line.split() for line in result.stdout.splitlines()]
    cells = {line[0]: line[1:] for line in lines if line}
    assert cells["direct"][0] == "2"
    assert cells["direct"][-2:] == [".50", "1.00"]
    assert (cells[whole][0], cells[whole][-2]) == ("3", ".67")
    assert [".09–.91"] in [line[-2:-1] for line in lines]
    assert cells["unanswerable"][0] == "1"
    assert sum(line[:1] == [whole] for line in lines) == 1
    assert list(rows(result.stdout)) == ["ece", "ms_median", "ms_p95"]


def test_runs_are_saved_and_compared(program: Program, chat: Path, tmp_path: Path) -> None:
    """A run is compared with a saved one or with a configuration, in pairs; a run of another kind is refused."""
    saved = tmp_path / "before.json"
    misses, plot = tmp_path / "misses.md", tmp_path / "plot.svg"
    files = ["--save", str(saved), "--misses", str(misses), "--plot", str(plot)]
    assert program.call("evaluate", str(chat), *files, KOTAE_LANGUAGE="en").returncode == 0
    assert [one.rank for one in read_chat_run(saved).outcomes][:2] == [1, 1]
    assert "1 of 3 questions" in misses.read_text(encoding="utf-8")
    assert "share right" in plot.read_text(encoding="utf-8")
    for against in (str(saved), "default"):
        compared = json.loads(program.call("evaluate", str(chat), "--json", "--against", against).stdout)["against"]
        assert [compared[name] for name in ("better", "worse", "same")] == [0, 0, 3]
        assert compared["intervals"]["ranked_first"] == [0.0, 0.0]
    shown = program.call("evaluate", str(chat), "--against", str(saved)).stdout
    assert rows(shown)["ranked_first"] == ["0.6667", "0.6667", "+0.0000", "+0.0000 – +0.0000"]
    squad = write_squad(tmp_path / "sets" / "squad.json", ["東京", "大阪", "京都"])
    refused = program.call("evaluate", str(squad), "--against", str(saved))
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    assert "before.json" in refused.stderr


def test_only_every_so_many_questions_are_asked(program: Program, chat: Path) -> None:
    """The first of each set is always among them."""
    measured = json.loads(program.call("evaluate", str(chat), "--json", "--every", "2").stdout)
    assert (measured["questions"], list(measured["kinds"])) == (2, ["direct"])


@pytest.mark.parametrize("language", ["ja", "en"])
def test_what_is_wrong_with_a_set_is_told(program: Program, tmp_path: Path, language: str) -> None:
    """A gold text that no passage has, and a document that cannot be read, are told; the rest is measured."""
    chat = write(tmp_path / "chat", {"q": "海は？", "gold": ["青い海"], "kind": "direct"})
    (chat / "corpus" / "都市" / "empty.md").touch()
    result = program.call("evaluate", "--json", str(chat), KOTAE_LANGUAGE=language)
    assert json.loads(result.stdout)["ranked_first"] == 0.0
    told = result.stderr.splitlines()
    assert ["empty.md" in told[0], "海は？" in told[1], len(told)] == [True, True, 2]


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["chat", "squad.json"], "chat"),
        (["chat", "--in-article"], "chat"),
        (["chat", "--every", "0"], "--every"),
        (["chat", "--every", "x"], "--every"),
        (["broken.jsonl"], "1"),
        (["none.jsonl"], "none.jsonl"),
    ],
)
def test_what_cannot_be_measured_is_told_in_one_sentence(
    program: Program, tmp_path: Path, arguments: list[str], named: str, language: str
) -> None:
    """Sets of two formats together, an option of the other format, and a broken line end with status 2."""
    write(tmp_path / "chat", *ASKED)
    write_squad(tmp_path / "squad.json", ["東京", "大阪", "京都"])
    (tmp_path / "broken.jsonl").write_text("{", encoding="utf-8")
    result = program.call("evaluate", *arguments, folder=tmp_path, KOTAE_LANGUAGE=language)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.count("\n") == 1
    assert named in result.stderr
    assert "Traceback" not in result.stderr
