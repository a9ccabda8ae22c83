"""Metrics as the settings want them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from bot.metrics.metrics import Metrics
from bot.settings import Settings
from index.errors import KotaeError


class MetricsLibraryMissing(KotaeError):
    """prometheus-client is not installed."""


class MetricsAddressUnusable(KotaeError):
    """Metrics cannot be served at an address; `values` has the `address` and the `reason`."""


@contextmanager
def opened_metrics(settings: Settings, *, always: bool = False) -> Iterator[Metrics]:
    """What to tell of what is done; served on the port that the settings name, if they do.

    Without a port nothing is counted, unless `always` says that there is another way to ask for it.

    Raises MetricsLibraryMissing or MetricsAddressUnusable.
    """
    if settings.metrics_port is None and not always:
        yield Metrics()
        return
    try:
        from bot.metrics.prometheus import PrometheusMetrics
        from bot.metrics.server import serving
    except ImportError as error:
        raise MetricsLibraryMissing from error
    metrics = PrometheusMetrics()
    with ExitStack() as stack:
        try:
            if settings.metrics_port is not None:
                stack.enter_context(serving(metrics, settings.metrics_host, settings.metrics_port))
        except OSError as error:
            address = f"{settings.metrics_host}:{settings.metrics_port}"
            raise MetricsAddressUnusable(address=address, reason=error.strerror or str(error)) from error
        stack.enter_context(metrics.listening())
        yield metrics
