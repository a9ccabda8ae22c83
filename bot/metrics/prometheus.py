"""Counts for Prometheus: the only module that imports prometheus-client, itself imported only where that is wanted."""

from __future__ import annotations

import logging
import platform
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version

from prometheus_client import (
    CollectorRegistry,
    Counter,
    GCCollector,
    Histogram,
    Info,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.registry import Collector

from bot.answerer import Answer
from bot.metrics.catalogue import COUNTERS, GAUGES, HISTOGRAMS, NO_QUESTION
from bot.metrics.metrics import Metrics, Read
from index import errors
from index.stages import Stage, timed, watching

_TRANSACTIONS = {"store_read": "read", "store_scan": "scan", "store_write": "write"}
# In seconds: from what memory gives at once to what whoever asked no longer waits for.
_BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_KINDS = {"database": errors.DatabaseError, "search": errors.OpenSearchError, "document": errors.ContentError}


class PrometheusMetrics(Metrics):
    """Counts in a registry of its own, without anybody's words or names."""

    def __init__(self) -> None:
        super().__init__()
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = CollectorRegistry()
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=self.registry)
        build = Info("kotae_build", "Version of kotae.", registry=self.registry)
        build.info({"version": version("kotae"), "python": platform.python_version()})
        self._counters = {
            name: Counter(name, one.documentation, one.labels, registry=self.registry) for name, one in COUNTERS.items()
        }
        self._histograms = {
            name: Histogram(name, one.documentation, one.labels, registry=self.registry, buckets=_BUCKETS)
            for name, one in HISTOGRAMS.items()
        }
        # So that the first error is seen to be one more.
        for kind in (*_KINDS, "discord", "internal"):
            self._counters["kotae_errors_total"].labels(kind)
        self._gauges = _Gauges()
        self.registry.register(self._gauges)
        self.show({"kotae_ready": lambda: float(self.health.readiness().ready)})

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Count the stages and the errors of this process."""
        handler = _ErrorHandler(self._failed)
        logger = logging.getLogger("kotae")
        logger.addHandler(handler)
        try:
            with watching(timed(self.took)):
                yield
        finally:
            logger.removeHandler(handler)

    def show(self, gauges: Mapping[str, Read]) -> None:
        """Show these gauges."""
        self._gauges.reads.update(gauges)

    def answered(self, front_end: str, answer: Answer, seconds: float) -> None:
        """Count a question."""
        asks_nothing = answer.needs_words or answer.ends or answer.courtesy
        certainty = NO_QUESTION if asks_nothing else answer.result.certainty
        self._counters["kotae_questions_total"].labels(certainty, front_end).inc()
        self._histograms["kotae_answer_seconds"].labels(front_end).observe(seconds)

    def voted(self, *, helpful: bool) -> None:
        """Count a vote."""
        self._counters["kotae_votes_total"].labels("helpful" if helpful else "unhelpful").inc()

    def worked(self, done: int, dead: int) -> None:
        """Count jobs."""
        self._counters["kotae_jobs_total"].labels("done").inc(done)
        self._counters["kotae_jobs_total"].labels("dead").inc(dead)
        self._counters["kotae_errors_total"].labels("document").inc(dead)

    def took(self, name: Stage, seconds: float, error: type[BaseException] | None) -> None:
        """Count how long a stage took. What the database refuses is counted here, whoever is told of it later."""
        if name == "job":
            self._histograms["kotae_job_seconds"].observe(seconds)
        elif transaction := _TRANSACTIONS.get(name):
            self._histograms["kotae_store_seconds"].labels(transaction).observe(seconds)
            if error and _kind_of(error) == "database":
                self._counters["kotae_errors_total"].labels("database").inc()
        else:
            self._histograms["kotae_answer_stage_seconds"].labels(name).observe(seconds)

    def text(self, accepted: str) -> tuple[str, bytes]:
        """All that is counted."""
        encode, media_type = choose_encoder(accepted)
        return media_type, encode(self.registry)

    def _failed(self, kind: str) -> None:
        if kind != "database":
            self._counters["kotae_errors_total"].labels(kind).inc()


class _Gauges(Collector):
    """Gauges that are read when somebody asks."""

    def __init__(self) -> None:
        self.reads: dict[str, Read] = {}

    def describe(self) -> list[GaugeMetricFamily]:
        """Nothing: the names are known not to collide."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Those that have a value now."""
        for name, read in sorted(self.reads.items()):
            value, metric = read(), GAUGES[name]
            family = GaugeMetricFamily(name, metric.documentation, labels=metric.labels)
            values = value if isinstance(value, Mapping) else {} if value is None else {"": value}
            for label, one in values.items():
                family.add_metric([label] if label else [], one)
            yield family


class _ErrorHandler(logging.Handler):
    """Tells of every error in the log of what kind it is."""

    def __init__(self, tell: Callable[[str], object]) -> None:
        super().__init__(logging.ERROR)
        self._tell = tell

    def emit(self, record: logging.LogRecord) -> None:
        """Tell of an error."""
        raised = record.exc_info[0] if record.exc_info else None
        self._tell(_kind_of(raised or getattr(errors, str(getattr(record, "error", "")), None)))


def _kind_of(error: type[BaseException] | None) -> str:
    """Where the cause of an error lies; of the kinds of causes there are few, unlike classes."""
    if error is None:
        return "internal"
    for kind, known in _KINDS.items():
        if issubclass(error, known):
            return kind
    return "discord" if error.__module__.partition(".")[0] in ("discord", "aiohttp") else "internal"
