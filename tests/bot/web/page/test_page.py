from __future__ import annotations

import logging
import re
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient

from bot.metrics.health import Health
from bot.settings import Settings
from bot.web.app import create_app
from bot.web.services import Services
from index.audience import Audience
from index.errors import DatabaseTimedOut
from index.search.knowledge import Knowledge
from index.store.access_tokens import AccessTokens
from index.store.discord.pins import Pins
from tests.bot.web.conftest import Serving
from tests.stores import document, new_store, put

HERE = {"Sec-Fetch-Site": "same-origin"}
QUESTION = {"question": "有給休暇は何日？"}


def signed_in(serving: Serving, token: str, address: str = "http://testserver") -> TestClient:
    """A browser in which somebody has signed in."""
    client = TestClient(serving.app, base_url=address)
    assert client.post("/sign-in", data={"token": token}, follow_redirects=False).status_code == 303
    return client


def test_whoever_has_not_signed_in_sees_a_form_and_nothing_else(serving: Serving) -> None:
    """Also in the place of passages, whether they are there or not: afterwards it leads to them."""
    passage = serving.passage_ids()["会議室は三つあります。"]
    with serving.client() as client:
        pages = {path: client.get(path) for path in ("/", "/operators", f"/p/{passage}?mark=0-3", "/p/0123456789ab")}
        asked = client.post("/", data=QUESTION)
        passed_on = client.post(
            "/sign-in", data={"token": serving.tokens.create("a")[1], "to": f"/p/{passage}?mark=0-3"}
        )
    for path, page in pages.items():
        assert page.status_code == 401
        assert f'name="to" value="{path}"' in page.text
    assert asked.status_code == 401
    assert len({page.text.replace(f'value="{path}"', "") for path, page in pages.items()}) == 1
    assert "<mark>" in passed_on.text
    assert "会議室" in passed_on.text


def test_a_token_is_kept_in_a_cookie_that_no_script_and_no_other_site_has(
    serving: Serving, caplog: pytest.LogCaptureFixture
) -> None:
    """And nowhere else: no page, address or log has it."""
    _, secret = serving.tokens.create("佐藤")
    with caplog.at_level(logging.INFO), signed_in(serving, secret, "https://testserver") as client:
        again = client.post("/sign-in", data={"token": f" {secret} "}, follow_redirects=False)
        assert client.post("/", data=QUESTION).status_code == 200
        home = client.get("/")
        left = client.post("/sign-out", follow_redirects=False)
        assert client.get("/").status_code == 401
    assert again.headers["set-cookie"] == f"__Host-kotae={secret}; HttpOnly; Path=/; SameSite=strict; Secure"
    assert again.headers["location"] == "/"
    assert "佐藤" in home.text
    assert left.headers["clear-site-data"] == '"cache"'
    assert secret not in home.text + again.text
    assert secret not in str([record.__dict__ for record in caplog.records if record.name.startswith("kotae")])
    assert "有給休暇" not in str([record.__dict__ for record in caplog.records if record.name.startswith("kotae")])


@pytest.mark.parametrize(
    ("address", "vary"),
    [
        pytest.param("https://kotae.example", None, id="https"),
        pytest.param("http://localhost:8420", None, id="this-machine"),
        pytest.param("http://192.168.0.8:8420", "Cookie", id="http"),
    ],
)
def test_going_back_after_signing_out_shows_no_answer_where_a_browser_is_not_told_to_forget_it(
    public: Serving, address: str, vary: str | None
) -> None:
    """Over HTTP no browser heeds Clear-Site-Data of another machine: the answer is that to another cookie."""
    with TestClient(public.app, base_url=address) as client:
        assert client.get("/").headers.get("vary") == vary


def test_a_token_that_opens_nothing_is_told_and_forgotten(public: Serving) -> None:
    """Typed, or revoked after somebody signed in; then what is for everybody is there again."""
    number, secret = public.tokens.create("a")
    with public.client() as client:
        assert "このトークンは使えません" in client.post("/sign-in", data={"token": "kotae_wrong"}).text
    with signed_in(public, secret) as client:
        public.tokens.revoke(number)
        refused = client.get("/")
        assert (refused.status_code, client.get("/").status_code) == (401, 200)
        assert "このトークンは使えません" in refused.text


@pytest.mark.parametrize("path", ["/", "/sign-in", "/sign-out"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://["},
    ],
)
def test_the_form_of_another_site_does_nothing(serving: Serving, path: str, headers: dict[str, str]) -> None:
    """Neither asks, nor signs anybody in or out."""
    with signed_in(serving, serving.tokens.create("a")[1]) as client:
        sent = client.post(path, data=QUESTION | {"token": serving.tokens.create("b")[1]}, headers=headers)
        assert sent.status_code == 403
        assert "set-cookie" not in sent.headers
        assert client.post("/", data=QUESTION, headers=HERE).status_code == 200
        assert client.post("/", data=QUESTION, headers={"Origin": "http://testserver"}).status_code == 200


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example", "/p/0123456789ab?mark=1-2&x", "/api/v1/ask"])
def test_signing_in_leads_nowhere_else(serving: Serving, to: str) -> None:
    """But to a page of ours."""
    with serving.client() as client:
        sent = client.post("/sign-in", data={"token": serving.tokens.create("a")[1], "to": to}, follow_redirects=False)
    assert sent.headers["location"] == "/"


def test_what_may_not_be_read_is_exactly_as_if_it_were_not_there(serving: Serving) -> None:
    """To the last byte, and whatever is to be marked in it."""
    ids = serving.passage_ids()
    forbidden = ids["駐車場は五台分です。"], ids["有給休暇は来年から二十日に増える予定です。"]
    with signed_in(serving, serving.tokens.create("a")[1]) as client:
        pages = [client.get(f"/p/{one}?mark=0-3") for one in (*forbidden, "0123456789ab", "x" * 500, "..", "%00")]
    assert {page.status_code for page in pages[:4]} == {404}
    assert len({page.text for page in pages[:4]}) == 1
    with signed_in(serving, serving.tokens.create("a", "guild", 1)[1]) as client:
        found = client.get(f"/p/{forbidden[0]}?mark=0-3")
    assert "</span>駐車場</mark>は五台分です。" in found.text
    assert "有給休暇の申請は前日までです。" in found.text


@pytest.mark.parametrize("mark", ["", "3-1", "0-99999", "x", "-1-3", "0-3-4", "９-１０"])
def test_a_mark_that_the_passage_does_not_have_marks_nothing(serving: Serving, mark: str) -> None:
    """The passage is shown all the same."""
    passage = serving.passage_ids()["会議室は三つあります。"]
    with signed_in(serving, serving.tokens.create("a")[1]) as client:
        page = client.get(f"/p/{passage}?{urlencode({'mark': mark})}")
    assert page.status_code == 200
    assert "会議室は三つあります。" in page.text
    assert "<mark>" not in page.text


def test_a_follow_up_goes_on_from_the_hidden_field_and_one_that_was_tampered_with_begins_anew(serving: Serving) -> None:
    """The field is what the API gives as well, and opens nothing."""
    with signed_in(serving, serving.tokens.create("a", "guild", 1)[1]) as client:
        first = client.post("/", data=QUESTION).text
        field = first.rpartition('name="conversation" value="')[2].partition('"')[0].replace("&#34;", '"')
        further = client.post("/", data={"question": "申請はいつまで？", "conversation": field}).text
        assert "前の質問から補った言葉：有給休暇" in further
        assert "有給休暇の申請は前日までです。" in further
        for broken in ("", "{", "[]", '{"words": 3}', '{"shown": ["../x"]}', field + "x"):
            page = client.post("/", data={"question": "それはいつ？", "conversation": broken})
            assert page.status_code == 200
            assert "前の質問から補った言葉" not in page.text


def test_the_reader_chooses_the_language_which_the_browser_proposes(public: Serving) -> None:
    """Once chosen, it stays; an answer is told anew in the other."""
    with public.client() as client:
        assert '<html lang="en">' in client.get("/", headers={"Accept-Language": "en-GB"}).text
        assert '<html lang="ja">' in client.get("/", headers={"Accept-Language": "fr"}).text
        again = client.post("/", data=QUESTION | {"language": "en"})
        assert "Confidence: high" in again.text
        assert '<blockquote lang="ja">' in again.text
        assert '<html lang="en">' in client.get("/", headers={"Accept-Language": "ja"}).text
        assert '<html lang="ja">' in client.get("/?language=ja").text
        assert '<html lang="ja">' in client.get("/?language=xx", headers={"Accept-Language": "en"}).text


def test_each_answer_says_how_sure_it_is(public: Serving) -> None:
    """Sure, possible, nothing with what comes nearest and whom to ask, or what one answers to thanks."""
    public.services.settings = public.services.settings._replace(contact="総務部の佐藤さん")
    with public.client() as client:
        sure, none, polite, blank = (
            client.post("/", data={"question": one}).text
            for one in ("有給休暇は何日？", "社員食堂はどこの会議室？", "ありがとう", " 　")
        )
    assert "確からしさ：高い" in sure
    assert "佐藤さん" not in sure
    assert "見つかりませんでした" in none or "答えになるかは分かりません" in none
    assert "総務部の佐藤さん" in none
    assert "どういたしまして" in polite
    assert "佐藤さん" not in polite
    assert 'id="answer"' not in blank


def test_a_pinned_passage_comes_first_in_its_guild_and_says_so(serving: Serving) -> None:
    """For whoever has a token of the guild, and may read it; others are answered as before."""
    ids = serving.passage_ids()
    for passage in (ids["有給休暇の申請は前日までです。"], ids["有給休暇は来年から二十日に増える予定です。"]):
        Pins(serving.store).pin(1, 2, "有給休暇は何日？", passage, Audience(), person=5)
    with signed_in(serving, serving.tokens.create("a", "guild", 1)[1]) as client:
        pinned = client.post("/", data=QUESTION).text
    with signed_in(serving, serving.tokens.create("b")[1]) as client:
        unpinned = client.post("/", data=QUESTION).text
    assert pinned.count("モデレーターが選んだ答え") == 1
    assert pinned.index("モデレーターが選んだ答え") < pinned.index("申請は前日まで") < pinned.index("年に十日")
    assert "二十日" not in pinned
    assert "モデレーター" not in unpinned


@pytest.mark.parametrize(
    ("language", "answering", "nearest", "marked"),
    [
        ("ja", "答えの文：", "近い文：", "印の付いた文："),
        ("en", "Answering sentence: ", "Nearest sentence: ", "Marked sentence: "),
    ],
)
def test_only_the_sentence_that_is_said_to_answer_is_called_so(
    serving: Serving, language: str, answering: str, nearest: str, marked: str
) -> None:
    """To whoever hears the page; those of further passages, of what is not sure, and behind a link are called what they are."""
    with signed_in(serving, serving.tokens.create("a", "guild", 1)[1]) as client:
        sure, possible = (
            client.post("/", data={"question": one, "language": language}).text
            for one in ("有給休暇は何日？", "社員食堂の会議室の駐車場は？")
        )
        passage = client.get(f"/p/{serving.passage_ids()['会議室は三つあります。']}?mark=0-3").text
    assert 'class="sure"' in sure
    assert 'class="possible"' in possible
    labels = [
        re.findall(r'<mark><span class="unseen" lang="..">(.*?)</span>', one) for one in (sure, possible, passage)
    ]
    assert len(labels[0]) > 1
    assert labels[0] == [answering, *[nearest] * (len(labels[0]) - 1)]
    assert set(labels[1]) == {nearest}
    assert labels[2] == [marked]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/p/", 404),
        ("PUT", "/", 405),
        ("GET", "/api/v1/ask", 405),
        ("GET", "/mcp", 405),
        ("POST", "/nowhere", 404),
        ("POST", "/api/v1/ask", 413),
        ("GET", "/api/v1/passages/x", 422),
        ("GET", "/metrics", 403),
    ],
)
@pytest.mark.parametrize(
    ("accept", "is_page"),
    [
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", True),
        ("application/json, text/html;q=0.5", False),
        ("*/*", False),
    ],
)
def test_browsers_get_a_page_for_whatever_goes_wrong_and_programs_json(
    public: Serving, method: str, path: str, status: int, accept: str, is_page: bool
) -> None:
    """In the language that the reader of the page chose."""
    with public.client() as client:
        client.cookies["kotae_language"] = "en"
        body = b"x" * 300_000 if status == 413 else b""
        answered = client.request(method, path, content=body, headers={"Accept": accept})
    assert answered.status_code == status
    kind = "text/html" if is_page else "application/problem+json"
    assert answered.headers["Content-Type"].startswith(kind)
    if is_page:
        assert '<html lang="en">' in answered.text
        assert '<a href="/">Ask a question</a>' in answered.text


def test_whoever_looks_too_often_or_by_another_name_or_when_all_fails_gets_a_page(
    public: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where no route is asked."""
    browser = {"Accept": "text/html"}
    public.services.settings = public.services.settings._replace(serve_requests_a_minute=1)
    with TestClient(create_app(public.services, ["testserver"]), headers=browser) as client:
        answers = [client.get("/api/v1/sources") for _ in range(2)][1:]
        answers.append(client.get("/livez", headers={"Host": "elsewhere"}))
        monkeypatch.setattr(Health, "readiness", _raising(ZeroDivisionError()))
        answers.append(client.get("/readyz"))
    assert [one.status_code for one in answers] == [429, 421, 500]
    assert [one.headers["Content-Type"] for one in answers] == ["text/html; charset=utf-8"] * 3
    assert answers[2].headers["X-Request-ID"] in answers[2].text


def _raising(error: Exception) -> object:
    def fail(*_: object) -> None:
        raise error

    return fail


@pytest.mark.parametrize(
    ("question", "said", "in_english"),
    [
        ("", "質問を書いてから", "Write a question"),
        (" 　", "質問を書いてから", "Write a question"),
        ("あ" * 2_001, "2000文字までです（今は2001文字）", "2000 characters, and this one has 2001"),
    ],
)
def test_what_is_no_question_is_told_and_stays_in_its_form(
    public: Serving, question: str, said: str, in_english: str
) -> None:
    """With the conversation that it would go on with; also once the language is changed."""
    conversation = '{"words": ["有給休暇"], "shown": [], "about": null}'
    sent = {"question": question, "conversation": conversation}
    with public.client() as client:
        ja, en = client.post("/", data=sent), client.post("/", data=sent | {"language": "en"})
    for page, sentence in ((ja, said), (en, in_english)):
        assert page.status_code == 422
        assert sentence in page.text
        # In the form, and in that which changes the language.
        assert page.text.count(f'name="question" value="{question}"') == 2
        assert page.text.count("有給休暇") == 2


def test_problems_are_pages_too(public: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was sent is not valid or too much, the database is away, or there is a mistake in the program."""
    with public.client() as client:
        assert "正しくありません" in client.post("/sign-in", data={"token": "あ" * 201}).text
        assert client.post("/", data={"question": "あ" * 100_000}).status_code == 413
        monkeypatch.setattr(Services, "ask", _failing(DatabaseTimedOut(database="db")))
        away = client.post("/", data=QUESTION)
        monkeypatch.setattr(Services, "ask", _failing(ZeroDivisionError("有給休暇")))
        failed = client.post("/", data=QUESTION)
    assert (away.status_code, failed.status_code) == (503, 500)
    assert "今は答えられません" in away.text
    assert failed.headers["X-Request-ID"] in failed.text
    assert all(page.headers["content-type"].startswith("text/html") for page in (away, failed))


def _failing(error: Exception) -> object:
    async def ask(*_: object, **_named: object) -> None:
        raise error

    return ask


def test_what_has_to_be_reviewed_says_so(serving: Serving) -> None:
    """On the card and on the page of the passage, with the day on which its text came."""
    serving.expire("2026-02-01T00:00:00+00:00")
    passage = serving.passage_ids()["有給休暇は年に十日です。"]
    with signed_in(serving, serving.tokens.create("a")[1]) as client:
        shown = client.post("/", data=QUESTION, headers=HERE).text, client.get(f"/p/{passage}").text
    assert all("確認が必要" in one and "登録・更新" in one for one in shown)


def test_no_page_may_load_or_run_anything(serving: Serving) -> None:
    """There is no script, and what is not ours is not loaded; the style can be kept for ever."""
    with signed_in(serving, serving.tokens.create("a")[1]) as client:
        page, style, icon = client.post("/", data=QUESTION), client.get("/page.css"), client.get("/icon.svg")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "unsafe" not in policy
    assert "<script" not in page.text
    assert " style=" not in page.text
    assert "immutable" in style.headers["cache-control"]
    assert (style.headers["content-type"], icon.headers["content-type"]) == ("text/css; charset=utf-8", "image/svg+xml")


def test_a_page_is_light(tmp_path: Path) -> None:
    """The whole of it is below 100 kB, with as many and as long passages as there can be."""
    texts = [f"会議室{number}は{'広くて明るい部屋で、' * 55}{number}階にあります" for number in range(40)]
    with closing(new_store(tmp_path)) as store:
        put(store, "/a", document("a.md", *texts))
        settings, (_, secret) = Settings(limit=20), AccessTokens(store).create("a")
        with (
            closing(Knowledge.open(store)) as knowledge,
            closing(Services(settings, knowledge)) as services,
            TestClient(create_app(services)) as client,
        ):
            client.post("/sign-in", data={"token": secret})
            page = client.post("/", data={"question": "会議室はどこ？"})
            parts = [client.get(path) for path in ("/page.css", "/icon.svg")]
    assert page.text.count("<article") == 10
    assert sum(len(part.content) for part in (page, *parts)) < 100_000
