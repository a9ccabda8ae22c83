from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any, NamedTuple

import discord
import pytest

from bot.discord.access.permissions import everyone_may_read
from bot.discord.access.reach import Reach, reach_of_anybody, reach_of_member
from index.audience import CHANNEL, EVERYBODY, GUILD, Audience
from tests.bot.discord.access.simulation import simulate
from tests.loopback_discord.gateway import Gateway
from tests.loopback_discord.journal import Journal
from tests.loopback_discord.scenario import asynchronous
from tests.loopback_discord.session import Intent
from tests.loopback_discord.world.channel import Channel, ChannelType, Guild
from tests.loopback_discord.world.permissions import Overwrite, Permission
from tests.loopback_discord.world.users import User
from tests.loopback_discord.world.world import World

READING = Permission.VIEW_CHANNEL | Permission.READ_MESSAGE_HISTORY
# 100,000 are tried by `python -m tests.benchmarks.permissions`.
ASKED = 2_000


class Company(NamedTuple):
    """A guild as it is, and as the bot knows it."""

    world: World
    guild: Guild
    people: list[User]
    channels: list[Channel]
    known: discord.Guild


def known(world: World, guild: Guild) -> discord.Guild:
    """The guild as the library makes it of what the gateway tells."""
    state = discord.Client(intents=discord.Intents(guilds=True))._connection
    state.user = discord.ClientUser(state=state, data=as_data(world.bot.to_payload()))
    data = Gateway(world, Journal(), "", 1.0)._guild_create(guild, Intent.GUILDS)
    return discord.Guild(state=state, data=as_data(data))


def as_data(payload: dict[str, Any]) -> Any:
    """A payload for the library, whose types name every field."""
    return payload


def member_of(company: Company, person: User) -> discord.Member:
    """A person, as an interaction tells of them."""
    data = as_data(company.guild.members[person.id].to_payload())
    return discord.Member(data=data, guild=company.known, state=company.known._state)


def may_read(company: Company, person: User, audience: Audience) -> bool:
    """Whether somebody may read a source, as Discord itself adds permissions up."""
    if audience.kind == EVERYBODY:
        return True
    if audience.guild != company.guild.id:
        return False
    if audience.kind == CHANNEL:
        channel = company.world.channels[audience.channel]
        return READING in channel.permissions(person) and READING in channel.permissions(company.world.bot)
    roles = company.guild.members[person.id].roles
    administers = person is company.guild.owner or any(Permission.ADMINISTRATOR in role.permissions for role in roles)
    return audience.kind == GUILD or administers or any(role.id in audience.roles for role in roles)


@asynchronous
async def test_nobody_is_shown_what_they_may_not_read() -> None:
    """In random guilds, channels, threads, groups and direct messages, known and unknown, nothing leaks.

    Nor where permissions change before an answer is sent; and no more is kept back than need be.
    """
    counted = await simulate(random.Random(6), ASKED)
    # Who might be there decides, not who is: a little more is kept back than these few people would need.
    assert counted["shown to all"] > counted["kept back"]
    assert counted["taken back"] > ASKED // 100


@pytest.mark.parametrize("kind", [ChannelType.VOICE, ChannelType.STAGE])
def test_a_voice_channel_is_read_by_those_who_may_connect(kind: ChannelType) -> None:
    """What is for a locked voice channel is for those who may enter it, and for nobody where the bot may not."""
    world = World()
    hanako, boss = world.add_user("花子"), world.add_user("部長")
    guild = world.add_guild("会社", hanako)
    may_enter = world.add_role(guild, "入室可")
    world.add_member(guild, boss, may_enter)
    locked = Overwrite(guild.id, deny=Permission.CONNECT)
    opened = [
        Overwrite(one, is_member=one == world.bot.id, allow=Permission.CONNECT) for one in (may_enter.id, world.bot.id)
    ]
    public = world.add_channel(guild, "雑談")
    rooms = [
        world.add_channel(guild, "会議室", *overwrites, kind=kind) for overwrites in ([locked, *opened], [], [locked])
    ]
    company = Company(world, guild, [hanako, boss], [public, *rooms], known(world, guild))
    there = company.known.get_channel(public.id)
    room, open_to_all, closed_to_us = (Audience(CHANNEL, guild.id, one.id) for one in rooms)
    found = [room, open_to_all, closed_to_us]
    for person, own in ((hanako, {open_to_all}), (boss, {room, open_to_all})):
        assert reach_of_member(found, member_of(company, person), there) == Reach(
            frozenset(own), frozenset({open_to_all})
        )


class CountedOverwrites(list[Any]):
    """A channel's overwrites, which count how often they are read."""

    read = 0

    def __iter__(self) -> Iterator[Any]:
        CountedOverwrites.read += 1
        return super().__iter__()


def test_what_a_channel_says_is_worked_out_once() -> None:
    """However many ask, a channel's overwrites are read again only where they changed."""
    world = World()
    hanako = world.add_user("花子")
    guild = world.add_guild("会社", hanako)
    channels = [world.add_channel(guild, f"部屋{number}", Overwrite(guild.id, allow=READING)) for number in range(20)]
    company = Company(world, guild, [hanako], channels, known(world, guild))
    audiences = [Audience(CHANNEL, guild.id, channel.id) for channel in channels]
    first, *others = company.known.channels
    member = member_of(company, hanako)

    def read_again() -> int:
        CountedOverwrites.read = 0
        assert reach_of_member(audiences, member, first).together == set(audiences)
        return CountedOverwrites.read

    for channel in (first, *others):
        channel._overwrites = CountedOverwrites(channel._overwrites)
    assert read_again() >= len(channels)
    assert read_again() == 0
    first._overwrites = CountedOverwrites(first._overwrites)
    assert 0 < read_again() < len(channels)


@pytest.mark.parametrize("readable", [True, False])
def test_everybody_in_a_private_channel_reads_what_is_for_it_and_for_the_public(readable: bool) -> None:
    """A private channel's own text, and a public one's, are shown there; its own is not shown in the public one."""
    world = World()
    hanako = world.add_user("花子")
    guild = world.add_guild("会社", hanako)
    role = world.add_role(guild, "経営")
    world.add_member(guild, hanako, role)
    public = world.add_channel(guild, "雑談")
    private = world.add_private_channel(guild, "経営", role, world.bot if readable else hanako)
    if not readable:
        private.overwrites = [one for one in private.overwrites if one.target != world.bot.id]
    company = Company(world, guild, [hanako], [public, private], known(world, guild))
    audiences = [Audience(CHANNEL, guild.id, channel.id) for channel in (public, private)]
    member = member_of(company, hanako)
    in_public = reach_of_member(audiences, member, company.known.get_channel(public.id))
    in_private = reach_of_member(audiences, member, company.known.get_channel(private.id))
    # What the bot itself may no longer read is shown to nobody.
    own = set(audiences) if readable else {audiences[0]}
    assert in_public == Reach(frozenset(own), frozenset({audiences[0]}))
    assert in_private == Reach(frozenset(own), frozenset(own))


def test_a_place_that_is_not_known_is_seen_by_everybody() -> None:
    """Where an interaction tells of a channel that the guild does not have, only what everybody may read is shown."""
    world = World()
    hanako = world.add_user("花子")
    guild = world.add_guild("会社", hanako)
    company = Company(world, guild, [hanako], [], known(world, guild))
    audiences = [Audience(), Audience(GUILD, guild.id)]
    reach = reach_of_member(audiences, member_of(company, hanako), object())
    assert reach == Reach(frozenset(audiences), frozenset({Audience()}))
    assert reach_of_anybody(audiences) == Reach(frozenset({Audience()}), frozenset({Audience()}))
    empty = discord.Guild(state=company.known._state, data=as_data({"id": guild.id}))
    stranger = discord.Member(data=as_data(guild.members[hanako.id].to_payload()), guild=empty, state=empty._state)
    assert reach_of_member(audiences, stranger, object()).alone == {Audience()}


@pytest.mark.parametrize("shut_out", [False, True])
def test_what_two_roles_say_together_counts(shut_out: bool) -> None:
    """Whoever sees a place by one role, and is kept from a source by another, is thought of; what allows wins."""
    world = World()
    guild = world.add_guild("会社")
    opens, shuts = world.add_role(guild, "開く"), world.add_role(guild, "閉じる")
    both = world.add_user("両方")
    world.add_member(guild, both, opens, shuts)
    closed = Overwrite(guild.id, deny=Permission.VIEW_CHANNEL)
    allowed, denied = Overwrite(opens.id, allow=READING), Overwrite(shuts.id, deny=READING)
    place = world.add_channel(guild, "場", closed, allowed, *([denied] if shut_out else []))
    source = world.add_channel(guild, "元", denied)
    company = Company(world, guild, [both], [place, source], known(world, guild))
    there, audience = company.known.get_channel(place.id), Audience(CHANNEL, guild.id, source.id)
    assert isinstance(there, discord.TextChannel)
    assert Permission.VIEW_CHANNEL in place.permissions(both)
    assert not may_read(company, both, audience)
    assert not everyone_may_read(audience, there)
    assert not everyone_may_read(audience, there, member_of(company, both))
