"""Who may read what: a person, and everyone who sees a place.

Who is in a guild is not known without a privileged intent. So a place is taken to be seen by whoever its permissions
would let see it, with any of the guild's roles: what such a person may not read is not shown there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations

import discord
from discord.abc import GuildChannel

from index.audience import CHANNEL, EVERYBODY, GUILD, ROLES, Audience

# Whether a person of this number, None for anybody, has something where they hold these roles.
_Holds = Callable[[int | None, Sequence[discord.Role]], bool]


def may_read(audience: Audience, member: discord.Member) -> bool:
    """Whether a member of a guild is part of an audience."""
    if audience.kind == EVERYBODY:
        return True
    if audience.guild != member.guild.id:
        return False
    if audience.kind == GUILD:
        return True
    if audience.kind == ROLES:
        roles = {role.id for role in member.roles}
        return member.guild_permissions.administrator or not roles.isdisjoint(audience.roles)
    channel = _channel_of(audience, member.guild)
    return channel is not None and _reads(channel.permissions_for(member))


def everyone_may_read(audience: Audience, place: GuildChannel, asker: discord.Member | None = None) -> bool:
    """Whether everyone who can see a place is part of an audience; of the asker we know which roles they hold."""
    if audience.kind == EVERYBODY:
        return True
    guild = place.guild
    if audience.guild != guild.id:
        return False
    if audience.kind == GUILD:
        return True
    sees = _Rule(place, "view_channel")
    if audience.kind == ROLES:
        wanted: list[_Holds] = [lambda _, roles: any(role.id in audience.roles for role in roles)]
        rules = [sees]
    else:
        channel = _channel_of(audience, guild)
        if channel is None:
            return False
        rules = [sees, _Rule(channel, "view_channel"), _Rule(channel, "read_message_history")]
        wanted = [rule.holds for rule in rules[1:]]
    known = {guild.owner_id, guild.me.id, asker.id if asker and may_read(audience, asker) else None}
    people = [None, *({person for rule in rules for person in rule.people} - known)]
    return not any(
        sees.holds(person, roles) and not all(holds(person, roles) for holds in wanted)
        for roles in _role_sets(guild, rules, audience.roles)
        for person in people
    )


def readable(channel: GuildChannel) -> bool:
    """Whether the bot itself may read a channel with its history."""
    return _reads(channel.permissions_for(channel.guild.me))


def _channel_of(audience: Audience, guild: discord.Guild) -> GuildChannel | None:
    """The channel of an audience; none where it is gone, or where the bot may no longer read it."""
    channel = guild.get_channel(audience.channel) if audience.kind == CHANNEL else None
    return channel if channel is not None and readable(channel) else None


def _reads(permissions: discord.Permissions) -> bool:
    return permissions.view_channel and permissions.read_message_history


class _Rule:
    """How a channel gives one permission: by the guild's roles, and its own overwrites.

    Source: topics/permissions of Discord's API documentation, "Permission Hierarchy" and "Permission Overwrites".
    """

    def __init__(self, channel: GuildChannel, name: str) -> None:
        self._name = name
        self._everyone = channel.guild.default_role
        self._of_roles: dict[int, bool] = {}
        self.people: dict[int, bool] = {}
        flag = getattr(discord.Permissions, name).flag
        # `channel.overwrites` makes objects of all that Discord permits: a hundred times as slow, for every source.
        for overwrite in channel._overwrites:  # noqa: SLF001
            if (overwrite.allow | overwrite.deny) & flag:
                told = self.people if overwrite.is_member() else self._of_roles
                told[overwrite.id] = bool(overwrite.allow & flag)

    def of_role(self, role: discord.Role) -> tuple[bool, bool | None]:
        """What a role says to the permission: in the guild, and in the channel."""
        return getattr(role.permissions, self._name), self._of_roles.get(role.id)

    def holds(self, person: int | None, roles: Sequence[discord.Role]) -> bool:
        """Whether somebody with these roles, @everyone's among them, has the permission."""
        if person in self.people:
            return self.people[person]
        own = [
            allowed for role in roles if role != self._everyone and (allowed := self._of_roles.get(role.id)) is not None
        ]
        if own:
            return any(own)
        everyone = self._of_roles.get(self._everyone.id)
        return any(getattr(role.permissions, self._name) for role in roles) if everyone is None else everyone


def _role_sets(
    guild: discord.Guild, rules: Sequence[_Rule], among: Sequence[int]
) -> Iterator[tuple[discord.Role, ...]]:
    """Sets of roles that, between them, show all that any set can show.

    Two roles beside @everyone's are enough: one that lets see the place, and one that keeps from reading. Whoever
    holds more of them and sees the place without being allowed to read does so because of those two. Of roles that
    say the same to all rules one will do. Administrators may read everything.
    """
    if guild.default_role.permissions.administrator:
        return
    distinct = {
        (role.id in among, *(rule.of_role(role) for rule in rules)): role
        for role in guild.roles
        if role != guild.default_role and not role.permissions.administrator
    }
    for count in range(3):
        for roles in combinations(distinct.values(), count):
            yield guild.default_role, *roles
