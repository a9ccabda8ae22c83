"""/knowledge add: files of all kinds, from all kinds of people."""

from __future__ import annotations

import asyncio

import pytest

from bot.discord.knowledge import attachments
from bot.discord.knowledge.attachments import _why_not, file_name
from bot.settings import Settings
from bot.wording import Wording
from index.errors import LoaderFailed
from index.intake.worker import Worker
from index.loaders import Limits
from index.store.jobs import Jobs
from index.store.store import Store
from tests.bot.discord.company import (
    RULES,
    attach,
    connected,
    new_company,
    said,
    texts,
    with_moderator,
)
from tests.loopback_discord.scenario import asynchronous
from tests.loopback_discord.world.message import Attachment
from tests.loopback_discord.world.permissions import EVERYTHING
from tests.loopback_discord.world.users import Payload

QUESTION = "出張の宿泊費はいくらまで？"


def test_an_attached_file_is_answered_from_for_those_who_read_the_channel(store: Store) -> None:
    """Its readers are those of the channel it was added in; the same file again changes nothing, another replaces it."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        async with company.server, connected(company, store):
            added = await attach(company, company.boss, company.private)
            assert added.ephemeral
            assert said(added) == "「規程.txt」を覚えました（1か所）。読めるのは#経営 を読める人です。"
            for place in (company.private, company.public):
                asked = await company.server.slash(company.boss, place, "ask", {"question": QUESTION})
                assert "一万二千円" in asked.embeds[0]["description"]
                assert asked.ephemeral is (place is company.public)
            asked = await company.server.slash(company.hanako, company.public, "ask", {"question": QUESTION})
            assert "一万二千円" not in asked.embeds[0]["description"]
            assert "同じ内容" in said(await attach(company, company.boss, company.private))
            changed = await attach(company, company.boss, company.private, data="宿泊費は上限なしです。".encode())
            assert "新しい内容" in said(changed)
            assert texts(store) == ["宿泊費は上限なしです。"]

    play()


def test_everyone_in_the_server_or_a_role_may_be_the_readers(store: Store) -> None:
    """An administrator may say so, a moderator may not."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        taro = with_moderator(company)
        role = company.server.world.add_role(company.guild, "経理")
        async with company.server, connected(company, store):
            refused = await attach(company, taro, company.public, everyone=True)
            assert "管理者だけ" in said(refused)
            assert "サーバーの全員" in said(await attach(company, company.boss, company.private, everyone=True))
            assert "経理 の人" in said(await attach(company, company.boss, company.private, role=role))
            kinds = {(one.kind, one.roles) for one in store.audiences().values()}
            assert kinds == {("guild", ()), ("roles", (role.id,))}

    play()


@pytest.mark.parametrize(
    ("name", "data", "said_of_it"),
    [("x.exe", b"MZ", "x.exe"), ("壊れた.pdf", b"%PDF-1.7 nothing", "壊れた.pdf"), ("空.txt", b"", "空.txt")],
)
def test_what_cannot_be_read_is_said_so(store: Store, name: str, data: bytes, said_of_it: str) -> None:
    """A file that is broken, empty or of another kind leaves a sentence that names it, and no source."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        async with company.server, connected(company, store):
            told = said(await attach(company, company.boss, company.public, name, data))
            assert said_of_it in told
            assert "kotae-" not in told
            assert store.sources() == []

    play()


@pytest.mark.parametrize(
    ("given", "title", "safe"),
    [
        ("rules.pdf", None, "rules.pdf"),
        ("../../etc/passwd.txt", None, "_.._etc_passwd.txt"),
        ("a\0b\u202e.md", None, "a_b_.md"),
        ("..", None, "_"),
        ("c953b519a8c28c42.pdf", "規程", "規程.pdf"),
        ("c953b519a8c28c42.pdf", "規程.pdf", "規程.pdf"),
        ("c953b519a8c28c42.pdf", "../規程 1.2", "_規程 1.2.pdf"),
        ("0.txt", "か\u3099いど", "がいど.txt"),
    ],
)
def test_a_file_has_a_safe_name(given: str, title: str | None, safe: str) -> None:
    """It is the one that its owner sees, whole; nothing in it leads to another folder or turns the text around."""
    assert file_name(given, title) == safe


def test_long_names_are_told_apart(store: Store) -> None:
    """Names that file systems elsewhere take are taken, and two that differ only at their end are two."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        async with company.server, connected(company, store):
            for version in (1, 2):
                name = f"{'就業規則' * 60}第{version}版.txt"
                told = said(await attach(company, company.boss, company.public, name, f"第{version}版です。".encode()))
                assert "を覚えました" in told
            assert sorted(texts(store)) == ["第1版です。", "第2版です。"]

    play()


@pytest.mark.parametrize(
    ("name", "size", "why"),
    [("絵.png", 1, "種類"), ("大.txt", 2_000_000, "上限の 1 MB を超え"), ("空.txt", 0, "本文がありません")],
)
def test_what_will_not_be_read_is_not_downloaded(store: Store, name: str, size: int, why: str) -> None:
    """Another kind, too large or empty: that is told from what Discord says of the file."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        settings = Settings(limits=Limits(largest_file=1))
        async with company.server, connected(company, store, settings):
            file = company.server.messages.add_attachment(company.public, name, b"x" * size)
            # Whoever asks for it now is told that it is not there.
            company.server.messages.attachments.clear()
            asked = await company.server.slash(company.boss, company.public, "knowledge add", {"file": file})
            told = said(await company.server.answer(asked, 20))
            assert why in told
            assert name in told
            assert store.sources() == []

    play()


@pytest.mark.parametrize("gone", [True, False])
def test_a_file_that_does_not_arrive_is_one_sentence(store: Store, gone: bool) -> None:
    """Whether Discord has it no longer, or nobody is there to ask."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        async with company.server, connected(company, store):
            file = company.server.messages.add_attachment(company.public, "規程.txt", RULES)
            if gone:
                company.server.messages.attachments.clear()
            else:
                file.url = "http://127.0.0.1:9/規程.txt"
            asked = await company.server.slash(company.boss, company.public, "knowledge add", {"file": file})
            told = said(await company.server.answer(asked, 20))
            assert told == "「規程.txt」をDiscordから受け取れませんでした。もう一度添付してください。"
            assert store.sources() == []

    play()


@pytest.mark.parametrize("ending", [".txt", ".exe", ".pdf"])
def test_a_hostile_name_is_shown_as_it_is(store: Store, ending: str) -> None:
    """Told of a file that is taken, refused or broken, it neither links, nor pings, nor marks."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        async with company.server, connected(company, store):
            name = f"**[x](discord.gg) @everyone **{ending}"
            told = said(await attach(company, company.boss, company.public, name))
            assert r"\[x\]\(discord" in told
            assert "@everyone" not in told
            assert "**" not in told

    play()


def test_a_role_has_fewer_readers_than_everyone(store: Store) -> None:
    """Where both are chosen, only those with the role may read it."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        role = company.server.world.add_role(company.guild, "経理")
        async with company.server, connected(company, store):
            await attach(company, company.boss, company.public, role=role, everyone=True)
            assert [(one.kind, one.roles) for one in store.audiences().values()] == [("roles", (role.id,))]

    play()


def test_a_moderator_may_not_choose_a_role(store: Store) -> None:
    """Who reads more than a channel is for administrators to say."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        taro = with_moderator(company)
        role = company.server.world.add_role(company.guild, "経理")
        async with company.server, connected(company, store):
            assert "管理者だけ" in said(await attach(company, taro, company.public, role=role))
            assert store.sources() == []

    play()


@pytest.mark.parametrize("private", [True, False])
def test_a_thread_has_the_readers_of_its_channel_unless_it_is_private(store: Store, private: bool) -> None:
    """A private one has readers of its own: nothing is kept there unless readers are named."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        thread = company.server.world.add_thread(company.public, "相談", company.boss, private=private)
        async with company.server, connected(company, store):
            told = said(await attach(company, company.boss, thread))
            if private:
                assert "非公開スレッドには" in told
                assert store.sources() == []
                assert "サーバーの全員" in said(await attach(company, company.boss, thread, everyone=True))
            else:
                assert "読めるのは#雑談 を読める人です。" in told

    play()


def test_a_file_is_removed_while_it_is_read(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever added it hears that, and nothing of the command line."""

    def removed_meanwhile(number: int, *_arguments: object, **_options: object) -> None:
        store.remove_source(number)
        store_put(number)

    store_put = store.put

    @asynchronous
    async def play() -> None:
        company = new_company()
        async with company.server, connected(company, store):
            monkeypatch.setattr(store, "put", removed_meanwhile)
            told = said(await attach(company, company.boss, company.public))
            assert told.startswith("「規程.txt」を読み込んでいるあいだに、だれかが取り消しました。")
            assert store.sources() == []

    play()


def test_a_guild_waits_for_its_own_files_only(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """One guild's files come one after the other; one that never arrives ends, and keeps no other guild waiting."""
    monkeypatch.setattr(attachments, "_LONGEST_DOWNLOAD", 1.0)

    @asynchronous
    async def play() -> None:
        company = new_company()
        server, world = company.server, company.server.world
        administrator = world.add_role(other := world.add_guild("別の会社"), "管理者", EVERYTHING)
        world.add_member(other, company.boss, administrator)
        elsewhere = world.add_channel(other, "雑談")
        async with server, connected(company, store):
            server.slow = {company.public.id: 60}
            stuck = asyncio.create_task(attach(company, company.boss, company.public))
            await asyncio.sleep(0.1)
            waiting = asyncio.create_task(attach(company, company.boss, company.private, "次.txt"))
            assert "を覚えました" in said(await attach(company, company.boss, elsewhere, "別.txt"))
            assert not stuck.done()
            assert not waiting.done()
            assert "受け取れませんでした" in said(await stuck)
            assert "を覚えました" in said(await waiting)

    play()


class Understated(Attachment):
    """A file that is larger than is said of it."""

    def to_payload(self) -> Payload:
        """Discord's JSON."""
        return super().to_payload() | {"size": 10}


def test_a_file_that_is_larger_than_it_says_is_not_kept(store: Store) -> None:
    """What comes beyond the limit is not waited for."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        settings = Settings(message_content=True, limits=Limits(largest_file=1))
        async with company.server, connected(company, store, settings):
            given = company.server.messages.add_attachment(company.public, "規程.txt", "あ".encode() * 500_000)
            large = Understated(given.id, given.filename, given.data, given.url)
            company.server.messages.attachments[large.id] = large
            asked = await company.server.slash(company.boss, company.public, "knowledge add", {"file": large})
            assert "1 MB" in said(await company.server.answer(asked))
            assert store.sources() == []

    play()


@pytest.mark.parametrize("folder", ["/var/folders/kotae-a1_b", r"C:\Users\me\AppData\Local\Temp\kotae-a1_b"])
def test_where_a_file_lies_while_it_is_read_is_not_told(folder: str) -> None:
    """What a parser quotes of the way to it is left out."""
    separator = "/" if folder.startswith("/") else "\\"
    error = LoaderFailed(path=f"{folder}{separator}x.docx", reason=f"OSError: not found: '{folder}{separator}x.docx'")
    told = _why_not(Wording("ja"), error, "規程.docx")
    assert "規程.docx" in told
    assert "not found: 'x" in told
    assert "a1" not in told


def test_an_attached_file_may_be_taken_in_by_workers(store: Store) -> None:
    """Whoever attached it is told that its turn will come; what cannot be read is named as they called it."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        settings = Settings(questions_a_minute=1_000, queued_intake=True)
        async with company.server, connected(company, store, settings):
            assert "まもなく" in said(await attach(company, company.boss, company.private))
            await attach(company, company.boss, company.private, name="壊れた.pdf", data=b"%PDF-1.7 nothing")
            assert texts(store) == []
            with Worker(store) as worker:
                while await asyncio.to_thread(worker.work):
                    pass
            asked = await company.server.slash(company.boss, company.private, "ask", {"question": QUESTION})
            assert "一万二千円" in asked.embeds[0]["description"]
            asked = await company.server.slash(company.hanako, company.public, "ask", {"question": QUESTION})
            assert "一万二千円" not in asked.embeds[0]["description"]
            (dead,) = Jobs(store).dead()
            assert dead.path == dead.error.values["path"] == "壊れた.pdf"

    play()
