from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.discord.client import KotaeClient
from bot.discord.forgetting import upkeep
from bot.settings import Settings
from index.array_file import read
from index.language.analysis import trigrams
from index.meaning.passage_texts import vectors_name
from index.meaning.quantization import unpack
from index.ranking.packed_terms import term_key
from index.search.knowledge import Knowledge
from index.search.ranking_index import RankingIndex
from index.search.stored_vectors import StoredVectors
from index.store.discord.channels import Channels
from index.store.discord.unanswered_questions import UnansweredQuestions
from index.store.erasing import is_forgotten_on_disk, is_removed_on_disk
from index.store.schema import passage_vectors, passages
from index.store.store import Store
from index.store.vectors import encoded_passages
from tests.bot.discord.company import SETTINGS, Company, new_company, texts, until
from tests.bot.discord.learning.test_learning import learn
from tests.bot.discord.test_client import button
from tests.index.meaning.examples import Bigrams
from tests.loopback_discord.scenario import asynchronous

WRITTEN = "秘密の合言葉は翡翠鯨七二九です。"
QUESTION = "駱駝麒麟の飼育費用はいくらですか"
OTHERS = "昼休みは正午から一時間です。"


def settings(store: Store, folder: Path) -> Settings:
    """A bot that keeps its index in a folder."""
    return SETTINGS._replace(cache_folder=folder, database_url=str(store.engine.url))


@asynccontextmanager
async def connected(company: Company, store: Store, folder: Path) -> AsyncIterator[KotaeClient]:
    """The bot, which keeps what it makes."""
    index = RankingIndex(store, folder / "index", "postings")
    vectors = StoredVectors(store, Bigrams(), folder / "index")
    client = KotaeClient(settings(store, folder), Knowledge(store, index, vectors), store=store)
    async with company.server.running(client):
        yield client


def keep_on_disk(client: KotaeClient) -> None:
    """An index and vectors, as they are written now and then."""
    knowledge = client.services.knowledge
    knowledge.library()
    assert isinstance(knowledge._index, RankingIndex)
    knowledge._index._save()
    assert knowledge._vectors
    knowledge._vectors._save()


def blobs(store: Store, text: str) -> list[bytes]:
    """What the store keeps of a text beside itself; of its vectors that of the whole passage, which is in the index too."""
    columns = passages.c.terms, passages.c.outline, passage_vectors.c.vectors
    wanted = select(*columns).join(passage_vectors).where(passages.c.text.contains(text.strip("。")))
    with store.engine.connect() as connection:
        rows = connection.execute(wanted).all()
    assert rows
    vectors = unpack([row.vectors for row in rows], Bigrams().dimensions)
    return [blob for row in rows for blob in row] + [one.codes[1].tobytes() for one in vectors]


def traces(folder: Path, needles: list[bytes], text: str) -> set[str]:
    """The files that hold something: bytes of it, words of it, or in an index what was made of its characters."""
    keys = {term_key("trigram", term) for term in trigrams(text)} - {
        term_key("trigram", term) for term in trigrams(OTHERS)
    }
    found = set()
    for path in folder.rglob("*"):
        if not path.is_file():
            continue
        content = path.read_bytes()
        if any(needle in content for needle in needles):
            found.add(path.suffix)
        if path.suffix == ".postings" and keys & set(read(path)[1]["keys"].tolist()):
            found.add(path.suffix)
    return found


def test_whoever_is_forgotten_is_in_no_file_within_a_minute(store: Store, tmp_path: Path) -> None:
    """Neither what they wrote, nor their name, nor what they asked, nor terms of it, while the bot goes on running."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        server, public, hanako = company.server, company.public, company.hanako
        async with server:
            for number in range(40):
                await server.send_message(hanako, public, f"{WRITTEN}その{number}")
                await server.send_message(company.boss, public, f"{OTHERS}その{number}")
            async with connected(company, store, tmp_path) as client:
                await learn(company)
                for person in (hanako, company.boss):
                    await server.slash(person, public, "ask", {"question": QUESTION})
                await server.slash(hanako, public, "ask", {"question": f"{QUESTION}。{WRITTEN}"})
                asked = await server.slash(hanako, public, "ask", {"question": f"{OTHERS}{WRITTEN}"})
                for vote in ("good", "bad"):
                    await server.click(company.boss, asked.original, button(asked.original, vote))
                await client.feedback.finish(5)
                keep_on_disk(client)
                needles = [one.encode() for one in (WRITTEN.strip("。"), "翡翠鯨", hanako.name)] + blobs(store, WRITTEN)
                there = {suffix.removesuffix("-wal") for suffix in traces(tmp_path, needles, WRITTEN)}
                assert there >= {".db", ".postings", ".vectors"}
                forgotten = await server.slash(hanako, public, "kotae forget-me")
                assert "40件" in forgotten.content
                await until(lambda: is_forgotten_on_disk(store) and not traces(tmp_path, needles, WRITTEN), 20, 0.2)
                assert len(texts(store)) > 0
                assert [
                    one.person
                    for gap in UnansweredQuestions(store).all()
                    for one in UnansweredQuestions(store).askings(gap.number)
                ] == [company.boss.id]
                answer = await server.slash(company.boss, public, "ask", {"question": "昼休みはいつから？"})
                assert "正午から" in answer.embeds[0]["description"]
                await server.slash(hanako, public, "ask", {"question": f"{QUESTION}。{WRITTEN}"})
                await client.feedback.finish(5)
            assert not traces(tmp_path, needles, WRITTEN)

    play()


def test_a_forgetting_that_was_cut_off_is_finished_after_the_next_start(store: Store, tmp_path: Path) -> None:
    """Should the bot end right after somebody opted out, the rest is done when it runs again."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        server = company.server
        async with server:
            await server.send_message(company.hanako, company.public, WRITTEN)
            async with connected(company, store, tmp_path) as client:
                await learn(company)
                keep_on_disk(client)
                needles = [WRITTEN.encode(), *blobs(store, WRITTEN)]
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(Channels, "forget_opted_out", lambda _: 0)
                Channels(store).opt_out(company.hanako.id)
            assert texts(store) == [WRITTEN]
            async with connected(company, store, tmp_path):
                await until(lambda: is_forgotten_on_disk(store), 20)
            assert texts(store) == []
            assert not traces(tmp_path, needles, WRITTEN)

    play()


def test_what_is_learnt_is_encoded_before_anybody_asks(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first question after a long history finds its vectors."""
    monkeypatch.setattr(upkeep, "_SECONDS_BETWEEN", 0.1)

    @asynchronous
    async def play() -> None:
        company = new_company()
        async with company.server:
            await company.server.send_message(company.hanako, company.public, WRITTEN)
            async with connected(company, store, tmp_path):
                await learn(company)
                await until(lambda: len(encoded_passages(store, vectors_name(Bigrams()))) == store.size() > 0, 10)

    play()


async def delete_message(company: Company, store: Store) -> None:
    """A message is deleted."""
    (said,) = [one for one in company.public.messages.values() if one.content == WRITTEN]
    await company.server.delete_message(said)
    await until(lambda: texts(store) == [])


async def remove_source(_: Company, store: Store) -> None:
    """The channel is no source any more."""
    store.remove_source(store.sources()[0].number)


@pytest.mark.parametrize("remove", [delete_message, remove_source])
def test_what_was_deleted_leaves_the_disk_with_the_next_upkeep(
    store: Store, tmp_path: Path, remove: Callable[[Company, Store], object]
) -> None:
    """Once a day, and after each start: deleted messages, and removed sources."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        async with company.server:
            await company.server.send_message(company.hanako, company.public, WRITTEN)
            async with connected(company, store, tmp_path) as client:
                await learn(company)
                keep_on_disk(client)
                needles = [WRITTEN.encode(), *blobs(store, WRITTEN)]
                await remove(company, store)  # type: ignore[misc]
                assert traces(tmp_path, needles, WRITTEN) >= {".postings", ".vectors"}
            async with connected(company, store, tmp_path):
                await until(lambda: is_removed_on_disk(store), 20)
                assert not traces(tmp_path, needles, WRITTEN)

    play()
