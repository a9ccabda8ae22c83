"""A bot's session with the gateway: what it identified for, its connection, its heartbeats."""

from __future__ import annotations

import contextlib
import json
from collections import deque
from dataclasses import dataclass, field
from enum import IntEnum, IntFlag

from aiohttp import web


class Opcode(IntEnum):
    """What a gateway payload is."""

    DISPATCH = 0
    HEARTBEAT = 1
    IDENTIFY = 2
    PRESENCE_UPDATE = 3
    RESUME = 6
    RECONNECT = 7
    REQUEST_GUILD_MEMBERS = 8
    INVALID_SESSION = 9
    HELLO = 10
    HEARTBEAT_ACK = 11


class CloseCode(IntEnum):
    """Why the gateway closes a connection."""

    UNKNOWN_ERROR = 4000
    DECODE_ERROR = 4002
    AUTHENTICATION_FAILED = 4004
    RATE_LIMITED = 4008
    INVALID_SHARD = 4010
    SHARDING_REQUIRED = 4011
    DISALLOWED_INTENTS = 4014


class Intent(IntFlag):
    """Which events a bot asks for."""

    NONE = 0
    GUILDS = 1 << 0
    GUILD_MEMBERS = 1 << 1
    GUILD_PRESENCES = 1 << 8
    GUILD_MESSAGES = 1 << 9
    GUILD_MESSAGE_REACTIONS = 1 << 10
    DIRECT_MESSAGES = 1 << 12
    DIRECT_MESSAGE_REACTIONS = 1 << 13
    MESSAGE_CONTENT = 1 << 15


# A session that has missed more than these cannot be resumed.
EVENTS_KEPT = 10_000
PRIVILEGED = Intent.GUILD_MEMBERS | Intent.GUILD_PRESENCES | Intent.MESSAGE_CONTENT


@dataclass(frozen=True)
class Heartbeat:
    """A heartbeat of a bot's; it is late if it came more than one interval after it was due."""

    shard: int | None
    received_at: float
    seconds_since_last: float
    late: bool


@dataclass(eq=False)
class Session:
    """What a bot identified for; it outlives a connection that broke, and keeps its events for the resumption."""

    id: str
    intents: Intent
    shard: int
    shard_count: int
    connection: Connection | None = None
    sequence: int = 0
    events: deque[str] = field(default_factory=lambda: deque(maxlen=EVENTS_KEPT))

    def keep(self, event: str, data: object) -> str:
        """Number an event, and keep it."""
        self.sequence += 1
        text = json.dumps({"op": Opcode.DISPATCH, "t": event, "s": self.sequence, "d": data}, ensure_ascii=False)
        self.events.append(text)
        return text

    def after(self, sequence: int) -> str | None:
        """The event after this one, if there is one."""
        return self.events[sequence - self.sequence] if self.remembers(sequence) and sequence < self.sequence else None

    def remembers(self, sequence: int) -> bool:
        """Whether all that came after this event is still kept."""
        return self.sequence - len(self.events) <= sequence <= self.sequence


@dataclass(eq=False)
class Connection:
    """A connection of a bot's."""

    socket: web.WebSocketResponse
    request: web.Request
    last_heartbeat: float
    sent_at: deque[float] = field(default_factory=deque)
    session: Session | None = None

    async def send(self, opcode: Opcode, data: object) -> None:
        """Send a payload that is no event."""
        await self.send_text(json.dumps({"op": opcode, "d": data, "s": None, "t": None}))

    async def send_text(self, text: str) -> None:
        """Send a payload, unless the bot has just died."""
        with contextlib.suppress(ConnectionError):
            await self.socket.send_str(text)
