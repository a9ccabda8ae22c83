from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from threading import Event, Thread

import aiohttp
import pytest

from bot.answerer import Answerer
from bot.metrics.prometheus import PrometheusMetrics
from bot.metrics.server import serving
from bot.metrics.standing import Sampled, knowledge_gauges, queue_gauges
from index.errors import ContentEmpty, DatabaseError, DatabaseLocked, OpenSearchTimedOut
from index.search.knowledge import Knowledge
from index.search.library import Library
from index.store.connection import reading, writing
from index.store.jobs import QueueState
from index.store.store import Store
from tests.bot.metrics.scraping import HOST, scraped
from tests.stores import document, new_store, put

WRITES = 'kotae_store_seconds_{}{{transaction="write"}}'


@pytest.fixture
def metrics() -> Iterator[PrometheusMetrics]:
    """What counts in this process."""
    counting = PrometheusMetrics()
    with counting.listening():
        yield counting


@pytest.fixture
def port(metrics: PrometheusMetrics) -> Iterator[int]:
    """Where it is shown."""
    with serving(metrics, HOST, 0) as number:
        yield number


def test_a_slow_database_is_seen(port: int, tmp_path: Path) -> None:
    """A transaction that waits for the disk, or for another writer, takes as long in the metrics as for whoever waits."""
    with closing(new_store(tmp_path)) as ours, closing(Store.open(f"sqlite:///{tmp_path}/kotae.db")) as theirs:
        put(ours, "甲", document("a.md", "有給休暇は十日です"))
        quick = scraped(port)
        assert quick[WRITES.format("sum")] / quick[WRITES.format("count")] < 0.2
        with writing(theirs.engine):
            waiting = Thread(target=lambda: put(ours, "乙", document("b.md", "経費は月末に精算します")))
            waiting.start()
            time.sleep(0.3)
        waiting.join()
        slow = scraped(port)
    assert slow[WRITES.format("sum")] - quick[WRITES.format("sum")] > 0.3
    assert slow[WRITES.format("bucket").replace("{", '{le="0.25",')] < slow[WRITES.format("count")]


def test_what_the_database_refuses_is_counted_once(port: int, tmp_path: Path) -> None:
    """Where it is refused, not where somebody is told of it."""
    with closing(new_store(tmp_path)) as store, suppress(DatabaseError), reading(store.engine) as connection:
        connection.exec_driver_sql("SELECT * FROM nothing")
    logging.getLogger("kotae.discord").error("not noted", extra={"error": "DatabaseLocked"})
    assert scraped(port)['kotae_errors_total{kind="database"}'] == 1


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (OpenSearchTimedOut(cluster=""), "search"),
        (ContentEmpty(path=""), "document"),
        (aiohttp.ClientError(), "discord"),
        (ZeroDivisionError(), "internal"),
        (None, "internal"),
    ],
)
def test_an_error_in_the_log_is_counted_by_its_kind(port: int, error: Exception | None, kind: str) -> None:
    """Whatever the log of kotae calls an error; a warning is none."""
    logger = logging.getLogger("kotae.web")
    logger.error("failed", exc_info=error)
    logger.warning("waits", exc_info=error)
    found = {name: value for name, value in scraped(port).items() if name.startswith("kotae_errors_total") and value}
    assert found == {f'kotae_errors_total{{kind="{kind}"}}': 1}


def test_questions_are_counted_by_how_sure_their_answers_are(
    metrics: PrometheusMetrics, port: int, handbook: Library
) -> None:
    """Thanks are no question; the stages of a search are timed."""
    for question in ("新人研修はどこでありますか", "富士山の高さは何メートルですか", "ありがとう"):
        metrics.answered("api", Answerer(handbook).ask(question, 3), 0.02)
    found = scraped(port)
    assert found['kotae_questions_total{certainty="sure",front_end="api"}'] == 1
    assert found['kotae_questions_total{certainty="no_question",front_end="api"}'] == 1
    assert sum(value for name, value in found.items() if name.startswith("kotae_questions_total")) == 3
    assert found['kotae_answer_seconds_count{front_end="api"}'] == 3
    for stage in ("search", "rank", "rerank"):
        assert found[f'kotae_answer_stage_seconds_count{{stage="{stage}"}}'] >= 2


def test_how_the_index_follows_is_shown(metrics: PrometheusMetrics, port: int, tmp_path: Path) -> None:
    """Nothing is shown before it was looked; then the generations, and since when something may be missing."""
    with closing(Knowledge.open(new_store(tmp_path))) as knowledge:
        metrics.show(knowledge_gauges(knowledge))
        assert "kotae_index_generation" not in scraped(port)
        generation = knowledge.store.state().generation
        knowledge._follow_once()
        found = scraped(port)
    assert found["kotae_store_generation"] == found["kotae_index_generation"] == generation
    assert 0 <= found['kotae_index_age_seconds{part="index"}'] < 5
    assert 0 <= found["kotae_store_age_seconds"] < 5


def test_the_queue_is_shown_while_the_database_answers(
    metrics: PrometheusMetrics, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where it fails, or takes longer than somebody who scrapes waits, the rest is shown without it."""
    states: Iterator[QueueState] = iter([QueueState(3, 1, 2, "2020-01-01T00:00:00+00:00")] * 2)

    def read() -> QueueState:
        for state in states:
            return state
        raise DatabaseLocked(database="")

    metrics.show(queue_gauges(Sampled(read)))
    found = scraped(port)
    assert [found[f'kotae_queue_jobs{{state="{state}"}}'] for state in ("waiting", "working", "dead")] == [2, 1, 2]
    assert found["kotae_queue_age_seconds"] > 1e8
    assert not {name for name in scraped(port) if name.startswith("kotae_queue")}
    monkeypatch.setattr("bot.metrics.standing._LONGEST_WAIT", 0.01)
    metrics.show(queue_gauges(Sampled(lambda: QueueState(int(Event().wait(0.2))))))
    assert not {name for name in scraped(port) if name.startswith("kotae_queue")}
