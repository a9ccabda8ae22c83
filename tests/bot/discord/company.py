"""A server on which a bot with a store runs, that may read what is written."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import NamedTuple

from sqlalchemy import text

from bot.discord.client import KotaeClient
from bot.settings import Settings
from index.search.knowledge import Knowledge
from index.search.ranking_index import RankingIndex
from index.store.connection import writing
from index.store.store import Store
from tests.loopback_discord.rest.interactions import Interaction
from tests.loopback_discord.rest.openapi import description_path
from tests.loopback_discord.server import LoopbackDiscord
from tests.loopback_discord.world.channel import Channel, Guild
from tests.loopback_discord.world.permissions import EVERYTHING, Overwrite, Permission
from tests.loopback_discord.world.users import User

SETTINGS = Settings(message_content=True, questions_a_minute=1_000)
RULES = "出張の宿泊費は一泊一万二千円までです。\n".encode()


class Company(NamedTuple):
    """A company with a public and a private channel: 花子 reads the public one, 部長 is administrator and reads both."""

    server: LoopbackDiscord
    guild: Guild
    hanako: User
    boss: User
    public: Channel
    private: Channel


def new_company() -> Company:
    """The server, before anybody has connected."""
    server = LoopbackDiscord(openapi=description_path(), privileged_intents_allowed=True)
    hanako, boss = server.world.add_user("花子"), server.world.add_user("部長")
    guild = server.world.add_guild("会社", hanako)
    administrator = server.world.add_role(guild, "管理者", EVERYTHING)
    server.world.add_member(guild, boss, administrator)
    public = server.world.add_channel(guild, "雑談")
    private = server.world.add_private_channel(guild, "経営", boss)
    return Company(server, guild, hanako, boss, public, private)


def new_client(store: Store, settings: Settings = SETTINGS) -> KotaeClient:
    """A bot that answers from a store."""
    return KotaeClient(settings, Knowledge(store, RankingIndex(store, None)), store=store)


@asynccontextmanager
async def connected(company: Company, store: Store, settings: Settings = SETTINGS) -> AsyncIterator[KotaeClient]:
    """The bot, connected; at the end it has broken none of Discord's rules."""
    client = new_client(store, settings)
    async with company.server.running(client):
        yield client
    violations = company.server.violations
    assert not violations, violations[:3]


async def until(condition: Callable[[], object], seconds: float = 10.0, every: float = 0.02) -> None:
    """Wait until something is so, looking again after so many seconds."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - what is waited for is in another thread, or another process
            await asyncio.sleep(every)


def texts(store: Store) -> list[str]:
    """The texts of all passages."""
    return [kept.passage.text for _, _, kept in store.all()]


def with_moderator(company: Company) -> User:
    """太郎, who may manage messages, and does not see the private channel."""
    taro = company.server.world.add_user("太郎")
    role = company.server.world.add_role(company.guild, "司会", Permission.MANAGE_MESSAGES)
    company.server.world.add_member(company.guild, taro, role)
    return taro


def offer_to_everyone(company: Company) -> None:
    """What an administrator can set under Integrations: commands that the bot wants for moderators, for all members."""
    for command in company.server.applications.commands[0]:
        command["default_member_permissions"] = None


async def attach(
    company: Company, person: User, channel: Channel, name: str = "規程.txt", data: bytes = RULES, **options: object
) -> Interaction:
    """Use /knowledge add, and wait for what comes of it."""
    file = company.server.messages.add_attachment(channel, name, data)
    asked = await company.server.slash(person, channel, "knowledge add", {"file": file, **options})
    return await company.server.answer(asked, 20)


def said(interaction: Interaction) -> str:
    """What was told last."""
    return interaction.follow_ups[-1].content if interaction.follow_ups else interaction.content


def with_moderator_of(company: Company, channel: Channel, allow: Permission = Permission.MANAGE_MESSAGES) -> User:
    """次郎, who has this permission in one channel, and elsewhere none that others have not."""
    jiro = company.server.world.add_user("次郎")
    company.server.world.add_member(company.guild, jiro)
    channel.overwrites.append(Overwrite(jiro.id, is_member=True, allow=allow))
    return jiro


def rename(store: Store, table: str, name: str) -> None:
    """Give a table of the database another name: whoever looks into it fails, until it has its own again."""
    with writing(store.engine) as connection:
        connection.execute(text(f"ALTER TABLE {table} RENAME TO {name}"))
