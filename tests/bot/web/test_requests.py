from __future__ import annotations

import json
import logging
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from bot.conversation import MOST_WORDS
from bot.logs import JsonFormatter
from bot.settings import Settings
from bot.web.app import create_app
from bot.web.requests import MOST_SENT
from bot.web.services import Services
from index.errors import DatabaseTimedOut
from index.store.connection import writing
from tests.bot.web.conftest import Serving
from tests.stores import new_store

SOURCES = "/api/v1/sources"


def test_without_a_token_nothing_is_shown_unless_the_operator_says_so(serving: Serving) -> None:
    """And then what is for everybody; no vote is counted."""
    with serving.client() as client:
        for refused in (client.get(SOURCES), client.post("/api/v1/ask", json={"question": "有給休暇は？"})):
            assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (401, "Bearer")
    serving.services.settings = Settings(serve_public=True)
    with serving.client() as client:
        assert [one["name"] for one in client.get(SOURCES).json()["sources"]] == ["handbook"]
        passage = serving.passage_ids()["会議室は三つあります。"]
        vote = {"question": "会議室は？", "passage_id": passage, "helpful": True}
        assert client.post("/api/v1/feedback", json=vote).status_code == 401
        assert client.get("/api/v1/unanswered-questions").status_code == 403


@pytest.mark.parametrize("header", ["Bearer kotae_wrong", "Bearer ", "Basic a290YWU6", "kotae_wrong"])
def test_a_token_that_opens_nothing_is_refused_also_where_none_is_needed(public: Serving, header: str) -> None:
    """Whoever meant to be somebody should know that they are not."""
    with public.client() as client:
        refused = client.get(SOURCES, headers={"Authorization": header})
    assert refused.status_code == 401
    assert "invalid_token" in refused.headers["WWW-Authenticate"]


def test_a_revoked_token_is_refused_at_once(serving: Serving) -> None:
    """Nothing is kept of it."""
    number, secret = serving.tokens.create("a")
    with serving.client(secret) as client:
        assert client.get(SOURCES).status_code == 200
        serving.tokens.revoke(number)
        assert client.get(SOURCES).status_code == 401


def test_addresses_of_ipv4_are_told_apart_also_as_those_of_ipv6(public: Serving) -> None:
    """One that asks too often keeps no other waiting."""
    public.services.settings = Settings(serve_public=True, serve_requests_a_minute=1)
    clients = [TestClient(public.app, client=(f"::ffff:192.0.2.{number}", 1)) for number in (1, 2)]
    assert [[client.get(SOURCES).status_code for _ in range(2)] for client in clients] == [[200, 429]] * 2


def test_a_database_that_cannot_be_written_is_answered_from(serving: Serving) -> None:
    """Where its disk is full, whether a token was used today cannot be noted, and nobody minds."""
    with writing(serving.store.engine) as connection:
        refuse = "BEFORE UPDATE ON access_tokens BEGIN SELECT RAISE(ABORT, 'full'); END"
        connection.execute(text(f"CREATE TRIGGER full_disk {refuse}"))
    with serving.member() as client:
        assert client.get(SOURCES).status_code == 200


def test_a_token_in_the_address_is_none(serving: Serving) -> None:
    """Addresses are in logs and histories."""
    _, secret = serving.tokens.create("a")
    with serving.client() as client:
        refused = client.get(f"{SOURCES}?access_token={secret}")
    assert refused.status_code == 422
    assert secret not in refused.text


def test_the_log_has_ids_and_no_content(serving: Serving, caplog: pytest.LogCaptureFixture) -> None:
    """A request's id, route and status; no token, question, passage or query."""
    caplog.set_level(logging.INFO, "kotae.web")
    _, secret = serving.tokens.create("受付")
    passage = serving.passage_ids()["会議室は三つあります。"]
    with serving.client(secret) as client:
        client.post("/api/v1/ask", json={"question": "会議室は？"}, headers={"X-Request-ID": "from-a-proxy.1"})
        client.get(f"/api/v1/passages/{passage}?around=3")
    lines = [json.loads(JsonFormatter().format(record)) for record in caplog.records]
    assert [(line["request"], line["route"], line["status"]) for line in lines if line["route"].endswith("ask")] == [
        ("from-a-proxy.1", "/api/v1/ask", 200)
    ]
    logged = json.dumps(lines, ensure_ascii=False)
    for secret_part in (secret, "会議室", passage, "around=3"):
        assert secret_part not in logged


@pytest.mark.parametrize(("sent", "kept"), [("a-1.b_c", True), ("a b", False), ("a" * 65, False), ("", False)])
def test_every_answer_has_the_id_of_its_request(public: Serving, sent: str, kept: bool) -> None:
    """That of whoever asks, if it is one, also where there is nothing."""
    with public.client() as client:
        for path in (SOURCES, "/nowhere"):
            answered = client.get(path, headers={"X-Request-ID": sent})
            assert (answered.headers["X-Request-ID"] == sent) is kept
            assert answered.headers["X-Request-ID"]
            assert path == SOURCES or answered.json()["request_id"] == answered.headers["X-Request-ID"]


def test_problems_are_in_the_language_of_the_reader(public: Serving) -> None:
    """As Accept-Language has it, else as the server is set up."""
    with public.client() as client:
        for accepted, expected in (
            ("en-US,en;q=0.9,ja;q=0.8", "en"),
            ("fr, ja-JP;q=0.5, en;q=0.1", "ja"),
            ("", "ja"),
            ("fr;q=x", "ja"),
            ("en;q=0", "ja"),
        ):
            problem = client.get("/nowhere", headers={"Accept-Language": accepted})
            assert problem.headers["Content-Type"] == "application/problem+json"
            assert problem.json()["detail"].isascii() is (expected == "en"), accepted


def test_what_is_wrong_with_a_request_is_told_by_its_place(public: Serving) -> None:
    """Without what was sent."""
    with public.client() as client:
        problem = client.post("/api/v1/ask", json={"question": "秘密", "limit": 99, "conversation": {"about": "x"}})
    assert (problem.status_code, problem.json()["status"]) == (422, 422)
    assert {one["pointer"] for one in problem.json()["errors"]} == {"body/limit", "body/conversation/about"}
    assert "秘密" not in problem.text


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({}, {"body/question": "これは必要です。"}),
        ({"question": "あ" * 2_001}, {"body/question": "2000文字以内にしてください。"}),
        (
            {"question": 3, "limit": 0},
            {"body/question": "文字列にしてください。", "body/limit": "1以上にしてください。"},
        ),
        ({"question": "a", "limit": 1.5}, {"body/limit": "整数にしてください。"}),
        ({"question": "a", "limit": "x"}, {"body/limit": "整数にしてください。"}),
        ({"question": "a", "limit": []}, {"body/limit": "整数にしてください。"}),
        ({"question": "a", "conversation": 3}, {"body/conversation": "JSON のオブジェクトにしてください。"}),
        ({"question": "a", "conversation": {"words": "a"}}, {"body/conversation/words": "配列にしてください。"}),
        (
            {"question": "a", "conversation": {"words": ["a"] * 99}},
            {"body/conversation/words": f"{MOST_WORDS}個以内にしてください。"},
        ),
        (
            {"question": "a", "limitt": 3, "conversation": {"word": ["a"]}},
            {"body/conversation/word": "この名前の項目はありません。", "body/limitt": "この名前の項目はありません。"},
        ),
        ([], {"body": "JSON のオブジェクトにしてください。"}),
    ],
)
def test_each_thing_that_is_wrong_is_told_in_the_language_of_the_reader(
    public: Serving, sent: object, expected: dict[str, str]
) -> None:
    """By a sentence of its own."""
    with public.client() as client:
        ja, en = (
            client.post("/api/v1/ask", json=sent, headers={"Accept-Language": language}).json()["errors"]
            for language in ("ja", "en")
        )
    assert {one["pointer"]: one["detail"] for one in ja} == expected
    assert [one["pointer"] for one in en] == [*expected]
    assert all(one["detail"].isascii() for one in en)


def test_what_is_wrong_with_an_address_is_told_likewise(public: Serving) -> None:
    """A parameter, known or not, and what cannot be read as JSON."""
    with public.client() as client:
        answers = [
            client.get("/api/v1/passages/x?around=9"),
            client.get(f"{SOURCES}?limitt=3"),
            client.post("/api/v1/ask", content="{", headers={"Content-Type": "application/json"}),
        ]
    assert [one["detail"] for answer in answers for one in answer.json()["errors"]] == [
        "^[0-9a-f]{12}$ に合う文字列にしてください。",
        "5以下にしてください。",
        "このパラメーターはありません。",
        "JSON として読めません。",
    ]


def test_who_sends_no_json_is_told_to(public: Serving) -> None:
    """As curl does where nobody says what it sends."""
    with public.client() as client:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        problem = client.post("/api/v1/ask", content=b'{"question": "a"}', headers=form).json()
    assert (problem["status"], "application/json" in problem["detail"]) == (422, True)


def test_more_than_is_sent_to_ask_is_not_read(public: Serving) -> None:
    """Whether its length is said before or not."""
    part = b"x" * (MOST_SENT // 4)
    with public.client() as client:
        for content in (part * 5, (part for _ in range(5))):
            refused = client.post("/api/v1/ask", content=content)
            assert (refused.status_code, refused.json()["detail"]) == (
                413,
                "送られた内容が大きすぎます。256 kB までです。",
            )


def test_whoever_asks_too_often_is_told_when_to_come_back(serving: Serving) -> None:
    """Each token for itself, whatever it asks for; and so is whoever tries tokens."""
    serving.services.settings = Settings(serve_requests_a_minute=2)
    first, second = serving.everybody(), serving.everybody()
    with first, second:
        assert [first.get(SOURCES).status_code for _ in range(3)] == [200, 200, 429]
        refused = first.post("/api/v1/ask", json={"question": "有給休暇は？"})
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "30")
        assert second.get(SOURCES).status_code == 200
    with serving.client("kotae_guessed") as guessing:
        assert [guessing.get(SOURCES).status_code for _ in range(3)] == [401, 401, 429]


def test_browsers_are_told_to_do_nothing_with_an_answer(public: Serving) -> None:
    """No page of another site reads it, shows it or keeps it."""
    with public.client() as client:
        headers = client.get(SOURCES, headers={"Origin": "https://evil.example"}).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert "Access-Control-Allow-Origin" not in headers


def test_pages_of_the_sites_that_the_operator_names_may_ask(tmp_path: Path) -> None:
    """Others may not."""
    allowed = "https://intranet.example"
    settings = Settings(serve_public=True, serve_origins=(allowed,))
    with closing(Serving(new_store(tmp_path), settings)) as served, served.client() as client:
        for origin, header in ((allowed, allowed), ("https://evil.example", None)):
            wanted = {"Origin": origin, "Access-Control-Request-Method": "POST"}
            answered = client.options("/api/v1/ask", headers=wanted)
            assert answered.headers.get("Access-Control-Allow-Origin") == header


def test_only_the_names_that_it_is_served_by_are_answered(public: Serving) -> None:
    """A page of a stranger's that lets a name of its own lead here gets nothing."""
    app = create_app(public.services, hosts=["localhost", "[::1]", "kotae.example"])
    for host, status in (
        ("localhost:8420", 200),
        ("[::1]:8420", 200),
        ("Kotae.example", 200),
        ("evil.example:8420", 421),
        ("localhost.evil.example", 421),
        ("", 421),
    ):
        with TestClient(app) as client:
            assert client.get(SOURCES, headers={"Host": host}).status_code == status, host


@pytest.mark.parametrize("path", ["/", "/page.css", "/sign-in", "/livez", "/api/v1/sources", "/api/v1/openapi.json"])
def test_head_is_answered_wherever_get_is(public: Serving, caplog: pytest.LogCaptureFixture, path: str) -> None:
    """With the same status and headers, without the body; the log tells them apart."""
    with caplog.at_level(logging.INFO, "kotae.web"), public.client() as client:
        get, head = (client.request(method, path, headers={"X-Request-ID": "a"}) for method in ("GET", "HEAD"))
        assert client.head("/api/v1/ask").status_code == 405
    assert (head.status_code, head.headers, head.content) == (200, get.headers, b"")
    assert [vars(one)["method"] for one in caplog.records if one.name == "kotae.web"][:2] == ["GET", "HEAD"]


class _Failing(Services):
    """Cannot ask its database."""

    error: Exception = DatabaseTimedOut(database="postgresql://secret-host/kotae")

    async def run_in_thread(self, *_arguments: object) -> None:  # type: ignore[override]
        """Fail."""
        raise self.error


@pytest.mark.parametrize(
    ("error", "status"), [(DatabaseTimedOut(database="secret-host"), 503), (RuntimeError("secret-host"), 500)]
)
def test_what_fails_is_told_without_what_it_was(
    public: Serving, error: Exception, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    """The log tells the operator, by the id of the request."""
    services = _Failing(public.services.settings, public.knowledge)
    services.error = error
    with closing(services), TestClient(create_app(services)) as client:
        failed = client.get(SOURCES)
    assert (failed.status_code, failed.headers["Content-Type"]) == (status, "application/problem+json")
    assert failed.headers["X-Request-ID"]
    assert "secret-host" not in failed.text
    assert [vars(record)["request"] for record in caplog.records if record.levelno == logging.ERROR] == [
        failed.headers["X-Request-ID"]
    ]
