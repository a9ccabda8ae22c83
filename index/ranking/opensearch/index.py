"""An index of passages in a cluster, or the alias of one: made, changed, and read in one state."""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from typing import Any

from index.errors import OpenSearchFull, OpenSearchIncomplete, OpenSearchIndexNotReady, OpenSearchRefused
from index.ranking.engine import Entry
from index.ranking.opensearch.cluster import Cluster, Missing, is_full
from index.ranking.opensearch.documents import IndexedPassage, documents_of, pack_passage, unpack_passage
from index.ranking.opensearch.index_settings import index_body
from index.ranking.opensearch.statistics import Change, Snapshot, hits_of

# Passages that are sent together, about a megabyte: a node with little memory takes no large request.
_TOGETHER = 64
_REQUESTS_AT_ONCE = 2
# Seconds for which a request is repeated that some node has no room for now.
_PATIENCE = 60.0
_PAUSE = 0.2
# A change that came later was applied already, or the passage to delete is not there.
_SUPERSEDED, _ABSENT = 409, 404
_BUSY = (429, 503)


class PassageIndex:
    """An index, or an alias. Its statistics are kept until `publish` or `forget`. Safe for threads."""

    def __init__(self, cluster: Cluster, name: str) -> None:
        self.cluster = cluster
        self.name = name
        # Whether it lacks nothing that it is to have.
        self.whole = True
        self._snapshot = Snapshot(cluster, name)
        self._last_number: int | None = None

    @contextmanager
    def reading(self) -> Iterator[Snapshot]:
        """The statistics of the index as it is now; raises OpenSearchIndexNotReady where it cannot be asked."""
        if not self.whole:
            raise OpenSearchIndexNotReady(cluster=self.cluster.shown)
        try:
            yield self._snapshot
        except Missing as error:
            raise OpenSearchIndexNotReady(cluster=self.cluster.shown) from error

    def create(self, shards: int) -> None:
        """Make an index of this name; raises Conflict if there is one."""
        self.cluster.request("PUT", f"/{self.name}", index_body(shards, {}), writing=True)

    def add(self, entries: Iterable[Entry], generation: int, each_request: Callable[[], object] = lambda: None) -> int:
        """Send passages, and give their number; they are found after `publish`.

        A later generation's change of the same passage holds. Raises ValueError unless the numbers ascend.
        """
        count = 0
        rest = self._ascending(entries)
        # While the cluster takes some, the next are prepared.
        with ThreadPoolExecutor(_REQUESTS_AT_ONCE) as sender:
            sending: deque[Future[None]] = deque()
            while together := list(islice(rest, _TOGETHER)):
                documents = zip(together, documents_of(together), strict=True)
                lines = [f"{_action('index', entry.number, generation)}{document}\n" for entry, document in documents]
                count += len(lines)
                while len(sending) >= _REQUESTS_AT_ONCE:
                    sending.popleft().result()
                each_request()
                sending.append(sender.submit(self._send, lines))
            for sent in sending:
                sent.result()
        return count

    def _ascending(self, entries: Iterable[Entry]) -> Iterator[Entry]:
        for entry in entries:
            if self._last_number is not None and entry.number <= self._last_number:
                raise ValueError(f"numbers must ascend: {entry.number} after {self._last_number}")
            self._last_number = entry.number
            yield entry

    def remove(self, names: Iterable[int | str], generation: int) -> None:
        """Delete passages by their numbers, or other documents; they are found until `publish`."""
        actions = [_action("delete", name, generation) for name in names]
        for start in range(0, len(actions), 5_000):
            self._send(actions[start : start + 5_000])

    def publish(self) -> None:
        """Let what was sent be found."""
        self.cluster.request("POST", f"/{self.name}/_refresh", whole=True, writing=True)
        self.forget()

    @property
    def snapshot(self) -> Snapshot:
        """The statistics of the index as it was seen last."""
        return self._snapshot

    def forget(self) -> None:
        """Ask for all statistics anew: somebody has changed the index."""
        self.follow(Snapshot(self.cluster, self.name))

    def follow(self, snapshot: Snapshot) -> None:
        """Have these statistics from now on."""
        self._snapshot = snapshot

    def passages(self, numbers: Sequence[int]) -> list[IndexedPassage]:
        """Those of some passages that there are."""
        query = {"ids": {"values": [str(number) for number in numbers]}}
        return [passage for passage, _ in hits_of(self.cluster, self.name, query, len(numbers))] if numbers else []

    def log(self, name: str, change: Change, generation: int) -> None:
        """Write down a change, in a document of this name; it is found after `publish`."""
        document = {
            "removed": [pack_passage(one) for one in change.removed],
            "added": [pack_passage(one) for one in change.added],
        }
        self._send([f"{_action('index', name, generation)}{json.dumps(document)}\n"])

    def logged(self, names: Sequence[str]) -> list[Change] | None:
        """The changes in documents of these names; None where one is missing."""
        fields = ["removed", "added"]
        body = {"size": len(names), "track_total_hits": False, "stored_fields": ["_id"], "docvalue_fields": fields}
        hits = self.cluster.search(self.name, body | {"query": {"ids": {"values": list(names)}}})["hits"]["hits"]
        found = {
            hit["_id"]: Change(
                *([unpack_passage(one) for one in hit.get("fields", {}).get(field, [])] for field in fields)
            )
            for hit in hits
        }
        return [found[name] for name in names] if found.keys() >= set(names) else None

    def expunge(self) -> None:
        """Let deleted passages leave the disks."""
        steps = {"_flush": {"force": "true"}, "_forcemerge": {"only_expunge_deletes": "true"}, "_refresh": {}}
        for step, parameters in steps.items():
            self.cluster.request("POST", f"/{self.name}/{step}", None, parameters, whole=True, writing=True)

    def _send(self, lines: list[str]) -> None:
        """Send lines until each was taken: those that could not be taken are sent again."""
        until = time.monotonic() + _PATIENCE
        while lines:
            answer = self.cluster.request("POST", f"/{self.name}/_bulk", "".join(lines), writing=True)
            if not answer["errors"]:
                return
            results = [next(iter(item.values())) for item in answer["items"]]
            lines = [line for line, result in zip(lines, results, strict=True) if self._to_repeat(result)]
            if lines and time.monotonic() > until:
                raise OpenSearchIncomplete(cluster=self.cluster.shown)
            if lines:
                time.sleep(_PAUSE)

    def _to_repeat(self, result: dict[str, Any]) -> bool:
        """Whether a change was not made now, but may be later; raises an OpenSearchError where it cannot be made."""
        status = result["status"]
        if status < 300 or status in (_SUPERSEDED, _ABSENT):
            if result.get("error", {}).get("type") == "index_not_found_exception":
                raise Missing
            return False
        error = result.get("error", {})
        if is_full(status, str(error.get("type")), str(error.get("reason"))):
            raise OpenSearchFull(cluster=self.cluster.shown)
        if status in _BUSY:
            return True
        raise OpenSearchRefused(cluster=self.cluster.shown, reason=str(error.get("reason"))[:200])


def _action(kind: str, name: int | str, version: int) -> str:
    return json.dumps({kind: {"_id": str(name), "version": version, "version_type": "external_gte"}}) + "\n"
