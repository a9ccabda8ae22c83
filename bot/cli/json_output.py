"""An answer as JSON, in the format that the README documents."""

from __future__ import annotations

from dataclasses import asdict

from bot.answerer import Answer
from bot.json_contract import answer_result
from bot.printable import to_json


def answer_json(answer: Answer, explain: bool = False) -> str:
    """One JSON object on one line; with `explain` each hit has its `terms`."""
    return to_json(asdict(answer_result(answer, explain=explain)))
