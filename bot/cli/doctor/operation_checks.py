"""The checks of `kotae doctor` on metrics and traces: whether they can be had, and what a running process says."""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping, Sequence
from contextlib import closing
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from importlib.util import find_spec
from urllib.parse import urlsplit

from bot.cli.doctor.checks import Check
from bot.metrics.opened import MetricsAddressUnusable, MetricsLibraryMissing
from bot.metrics.traces import TelemetryLibraryMissing, telemetry_is_installed
from bot.settings import Settings
from bot.wording import Wording, answers
from bot.wording.command_line import doctor as sentences

# In seconds.
_PATIENCE = 5.0


def check_metrics(say: Wording, settings: Settings) -> Sequence[Check]:
    """Whether the port of the metrics is free, or a process of ours is there, and what it lacks to be ready."""
    host, port = settings.metrics_host, settings.metrics_port
    if port is None:
        return [Check("metrics", True, say(sentences.METRICS_OFF))]
    address = f"http://{host}:{port}/metrics"
    if find_spec("prometheus_client") is None:
        return [Check("metrics", False, address, say.of_error(MetricsLibraryMissing()))]
    try:
        checks = _readiness(host, port)
        shows_metrics = _asked(host, port, "/metrics")[0] != HTTPStatus.UNAUTHORIZED
    except ConnectionRefusedError:
        return [_free(say, host, port)]
    except (OSError, HTTPException, ValueError, LookupError) as error:
        return [Check("metrics", False, "", _unusable(say, host, port, str(error)))]
    if not shows_metrics:
        return [Check("metrics", False, "", _unusable(say, host, port, say(sentences.SERVE_IS_THERE)))]
    if missing := [name for name, well in checks.items() if not well]:
        names = say(answers.LIST_SEPARATOR).join(missing)
        return [Check("metrics", False, address, say(sentences.METRICS_NOT_READY, checks=names))]
    return [Check("metrics", True, say(sentences.METRICS_READY, address=address))]


def check_traces(say: Wording, settings: Settings) -> Sequence[Check]:
    """Whether traces can be sent where they are switched on; where to, without a password."""
    if not settings.otlp_endpoint:
        return [Check("traces", True, say(sentences.TRACES_OFF))]
    missing = not telemetry_is_installed()
    shown = urlsplit(settings.otlp_endpoint).netloc.rpartition("@")[2]
    return [Check("traces", not missing, shown, say.of_error(TelemetryLibraryMissing()) if missing else "")]


def _readiness(host: str, port: int) -> Mapping[str, bool]:
    """What a process of ours says at an address; raises one of many errors where there is none."""
    content = json.loads(_asked(host, port, "/readyz")[1])
    return {str(name): well is True for name, well in content["checks"].items()}


def _asked(host: str, port: int, path: str) -> tuple[int, bytes]:
    """The status that an address answers with, and the beginning of what it says."""
    with closing(HTTPConnection(host, port, timeout=_PATIENCE)) as connection:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read(10_000)


def _free(say: Wording, host: str, port: int) -> Check:
    """Whether an address where nobody answers can be listened on."""
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        socket.create_server(address[:2], family=family).close()
    except OSError as error:
        return Check("metrics", False, "", _unusable(say, host, port, error.strerror or str(error)))
    return Check("metrics", True, say(sentences.METRICS_FREE, address=f"{host}:{port}"))


def _unusable(say: Wording, host: str, port: int, reason: str) -> str:
    return say.of_error(MetricsAddressUnusable(address=f"{host}:{port}", reason=reason))
