import json
from pathlib import Path
from typing import Any

import pytest

from index.errors import ContentEmpty, ContentMissing, QuestionInvalid, QuestionSetInvalid
from index.evaluation.question_sets import ChatQuestion, is_chat_set, read_chat_sets
from tests.index.examples import passage

ASKED = {"q": "半休は取れる？", "gold": ["半日でも取れます"], "kind": "direct", "set": "手引き"}


def write(folder: Path, *lines: Any) -> Path:
    """A question set of a chat about two folders of one document each."""
    for name, text in (("手引き", "# 休暇\n\n有給休暇は半日でも取れます。\n"), ("製品", "# 価格\n\n500円です。\n")):
        (folder / "corpus" / name).mkdir(parents=True)
        (folder / "corpus" / name / "a.md").write_text(text, encoding="utf-8")
    written = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
    (folder / "questions.jsonl").write_text("\n".join(written) + "\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", ["", "questions.jsonl"])
def test_each_set_has_its_questions_and_the_passages_of_its_folder(tmp_path: Path, name: str) -> None:
    """Sets and questions come in the file's order, whether the file or its folder is given; empty lines do not count."""
    later = {"q": "いつまで？", "gold": [], "kind": "followup", "set": "手引き", "earlier": ["半休は？"]}
    path = write(tmp_path, {**ASKED, "set": "製品", "gold": ["500円"]}, ASKED, "", later) / name
    assert is_chat_set(path)
    product, handbook = read_chat_sets(path)
    assert (product.name, [one.text for one in product.passages]) == ("製品", ["500円です。"])
    assert [(one.title, one.source) for one in handbook.passages] == [("休暇", "a.md")]
    assert handbook.questions == [
        ChatQuestion("半休は取れる？", ("半日でも取れます",), "direct"),
        ChatQuestion("いつまで？", (), "followup", ("半休は？",)),
    ]


def test_what_cannot_be_read_of_a_folder_is_told_with_its_set(tmp_path: Path) -> None:
    """A document that cannot be read leaves the others as they are; files of no kind that is read do not count."""
    folder = write(tmp_path, ASKED)
    (folder / "corpus" / "手引き" / "empty.md").touch()
    (folder / "corpus" / "手引き" / "LICENSE").write_text("MIT", encoding="utf-8")
    (handbook,) = read_chat_sets(folder)
    assert len(handbook.passages) == 1
    assert [type(error) for error in handbook.skipped] == [ContentEmpty]


@pytest.mark.parametrize(
    ("gold", "text", "right"),
    [
        (["半日でも取れます"], "有給休暇は半日でも\n  取れます。", True),
        (["半日 でも"], "有給休暇は半日でも取れます。", True),
        (["20日", "半日"], "有給休暇は半日でも取れます。", True),
        (["一日"], "有給休暇は半日でも取れます。", False),
        ([], "有給休暇は半日でも取れます。", False),
    ],
)
def test_a_passage_is_right_that_holds_any_gold_text(gold: list[str], text: str, right: bool) -> None:
    """White space counts in neither; without gold no passage is right."""
    assert ChatQuestion("半休は？", tuple(gold), "direct").is_right(passage(text)) is right


@pytest.mark.parametrize(
    "line",
    [
        "{broken",
        "[]",
        '"text"',
        "null",
        {key: value for key, value in ASKED.items() if key != "gold"},
        {**ASKED, "q": 1},
        {**ASKED, "q": " "},
        {**ASKED, "gold": "半日"},
        {**ASKED, "gold": [""]},
        {**ASKED, "gold": [1]},
        {**ASKED, "kind": None},
        {**ASKED, "earlier": "半休は？"},
        {**ASKED, "earlier": None},
        {**ASKED, "set": "規則"},
    ],
)
def test_a_line_that_holds_no_question_is_told_with_its_number(tmp_path: Path, line: Any) -> None:
    """Broken JSON, what is missing or no text, and a set without a folder name the file, the line and a reason."""
    with pytest.raises(QuestionInvalid) as caught:
        read_chat_sets(write(tmp_path, ASKED, line))
    assert (caught.value.values["path"], caught.value.values["line"]) == (str(tmp_path / "questions.jsonl"), "2")
    assert caught.value.values["reason"]


def test_a_file_without_questions_is_told(tmp_path: Path) -> None:
    """A file without a line, and one that is not there, are named."""
    with pytest.raises(QuestionSetInvalid):
        read_chat_sets(write(tmp_path, ""))
    with pytest.raises(ContentMissing):
        read_chat_sets(tmp_path / "none.jsonl")
