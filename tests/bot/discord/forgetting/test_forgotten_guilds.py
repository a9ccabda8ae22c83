from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update

from bot.settings import Settings
from index.audience import Audience
from index.store.connection import reading, writing
from index.store.discord.guilds import Guilds
from index.store.discord.unanswered_questions import Asking, UnansweredQuestions
from index.store.erasing import is_forgotten_on_disk
from index.store.schema import metadata, removed_guilds
from index.store.store import Store
from tests.bot.discord.company import SETTINGS, Company, connected, new_company, said, texts, until
from tests.bot.discord.learning.test_hindered import begin, said_in
from tests.bot.discord.learning.test_learning import learn
from tests.index.stores import document, put
from tests.loopback_discord.scenario import asynchronous
from tests.loopback_discord.session import Intent

AT_ONCE = SETTINGS._replace(forget_guild_after_days=0)


def fill(company: Company, store: Store) -> int:
    """Something in every table of a guild, and of another that the bot is in, too, and the operator's own.

    Gives the number of the other guild.
    """
    other = company.server.world.add_guild("別会社").id
    for guild in (company.guild.id, other):
        put(
            store, f"discord:{guild}/files/x", document("x.md", f"資料は{guild}です"), audience=Audience("guild", guild)
        )
        Guilds(store).set(guild, "auto_answer.1", "2026-11-24T00:00:00+00:00")
        Guilds(store).record_feedback(guild, f"質問{guild}", "0" * 12, helpful=True)
        UnansweredQuestions(store).record(guild, f"質問{guild}", Asking(1, 1, None, 2))
    put(store, "/handbook", document("a.md", "運営者の文書は誰でも読めます"))
    UnansweredQuestions(store).record(0, "直接の質問", Asking(0, 0, None, 2))
    return other


def of_guild(store: Store, guild: int) -> set[str]:
    """The tables in which something is left of a guild."""
    with reading(store.engine) as connection:
        return {
            table.name
            for table in metadata.sorted_tables
            if "guild" in table.columns and connection.execute(select(table).where(table.c.guild == guild)).first()
        }


def days_ago(store: Store, days: int) -> None:
    """Let it be so long since guilds removed the bot."""
    when = (datetime.now(UTC) - timedelta(days=days)).isoformat()
    with writing(store.engine) as connection:
        connection.execute(update(removed_guilds).values(removed=when))


def is_noted(store: Store, guild: int) -> bool:
    """Whether it is known that a guild removed the bot."""
    return guild in Guilds(store).removed(datetime.now(UTC) + timedelta(days=1))


def test_a_guild_that_removed_the_bot_is_forgotten_when_its_time_has_come(store: Store) -> None:
    """Not before, also after a restart; then with all that is of it, and with nothing that is of others."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        other = fill(company, store)
        here, before = company.guild.id, texts(store)
        async with company.server:
            async with connected(company, store):
                await until(lambda: not is_noted(store, here))
                await company.server.kick_bot(company.guild)
                await until(lambda: is_noted(store, here))
            days_ago(store, 29)
            async with connected(company, store) as client:
                await until(lambda: client.is_ready() and is_noted(store, here))
                assert texts(store) == before
            days_ago(store, 30)
            async with connected(company, store):
                await until(lambda: not of_guild(store, here))
                await until(lambda: is_forgotten_on_disk(store))
        assert sorted(texts(store)) == sorted(text for text in before if str(here) not in text)
        assert sorted(gap.guild for gap in UnansweredQuestions(store).all()) == [0, other]

    play()


def test_a_guild_that_removed_the_bot_while_it_was_away_is_noticed(store: Store) -> None:
    """At the start, since Discord does not list it; where no time is to pass, it is forgotten at once."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        other = fill(company, store)
        async with company.server:
            company.server.world.remove_bot(company.guild)
            async with connected(company, store, AT_ONCE):
                await until(lambda: not of_guild(store, company.guild.id))
        assert sorted(texts(store)) == [f"資料は{other}です。", "運営者の文書は誰でも読めます。"]

    play()


def test_whoever_invites_the_bot_again_finds_everything(store: Store) -> None:
    """The time begins anew when it is removed again."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        fill(company, store)
        before = texts(store)
        async with company.server, connected(company, store):
            await company.server.kick_bot(company.guild)
            await until(lambda: is_noted(store, company.guild.id))
            await company.server.invite_bot(company.guild)
            await until(lambda: not is_noted(store, company.guild.id))
        assert texts(store) == before

    play()


def test_an_outage_is_no_removal(store: Store) -> None:
    """A guild that Discord says to be unavailable is there, also where no time is to pass."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        put(
            store,
            "discord:files/x",
            document("x.md", "資料は一つあります"),
            audience=Audience("guild", company.guild.id),
        )
        async with company.server, connected(company, store, AT_ONCE) as client:
            await until(client.is_ready)
            data = {"id": str(company.guild.id), "unavailable": True}
            await company.server.gateway.dispatch("GUILD_DELETE", data, company.guild, Intent.GUILDS)
            guild = client.get_guild(company.guild.id)
            await until(lambda: guild is None or guild.unavailable)
            assert client.upkeep
            await client.upkeep._tidy_all()
            assert texts(store) == ["資料は一つあります。"]
            assert not is_noted(store, company.guild.id)

    play()


def test_an_administrator_has_the_guild_forgotten_at_once(store: Store) -> None:
    """Asked whether they mean it; others may not, nor who is none any more when they click. What is written later is not learnt."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        server, public = company.server, company.public
        other = fill(company, store)
        async with server, connected(company, store):
            await server.send_message(company.hanako, public, "昼休みは正午からです。")
            await learn(company)
            refused = await server.slash(company.hanako, public, "kotae forget-guild")
            assert "管理者だけ" in refused.content
            asked = await server.slash(company.boss, public, "kotae forget-guild")
            assert asked.ephemeral
            assert "元には戻せません" in asked.content
            assert "昼休みは正午からです。" in texts(store)
            roles = company.guild.members[company.boss.id].roles
            company.guild.members[company.boss.id].roles = []
            clicked = await server.click(company.boss, asked.original, "kotae:forget-guild")
            assert "管理者だけ" in said(clicked)
            assert of_guild(store, company.guild.id)
            company.guild.members[company.boss.id].roles = roles
            clicked = await server.click(company.boss, asked.original, "kotae:forget-guild")
            assert "すべて忘れました（2か所" in said(clicked)
            assert not of_guild(store, company.guild.id)
            await server.send_message(company.hanako, public, "また書きました。")
            await server.slash(company.boss, public, "ask", {"question": "昼休みは？"})
            assert sorted(texts(store)) == [f"資料は{other}です。", "運営者の文書は誰でも読めます。"]

    play()


def test_nothing_says_any_more_that_a_forgotten_guild_is_learnt_from(store: Store) -> None:
    """A guild that is forgotten while a channel is being learnt: its message there says that this has ended."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        async with company.server, connected(company, store):
            company.server.limit_next("GET /channels/{channel_id}/messages", 1.0)
            await begin(company, company.public)
            await until(lambda: said_in(company, company.public))
            await until(lambda: f"learning.{company.public.id}" in Guilds(store).settings(company.guild.id))
            asked = await company.server.slash(company.boss, company.public, "kotae forget-guild")
            await company.server.click(company.boss, asked.original, "kotae:forget-guild")
            await until(lambda: "学ぶのをやめました" in said_in(company, company.public)[0].content)

    play()


def test_the_setting_says_how_long_a_guild_is_remembered() -> None:
    """Thirty days, unless it is set; at once where it is 0."""
    assert Settings.from_environment({}).forget_guild_after_days == 30
    assert Settings.from_environment({"KOTAE_FORGET_GUILD_AFTER_DAYS": "0"}).forget_guild_after_days == 0
