from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.discord.client import KotaeClient
from bot.discord.knowledge.opaque_ids import opaque_ids
from bot.discord.learning.source_channels import SourceChannel
from bot.knowledge import BUILT_IN
from bot.settings import Settings
from bot.source_names import ATTACHMENT
from index.audience import Audience
from index.search.knowledge import Knowledge
from index.search.ranking_index import RankingIndex
from index.store.discord.channels import Channels
from index.store.discord.message_rows import Message
from index.store.store import CHANNEL, Store
from tests.bot.discord.company import (
    SETTINGS,
    attach,
    connected,
    new_company,
    offer_to_everyone,
    said,
    texts,
    with_moderator,
)
from tests.loopback_discord.scenario import asynchronous
from tests.loopback_discord.world.message import Attachment
from tests.stores import document, put


def test_a_list_holds_what_its_reader_may_read(store: Store) -> None:
    """Sources of a private channel and of another guild are neither listed, nor completed, nor removed."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        taro = with_moderator(company)
        put(store, "/built/handbook", document("a", "手引き"))
        secret = put(
            store, "/secret", document("b", "秘密"), audience=Audience("channel", company.guild.id, company.private.id)
        )
        foreign = put(store, "/foreign", document("c", "よそ"), audience=Audience("guild", 1))
        audience = Audience("channel", company.guild.id, company.public.id)
        own = put(store, "/own", document("d", "うち"), audience=audience, kind=ATTACHMENT)
        async with company.server, connected(company, store):
            listed = await company.server.slash(taro, company.public, "knowledge list")
            shown = listed.embeds[0]["description"]
            assert listed.ephemeral
            assert ("handbook" in shown, "own" in shown) == (True, True)
            assert ("secret" in shown, "foreign" in shown) == (False, False)
            whole = await company.server.slash(company.boss, company.public, "knowledge list")
            assert "secret" in whole.embeds[0]["description"]
            choices = await company.server.autocomplete(taro, company.public, "knowledge remove", {"source": ""})
            own_handle = opaque_ids(store, "source", [own])[own]
            assert [choice["value"] for choice in choices] == [own_handle]
            for hidden in (*opaque_ids(store, "source", [secret, foreign, 999]).values(), str(own)):
                refused = await company.server.slash(taro, company.public, "knowledge remove", {"source": hidden})
                assert "扱える中にありません" in refused.content
            sure = await company.server.slash(taro, company.public, "knowledge remove", {"source": own_handle})
            done = await company.server.click(taro, sure.original, f"kotae:remove:{own_handle}")
            assert "忘れました" in done.content
            assert {source.location for source in store.sources()} == {"/built/handbook", "/secret", "/foreign"}

    play()


def test_the_built_in_article_is_left_out_for_whoever_reads_something_else(store: Store) -> None:
    """The list says so to them alone; others are answered from it, and learn nothing of what they may not read."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        taro = with_moderator(company)
        audience = Audience("channel", company.guild.id, company.private.id)
        put(store, BUILT_IN, document("a", "例の宿泊費は一万円です"), kind=BUILT_IN)
        put(store, "/own", document("b", "うちの宿泊費は二万円です"), audience=audience)
        async with company.server, connected(company, store) as client:
            client.services.knowledge.fallback = BUILT_IN
            for person, channel, answered, told in (
                (taro, company.public, "例の", False),
                (company.boss, company.private, "うちの", True),
            ):
                asked = await company.server.slash(person, channel, "ask", {"question": "宿泊費はいくら？"})
                assert answered in asked.embeds[0]["description"]
                assert "1／" not in str(asked.embeds[0].get("footer"))
                listed = await company.server.slash(person, channel, "knowledge list")
                assert ("KOTAE_BUILT_IN" in listed.embeds[0]["description"]) is told

    play()


def test_a_long_list_has_pages(store: Store) -> None:
    """Hostile names stay within Discord's limits, and every source is on some page."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        for number in range(23):
            put(store, f"/{number:02}" + "@everyone **`" * 40, document(f"{number}", "本文"))
        async with company.server, connected(company, store):
            page = await company.server.slash(company.boss, company.public, "knowledge list")
            seen = page.embeds[0]["description"].count("\n") + 1
            for number in (1, 2):
                page = await company.server.click(company.boss, page.original, f"kotae:sources:{number}")
                seen += page.embeds[0]["description"].count("\n") + 1
            assert seen == 23

    play()


@pytest.mark.parametrize("audience", ["everybody", "guild", "channel"])
def test_operators_files_are_left_to_the_operator(store: Store, tmp_path: Path, audience: str) -> None:
    """No administrator has a folder of the operator's read, removed, or shown with the way to it."""
    folder = tmp_path / "手引き"
    folder.mkdir()
    (folder / "a.txt").write_text("まだ公開しない文です。", encoding="utf-8")

    @asynchronous
    async def play() -> None:
        company = new_company()
        readers = {"guild": Audience("guild", company.guild.id), "everybody": Audience()}
        of_channel = Audience("channel", company.guild.id, company.public.id)
        put(store, str(folder), document("old.txt", "古い規則は使わない"), audience=readers.get(audience, of_channel))
        async with company.server, connected(company, store):
            listed = await company.server.slash(company.boss, company.public, "knowledge list")
            assert "手引き" in listed.embeds[0]["description"]
            assert str(tmp_path.name) not in listed.embeds[0]["description"]
            for options, why in (
                ({}, "読み直せるものはありません"),
                ({"source": "手引き"}, "ボットを動かしている人だけ"),
            ):
                asked = await company.server.slash(company.boss, company.public, "knowledge refresh", options)
                assert why in said(await company.server.answer(asked, 20))
            refused = await company.server.slash(company.boss, company.public, "knowledge remove", {"source": "手引き"})
            assert "扱える中にありません" in refused.content
            for command in ("refresh", "remove"):
                typed = await company.server.autocomplete(
                    company.boss, company.public, f"knowledge {command}", {"source": ""}
                )
                assert typed == []
            assert texts(store) == ["古い規則は使わない。"]

    play()


def test_an_attachment_cannot_be_read_again(store: Store) -> None:
    """Whoever has a newer one is told to attach it."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        async with company.server, connected(company, store):
            await attach(company, company.boss, company.public)
            asked = await company.server.slash(
                company.boss, company.public, "knowledge refresh", {"source": "規程.txt"}
            )
            assert "読み直せません" in said(await company.server.answer(asked, 20))

    play()


def options_of(command: str, file: Attachment, number: int) -> dict[str, Any]:
    """What each of the commands is given."""
    given: dict[str, dict[str, Any]] = {"add": {"file": file}, "list": {}}
    return given.get(command, {"source": str(number)})


@pytest.mark.parametrize("command", ["add", "list", "remove", "refresh"])
def test_members_change_nothing(store: Store, command: str) -> None:
    """Whoever may not manage messages is told so, and nothing is told of what there is."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        number = put(
            store, "/own", document("d", "うち"), audience=Audience("channel", company.guild.id, company.public.id)
        )
        file = company.server.messages.add_attachment(company.public, "規程.txt", b"x")
        options = options_of(command, file, number)
        async with company.server, connected(company, store):
            offer_to_everyone(company)
            asked = await company.server.slash(
                company.hanako,
                company.public,
                f"knowledge {command}",
                options,
            )
            assert asked.content == "これができるのは、メッセージを管理できる人だけです。"
            assert asked.ephemeral
            assert len(store.sources()) == 1
            if command in ("remove", "refresh"):
                typed = await company.server.autocomplete(
                    company.hanako, company.public, f"knowledge {command}", {"source": ""}
                )
                assert typed == []

    play()


@pytest.mark.parametrize("command", ["add", "list", "remove", "refresh"])
def test_without_a_store_nothing_is_kept(store: Store, command: str) -> None:
    """A bot that answers from files says why."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        file = company.server.messages.add_attachment(company.public, "規程.txt", b"x")
        options = options_of(command, file, 1)
        knowledge = Knowledge(store, RankingIndex(store, None))
        async with company.server, company.server.running(KotaeClient(SETTINGS, knowledge)):
            asked = await company.server.slash(company.boss, company.public, f"knowledge {command}", options)
            assert "KOTAE_CONTENTのファイルから答えている" in asked.content

    play()


def test_buttons_ask_again_who_may(store: Store) -> None:
    """Whoever is no moderator any more neither leafs through nor removes."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        taro = with_moderator(company)
        for number in range(11):
            audience = Audience("channel", company.guild.id, company.public.id)
            put(store, f"/{number}", document(f"{number}", "本文"), audience=audience, kind=ATTACHMENT)
        async with company.server, connected(company, store):
            page = await company.server.slash(taro, company.public, "knowledge list")
            sure = await company.server.slash(taro, company.public, "knowledge remove", {"source": "0"})
            company.guild.members[taro.id].roles.clear()
            turned = await company.server.click(taro, page.original, "▶️")
            assert "メッセージを管理できる人だけ" in turned.content
            removed = await company.server.click(taro, sure.original, "使うのをやめる")
            assert "扱える中にありません" in removed.content
            assert len(store.sources()) == 11

    play()


def test_what_is_gone_meanwhile_is_told(store: Store) -> None:
    """A source that somebody else removed before the click cannot be removed."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        audience = Audience("guild", company.guild.id)
        own = put(store, "/own", document("d", "うち"), audience=audience, kind=ATTACHMENT)
        async with company.server, connected(company, store):
            sure = await company.server.slash(company.boss, company.public, "knowledge remove", {"source": "own"})
            store.remove_source(own)
            clicked = await company.server.click(company.boss, sure.original, "使うのをやめる")
            assert "扱える中にありません" in clicked.content

    play()


def test_a_source_is_removed_by_its_name(store: Store) -> None:
    """Of two that have the name, one has a number; another guild's source of the name is nobody's business."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        put(store, "/foreign/own.txt", document("c", "よそ"), audience=Audience("guild", 1))
        audience = Audience("guild", company.guild.id)
        put(store, "/a/own.txt", document("d", "うち"), audience=audience, kind=ATTACHMENT)
        async with company.server, connected(company, store):
            named = await company.server.slash(company.boss, company.public, "knowledge remove", {"source": "own.txt"})
            assert "「own.txt」（1か所）を使うのをやめますか？" in named.content
            put(store, "/b/own.txt", document("d", "ほか", "二つめ"), audience=audience, kind=ATTACHMENT)
            named = await company.server.slash(
                company.boss, company.public, "knowledge remove", {"source": "own.txt (2)"}
            )
            assert "「own.txt (2)」（2か所）を使うのをやめますか？" in named.content.replace("\\", "")
            listed = await company.server.slash(company.boss, company.public, "knowledge list")
            assert "own.txt (2)" in listed.embeds[0]["description"].replace("\\", "")
            assert "own.txt (3)" not in listed.embeds[0]["description"].replace("\\", "")

    play()


def test_a_list_says_how_much_there_is_and_where_it_is_from(store: Store) -> None:
    """Documents and passages, or messages; for whom; whether all was learnt; names as they are."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        put(store, "/**[x](discord.gg)", document("a", "一", "二"))
        place = SourceChannel(company.guild.id, "会社", company.public.id, "#雑談")
        learnt = store.put_source(CHANNEL, place.learnt, place.audience)
        channel = Channels(store).add(learnt, company.public.id, "#雑談", "会社")
        said_at = "2026-11-24T00:00:00+00:00"
        Channels(store).take(channel.number, [Message(n, 5, "花", f"発言{n}", said_at) for n in (1, 2, 3)])
        async with company.server, connected(company, store, Settings()):
            page = await company.server.slash(company.boss, company.public, "knowledge list")
            operators, of_channel = page.embeds[0]["description"].split("\n")
            assert r"\*\*\[x\]\(discord" in operators
            assert "文書1、2か所 · だれでも（ボットを動かしている人が用意したもの）" in operators
            assert "学習中" not in operators
            assert r"**\#雑談** · 発言3件 · #雑談 を読める人" in of_channel
            assert "学習中" in of_channel
            Channels(store).take(channel.number, [], learnt_to=0)
            page = await company.server.slash(company.boss, company.public, "knowledge list")
            assert "学習中" not in page.embeds[0]["description"]

    play()


def test_moderators_leave_learnt_channels_alone(store: Store) -> None:
    """Removing a learnt channel is for administrators; having it gone through again is not."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        taro = with_moderator(company)
        place = SourceChannel(company.guild.id, "会社", company.public.id, "#雑談")
        learnt = store.put_source(CHANNEL, place.learnt, place.audience)
        Channels(store).add(learnt, company.public.id, "#雑談", "会社")
        async with company.server, connected(company, store):
            refused = await company.server.slash(taro, company.public, "knowledge remove", {"source": "#雑談"})
            assert "扱える中にありません" in refused.content
            asked = await company.server.slash(taro, company.public, "knowledge refresh")
            told = said(await company.server.answer(asked, 20))
            assert told == "1個のチャンネルを、今のとおりか見直しています。"
            typed = await company.server.autocomplete(taro, company.public, "knowledge refresh", {"source": ""})
            assert [choice["name"] for choice in typed] == ["#雑談"]
            sure = await company.server.slash(company.boss, company.public, "knowledge remove", {"source": "#雑談"})
            await company.server.click(company.boss, sure.original, "使うのをやめる")
            assert store.sources() == []

    play()
