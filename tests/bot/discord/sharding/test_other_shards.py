"""Direct messages about guilds of other shards, of which the process that answers is told nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest

from index.audience import Audience
from index.store.discord.guilds import Guilds
from index.store.store import Store
from tests.bot.discord.company import connected, new_company, until
from tests.bot.discord.sharding.shards import add_guild, serving
from tests.loopback_discord.scenario import asynchronous
from tests.loopback_discord.server import LoopbackDiscord
from tests.loopback_discord.world.channel import Channel, Guild
from tests.loopback_discord.world.permissions import Overwrite, Permission
from tests.loopback_discord.world.users import User
from tests.stores import document, put

QUESTION = "合言葉は何ですか？"
ANSWER = "山と川"
CHANNELS = "GET /guilds/{guild_id}/channels"


class Elsewhere(NamedTuple):
    """A guild of shard 1 with a private channel, which 花子 reads; and what the server keeps."""

    server: LoopbackDiscord
    guild: Guild
    private: Channel
    hanako: User

    def leave(self, person: User) -> None:
        """Let somebody leave the guild."""
        del self.guild.members[person.id]

    def hide(self, person: User) -> None:
        """Let somebody no longer see the channel."""
        self.private.overwrites.append(Overwrite(person.id, is_member=True, deny=Permission.VIEW_CHANNEL))
        self.private.overwrites = [one for one in self.private.overwrites if one.target != person.id or one.deny]

    async def answer(self) -> str:
        """What the bot answers 花子 in direct messages."""
        asked = await self.server.send_message(self.hanako, self.server.world.direct_channel(self.hanako), QUESTION)
        (answer,) = await self.server.replies(asked, seconds=15)
        return str([answer.content, answer.embeds])


DENIALS: dict[str, Callable[[Elsewhere], None]] = {
    "they left": lambda there: there.leave(there.hanako),
    "they no longer see the channel": lambda there: there.hide(there.hanako),
    "the bot no longer sees the channel": lambda there: there.hide(there.server.world.bot),
    "the channel is gone": lambda there: there.server.world.remove_channel(there.private),
    "the bot was removed": lambda there: there.server.world.remove_bot(there.guild),
    "Discord does not say": lambda there: there.server.failing.update({CHANNELS: 500}),
}


@pytest.mark.parametrize("denial", DENIALS)
def test_rights_in_a_guild_of_another_shard_are_what_they_are_now(store: Store, denial: str) -> None:
    """What somebody may read there is answered from, until the moment when they may not."""

    @asynchronous
    async def play() -> None:
        there = _elsewhere(store)
        async with there.server:
            company = new_company()._replace(server=there.server)
            async with connected(company, store, serving("0", 2)) as client:
                await until(lambda: client.services.ownership.holds(None))
                assert client.get_guild(there.guild.id) is None
                assert ANSWER in await there.answer()
                DENIALS[denial](there)
                assert ANSWER not in await there.answer()

    play()


def test_a_stranger_is_not_asked_about_again_at_once(store: Store) -> None:
    """A direct message takes one request for a guild, three more where the person is a member; none for a stranger."""

    @asynchronous
    async def play() -> None:
        there = _elsewhere(store)
        for number in range(3):
            other = add_guild(there.server.world, 1, 2, f"他社{number}")
            put(store, f"/{number}", document("b", "他社の合言葉は海です"), audience=Audience("guild", other.id))
        async with there.server:
            company = new_company()._replace(server=there.server)
            async with connected(company, store, serving("0", 2)) as client:
                await until(lambda: client.services.ownership.holds(None))
                assert [await _requests(there), await _requests(there)] == [4 + 3, 4]

    play()


def test_guilds_of_other_shards_are_not_taken_for_removals(store: Store) -> None:
    """Only a guild of the own shards that Discord does not list has removed the bot."""

    @asynchronous
    async def play() -> None:
        there = _elsewhere(store)
        removed = add_guild(there.server.world, 0, 2, "去った会社")
        put(store, "/removed", document("c", "去った会社の合言葉は空です"), audience=Audience("guild", removed.id))
        there.server.world.remove_bot(removed)
        async with there.server:
            company = new_company()._replace(server=there.server)
            settings = serving("0", 2)._replace(forget_guild_after_days=0)
            async with connected(company, store, settings):
                await until(lambda: not Guilds(store).settings(removed.id) and len(store.sources()) == 1)
            assert [source.location for source in store.sources()] == ["/secret"]

    play()


def _elsewhere(store: Store) -> Elsewhere:
    server = new_company().server
    hanako = server.world.add_user("花子")
    guild = add_guild(server.world, 1, 2, "別会社", hanako)
    private = server.world.add_private_channel(guild, "極秘", hanako)
    readers = Audience("channel", guild.id, private.id)
    put(store, "/secret", document("a", f"合言葉は{ANSWER}です"), audience=readers)
    return Elsewhere(server, guild, private, hanako)


async def _requests(there: Elsewhere) -> int:
    """How many requests about guilds an answer takes."""
    before = len(there.server.requests)
    assert ANSWER in await there.answer()
    return sum(request.path.startswith("/guilds/") for request in there.server.requests[before:])
