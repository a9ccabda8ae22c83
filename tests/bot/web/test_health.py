from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from bot.metrics.prometheus import PrometheusMetrics
from bot.metrics.standing import knowledge_checks
from tests.bot.metrics.scraping import samples
from tests.bot.web.conftest import Serving

QUESTION = {"question": "有給休暇は年に何日ですか"}


@pytest.fixture
def observed(serving: Serving) -> Serving:
    """An app that counts, before it has looked at its store."""
    serving.services.metrics = PrometheusMetrics()
    serving.services.metrics.health.watch(knowledge_checks(serving.knowledge), lambda: True)
    return serving


def told(client: TestClient, path: str) -> tuple[int, object]:
    """The status of an answer, and what it says."""
    response = client.get(path)
    return response.status_code, response.json()


def test_health_is_told_without_a_token(observed: Serving) -> None:
    """It is ready once it has seen that the store answers and the index has everything."""
    anybody = observed.client()
    assert told(anybody, "/livez") == (200, {"alive": True})
    assert told(anybody, "/readyz") == (503, {"ready": False, "checks": {"store": False, "index": False}})
    observed.knowledge._follow_once()
    assert told(anybody, "/readyz") == (200, {"ready": True, "checks": {"store": True, "index": True}})


def test_metrics_are_for_operators(observed: Serving) -> None:
    """They count what is asked and voted, and have none of it."""
    member, operator = observed.member(), observed.everybody(is_operator=True)
    asked = member.post("/api/v1/ask", json=QUESTION).json()
    vote = QUESTION | {"passage_id": asked["hits"][0]["passage_id"], "helpful": False}
    assert member.post("/api/v1/feedback", json=vote).status_code == 204
    assert observed.client().get("/metrics").status_code == 401
    assert member.get("/metrics").status_code == 403
    shown = operator.get("/metrics")
    assert shown.headers["content-type"].startswith("text/plain; version=")
    counted = samples(shown.text)
    assert counted[f'kotae_questions_total{{certainty="{asked["certainty"]}",front_end="api"}}'] == 1
    assert counted['kotae_votes_total{vote="unhelpful"}'] == 1
    assert "有給休暇" not in shown.text
