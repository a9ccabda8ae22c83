"""What happens to messages while the bot cannot see, or cannot read what they say, reaches its answers all the same."""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.settings import Settings
from index.store.backup.backup import back_up
from index.store.backup.restoring import restore, verified_backup
from index.store.discord.channels import Channels
from index.store.store import Store
from tests.bot.discord.company import SETTINGS, Company, connected, new_company, texts, until
from tests.bot.discord.knowledge.test_saved_messages import SAVE
from tests.bot.discord.learning.test_learning import COSTS, QUESTION, READING, learn
from tests.loopback_discord.scenario import asynchronous
from tests.loopback_discord.world.permissions import EVERYTHING, USUAL, Overwrite, Permission
from tests.loopback_discord.world.users import Role

HISTORY = "GET /channels/{channel_id}/messages"
MESSAGE = "GET /channels/{channel_id}/messages/{message_id}"
ROOM, WHERE = "会議室は四階です。", "会議室は何階ですか"

Step = Callable[[], Awaitable[object]]


async def answered(company: Company, question: str) -> str:
    """What 花子 is answered, alone."""
    asked = await company.server.slash(
        company.hanako,
        company.server.world.direct_channel(company.hanako),
        "ask",
        {"question": question, "private": True},
    )
    return str(asked.embeds)


def closed(company: Company, *more: Overwrite) -> list[Overwrite]:
    """Overwrites that let only 花子 see a channel, and whom else they name."""
    hanako = Overwrite(company.hanako.id, is_member=True, allow=READING)
    return [Overwrite(company.guild.id, deny=Permission.VIEW_CHANNEL), hanako, *more]


class Sight:
    """The public channel, which the bot reads by one means only; each way takes that means, and gives it back."""

    def __init__(self, company: Company) -> None:
        self.company, self.server, self.bot = company, company.server, company.server.world.bot
        self.member = company.guild.members[self.bot.id]
        self.own = list(self.member.roles)
        self.reader: Role = self.server.world.add_role(company.guild, "全部読む人", EVERYTHING)
        company.public.overwrites = closed(company)
        self.member.roles.append(self.reader)

    def ways(self, way: str) -> tuple[Step, Step]:
        """How the bot loses its sight of the channel, and how it gets it back."""
        company, server = self.company, self.server
        allowed = Overwrite(self.bot.id, is_member=True, allow=READING)
        if way == "overwrite":
            self.member.roles.remove(self.reader)
            company.public.overwrites = closed(company, allowed)

        async def come_back() -> None:
            role = await server.create_role(company.guild, "また読む人", EVERYTHING)
            await server.set_roles(company.guild, self.bot, *self.own, role)

        return {
            "own roles": (
                lambda: server.set_roles(company.guild, self.bot, *self.own),
                lambda: server.set_roles(company.guild, self.bot, *self.own, self.reader),
            ),
            "a role's permissions": (
                lambda: server.set_permissions(company.guild, self.reader, Permission.NONE),
                lambda: server.set_permissions(company.guild, self.reader, EVERYTHING),
            ),
            "a deleted role": (lambda: server.delete_role(company.guild, self.reader), come_back),
            "overwrite": (
                lambda: server.set_overwrites(company.public, *closed(company)),
                lambda: server.set_overwrites(company.public, *closed(company, allowed)),
            ),
            "the whole server": (
                lambda: server.kick_bot(company.guild),
                lambda: server.invite_bot(company.guild, EVERYTHING),
            ),
        }[way]


@pytest.mark.parametrize(
    ("way", "kind"),
    [
        ("own roles", "learnt"),
        ("a role's permissions", "learnt"),
        ("a deleted role", "learnt"),
        ("overwrite", "learnt"),
        ("the whole server", "learnt"),
        ("own roles", "saved"),
        ("the whole server", "saved"),
    ],
)
def test_what_was_deleted_out_of_sight_is_not_quoted_again(store: Store, way: str, kind: str) -> None:
    """Nothing of a channel that can be read again is quoted before it was gone through; then what is still there is."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        lose, regain = Sight(company).ways(way)
        async with company.server:
            gone = await company.server.send_message(company.hanako, company.public, COSTS)
            kept = await company.server.send_message(company.hanako, company.public, ROOM)
            async with connected(company, store):
                if kind == "learnt":
                    await learn(company)
                else:
                    for message in (gone, kept):
                        await company.server.context_menu(company.boss, message, SAVE)
                assert "五千円" in await answered(company, QUESTION)
                await lose()
                await company.server.delete_message(gone)
                company.server.limit_next(HISTORY if kind == "learnt" else MESSAGE, 1.0)
                await regain()
                for question, secret in ((QUESTION, "五千円"), (WHERE, "四階")):
                    assert secret not in await answered(company, question)
                await until(lambda: COSTS not in "".join(texts(store)))
                await until(store.quotable)
                assert "四階" in await answered(company, WHERE)

    play()


def test_a_database_that_is_slow_to_learn_of_it_lets_nothing_through(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the moment that the bot cannot see a channel nothing of it is quoted, even if it can an instant later."""
    free, withhold = threading.Event(), Channels.withhold

    def late(self: Channels, guild: int, channel: int) -> None:
        free.wait(10)
        withhold(self, guild, channel)

    monkeypatch.setattr(Channels, "withhold", late)

    @asynchronous
    async def play() -> None:
        company = new_company()
        lose, regain = Sight(company).ways("own roles")
        async with company.server:
            gone = await company.server.send_message(company.hanako, company.public, COSTS)
            await company.server.send_message(company.hanako, company.public, ROOM)
            async with connected(company, store):
                await learn(company)
                await lose()
                await company.server.delete_message(gone)
                await regain()
                assert "五千円" not in await answered(company, QUESTION)
                free.set()
                await until(lambda: COSTS not in "".join(texts(store)))
                await until(store.quotable)
                assert "四階" in await answered(company, WHERE)

    play()


def test_a_restart_does_not_make_the_bot_trust_what_it_could_not_see(store: Store) -> None:
    """A channel that it could not read when it was stopped is gone through before it is quoted."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        lose, regain = Sight(company).ways("own roles")
        async with company.server:
            gone = await company.server.send_message(company.hanako, company.public, COSTS)
            await company.server.send_message(company.hanako, company.public, ROOM)
            async with connected(company, store):
                await learn(company)
                await lose()
                await until(lambda: not store.quotable())
            await company.server.delete_message(gone)
            await regain()
            company.server.limit_next(HISTORY, 1.0)
            async with connected(company, store):
                assert "五千円" not in await answered(company, QUESTION)
                await until(store.quotable)
                assert "五千円" not in await answered(company, QUESTION)
                assert "四階" in await answered(company, WHERE)

    play()


def test_a_channel_that_another_got_is_not_gone_through(store: Store) -> None:
    """What changes for others, or elsewhere, costs no request."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        Sight(company)
        async with company.server:
            await company.server.send_message(company.hanako, company.public, COSTS)
            async with connected(company, store):
                await learn(company)
                before = len([one for one in company.server.requests if one.template == HISTORY.split()[1]])
                role = await company.server.create_role(company.guild, "営業", USUAL)
                await company.server.set_permissions(company.guild, role, Permission.NONE)
                await company.server.set_overwrites(company.private, Overwrite(company.guild.id, deny=READING))
                assert "五千円" in await answered(company, QUESTION)
                assert len([one for one in company.server.requests if one.template == HISTORY.split()[1]]) == before

    play()


def test_a_thread_out_of_the_archive_is_looked_at_again(store: Store) -> None:
    """What was deleted in it meanwhile is gone from the answers."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        async with company.server:
            thread = await company.server.open_thread(company.hanako, company.public, "経費")
            gone = await company.server.send_message(company.hanako, thread, COSTS)
            await company.server.send_message(company.hanako, thread, ROOM)
            async with connected(company, store):
                await learn(company)
                assert COSTS in "".join(texts(store))
                await company.server.archive(thread)
                thread.messages.pop(gone.id)
                await company.server.unarchive(thread)
                await until(lambda: COSTS not in "".join(texts(store)))
                assert ROOM in "".join(texts(store))

    play()


@pytest.mark.parametrize("away", [False, True])
def test_without_the_intent_a_saved_message_goes_once_it_is_edited(store: Store, away: bool) -> None:
    """What it says now is not told to the bot; what is pinned, or shown a preview of, says the same as before."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        settings = SETTINGS._replace(message_content=False)
        company.server.gateway.privileged_intents_allowed = False
        async with company.server:
            edited = await company.server.send_message(company.hanako, company.public, COSTS)
            pinned = await company.server.send_message(company.hanako, company.public, "前の文です。")
            await company.server.edit_message(pinned, ROOM)
            async with connected(company, store, settings):
                for message in (edited, pinned):
                    await company.server.context_menu(company.boss, message, SAVE)
                await company.server.gateway.dispatch_message("MESSAGE_UPDATE", pinned)
                if not away:
                    await company.server.edit_message(edited, "経費の話はやめました。")
                    await until(lambda: texts(store) == [ROOM])
            if away:
                await company.server.edit_message(edited, "経費の話はやめました。")
                async with connected(company, store, settings):
                    await until(lambda: texts(store) == [ROOM])
            async with connected(company, store, settings):
                assert "四階" in await answered(company, WHERE)
                assert texts(store) == [ROOM]

    play()


def test_without_the_intent_what_was_learnt_goes_with_its_messages(store: Store) -> None:
    """Of a channel that was learnt when the bot could read it, only what was neither edited nor deleted since stays."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        async with company.server:
            gone = await company.server.send_message(company.hanako, company.public, COSTS)
            edited = await company.server.send_message(company.boss, company.public, "昼休みは正午からです。")
            await company.server.send_message(company.hanako, company.public, ROOM)
            async with connected(company, store):
                await learn(company)
            await company.server.delete_message(gone)
            await company.server.edit_message(edited, "昼休みはありません。")
            company.server.gateway.privileged_intents_allowed = False
            async with connected(company, store, Settings()):
                await until(lambda: "".join(texts(store)).endswith(ROOM) and "正午" not in "".join(texts(store)))
                assert COSTS not in "".join(texts(store))

    play()


def test_a_saved_message_that_says_nothing_any_more_goes(store: Store) -> None:
    """Also where its text was taken away while the bot was not there."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        async with company.server:
            written = await company.server.send_message(company.hanako, company.public, COSTS)
            async with connected(company, store):
                await company.server.context_menu(company.boss, written, SAVE)
            await company.server.edit_message(written, "！")
            async with connected(company, store):
                await until(lambda: texts(store) == [])

    play()


def test_what_was_deleted_since_a_backup_is_not_quoted_after_a_restore(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody told the backup; the bot, which goes on running, goes through the channels again, and quotes the rest."""
    monkeypatch.setattr("bot.discord.forgetting.upkeep._SECONDS_BETWEEN", 0.1)

    @asynchronous
    async def play() -> None:
        company = new_company()
        server, public = company.server, company.public
        async with server:
            deleted = await server.send_message(company.boss, public, ROOM)
            await server.send_message(company.boss, public, COSTS)
            async with connected(company, store):
                await learn(company)
                back_up(store, tmp_path / "backup.zip")
                await server.delete_message(deleted)
                await until(lambda: ROOM not in str(texts(store)))
                with verified_backup(tmp_path / "backup.zip") as whole:
                    restore(store, whole)
                assert ROOM in str(texts(store))
                assert ROOM not in await answered(company, WHERE)
                await until(lambda: ROOM not in str(texts(store)) and len(store.quotable()) == 1)
                assert COSTS in await answered(company, QUESTION)

    play()
