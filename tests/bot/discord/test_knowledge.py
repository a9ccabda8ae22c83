from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.audience import Audience
from index.store.store import Store
from tests.bot.discord.example_bot import asynchronous
from tests.bot.discord.knowledge_scene import attach, connected, new_scene, said, texts, until, with_moderator
from tests.index.stores import document, new_store, put


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    opened = new_store(tmp_path)
    yield opened
    opened.close()


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
