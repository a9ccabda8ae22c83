"""Runs as files: what `kotae evaluate --save` writes, and reads again to compare with."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from index.errors import ContentUnreadable, RunInvalid, RunsDiffer
from index.evaluation.beliefs import Belief
from index.evaluation.chat import ChatOutcome, ChatRun
from index.evaluation.runner import Outcome, Run

AnyRun = TypeVar("AnyRun", Run, ChatRun)

FORMAT = 1
_BELIEFS = ("present", "absent", "in_article", "taken_out")


def save_run(run: Run | ChatRun, path: Path) -> None:
    """Write a run as JSON; raises OSError."""
    content = {
        "format": FORMAT,
        "chat": isinstance(run, ChatRun),
        "configuration": run.name,
        "question_set": run.question_set,
        "passages": run.passages,
        "outcomes": [_plain(outcome) for outcome in run.outcomes],
    }
    path.write_text(json.dumps(content) + "\n", encoding="utf-8")


def read_run(path: Path) -> Run:
    """The run that a file holds; raises ContentUnreadable, RunInvalid, and RunsDiffer where it is of a chat."""
    return _read(path, False, lambda about, plains: Run(*about, tuple(map(_outcome, plains))))


def read_chat_run(path: Path) -> ChatRun:
    """The run over questions of a chat that a file holds; raises as read_run, RunsDiffer where it is of no chat."""
    return _read(path, True, lambda about, plains: ChatRun(*about, tuple(ChatOutcome(**plain) for plain in plains)))


def _read(path: Path, chat: bool, run_of: Callable[[tuple[str, str, int], list[Any]], AnyRun]) -> AnyRun:
    try:
        content = json.loads(path.read_bytes())
        written_as, plains = content["format"], content["outcomes"]
        if content.get("chat", False) != chat:
            raise RunsDiffer(path=str(path))
        run = run_of((path.name, content["question_set"], content["passages"]), plains)
    except OSError as error:
        raise ContentUnreadable(path=str(path), reason=error.strerror or str(error)) from error
    except (ValueError, KeyError, TypeError) as error:
        raise RunInvalid(path=str(path), reason=f"{type(error).__name__}: {error}") from error
    if written_as != FORMAT:
        raise RunInvalid(path=str(path), reason=f"format {written_as}")
    return run


def _plain(outcome: Outcome | ChatOutcome) -> dict[str, Any]:
    return {name: value._asdict() if isinstance(value, Belief) else value for name, value in outcome._asdict().items()}


def _outcome(plain: dict[str, Any]) -> Outcome:
    plain = dict.fromkeys(_BELIEFS) | plain
    beliefs = {name: plain[name] and Belief(**plain[name]) for name in _BELIEFS}
    return Outcome(**plain | {"ranked": tuple(plain["ranked"])} | beliefs)
