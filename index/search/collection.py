"""Where a library's passages are: in memory, or in the store."""

from __future__ import annotations

from collections.abc import Collection as Some
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

from index.reranking.outline import Outline
from index.types import Passage

# In characters, of each. Loaders let nothing longer through; what was stored before they did, or written in Discord, is
# looked at up to here, since every passage under it bears its terms.
_LONGEST_ABOVE = 300


class Found(NamedTuple):
    """A passage, its outline, and what tells its document apart from others."""

    passage: Passage
    outline: Outline
    document: str


class Collection(Protocol):
    """Passages, each under the number that engines know it by."""

    def found(self, numbers: Sequence[int]) -> Mapping[int, Found]:
        """The passages with these numbers; those that are no longer there are missing."""
        ...

    def number_of(self, passage_id: str) -> int | None:
        """The number of the passage with an id, or None if there is none."""
        ...

    def around(self, number: int, distance: int) -> Sequence[Passage]:
        """A passage and those before and after it in its document, in reading order."""
        ...

    def said(self, passage_id: str, words: str) -> tuple[str, str] | None:
        """The way to the message with these words and its date, where a passage quotes a conversation."""
        ...

    def titled(self, titles: Some[str]) -> Some[int]:
        """The numbers of the passages of documents with these titles."""
        ...

    def documents(self) -> Sequence[tuple[str, str, int]]:
        """Each document's title and source, and how many passages it has."""
        ...

    def all(self) -> Iterator[Passage]:
        """Every passage, in reading order."""
        ...


class ListedPassages:
    """Passages and their outlines in two lists; a passage's number is its place in them.

    `documents` tells the document of each; without it, those of one title and source are one.
    """

    def __init__(
        self, passages: Sequence[Passage], outlines: Sequence[Outline], documents: Sequence[str] | None = None
    ) -> None:
        self.passages = passages
        self.outlines = outlines
        self.document_of = documents or [f"{passage.source}\0{passage.title}" for passage in passages]
        self._numbers = {passage.id: number for number, passage in enumerate(passages)}

    def found(self, numbers: Sequence[int]) -> Mapping[int, Found]:
        """The passages with these numbers."""
        return {
            number: Found(self.passages[number], self.outlines[number], self.document_of[number]) for number in numbers
        }

    def number_of(self, passage_id: str) -> int | None:
        """The number of the passage with an id, or None if there is none."""
        return self._numbers.get(passage_id)

    def around(self, number: int, distance: int) -> Sequence[Passage]:
        """A passage and those before and after it in its document, in reading order."""
        first, last = max(0, number - distance), min(len(self.passages) - 1, number + distance)
        near = (place for place in range(first, last + 1) if self.document_of[place] == self.document_of[number])
        return [self.passages[place] for place in near]

    def said(self, passage_id: str, words: str) -> tuple[str, str] | None:  # noqa: ARG002 - a list knows no messages
        """None: which messages a conversation consists of is known in the store alone."""
        return None

    def titled(self, titles: Some[str]) -> Some[int]:
        """The numbers of the passages of documents with these titles."""
        return [number for number, passage in enumerate(self.passages) if passage.title in titles]

    def documents(self) -> Sequence[tuple[str, str, int]]:
        """Each document's title and source, and how many passages it has."""
        counts: dict[tuple[str, str], int] = {}
        for passage in self.passages:
            counts[passage.title, passage.source] = counts.get((passage.title, passage.source), 0) + 1
        return [(title, source, passages) for (title, source), passages in counts.items()]

    def all(self) -> Iterator[Passage]:
        """Every passage, in reading order."""
        return iter(self.passages)


def stands_under(title: str, heading: str, speaker: str | None, role: str | None, several_titles: bool) -> str:
    """What a passage stands under, as it is analysed.

    A title that all passages share tells none from another, and would hide which of them name its words.
    """
    above = (title if several_titles else "", heading, speaker, role)
    return "\n".join(part[:_LONGEST_ABOVE] for part in above if part)
