"""Which sources a channel is answered from: chosen by administrators, and never more than may be read."""

from __future__ import annotations

import random

import pytest

from bot.discord.client import KotaeClient
from bot.source_names import ATTACHMENT
from index.audience import Audience
from index.store.discord.channel_sources import ChannelSources
from index.store.discord.unanswered_questions import UnansweredQuestions
from index.store.store import Store
from tests.bot.discord.company import (
    Company,
    attach,
    connected,
    new_company,
    offer_to_everyone,
    said,
    until,
    with_moderator,
)
from tests.bot.discord.test_client import button, description
from tests.bot.discord.unanswered.test_questions import answer
from tests.loopback_discord.rest.interactions import Interaction
from tests.loopback_discord.scenario import asynchronous
from tests.loopback_discord.world.channel import Channel
from tests.loopback_discord.world.message import Message
from tests.stores import document, put

QUESTION = "宿泊費はいくらですか"
HANDBOOK, MINUTES = "手引きの宿泊費は一泊一万円です", "議事録の宿泊費は一泊二万円という案です"


def fill(store: Store, company: Company) -> tuple[int, int]:
    """A handbook for everybody, and the guild's minutes, which answer the same question; their numbers."""
    handbook = put(store, "/handbook", document("手引き", HANDBOOK))
    audience = Audience("guild", company.guild.id)
    return handbook, put(store, "discord:minutes", document("議事録", MINUTES), audience=audience, kind=ATTACHMENT)


async def ask(company: Company, place: Channel) -> str:
    """All that a card says, page by page."""
    asked = await company.server.slash(company.hanako, place, "ask", {"question": QUESTION})
    card, pages = asked.original, [description(asked.original)]
    while following := [one for one in _buttons(card) if one.endswith(":>")]:
        await company.server.click(company.hanako, card, following[0])
        pages.append(description(card))
    return "".join(pages).replace("*", "")


def _buttons(card: Message | None) -> list[str]:
    assert card is not None
    buttons = [button for row in card.components for button in row["components"]]
    return [one["custom_id"] for one in buttons if not one.get("disabled")]


def offered(page: Interaction) -> dict[str, str]:
    """The value of each source that may be chosen on a page, by its name."""
    assert page.original is not None
    select = page.original.components[0]["components"][0]
    return {option["label"]: option["value"] for option in select["options"]}


async def choose(company: Company, page: Interaction, *names: str) -> None:
    """Choose sources in the select of a page."""
    values = [offered(page)[name] for name in names]
    await company.server.select(company.boss, page.original, f"kotae:channel-sources:{company.public.id}:0", values)


def test_a_channel_is_answered_from_what_was_chosen(store: Store) -> None:
    """With all pages of its answers, and in its threads; elsewhere from everything, and everywhere again after all is chosen."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        server = company.server
        fill(store, company)
        thread = server.world.add_thread(company.public, "相談", company.hanako)
        elsewhere = server.world.add_channel(company.guild, "ほか")
        async with server, connected(company, store):
            page = await server.slash(company.boss, company.public, "kotae sources")
            assert page.ephemeral
            assert [*offered(page)] == ["handbook", "minutes"] or [*offered(page)] == ["handbook", "discord:minutes"]
            assert "すべての文書から" in page.embeds[0]["description"]
            await choose(company, page, "handbook")
            assert "次の1件だけ" in description(page.original)
            for place in (company.public, thread):
                found = await ask(company, place)
                assert (HANDBOOK in found, MINUTES in found) == (True, False)
                typed = {"question": QUESTION, "source": "議"}
                assert not await server.autocomplete(company.hanako, place, "ask", typed)
            found = await ask(company, elsewhere)
            assert (HANDBOOK in found, MINUTES in found) == (True, True)
            examined = await server.slash(company.boss, company.public, "kotae doctor")
            assert "文書" in str(examined.embeds)
            await server.click(company.boss, page.original, "すべてに戻す")
            assert "すべての文書から" in description(page.original)
            found = await ask(company, company.public)
            assert (HANDBOOK in found, MINUTES in found) == (True, True)

    play()


def test_mentions_follow_ups_and_auto_answers_keep_to_the_choice(store: Store) -> None:
    """Whatever way something is asked in the channel."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        server, hanako, public = company.server, company.hanako, company.public
        handbook, _ = fill(store, company)
        ChannelSources(store).choose(company.guild.id, public.id, [handbook])
        async with server, connected(company, store):
            written = await server.send_message(hanako, public, QUESTION, mentions=[server.world.bot])
            (card,) = await server.replies(written)
            assert HANDBOOK in description(card).replace("*", "")
            form = await server.click(hanako, card, button(card, "follow"))
            asked = await server.submit_modal(hanako, form, {"question": "他には？"})
            assert "ほかに関係する箇所はありません" in description((await server.answer(asked)).original)
            context = await server.click(hanako, card, button(card, "context"))
            assert MINUTES not in str(context.embeds)
            await server.slash(company.boss, public, "kotae auto-answer", {"on": True})
            unasked = await server.send_message(hanako, public, "手引きの宿泊費は一泊いくらですか？")
            (auto,) = await server.replies(unasked)
            assert "一万円" in description(auto)
            assert "二万円" not in str(auto.embeds)

    play()


def test_choosing_shows_nobody_what_they_may_not_read(store: Store) -> None:
    """A source of a private channel stays there, and is not counted; another guild's cannot be chosen."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        server = company.server
        private = Audience("channel", company.guild.id, company.private.id)
        put(store, "/secret", document("秘密", "秘密の宿泊費は一泊九万円です"), audience=private)
        foreign = put(
            store, "/foreign", document("よそ", "よその宿泊費は一泊八万円です"), audience=Audience("guild", 1)
        )
        async with server, connected(company, store):
            page = await server.slash(company.boss, company.public, "kotae sources")
            assert [*offered(page)] == ["secret"]
            await choose(company, page, "secret")
            ChannelSources(store).choose(
                company.guild.id, company.public.id, [*(ChannelSources(store).chosen(company.public.id) or ()), foreign]
            )
            asked = await server.slash(company.hanako, company.public, "ask", {"question": QUESTION})
            assert "九万" not in str(asked.embeds)
            assert "八万" not in str(asked.embeds)
            assert "もうありません" in description(asked.original)
            alone = await server.slash(company.boss, company.public, "ask", {"question": QUESTION})
            assert alone.ephemeral
            assert "九万" in str(alone.embeds)

    play()


def test_where_everything_chosen_is_gone_nothing_is_found(store: Store) -> None:
    """Rather than answering from everything, the bot says so; and of how few sources where it finds nothing."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        handbook, minutes = fill(store, company)
        ChannelSources(store).choose(company.guild.id, company.public.id, [handbook, minutes])
        async with company.server, connected(company, store):
            store.remove_source(handbook)
            question = {"question": "富士山の高さは何メートル？"}
            asked = await company.server.slash(company.hanako, company.public, "ask", question)
            assert "選んだ文書1件だけから" in description(asked.original)
            found = await ask(company, company.public)
            assert (MINUTES in found, "だけから" in found) == (True, False)
            store.remove_source(minutes)
            put(store, "/other", document("ほか", HANDBOOK))
            asked = await company.server.slash(company.hanako, company.public, "ask", {"question": QUESTION})
            assert "もうありません" in description(asked.original)
            assert "一万円" not in str(asked.embeds)
            page = await company.server.slash(company.boss, company.public, "kotae sources")
            assert "もうありません" in page.embeds[0]["description"]

    play()


def test_what_a_moderator_answers_is_answered_from_there(store: Store) -> None:
    """The answer to a question of the channel is told there, and found there from then on; a file has to be chosen."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        handbook, _ = fill(store, company)
        ChannelSources(store).choose(company.guild.id, company.public.id, [handbook])
        async with company.server, connected(company, store):
            question = {"question": "富士山の高さは何メートル？"}
            await company.server.slash(company.hanako, company.public, "ask", question)
            await until(lambda: UnansweredQuestions(store).all())
            told = said(await answer(company, company.boss, "富士山の高さは三七七六メートルです。"))
            assert "質問した1人に知らせました" in told
            asked = await company.server.slash(company.hanako, company.public, "ask", question)
            assert "三七七六" in description(asked.original)
            added = said(await attach(company, company.boss, company.public))
            assert "このチャンネルは、管理者が選んだ文書だけから" in added

    play()


def test_an_answer_is_found_wherever_its_question_was_asked(store: Store) -> None:
    """What is saved in one channel joins the choice of another one in which it was asked."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        handbook, _ = fill(store, company)
        elsewhere = company.server.world.add_channel(company.guild, "ほか")
        ChannelSources(store).choose(company.guild.id, company.public.id, [handbook])
        async with company.server, connected(company, store):
            question = {"question": "富士山の高さは何メートル？"}
            await company.server.slash(company.hanako, company.public, "ask", question)
            await until(lambda: UnansweredQuestions(store).all())
            written = await company.server.send_message(company.boss, elsewhere, "富士山の高さは三七七六メートルです。")
            link = f"https://discord.com/channels/{company.guild.id}/{elsewhere.id}/{written.id}"
            assert "質問した1人に知らせました" in said(await answer(company, company.boss, link))
            asked = await company.server.slash(company.hanako, company.public, "ask", question)
            assert "三七七六" in description(asked.original)

    play()


def test_only_administrators_choose(store: Store) -> None:
    """Moderators are told so; and so is an administrator who is none any more when they choose."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        taro = with_moderator(company)
        fill(store, company)
        async with company.server, connected(company, store):
            offer_to_everyone(company)
            refused = await company.server.slash(taro, company.public, "kotae sources")
            assert refused.content == "これができるのは、サーバーの管理者だけです。"
            page = await company.server.slash(company.boss, company.public, "kotae sources")
            company.guild.members[company.boss.id].roles.clear()
            values = [offered(page)["handbook"]]
            custom_id = f"kotae:channel-sources:{company.public.id}:0"
            chosen = await company.server.select(company.boss, page.original, custom_id, values)
            assert "管理者だけ" in chosen.content
            assert ChannelSources(store).chosen(company.public.id) is None

    play()


def test_many_sources_have_pages(store: Store) -> None:
    """What is chosen on one stays while another is changed; hostile names stay within Discord's limits."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        names = [f"{number:02}" + "あ@everyone **`" * 20 for number in range(60)]
        numbers = [put(store, f"/{name}", document(name, "本文")) for name in names]
        ChannelSources(store).choose(company.guild.id, company.public.id, numbers[:40])
        channel = f"kotae:channel-sources:{company.public.id}"
        async with company.server, connected(company, store):
            page = await company.server.slash(
                company.boss, company.public, "kotae sources", {"channel": company.public}
            )
            assert len(offered(page)) == 25
            for number in (1, 2):
                await company.server.click(company.boss, page.original, f"{channel}:turn:{number}")
            last = [*offered(page).values()]
            assert len(last) == 10
            await company.server.select(company.boss, page.original, f"{channel}:2", last[:1])
            assert ChannelSources(store).chosen(company.public.id) == frozenset({*numbers[:40], numbers[50]})
            for number in (1, 0):
                await company.server.click(company.boss, page.original, f"{channel}:turn:{number}")
            await company.server.select(company.boss, page.original, f"{channel}:0", [])
            assert ChannelSources(store).chosen(company.public.id) == frozenset({*numbers[25:40], numbers[50]})

    play()


@pytest.mark.parametrize("seed", range(3))
def test_a_choice_never_widens_what_is_answered_from(store: Store, seed: int) -> None:
    """Of random sources and choices, each channel has those that may be read there and were chosen, and no others."""
    chance = random.Random(seed)

    @asynchronous
    async def play() -> None:
        company = new_company()
        guild, channels = company.guild.id, (company.public, company.private)
        readers = [Audience(), Audience("guild", guild), Audience("guild", 1)]
        readers += [Audience("channel", guild, channel.id) for channel in channels]
        sources = {
            put(store, f"/{number}", document(f"{number}", f"{number}番の宿泊費です"), audience=audience): audience
            for number in range(12)
            for audience in [chance.choice(readers)]
        }
        async with company.server, connected(company, store) as client:
            for _ in range(8):
                channel = chance.choice(channels)
                chosen = chance.sample([*sources], chance.randrange(len(sources)))
                ChannelSources(store).choose(guild, channel.id, chosen)
                allowed = {"everybody", "guild"}
                found = await searched(client, company, channel)
                assert found == {
                    number
                    for number in chosen
                    if sources[number].guild in (0, guild)
                    and (sources[number].kind in allowed or sources[number].channel in {company.public.id, channel.id})
                }

    play()


async def searched(client: KotaeClient, company: Company, channel: Channel) -> set[int]:
    """The sources that a question of the administrator's is answered from in a channel, in public."""
    known = client.get_channel(channel.id)
    written = await company.server.send_message(company.boss, channel, "はい")
    assert known is not None
    message = await known.fetch_message(written.id)  # type: ignore[union-attr]
    asker = await client.services.asker_of(message)
    library = client.services.library_for(asker.reach().together, company.guild.id, asker.sources)
    return set(library.collection._sources or ())
