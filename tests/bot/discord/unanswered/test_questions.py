from __future__ import annotations

import pytest

from bot.discord.knowledge.opaque_ids import opaque_ids
from bot.settings import Settings
from index.store.discord.unanswered_questions import Asking, UnansweredQuestions
from index.store.store import Store
from tests.bot.discord.company import Company, connected, new_company, said, until, with_moderator
from tests.bot.discord.test_client import UNANSWERABLE, button
from tests.loopback_discord.rest.interactions import Interaction
from tests.loopback_discord.rest.limits import EMBED_BYTES
from tests.loopback_discord.scenario import asynchronous
from tests.loopback_discord.world.users import User
from tests.stores import document, put

ANSWER = "富士山の高さは三七七六メートルです。"


@pytest.fixture
def store(store: Store) -> Store:
    """A store that knows one thing."""
    put(store, "/handbook", document("規程", "経費の上限は一日五千円です"))
    return store


async def answer(company: Company, moderator: User, text: str) -> Interaction:
    """Choose the first gap, and fill in the form."""
    listed = await company.server.slash(moderator, company.public, "knowledge gaps")
    assert listed.original is not None
    number = listed.original.components[0]["components"][0]["options"][0]["value"]
    opened = await company.server.select(moderator, listed.original, "kotae:gaps:answer", [number])
    assert opened.modal["title"] == "質問に答える"
    sent = await company.server.submit_modal(moderator, opened, {"answer": text})
    return await company.server.answer(sent)


def test_a_moderator_answers_and_whoever_asked_is_told(store: Store) -> None:
    """Questions of the same words are one; its answer is quoted from then on, and told where it was asked, with a ping."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        taro = with_moderator(company)
        async with company.server, connected(company, store):
            asked = await company.server.slash(company.hanako, company.public, "ask", {"question": UNANSWERABLE})
            written = await company.server.send_message(
                company.boss, company.public, "高さは何メートル、富士山の？", mentions=[company.server.world.bot]
            )
            await company.server.replies(written)
            await until(lambda: [gap.times for gap in UnansweredQuestions(store).all()] == [2])
            listed = await company.server.slash(taro, company.public, "knowledge gaps")
            assert listed.ephemeral
            assert "**2人** 富士山の高さは" in listed.embeds[0]["description"]
            assert "花子" not in str(listed.response)
            told = said(await answer(company, taro, ANSWER))
            assert "読めるのは#雑談 を読める人です。質問した2人に知らせました。" in told
            replies = [one for one in company.public.messages.values() if "答えが見つかりました" in one.content]
            assert {one.reference.id for one in replies if one.reference} >= {
                asked.original.id if asked.original else 0
            }
            assert {person.id for one in replies for person in one.mentions} == {company.hanako.id, company.boss.id}
            assert all(ANSWER.rstrip("。") in one.embeds[0]["description"] for one in replies)
            again = await company.server.slash(company.hanako, company.public, "ask", {"question": UNANSWERABLE})
            assert "三七七六" in again.embeds[0]["description"]
            assert "太郎" in again.embeds[0]["description"]
            assert UnansweredQuestions(store).all() == []

    play()


def test_a_question_asked_in_private_is_answered_in_private(store: Store) -> None:
    """Whoever asked alone is told in a direct message, and not where others see it; closed ones are no fault."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        taro = with_moderator(company)
        async with company.server, connected(company, store):
            await company.server.slash(
                company.hanako, company.public, "ask", {"question": UNANSWERABLE, "private": True}
            )
            company.boss.accepts_direct_messages = False
            await company.server.slash(company.boss, company.public, "ask", {"question": UNANSWERABLE, "private": True})
            await until(lambda: [gap.times for gap in UnansweredQuestions(store).all()] == [2])
            before = len(company.public.messages)
            told = said(await answer(company, taro, ANSWER))
            assert "質問した1人に" in told
            assert len(company.public.messages) == before
            direct = list(company.server.world.direct_channel(company.hanako).messages.values())
            assert ["三七七六" in one.embeds[0]["description"] for one in direct] == [True]

    play()


def test_what_was_asked_where_a_moderator_cannot_read_is_not_shown(store: Store) -> None:
    """Neither a private channel's question, nor another guild's, nor one of direct messages is listed or answered."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        taro = with_moderator(company)
        secret = UnansweredQuestions(store).record(
            company.guild.id, "買収先は？", Asking(company.private.id, company.private.id)
        )
        UnansweredQuestions(store).record(1, "よその質問", Asking(7, 7))
        UnansweredQuestions(store).record(0, "内緒の質問", Asking())
        async with company.server, connected(company, store):
            listed = await company.server.slash(taro, company.public, "knowledge gaps")
            assert "ありません" in listed.embeds[0]["description"]
            own = await company.server.slash(company.boss, company.public, "knowledge gaps")
            assert "買収先" in own.embeds[0]["description"]
            assert "よそ" not in str(own.response)
            assert "内緒" not in str(own.response)
            (chosen,) = opaque_ids(store, "gap", [secret]).values()
            assert chosen not in str(listed.response)
            opened = await company.server.select(company.boss, own.original, "kotae:gaps:answer", [chosen])
            await company.server.answer(
                await company.server.submit_modal(company.boss, opened, {"answer": "A社です。"})
            )
            passages = [kept.passage for _, _, kept in store.all()]
            assert [one.heading for one in passages if "A社" in one.text] == ["買収先は？"]
            asked = await company.server.slash(taro, company.public, "ask", {"question": "買収先は？"})
            assert "A社" not in str(asked.embeds)

    play()


@pytest.mark.parametrize("intent", [True, False])
def test_a_message_may_be_the_answer(store: Store, intent: bool) -> None:
    """Its link saves it with its author and its date; without the intent it is said what to do."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        settings = Settings(message_content=intent)
        company.server.gateway.privileged_intents_allowed = intent
        UnansweredQuestions(store).record(
            company.guild.id, UNANSWERABLE, Asking(company.public.id, company.public.id, None, None)
        )
        async with company.server, connected(company, store, settings):
            written = await company.server.send_message(company.hanako, company.public, ANSWER)
            link = f"https://discord.com/channels/{company.guild.id}/{company.public.id}/{written.id}"
            told = said(await answer(company, company.boss, link))
            assert ("読めるのは#雑談" if intent else "Message Content Intent") in told
            assert bool(UnansweredQuestions(store).all()) is not intent
            saved = [kept.passage for _, _, kept in store.all() if kept.passage.heading == UNANSWERABLE]
            assert [(one.speaker, one.url) for one in saved] == ([("花子", link)] if intent else [])

    play()


def test_links_that_cannot_be_read_are_refused(store: Store) -> None:
    """A link to another guild, to nothing, or to a channel that the moderator cannot read leaves the question open."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        taro = with_moderator(company)
        UnansweredQuestions(store).record(company.guild.id, UNANSWERABLE, Asking(company.public.id, company.public.id))
        async with company.server, connected(company, store):
            secret = await company.server.send_message(company.boss, company.private, "秘密です。")
            guild = company.guild.id
            for place in (f"1/{company.public.id}/1", f"{guild}/1/1", f"{guild}/{company.private.id}/{secret.id}"):
                told = said(await answer(company, taro, f"https://discord.com/channels/{place}"))
                assert "読めません" in told
            assert len(UnansweredQuestions(store).all()) == 1

    play()


def test_a_thumb_down_is_a_gap(store: Store) -> None:
    """A question whose answer did not help is on the list, and can be taken off it."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        async with company.server, connected(company, store):
            asked = await company.server.slash(company.hanako, company.public, "ask", {"question": "経費の上限は？"})
            await company.server.click(company.hanako, asked.original, button(asked.original, "bad"))
            await until(lambda: UnansweredQuestions(store).all())
            (gap,) = UnansweredQuestions(store).all()
            listed = await company.server.slash(company.boss, company.public, "knowledge gaps")
            gone = await company.server.select(
                company.boss, listed.original, "kotae:gaps:dismiss", [*opaque_ids(store, "gap", [gap.number]).values()]
            )
            assert "ありません" in gone.embeds[0]["description"]
            assert UnansweredQuestions(store).all() == []

    play()


@pytest.mark.parametrize("text", ["@everyone **`", "*", "@", "あ", "𩸽", "http://a.example/ "])
def test_many_hostile_questions_stay_within_the_limits(store: Store, text: str) -> None:
    """Many long questions, of Markdown or of wide characters, have pages, and a form each; they ping nobody."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        for number in range(30):
            question = f"{number}問{text * 2_000}"[:2_000]
            UnansweredQuestions(store).record(company.guild.id, question, Asking(company.public.id))
        async with company.server, connected(company, store):
            page = await company.server.slash(company.boss, company.public, "knowledge gaps")
            assert page.embeds[0]["description"].count("\n") == 9
            assert "1／3" in page.embeds[0]["footer"]["text"]
            page = await company.server.click(company.boss, page.original, "kotae:gaps:1")
            assert page.embeds[0]["description"].count("\n") == 9
            assert "2／3" in page.embeds[0]["footer"]["text"]
            assert page.original is not None
            options = [one for row in page.original.components[:2] for one in row["components"][0]["options"]]
            shown = [page.embeds[0]["description"], *(option["label"] for option in options)]
            # Of a message's text; not only of its embeds, which the loopback Discord checks.
            assert sum(len(one.encode()) for one in shown) < EMBED_BYTES
            number = options[9]["value"]
            opened = await company.server.select(company.boss, page.original, "kotae:gaps:answer", [number])
            assert opened.modal["title"] == "質問に答える"

    play()


def test_a_form_is_taken_by_the_process_after_a_restart(store: Store) -> None:
    """A list and a form that another process showed still work; what was answered meanwhile is said to be gone."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        UnansweredQuestions(store).record(company.guild.id, UNANSWERABLE, Asking(company.public.id, company.public.id))
        async with company.server:
            async with connected(company, store):
                listed = await company.server.slash(company.boss, company.public, "knowledge gaps")
            async with connected(company, store):
                chosen = [*opaque_ids(store, "gap", [UnansweredQuestions(store).all()[0].number]).values()]
                opened = await company.server.select(company.boss, listed.original, "kotae:gaps:answer", chosen)
            async with connected(company, store):
                for expected in ("保存しました", "もう一覧にありません"):
                    sent = await company.server.submit_modal(company.boss, opened, {"answer": ANSWER})
                    assert expected in said(await company.server.answer(sent))

    play()
