"""Random guilds, channels, people and places, and whether what the bot would show there is for all who would see it.

Who may read what is worked out here once more, from Discord's documentation alone and person by person: topics/permissions
("Permission Hierarchy", "Timed Out Members"), resources/message ("Get Channel Messages"), topics/threads.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import discord

from bot.discord.access.reach import Asker
from bot.discord.client import KotaeClient
from bot.settings import Settings
from index.audience import CHANNEL, EVERYBODY, GUILD, ROLES, Audience
from index.search.knowledge import Knowledge
from tests.loopback_discord.gateway import Gateway
from tests.loopback_discord.journal import Journal
from tests.loopback_discord.rest.interactions import Interaction, Interactions, InteractionType
from tests.loopback_discord.rest.messages import Messages
from tests.loopback_discord.session import Intent
from tests.loopback_discord.world.channel import VOCAL, Channel, ChannelType, Guild
from tests.loopback_discord.world.message import Message
from tests.loopback_discord.world.permissions import USUAL, Overwrite, Permission
from tests.loopback_discord.world.snowflakes import now
from tests.loopback_discord.world.users import Member, Role, User
from tests.loopback_discord.world.world import World

READING = Permission.VIEW_CHANNEL | Permission.READ_MESSAGE_HISTORY
DRAWN = (Permission.VIEW_CHANNEL, Permission.READ_MESSAGE_HISTORY, Permission.CONNECT, Permission.MANAGE_THREADS)
KINDS = (ChannelType.TEXT, ChannelType.TEXT, ChannelType.VOICE, ChannelType.STAGE, ChannelType.FORUM)
ASKED_OF_A_WORLD = 40


class KnownAudiences(Knowledge):
    """Knowledge of which it is known only for whom there is some."""

    def __init__(self) -> None:
        self.found: frozenset[Audience] = frozenset()

    def audiences(self, _sources: object = None) -> frozenset[Audience]:
        """Who may read some of it."""
        return self.found


class Requests:
    """Discord's answers about members and channels, without a server."""

    def __init__(self, world: World) -> None:
        self._world = world
        # What discord.py takes from its own for each interaction.
        self._HTTPClient__session = None

    async def get_member(self, guild_id: int, member_id: int) -> Any:
        """A member of a guild that the bot is in."""
        guild = self._world.guilds[guild_id]
        if self._world.bot.id not in guild.members or member_id not in guild.members:
            raise _NotThere
        return guild.members[member_id].to_payload()

    async def get_channel(self, channel_id: int) -> Any:
        """A channel, direct messages, or a group."""
        return self._world.channels[channel_id].to_payload()


async def _at_once(work: Callable[..., Any], *arguments: Any) -> Any:
    return work(*arguments)


class _NotThere(discord.HTTPException):
    def __init__(self) -> None:
        Exception.__init__(self)


class Simulation:
    """A world with three guilds, of which the bot is in two, and the bot without a connection."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.world = World()
        self.people = [self.world.add_user(f"人{number}") for number in range(chance.randrange(2, 7))]
        self.guilds = [self._add_guild(number) for number in range(3)]
        self.unknown = self.guilds[2]
        self.world.remove_bot(self.unknown)
        groups = [[*chance.sample(self.people, 2), self.world.bot], [*self.people, self.world.bot]]
        self.places = [
            *(channel for channel in self.world.channels.values() if channel.type is not ChannelType.CATEGORY),
            *(self.world.add_group(*people) for people in groups),
            *(self.world.direct_channel(person) for person in self.people[:2]),
        ]
        self._journal = Journal()
        self._gateway = Gateway(self.world, self._journal, "", 1.0)
        messages = Messages(self.world, self._gateway, self._journal)
        self._interactions = Interactions(self.world, self._gateway, self._journal, messages)
        self._knowledge = KnownAudiences()
        self._knowledge.found = self._audiences()
        self.client = self._new_client()

    # The world

    def _some(self, *permissions: Permission, share: float = 0.4) -> Permission:
        found = Permission.NONE
        for permission in permissions:
            found |= permission if self.chance.random() < share else Permission.NONE
        return found

    def _add_guild(self, number: int) -> Guild:
        chance, world = self.chance, self.world
        guild = world.add_guild(f"会社{number}", owner=chance.choice(self.people))
        if chance.random() < 0.4:
            guild.roles[guild.id].permissions = USUAL & ~self._some(*DRAWN)
        for name in range(chance.randrange(6)):
            role = world.add_role(guild, f"役{name}", self._some(*DRAWN))
            role.permissions |= self._some(Permission.ADMINISTRATOR, share=0.1)
        roles = [role for role in guild.roles.values() if role.id != guild.id and role.name != world.bot.name]
        for person in self.people:
            if person is guild.owner or chance.random() < 0.8:
                member = world.add_member(guild, person, *(role for role in roles if chance.random() < 0.4))
                if chance.random() < 0.1:
                    member.timed_out_until = now() + timedelta(hours=1)
        for name in range(chance.randrange(2, 6)):
            kind = chance.choice(KINDS)
            channel = world.add_channel(guild, f"部屋{name}", *self._overwrites(guild, roles), kind=kind)
            if kind in (ChannelType.TEXT, ChannelType.FORUM) and chance.random() < 0.5:
                private = kind is ChannelType.TEXT and chance.random() < 0.5
                world.add_thread(channel, "話", *chance.sample(self.people, 2), private=private)
        return guild

    def _overwrites(self, guild: Guild, roles: Sequence[Role]) -> list[Overwrite]:
        targets = [(guild.id, False), *((role.id, False) for role in roles)]
        targets += [(person.id, True) for person in (*self.people, self.world.bot)]
        found = []
        for target, is_member in targets:
            if self.chance.random() < 0.3:
                allow = self._some(*DRAWN)
                found.append(Overwrite(target, is_member, allow, self._some(*DRAWN) & ~allow))
        return found

    def _audiences(self) -> frozenset[Audience]:
        found = [Audience(), Audience(GUILD, 1)]
        for guild in self.guilds:
            roles = [role.id for role in guild.roles.values()]
            found += [Audience(GUILD, guild.id), Audience(ROLES, guild.id, 0, tuple(self.chance.sample(roles, 1)))]
            found += [Audience(CHANNEL, guild.id, one.id) for one in guild.channels.values() if not one.is_thread]
        return frozenset(found)

    # The bot

    def _new_client(self) -> KotaeClient:
        client = KotaeClient(Settings(), self._knowledge)
        client.services.run_in_thread = _at_once  # type: ignore[method-assign]
        self.state: Any = client._connection
        requests: Any = Requests(self.world)
        client.http = self.state.http = requests
        # discord.py changes what it knows before it dispatches an event.
        self.state.dispatch = lambda *_: None
        bot: Any = self.world.bot.to_payload()
        self.state.user = discord.ClientUser(state=self.state, data=bot)
        for guild in self.guilds[:2]:
            data: Any = self._gateway._guild_create(guild, Intent.GUILDS)
            self.state._add_guild(discord.Guild(state=self.state, data=data))
        return client

    async def ask(self, person: User, place: Channel) -> Asker:
        """Somebody asks: by an interaction, or by a message where the bot is told of those."""
        if place.guild is self.unknown or self.chance.random() < 0.5:
            asked = Interaction(self.world.snowflake(), InteractionType.COMMAND, person, place, {}, "ja", "ask")
            interaction: Any = self._interactions._payload(asked)
            return await self.client.services.asker_of(discord.Interaction(data=interaction, state=self.state))
        return await self.client.services.asker_of(self._message(person, place))

    def _message(self, person: User, place: Channel) -> discord.Message:
        data: Any = Message(self.world.snowflake(), place, person, "質問").to_payload(self.world.bot)
        if place.guild:
            data["guild_id"] = str(place.guild.id)
            if self.chance.random() < 0.9:
                data["member"] = place.guild.members[person.id].to_payload(with_user=False)
        channel, _ = self.state._get_guild_channel(data)
        return discord.Message(state=self.state, channel=channel, data=data)

    def change(self) -> None:
        """Something changes in a guild, and the bot is told: a channel's overwrites, a role, or that it was removed."""
        guild = self.chance.choice(self.guilds[:2])
        what = self.chance.random()
        if what < 0.6:
            channel = self.chance.choice([one for one in guild.channels.values() if not one.is_thread])
            roles = [role for role in guild.roles.values() if role.id != guild.id]
            channel.overwrites = self._overwrites(guild, roles)
            self.state.parse_channel_update(channel.to_gateway_payload(self.world.bot))
        elif what < 0.95:
            role = self.chance.choice(list(guild.roles.values()))
            role.permissions = self._some(*DRAWN) | self._some(Permission.ADMINISTRATOR, share=0.1)
            self.state.parse_guild_role_update({"guild_id": str(guild.id), "role": role.to_payload()})
        elif self.world.bot.id in guild.members:
            self.state.parse_guild_delete({"id": str(guild.id)})
            self.world.remove_bot(guild)

    # Who may read what

    def reads(self, person: User, audience: Audience, *, timeouts: bool = True) -> bool:
        """Whether somebody may read what is for an audience."""
        if audience.kind == EVERYBODY:
            return True
        guild = self.world.guilds.get(audience.guild)
        member = guild.members.get(person.id) if guild else None
        if guild is None or member is None or self.world.bot.id not in guild.members:
            return False
        if audience.kind == ROLES:
            held = {guild.id, *(role.id for role in member.roles)}
            return bool(held & set(audience.roles)) or Permission.ADMINISTRATOR in base(guild, member)
        if audience.kind == GUILD:
            return True
        channel = guild.channels[audience.channel]
        needed = READING | (Permission.CONNECT if channel.type in VOCAL else Permission.NONE)
        ours = permissions(guild, guild.members[self.world.bot.id], channel)
        return needed in ours and needed in permissions(guild, member, channel, timeouts=timeouts)

    def viewers(self, place: Channel) -> list[User]:
        """Who sees what is written in a place to all."""
        guild = place.guild
        if guild is None:
            return [place.recipient] if place.recipient else [one for one in place.people if not one.bot]
        found = []
        for member in guild.members.values():
            held = permissions(guild, member, place.parent if place.is_thread and place.parent else place)
            left_out = place.type is ChannelType.PRIVATE_THREAD and member.user.id not in place.participants
            if Permission.VIEW_CHANNEL in held and (not left_out or Permission.MANAGE_THREADS in held):
                found.append(member.user)
        return [person for person in found if not person.bot]

    async def check(self, counted: Counter[str]) -> None:
        """Ask once, and fail if something would be shown to somebody who may not read it."""
        place = self.chance.choice(self.places)
        people = self.viewers(place)
        if not people:
            return
        person = self.chance.choice(people)
        asker = await self.ask(person, place)
        counted[f"{place.type.name.lower()}{' of an unknown guild' if place.guild is self.unknown else ''}"] += 1
        reach = asker.reach()
        self._check_shown(reach.alone, person)
        self._check_shown(reach.together, *people)
        readable = {one for one in self._knowledge.found if self.reads(person, one)}
        direct = place.recipient is not None
        of_guild = {
            one for one in readable if direct or one.kind == EVERYBODY or (place.guild and one.guild == place.guild.id)
        }
        assert reach.alone == of_guild, (place.type, reach.alone ^ of_guild)
        common = {one for one in of_guild if all(self.reads(viewer, one) for viewer in people)}
        counted["asked"] += 1
        counted["shown to all"] += sum(one.kind != EVERYBODY for one in reach.together)
        counted["kept back"] += len(common - reach.together)
        self.change()
        if self.chance.random() < 0.3:
            self.change()
        for used, alone in ((reach.alone, True), (reach.together, False)):
            if asker.reaches(used, alone=alone):
                self._check_shown(used, *([person] if alone else self.viewers(place)))
            else:
                counted["taken back"] += 1

    def _check_shown(self, audiences: frozenset[Audience], *people: User) -> None:
        for audience in audiences:
            for person in people:
                # Among others, whoever is timed out is not kept from what they could read before, and will again.
                told = self.reads(person, audience, timeouts=False)
                assert told, f"{audience} is shown to {person.name}, who may not read it"


def base(guild: Guild, member: Member) -> Permission:
    """A member's permissions in a guild: compute_base_permissions of the documentation."""
    held = guild.roles[guild.id].permissions
    for role in member.roles:
        held |= role.permissions
    everything = member.user is guild.owner or Permission.ADMINISTRATOR in held
    return ~Permission.NONE if everything else held


def permissions(guild: Guild, member: Member, channel: Channel, *, timeouts: bool = True) -> Permission:
    """A member's permissions in a channel: compute_overwrites of the documentation, and what a time-out takes away."""
    held = base(guild, member)
    if Permission.ADMINISTRATOR in held:
        return held
    overwrites = {overwrite.target: overwrite for overwrite in channel.overwrites}
    if everyone := overwrites.get(guild.id):
        held = held & ~everyone.deny | everyone.allow
    of_roles = [overwrites[role.id] for role in member.roles if role.id in overwrites]
    allow = deny = Permission.NONE
    for overwrite in of_roles:
        allow |= overwrite.allow
        deny |= overwrite.deny
    held = held & ~deny | allow
    if own := overwrites.get(member.user.id):
        held = held & ~own.deny | own.allow
    if timeouts and member.timed_out_until:
        held &= READING
    return held if Permission.VIEW_CHANNEL in held else Permission.NONE


async def simulate(chance: random.Random, times: int) -> Counter[str]:
    """Ask so many times in random worlds; what was counted."""
    counted: Counter[str] = Counter()
    while counted["asked"] < times:
        simulation = Simulation(chance)
        for _ in range(ASKED_OF_A_WORLD):
            await simulation.check(counted)
    return counted
