"""Permissions, and how roles and a channel's overwrites add up to them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntFlag


class Permission(IntFlag):
    """The permissions that a bot of texts meets."""

    NONE = 0
    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    CONNECT = 1 << 20
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    SEND_MESSAGES_IN_THREADS = 1 << 38


EVERYTHING = ~Permission.NONE
# What Discord gives @everyone in a new guild.
USUAL = EVERYTHING & ~(
    Permission.ADMINISTRATOR
    | Permission.MANAGE_CHANNELS
    | Permission.MANAGE_GUILD
    | Permission.MANAGE_MESSAGES
    | Permission.MANAGE_THREADS
)
IN_DIRECT_MESSAGES = USUAL & ~(Permission.CREATE_PUBLIC_THREADS | Permission.CREATE_PRIVATE_THREADS)


@dataclass(frozen=True)
class Overwrite:
    """What a channel allows and denies to a role or a member, beyond what the guild does."""

    target: int
    is_member: bool = False
    allow: Permission = Permission.NONE
    deny: Permission = Permission.NONE

    def to_payload(self) -> dict[str, object]:
        """Discord's JSON."""
        return {
            "id": str(self.target),
            "type": int(self.is_member),
            "allow": str(int(self.allow)),
            "deny": str(int(self.deny)),
        }


def add_up(
    member: int, everyone: int, roles: Iterable[tuple[int, Permission]], overwrites: Iterable[Overwrite]
) -> Permission:
    """A member's permissions in a channel: guild first, then @everyone's, the roles', and the member's overwrites."""
    held = dict(roles)
    permissions = Permission.NONE
    for granted in held.values():
        permissions |= granted
    if Permission.ADMINISTRATOR in permissions:
        return EVERYTHING
    by_target = {overwrite.target: overwrite for overwrite in overwrites}
    of_roles = [by_target[role] for role in held if role != everyone and role in by_target]
    for group in ([by_target.get(everyone)], of_roles, [by_target.get(member)]):
        found = [overwrite for overwrite in group if overwrite]
        for overwrite in found:
            permissions &= ~overwrite.deny
        for overwrite in found:
            permissions |= overwrite.allow
    # Who may not see a channel may do nothing in it.
    return permissions if Permission.VIEW_CHANNEL in permissions else Permission.NONE
