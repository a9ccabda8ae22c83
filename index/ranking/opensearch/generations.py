"""The generations of an index: each is made beside the one before, and takes its place by an alias.

What an index was made of is a document of its own: in `state`, with the number of its passages. So it is noticed when the
cluster lost some of them, or was set back.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

from index.errors import OpenSearchTimedOut
from index.ranking.opensearch.cluster import Cluster, Conflict, Missing
from index.ranking.opensearch.index import PassageIndex
from index.ranking.opensearch.index_settings import FILLED, SHARDS

_STATE = "state"
# Every document that is a passage.
_PASSAGES = {"exists": {"field": "source"}}
_LOCKS = "kotae-locks"
# Seconds without a sign of whoever changes an index, until another one may.
_LEASE = 20.0
_RENEWED_AFTER = 2.0
_PAUSE = 0.1
# Seconds to wait for the copies of a new index: a cluster without a second node makes none.
_COPYING = 60.0


class Made(NamedTuple):
    """What an index was made of, as the caller wrote it, and whether all its passages are there.

    `name` is its own. `changing` tells that somebody changes it, or was killed meanwhile: then nobody knows how many
    passages it should have. `version` tells it from what is written later. `log` has the last changes that were written down
    (PassageIndex.log): the generation before each, and that after it.
    """

    name: str
    made_of: str
    whole: bool
    changing: bool
    version: int
    generation: int
    log: tuple[tuple[int, int], ...] = ()

    def changes_since(self, before: Made) -> list[str] | None:
        """The names of what was written down of each change since an earlier state; None where some was not."""
        if before.name != self.name or before.changing or self.changing:
            return None
        generation, names = before.generation, []
        for start, end in self.log:
            if start == generation:
                generation = end
                names.append(name_of_change(end))
        return names if generation == self.generation else None


def name_of_change(generation: int) -> str:
    """The name of the document of a change (PassageIndex.log)."""
    return f"change-{generation}"


class Lease:
    """The right to change an index, which nobody else has meanwhile, as long as it is renewed now and then."""

    def __init__(self, cluster: Cluster, name: str) -> None:
        self._cluster = cluster
        self._path = f"/{_LOCKS}/_doc/{name}"
        self._holder = uuid.uuid4().hex
        self._renewed = 0.0
        self._version: dict[str, Any] = {}

    def acquire(self, unneeded: Callable[[], bool]) -> bool:
        """Wait for the right; False where it is needed no more.

        Nobody's clock is compared with another's: a holder is gone whose document did not change while we watched.
        """
        watched, since = None, time.monotonic()
        while not self._write({"op_type": "create"}):
            if unneeded():
                return False
            with suppress(Missing):
                found = self._cluster.request("GET", self._path)
                version = {"if_seq_no": found["_seq_no"], "if_primary_term": found["_primary_term"]}
                if version != watched:
                    watched, since = version, time.monotonic()
                elif time.monotonic() - since > _LEASE and self._write(version):
                    return True
            time.sleep(_PAUSE)
        return True

    def renew(self) -> None:
        """Show that we are there; raises OpenSearchTimedOut if that was too late, and another has taken over."""
        if time.monotonic() - self._renewed > _RENEWED_AFTER and not self._write(self._version):
            raise OpenSearchTimedOut(cluster=self._cluster.shown)

    def release(self) -> None:
        """Let others."""
        with suppress(Conflict, Missing):
            self._cluster.request("DELETE", self._path, None, self._version, writing=True)

    def _write(self, condition: dict[str, Any]) -> bool:
        """Whether the document is ours, written where the condition holds."""
        try:
            written = self._cluster.request("PUT", self._path, {"holder": self._holder}, condition, writing=True)
        except Conflict:
            return False
        self._version = {"if_seq_no": written["_seq_no"], "if_primary_term": written["_primary_term"]}
        self._renewed = time.monotonic()
        return True


class Generations:
    """The generations of an index in a cluster, under the name of the alias."""

    def __init__(self, cluster: Cluster, alias: str, shards: int = SHARDS) -> None:
        self._cluster = cluster
        self._shards = shards
        self._locks_made = False
        self.alias = alias

    def current(self) -> Made | None:
        """What the index of now was made of; None where there is none."""
        found = {
            "size": 1,
            "query": {"ids": {"values": [_STATE]}},
            "docvalue_fields": ["state"],
            "seq_no_primary_term": True,
        }
        counted = {"size": 0, "track_total_hits": True, "query": _PASSAGES}
        try:
            state, every = self._cluster.search_together(self.alias, [found, counted])
        except Missing:
            return None
        if not state["hits"]["hits"]:
            return None
        (hit,) = state["hits"]["hits"]
        kept = json.loads(hit["fields"]["state"][0])
        passages = kept.get("passages")
        whole = passages in (None, every["hits"]["total"]["value"])
        log = tuple((before, after) for before, after in kept.get("log", ()))
        changing = passages is None
        return Made(hit["_index"], kept["made_of"], whole, changing, hit["_seq_no"], kept.get("generation", 0), log)

    def say_made_of(
        self,
        index: PassageIndex,
        made_of: str,
        generation: int,
        log: Sequence[tuple[int, int]] = (),
        *,
        changing: bool = False,
    ) -> None:
        """Write down what an index was made of, and how many passages it has unless they are `changing`."""
        passages = None if changing else self.count(index)
        kept = {"made_of": made_of, "passages": passages, "generation": generation, "log": log}
        body = {"state": json.dumps(kept)}
        parameters = {"version": generation, "version_type": "external_gte", "refresh": "true"}
        try:
            self._cluster.request("PUT", f"/{index.name}/_doc/{_STATE}", body, parameters, writing=True)
        except Conflict as error:
            # Whoever took over from us has gone further.
            raise OpenSearchTimedOut(cluster=self._cluster.shown) from error

    def new(self) -> PassageIndex:
        """An empty index, beside what there is; what was left unfinished is deleted."""
        self._delete_others(but=self._aliased())
        index = PassageIndex(self._cluster, f"{self.alias}-{uuid.uuid4().hex[:12]}")
        index.create(self._shards)
        return index

    def switch(self, index: PassageIndex, each_request: Callable[[], object]) -> None:
        """Let an index take the place of the one before: for every question that begins now."""
        self._merge(index, each_request)
        self._cluster.request("PUT", f"/{index.name}/_settings", FILLED, writing=True)
        self._cluster.request("POST", f"/{index.name}/_flush", None, {"force": "true"}, whole=True, writing=True)
        until = time.monotonic() + _COPYING
        # Where there is no room for copies, it is answered from what there is.
        while self._status(index.name) != "green" and time.monotonic() < until:
            each_request()
            time.sleep(_PAUSE)
        before = self._aliased()
        actions = [{"remove": {"index": name, "alias": self.alias}} for name in before]
        actions.append({"add": {"index": index.name, "alias": self.alias}})
        self._cluster.request("POST", "/_aliases", {"actions": actions}, writing=True)
        self._delete_others(but=[index.name])

    @contextmanager
    def changing(self, unneeded: Callable[[], bool]) -> Iterator[Lease | None]:
        """The right to change the index; None where that is needed no more, since another has."""
        lease = Lease(self._cluster, self.alias)
        if not self._locks_made:
            settings = {"settings": {"number_of_shards": 1, "auto_expand_replicas": "0-1"}}
            with suppress(Conflict):
                self._cluster.request("PUT", f"/{_LOCKS}", settings, writing=True)
            self._locks_made = True
        acquired = lease.acquire(unneeded)
        if not acquired:
            yield None
            return
        try:
            yield lease
        finally:
            lease.release()

    def count(self, index: PassageIndex) -> int:
        """How many passages an index has."""
        body = {"size": 0, "track_total_hits": True, "query": _PASSAGES}
        count: int = self._cluster.search(index.name, body)["hits"]["total"]["value"]
        return count

    def _merge(self, index: PassageIndex, each_request: Callable[[], object]) -> None:
        """Make one segment of each shard, since every term of a question is looked up in each."""
        merging = {"max_num_segments": 1, "wait_for_completion": "false"}
        task = self._cluster.request("POST", f"/{index.name}/_forcemerge", None, merging, writing=True)["task"]
        while not self._cluster.request("GET", f"/_tasks/{task}")["completed"]:
            each_request()
            time.sleep(_PAUSE)
        index.publish()

    def _status(self, name: str) -> str:
        return str(self._cluster.request("GET", f"/_cluster/health/{name}")["status"])

    def _aliased(self) -> list[str]:
        with suppress(Missing):
            return list(self._cluster.request("GET", f"/_alias/{self.alias}"))
        return []

    def _delete_others(self, but: list[str]) -> None:
        for name in self._cluster.request("GET", f"/{self.alias}-*/_settings", None, {"expand_wildcards": "all"}):
            if name not in but:
                with suppress(Missing):
                    self._cluster.request("DELETE", f"/{name}", writing=True)
