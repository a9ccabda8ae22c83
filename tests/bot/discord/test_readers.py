from __future__ import annotations

import random
from typing import Any, NamedTuple

import discord
import pytest

from bot.discord.reach import Reach, reach_of_anybody, reach_of_member
from bot.discord.readers import everyone_may_read
from index.audience import CHANNEL, EVERYBODY, GUILD, ROLES, Audience
from tests.bot.discord.channel import Channel
from tests.bot.discord.gateway import Gateway
from tests.bot.discord.journal import Journal
from tests.bot.discord.permissions import USUAL, Overwrite, Permission
from tests.bot.discord.session import Intent
from tests.bot.discord.world import Guild, Role, User, World

READING = Permission.VIEW_CHANNEL | Permission.READ_MESSAGE_HISTORY
COMBINATIONS = 10_000


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


def some(chance: random.Random, *permissions: Permission) -> Permission:
    """Some of these permissions."""
    found = Permission.NONE
    for permission in permissions:
        found |= permission if chance.random() < 0.4 else Permission.NONE
    return found


def random_company(chance: random.Random) -> Company:
    """A guild with random roles, people and channels, whose overwrites allow and deny at random."""
    world = World()
    guild = world.add_guild("会社")
    if chance.random() < 0.3:
        guild.roles[guild.id].permissions = USUAL & ~some(chance, *READING)
    roles = [
        world.add_role(guild, f"役{number}", some(chance, *READING) | rarely(chance, Permission.ADMINISTRATOR))
        for number in range(chance.randrange(5))
    ]
    people = [world.add_user(f"社員{number}") for number in range(chance.randrange(1, 6))]
    for person in people:
        world.add_member(guild, person, *(role for role in roles if chance.random() < 0.4))
    people.append(guild.owner)
    channels = [
        world.add_channel(guild, f"部屋{number}", *random_overwrites(chance, guild, roles, people))
        for number in range(chance.randrange(2, 5))
    ]
    return Company(world, guild, people, channels, known(world, guild))


def rarely(chance: random.Random, permission: Permission) -> Permission:
    """A permission, one time in ten."""
    return permission if chance.random() < 0.1 else Permission.NONE


def random_overwrites(chance: random.Random, guild: Guild, roles: list[Role], people: list[User]) -> list[Overwrite]:
    """Overwrites for everyone, for roles and for members."""
    found = []
    targets = [(guild.id, False), *((role.id, False) for role in roles), *((person.id, True) for person in people)]
    for target, is_member in targets:
        if chance.random() < 0.4:
            allow = some(chance, *READING)
            found.append(Overwrite(target, is_member, allow, some(chance, *READING) & ~allow))
    return found


def random_audience(chance: random.Random, company: Company, elsewhere: Audience) -> Audience:
    """Who may read a source: of this guild, or of another."""
    roles = [role.id for role in company.guild.roles.values() if role.id != company.guild.id]
    kinds = [Audience(), Audience(GUILD, company.guild.id), elsewhere]
    if roles:
        kinds.append(Audience(ROLES, company.guild.id, 0, tuple(chance.sample(roles, 1))))
    channel = chance.choice(company.channels)
    return chance.choice([*kinds, *[Audience(CHANNEL, company.guild.id, channel.id)] * 4])


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


def test_nobody_is_shown_what_they_may_not_read() -> None:
    """In 10,000 random guilds, places and sources: what is shown is for everyone there, and no more kept back than need be."""
    chance = random.Random(6)
    elsewhere = Audience(GUILD, 1)
    shown = kept_back = tried = 0
    while tried < COMBINATIONS:
        company = random_company(chance)
        for _ in range(20):
            tried += 1
            asker, place = chance.choice(company.people), chance.choice(company.channels)
            audience = random_audience(chance, company, elsewhere)
            there = company.known.get_channel(place.id)
            if Permission.VIEW_CHANNEL not in place.permissions(asker):
                continue
            reach = reach_of_member([audience], member_of(company, asker), there)
            viewers = [one for one in company.people if Permission.VIEW_CHANNEL in place.permissions(one)]
            assert (audience in reach.alone) is may_read(company, asker, audience)
            if audience in reach.together:
                shown += 1
                assert all(may_read(company, viewer, audience) for viewer in viewers)
            elif all(may_read(company, viewer, audience) for viewer in viewers):
                kept_back += 1
    # Who might be there decides, not who is: a little more is kept back than these few people would need.
    assert shown > kept_back


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
