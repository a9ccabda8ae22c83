from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from bot.answerer import Answerer
from bot.metrics import traces
from bot.metrics.traces import TelemetryLibraryMissing, exporting, traced
from bot.settings import Settings
from bot.wording import Wording
from index.errors import DatabaseError
from index.search.library import Library
from index.stages import stage
from index.store.connection import reading
from tests.processes import PATIENCE
from tests.stores import new_store

QUESTION = "新人研修はどこでありますか"


@pytest.fixture
def exported() -> Iterator[InMemorySpanExporter]:
    """The spans of this process."""
    exporter = InMemorySpanExporter()
    with exporting(SimpleSpanProcessor(exporter), "kotae-test"):
        yield exporter


def test_a_question_is_a_trace_of_its_stages_without_words(exported: InMemorySpanExporter, handbook: Library) -> None:
    """Each stage is a span within that of the question, with the reads of the store; none tells what was asked."""
    with stage("question"):
        answer = Answerer(handbook).ask(QUESTION, 3)
    assert answer.result.answered
    spans = {span.name: span for span in exported.get_finished_spans()}
    assert {"kotae.question", "kotae.search", "kotae.rank", "kotae.rerank", "kotae.store_read"} <= spans.keys()
    root = spans["kotae.question"]
    assert root.parent is None
    assert spans["kotae.search"].parent == root.context
    assert {span.context.trace_id for span in spans.values()} == {root.context.trace_id}
    assert not any(span.attributes or span.events for span in spans.values())
    assert root.resource.attributes["service.name"] == "kotae-test"


def test_an_error_is_told_by_its_class_alone(exported: InMemorySpanExporter, tmp_path: Path) -> None:
    """Its message may have what somebody asked, among the parameters of a statement."""
    with (
        closing(new_store(tmp_path)) as store,
        suppress(DatabaseError),
        stage("question"),
        reading(store.engine) as connection,
    ):
        connection.exec_driver_sql("SELECT * FROM nothing WHERE text = ?", (QUESTION,))
    (read, question) = exported.get_finished_spans()
    for span in (read, question):
        assert span.status.status_code is StatusCode.ERROR
        assert span.attributes == {"error.type": "DatabaseUnusable"}
        assert not told(span)


def told(span: ReadableSpan) -> bool:
    """Whether a span has what was asked."""
    return QUESTION in span.to_json() or bool(span.status.description)


def test_what_goes_on_by_itself_is_no_trace(exported: InMemorySpanExporter, tmp_path: Path) -> None:
    """Each second a process looks for changes."""
    with closing(new_store(tmp_path)) as store:
        store.marks()
    assert not exported.get_finished_spans()


def test_spans_are_sent_to_a_collector(monkeypatch: pytest.MonkeyPatch) -> None:
    """By OTLP over HTTP, to the address that the settings name; what is left is sent at the end."""
    received: list[tuple[str, bytes]] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    monkeypatch.setenv("OTEL_SERVICE_NAME", "the-bot")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_COMPRESSION", "none")
    with HTTPServer(("127.0.0.1", 0), Collector) as server:
        thread = Thread(target=server.serve_forever, args=[0.02])
        thread.start()
        endpoint = f"http://127.0.0.1:{server.server_address[1]}"
        with traced(Settings(otlp_endpoint=endpoint), "kotae-work"), stage("job"):
            pass
        server.shutdown()
        thread.join()
    ((path, body),) = received
    assert path == "/v1/traces"
    assert b"kotae.job" in body
    assert b"the-bot" in body


def test_a_collector_that_does_not_answer_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is told to end does."""
    monkeypatch.setattr(traces, "_LONGEST_END", 0.01)
    answered, ended = Event(), Event()

    class Silent(SpanProcessor):
        def shutdown(self) -> None:
            answered.wait(PATIENCE)
            ended.set()

    with exporting(Silent(), "kotae"), stage("job"):
        pass
    assert not ended.is_set()
    answered.set()
    assert ended.wait(PATIENCE)


def test_a_missing_library_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the line that installs it; where no collector is named nothing is missed."""
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace.export", None)
    with (
        pytest.raises(TelemetryLibraryMissing) as raised,
        traced(Settings(otlp_endpoint="http://127.0.0.1:9"), "kotae"),
    ):
        pass
    assert '".[telemetry]"' in Wording("en").of_error(raised.value)
    with traced(Settings(), "kotae"), stage("question"):
        pass
