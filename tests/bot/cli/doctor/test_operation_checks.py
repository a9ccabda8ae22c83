from __future__ import annotations

import socket
from pathlib import Path
from threading import Thread

import pytest

from bot.cli.doctor import operation_checks
from bot.cli.doctor.checks import Check
from bot.cli.doctor.operation_checks import check_metrics, check_traces
from bot.metrics import traces
from bot.metrics.metrics import Metrics
from bot.metrics.server import serving
from bot.wording import Wording
from tests.bot.commands import settings
from tests.bot.web.test_run import here
from tests.bot.web.test_run import serving as running_serve
from tests.conftest import Program
from tests.opensearch_servers import free_ports
from tests.processes import PATIENCE

__all__ = ["here"]

SAY = Wording("en")
COLLECTOR = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://me:secret@collector:4318"}


def metrics_of(**variables: str) -> Check:
    """What is found of metrics."""
    (check,) = check_metrics(SAY, settings(Path("kotae.db"), **variables))
    return check


def traces_of(**variables: str) -> Check:
    """What is found of traces."""
    (check,) = check_traces(SAY, settings(Path("kotae.db"), **variables))
    return check


def hang_up(other: socket.socket) -> None:
    """Say nothing to whoever comes."""
    other.accept()[0].close()


def test_metrics_are_told_with_what_the_process_there_says() -> None:
    """The port is free, or what runs there is ready or not, or it is somebody else's."""
    (port,) = free_ports(1)
    wanted = {"KOTAE_METRICS_PORT": str(port)}
    assert metrics_of() == Check("metrics", True, "none (KOTAE_METRICS_PORT is not set)")
    assert metrics_of(**wanted).well
    metrics = Metrics()
    with serving(metrics, "127.0.0.1", port):
        found = metrics_of(**wanted)
        assert not found.well
        assert "started" in found.advice
        metrics.health.watch({"store": lambda: True}, lambda: True)
        assert metrics_of(**wanted) == Check("metrics", True, f"http://127.0.0.1:{port}/metrics, ready")
    with socket.create_server(("127.0.0.1", port)) as other:
        other.settimeout(PATIENCE)
        Thread(target=hang_up, args=[other]).start()
        found = metrics_of(**wanted)
    assert not found.well
    assert f"127.0.0.1:{port}" in found.advice


def test_kotae_serve_is_not_taken_for_the_port_of_the_metrics(here: Program) -> None:
    """It says there that it is ready too, but shows metrics to operators alone."""
    with running_serve(here) as (_, client):
        found = metrics_of(KOTAE_METRICS_PORT=str(client.base_url.port))
    assert not found.well
    assert "kotae serve is there" in found.advice
    assert "KOTAE_METRICS_PORT" in found.advice


def test_missing_libraries_are_told_where_they_are_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the line that installs them; of a collector no password is shown."""
    assert traces_of(**COLLECTOR) == Check("traces", True, "collector:4318")
    monkeypatch.setattr(operation_checks, "find_spec", lambda _name: None)
    # The MCP SDK brings OpenTelemetry's interface.
    monkeypatch.setattr(traces, "find_spec", lambda name: None if name == "opentelemetry.sdk" else object())
    assert '".[serve]"' in metrics_of(KOTAE_METRICS_PORT="9464").advice
    assert '".[telemetry]"' in traces_of(**COLLECTOR).advice
    assert metrics_of().well
    assert traces_of().well
