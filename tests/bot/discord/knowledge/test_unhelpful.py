"""Votes against an answer: what moderators make of them, and how often one may click."""

from __future__ import annotations

import pytest

from bot.discord.client import KotaeClient
from index.audience import Audience
from index.search.knowledge import Knowledge
from index.search.ranking_index import RankingIndex
from index.store.discord.guilds import Guilds
from index.store.discord.unanswered_questions import Asking, Gaps
from index.store.store import Store
from tests.bot.discord.access.test_authority import with_moderator_of
from tests.bot.discord.knowledge_scene import (
    SETTINGS,
    Scene,
    connected,
    new_scene,
    offer_to_everyone,
    until,
    with_moderator,
)
from tests.bot.discord.test_client import button, button_ids
from tests.bot.discord.unanswered.test_answers import opened_form
from tests.index.stores import document, put
from tests.loopback_discord.checks.example_bot import asynchronous
from tests.loopback_discord.rest.interactions import Interaction
from tests.loopback_discord.world.message import Message
from tests.loopback_discord.world.world import User

QUESTION = "経費の上限はいくらですか"
RULE = "経費の上限は一日五千円です"


def voters(scene: Scene, count: int) -> list[User]:
    """New members."""
    people = [scene.server.world.add_user(f"人{number}") for number in range(count)]
    for person in people:
        scene.server.world.add_member(scene.guild, person)
    return people


async def ask(scene: Scene) -> Interaction:
    """Ask what has an answer."""
    return await scene.server.slash(scene.hanako, scene.public, "ask", {"question": QUESTION})


async def vote(scene: Scene, store: Store, card: Message | None, people: list[User]) -> None:
    """Click 👎, and wait until all is noted."""
    before = len(Guilds(store).feedback())
    for person in people:
        await scene.server.click(person, card, button(card, "bad"))
    await until(lambda: len(Guilds(store).feedback()) == before + len(people))


def test_a_passage_that_helped_nobody_is_hidden_and_shown_again(store: Store) -> None:
    """Three people's 👎 offer it to a moderator; hidden, neither questions nor cards of before show it in that guild."""

    @asynchronous
    async def play() -> None:
        scene = new_scene()
        taro = with_moderator(scene)
        put(store, "/規程", document("規程", RULE), audience=Audience("channel", scene.guild.id, scene.public.id))
        async with scene.server, connected(scene, store):
            card = (await ask(scene)).original
            people = voters(scene, 3)
            await vote(scene, store, card, people[:2])
            few = await scene.server.slash(taro, scene.public, "knowledge unhelpful")
            assert "ありません" in few.embeds[0]["description"]
            await vote(scene, store, card, people[2:])
            listed = await scene.server.slash(taro, scene.public, "knowledge unhelpful")
            assert listed.ephemeral
            assert "👎3人 👍0人 · 規程" in listed.embeds[0]["description"]
            passage = button(card, "bad").rpartition(":")[2]
            hidden = await scene.server.select(taro, listed.original, "kotae:unhelpful:hide", [passage])
            assert "🙈" in hidden.embeds[0]["description"]
            assert "五千円" not in str((await ask(scene)).embeds)
            around = await scene.server.click(scene.hanako, card, button(card, "context"))
            assert "今はありません" in around.content
            shown = await scene.server.select(taro, hidden.original, "kotae:unhelpful:show", [passage])
            assert "👎3人" in shown.embeds[0]["description"]
            assert "五千円" in str((await ask(scene)).embeds)

    play()


def test_what_is_for_everybody_is_hidden_in_one_guild_by_its_administrators(store: Store) -> None:
    """Another guild is answered as before; a moderator is offered neither that, nor what is read elsewhere."""

    @asynchronous
    async def play() -> None:
        scene = new_scene()
        jiro = with_moderator_of(scene, scene.public)
        other = scene.server.world.add_guild("取引先", scene.hanako)
        elsewhere = scene.server.world.add_channel(other, "質問")
        put(store, "/規程", document("規程", RULE))
        async with scene.server, connected(scene, store):
            offer_to_everyone(scene)
            card = (await ask(scene)).original
            await vote(scene, store, card, voters(scene, 3))
            passage = button(card, "bad").rpartition(":")[2]
            refused = await scene.server.slash(jiro, scene.public, "knowledge unhelpful")
            assert "ありません" in refused.embeds[0]["description"]
            listed = await scene.server.slash(scene.boss, scene.public, "knowledge unhelpful")
            no_longer = scene.guild.members[scene.boss.id].roles.pop()
            scene.guild.members[scene.boss.id].roles.append(scene.guild.roles[scene.guild.id])
            await scene.server.select(scene.boss, listed.original, "kotae:unhelpful:hide", [passage])
            assert Guilds(store).hidden(scene.guild.id) == []
            scene.guild.members[scene.boss.id].roles.append(no_longer)
            await scene.server.select(scene.boss, listed.original, "kotae:unhelpful:hide", [passage])
            assert "五千円" not in str((await ask(scene)).embeds)
            asked = await scene.server.slash(scene.hanako, elsewhere, "ask", {"question": QUESTION})
            assert "五千円" in str(asked.embeds)

    play()


def test_what_others_have_and_do_tells_a_moderator_nothing(store: Store) -> None:
    """Neither a passage of another guild that has the same id, nor a vote in a private thread, changes what is listed."""

    @asynchronous
    async def play() -> None:
        scene = new_scene()
        taro = with_moderator(scene)
        thread = scene.server.world.add_thread(scene.public, "内緒", scene.boss, private=True)
        other = scene.server.world.add_guild("取引先", scene.boss)
        put(store, "/規程", document("規程", RULE), audience=Audience("channel", scene.guild.id, scene.public.id))
        put(store, "/取引先の規程", document("規程", RULE), audience=Audience("guild", other.id))
        async with scene.server, connected(scene, store):
            await vote(scene, store, (await ask(scene)).original, voters(scene, 3))
            unseen = await scene.server.slash(scene.boss, thread, "ask", {"question": QUESTION})
            await vote(scene, store, unseen.original, [scene.boss])
            listed = await scene.server.slash(taro, scene.public, "knowledge unhelpful")
            assert "👎3人 👍0人 · 規程" in listed.embeds[0]["description"]

    play()


def test_many_hostile_passages_stay_within_the_limits(store: Store) -> None:
    """Long titles and texts of Markdown and wide characters have pages; what was hidden comes last."""

    @asynchronous
    async def play() -> None:
        scene = new_scene()
        hostile = ["@everyone **`", "𩸽", "http://a.example/ "]
        documents = [document(f"{n}", f"{n}{hostile[n % 3] * 20}", title=hostile[n % 3] * 40) for n in range(12)]
        put(store, "/規程", *documents)
        ids = [kept.passage.id for _, _, kept in store.all()]
        for number in ids:
            for person in range(3):
                Guilds(store).record_feedback(
                    scene.guild.id, QUESTION, number, helpful=False, person=person, channel=scene.public.id
                )
        Guilds(store).hide(scene.guild.id, ids[0])
        async with scene.server, connected(scene, store):
            page = await scene.server.slash(scene.boss, scene.public, "knowledge unhelpful")
            assert page.embeds[0]["description"].count("👎") == 10
            page = await scene.server.click(scene.boss, page.original, "kotae:unhelpful:1")
            assert page.embeds[0]["description"].count("👎") == 1
            assert page.embeds[0]["description"].count("🙈") == 1

    play()


@pytest.mark.parametrize("what", ["vote", "context", "follow", "delete", "form", "list", "forget-me"])
def test_whoever_clicks_without_end_has_to_wait(store: Store, what: str) -> None:
    """All buttons, forms and commands share what a person may do in a minute; they are told, alone, and nothing is done."""

    @asynchronous
    async def play() -> None:
        scene = new_scene()
        put(store, "/規程", document("規程", RULE))
        Gaps(store).record(scene.guild.id, "富士山は？", Asking(scene.public.id, scene.public.id))
        knowledge = Knowledge(store, RankingIndex(store, None))
        settings = SETTINGS._replace(questions_a_minute=2)
        client = KotaeClient(settings, knowledge, clock=lambda: 0.0, store=store)
        async with scene.server, scene.server.running(client):
            card = (await scene.server.slash(scene.boss, scene.public, "ask", {"question": QUESTION})).original
            form = await opened_form(scene, scene.boss)
            for _ in range(3):
                await scene.server.click(scene.boss, card, button(card, "bad"))
            if what == "form":
                refused = await scene.server.submit_modal(scene.boss, form, {"answer": "高いです。"})
            elif what == "list":
                refused = await scene.server.slash(scene.boss, scene.public, "knowledge list")
            elif what == "forget-me":
                refused = await scene.server.slash(scene.boss, scene.public, "kotae forget-me")
            else:
                name = next(one for one in button_ids(card) if f":{'good' if what == 'vote' else what}:" in one)
                refused = await scene.server.click(scene.boss, card, name)
            assert "操作が続いています。10秒ほど" in refused.content
            assert refused.ephemeral
            assert card is not None
            assert not card.deleted
            free = await scene.server.click(scene.hanako, card, button(card, "context"))
            assert "五千円" in str(free.embeds)
            await client.finish()
            assert [one.helpful for one in Guilds(store).feedback()] == [False]
            assert {gap.question: gap.times for gap in Gaps(store).all()} == {"富士山は？": 1, QUESTION: 1}

    play()


def test_whoever_wants_to_be_forgotten_has_voted_for_nothing(store: Store) -> None:
    """/kotae forget-me takes their votes along, and nobody else's."""

    @asynchronous
    async def play() -> None:
        scene = new_scene()
        put(store, "/規程", document("規程", RULE))
        async with scene.server, connected(scene, store):
            card = (await ask(scene)).original
            await vote(scene, store, card, [scene.hanako, scene.boss])
            await scene.server.slash(scene.boss, scene.public, "kotae forget-me")
            assert len(Guilds(store).feedback()) == 1

    play()
