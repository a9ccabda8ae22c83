"""Synonyms, from synonyms.txt: a question says 亡くなる, a document 死去."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("synonyms.txt")


def synonyms_of(lemma: str) -> frozenset[str]:
    """The other words of every group that a word is in."""
    return _groups().get(lemma, frozenset())


def group_of(line: str) -> list[str]:
    """The words of a line of the file, where `_` stands for a space within a word."""
    return [word.replace("_", " ") for word in line.split()]


@cache
def _groups() -> dict[str, frozenset[str]]:
    others: dict[str, frozenset[str]] = {}
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        group = frozenset(group_of(line))
        for word in group:
            others[word] = others.get(word, frozenset()) | group - {word}
    return others
