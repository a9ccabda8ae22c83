"""The index that ranks what is in the store. It is derived: at any time it can be deleted, and is made again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from index.array_file import ArraysDamaged
from index.documents.passages import context
from index.language.analysis import analyse
from index.progress import Progress, Step, no_step
from index.ranking.choice import ENGINES, engine_for
from index.ranking.engine import Entry, GrowingEngine
from index.ranking.memory.engine import MemoryEngine
from index.ranking.packed_terms import pack
from index.ranking.postings.engine import PostingsEngine
from index.search.index_folder import A_DAY, IndexFolder
from index.store.rows import ANALYSIS_VERSION, Changes, State
from index.store.store import Store

SUFFIX = ".postings"
# Catching up with fewer changes than this at the next start is quicker than writing the index now.
_WORTH_SAVING = 1_000
# After more changes than this, and than there are passages, most of what the engine holds is of passages that are gone.
_WORTH_TIDYING = 20_000

# Passages that an engine takes at a time: a few hundredths of a second's work.
_TOGETHER = 200


class IndexedState(NamedTuple):
    """What an engine was made of: it is right for a store in this state, and has its terms from this analysis."""

    identity: str
    generation: int
    token: str
    analysis: int = ANALYSIS_VERSION


class RankingIndex:
    """An engine that follows the store. Where a folder is given, it is kept there for the next start."""

    def __init__(self, store: Store, folder: Path | None, engine: str | None = None) -> None:
        self._store = store
        self._files = IndexFolder(folder, SUFFIX)
        self._wanted = engine
        self._changed = 0
        # When the file was written that was read at the start, while what was removed since is still in it.
        self._written: float | None = None
        self._removed = False
        self.indexed: IndexedState | None = None
        self.engine: GrowingEngine = MemoryEngine.build([])

    def open(self, progress: Progress) -> None:
        """Read what is kept, take over what has changed since, and keep that."""
        self._read()
        self.refresh(progress("index", self._store.size() - self.engine.size))
        long_removed = self._removed and self._written is not None and time.time() - self._written > A_DAY
        if self._changed >= _WORTH_SAVING or long_removed:
            self._save()

    def kept(self, identity: str) -> int:
        """The generation of the index of a collection that is kept in the folder, 0 where none is."""
        return self._files.generation(identity)

    def is_of(self, state: State) -> bool:
        """Whether the engine is right for a store in this state."""
        indexed = self.indexed
        return indexed is not None and indexed[:3] == state

    def refresh(self, step: Step = no_step) -> None:
        """Take over what has changed in the store since the last time."""
        state = self._store.state()
        if self.is_of(state):
            return
        before, self.indexed = self.indexed, None
        # Whatever goes wrong on the way leaves no engine that is right for nothing.
        if before is None or before.identity != state.identity or not self._catch_up(before, step):
            self._build(step)
        elif self._changed > max(_WORTH_TIDYING, self.engine.size):
            self._save()

    def close(self) -> None:
        """Nothing is held."""

    def erase(self) -> None:
        """Leave nothing in the folder of what was removed: the index is written anew, and every other one deleted.

        Raises OSError where they cannot be deleted.
        """
        self.refresh()
        self._files.forget(but=self._save())

    def _catch_up(self, before: IndexedState, step: Step) -> bool:
        """Whether the engine could be changed rather than made anew.

        It cannot where the store never was what the engine is of: where a copy took its place, and was changed since.
        """
        with self._store.changes(before.generation) as changes:
            if changes.base_token != before.token:
                return False
            self.engine.remove(changes.removed)
            self._removed |= bool(changes.removed)
            size = self.engine.size
            entries = entries_of(changes, step)
            # Questions come between them.
            while together := list(islice(entries, _TOGETHER)):
                self.engine.add(together)
            self._changed += len(changes.removed) + self.engine.size - size
            self.indexed = IndexedState(*changes.state)
        return self._suits()

    def _build(self, step: Step) -> None:
        kind = ENGINES[self._wanted or engine_for(self._store.size())]
        with self._store.changes(0) as changes:
            self.engine = kind.build(entries_of(changes, step))
            self.indexed = IndexedState(*changes.state)
        self._changed = self.engine.size

    def _suits(self) -> bool:
        """Whether the engine is one for so many passages; one for more does no harm."""
        return bool(self._wanted) or isinstance(self.engine, PostingsEngine) or engine_for(self.engine.size) == "memory"

    def _read(self) -> None:
        """The newest index in the folder, unless it is damaged, or another engine is wanted."""
        if self._wanted not in (None, "postings"):
            return
        for path in self._files.newest_first(self._store.state().identity):
            with suppress(ArraysDamaged, OSError, TypeError):
                engine, made_of = PostingsEngine.open(path)
                indexed = IndexedState(**made_of)
                if indexed.analysis == ANALYSIS_VERSION:
                    self.engine, self.indexed, self._changed = engine, indexed, 0
                    self._written = path.stat().st_mtime
                    return

    def _save(self) -> Path | None:
        """Write the index, and delete older ones; where that cannot be done, the next start makes it again."""
        if self.indexed is None or not isinstance(self.engine, PostingsEngine):
            return None
        self.engine.compact()
        self._changed = 0
        with suppress(OSError):
            if path := self._files.new_path(self.indexed[:3]):
                self.engine.save(path, self.indexed._asdict())
                self._removed = False
                # What is in the file need not be in memory as well.
                with suppress(ArraysDamaged):
                    self.engine, _ = PostingsEngine.open(path)
                self._files.delete_others(path)
                return path
        return None


def entries_of(changes: Changes, step: Step = no_step) -> Iterator[Entry]:
    """What came, as engines take it; `step` is called after each."""
    for one in changes.added:
        above = context(one.title, one.heading, one.speaker, one.role)
        parts = (_packed_terms(above), one.terms) if above else (one.terms,)
        yield Entry(one.number, parts, one.source, _order(one.location, one.document, one.place))
        step()


@lru_cache(maxsize=100_000)
def _packed_terms(text: str) -> bytes:
    return pack(analyse(text).terms)


@lru_cache(maxsize=1_000)
def _document_order(location: str, document: str) -> int:
    name = f"{location}\0{document}".encode(errors="surrogatepass")
    return int.from_bytes(blake2b(name, digest_size=4).digest(), "big") << 31


def _order(location: str, document: str, place: int) -> int:
    """Of equal passages which is first: by document and place, so that it does not matter when they were added."""
    return _document_order(location, document) + place
