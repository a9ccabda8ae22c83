"""The vectors of what is in the store, made of the passages that have none. Derived: at any time they can be made again.

The store keeps them for every process, and an index in a file has them in the order in which they are searched.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from random import randrange
from threading import Event, Lock
from typing import NamedTuple

from index.array_file import ArraysDamaged
from index.errors import DatabaseError
from index.meaning.encoder import Encoder
from index.meaning.parallel_encoding import EncodingPool
from index.meaning.passage_texts import texts_of, vectors_name
from index.meaning.quantization import unpack
from index.meaning.searchable_vectors import SearchableVectors
from index.meaning.vector_index import VectorIndex
from index.meaning.word_vectors import WordVectors
from index.progress import Progress, Step, no_step
from index.search.index_folder import A_DAY, IndexFolder
from index.store.rows import State
from index.store.store import Store
from index.store.vectors import encoded_passages, passage_changes, put_vectors, vectors_of

SUFFIX = ".vectors"
# Reading fewer vectors than these from the store at the next start is quicker than writing the index now.
_WORTH_SAVING = 1_000
# Passages that are encoded, and written to the store, together: little is lost if the process is killed.
_TOGETHER = 256
# Where others encode, more passages than these are left to them; in seconds: how long, until the store is asked again.
_FEW, _WAIT = 64, 2.0


class _IndexedState(NamedTuple):
    """What an index was made of: it is right for a store in this state, and this encoder."""

    identity: str
    generation: int
    token: str
    encoder: str


class StoredVectors:
    """Vectors that follow the store. Where a folder is given, their index is kept there for the next start.

    Where others encode (`kotae work`), only the few passages that were just written get their vectors here.
    """

    def __init__(self, store: Store, encoder: Encoder, folder: Path | None, *, others_encode: bool = False) -> None:
        self.encoder = encoder
        self.index = VectorIndex(encoder.dimensions)
        self._store = store
        self._name = vectors_name(encoder)
        self._words = WordVectors(encoder)
        self._files = IndexFolder(folder, SUFFIX)
        # Held for a batch at a time: what was forgotten leaves the disk while others are encoded.
        self._lock = Lock()
        self._stopped = Event()
        self._indexed: _IndexedState | None = None
        # The sources of the passages that are not in the index yet, by number.
        self._pending: dict[int, int] = {}
        self._others_encode = others_encode
        # When what is left to others is looked for again, on the clock of this process.
        self._look_again = 0.0
        self._changed = 0
        # Whether others are to be encoded after the start, and what there is then is to be kept.
        self._incomplete = False
        # When the file was written that was read at the start, while what was removed since is still in it.
        self._written: float | None = None
        self._removed = False

    def open(self, progress: Progress, *, complete: bool = True) -> None:
        """Read what is kept, encode the passages that have no vectors, and keep that.

        Where it need not be `complete` these have none until the next `refresh`.
        """
        with self._lock:
            self._read()
            self._take_over()
            missing = self._pending.keys() - encoded_passages(self._store, self._name) if self._pending else ()
            self._incomplete = bool(missing) and not complete
        if not self._incomplete:
            self._fill(progress("encode", len(missing)) if missing else no_step)
            self._keep()

    def close(self) -> None:
        """Encode no more; what is missing is made after the next start."""
        self._stopped.set()

    def kept(self, identity: str) -> int:
        """The generation of the index of a collection that is kept in the folder, 0 where none is."""
        return self._files.generation(identity)

    def is_of(self, state: State) -> bool:
        """Whether there are the vectors of every passage of a store in this state."""
        # Without the lock, for which a question would wait.
        waits = not self._pending or time.monotonic() < self._look_again
        return self._indexed is not None and self._indexed[:3] == state and waits

    def refresh(self) -> None:
        """Take over what has changed in the store since the last time, and encode what is new."""
        with self._lock:
            self._take_over()
        self._fill()
        if self._incomplete:
            self._incomplete = False
            self._keep()
        with self._lock:
            if self.index.is_worn:
                self._save()

    def searchable(self, sources: frozenset[int] | None) -> SearchableVectors:
        """The vectors that there are now of these sources, None for all."""
        return SearchableVectors(self.encoder, self.index.within(sources), self._words)

    def erase(self) -> None:
        """Leave nothing in memory and in the folder of what was removed: as RankingIndex.erase."""
        with self._lock:
            self._take_over()
            self._files.forget(but=self._save())

    def _keep(self) -> None:
        """Write the index for the next start, where that is worth it."""
        with self._lock:
            long_removed = self._removed and self._written is not None and time.time() - self._written > A_DAY
            if self._changed >= _WORTH_SAVING or long_removed:
                self._save()

    def _take_over(self) -> None:
        """Remove what was removed from the store, and note what is missing here."""
        before, state = self._indexed, self._store.state()
        if before is not None and before[:3] == state:
            return
        changes = passage_changes(self._store, before.generation if before else 0)
        # Where a copy took the store's place, it never was what the index is of.
        if before is None or (changes.state.identity, changes.base_token) != (before.identity, before.token):
            changes = passage_changes(self._store, 0)
            self.index, self._pending = VectorIndex(self.encoder.dimensions), {}
        self.index.remove(changes.removed)
        for number in changes.removed:
            self._pending.pop(number, None)
        self._removed |= bool(changes.removed)
        self._changed += len(changes.removed) + len(changes.added)
        self._pending |= changes.added
        self._indexed = _IndexedState(*changes.state, self._name)

    def _fill(self, step: Step = no_step) -> None:
        """Bring the missing vectors into the index: from the store, or else from the encoder; `step` is told those."""
        if self._others_encode and not self._stopped.is_set():
            with self._lock:
                self._fill_from_others()
            return
        with EncodingPool(self.encoder) as pool:
            while not self._stopped.is_set():
                with self._lock:
                    if not self._pending:
                        return
                    self._fill_some(pool, step)

    def _fill_from_others(self) -> None:
        """Bring those vectors into the index that are in the store; encode what is left only if that is little."""
        if not self._pending:
            return
        made = encoded_passages(self._store, self._name, min(self._pending))
        there = [number for number in self._pending if number in made]
        for start in range(0, len(there), _TOGETHER):
            some = there[start : start + _TOGETHER]
            self._add(some, vectors_of(self._store, self._name, some))
        if len(self._pending) <= _FEW:
            with EncodingPool(self.encoder, 1) as pool:
                self._fill_some(pool, no_step)
        self._look_again = time.monotonic() + _WAIT

    def _fill_some(self, pool: EncodingPool, step: Step) -> None:
        # Another process may be doing the same: from different places on, each makes what the other has not made yet.
        start = randrange(max(1, len(self._pending) - _TOGETHER))  # noqa: S311 - no secret
        numbers = list(islice(self._pending, start, start + _TOGETHER))
        vectors = vectors_of(self._store, self._name, numbers)
        if missing := [number for number in numbers if number not in vectors]:
            passages = self._store.passages(missing)
            made = pool.encode([texts_of(kept.passage) for kept in passages.values()])
            new = dict(zip(passages, made, strict=True))
            # Where they cannot be written, they are here all the same.
            with suppress(DatabaseError):
                put_vectors(self._store, self._name, new)
            vectors |= new
            for _ in missing:
                step()
        self._add(numbers, vectors)

    def _add(self, numbers: Sequence[int], vectors: Mapping[int, bytes]) -> None:
        """Bring vectors of pending passages into the index; those without are gone."""
        unpacked = unpack([*vectors.values()], self.encoder.dimensions)
        self.index.add(
            [
                (number, self._pending[number], one)
                for number, one in zip(vectors, unpacked, strict=True)
                if len(one.scales)
            ]
        )
        for number in numbers:
            del self._pending[number]

    def _read(self) -> None:
        """The newest index in the folder that is not damaged, if this encoder made it."""
        for path in self._files.newest_first(self._store.state().identity):
            with suppress(ArraysDamaged, OSError, TypeError):
                index, made_of = VectorIndex.open(path)
                indexed = _IndexedState(**made_of)
                if indexed.encoder == self._name and index.dimensions == self.encoder.dimensions:
                    self.index, self._indexed, self._written = index, indexed, path.stat().st_mtime
                    return

    def _save(self) -> Path | None:
        """Write the index without what was removed, and delete older ones; only in memory where that cannot be done.

        An index in which some are missing is not written: the next start would not know.
        """
        self._changed = 0
        with suppress(OSError):
            if self._indexed and not self._pending and (path := self._files.new_path(self._indexed[:3])):
                self.index.save(path, self._indexed._asdict())
                self._removed = False
                # What is in the file need not be in memory as well.
                with suppress(ArraysDamaged):
                    self.index, _ = VectorIndex.open(path)
                self._files.delete_others(path)
                return path
        self.index.compact()
        return None
