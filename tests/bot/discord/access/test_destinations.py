"""Places that are not what they seem: groups, guilds that are not there, rooms in which one may not write."""

from __future__ import annotations

import pytest

from index.audience import Audience
from index.store.store import Store
from tests.bot.discord.company import Company, connected, new_company, said, until
from tests.loopback_discord.scenario import asynchronous
from tests.loopback_discord.session import Intent
from tests.loopback_discord.world.message import Message
from tests.loopback_discord.world.permissions import USUAL, Permission
from tests.stores import document, put

QUESTION = "合言葉は何ですか？"
PUBLIC, OF_THE_GUILD = "合言葉は青い空です", "合言葉は山と川です"


@pytest.fixture
def company(store: Store) -> Company:
    """A company of which the store knows something that only its members may read, and something for everybody."""
    company = new_company()
    put(store, "/public", document("公開", f"{PUBLIC}。これは外の人にも見せてよいものとして書いておきます"))
    put(store, "/inside", document("社内", OF_THE_GUILD), audience=Audience("guild", company.guild.id))
    return company


def test_a_text_that_is_also_public_is_answered_in_public(store: Store) -> None:
    """From the place that all may read, though another is newer; only whoever may read that is told of it."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        server, world = company.server, company.server.world
        inside = Audience("channel", company.guild.id, company.private.id)
        put(store, "/old", document("a", OF_THE_GUILD, title="2023年版"))
        put(store, "/new", document("b", OF_THE_GUILD, title="2024年版"), audience=inside)
        async with server, connected(company, store):
            asked = await server.slash(company.boss, company.public, "ask", {"question": QUESTION})
            assert not asked.ephemeral
            assert "2023年版" in str(asked.embeds)
            assert "2024年版" not in str(asked.embeds)
            written = await server.send_message(company.boss, company.public, QUESTION, mentions=[world.bot])
            assert "2024年版" not in str((await server.replies(written))[0].embeds)
            alone = await server.slash(company.boss, company.private, "ask", {"question": QUESTION})
            shown = alone.embeds[0]["description"]
            assert "出典：2024年版" in shown
            assert "ほかに1か所：2023年版" in shown

    play()


def test_only_direct_messages_are_private(store: Store, company: Company) -> None:
    """What a member may read is told in their direct messages; in a group only what is for everybody, to who asks."""

    @asynchronous
    async def play() -> None:
        server, world = company.server, company.server.world
        friend = world.add_user("友人")
        mailbox, group = world.direct_channel(company.hanako), world.add_group(company.hanako, friend, world.bot)
        async with server, connected(company, store):
            direct = await server.slash(company.hanako, mailbox, "ask", {"question": QUESTION})
            assert OF_THE_GUILD in str(direct.embeds)
            (reply,) = await server.replies(await server.send_message(company.hanako, mailbox, QUESTION))
            assert OF_THE_GUILD in str(reply.embeds)
            in_group = await server.slash(company.hanako, group, "ask", {"question": QUESTION})
            written = await server.send_message(company.hanako, group, QUESTION, mentions=[world.bot])
            (told,) = await server.replies(written)
            for embeds in (in_group.embeds, told.embeds):
                assert PUBLIC in str(embeds)
                assert OF_THE_GUILD not in str(embeds)
            for small_talk in ("おはよう！", QUESTION):
                await server.no_reply(await server.send_message(friend, group, small_talk), 0.3)

    play()


def test_a_guild_without_the_bot_is_told_what_is_for_everybody(store: Store, company: Company) -> None:
    """Once the bot was removed, its members' messages are not answered, and their commands only from public text."""

    @asynchronous
    async def play() -> None:
        server = company.server
        async with server, connected(company, store) as client:
            before = await server.slash(company.hanako, company.public, "ask", {"question": QUESTION})
            assert OF_THE_GUILD in str(before.embeds)
            members = company.guild.members
            await server.kick_bot(company.guild)
            await until(lambda: not client.guilds)
            written = Message(
                server.world.snowflake(), company.public, company.hanako, f"{server.world.bot.mention} {QUESTION}"
            )
            written.mentions.append(server.world.bot)
            data = written.to_payload(server.world.bot) | {"guild_id": str(company.guild.id)}
            data["member"] = members[company.hanako.id].to_payload(with_user=False)
            await server.gateway.dispatch("MESSAGE_CREATE", data, None, Intent.GUILD_MESSAGES)
            asked = await server.slash(company.hanako, company.public, "ask", {"question": QUESTION})
            assert PUBLIC in str(asked.embeds)
            assert OF_THE_GUILD not in str(asked.embeds)
            assert not [
                request for request in server.requests if "/messages" in request.template and request.method == "POST"
            ]

    play()


@pytest.mark.parametrize("lacks", [Permission.CREATE_PUBLIC_THREADS, Permission.SEND_MESSAGES_IN_THREADS])
def test_no_thread_is_opened_for_who_may_open_none(store: Store, company: Company, lacks: Permission) -> None:
    """They are answered, and told why there is no thread; who may open one is given one."""

    @asynchronous
    async def play() -> None:
        server = company.server
        company.guild.roles[company.guild.id].permissions = USUAL & ~lacks
        options = {"question": QUESTION, "thread": True}
        async with server, connected(company, store):
            refused = await server.slash(company.hanako, company.public, "ask", options)
            await server.journal.wait_for(lambda: refused.follow_ups, 5, "nothing was told")
            assert OF_THE_GUILD in str(refused.embeds)
            assert "スレッドは開きませんでした" in said(refused)
            assert not any(one.is_thread for one in company.guild.channels.values())
            allowed = await server.slash(company.boss, company.public, "ask", options)
            await server.journal.wait_for(lambda: allowed.original and allowed.original.thread, 5, "no thread")

    play()


def test_who_may_not_write_is_answered_alone(store: Store, company: Company) -> None:
    """In a room where one may only read, the bot does not write on one's behalf."""

    @asynchronous
    async def play() -> None:
        server = company.server
        company.guild.roles[company.guild.id].permissions = USUAL & ~Permission.SEND_MESSAGES
        async with server, connected(company, store):
            asked = await server.slash(company.hanako, company.public, "ask", {"question": QUESTION})
            assert asked.ephemeral
            assert "書き込む権限がない" in str(asked.embeds)
            assert not (await server.slash(company.boss, company.public, "ask", {"question": QUESTION})).ephemeral

    play()
