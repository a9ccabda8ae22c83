import json
from pathlib import Path
from typing import Any

import pytest

from index.errors import ContentUnreadable, RunInvalid, RunsDiffer
from index.evaluation.beliefs import Belief
from index.evaluation.chat import ChatOutcome, ChatRun
from index.evaluation.runner import Run
from index.evaluation.runs import read_chat_run, read_run, save_run
from tests.index.examples import believed, outcome

RUN = Run("default", "abc", 7, (believed(0.6, 0.3, of=outcome(2, sentence_right=True)), outcome(None)))
ALONE = RUN.outcomes[0]._replace(in_article=Belief(0.7, answered=True, right=True))


def test_a_run_is_read_as_it_was_saved(tmp_path: Path) -> None:
    """All outcomes come back, with and without halves and articles; the run is named after its file."""
    path = tmp_path / "before.json"
    run = RUN._replace(outcomes=(*RUN.outcomes, ALONE))
    save_run(run, path)
    assert read_run(path) == run._replace(name="before.json")
    assert json.loads(path.read_bytes())["configuration"] == "default"


def test_a_run_of_before_articles_were_asked_alone_is_read(tmp_path: Path) -> None:
    """Its outcomes lack what is known of articles alone, and are whole all the same."""
    path = tmp_path / "before.json"
    save_run(RUN, path)
    content = json.loads(path.read_bytes())
    for plain in content["outcomes"]:
        del plain["in_article"], plain["taken_out"]
    path.write_text(json.dumps(content), encoding="utf-8")
    assert read_run(path).outcomes == RUN.outcomes


def test_a_run_over_questions_of_a_chat_is_read_as_it_was_saved(tmp_path: Path) -> None:
    """It is told apart from a run over sets in SQuAD format, with which it has nothing to compare."""
    chat, other = tmp_path / "chat.json", tmp_path / "other.json"
    run = ChatRun("default", "abc", 7, (ChatOutcome("何？", "猫", "direct", True, None, 0.5, "possible", None),))
    save_run(run, chat)
    save_run(RUN, other)
    assert read_chat_run(chat) == run._replace(name="chat.json")
    with pytest.raises(RunsDiffer):
        read_run(chat)
    with pytest.raises(RunsDiffer):
        read_chat_run(other)


@pytest.mark.parametrize("changed", [{"format": 2}, {"outcomes": [{}]}, {"outcomes": [1]}, {"outcomes": None}])
def test_what_is_no_saved_run_is_told_with_its_path(tmp_path: Path, changed: dict[str, Any]) -> None:
    """Another version of the format, and outcomes that are none, name the file and a reason."""
    path = tmp_path / "before.json"
    save_run(RUN, path)
    path.write_text(json.dumps(json.loads(path.read_bytes()) | changed), encoding="utf-8")
    with pytest.raises(RunInvalid) as caught:
        read_run(path)
    assert caught.value.values["path"] == str(path)
    assert caught.value.values["reason"]


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", "null", "1", '{"data": []}'])
def test_other_files_are_no_runs(tmp_path: Path, content: str) -> None:
    """What is no JSON, or JSON of another kind, is told as such."""
    path = tmp_path / "before.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(RunInvalid):
        read_run(path)


def test_a_run_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """What the operating system refuses to read is told with its reason."""
    with pytest.raises(ContentUnreadable):
        read_run(tmp_path)
