"""What is known of the passages of an index until it changes: BM25's statistics, and passages that were looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from threading import Lock
from typing import Any, NamedTuple

import numpy

from index.errors import OpenSearchRefused
from index.language.analysis import VIEWS
from index.ranking.opensearch.cluster import Cluster
from index.ranking.opensearch.documents import LENGTHS, IndexedPassage, unpack_passage, word_of

# As many clauses as a query may have, with some room.
MOST_CLAUSES = 1_000
# An answer may have 65,535 buckets.
_MOST_BUCKETS = 50_000
_BUCKETS_A_PAGE = 5_000
# Counts of a term in each source serve every audience; where there are more sources, they are counted for one.
_FEW_SOURCES = 100
# Terms that are counted together.
_TOGETHER = 16
_CACHED_AUDIENCES = 200
_CACHED_TERMS = 20_000
_CACHED_PASSAGES = 2_000


class Totals(NamedTuple):
    """How many passages there are, and how many terms in each view."""

    size: int
    lengths: tuple[int, ...]

    def changed(self, lengths: tuple[int, ...], by: int) -> Totals:
        """With one passage of these lengths more (1) or fewer (-1)."""
        return Totals(self.size + by, tuple(all_ + by * one for all_, one in zip(self.lengths, lengths, strict=True)))


_NOTHING = Totals(0, (0,) * len(VIEWS))


class Change(NamedTuple):
    """The passages that an index had before a change and not since, and those that it has since."""

    removed: Sequence[IndexedPassage]
    added: Sequence[IndexedPassage]


class Counted:
    """What was counted in an index: the totals of each source, and in how many passages each term is.

    That is kept for each source, and otherwise for each audience; the innermost counts are never changed.
    """

    def __init__(self) -> None:
        self.sources: dict[int, Totals] | None = None
        self.by_source: dict[int, dict[int, int]] = {}
        self.by_audience: dict[frozenset[int] | None, dict[int, int]] = {}

    def take_over(self, other: Counted) -> None:
        """Add what was counted elsewhere."""
        self.sources = other.sources if self.sources is None else self.sources
        self.by_source |= other.by_source
        for audience, counts in other.by_audience.items():
            self.by_audience.setdefault(audience, {}).update(counts)
        _make_room(self.by_source, _CACHED_TERMS)
        _make_room(self.by_audience, _CACHED_AUDIENCES)

    def after(self, change: Change) -> Counted:
        """What would be counted after a change."""
        counted = Counted()
        counted.take_over(self)
        if self.sources is not None:
            counted.sources = dict(self.sources)
        terms = {*self.by_source}.union(*self.by_audience.values())
        asked = numpy.fromiter(terms, numpy.uint64, len(terms))
        for passages, by in ((change.removed, -1), (change.added, 1)):
            keys = [passage.keys for passage in passages]
            counting = numpy.isin(numpy.concatenate([numpy.empty(0, numpy.uint64), *keys]), asked)
            ends = numpy.cumsum([len(some) for some in keys])
            for passage, counts in zip(passages, numpy.split(counting, ends), strict=False):
                counted._count(passage, passage.keys[counts].tolist(), by)
        return counted

    def _count(self, passage: IndexedPassage, asked: Sequence[int], by: int) -> None:
        source = passage.source
        if self.sources is not None:
            self.sources[source] = self.sources.get(source, _NOTHING).changed(passage.lengths, by)
            if not self.sources[source].size:
                del self.sources[source]
        for key in asked:
            if (counts := self.by_source.get(key)) is not None:
                self.by_source[key] = counts | {source: counts.get(source, 0) + by}
        for audience, of_terms in self.by_audience.items():
            if audience is None or source in audience:
                of_terms.update({key: of_terms[key] + by for key in asked if key in of_terms})


class Snapshot:
    """The statistics of an index in one state, each asked for when it is needed first. Safe for threads.

    What was counted is `confirmed` by a look at the index that began later, and found it in this state still. That is kept
    after a change.
    """

    def __init__(self, cluster: Cluster, index: str, confirmed: Counted | None = None) -> None:
        self._cluster = cluster
        self._index = index
        self._lock = Lock()
        # The first is confirmed; into the last goes what is counted from now on.
        self._counted = [confirmed or Counted(), Counted()]
        self._totals: dict[frozenset[int] | None, Totals] = {}
        self._passages: dict[int, IndexedPassage] = {}

    def after(self, changes: Iterable[Change]) -> Snapshot:
        """The statistics after changes."""
        with self._lock:
            counted = self._counted[0]
            for change in changes:
                counted = counted.after(change)
        return Snapshot(self._cluster, self._index, counted)

    def begin_look(self) -> Counted:
        """To be called before the index is looked at: what was counted until then, for `confirm`."""
        with self._lock:
            self._counted.append(Counted())
            return self._counted[-2]

    def confirm(self, until: Counted) -> None:
        """The index was found in this state, by a look that began with `until`."""
        with self._lock:
            if until in self._counted[1:]:
                end = self._counted.index(until) + 1
                for counted in self._counted[1:end]:
                    self._counted[0].take_over(counted)
                del self._counted[1:end]

    def forget_unconfirmed(self) -> None:
        """Count anew what was not confirmed."""
        with self._lock:
            self._counted[1:] = [Counted()]
            self._totals.clear()

    def totals(self, sources: frozenset[int] | None) -> Totals:
        """The statistics of the passages of some sources, None for all."""
        with self._lock:
            known = self._totals.get(sources)
        if known is None:
            every = self._source_totals()
            wanted = every.keys() if sources is None else sources & every.keys()
            lengths = numpy.array([every[one].lengths for one in wanted], dtype=numpy.int64).reshape(-1, len(VIEWS))
            known = Totals(sum(every[one].size for one in wanted), tuple(lengths.sum(axis=0).tolist()))
            with self._lock:
                _make_room(self._totals, _CACHED_AUDIENCES)
                self._totals[sources] = known
        return known

    def frequencies(self, keys: Sequence[int], sources: frozenset[int] | None) -> list[int]:
        """How many passages of some sources, None for all, contain each term."""
        if len(self._source_totals()) > _FEW_SOURCES:
            return self._frequencies_of_audience(keys, sources)
        with self._lock:
            known = {key: one.by_source[key] for one in self._counted for key in keys if key in one.by_source}
        missing = dict.fromkeys(key for key in keys if key not in known)
        for some in _batches(missing, min(MOST_CLAUSES, _MOST_BUCKETS // _FEW_SOURCES)):
            known |= self._count_by_source(some)
        with self._lock:
            self._counted[-1].by_source |= {key: known[key] for key in missing}
        if sources is None:
            return [sum(known[key].values()) for key in keys]
        return [sum(count for source, count in known[key].items() if source in sources) for key in keys]

    def remember(self, passages: Iterable[IndexedPassage]) -> None:
        """Keep passages for the questions to come that look at one of them (`passage`)."""
        with self._lock:
            for passage in passages:
                _make_room(self._passages, _CACHED_PASSAGES)
                self._passages[passage.number] = passage

    def passage(self, number: int) -> IndexedPassage | None:
        """The passage with a number; None if there is none."""
        with self._lock:
            known = self._passages.get(number)
        if known is None:
            hits = hits_of(self._cluster, self._index, {"ids": {"values": [str(number)]}}, 1)
            known = next((passage for passage, _ in hits), None)
            if known:
                self.remember([known])
        return known

    def _source_totals(self) -> dict[int, Totals]:
        with self._lock:
            known = next((one.sources for one in self._counted if one.sources is not None), None)
        if known is None:
            known = dict(self._sum_sources())
            with self._lock:
                self._counted[-1].sources = known
        return known

    def _sum_sources(self) -> Iterator[tuple[int, Totals]]:
        after: dict[str, Any] = {}
        while True:
            pages = {"size": _BUCKETS_A_PAGE, "sources": [{"source": {"terms": {"field": "source"}}}], **after}
            sums = {name: {"sum": {"field": name}} for name in LENGTHS}
            body = {"size": 0, "track_total_hits": False, "aggs": {"sources": {"composite": pages, "aggs": sums}}}
            found = self._cluster.search(self._index, body)["aggregations"]["sources"]
            for one in found["buckets"]:
                lengths = tuple(int(one[name]["value"]) for name in LENGTHS)
                yield int(one["key"]["source"]), Totals(one["doc_count"], lengths)
            if "after_key" not in found:
                return
            after = {"after": found["after_key"]}

    def _count_by_source(self, keys: Sequence[int]) -> dict[int, dict[int, int]]:
        by_source = {"by_source": {"terms": {"field": "source", "size": 2 * _FEW_SOURCES}}}
        found = self._count(keys, [], {"aggs": by_source})
        return {
            key: {int(one["key"]): one["doc_count"] for one in found[word_of(key)]["by_source"]["buckets"]}
            for key in keys
        }

    def _frequencies_of_audience(self, keys: Sequence[int], sources: frozenset[int] | None) -> list[int]:
        with self._lock:
            cached = [one.by_audience.get(sources, {}) for one in self._counted]
            known = {key: counts[key] for counts in cached for key in keys if key in counts}
        missing = dict.fromkeys(key for key in keys if key not in known)
        for some in _batches(missing, MOST_CLAUSES):
            found = self._count(some, readable(sources), {})
            known |= {key: found[word_of(key)]["doc_count"] for key in some}
        with self._lock:
            self._counted[-1].by_audience.setdefault(sources, {}).update({key: known[key] for key in missing})
        return [known[key] for key in keys]

    def _count(self, keys: Sequence[int], sources: list[dict[str, Any]], within: dict[str, Any]) -> dict[str, Any]:
        """The passages that contain each term, by its word.

        The cluster looks at every filter for every passage that the query finds: so a few terms at a time, with a query that
        finds only what has one of them.
        """
        bodies = []
        for some in _batches(keys, _TOGETHER):
            filters = {word_of(key): {"term": {"terms": word_of(key)}} for key in some}
            query = {"bool": {"filter": [*sources, {"terms": {"terms": list(filters)}}]}}
            counted = {"terms": {"filters": {"filters": filters}, **within}}
            bodies.append({"size": 0, "track_total_hits": False, "query": query, "aggs": counted})
        found: dict[str, Any] = {}
        for answer in self._cluster.search_together(self._index, bodies):
            found |= answer["aggregations"]["terms"]["buckets"]
        return found


def readable(sources: frozenset[int] | None) -> list[dict[str, Any]]:
    """The filters that leave the passages of some sources, None for all."""
    if sources is None:
        return []
    return [{"terms": {"source": sorted(map(str, sources))}}]


def hits_of(
    cluster: Cluster, index: str, query: dict[str, Any], size: int, lowest: float = 0.0
) -> list[tuple[IndexedPassage, float]]:
    """The passages that match a query best, with the score that the index gives them, which is at least the `lowest`."""
    body: dict[str, Any] = {
        "size": size,
        "track_total_hits": False,
        "stored_fields": "_none_",
        "docvalue_fields": ["packed"],
        "query": query,
    }
    if lowest > 0:
        body["min_score"] = lowest
    hits = cluster.search(index, body)["hits"]["hits"]
    try:
        return [(unpack_passage(hit["fields"]["packed"][0]), hit["_score"]) for hit in hits]
    except KeyError as error:
        raise OpenSearchRefused(cluster=cluster.shown, reason=f"{index} is no index of kotae") from error


def _batches(keys: Iterable[int], size: int) -> Iterator[list[int]]:
    rest = iter(keys)
    while some := list(islice(rest, size)):
        yield some


def _make_room(cache: dict[Any, Any], most: int) -> None:
    """Forget what was put in first, so that there is room for one more."""
    while len(cache) >= most:
        del cache[next(iter(cache))]
