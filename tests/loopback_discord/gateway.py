"""The gateway: it lets bots identify and resume, dispatches events to them, and answers their heartbeats."""

from __future__ import annotations

import asyncio
import json
import math
import secrets
import time
from collections.abc import Iterable

from aiohttp import WSMsgType, web

from tests.loopback_discord.journal import Journal
from tests.loopback_discord.session import PRIVILEGED, CloseCode, Connection, Heartbeat, Intent, Opcode, Session
from tests.loopback_discord.world.channel import Channel, Guild
from tests.loopback_discord.world.message import Message
from tests.loopback_discord.world.users import Payload, User
from tests.loopback_discord.world.world import World

LONGEST_PAYLOAD = 4_096
SENDS_PER_MINUTE = 120
CLEAN_CLOSES = {1000, 1001}


class Gateway:
    """Sessions, and what is dispatched to them."""

    def __init__(self, world: World, journal: Journal, token: str, heartbeat_interval: float) -> None:
        self.url = ""
        self.heartbeat_interval = heartbeat_interval
        self.privileged_intents_allowed = False
        # Discord does both; others may not.
        self.tells_members_with_messages = True
        self.sessions: dict[str, Session] = {}
        self.heartbeats: list[Heartbeat] = []
        self.received: list[Payload] = []
        # As many shards may identify at once, each again after so many seconds: Discord's are 5.
        self.max_concurrency = 1
        self.seconds_between_identifies = 0.0
        # With fewer shards no bot is let in.
        self.least_shards = 1
        # How many identifications are left, if that is told.
        self.identifies_left: int | None = None
        # While it is not set, whoever connects waits.
        self.lets_in = asyncio.Event()
        self.lets_in.set()
        self._identified_at: dict[int, float] = {}
        self.identifies = 0
        self.resumes = 0
        self._world = world
        self._journal = journal
        self._token = token

    @property
    def connected(self) -> list[Session]:
        """The sessions with a connection."""
        return [session for session in self.sessions.values() if session.connection]

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        """Serve one connection to its end."""
        await self.lets_in.wait()
        socket = web.WebSocketResponse(max_msg_size=0)
        await socket.prepare(request)
        connection = Connection(socket, request, time.monotonic())
        await connection.send(Opcode.HELLO, {"heartbeat_interval": round(self.heartbeat_interval * 1000)})
        async for frame in socket:
            if frame.type is WSMsgType.TEXT and await self._may_send(connection, frame.data):
                await self._receive(connection, json.loads(frame.data))
        if (session := connection.session) and session.connection is connection:
            session.connection = None
            if socket.close_code in CLEAN_CLOSES:
                self.sessions.pop(session.id, None)
        self._journal.notify()
        return socket

    async def dispatch(
        self, event: str, data: Payload, guild: Guild | None = None, intent: Intent = Intent.NONE
    ) -> None:
        """Send an event to the session whose shard and intents it falls under, now or once it has resumed."""
        for session in list(self.sessions.values()):
            if self._concerns(session, guild, intent):
                await self._dispatch_to(session, event, data)

    async def dispatch_interaction(self, data: Payload, guild: Guild | None) -> None:
        """Send INTERACTION_CREATE; it takes no intent, and comes from guilds too that the bot is not in."""
        for session in list(self.sessions.values()):
            if session.shard == _shard(session, guild):
                await self._dispatch_to(session, "INTERACTION_CREATE", data)

    async def dispatch_in(
        self, channel: Channel, event: str, data: Payload, guild_intent: Intent, direct_intent: Intent = Intent.NONE
    ) -> None:
        """Send an event of a channel, with the ids that say where; nobody is told of what they do not see."""
        if channel.seen_by(self._world.bot):
            guild = channel.guild
            data = data | {"channel_id": str(channel.id)} | ({"guild_id": str(guild.id)} if guild else {})
            await self.dispatch(event, data, guild, guild_intent if guild else direct_intent)

    async def dispatch_message(self, event: str, message: Message) -> None:
        """Send MESSAGE_CREATE or MESSAGE_UPDATE, without the content where the bot may not read it."""
        guild, bot = message.channel.guild, self._world.bot
        if message.ephemeral or not message.channel.seen_by(bot):
            return
        intent = Intent.GUILD_MESSAGES if guild else Intent.DIRECT_MESSAGES
        for session in list(self.sessions.values()):
            if self._concerns(session, guild, intent):
                payload = message.to_payload(bot, in_full=Intent.MESSAGE_CONTENT in session.intents)
                if guild:
                    payload["guild_id"] = str(guild.id)
                    if self.tells_members_with_messages and (member := guild.members.get(message.author.id)):
                        payload["member"] = member.to_payload(with_user=False)
                await self._dispatch_to(session, event, payload)

    async def dispatch_thread(self, event: str, thread: Channel, **more: object) -> None:
        """Send THREAD_CREATE or THREAD_UPDATE, if the bot sees the thread."""
        if thread.seen_by(self._world.bot):
            data = thread.to_payload() | more
            if self._world.bot.id in thread.participants:
                data["member"] = thread.member_payload(self._world.bot.id)
            await self.dispatch(event, data, thread.guild, Intent.GUILDS)

    async def dispatch_thread_list(self, guild: Guild, channels: Iterable[Channel]) -> None:
        """Send THREAD_LIST_SYNC for channels that have come into the bot's sight."""
        parents = {channel.id for channel in channels}
        threads = [one for one in self._open_threads(guild) if one.parent and one.parent.id in parents]
        bot = self._world.bot.id
        data: Payload = {"guild_id": str(guild.id), "channel_ids": [str(number) for number in parents]}
        data["threads"] = [thread.to_payload() for thread in threads]
        data["members"] = [thread.member_payload(bot) for thread in threads if bot in thread.participants]
        await self.dispatch("THREAD_LIST_SYNC", data, guild, Intent.GUILDS)

    async def add_to_thread(self, thread: Channel, user: User) -> None:
        """Let somebody into a thread; the bot is told when that is itself, or where it may know of all members."""
        if user.id in thread.participants:
            return
        saw = thread.seen_by(self._world.bot)
        thread.participants.add(user.id)
        if not saw:
            await self.dispatch_thread("THREAD_CREATE", thread)
        await self._tell_members(thread, user, added_members=[thread.member_payload(user.id)])

    async def remove_from_thread(self, thread: Channel, user: User) -> None:
        """Take somebody out of a thread."""
        thread.participants.discard(user.id)
        await self._tell_members(thread, user, removed_member_ids=[str(user.id)])

    async def _tell_members(self, thread: Channel, user: User, **change: object) -> None:
        data: Payload = {"id": str(thread.id), "guild_id": str(thread.guild.id if thread.guild else 0)}
        data |= {"member_count": len(thread.participants)} | change
        itself = user is self._world.bot
        if itself or thread.seen_by(self._world.bot):
            intent = Intent.GUILDS if itself else Intent.GUILDS | Intent.GUILD_MEMBERS
            await self.dispatch("THREAD_MEMBERS_UPDATE", data, thread.guild, intent)

    async def dispatch_guild(self, guild: Guild) -> None:
        """Send GUILD_CREATE, when the bot has been added."""
        for session in list(self.sessions.values()):
            if self._concerns(session, guild, Intent.GUILDS):
                await self._dispatch_to(session, "GUILD_CREATE", self._guild_create(guild, session.intents))

    async def drop(self, code: int | None = None) -> None:
        """Cut every connection: without a word, as a broken line does, or with a close code; sessions can resume."""
        for session in self.connected:
            connection, session.connection = session.connection, None
            if connection and code is not None:
                await connection.socket.close(code=code)
            elif connection and connection.request.transport:
                connection.request.transport.abort()

    async def send_to_all(self, opcode: Opcode, data: object = None) -> None:
        """Send RECONNECT, or INVALID_SESSION (with True where the bot may resume; with False the sessions end)."""
        for session in self.connected:
            if opcode is Opcode.INVALID_SESSION and not data:
                self.sessions.pop(session.id)
            if session.connection:
                await session.connection.send(opcode, data)

    async def _may_send(self, connection: Connection, text: str) -> bool:
        now = time.monotonic()
        connection.sent_at.append(now)
        while now - connection.sent_at[0] > 60:
            connection.sent_at.popleft()
        if len(text.encode()) > LONGEST_PAYLOAD:
            self._journal.violate("gateway_payload", f"{len(text.encode())} bytes exceed {LONGEST_PAYLOAD}")
            await connection.socket.close(code=CloseCode.DECODE_ERROR)
            return False
        if len(connection.sent_at) > SENDS_PER_MINUTE:
            self._journal.violate("gateway_rate_limit", f"more than {SENDS_PER_MINUTE} sends in a minute")
            await connection.socket.close(code=CloseCode.RATE_LIMITED)
            return False
        return True

    async def _receive(self, connection: Connection, payload: Payload) -> None:
        opcode, data = payload["op"], payload.get("d")
        self.received.append(payload)
        if opcode == Opcode.HEARTBEAT:
            self._note_heartbeat(connection)
            await connection.send(Opcode.HEARTBEAT_ACK, None)
        elif opcode == Opcode.IDENTIFY and isinstance(data, dict):
            await self._identify(connection, data)
        elif opcode == Opcode.RESUME and isinstance(data, dict):
            await self._resume(connection, data)
        elif opcode == Opcode.REQUEST_GUILD_MEMBERS and isinstance(data, dict) and connection.session:
            await self._send_members(connection.session, data)
        self._journal.notify()

    def _note_heartbeat(self, connection: Connection) -> None:
        now = time.monotonic()
        seconds = now - connection.last_heartbeat
        connection.last_heartbeat = now
        shard = connection.session.shard if connection.session else None
        self.heartbeats.append(Heartbeat(shard, now, seconds, late=seconds > 2 * self.heartbeat_interval))

    async def _identify(self, connection: Connection, data: Payload) -> None:
        self.identifies += 1
        if data["token"] != self._token:
            self._journal.violate("unauthorized", "IDENTIFY with a wrong token")
            await connection.socket.close(code=CloseCode.AUTHENTICATION_FAILED, message=b"Authentication failed.")
            return
        intents = Intent(data["intents"])
        if intents & PRIVILEGED and not self.privileged_intents_allowed:
            await connection.socket.close(code=CloseCode.DISALLOWED_INTENTS, message=b"Disallowed intent(s).")
            return
        shard, count = data.get("shard", (0, 1))
        if not 0 <= shard < count:
            await connection.socket.close(code=CloseCode.INVALID_SHARD, message=b"Invalid shard.")
            return
        if count < self.least_shards:
            await connection.socket.close(code=CloseCode.SHARDING_REQUIRED, message=b"Sharding required.")
            return
        key, now = shard % self.max_concurrency, time.monotonic()
        if now - self._identified_at.get(key, -math.inf) < self.seconds_between_identifies:
            self._journal.violate("identify_rate_limit", f"shard {shard} identified too early after another")
            await connection.send(Opcode.INVALID_SESSION, data=False)
            return
        self._identified_at[key] = now
        session = Session(secrets.token_hex(16), intents, shard, count)
        # Whoever identifies anew has given up what was before.
        for earlier in [one for one in self.sessions.values() if one.shard == shard and not one.connection]:
            self.sessions.pop(earlier.id)
        self._attach(session, connection)
        guilds = [guild for guild in self._world.guilds.values() if self._concerns(session, guild)]
        await self._dispatch_to(
            session,
            "READY",
            {
                "v": 10,
                "user": self._world.bot.to_payload() | {"verified": True, "mfa_enabled": False},
                "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
                "session_id": session.id,
                "resume_gateway_url": self.url,
                "shard": [shard, count],
                "application": {"id": str(self._world.bot.id), "flags": 0},
            },
        )
        for guild in guilds if Intent.GUILDS in intents else ():
            await self._dispatch_to(session, "GUILD_CREATE", self._guild_create(guild, intents))

    async def _resume(self, connection: Connection, data: Payload) -> None:
        if data["token"] != self._token:
            await connection.socket.close(code=CloseCode.AUTHENTICATION_FAILED, message=b"Authentication failed.")
            return
        session, seen = self.sessions.get(data["session_id"] or ""), data["seq"] or 0
        if session is None or not session.remembers(seen):
            await connection.send(Opcode.INVALID_SESSION, data=False)
            return
        self.resumes += 1
        while text := session.after(seen):  # more may happen meanwhile
            await connection.send_text(text)
            seen += 1
        self._attach(session, connection)
        await self._dispatch_to(session, "RESUMED", {})

    def _attach(self, session: Session, connection: Connection) -> None:
        self.sessions[session.id] = session
        session.connection, connection.session = connection, session

    async def _dispatch_to(self, session: Session, event: str, data: Payload) -> None:
        text = session.keep(event, data)
        if session.connection and not session.connection.socket.closed:
            await session.connection.send_text(text)

    def _concerns(self, session: Session, guild: Guild | None, intent: Intent = Intent.NONE) -> bool:
        member = guild is None or self._world.bot.id in guild.members
        return session.shard == _shard(session, guild) and member and intent in session.intents

    def _guild_create(self, guild: Guild, intents: Intent) -> Payload:
        everyone = {Intent.GUILD_MEMBERS, Intent.GUILD_PRESENCES} <= set(intents)
        members = [member for member in guild.members.values() if everyone or member.user is self._world.bot]
        bot = self._world.bot
        channels = [channel for channel in guild.channels.values() if not channel.is_thread]
        empty = "voice_states presences stage_instances guild_scheduled_events soundboard_sounds"
        return guild.to_payload() | {
            "joined_at": guild.members[self._world.bot.id].joined_at.isoformat(),
            "large": False,
            "unavailable": False,
            "member_count": len(guild.members),
            "members": [member.to_payload() for member in members],
            "channels": [channel.to_gateway_payload(bot) for channel in channels],
            "threads": [thread.to_payload() for thread in self._open_threads(guild)],
            **{name: [] for name in empty.split()},
        }

    def _open_threads(self, guild: Guild) -> list[Channel]:
        """The threads that the bot is told of by itself: it has to ask for those in the archive."""
        threads = (one for one in guild.channels.values() if one.is_thread and not one.archived)
        return [thread for thread in threads if thread.seen_by(self._world.bot)]

    async def _send_members(self, session: Session, data: Payload) -> None:
        guild = self._world.guilds[int(data["guild_id"])]
        wanted = {int(user) for user in data.get("user_ids") or ()}
        members = [
            member.to_payload()
            for member in guild.members.values()
            if (member.user.id in wanted if wanted else member.user.name.startswith(data.get("query") or ""))
        ]
        chunk = {"guild_id": str(guild.id), "members": members, "chunk_index": 0, "chunk_count": 1}
        await self._dispatch_to(session, "GUILD_MEMBERS_CHUNK", chunk | {"nonce": data.get("nonce")})


def _shard(session: Session, guild: Guild | None) -> int:
    """Which shard gets a guild's events; direct messages come to the first."""
    return (guild.id >> 22) % session.shard_count if guild else 0
