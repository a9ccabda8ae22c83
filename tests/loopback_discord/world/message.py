"""Messages and their files, as Discord describes them, and whom a message pings."""

from __future__ import annotations

import mimetypes
import re
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePosixPath

from tests.loopback_discord.world.channel import Channel
from tests.loopback_discord.world.permissions import Permission
from tests.loopback_discord.world.snowflakes import time_of
from tests.loopback_discord.world.users import Payload, Role, User

EPHEMERAL = 1 << 6
LOADING = 1 << 7
# What Discord does with mentions where a request says nothing about them.
PARSE_EVERYTHING: Payload = {"parse": ["users", "roles", "everyone"], "replied_user": True}


@dataclass(eq=False)
class Attachment:
    """A file of a message; the server gives its bytes at its address."""

    id: int
    filename: str
    data: bytes
    url: str

    def to_payload(self) -> Payload:
        """Discord's JSON; of a name beyond ASCII only the ending stays, the rest becomes the title.

        Source: resources/message ("Attachment Object") of Discord's API documentation.
        """
        path = PurePosixPath(self.filename)
        named: Payload = {"filename": self.filename}
        if not self.filename.isascii():
            named = {"filename": f"{self.id:016x}{path.suffix}", "title": path.stem}
        return {
            "id": str(self.id),
            **named,
            "size": len(self.data),
            "url": self.url,
            "proxy_url": self.url,
            "content_type": mimetypes.guess_type(self.filename)[0] or "application/octet-stream",
        }


@dataclass(eq=False)
class Message:
    """A message, as it stands after its edits."""

    id: int
    channel: Channel
    author: User
    content: str = ""
    type: int = 0
    embeds: list[Payload] = field(default_factory=list)
    components: list[Payload] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    flags: int = 0
    mentions: list[User] = field(default_factory=list)
    mention_roles: list[Role] = field(default_factory=list)
    mention_everyone: bool = False
    reference: Message | None = None
    reactions: dict[str, list[User]] = field(default_factory=dict)
    nonce: str | None = None
    edited_at: datetime | None = None
    deleted: bool = False
    thread: Channel | None = None
    interaction_metadata: Payload | None = None

    @property
    def ephemeral(self) -> bool:
        """Whether only one user sees it."""
        return bool(self.flags & EPHEMERAL)

    @property
    def loading(self) -> bool:
        """Whether it only says that the bot is thinking."""
        return bool(self.flags & LOADING)

    def ping(self, allowed: Payload | None) -> None:
        """Set whom the message pings: what its text mentions, as far as `allowed_mentions` allows."""
        rules = PARSE_EVERYTHING if allowed is None else allowed
        parse, users, roles = ({str(item) for item in rules.get(key) or ()} for key in ("parse", "users", "roles"))
        guild = self.channel.guild
        named = dict.fromkeys(re.findall(r"<@!?(\d+)>", self.content))
        allowed_people = [self._person(int(number)) for number in named if "users" in parse or number in users]
        self.mentions = [person for person in allowed_people if person]
        if self.reference and rules.get("replied_user") and self.reference.author not in self.mentions:
            self.mentions.append(self.reference.author)
        everyone = Permission.MENTION_EVERYONE in self.channel.permissions(self.author)
        found = re.search(r"@(everyone|here)\b", self.content)
        self.mention_everyone = bool(guild and everyone and "everyone" in parse and found)
        named = dict.fromkeys(re.findall(r"<@&(\d+)>", self.content))
        self.mention_roles = [
            role
            for role in (guild.roles.values() if guild else ())
            if str(role.id) in named and (role.mentionable or everyone) and ("roles" in parse or str(role.id) in roles)
        ]

    def to_payload(self, reader: User, *, in_full: bool = True, with_reference: bool = True) -> Payload:
        """Discord's JSON for the reader; unless in full, without what takes the message-content intent to read."""
        guild = self.channel.guild
        payload: Payload = {
            "id": str(self.id),
            "channel_id": str(self.channel.id),
            "author": self.author.to_payload(),
            "type": self.type,
            "content": self.content,
            "embeds": self.embeds,
            "components": self.components,
            "attachments": [attachment.to_payload() for attachment in self.attachments],
            "flags": self.flags,
            "timestamp": time_of(self.id).isoformat(),
            "edited_timestamp": self.edited_at.isoformat() if self.edited_at else None,
            "mentions": [user.to_payload() for user in self.mentions],
            "mention_roles": [str(role.id) for role in self.mention_roles],
            "mention_everyone": self.mention_everyone,
            "pinned": False,
            "tts": False,
        }
        if not (in_full or guild is None or self.author is reader or reader in self.mentions):
            payload |= {"content": "", "embeds": [], "components": [], "attachments": []}
        if self.nonce is not None:
            payload["nonce"] = self.nonce
        if self.thread is not None:
            payload["thread"] = self.thread.to_payload()
        if self.interaction_metadata is not None:
            application = str(self.author.id)  # an application has its bot's id
            payload |= {"application_id": application, "webhook_id": application}
            payload["interaction_metadata"] = self.interaction_metadata
        if self.reactions:
            payload["reactions"] = [self._reaction(emoji, reader) for emoji in self.reactions]
        if self.reference is not None:
            original = self.reference
            payload["message_reference"] = {
                "type": 0,
                "channel_id": str(original.channel.id),
                "message_id": str(original.id),
            } | ({"guild_id": str(guild.id)} if guild else {})
            if with_reference:  # only one level deep
                payload["referenced_message"] = (
                    None if original.deleted else original.to_payload(reader, in_full=in_full, with_reference=False)
                )
        return payload

    def _person(self, number: int) -> User | None:
        """Whoever has this id and is here."""
        if guild := self.channel.guild:
            return guild.members[number].user if number in guild.members else None
        here = self.author, self.channel.recipient, *self.channel.people
        return next((person for person in here if person and person.id == number), None)

    def _reaction(self, emoji: str, reader: User) -> Payload:
        users = self.reactions[emoji]
        return {
            "emoji": {"id": None, "name": emoji},
            "count": len(users),
            "count_details": {"burst": 0, "normal": len(users)},
            "burst_colors": [],
            "me_burst": False,
            "me": reader in users,
        }
