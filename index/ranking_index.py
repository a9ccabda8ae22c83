"""The index that ranks what is in the store. It is derived: at any time it can be deleted, and is made again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from index.analysis import analyse
from index.collection import stands_under
from index.engine import Entry, GrowingEngine
from index.engines.index_file import IndexDamaged
from index.engines.memory import MemoryEngine
from index.engines.postings import PostingsEngine
from index.library import engine_for
from index.packed_terms import pack
from index.store.rows import ANALYSIS, Changes
from index.store.store import Store

ENGINES: dict[str, type[MemoryEngine | PostingsEngine]] = {"memory": MemoryEngine, "postings": PostingsEngine}

_SUFFIX = ".postings"
# Catching up with fewer changes than this at the next start is quicker than writing the index now.
_WORTH_SAVING = 1_000

Progress = Callable[[], object]
Begin = Callable[[int], Progress]


class Seen(NamedTuple):
    """What an engine was made of: it is right for a store in this state, and has its terms from this analysis.

    `several_titles` says whether titles are among the terms.
    """

    identity: str
    generation: int
    several_titles: bool
    analysis: int = ANALYSIS


class RankingIndex:
    """An engine that follows the store. Where a folder is given, it is kept there for the next start."""

    def __init__(self, store: Store, folder: Path | None, engine: str | None = None) -> None:
        self._store = store
        self._folder = folder
        self._wanted = engine
        self._changed = 0
        self.seen: Seen | None = None
        self.engine: GrowingEngine = MemoryEngine.build([])

    def open(self, begin: Begin) -> None:
        """Read what is kept, take over what has changed since, and keep that.

        `begin` is told how many passages there are, and gives what to call after each that is taken over.
        """
        self._read()
        self.refresh(begin(self._store.size() - self.engine.size))
        if self._changed >= _WORTH_SAVING:
            self._keep()

    def refresh(self, progress: Progress = lambda: None) -> None:
        """Take over what has changed in the store since the last time."""
        state = self._store.state()
        if self.seen and (self.seen.identity, self.seen.generation) == state:
            return
        since = self.seen.generation if self.seen and self.seen.identity == state.identity else 0
        if not (since and self._catch_up(since, progress)):
            self._build(progress)

    def _catch_up(self, since: int, progress: Progress) -> bool:
        """Whether the engine could be changed rather than made anew."""
        with self._store.changes(since) as changes:
            seen = _seen(changes)
            if self.seen is None or seen._replace(generation=since) != self.seen:
                return False
            self.engine.remove(changes.removed)
            size = self.engine.size
            self.engine.add(entries_of(changes, progress))
            self._changed += len(changes.removed) + self.engine.size - size
            self.seen = seen
        return self._suits()

    def _build(self, progress: Progress) -> None:
        kind = ENGINES[self._wanted or engine_for(self._store.size())]
        with self._store.changes(0) as changes:
            self.engine = kind.build(entries_of(changes, progress))
            self.seen = _seen(changes)
        self._changed = self.engine.size

    def _suits(self) -> bool:
        """Whether the engine is one for so many passages; one for more does no harm."""
        return bool(self._wanted) or isinstance(self.engine, PostingsEngine) or engine_for(self.engine.size) == "memory"

    def _read(self) -> None:
        """The newest index in the folder, unless it is damaged, or another engine is wanted."""
        if self._wanted == "memory" or self._folder is None:
            return
        identity = self._store.state().identity
        for path in sorted(self._folder.glob(f"{identity}-*{_SUFFIX}"), reverse=True):
            with suppress(IndexDamaged, OSError, TypeError):
                engine, made_of = PostingsEngine.open(path)
                seen = Seen(**made_of)
                if seen.analysis == ANALYSIS:
                    self.engine, self.seen, self._changed = engine, seen, 0
                    return

    def _keep(self) -> None:
        """Write the index, and delete older ones; where that cannot be done, the next start makes it again."""
        if self._folder is None or self.seen is None or not isinstance(self.engine, PostingsEngine):
            return
        self.engine.compact()
        path = self._folder / f"{self.seen.identity}-{self.seen.generation:012d}{_SUFFIX}"
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            self.engine.save(path, self.seen._asdict())
            # What is in the file need not be in memory as well.
            with suppress(IndexDamaged):
                self.engine, _ = PostingsEngine.open(path)
            self._changed = 0
            for older in self._folder.glob(f"{self.seen.identity}-*{_SUFFIX}"):
                if older < path:
                    older.unlink(missing_ok=True)


def _seen(changes: Changes) -> Seen:
    return Seen(*changes.state, several_titles=changes.several_titles)


def entries_of(changes: Changes, progress: Progress = lambda: None) -> Iterator[Entry]:
    """What came, as engines take it; `progress` is called after each."""
    for one in changes.added:
        above = stands_under(one.title, one.heading, one.speaker, one.role, changes.several_titles)
        parts = (_packed_above(above), one.terms) if above else (one.terms,)
        yield Entry(one.number, parts, one.source, _order(one.location, one.document, one.place))
        progress()


@lru_cache(maxsize=100_000)
def _packed_above(above: str) -> bytes:
    return pack(analyse(above).terms)


@lru_cache(maxsize=1_000)
def _document_order(location: str, document: str) -> int:
    name = f"{location}\0{document}".encode(errors="surrogatepass")
    return int.from_bytes(blake2b(name, digest_size=4).digest(), "big") << 31


def _order(location: str, document: str, place: int) -> int:
    """Of equal passages which is first: by document and place, so that it does not matter when they were added."""
    return _document_order(location, document) + place
