"""Passages that say the same: a text in several places is one hit, and of two editions the newer comes first."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from itertools import combinations
from typing import NamedTuple

from index.language.normalization import normalize, numerals
from index.reranking.outline import OutlinedPassage
from index.reranking.reranker import DEPTH, Reranked
from index.types import Passage

# The share of pairs of characters that the texts of two editions have in common.
_ALIKE = 0.7

# Whether the question has anything by which to tell the passages at two positions apart.
TellsApart = Callable[[int, int], bool]


class Distinct(NamedTuple):
    """A passage that was ranked, and the others with its text."""

    reranked: Reranked
    duplicates: tuple[Passage, ...]


def text_key(passage: Passage) -> tuple[str, str]:
    """What two passages have in common that say the same: the text but for widths and white space, and who said it."""
    return "".join(unicodedata.normalize("NFKC", passage.text).split()), passage.speaker or ""


def distinct(
    reranked: Sequence[Reranked], found: Mapping[int, OutlinedPassage], tells_apart: TellsApart
) -> list[Distinct]:
    """The passages in their order, each text once: the newest, of those that the question does not tell apart.

    Where several are editions of one that it does not tell apart, they change places, so that the newest is first.
    """
    groups: dict[tuple[str, str], list[Reranked]] = {}
    for one in reranked:
        groups.setdefault(text_key(found[one.position].passage), []).append(one)
    return _newer_first([_newest(group, found, tells_apart) for group in groups.values()], found, tells_apart)


def _newest(group: Sequence[Reranked], found: Mapping[int, OutlinedPassage], tells_apart: TellsApart) -> Distinct:
    newest = group[0]
    for one in group[1:DEPTH]:
        newer = _is_newer(found[one.position].passage, found[newest.position].passage)
        if newer and not tells_apart(one.position, group[0].position):
            newest = one
    return Distinct(newest, tuple(found[one.position].passage for one in group if one is not newest))


def _newer_first(
    ordered: list[Distinct], found: Mapping[int, OutlinedPassage], tells_apart: TellsApart
) -> list[Distinct]:
    positions = [one.reranked.position for one in ordered]
    # Numbered documents, as minutes are, are all held against each other.
    pairs_of = cache(_pairs)
    for place, later in combinations(range(min(len(ordered), DEPTH)), 2):
        before, after = found[positions[place]].passage, found[positions[later]].passage
        if (
            _is_newer(after, before)
            and _are_alike(pairs_of(after), pairs_of(before))
            and not tells_apart(positions[later], positions[place])
        ):
            ordered[place], ordered[later] = ordered[later], ordered[place]
            positions[place], positions[later] = positions[later], positions[place]
    return ordered


def _is_newer(one: Passage, other: Passage) -> bool:
    """Whether a passage is known to be newer: by its date, or else by the numbers in its document's title or file name."""
    if one.date and other.date:
        return one.date > other.date
    for name, other_name in ((one.title, other.title), (one.source, other.source)):
        (words, numbers), (other_words, other_numbers) = _edition(name), _edition(other_name)
        if words != other_words or numbers != other_numbers:
            return words == other_words and numbers > other_numbers
    return False


@lru_cache(maxsize=2_000)
def _edition(name: str) -> tuple[str, list[int]]:
    """A title or file name without its numbers, and these, years first."""
    name = re.sub("(?<=第)[〇一二三四五六七八九十百]+", lambda found: numerals(found[0])[0][0], normalize(name))
    numbers = [int(number) for number in re.findall(r"[0-9]{1,18}", name)]
    return re.sub(r"[0-9]{1,18}", "0", name), sorted(numbers, key=lambda number: not 1900 <= number < 2100)


def _are_alike(pairs: set[str], other_pairs: set[str]) -> bool:
    return 2 * len(pairs & other_pairs) >= _ALIKE * (len(pairs) + len(other_pairs))


def _pairs(passage: Passage) -> set[str]:
    """The pairs of characters in a text, its numbers aside."""
    text = re.sub("[0-9]+", "0", text_key(passage)[0])
    return {text[place : place + 2] for place in range(max(1, len(text) - 1))}
