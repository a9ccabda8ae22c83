"""Pinned answers: first for those who may read them, nothing for others, and undone by those who may know of them."""

from __future__ import annotations

from index.audience import Audience
from index.store.discord.guilds import Guilds
from index.store.discord.pins import Pins
from index.store.store import Store
from tests.bot.discord.company import Company, connected, new_company, said, until, with_moderator
from tests.loopback_discord.rest.interactions import Interaction
from tests.loopback_discord.scenario import asynchronous
from tests.loopback_discord.world.channel import Channel
from tests.loopback_discord.world.users import User
from tests.stores import document, put

QUESTION = "昼に外へ出るときはどうする？"
RULE, SECRET = "外出は行先掲示板に書いてからにしてください", "役員の外出は秘書室が手配します"


def audience_of(company: Company, channel: Channel) -> Audience:
    """Those who can read a channel."""
    return Audience("channel", company.guild.id, channel.id)


def filled(store: Store) -> Company:
    """A company that knows a public rule and a private one."""
    company = new_company()
    put(store, "/規程", document("規程", RULE), audience=audience_of(company, company.public))
    put(store, "/役員", document("役員規程", SECRET), audience=audience_of(company, company.private))
    return company


async def ask(company: Company, person: User, place: Channel, question: str = QUESTION) -> Interaction:
    """Ask."""
    return await company.server.slash(person, place, "ask", {"question": question})


async def pin(company: Company, person: User, place: Channel, find: str) -> str:
    """Pin the first passage that some words find; gives what is said to that."""
    options = {"question": QUESTION, "find": find}
    offered = await company.server.slash(person, place, "knowledge pin", options)
    if not offered.embeds or offered.original is None:
        return said(offered)
    first = offered.original.components[0]["components"][0]["options"][0]["value"]
    await company.server.select(person, offered.original, "kotae:pin", [first])
    return offered.original.content


async def listed(company: Company, person: User, place: Channel) -> Interaction:
    """The list of what is pinned."""
    return await company.server.slash(person, place, "knowledge pins")


def test_a_pinned_passage_comes_first_and_says_so(store: Store) -> None:
    """Asked in the same words, in any order, it is sure and marked; unpinned, all is as before."""
    company = filled(store)
    taro = with_moderator(company)

    @asynchronous
    async def play() -> None:
        async with company.server, connected(company, store):
            before = await ask(company, company.hanako, company.public)
            assert "📌" not in str(before.embeds)
            assert "固定しました" in await pin(company, taro, company.public, "行先掲示板")
            for question in (QUESTION, "外へ、昼に出るときはどうする？"):
                card = await ask(company, company.hanako, company.public, question)
                assert "モデレーターが" in card.embeds[0]["description"]
                assert "行先掲示板" in card.embeds[0]["description"]
                assert "%" not in str(card.embeds[0].get("footer"))
            other = await ask(company, company.hanako, company.public, "昼は何時から？")
            assert "📌" not in str(other.embeds)
            shown = await listed(company, taro, company.public)
            assert shown.ephemeral
            assert QUESTION in shown.embeds[0]["description"]
            handle = shown.original.components[0]["components"][0]["options"][0]["value"] if shown.original else ""
            left = await company.server.select(taro, shown.original, "kotae:unpin", [handle])
            assert "ありません" in left.embeds[0]["description"]
            after = await ask(company, company.hanako, company.public)
            assert after.embeds == before.embeds

    play()


def test_a_private_passage_is_pinned_for_its_readers_alone(store: Store) -> None:
    """Who may not read it gets the card, and the list, as if it were not pinned."""
    company = filled(store)
    taro = with_moderator(company)

    @asynchronous
    async def play() -> None:
        async with company.server, connected(company, store):
            before = await ask(company, company.hanako, company.public)
            assert "固定しました" in await pin(company, company.boss, company.private, "秘書室")
            in_private = await ask(company, company.boss, company.private)
            assert "秘書室" in in_private.embeds[0]["description"]
            assert "モデレーターが" in in_private.embeds[0]["description"]
            for person in (company.hanako, taro):
                assert (await ask(company, person, company.public)).embeds == before.embeds
            alone = await ask(company, company.boss, company.public)
            assert alone.ephemeral
            assert "秘書室" in alone.embeds[0]["description"]
            assert "ありません" in (await listed(company, taro, company.public)).embeds[0]["description"]
            assert "秘書室" in (await listed(company, company.boss, company.public)).embeds[0]["description"]

    play()


def test_a_pin_whose_passage_is_gone_is_told_to_who_could_read_it(store: Store) -> None:
    """After an edit the question is answered as before, the list says so; whoever could not read it learns nothing."""
    company = filled(store)
    taro = with_moderator(company)

    @asynchronous
    async def play() -> None:
        async with company.server, connected(company, store):
            await pin(company, taro, company.public, "行先掲示板")
            await pin(company, company.boss, company.private, "秘書室")
            put(
                store,
                "/規程",
                document("規程", "外出は上長に伝えてください"),
                audience=audience_of(company, company.public),
            )
            put(store, "/役員", document("役員規程", "何もありません"), audience=audience_of(company, company.private))
            card = await ask(company, company.hanako, company.public)
            assert "📌" not in str(card.embeds)
            seen = (await listed(company, taro, company.public)).embeds[0]["description"]
            assert seen.count("もうありません") == 1
            both = (await listed(company, company.boss, company.public)).embeds[0]["description"]
            assert both.count("もうありません") == 2

    play()


def test_a_question_of_another_channel_is_not_listed(store: Store) -> None:
    """What was worded in a private channel is no public moderator's, whatever passage is pinned; it is first all the same."""
    company = filled(store)
    taro = with_moderator(company)

    @asynchronous
    async def play() -> None:
        async with company.server, connected(company, store):
            await pin(company, company.boss, company.private, "行先掲示板")
            assert QUESTION not in str((await listed(company, taro, company.public)).embeds)
            assert "📌" in str((await ask(company, company.hanako, company.public)).embeds)

    play()


def test_only_moderators_of_a_passage_pin_it(store: Store) -> None:
    """Who may not decide what a passage's readers see is offered none, nor may choose one by its id."""
    company = new_company()
    put(store, "/everybody", document("規程", RULE))
    taro = with_moderator(company)

    @asynchronous
    async def play() -> None:
        async with company.server, connected(company, store):
            assert "決められる箇所が見つかりません" in await pin(company, taro, company.public, "行先掲示板")
            assert "固定しました" in await pin(company, company.boss, company.public, "行先掲示板")
            assert len(Pins(store).all(company.guild.id)) == 1

    play()


def test_a_hidden_passage_is_not_first(store: Store) -> None:
    """What is hidden is not shown, pinned or not."""
    company = filled(store)

    @asynchronous
    async def play() -> None:
        async with company.server, connected(company, store):
            await pin(company, company.boss, company.public, "行先掲示板")
            Guilds(store).hide(company.guild.id, Pins(store).all(company.guild.id)[0].passage)
            assert "行先掲示板" not in str((await ask(company, company.hanako, company.public)).embeds)

    play()


def test_a_pin_goes_with_the_channel_that_its_question_was_worded_in(store: Store) -> None:
    """Nobody could see it any more, and take it off."""
    company = filled(store)

    @asynchronous
    async def play() -> None:
        side = company.server.world.add_channel(company.guild, "別室")
        async with company.server, connected(company, store):
            assert "固定しました" in await pin(company, company.boss, side, RULE)
            await company.server.delete_channel(side)
            await until(lambda: not Pins(store).all(company.guild.id))
            assert "📌" not in str((await ask(company, company.boss, company.public)).embeds)

    play()
