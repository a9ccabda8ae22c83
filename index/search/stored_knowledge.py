"""Answering from the store: its passages as a collection, and the library of those that somebody may read."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache

from index.audience import Audience
from index.ranking.engine import Entry
from index.ranking.memory.engine import MemoryEngine
from index.reranking.outline import Outline, Sentence, outline_of
from index.search.collection import Found, ListedPassages, stands_under
from index.search.knowledge import Admits, everything
from index.search.library import Library, Similarities
from index.search.ranking_index import RankingIndex, entries_of
from index.store.discord.channels import Channels
from index.store.peek import State
from index.store.rows import StoredPassage
from index.store.store import Store
from index.types import Passage

# The documents of some sources, None for all, each with its title, its attribution, and how many passages it has.
Listed = dict[frozenset[int] | None, Sequence[tuple[str, str, int]]]


class StoredPassages:
    """The passages of some sources, or of all, as they are in the store.

    `listed` keeps what documents there are, for as long as nothing changes.
    """

    def __init__(self, store: Store, sources: frozenset[int] | None, listed: Listed | None = None) -> None:
        self._store = store
        self._sources = sources
        self._listed: Listed = {} if listed is None else listed

    def found(self, numbers: Sequence[int]) -> Mapping[int, Found]:
        """The passages with these numbers; those that are no longer there are missing."""
        kept = self._store.passages(numbers) if numbers else {}
        return {number: self._found(one) for number, one in kept.items() if self._has(one)}

    def number_of(self, passage_id: str) -> int | None:
        """The number of the passage with an id, or None if there is none."""
        return min((one.number for one in self._store.with_id(passage_id) if self._has(one)), default=None)

    def around(self, number: int, distance: int) -> Sequence[Passage]:
        """A passage and those before and after it in its document, in reading order."""
        return [one.passage for one in self._store.around(number, distance) if self._has(one)]

    def said(self, passage_id: str, words: str) -> tuple[str, str] | None:
        """The way to the message with these words and its date, where a passage quotes a conversation."""
        said = Channels(self._store).quoted_message(passage_id, words, self._sources)
        return (said.url, said.sent) if said and said.url else None

    def titled(self, titles: Collection[str]) -> Collection[int]:
        """The numbers of the passages of documents with these titles."""
        return self._store.titled(titles, self._sources)

    def documents(self) -> Sequence[tuple[str, str, int]]:
        """Each document's title and source, and how many passages it has."""
        if self._sources not in self._listed:
            self._listed[self._sources] = self._store.documents(self._sources)
        return self._listed[self._sources]

    def all(self) -> Iterator[Passage]:
        """Every passage, in reading order."""
        return (one.passage for _, _, one in self._store.all() if self._has(one))

    def _has(self, one: StoredPassage) -> bool:
        return self._sources is None or one.source in self._sources

    def _found(self, one: StoredPassage) -> Found:
        passage = one.passage
        above = stands_under(passage.title, passage.heading, passage.speaker, passage.role, several_titles=True)
        return Found(passage, Outline(_above(above), one.sentences), str(one.document))


class StoredKnowledge:
    """Answers from the store as it is at the moment of each question, whoever changed it. Any thread may ask.

    Where `patience` is set, a question waits for so many seconds until what has changed is taken over, and is then
    answered from as much as is: what somebody added must not keep others waiting. Who may read it is always known.
    """

    similarities: Similarities | None = None
    # Leaves nothing of other passages in what similarities are found with.
    erase_similarities: Callable[[Sequence[Passage]], None] | None = None
    patience: float | None = None

    def __init__(self, store: Store, index: RankingIndex) -> None:
        self.store = store
        self._index = index
        self._lock = threading.Lock()
        # One changes the index; those who ask wait for it.
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="index")
        self._taking_over: Future[None] | None = None
        self._audiences: tuple[object, dict[int, Audience]] = (None, {})
        self._listed: Listed = {}

    def audiences(self) -> frozenset[Audience]:
        """Who may read some of what there is now."""
        return frozenset(self._refresh().values())

    def library(self, admits: Admits = everything) -> Library:
        """The library as it is now, of the sources whose audience is admitted: as if there were no others."""
        audiences = self._refresh()
        with self._lock:
            engine, listed = self._index.engine, self._listed
        # Not even where all audiences are admitted is the whole index: a source may be added while we search.
        sources = (
            None
            if admits is everything
            else frozenset(number for number, audience in audiences.items() if admits(audience))
        )
        passages = StoredPassages(self.store, sources, listed)
        library = Library(passages, engine if sources is None else engine.within(sources))
        library.similarities = self.similarities
        return library

    def erase_index(self) -> None:
        """Leave nothing in the index's files of what was removed, nor where similarities are found.

        Raises OSError, or a DatabaseError.
        """
        with self._lock:
            self._index.erase()
        if self.erase_similarities:
            self.erase_similarities([kept.passage for _, _, kept in self.store.all()])

    def _refresh(self) -> dict[int, Audience]:
        """Take over what has changed, and give each source's audience."""
        state = self.store.state()
        until = None if self.patience is None else time.monotonic() + self.patience
        # The first may have begun before the last change.
        for _ in range(2):
            if self._index.is_of(state) or not self._take_over(until):
                break
        with self._lock:
            if self._audiences[0] != state:
                self._audiences = state, self.store.quotable()
                self._listed = {}
            return self._audiences[1]

    def _take_over(self, until: float | None) -> bool:
        """Whether what has changed was taken over in time; raises what hinders that."""
        with self._lock:
            if self._taking_over is None or self._taking_over.done():
                self._taking_over = self._worker.submit(self._index.refresh)
            taking_over = self._taking_over
        try:
            taking_over.result(None if until is None else max(0.0, until - time.monotonic()))
        except TimeoutError:
            if not taking_over.done():
                return False
            raise
        return True


def listed(store: Store) -> tuple[State, Library] | None:
    """The whole store as a library that does not change, as of this state; None where it changes this very moment."""
    with store.changes(0) as changes:
        entries = sorted(entries_of(changes), key=lambda entry: (entry.order, entry.number))
    passages = StoredPassages(store, None)
    found = passages.found([entry.number for entry in entries])
    if len(found) != len(entries) or store.state() != changes.state:
        return None
    in_order = [found[entry.number] for entry in entries]
    engine = MemoryEngine.build(Entry(place, entry.parts) for place, entry in enumerate(entries))
    collection = ListedPassages(
        [one.passage for one in in_order], [one.outline for one in in_order], [one.document for one in in_order]
    )
    return changes.state, Library(collection, engine)


@lru_cache(maxsize=10_000)
def _above(text: str) -> Sentence:
    return outline_of(text)[0]
