"""The index in an OpenSearch cluster that ranks what is in the store, for every process that asks it.

Whichever process sees first that the index is behind brings it up to date, and the others wait for that one. Each asks the
cluster before each question what the index was made of, so none answers from an index that was lost or set back.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from itertools import chain, islice
from threading import Lock, Timer
from typing import NamedTuple

from index.errors import OpenSearchError, OpenSearchIncomplete, OpenSearchIndexNotReady
from index.progress import Progress, Step, no_step
from index.ranking.engine import Entry
from index.ranking.opensearch.addresses import parse_addresses
from index.ranking.opensearch.cluster import Cluster, Conflict, Missing
from index.ranking.opensearch.documents import passages_of
from index.ranking.opensearch.engine import OpenSearchEngine
from index.ranking.opensearch.generations import Generations, Lease, Made, name_of_change
from index.ranking.opensearch.index import PassageIndex
from index.ranking.opensearch.statistics import Change, Snapshot
from index.search.ranking_index import IndexedState, entries_of
from index.store.rows import ANALYSIS_VERSION, State
from index.store.store import Store

# To be raised whenever documents or the mapping change, so that the index is made anew.
_FORMAT = 2
# Seconds after which the copies of a shard agree that none of them lacks a deletion; until then it is kept for the others.
_NEEDED_NO_MORE = 45
# The last so many changes are written down, so that whoever counted before them need not count anew.
_LOGGED = 50
# Of each no more passages than this.
_MOST_LOGGED = 500


class _MadeOf(NamedTuple):
    """What an index was made of, as it is written into the index."""

    indexed: IndexedState
    format: int = _FORMAT

    def text(self) -> str:
        """It as JSON."""
        return json.dumps([*self.indexed, self.format])

    @classmethod
    def parse(cls, text: str) -> _MadeOf:
        """It from JSON."""
        *indexed, version = json.loads(text)
        return cls(IndexedState(*indexed), version)


class SharedRankingIndex:
    """An engine in a cluster that follows the store. Safe for threads."""

    def __init__(self, store: Store, url: str) -> None:
        self._store = store
        self._cluster = Cluster(parse_addresses(url))
        self._lock = Lock()
        self._seen: Made | None = None
        # The last state in which the index was not being changed, and what was counted in it.
        self._counted: tuple[Made, Snapshot] | None = None
        self._erasing = Timer(0, self._expunge)
        self._follow(store.state().identity)

    def open(self, progress: Progress) -> None:
        """Bring the index up to date."""
        self._cluster.check_version()
        state = self._store.state()
        if not self.is_of(state):
            kept = self.engine.size if self._seen and self._seen.whole else 0
            self.refresh(progress("index", max(self._store.size() - kept, 0)))

    def close(self) -> None:
        """Close all connections to the cluster."""
        self._erasing.cancel()
        self._cluster.close()

    def kept(self, _identity: str) -> None:
        """Nothing is kept by this process alone."""

    def is_of(self, state: State) -> bool:
        """Whether the engine is right for a store in this state, and nothing of its index was lost."""
        return self._look(state) is not None

    def refresh(self, step: Step = no_step) -> None:
        """Take over what has changed in the store since the last time, unless another process does."""
        if self.is_of(self._store.state()):
            return
        try:
            self._change(step)
        except (Missing, Conflict) as error:
            # Somebody deleted the index meanwhile: the next question makes it anew.
            raise OpenSearchIndexNotReady(cluster=self._cluster.shown) from error
        self.is_of(self._store.state())

    def _change(self, step: Step) -> None:
        with self._generations.changing(lambda: self.is_of(self._store.state())) as lease:
            if lease is None or self.is_of(self._store.state()):
                return
            made = self._seen
            if made is None or not made.whole or not self._catch_up(made, lease, step):
                self._build(lease, step)

    def erase(self) -> None:
        """Leave nothing on the disks of the cluster of what was removed: now, or once its nodes need it no more."""
        self.refresh()
        self._expunge()
        self._erasing.cancel()
        self._erasing = Timer(_NEEDED_NO_MORE, self._expunge)
        self._erasing.daemon = True
        self._erasing.start()

    def _expunge(self) -> None:
        # Where the cluster cannot do it now, it does so when it merges, or when it is told the next time.
        with suppress(OpenSearchError, Missing):
            if seen := self._seen:
                self.engine.index.remove([name_of_change(end) for _, end in seen.log], seen.generation)
            self.engine.index.expunge()

    def _follow(self, identity: str) -> None:
        self._identity = identity
        self._generations = Generations(self._cluster, f"kotae-{identity}")
        self.engine = OpenSearchEngine(PassageIndex(self._cluster, self._generations.alias))

    def _look(self, state: State) -> Made | None:
        """What the index was made of, if that is the store in this state and it is whole."""
        with self._lock:
            if state.identity != self._identity:
                # A backup of another store took its place.
                self._follow(state.identity)
            generations, index = self._generations, self.engine.index
            counted = index.snapshot.begin_look()
        asked = self._cluster.asked
        self._cluster.doubt()
        made = generations.current()
        with self._lock:
            if made == self._seen and asked == self._cluster.asked:
                index.snapshot.confirm(counted)
            elif made == self._seen:
                # What was counted by a node that was lost since may be of no state at all.
                index.snapshot.forget_unconfirmed()
            else:
                self._see(made, index)
            index.whole = made is not None and made.whole
        expected = _MadeOf(IndexedState(*state)).text()
        return made if made and made.whole and made.made_of == expected else None

    def _see(self, made: Made | None, index: PassageIndex) -> None:
        """Keep what was counted in the index, as far as what was changed since is known."""
        if self._seen and not self._seen.changing:
            self._counted = self._seen, index.snapshot
        index.forget()
        self._seen = made
        if made and self._counted and (names := made.changes_since(self._counted[0])) is not None:
            with suppress(OpenSearchError, Missing):
                changes = index.logged(names)
                if changes is not None:
                    index.follow(self._counted[1].after(changes))

    def _catch_up(self, made: Made, lease: Lease, step: Step) -> bool:
        """Whether the index could be changed rather than made anew: as RankingIndex."""
        before = _MadeOf.parse(made.made_of)
        if before.format != _FORMAT or before.indexed.analysis != ANALYSIS_VERSION:
            return False
        index = PassageIndex(self._cluster, made.name)
        with self._store.changes(before.indexed.generation) as changes:
            if changes.base_token != before.indexed.token or changes.state.identity != before.indexed.identity:
                return False
            generation = changes.state.generation
            entries = entries_of(changes, step)
            few = list(islice(entries, _MOST_LOGGED))
            change = None if made.changing else _change(index, changes.removed, few)
            # Whoever goes on after us does not miss what we have only half done.
            self._generations.say_made_of(index, made.made_of, generation, changing=True)
            index.remove(changes.removed, generation)
            index.add(chain(few, entries), generation, lease.renew)
            if change:
                index.log(name_of_change(generation), change, generation)
            index.publish()
            if made.changing and not self._has_all(index, changes.state):
                return False
            log = (*made.log[-_LOGGED:], (made.generation, generation)) if change else ()
            self._generations.say_made_of(index, _MadeOf(IndexedState(*changes.state)).text(), generation, log)
            index.remove([name_of_change(end) for start, end in made.log if (start, end) not in log], generation)
        return True

    def _build(self, lease: Lease, step: Step) -> None:
        index = self._generations.new()
        with self._store.changes(0) as changes:
            count = index.add(entries_of(changes, step), changes.state.generation, lease.renew)
            index.publish()
            if self._generations.count(index) != count:
                raise OpenSearchIncomplete(cluster=self._cluster.shown)
            made_of = _MadeOf(IndexedState(*changes.state)).text()
            self._generations.say_made_of(index, made_of, changes.state.generation)
        self._generations.switch(index, lease.renew)

    def _has_all(self, index: PassageIndex, state: State) -> bool:
        """Whether an index has as many passages as the store, if that is in this state still."""
        size = self._store.size()
        return self._store.state() != state or self._generations.count(index) == size


def _change(index: PassageIndex, removed: Sequence[int], added: Sequence[Entry]) -> Change | None:
    """What is going to change in an index; None if that is too much to tell."""
    if len(removed) + len(added) >= _MOST_LOGGED:
        return None
    return Change(index.passages([*removed, *(entry.number for entry in added)]), passages_of(added))
