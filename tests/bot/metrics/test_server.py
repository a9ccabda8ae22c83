from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from bot.metrics import health as health_module
from bot.metrics.health import responds
from bot.metrics.metrics import Metrics
from bot.metrics.opened import MetricsAddressUnusable, MetricsLibraryMissing, opened_metrics
from bot.metrics.server import serving
from bot.settings import Settings
from bot.wording import Wording
from tests.bot.commands import kotae
from tests.bot.metrics.scraping import HOST, answer, health


@pytest.fixture
def metrics() -> Metrics:
    """What a process tells of its health."""
    return Metrics()


@pytest.fixture
def port(metrics: Metrics) -> Iterator[int]:
    """Where it is asked."""
    with serving(metrics, HOST, 0) as number:
        yield number


def test_a_process_that_starts_is_alive_and_not_ready(port: int) -> None:
    """Until it has said what it needs to be ready."""
    assert health(port, "/livez") == (200, {"alive": True})
    assert health(port, "/readyz") == (503, {"ready": False, "checks": {"started": False}})


def test_readiness_says_which_check_fails(metrics: Metrics, port: int) -> None:
    """And is as the checks are at each moment."""
    connected = False
    metrics.health.watch({"gateway": lambda: connected, "store": lambda: True}, lambda: True)
    assert health(port, "/readyz") == (503, {"ready": False, "checks": {"gateway": False, "store": True}})
    connected = True
    assert health(port, "/readyz?verbose") == (200, {"ready": True, "checks": {"gateway": True, "store": True}})


def test_nothing_else_is_served(port: int) -> None:
    """Nor by another method."""
    assert answer(port, "/")[0] == 404
    assert answer(port, "/metrics", "POST")[0] == 501


def test_whoever_says_nothing_or_leaves_disturbs_nobody(
    port: int, capfd: pytest.CaptureFixture[str], metrics: Metrics
) -> None:
    """Others are answered meanwhile, and nothing is written about it."""
    metrics.health.watch({"slow": lambda: not Event().wait(0.1)}, lambda: True)
    with socket.create_connection((HOST, port)), socket.create_connection((HOST, port)) as leaving:
        leaving.sendall(b"GET /readyz HTTP/1.0\r\n\r\n")
        leaving.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        leaving.close()
        assert health(port, "/readyz")[0] == 200
    assert capfd.readouterr() == ("", "")


def test_a_stuck_event_loop_is_not_alive(metrics: Metrics, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which is told while it is stuck; one that ended is not alive either."""
    monkeypatch.setattr(health_module, "_LONGEST_SILENCE", 0.05)

    async def play() -> None:
        loop = asyncio.get_running_loop()
        metrics.health.watch({}, lambda: responds(loop))
        assert (await asyncio.to_thread(health, port, "/livez"))[0] == 200
        # Within the event loop, so that it cannot do anything else.
        assert health(port, "/livez") == (503, {"alive": False})

    asyncio.run(play())
    assert health(port, "/livez")[0] == 503


def test_an_address_that_is_taken_is_told(port: int) -> None:
    """With what to do."""
    with (
        pytest.raises(MetricsAddressUnusable) as raised,
        opened_metrics(Settings(metrics_port=port)),
    ):
        pass
    assert f"{HOST}:{port}" in Wording("ja").of_error(raised.value)
    with pytest.raises(MetricsAddressUnusable), opened_metrics(Settings(metrics_port=port, metrics_host="999.1.1.1")):
        pass


def test_a_missing_library_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the line that installs it; where no port is set nothing is missed."""
    monkeypatch.setitem(sys.modules, "bot.metrics.prometheus", None)
    with pytest.raises(MetricsLibraryMissing) as raised:
        kotae(tmp_path / "kotae.db", "work", "--processes", "1", KOTAE_METRICS_PORT="9464")
    assert '".[serve]"' in Wording("en").of_error(raised.value)
    with opened_metrics(Settings()) as metrics:
        metrics.voted(helpful=True)
