from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.discord.attachments import file_name
from index.audience import Audience
from index.store.store import Store
from tests.bot.discord.channel import Channel
from tests.bot.discord.example_bot import asynchronous
from tests.bot.discord.interactions import Interaction
from tests.bot.discord.knowledge_scene import Scene, connected, new_scene, until
from tests.bot.discord.permissions import Permission
from tests.bot.discord.world import User
from tests.index.stores import document, new_store, put

RULES = "出張の宿泊費は一泊一万二千円までです。\n".encode()
QUESTION = "出張の宿泊費はいくらまで？"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    opened = new_store(tmp_path)
    yield opened
    opened.close()


def texts(store: Store) -> list[str]:
    """The texts of all passages."""
    return [kept.passage.text for _, _, kept in store.all()]


def with_moderator(scene: Scene) -> User:
    """太郎, who may manage messages, and does not see the private channel."""
    taro = scene.server.world.add_user("太郎")
    role = scene.server.world.add_role(scene.guild, "司会", Permission.MANAGE_MESSAGES)
    scene.server.world.add_member(scene.guild, taro, role)
    return taro


async def attach(
    scene: Scene, person: User, channel: Channel, name: str = "規程.txt", data: bytes = RULES, **options: object
) -> Interaction:
    """Use /knowledge add, and wait for what comes of it."""
    file = scene.server.messages.add_attachment(channel, name, data)
    asked = await scene.server.slash(person, channel, "knowledge add", {"file": file, **options})
    return await scene.server.answer(asked, 20)


def said(interaction: Interaction) -> str:
    """What was told last."""
    return interaction.follow_ups[-1].content if interaction.follow_ups else interaction.content


def test_an_attached_file_is_answered_from_for_those_who_read_the_channel(store: Store) -> None:
    """Its readers are those of the channel it was added in; the same file again changes nothing, another replaces it."""

    @asynchronous
    async def play() -> None:
        scene = new_scene()
        async with scene.server, connected(scene, store):
            added = await attach(scene, scene.boss, scene.private)
            assert added.ephemeral
            assert said(added) == "「規程.txt」を覚えました（1か所）。読めるのは#経営 を読める人です。"
            for place in (scene.private, scene.public):
                asked = await scene.server.slash(scene.boss, place, "ask", {"question": QUESTION})
                assert "一万二千円" in asked.embeds[0]["description"]
                assert asked.ephemeral is (place is scene.public)
            asked = await scene.server.slash(scene.hanako, scene.public, "ask", {"question": QUESTION})
            assert "一万二千円" not in asked.embeds[0]["description"]
            assert "同じ内容" in said(await attach(scene, scene.boss, scene.private))
            changed = await attach(scene, scene.boss, scene.private, data="宿泊費は上限なしです。".encode())
            assert "新しい内容" in said(changed)
            assert texts(store) == ["宿泊費は上限なしです。"]

    play()


def test_everyone_in_the_server_or_a_role_may_be_the_readers(store: Store) -> None:
    """An administrator may say so, a moderator may not."""

    @asynchronous
    async def play() -> None:
        scene = new_scene()
        taro = with_moderator(scene)
        role = scene.server.world.add_role(scene.guild, "経理")
        async with scene.server, connected(scene, store):
            refused = await attach(scene, taro, scene.public, everyone=True)
            assert "管理者だけ" in said(refused)
            assert "サーバーの全員" in said(await attach(scene, scene.boss, scene.private, everyone=True))
            assert "経理 の人" in said(await attach(scene, scene.boss, scene.private, role=role))
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
        scene = new_scene()
        async with scene.server, connected(scene, store):
            told = said(await attach(scene, scene.boss, scene.public, name, data))
            assert said_of_it in told
            assert "kotae-" not in told
            assert store.sources() == []

    play()


@pytest.mark.parametrize(
    ("given", "safe"),
    [("規程.pdf", "規程.pdf"), ("../../etc/passwd.txt", "_.._etc_passwd.txt"), ("a\0b.md", "a_b.md"), ("..", "_")],
)
def test_a_file_has_a_safe_name(given: str, safe: str) -> None:
    """Nothing in a name leads to another folder."""
    assert file_name(given) == safe


def test_a_list_holds_what_its_reader_may_read(store: Store) -> None:
    """Sources of a private channel and of another guild are neither listed, nor completed, nor removed."""

    @asynchronous
    async def play() -> None:
        scene = new_scene()
        taro = with_moderator(scene)
        put(store, "/built/handbook", document("a", "手引き"))
        secret = put(
            store, "/secret", document("b", "秘密"), audience=Audience("channel", scene.guild.id, scene.private.id)
        )
        foreign = put(store, "/foreign", document("c", "よそ"), audience=Audience("guild", 1))
        own = put(store, "/own", document("d", "うち"), audience=Audience("channel", scene.guild.id, scene.public.id))
        async with scene.server, connected(scene, store):
            listed = await scene.server.slash(taro, scene.public, "knowledge list")
            shown = listed.embeds[0]["description"]
            assert listed.ephemeral
            assert ("handbook" in shown, "own" in shown) == (True, True)
            assert ("secret" in shown, "foreign" in shown) == (False, False)
            whole = await scene.server.slash(scene.boss, scene.public, "knowledge list")
            assert "secret" in whole.embeds[0]["description"]
            choices = await scene.server.autocomplete(taro, scene.public, "knowledge remove", {"source": ""})
            assert [choice["value"] for choice in choices] == [str(own)]
            for number in (secret, foreign, 999):
                refused = await scene.server.slash(taro, scene.public, "knowledge remove", {"source": str(number)})
                assert "扱える中にありません" in refused.content
            sure = await scene.server.slash(taro, scene.public, "knowledge remove", {"source": str(own)})
            done = await scene.server.click(taro, sure.original, f"kotae:remove:{own}")
            assert "忘れました" in done.content
            assert {source.location for source in store.sources()} == {"/built/handbook", "/secret", "/foreign"}

    play()


def test_a_long_list_has_pages(store: Store) -> None:
    """Hostile names stay within Discord's limits, and every source is on some page."""

    @asynchronous
    async def play() -> None:
        scene = new_scene()
        for number in range(23):
            put(store, f"/{number:02}" + "@everyone **`" * 40, document(f"{number}", "本文"))
        async with scene.server, connected(scene, store):
            page = await scene.server.slash(scene.boss, scene.public, "knowledge list")
            seen = page.embeds[0]["description"].count("\n") + 1
            for number in (1, 2):
                page = await scene.server.click(scene.boss, page.original, f"kotae:sources:{number}")
                seen += page.embeds[0]["description"].count("\n") + 1
            assert seen == 23

    play()


def test_a_message_is_saved_from_its_menu(store: Store) -> None:
    """Its author, its date and the way to it are the attribution; what is no text of a person's is refused."""

    @asynchronous
    async def play() -> None:
        scene = new_scene()
        taro = with_moderator(scene)
        async with scene.server, connected(scene, store):
            written = await scene.server.send_message(
                scene.hanako, scene.public, "駐車場は<#1>の裏で、<@1>が鍵係です。"
            )
            saved = await scene.server.context_menu(taro, written, "ナレッジに保存")
            assert "読めるのは#雑談 を読める人です。" in saved.content
            again = await scene.server.context_menu(taro, written, "ナレッジに保存")
            assert "もう保存" in again.content
            picture = await scene.server.send_message(scene.hanako, scene.public, "！", files={"x.png": b"x"})
            assert "保存できません" in (await scene.server.context_menu(taro, picture, "ナレッジに保存")).content
            asked = await scene.server.slash(scene.hanako, scene.public, "ask", {"question": "駐車場はどこ？"})
            card = asked.embeds[0]["description"]
            assert "駐車場は#…の裏で" in card
            assert "花子" in card
            assert f"/{scene.public.id}/{written.id})" in card
            await scene.server.delete_message(written)
            await until(lambda: texts(store) == [])

    play()


def test_operators_files_are_read_again(store: Store, tmp_path: Path) -> None:
    """/knowledge refresh takes over what changed in a folder, for administrators; an attachment cannot be read again."""
    folder = tmp_path / "手引き"
    folder.mkdir()
    (folder / "a.txt").write_text("最初の文です。", encoding="utf-8")

    @asynchronous
    async def play() -> None:
        scene = new_scene()
        put(store, str(folder), document("old.txt", "古い"))
        async with scene.server, connected(scene, store):
            asked = await scene.server.slash(scene.boss, scene.public, "knowledge refresh")
            told = said(await scene.server.answer(asked, 20))
            assert "手引き" in told
            assert texts(store) == ["最初の文です。"]
            await attach(scene, scene.boss, scene.public)
            number = store.sources()[-1].number
            asked = await scene.server.slash(scene.boss, scene.public, "knowledge refresh", {"source": str(number)})
            assert "読み直せません" in said(await scene.server.answer(asked, 20))

    play()
