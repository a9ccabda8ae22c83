"""Sources that somebody has to confirm: what cards say, who is asked, and what a click does."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from bot.discord.client import KotaeClient
from bot.discord.freshness.notices import ExpiryNotices
from index.audience import Audience
from index.errors import DatabaseError
from index.store.expiries import Expiries, Expiry, in_days
from index.store.schema import documents, expiries
from index.store.store import Store
from tests.bot.discord.company import (
    Company,
    attach,
    connected,
    new_client,
    new_company,
    offer_to_everyone,
    rename,
    until,
    with_moderator,
)
from tests.bot.discord.test_client import description
from tests.loopback_discord.scenario import asynchronous
from tests.loopback_discord.world.channel import Channel
from tests.loopback_discord.world.message import Message
from tests.loopback_discord.world.permissions import Overwrite, Permission

READING = Permission.VIEW_CHANNEL | Permission.READ_MESSAGE_HISTORY
LONG_AGO = "2026-02-01T00:00:00+00:00"


def let_time_pass(store: Store) -> None:
    """All documents came long ago, and what expires is due since."""
    with store.engine.begin() as connection:
        connection.execute(update(documents).values(changed="2026-01-01T00:00:00+00:00"))
        connection.execute(update(expiries).values(due=LONG_AGO))


def asked_in(place: Channel) -> list[Message]:
    """What the bot asked in a place."""
    return [one for one in place.messages.values() if "確認が必要です" in one.content]


async def expire(company: Company, **options: object) -> str:
    """Let the attached file expire; what is said to that."""
    options = {"source": "規程.txt", **options}
    return (await company.server.slash(company.boss, company.public, "knowledge expiry", options)).content


async def tell(client: KotaeClient) -> None:
    """Look at what is due."""
    await client.services.get(ExpiryNotices).tell()


def test_what_is_due_says_so_and_is_asked_of_who_answers_for_it(store: Store) -> None:
    """On the card and in the list; by a direct message, once, with a button by which it is right again."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        server = company.server
        direct = server.world.direct_channel(company.boss)
        async with server, connected(company, store) as client:
            await attach(company, company.boss, company.public)
            told = await expire(company, when="90")
            assert f"{in_days(90)[:10]}から「確認が必要」" in told
            assert "あなたにダイレクトメッセージで" in told
            await tell(client)
            assert asked_in(direct) == []
            let_time_pass(store)
            question = {"question": "出張の宿泊費はいくらまで？"}
            asked = await server.slash(company.hanako, company.public, "ask", question)
            assert "確認が必要（2026-02-01から）" in description(asked.original)
            assert "登録・更新 2026-01-01" in description(asked.original)
            listed = await server.slash(company.boss, company.public, "knowledge list")
            assert "確認が必要（2026-02-01から）" in listed.embeds[0]["description"]
            for _ in range(2):
                await tell(client)
            (notice,) = asked_in(direct)
            assert "「規程.txt」は、2026-02-01から" in notice.content.replace("\\", "")
            await server.click(company.boss, notice, "まだ正しい（90日延ばす）")
            assert f"{in_days(90)[:10]}まで正しい" in notice.content
            assert notice.components == []
            asked = await server.slash(company.hanako, company.public, "ask", question)
            assert "確認が必要" not in description(asked.original)

    play()


def test_a_channel_may_be_asked_unless_it_is_seen_by_others(store: Store) -> None:
    """What a private channel has is not named where others read; where the bot may not write any more, the owner is asked."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        server = company.server
        async with server, connected(company, store) as client:
            await attach(company, company.boss, company.private)
            options = {"source": "規程.txt", "when": "2036-01-01"}
            refused = await server.slash(
                company.boss, company.private, "knowledge expiry", {**options, "channel": company.public}
            )
            assert "読めない人にも見える" in refused.content
            assert Expiries(store).all() == []
            kept = await server.slash(
                company.boss, company.private, "knowledge expiry", {**options, "channel": company.private}
            )
            assert "で尋ねます" in kept.content
            let_time_pass(store)
            await tell(client)
            (notice,) = asked_in(company.private)
            assert asked_in(server.world.direct_channel(company.boss)) == []
            await server.click(company.boss, notice, "✅")
            assert "まで正しい" in notice.content
            let_time_pass(store)
            silenced = Overwrite(server.world.bot.id, is_member=True, allow=READING, deny=Permission.SEND_MESSAGES)
            others = [one for one in company.private.overwrites if one.target != server.world.bot.id]
            await server.set_overwrites(company.private, *others, silenced)
            await until(lambda: not _may_write(client, company))
            await tell(client)
            assert len(asked_in(server.world.direct_channel(company.boss))) == 1

    play()


def _may_write(client: KotaeClient, company: Company) -> bool:
    """Whether the bot knows that it may write in the private channel."""
    guild = client.get_guild(company.guild.id)
    channel = guild.get_channel(company.private.id) if guild else None
    return guild is not None and channel is not None and channel.permissions_for(guild.me).send_messages


def test_who_may_not_decide_is_refused(store: Store) -> None:
    """Moderators set no expiry; whoever is no administrator any more neither hears of it nor extends it."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        server = company.server
        taro = with_moderator(company)
        direct = server.world.direct_channel(company.boss)
        async with server, connected(company, store) as client:
            await attach(company, company.boss, company.public)
            offer_to_everyone(company)
            refused = await server.slash(taro, company.public, "knowledge expiry", {"source": "規程.txt", "when": "9"})
            assert "管理者だけ" in refused.content
            await expire(company, when="30")
            let_time_pass(store)
            await tell(client)
            (notice,) = asked_in(direct)
            company.guild.members[company.boss.id].roles.clear()
            clicked = await server.click(company.boss, notice, "✅")
            assert "扱える中にありません" in clicked.content
            assert [one.due for one in Expiries(store).all()] == [LONG_AGO]
            Expiries(store).mark_untold(Expiries(store).all()[0])
            await tell(client)
            assert len(asked_in(direct)) == 1

    play()


@pytest.mark.parametrize(
    ("when", "why"),
    [
        ("*明日*", "\\*明日\\*」は、日数でも日付でもありません"),
        ("2020-01-01", "先の日ではありません"),
        ("99999", "10年より先です"),
    ],
)
def test_what_is_no_time_to_come_is_told(store: Store, when: str, why: str) -> None:
    """With its cause, as text; nothing is kept of it."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        async with company.server, connected(company, store):
            await attach(company, company.boss, company.public)
            assert why in await expire(company, when=when)
            assert Expiries(store).all() == []

    play()


def test_an_expiry_is_taken_back_and_everybodys_is_the_operators(store: Store) -> None:
    """Without a time nothing expires; what the operator added is not offered."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        server = company.server
        operators = store.put_source("folder", "/handbook", Audience())
        async with server, connected(company, store):
            await attach(company, company.boss, company.public)
            await expire(company, when="90")
            assert "期限はありません" in await expire(company)
            assert Expiries(store).all() == []
            typed = await server.autocomplete(company.boss, company.public, "knowledge expiry", {"source": ""})
            assert [one["name"] for one in typed] == ["規程.txt"]
            assert "扱える中にありません" in await expire(company, source="handbook", when="90")
            assert Expiries(store).of(operators) is None

    play()


def test_what_could_not_be_sent_is_sent_later(store: Store) -> None:
    """Where Discord fails the notice is not lost; where the owner takes no messages nothing is tried again."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        server = company.server
        direct = server.world.direct_channel(company.boss)
        async with server, server.running(client := new_client(store)):
            await attach(company, company.boss, company.public)
            await expire(company, when="90")
            let_time_pass(store)
            (expiry,) = Expiries(store).all()
            server.failing["GET /guilds/{guild_id}/members/{user_id}"] = 404
            await tell(client)
            assert Expiries(store).untold() == []
            server.failing.clear()
            Expiries(store).mark_untold(expiry)
            server.failing["POST /channels/{channel_id}/messages"] = 400
            await tell(client)
            assert Expiries(store).untold() == [Expiry(expiry.source, LONG_AGO, 90, company.boss.id)]
            server.failing.clear()
            await tell(client)
            assert len(asked_in(direct)) == 1

    play()


def test_where_the_database_fails_the_notice_is_not_lost(store: Store) -> None:
    """Nothing is marked as told that could not be put into words."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        async with company.server, company.server.running(client := new_client(store)):
            await attach(company, company.boss, company.public)
            await expire(company, when="90")
            let_time_pass(store)
            rename(store, "channels", "away")
            with pytest.raises(DatabaseError):
                await tell(client)
            rename(store, "away", "channels")
            await tell(client)
            assert len(asked_in(company.server.world.direct_channel(company.boss))) == 1

    play()
