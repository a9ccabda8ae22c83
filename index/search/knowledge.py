"""What is answered from: a store, with an index that follows it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

from index.audience import Audience
from index.errors import DatabaseNewer, OpenSearchClientMissing
from index.meaning.encoder import Encoder
from index.progress import Progress, no_progress
from index.ranking.choice import SHARED_ENGINE
from index.ranking.engine import Engine
from index.search.follower import Follower
from index.search.index_folder import IndexFolder
from index.search.library import Library
from index.search.ranking_index import RankingIndex
from index.search.stored_passages import DocumentLists, StoredPassages
from index.search.stored_vectors import SUFFIX, StoredVectors
from index.stages import stage
from index.store.rows import Analysed, AnalysedDocument, State, analyse_text
from index.store.store import Store
from index.types import Document, Passage

if TYPE_CHECKING:
    from index.search.shared_ranking_index import SharedRankingIndex

# How often, in seconds, others' changes are looked for without a question.
_INTERVAL = 1.0
_AFTER_A_FAILURE = 5.0
# How many seconds the thread that looks for them has to end, which may wait for a database that does not answer.
_LONGEST_END = 5.0

# Whether what an audience may read may be shown.
Admits = Callable[[Audience], bool]

Place = TypeVar("Place", int, str)


def everything(_audience: Audience) -> bool:
    """Admit every source, for whoever has the database itself."""
    return True


class Index(Protocol):
    """An engine that follows the store (RankingIndex, SharedRankingIndex)."""

    @property
    def engine(self) -> Engine:
        """The engine as it is now."""
        ...

    def kept(self, identity: str) -> int | None:
        """The generation of what is kept in files of a collection, 0 where nothing is.

        None where it is kept for several processes, of which one erases for all.
        """
        ...

    def is_of(self, state: State) -> bool:
        """Whether the engine is right for a store in this state."""
        ...

    def refresh(self) -> None:
        """Take over what has changed in the store since the last time."""
        ...

    def erase(self) -> None:
        """Leave nothing on the disk of what was removed."""
        ...

    def close(self) -> None:
        """Give up what it holds."""
        ...


class Standing(NamedTuple):
    """The generation of a store, and that of what is derived of it; how many seconds ago the store was last seen.

    `behind` has for the index, and for the vectors, how many seconds ago they last had everything; a second is usual.
    """

    store_generation: int
    generation: int
    seen: float
    behind: Mapping[str, float]


def without_fallback(sources: frozenset[Place], fallback: Place | None) -> frozenset[Place]:
    """The sources to answer from, of those that somebody may read: the fallback only where there is no other."""
    return sources.difference((fallback,)) or sources


class Knowledge:
    """Gives the library of the store as it is at the moment of each question, whoever changed it; to any thread.

    Where `refresh_timeout` is set, a question waits for so many seconds until the index has taken over what changed, and the
    vectors of what is new are made, and is then answered from what there is: what somebody adds must not keep others
    waiting. Who may read it is always known.
    """

    refresh_timeout: float | None = None
    # The location of the source that is answered from only where whoever asks may read no other.
    fallback: str | None = None

    def __init__(self, store: Store, index: Index, vectors: StoredVectors | None = None) -> None:
        self.store = store
        self._index = index
        self._vectors = vectors
        self._lock = threading.Lock()
        self._followers = {"index": Follower(index, "index")}
        if vectors:
            self._followers["vectors"] = Follower(vectors, "vectors")
        self._audiences: tuple[object, dict[int, Audience]] = (None, {})
        self._fallback_number: int | None = None
        self._listed: DocumentLists = {}
        self._closed = threading.Event()
        self._following: threading.Thread | None = None
        # The state of the store when it was last looked at, and when that was.
        self._looked: tuple[State, float] | None = None
        # The state that everything derived is of, and up to which nothing is left here of what was removed.
        self._followed: State | None = None
        self._erased: State | None = None
        self._erasing = threading.Lock()

    @classmethod
    def open(
        cls,
        store: Store,
        folder: Path | None = None,
        engine: str | None = None,
        progress: Progress = no_progress,
        encoder: Encoder | None = None,
        *,
        complete: bool = True,
        others_encode: bool = False,
        opensearch_url: str = "",
    ) -> Knowledge:
        """The knowledge in a store, its index and vectors up to date; where a folder is given, they are kept there.

        `engine` is the name of the one to rank with, None for the one that suits so many passages. Without an encoder there
        are no vectors. Where it need not be `complete`, vectors that are missing are made while questions are answered,
        and where others encode, by them.
        Raises an OpenSearchError where the engine is OpenSearch and the cluster at the URL cannot be used.
        """
        shared = engine == SHARED_ENGINE
        index = _shared_index(store, opensearch_url) if shared else RankingIndex(store, folder, engine)
        index.open(progress)
        if encoder is None:
            # Of an earlier start: nobody takes out of them what is removed.
            with suppress(OSError):
                IndexFolder(folder, SUFFIX).forget()
            return cls(store, index)
        vectors = StoredVectors(store, encoder, folder, others_encode=others_encode)
        vectors.open(progress, complete=complete)
        return cls(store, index, vectors)

    def close(self) -> None:
        """Wait for the threads that change the index and the vectors, and give up the store's connections."""
        self._closed.set()
        if self._vectors:
            self._vectors.close()
        for follower in self._followers.values():
            follower.close()
        if self._following:
            self._following.join(_LONGEST_END)
        self._index.close()
        self.store.close()

    def audiences(self, sources: Collection[int] | None = None) -> frozenset[Audience]:
        """Who may read some of what there is now, or of what there is of some sources."""
        audiences = self._refresh()
        return frozenset(one for number, one in audiences.items() if sources is None or number in sources)

    def library(self, admits: Admits = everything, sources: Collection[int] | None = None) -> Library:
        """The library as it is now, of the sources whose audience is admitted: as if there were no others.

        Where `sources` are given, it is of those among them alone that have one of these numbers.
        A passage of the fallback can be looked up where it is not answered from: a card may show it.
        """
        audiences = self._refresh()
        with self._lock:
            engine, listed, fallback = self._index.engine, self._listed, self._fallback_number
        readable = frozenset(number for number, audience in audiences.items() if admits(audience))
        if sources is not None:
            readable = readable.intersection(sources)
        answering = without_fallback(readable, fallback)
        # Not even where all audiences are admitted is the whole index: a source may be added while we search.
        whole = admits is everything and sources is None and answering == readable
        passages = StoredPassages(self.store, None if whole else answering, listed, None if whole else readable)
        library = Library(passages, engine if whole else engine.within(answering))
        library.vectors = self._vectors.searchable(None if whole else answering) if self._vectors else None
        return library

    def follow(self, outdated: Callable[[DatabaseNewer], object] = lambda _error: None) -> None:
        """Take over from now on, each second and without a question, what others change in the store.

        What others forgot, or erase from the database's disk, is erased from the files here too. `outdated` is told when a
        later version has migrated the database: from then on nothing can be answered.
        """
        self._following = threading.Thread(target=self._follow, args=(outdated,), name="following", daemon=True)
        self._following.start()

    def _follow(self, outdated: Callable[[DatabaseNewer], object]) -> None:
        pause = _INTERVAL
        while not self._closed.wait(pause):
            try:
                self._follow_once()
            except DatabaseNewer as error:
                outdated(error)
                return
            except Exception:  # noqa: BLE001 - whatever it is, whoever asks is told, and it may be over the next time
                pause = _AFTER_A_FAILURE
            else:
                pause = _INTERVAL

    def _follow_once(self) -> None:
        looked = time.monotonic()
        marks = self.store.marks()
        self._looked = marks.state, looked
        until = time.monotonic() + _INTERVAL
        # Each is begun, also while another takes longer.
        done = [follower.take_over(marks.state, until, looked) for follower in self._followers.values()]
        if all(done):
            self._followed = marks.state
        with self._erasing:
            if max(marks.forgotten, marks.erased) > self._erased_to(marks.state.identity):
                self._erase(index=self._index.kept(marks.state.identity) is not None)
                self._erased = marks.state

    def standing(self) -> Standing | None:
        """How it follows the store, by the last time that it looked; None where it has not yet, or does not follow."""
        if self._looked is None:
            return None
        now, (state, looked) = time.monotonic(), self._looked
        behind = {name: now - one.complete_at for name, one in self._followers.items() if one.complete_at is not None}
        return Standing(state.generation, self._followed.generation if self._followed else 0, now - looked, behind)

    def erase_index(self) -> None:
        """Leave nothing of what was removed in the files of the index and of the vectors.

        Raises OSError, or a DatabaseError.
        """
        with self._erasing:
            state = self.store.state()
            # What others forgot may just have been erased here; what several processes have is erased by this one.
            if self._erased != state or self._index.kept(state.identity) is None:
                self._erase(index=True)
                self._erased = state

    def _erased_to(self, identity: str) -> int:
        """Up to which generation nothing of what was removed is left in the files here."""
        if self._erased and self._erased.identity == identity:
            return self._erased.generation
        kept = [self._index.kept(identity), self._vectors.kept(identity) if self._vectors else None]
        return min((one for one in kept if one is not None), default=0)

    def _erase(self, *, index: bool) -> None:
        if index:
            self._followers["index"].run(self._index.erase)
        if self._vectors:
            self._vectors.erase()

    def _refresh(self) -> dict[int, Audience]:
        """Take over what has changed, and give each source's audience."""
        looked = time.monotonic()
        state = self.store.marks().state
        until = None if self.refresh_timeout is None else time.monotonic() + self.refresh_timeout
        with stage("refresh"):
            for follower in self._followers.values():
                follower.take_over(state, until, looked)
        with self._lock:
            if self._audiences[0] != state:
                locations = {location: number for number, _, location in self.store.locations()}
                self._fallback_number = locations.get(self.fallback) if self.fallback else None
                self._audiences = state, self.store.quotable()
                self._listed = {}
            return self._audiences[1]


def _shared_index(store: Store, url: str) -> SharedRankingIndex:
    try:
        from index.search.shared_ranking_index import SharedRankingIndex
    except ImportError as error:
        raise OpenSearchClientMissing from error
    return SharedRankingIndex(store, url)


@contextmanager
def temporary_knowledge(
    passages: Sequence[Passage],
    engine: str | None = None,
    analysed: Mapping[str, Analysed] | None = None,
    encoder: Encoder | None = None,
) -> Iterator[Knowledge]:
    """Knowledge of these passages alone, in a folder that is deleted; `analysed` has analyses of texts, if any."""
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        store = Store.open(f"sqlite:///{Path(folder, 'kotae.db')}")
        store.put(store.put_source("passages", "passages", Audience()), documents_of(passages, analysed or {}))
        knowledge = Knowledge.open(store, engine=engine, encoder=encoder)
        try:
            yield knowledge
        finally:
            knowledge.close()


def documents_of(passages: Sequence[Passage], analysed: Mapping[str, Analysed]) -> list[AnalysedDocument]:
    """Passages as documents that a store takes: those of one title and source are one."""
    documents: dict[tuple[str, str], list[Passage]] = {}
    for passage in passages:
        documents.setdefault((passage.title, passage.source), []).append(passage)
    return [
        AnalysedDocument(
            Document(f"{title}\n{source}", title, source, ()),
            digest="",
            passages=[(one, analysed.get(one.text) or analyse_text(one.text)) for one in of_document],
        )
        for (title, source), of_document in documents.items()
    ]
