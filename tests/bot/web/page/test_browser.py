"""The page in a real browser, Debian's Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Error, Page

from bot.settings import Settings
from index.documents.passages import to_passages
from index.store.access_tokens import AccessTokens
from index.store.discord.unanswered_questions import UnansweredQuestions
from index.store.rows import AnalysedDocument, analyse_text
from index.types import Block, Document
from tests.bot.web.conftest import Serving
from tests.bot.web.page.browsing import CHROMIUM, chromium, listening
from tests.stores import new_store, put

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (Debian: apt-get install chromium)")

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
TAGS = '<img src=x onerror=alert(1)><script>alert(2)</script>{{ 7*7 }}"><svg onload=alert(3)>'
HOSTILE = Document(
    f"{TAGS}.md",
    f"危険物の手引き{TAGS}",
    TAGS,
    (
        Block(f"危険物は倉庫に置きます。{TAGS}", f"置き場{TAGS}", speaker=TAGS, role=TAGS, url="javascript:alert(4)"),
        Block("危険物の鍵は守衛が持っています。", "鍵", url='https://example.com/a?x=1&y="><script>alert(5)</script>'),
        Block("あ" * 300 + "https://example.com/" + "a" * 300, "長いもの"),
    ),
)

# On how many lines each date stands below a quotation.
LINES_OF_DATES = """() => {
    const found = [], texts = document.createTreeWalker(document.querySelector(".card footer"), NodeFilter.SHOW_TEXT);
    while (texts.nextNode())
        for (const date of texts.currentNode.data.matchAll(/\\d{4}-\\d\\d-\\d\\d/g)) {
            const range = document.createRange();
            range.setStart(texts.currentNode, date.index);
            range.setEnd(texts.currentNode, date.index + date[0].length);
            found.push(new Set([...range.getClientRects()].map(one => one.top)).size);
        }
    return found;
}"""


class Site(NamedTuple):
    """Where the page is, and tokens for it."""

    address: str
    token: str
    operator: str


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The page, over a handbook and a document made to harm it."""
    store = new_store(tmp_path_factory.mktemp("site"))
    passages = [(passage, analyse_text(passage.text)) for passage in to_passages(HOSTILE)]
    put(store, "/危険物", AnalysedDocument(HOSTILE, "", passages))
    UnansweredQuestions(store).record(0, f"危険物の届け出は？{TAGS}")
    tokens = AccessTokens(store)
    serving = Serving(store, Settings())
    with listening(serving.app) as address:
        yield Site(address, tokens.create("a")[1], tokens.create(f"b{TAGS}", is_operator=True)[1])
    serving.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for all of these tests."""
    with chromium() as one:
        yield one


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Somebody who has not been here before, and reads Japanese."""
    with browser.new_context(locale="ja-JP") as one:
        one.set_default_timeout(5_000)
        yield one


def signed_in(context: BrowserContext, address: str, token: str) -> Page:
    """Somebody who has signed in before."""
    context.add_cookies([{"name": "kotae", "value": token, "url": address, "httpOnly": True, "sameSite": "Strict"}])
    page = context.new_page()
    page.goto(address)
    return page


def ask(page: Page, question: str) -> None:
    """Ask, and wait for the answer."""
    page.get_by_role("textbox").fill(question)
    page.get_by_role("button", name="聞く").click()
    page.get_by_role("heading", name=question, exact=True).wait_for()


@pytest.mark.parametrize("javascript", [True, False])
def test_asking_and_going_on_and_reading_around(browser: Browser, site: Site, javascript: bool) -> None:
    """From signing in to signing out; without JavaScript as with it. Going back shows the answer again, until then."""
    with browser.new_context(locale="ja-JP", java_script_enabled=javascript) as context:
        page = context.new_page()
        page.goto(site.address)
        page.get_by_label("トークン").fill(site.token)
        page.get_by_role("button", name="サインイン").click()
        ask(page, "有給休暇は何日？")
        assert page.locator("mark").first.inner_text().endswith("有給休暇は年に十日です。")
        page.get_by_text("前後を読む").first.click()
        assert page.locator("details[open] blockquote").inner_text() == "会議室は三つあります。"
        assert page.locator("details[open] .above").all_inner_texts() == ["見出し0", "見出し1"]
        ask(page, "なぜ？")
        assert page.get_by_text("前の質問から補った言葉：有給休暇").is_visible()
        page.get_by_role("link", name="この箇所へのリンク").first.click()
        page.locator("#passage").wait_for()
        assert page.locator(".around blockquote").count() == 2
        page.go_back()
        page.get_by_role("heading", name="なぜ？").wait_for()
        page.get_by_role("button", name="English").click()
        page.get_by_text("Taken from your earlier questions: 有給休暇").wait_for()
        page.get_by_role("button", name="Sign out").click()
        page.get_by_label("Token").wait_for()
        assert "kotae" not in {cookie["name"] for cookie in context.cookies()}
        # The browser has forgotten what it showed.
        with pytest.raises(Error, match="ERR_CACHE_MISS"):
            page.go_back()


def test_going_back_from_the_other_language_shows_the_answer_as_it_was(context: BrowserContext, site: Site) -> None:
    """The browser keeps what was posted, and asks nobody to send it again; so it is with a question that was refused."""
    page = signed_in(context, site.address, site.token)
    page.get_by_role("textbox").fill("　")
    page.get_by_role("button", name="聞く").click()
    page.get_by_text("質問を書いてから").wait_for()
    ask(page, "有給休暇は何日？")
    page.get_by_role("button", name="English").click()
    page.get_by_text("Confidence").wait_for()
    page.go_back()
    page.get_by_text("確からしさ").wait_for()
    page.go_back()
    page.get_by_text("質問を書いてから").wait_for()
    page.go_forward()
    page.go_forward()
    page.get_by_text("Confidence").wait_for()
    assert page.url == f"{site.address}/"


@pytest.mark.parametrize("link", ["別のことを聞く", "答え kotae"])
def test_going_back_from_a_new_conversation_shows_the_last_answer(
    context: BrowserContext, site: Site, link: str
) -> None:
    """And no answer before it; nothing of what was asked is in an address."""
    page = signed_in(context, site.address, site.token)
    addresses: list[str] = []
    page.on("framenavigated", lambda frame: addresses.append(frame.url))
    ask(page, "会議室はいくつある？")
    ask(page, "有給休暇は何日？")
    page.get_by_role("link", name=link).click()
    page.get_by_role("heading", name="文書に聞く").wait_for()
    page.go_back()
    page.get_by_role("heading", name="有給休暇は何日？", exact=True).wait_for()
    assert {one.removeprefix(site.address) for one in addresses} == {"/", "/?"}


def test_no_date_of_a_card_is_broken_at_the_end_of_a_line(context: BrowserContext, site: Site) -> None:
    """On no phone, however narrow."""
    page = signed_in(context, site.address, site.operator)
    ask(page, "有給休暇は何日？")
    for width in range(280, 440, 4):
        page.set_viewport_size({"width": width, "height": 600})
        assert page.evaluate(LINES_OF_DATES) == [1], width


def test_what_a_document_says_is_text_and_runs_nothing(context: BrowserContext, site: Site) -> None:
    """Neither its title, heading, text, speaker or address, nor a question, nor the name of a token."""
    ran: list[str] = []
    page = signed_in(context, site.address, site.operator)
    # A dialog would also stop the page, and so the test.
    page.on("dialog", lambda dialog: ran.append(dialog.message))
    page.on("pageerror", lambda error: ran.append(str(error)))
    page.on("console", lambda message: ran.append(message.text))
    ask(page, f"危険物は倉庫に置く？{TAGS}")
    addresses = [link.get_attribute("href") or "" for link in page.get_by_role("link").all()]
    assert "javascript:" not in " ".join(addresses)
    pages = [page.content()]
    assert TAGS in page.locator("blockquote").first.inner_text()
    page.get_by_role("link", name="この箇所へのリンク").first.click()
    assert TAGS in page.locator("#passage").inner_text()
    assert page.title() == f"危険物の手引き{TAGS} – kotae"
    pages.append(page.content())
    page.goto(f"{site.address}/operators")
    assert TAGS in page.get_by_role("heading", name="危険物の届け出は？").inner_text()
    for one in ("script", "img", "main svg:not(.chart)", "[onerror]", "[onload]"):
        assert page.locator(one).count() == 0
    assert not any("<script" in one or "<img" in one for one in pages)
    assert ran == []


def test_every_page_is_accessible_and_as_wide_as_the_window(context: BrowserContext, site: Site) -> None:
    """By axe, which finds nothing, in the light and in the dark; on a phone nothing is scrolled sideways."""
    page = context.new_page()
    found: dict[str, str] = {}

    def check(name: str) -> None:
        page.set_viewport_size({"width": 375, "height": 667})
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found[f"{name} is too wide"] = page.content()
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            of_looks = {"runOnly": "color-contrast"} if scheme == "dark" else {}
            results = Axe().run(page, options={"resultTypes": ["violations"], **of_looks})
            if results.violations_count:
                found[f"{name}, {scheme}"] = results.generate_report()

    page.goto(site.address)
    check("sign-in")
    page = signed_in(context, site.address, site.operator)
    check("home")
    ask(page, "危険物は倉庫に置く？")
    page.get_by_text("前後を読む").first.click()
    check("sure")
    ask(page, "長いものは？")
    check("possible")
    page.get_by_role("link", name="この箇所へのリンク").first.click()
    check("passage")
    page.goto(f"{site.address}/operators")
    check("operators")
    page.goto(f"{site.address}/p/0123456789ab")
    check("missing")
    assert found == {}


def test_everything_is_reached_by_keyboard(context: BrowserContext, site: Site) -> None:
    """In the order in which it is read, the way past the header first, and one sees where one is."""
    page = context.new_page()
    page.goto(site.address)
    page.locator("#token:focus").wait_for()
    page.keyboard.type(site.token)
    page.keyboard.press("Enter")
    page.locator("#question:focus").wait_for()
    page.keyboard.type("有給休暇は何日？")
    page.keyboard.press("Enter")
    page.locator("#answer").wait_for()
    focused = []
    page.evaluate(
        "document.activeElement.blur(); getSelection().removeAllRanges(); history.replaceState(null, '', '/')"
    )
    page.locator(".skip").focus()
    for _ in range(9):
        focused.append(page.evaluate("document.activeElement.innerText || document.activeElement.name"))
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        page.keyboard.press("Tab")
    assert focused == [
        "本文へ",
        "答え kotae",
        "English",
        "サインアウト",
        "question",
        "聞く",
        "別のことを聞く",
        "前後を読む",
        "この箇所へのリンク",
    ]
    page.locator("summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("details[open]").count() == 1


def test_a_link_on_another_site_leads_to_the_passage(context: BrowserContext, site: Site) -> None:
    """Though no browser sends the cookie with it: the page asks for itself once more."""
    page = signed_in(context, site.address, site.token)
    ask(page, "会議室はいくつある？")
    path = page.get_by_role("link", name="この箇所へのリンク").first.get_attribute("href")
    link = f'<a href="{site.address}{path}">card</a>'
    page.route("http://elsewhere.example/", lambda route: route.fulfill(body=link, content_type="text/html"))
    page.goto("http://elsewhere.example/")
    page.get_by_role("link", name="card").click()
    page.locator("#passage mark").wait_for()
    assert page.url == f"{site.address}{path}"
