"""Runs as files: what `kotae evaluate --save` writes, and reads again to compare with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from index.errors import ContentUnreadable, RunInvalid
from index.evaluation.beliefs import Belief
from index.evaluation.runner import Outcome, Run

FORMAT = 1
_BELIEFS = ("present", "absent", "in_article", "taken_out")


def save_run(run: Run, path: Path) -> None:
    """Write a run as JSON; raises OSError."""
    content = {
        "format": FORMAT,
        "configuration": run.name,
        "question_set": run.question_set,
        "passages": run.passages,
        "outcomes": [_plain(outcome) for outcome in run.outcomes],
    }
    path.write_text(json.dumps(content) + "\n", encoding="utf-8")


def read_run(path: Path) -> Run:
    """The run that a file holds; raises ContentUnreadable and RunInvalid."""
    try:
        content = json.loads(path.read_bytes())
        outcomes = tuple(_outcome(plain) for plain in content["outcomes"])
        run = Run(path.name, content["question_set"], content["passages"], outcomes)
        written_as = content["format"]
    except OSError as error:
        raise ContentUnreadable(path=str(path), reason=error.strerror or str(error)) from error
    except (ValueError, KeyError, TypeError) as error:
        raise RunInvalid(path=str(path), reason=f"{type(error).__name__}: {error}") from error
    if written_as != FORMAT:
        raise RunInvalid(path=str(path), reason=f"format {written_as}")
    return run


def _plain(outcome: Outcome) -> dict[str, Any]:
    plain = outcome._asdict()
    return plain | {name: plain[name] and plain[name]._asdict() for name in _BELIEFS}


def _outcome(plain: dict[str, Any]) -> Outcome:
    plain = dict.fromkeys(_BELIEFS) | plain
    beliefs = {name: plain[name] and Belief(**plain[name]) for name in _BELIEFS}
    return Outcome(**plain | {"ranked": tuple(plain["ranked"])} | beliefs)
