from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import yaml

from bot.metrics.catalogue import COUNTERS, GAUGES, HISTOGRAMS
from bot.metrics.prometheus import PrometheusMetrics
from tests.bot.metrics.scraping import samples
from tests.conftest import ROOT

DOCUMENTED = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| `(kotae_\w+)` \|([^|]*)\|", DOCUMENTED, re.MULTILINE))
ALL = COUNTERS | HISTOGRAMS | GAUGES
RULES = yaml.safe_load((ROOT / "deploy/prometheus/alerts.yaml").read_text(encoding="utf-8"))


def queries() -> Iterator[str]:
    """The query of every panel, variable and alert."""
    dashboard = json.loads((ROOT / "deploy/grafana/kotae.json").read_text(encoding="utf-8"))
    for panel in dashboard["panels"]:
        assert panel["targets"], panel["title"]
        yield from (target["expr"] for target in panel["targets"])
    yield from (one["definition"] for one in dashboard["templating"]["list"] if one["type"] == "query")
    yield from (rule["expr"] for group in RULES["groups"] for rule in group["rules"])


def exposed() -> dict[str, set[str]]:
    """The labels of each sample that a process of any kind can show."""
    metrics = PrometheusMetrics()
    metrics.show({name: _one_of(metric.labels) for name, metric in GAUGES.items()})
    for name, counter in metrics._counters.items():
        counter.labels(*COUNTERS[name].labels)
    for name, histogram in metrics._histograms.items():
        if labels := HISTOGRAMS[name].labels:
            histogram.labels(*labels)
    found: dict[str, set[str]] = {}
    for sample in samples(metrics.text("")[1].decode()):
        name, _, written = sample.partition("{")
        found.setdefault(name, set()).update(re.findall(r"(\w+)=", written))
    return found


def _one_of(labels: tuple[str, ...]) -> Any:
    return (lambda: {labels[0]: 1.0}) if labels else (lambda: 1.0)


def test_every_metric_is_documented_with_its_labels() -> None:
    """And nothing else is."""
    assert {name: set(re.findall(r"`(\w+)`:?", labels)) for name, labels in ROWS.items()} == {
        name: set(metric.labels) for name, metric in ALL.items()
    }


def test_every_query_asks_for_what_there_is() -> None:
    """Each panel and each alert names metrics of the registry, and labels that they have."""
    there = exposed()
    by_scraping = {"job", "instance"}
    asked = set()
    for query in queries():
        names = set(re.findall(r"\b(?:kotae|process|python)_\w+", query))
        assert names or query.startswith("up{"), query
        assert names <= there.keys(), query
        labels = set(re.findall(r"(\w+)\s*(?:=~|!=|=)\s*\"", query))
        for group in re.findall(r"(?:by|ignoring) \(([^)]*)\)", query):
            labels |= set(group.split(", "))
        assert labels <= by_scraping.union(*(there[name] for name in names)), query
        asked |= names
    assert {re.sub("_(bucket|sum|count)$", "", name) for name in asked} >= ALL.keys()
