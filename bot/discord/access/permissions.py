"""Who may read what: a person, and everyone who sees a channel.

Who is in a guild is not known without a privileged intent. So a channel is taken to be seen by whoever its permissions
would let see it, with any of the guild's roles: what such a person may not read is not shown there.

Sets of roles are bits of whole numbers, a bit a role: hundreds of channels are looked at for each question.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

import discord
from discord.abc import GuildChannel

from index.audience import CHANNEL, EVERYBODY, GUILD, ROLES, Audience

_VIEW = discord.Permissions(view_channel=True).value
_HISTORY = discord.Permissions(read_message_history=True).value
_CONNECT = discord.Permissions(connect=True).value
_ASKED_FOR = _VIEW, _HISTORY, _CONNECT
_ADMINISTRATOR = discord.Permissions(administrator=True).value
# What a member keeps who is timed out ("Permissions" of Discord's API documentation).
_KEPT_IN_A_TIMEOUT = _VIEW | _HISTORY
# How many guilds are remembered, and of each how many channels: Discord has no more in a guild at a time.
_MOST_GUILDS, _MOST_CHANNELS = 64, 500


def may_read(audience: Audience, member: discord.Member) -> bool:
    """Whether a member of a guild is part of an audience."""
    return Reader(member).may_read(audience)


def everyone_may_read(audience: Audience, destination: GuildChannel, asker: discord.Member | None = None) -> bool:
    """Whether everyone who can see a channel is part of an audience; of the asker we know which roles they hold."""
    return Viewers(destination, Reader(asker) if asker else None).may_read(audience)


def readable(channel: GuildChannel) -> bool:
    """Whether the bot itself may read a channel with its history."""
    me = channel.guild.me
    return me is not None and Reader(me).reads(channel)


def is_known(guild: discord.Guild) -> bool:
    """Whether the bot is in a guild, and so knows its roles; of others discord.py makes an empty one up."""
    return not guild.unavailable and guild.default_role is not None


class Reader:
    """A member of a guild, with the roles that they hold; of a guild that is not known they read nothing."""

    def __init__(self, member: discord.Member) -> None:
        guild = member.guild
        self.person = member.id
        self.guild = guild
        self._known = is_known(guild)
        self._overwritten = _overwritten(guild.id, tuple(guild._roles))  # noqa: SLF001 - `roles` sorts
        # `roles` sorts these, too.
        self.roles = {number for number in member._roles if number in self._overwritten.bits}  # noqa: SLF001
        self._bits = self._overwritten.bits_of(self.roles)
        self._granted = guild.default_role.permissions.value if self._known else 0
        for number in self.roles:
            self._granted |= guild._roles[number]._permissions  # noqa: SLF001
        self._everything = guild.owner_id == member.id or bool(self._granted & _ADMINISTRATOR)
        self._timed_out = member.is_timed_out()
        self._bot: Reader | None = None

    def may_read(self, audience: Audience) -> bool:
        """Whether they are part of an audience."""
        if audience.kind == EVERYBODY:
            return True
        if audience.guild != self.guild.id or not self._known:
            return False
        if audience.kind == GUILD:
            return True
        if audience.kind == ROLES:
            return self._everything or not {self.guild.id, *self.roles}.isdisjoint(audience.roles)
        channel = _channel_of(audience, self.bot)
        return channel is not None and self.reads(channel)

    @property
    def bot(self) -> Reader | None:
        """The bot in the same guild."""
        if self._bot is None and self.guild.me is not None:
            self._bot = Reader(self.guild.me)
        return self._bot

    def reads(self, channel: GuildChannel) -> bool:
        """Whether they may read a channel of their guild, with its history."""
        return self._known and all(self._has(channel, permission) for permission in _needed(channel))

    def _has(self, channel: GuildChannel, permission: int) -> bool:
        if self._everything:
            return True
        rule = self._overwritten.rule(channel, permission)
        if self._timed_out and not permission & _KEPT_IN_A_TIMEOUT:
            return False
        if self.person in rule.people:
            return rule.people[self.person]
        if self._bits & (rule.allowed | rule.denied):
            return bool(self._bits & rule.allowed)
        return bool(self._granted & permission) if rule.everyone is None else rule.everyone


class Viewers:
    """Everyone who can see a channel, whatever roles they hold; of the asker it is known which."""

    def __init__(self, destination: GuildChannel, asker: Reader | None = None) -> None:
        self._guild = destination.guild
        self._known = is_known(destination.guild)
        self._bot = Reader(destination.guild.me) if destination.guild.me is not None else None
        self._asker = asker
        self._roles = _Roles(destination.guild)
        self._sees = self._roles.rule(destination, _VIEW)
        self._seeing = self._roles.having(self._sees, _VIEW)

    def may_read(self, audience: Audience) -> bool:
        """Whether all of them are part of an audience."""
        if audience.kind == EVERYBODY:
            return True
        if audience.guild != self._guild.id or not self._known:
            return False
        if audience.kind == GUILD:
            return True
        if audience.kind == ROLES:
            lacking = self._roles.without(audience.roles)
            return lacking is None or not self._some_see(audience, [lacking], {})
        channel = _channel_of(audience, self._bot)
        return channel is not None and all(self._all_have(audience, channel, one) for one in _needed(channel))

    def _all_have(self, audience: Audience, channel: GuildChannel, permission: int) -> bool:
        rule = self._roles.rule(channel, permission)
        return not self._some_see(audience, self._roles.lacking(rule, permission), rule.people)

    def _some_see(self, audience: Audience, lacking: list[_RoleSets], people: dict[int, bool]) -> bool:
        """Whether somebody sees the channel who lacks what it takes: by their roles, or as a channel says of them."""
        if self._roles.everyone & _ADMINISTRATOR:
            return False
        if _meet(self._seeing, lacking):
            return True
        anyone = [_RoleSets(None, self._roles.others)]
        told_of = {*self._sees.people, *people} - {self._guild.owner_id, self._bot.person if self._bot else None}
        if self._asker and self._asker.person in told_of and self._asker.may_read(audience):
            told_of.remove(self._asker.person)
        told = {(self._sees.people.get(one), people.get(one)) for one in told_of}
        return any(
            _meet(self._seeing if sees is None else anyone, lacking if has is None else anyone)
            for sees, has in told
            if sees is not False and has is not True
        )


def _needed(channel: GuildChannel) -> tuple[int, ...]:
    """The permissions that it takes to read a channel. Source: resources/message, "Get Channel Messages"."""
    voice = isinstance(channel, discord.VoiceChannel | discord.StageChannel)
    return (_VIEW, _HISTORY, _CONNECT) if voice else (_VIEW, _HISTORY)


def _channel_of(audience: Audience, bot: Reader | None) -> GuildChannel | None:
    """The channel of an audience; none where it is gone, or where the bot may no longer read it."""
    channel = bot.guild.get_channel(audience.channel) if bot and audience.kind == CHANNEL else None
    return channel if bot and channel is not None and bot.reads(channel) else None


class _Rule(NamedTuple):
    """Whom a channel's overwrites allow or deny a permission: everyone (None: neither), roles, people."""

    everyone: bool | None
    allowed: int
    denied: int
    people: dict[int, bool]


class _RoleSets(NamedTuple):
    """The sets of roles that are within `may`, and have one of `must` unless that is None."""

    must: int | None
    may: int


def _meet(some: list[_RoleSets], others: list[_RoleSets]) -> bool:
    """Whether a set of roles is among both; two roles are enough for one, since what allows and denies are single roles."""
    for one in some:
        for other in others:
            may = one.may & other.may
            if all(must is None or must & may for must in (one.must, other.must)):
                return True
    return False


class _Overwritten:
    """What the channels of a guild with these roles say of them, worked out anew where a channel's overwrites changed."""

    def __init__(self, guild: int, roles: tuple[int, ...]) -> None:
        self.bits = {role: 1 << index for index, role in enumerate(role for role in roles if role != guild)}
        self._guild = guild
        self._rules: dict[int, tuple[object, dict[int, _Rule]]] = {}

    def bits_of(self, roles: Iterable[int]) -> int:
        """Roles as bits."""
        found = 0
        for role in roles:
            found |= self.bits.get(role, 0)
        return found

    def rule(self, channel: GuildChannel, permission: int) -> _Rule:
        """How a channel gives a permission."""
        # `channel.overwrites` makes objects of all that Discord permits: a hundred times as slow, for every source.
        overwrites = channel._overwrites  # noqa: SLF001
        of, rules = self._rules.get(channel.id, (None, {}))
        # discord.py makes a new list whenever a channel changes.
        if of is not overwrites:
            if len(self._rules) >= _MOST_CHANNELS:
                self._rules.clear()
            of, rules = self._rules[channel.id] = overwrites, self._read(overwrites)
        return rules[permission]

    def _read(self, overwrites: Iterable[Any]) -> dict[int, _Rule]:
        everyone: dict[int, bool] = {}
        people: dict[int, dict[int, bool]] = {permission: {} for permission in _ASKED_FOR}
        allowed, denied = dict.fromkeys(_ASKED_FOR, 0), dict.fromkeys(_ASKED_FOR, 0)
        for overwrite in overwrites:
            number, allow = overwrite.id, overwrite.allow
            told = allow | overwrite.deny
            bit = self.bits.get(number)
            for permission in _ASKED_FOR:
                if not told & permission:
                    continue
                if bit is not None:
                    of_roles = allowed if allow & permission else denied
                    of_roles[permission] |= bit
                elif overwrite.is_member():
                    people[permission][number] = bool(allow & permission)
                elif number == self._guild:
                    everyone[permission] = bool(allow & permission)
        return {one: _Rule(everyone.get(one), allowed[one], denied[one], people[one]) for one in _ASKED_FOR}


@lru_cache(maxsize=_MOST_GUILDS)
def _overwritten(guild: int, roles: tuple[int, ...]) -> _Overwritten:
    return _Overwritten(guild, roles)


class _Roles:
    """A guild's roles as they are now; `others` are all but @everyone's and administrators', who may read everything.

    Source: topics/permissions of Discord's API documentation, "Permission Hierarchy" and "Permission Overwrites".
    """

    def __init__(self, guild: discord.Guild) -> None:
        self._guild = guild.id
        self._overwritten = _overwritten(guild.id, tuple(guild._roles))  # noqa: SLF001 - `roles` sorts
        self.rule = self._overwritten.rule
        self.everyone = guild.default_role.permissions.value
        self.others = 0
        self._granting = dict.fromkeys(_ASKED_FOR, 0)
        for number, bit in self._overwritten.bits.items():
            granted = guild._roles[number]._permissions  # noqa: SLF001
            if not granted & _ADMINISTRATOR:
                self.others |= bit
                for permission in self._granting:
                    if granted & permission:
                        self._granting[permission] |= bit

    def having(self, rule: _Rule, permission: int) -> list[_RoleSets]:
        """The sets of roles with a permission: one of the roles is allowed it, or none is denied what most have."""
        allowed = _RoleSets(rule.allowed, self.others)
        undenied = self.others & ~rule.denied
        if rule.everyone is False:
            return [allowed]
        most_have = rule.everyone or self.everyone & permission
        return [allowed, _RoleSets(None if most_have else self._granting[permission], undenied)]

    def lacking(self, rule: _Rule, permission: int) -> list[_RoleSets]:
        """The sets of roles without a permission: none is allowed it, and one is denied it, or most do not have it."""
        unallowed = self.others & ~rule.allowed
        denied = _RoleSets(rule.denied, unallowed)
        if rule.everyone is False:
            return [_RoleSets(None, unallowed)]
        if rule.everyone or self.everyone & permission:
            return [denied]
        return [denied, _RoleSets(None, unallowed & ~self._granting[permission])]

    def without(self, roles: Iterable[int]) -> _RoleSets | None:
        """The sets of roles that have none of these; None where everyone has one."""
        wanted = set(roles)
        return None if self._guild in wanted else _RoleSets(None, self.others & ~self._overwritten.bits_of(wanted))
