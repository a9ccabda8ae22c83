"""The passages of the store that a question is answered from, each under the number that engines know it by."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache

from index.documents.passages import context
from index.reranking.outline import Outline, OutlinedPassage, Sentence, outline_of
from index.store.rows import StoredPassage
from index.store.store import Store
from index.types import Passage

# The documents of some sources, None for all, each with its title, its attribution, and how many passages it has.
DocumentLists = dict[frozenset[int] | None, Sequence[tuple[str, str, int]]]
# Words for what somebody says, which a question asks for and a quotation need not have.
_WHAT_IS_SAID = "発言 意見 見解 コメント 感想 主張"


class StoredPassages:
    """The passages of some sources, or of all, as they are in the store.

    `listed` keeps what documents there are, for as long as nothing changes. `readable` are the sources whose passages
    can be looked up, where there are more of them.
    """

    def __init__(
        self,
        store: Store,
        sources: frozenset[int] | None = None,
        listed: DocumentLists | None = None,
        readable: frozenset[int] | None = None,
    ) -> None:
        self._store = store
        self._sources = sources
        self._readable = sources if readable is None else readable
        self._listed: DocumentLists = {} if listed is None else listed

    def found(self, numbers: Sequence[int]) -> Mapping[int, OutlinedPassage]:
        """The passages with these numbers; those that are no longer there are missing."""
        kept = self._store.passages(numbers) if numbers else {}
        return {number: _outlined(one) for number, one in kept.items() if self._has(one)}

    def number_of(self, passage_id: str) -> int | None:
        """The number of the passage with an id, or None if there is none."""
        return min((one.number for one in self._store.with_id(passage_id) if self._has(one)), default=None)

    def around(self, number: int, distance: int) -> Sequence[Passage]:
        """A passage and those before and after it in its document, in reading order."""
        return [one.passage for one in self._store.around(number, distance) if self._has(one)]

    def said(self, passage_id: str, words: str) -> tuple[str, str] | None:
        """The link to the message with these words and its date, where a passage quotes a conversation."""
        # What only Discord's passages need would be a hundredth of a start.
        from index.store.discord.channels import Channels

        said = Channels(self._store).quoted_message(passage_id, words, self._readable)
        return (said.url, said.sent) if said and said.url else None

    def titled(self, titles: Collection[str]) -> Collection[int]:
        """The numbers of the passages of documents with these titles."""
        return self._store.titled(titles, self._sources)

    def in_document_of(self, number: int) -> Collection[int]:
        """The numbers of the passages of the document that a passage is in."""
        return self._store.in_document_of(number)

    @property
    def source_count(self) -> int | None:
        """Of how many sources they are; None where they are all that there are."""
        return None if self._sources is None else len(self._sources)

    def documents(self) -> Sequence[tuple[str, str, int]]:
        """Each document's title and source, and how many passages it has."""
        if self._sources not in self._listed:
            self._listed[self._sources] = self._store.documents(self._sources)
        return self._listed[self._sources]

    def all(self) -> Iterator[Passage]:
        """Every passage, in reading order."""
        return (one.passage for _, _, one in self._store.all() if self._has(one))

    def _has(self, one: StoredPassage) -> bool:
        return self._readable is None or one.source in self._readable


def _outlined(one: StoredPassage) -> OutlinedPassage:
    passage = one.passage
    above = context(passage.title, passage.heading, passage.speaker, passage.role)
    if passage.speaker:
        above = f"{above}\n{_WHAT_IS_SAID}"
    return OutlinedPassage(passage, Outline(_outline_of_context(above), one.sentences), str(one.document))


@lru_cache(maxsize=10_000)
def _outline_of_context(text: str) -> Sentence:
    return outline_of(text)[0]
