"""Traces of what a question goes through, for OpenTelemetry: spans with names and times, and nobody's words."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from importlib.metadata import version
from importlib.util import find_spec
from threading import Thread
from typing import TYPE_CHECKING

from bot.settings import Settings
from index.errors import KotaeError
from index.stages import Stage, Watch, watching

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import SpanProcessor, TracerProvider

# Stages that a trace begins with.
_ROOTS = ("question", "job")
# In seconds: how long the last spans may take to be sent.
_LONGEST_END = 2.0


class TelemetryLibraryMissing(KotaeError):
    """The packages of OpenTelemetry are not installed."""


def telemetry_is_installed() -> bool:
    """Whether what sends traces is there; other packages bring OpenTelemetry's interface alone."""
    return find_spec("opentelemetry") is not None and find_spec("opentelemetry.sdk") is not None


@contextmanager
def traced(settings: Settings, service: str) -> Iterator[None]:
    """Send spans of this process to the collector that the settings name, if they do; raises TelemetryLibraryMissing.

    The name of the `service`, the sampler and the rest come from OpenTelemetry's own variables, where they are set.
    """
    if not settings.otlp_endpoint:
        yield
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        raise TelemetryLibraryMissing from error
    exporter = OTLPSpanExporter(endpoint=f"{settings.otlp_endpoint}/v1/traces")
    with exporting(BatchSpanProcessor(exporter), service):
        yield


@contextmanager
def exporting(processor: SpanProcessor, service: str) -> Iterator[None]:
    """Hand the spans of this process to a processor of OpenTelemetry."""
    from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, Resource
    from opentelemetry.sdk.trace import TracerProvider

    name = os.environ.get("OTEL_SERVICE_NAME") or service
    provider = TracerProvider(
        resource=Resource.create({SERVICE_NAME: name, SERVICE_VERSION: version("kotae")}), shutdown_on_exit=False
    )
    provider.add_span_processor(processor)
    try:
        with watching(_spans(provider)):
            yield
    finally:
        # What is left is sent; a collector that does not answer is not waited for.
        ending = Thread(target=provider.shutdown, name="traces", daemon=True)
        ending.start()
        ending.join(_LONGEST_END)


def _spans(provider: TracerProvider) -> Watch:
    """A span for each stage. What goes on by itself, as looking for changes every second, has none."""
    from opentelemetry.trace import StatusCode, get_current_span

    tracer = provider.get_tracer("kotae")

    def watch(name: Stage) -> AbstractContextManager[object]:
        if name in _ROOTS or get_current_span().is_recording():
            return span(name)
        return nullcontext()

    @contextmanager
    def span(name: Stage) -> Iterator[None]:
        # Without the exception itself: a message of the database has what was asked among its parameters.
        with tracer.start_as_current_span(
            f"kotae.{name}", record_exception=False, set_status_on_exception=False
        ) as current:
            try:
                yield
            except BaseException as error:
                current.set_attribute("error.type", type(error).__name__)
                current.set_status(StatusCode.ERROR)
                raise

    return watch
