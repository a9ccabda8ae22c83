"""Votes against an answer: what moderators make of them, and how often one may click."""

from __future__ import annotations

import pytest

from bot.discord.client import KotaeClient
from index.audience import Audience
from index.search.knowledge import Knowledge
from index.search.ranking_index import RankingIndex
from index.store.discord.guilds import Guilds
from index.store.discord.unanswered_questions import Asking, UnansweredQuestions
from index.store.store import Store
from tests.bot.discord.company import (
    SETTINGS,
    Company,
    connected,
    new_company,
    offer_to_everyone,
    until,
    with_moderator,
    with_moderator_of,
)
from tests.bot.discord.test_client import button, button_ids, description
from tests.bot.discord.unanswered.test_answers import opened_form
from tests.loopback_discord.rest.interactions import Interaction
from tests.loopback_discord.scenario import asynchronous
from tests.loopback_discord.world.message import Message
from tests.loopback_discord.world.users import User
from tests.stores import document, put

QUESTION = "経費の上限はいくらですか"
RULE = "経費の上限は一日五千円です"


def voters(company: Company, count: int) -> list[User]:
    """New members."""
    people = [company.server.world.add_user(f"人{number}") for number in range(count)]
    for person in people:
        company.server.world.add_member(company.guild, person)
    return people


async def ask(company: Company) -> Interaction:
    """Ask what has an answer."""
    return await company.server.slash(company.hanako, company.public, "ask", {"question": QUESTION})


async def vote(company: Company, store: Store, card: Message | None, people: list[User]) -> None:
    """Click 👎, and wait until all is noted."""
    before = len(Guilds(store).feedback())
    for person in people:
        await company.server.click(person, card, button(card, "bad"))
    await until(lambda: len(Guilds(store).feedback()) == before + len(people))


def test_a_passage_that_helped_nobody_is_hidden_and_shown_again(store: Store) -> None:
    """Three people's 👎 offer it to a moderator; hidden, neither questions nor cards of before show it in that guild."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        taro = with_moderator(company)
        put(store, "/規程", document("規程", RULE), audience=Audience("channel", company.guild.id, company.public.id))
        async with company.server, connected(company, store):
            card = (await ask(company)).original
            people = voters(company, 3)
            await vote(company, store, card, people[:2])
            few = await company.server.slash(taro, company.public, "knowledge unhelpful")
            assert "ありません" in few.embeds[0]["description"]
            await vote(company, store, card, people[2:])
            listed = await company.server.slash(taro, company.public, "knowledge unhelpful")
            assert listed.ephemeral
            assert "👎3人 👍0人 · 規程" in listed.embeds[0]["description"]
            passage = button(card, "bad").rpartition(":")[2]
            hidden = await company.server.select(taro, listed.original, "kotae:unhelpful:hide", [passage])
            assert "🙈" in hidden.embeds[0]["description"]
            assert "五千円" not in str((await ask(company)).embeds)
            await company.server.click(company.hanako, card, button(card, "context"))
            assert "答え直しました" in description(card)
            assert "五千円" not in description(card)
            shown = await company.server.select(taro, hidden.original, "kotae:unhelpful:show", [passage])
            assert "👎3人" in shown.embeds[0]["description"]
            assert "五千円" in str((await ask(company)).embeds)

    play()


def test_what_is_for_everybody_is_hidden_in_one_guild_by_its_administrators(store: Store) -> None:
    """Another guild is answered as before; a moderator is offered neither that, nor what is read elsewhere."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        jiro = with_moderator_of(company, company.public)
        other = company.server.world.add_guild("取引先", company.hanako)
        elsewhere = company.server.world.add_channel(other, "質問")
        put(store, "/規程", document("規程", RULE))
        async with company.server, connected(company, store):
            offer_to_everyone(company)
            card = (await ask(company)).original
            await vote(company, store, card, voters(company, 3))
            passage = button(card, "bad").rpartition(":")[2]
            refused = await company.server.slash(jiro, company.public, "knowledge unhelpful")
            assert "ありません" in refused.embeds[0]["description"]
            listed = await company.server.slash(company.boss, company.public, "knowledge unhelpful")
            no_longer = company.guild.members[company.boss.id].roles.pop()
            company.guild.members[company.boss.id].roles.append(company.guild.roles[company.guild.id])
            await company.server.select(company.boss, listed.original, "kotae:unhelpful:hide", [passage])
            assert Guilds(store).hidden(company.guild.id) == []
            company.guild.members[company.boss.id].roles.append(no_longer)
            await company.server.select(company.boss, listed.original, "kotae:unhelpful:hide", [passage])
            assert "五千円" not in str((await ask(company)).embeds)
            asked = await company.server.slash(company.hanako, elsewhere, "ask", {"question": QUESTION})
            assert "五千円" in str(asked.embeds)

    play()


def test_what_others_have_and_do_tells_a_moderator_nothing(store: Store) -> None:
    """Neither a passage of another guild that has the same id, nor a vote in a private thread, changes what is listed."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        taro = with_moderator(company)
        thread = company.server.world.add_thread(company.public, "内緒", company.boss, private=True)
        other = company.server.world.add_guild("取引先", company.boss)
        put(store, "/規程", document("規程", RULE), audience=Audience("channel", company.guild.id, company.public.id))
        put(store, "/取引先の規程", document("規程", RULE), audience=Audience("guild", other.id))
        async with company.server, connected(company, store):
            await vote(company, store, (await ask(company)).original, voters(company, 3))
            unseen = await company.server.slash(company.boss, thread, "ask", {"question": QUESTION})
            await vote(company, store, unseen.original, [company.boss])
            listed = await company.server.slash(taro, company.public, "knowledge unhelpful")
            assert "👎3人 👍0人 · 規程" in listed.embeds[0]["description"]

    play()


def test_many_hostile_passages_stay_within_the_limits(store: Store) -> None:
    """Long titles and texts of Markdown and wide characters have pages; what was hidden comes last."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        hostile = ["@everyone **`", "𩸽", "http://a.example/ "]
        documents = [document(f"{n}", f"{n}{hostile[n % 3] * 20}", title=hostile[n % 3] * 40) for n in range(12)]
        put(store, "/規程", *documents)
        ids = [kept.passage.id for _, _, kept in store.all()]
        for number in ids:
            for person in range(3):
                Guilds(store).record_feedback(
                    company.guild.id, QUESTION, number, helpful=False, person=person, channel=company.public.id
                )
        Guilds(store).hide(company.guild.id, ids[0])
        async with company.server, connected(company, store):
            page = await company.server.slash(company.boss, company.public, "knowledge unhelpful")
            assert page.embeds[0]["description"].count("👎") == 10
            page = await company.server.click(company.boss, page.original, "kotae:unhelpful:1")
            assert page.embeds[0]["description"].count("👎") == 1
            assert page.embeds[0]["description"].count("🙈") == 1

    play()


@pytest.mark.parametrize("what", ["vote", "context", "follow", "delete", "form", "list", "forget-me"])
def test_whoever_clicks_without_end_has_to_wait(store: Store, what: str) -> None:
    """All buttons, forms and commands share what a person may do in a minute; they are told, alone, and nothing is done."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        put(store, "/規程", document("規程", RULE))
        UnansweredQuestions(store).record(company.guild.id, "富士山は？", Asking(company.public.id, company.public.id))
        knowledge = Knowledge(store, RankingIndex(store, None))
        settings = SETTINGS._replace(questions_a_minute=2)
        client = KotaeClient(settings, knowledge, clock=lambda: 0.0, store=store)
        async with company.server, company.server.running(client):
            card = (await company.server.slash(company.boss, company.public, "ask", {"question": QUESTION})).original
            form = await opened_form(company, company.boss)
            for _ in range(3):
                await company.server.click(company.boss, card, button(card, "bad"))
            if what == "form":
                refused = await company.server.submit_modal(company.boss, form, {"answer": "高いです。"})
            elif what == "list":
                refused = await company.server.slash(company.boss, company.public, "knowledge list")
            elif what == "forget-me":
                refused = await company.server.slash(company.boss, company.public, "kotae forget-me")
            else:
                name = next(one for one in button_ids(card) if f":{'good' if what == 'vote' else what}:" in one)
                refused = await company.server.click(company.boss, card, name)
            assert "操作が続いています。10秒ほど" in refused.content
            assert refused.ephemeral
            assert card is not None
            assert not card.deleted
            free = await company.server.click(company.hanako, card, button(card, "context"))
            assert "五千円" in str(free.embeds)
            await client.finish()
            assert [one.helpful for one in Guilds(store).feedback()] == [False]
            assert {gap.question: gap.times for gap in UnansweredQuestions(store).all()} == {
                "富士山は？": 1,
                QUESTION: 1,
            }

    play()


def test_whoever_wants_to_be_forgotten_has_voted_for_nothing(store: Store) -> None:
    """/kotae forget-me takes their votes along, and nobody else's."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        put(store, "/規程", document("規程", RULE))
        async with company.server, connected(company, store):
            card = (await ask(company)).original
            await vote(company, store, card, [company.hanako, company.boss])
            await company.server.slash(company.boss, company.public, "kotae forget-me")
            assert len(Guilds(store).feedback()) == 1

    play()
