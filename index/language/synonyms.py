"""Synonyms, from synonyms.txt: a question says 亡くなる, a document 死去."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("synonyms.txt")


def synonyms_of(lemma: str) -> frozenset[str]:
    """The other words of every group that a word is in."""
    return frozenset(_groups().get(lemma, ())) - {lemma}


def group_of(line: str) -> list[str]:
    """The words of a line of the file, where `_` stands for a space within a word."""
    return [word.replace("_", " ") for word in line.split()]


@cache
def _groups() -> dict[str, set[str]]:
    """Each word with all words of its groups, itself among them."""
    groups: dict[str, set[str]] = {}
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        group = group_of(line)
        for word in group:
            groups.setdefault(word, set()).update(group)
    return groups
