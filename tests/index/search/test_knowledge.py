"""What is answered from, by who asks."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from queue import Queue
from threading import Event

import pytest
from sqlalchemy import text

from index.array_file import read
from index.audience import CHANNEL, EVERYBODY, Audience
from index.errors import DatabaseNewer, DatabaseTimedOut
from index.query.question import Question
from index.ranking.packed_terms import term_key
from index.search import knowledge as module
from index.search.knowledge import Admits, Knowledge, everything
from index.store.connection import writing
from index.store.discord.forgetting import mark_forgotten
from index.store.erasing import erase
from tests.conftest import PATIENCE
from tests.index.meaning.examples import Bigrams
from tests.stores import document, new_store, put

QUESTION = Question("有給休暇は何日？")


def _public(audience: Audience) -> bool:
    return audience.kind == EVERYBODY


@pytest.mark.parametrize(
    ("admits", "others", "found"),
    [
        (everything, [], "例の有給休暇は十日です。"),
        (_public, [], "例の有給休暇は十日です。"),
        (_public, [Audience(CHANNEL, 1, 2)], "例の有給休暇は十日です。"),
        (everything, [Audience(CHANNEL, 1, 2)], "うちの有給休暇は二十日です。"),
        (_public, [Audience()], "うちの有給休暇は二十日です。"),
    ],
)
def test_the_fallback_answers_those_who_may_read_nothing_else(
    tmp_path: Path, admits: Admits, others: list[Audience], found: str
) -> None:
    """What others may read makes no difference; without a fallback all is answered from."""
    store = new_store(tmp_path)
    put(store, "例", document("a.md", "例の有給休暇は十日です"))
    for audience in others:
        put(store, "うち", document("b.md", "うちの有給休暇は二十日です"), audience=audience)
    knowledge = Knowledge.open(store)
    assert len(knowledge.library().collection.documents()) == 1 + len(others)
    knowledge = Knowledge.open(store)
    knowledge.fallback = "例"
    library = knowledge.library(admits)
    assert [hit.passage.text for hit in library.search(QUESTION, 3).hits] == [found]
    assert [passages for _, _, passages in library.collection.documents()] == [1]


def test_the_fallback_comes_back_when_the_others_are_empty_or_gone(tmp_path: Path) -> None:
    """A source without passages takes no answer from anybody."""
    store = new_store(tmp_path)
    put(store, "例", document("a.md", "例の有給休暇は十日です"))
    other = put(store, "うち", document("b.md", "会議室は三つあります"))
    knowledge = Knowledge.open(store)
    knowledge.fallback = "例"
    assert knowledge.library().search(QUESTION, 3).hits == ()
    store.put(other, removed=["b.md"])
    assert len(knowledge.library().search(QUESTION, 3).hits) == 1


def test_named_sources_are_searched_as_if_there_were_no_others(tmp_path: Path) -> None:
    """Only those of them that may be read: a number opens nothing."""
    store = new_store(tmp_path)
    ours = put(store, "うち", document("a.md", "有給休暇は十日です"))
    put(store, "隣", document("b.md", "有給休暇は二十日です"))
    closed = put(store, "奥", document("c.md", "有給休暇は三十日です"), audience=Audience(CHANNEL, 1, 2))
    with closing(Knowledge.open(store)) as knowledge:
        assert len(knowledge.library(sources=[]).search(QUESTION, 3).hits) == 0
        library = knowledge.library(_public, [ours, closed])
        assert [hit.passage.text for hit in library.search(QUESTION, 3).hits] == ["有給休暇は十日です。"]
        assert library.engine.size == 1
        assert len(knowledge.library(sources=[ours, closed]).search(QUESTION, 3).hits) == 2


def test_what_a_card_shows_of_the_fallback_can_still_be_looked_up(tmp_path: Path) -> None:
    """Buttons of an earlier answer work on after the first source was added, but for whom it is hidden from."""
    store = new_store(tmp_path)
    put(store, "例", document("a.md", "例の有給休暇は十日です", "会議室は三つあります"))
    knowledge = Knowledge.open(store)
    knowledge.fallback = "例"
    (hit,) = knowledge.library().search(QUESTION, 3).hits
    put(store, "うち", document("b.md", "駐車場は裏にあります"))
    library = knowledge.library()
    assert library.passage(hit.passage.id) == hit.passage
    assert len(library.around(hit.passage)) == 2
    assert knowledge.library(lambda _: False).passage(hit.passage.id) is None


def _until(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)


@pytest.fixture
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Following, without the pauses."""
    monkeypatch.setattr(module, "_INTERVAL", 0.02)
    monkeypatch.setattr(module, "_AFTER_A_FAILURE", 0.02)


def test_what_others_change_is_taken_over_without_a_question(tmp_path: Path) -> None:
    """The index and the vectors of an idle process are up to date within two seconds."""
    ours, theirs = new_store(tmp_path), new_store(tmp_path)
    with closing(Knowledge.open(ours, encoder=Bigrams())) as knowledge:
        knowledge.follow()
        for answer in ("十日", "二十日"):
            put(theirs, "甲", document("a.md", f"有給休暇は{answer}です"))
            begun = time.monotonic()
            _until(lambda: all(follower._derived.is_of(theirs.state()) for follower in knowledge._followers))
            assert time.monotonic() - begun < 2
    theirs.close()


@pytest.mark.usefixtures("quickly")
def test_what_others_forget_is_erased_from_the_files_here(tmp_path: Path) -> None:
    """Whichever process forgets, nothing is left in the folder of another one, which is asked nothing; once is enough."""
    ours, theirs, folder = new_store(tmp_path), new_store(tmp_path), tmp_path / "index"
    source = put(theirs, "甲", document("a.md", "翡翠鯨"))
    key = term_key("trigram", "翡翠鯨")
    with closing(Knowledge.open(ours, folder, "postings")) as knowledge:
        knowledge.erase_index()
        (path,) = folder.iterdir()
        assert key in read(path)[1]["keys"]
        knowledge.follow()
        theirs.remove_source(source)
        _until(lambda: knowledge._followed == theirs.state())
        assert path.exists()
        erase(theirs)
        _until(lambda: not path.exists())
        (path,) = folder.iterdir()
        assert key not in read(path)[1]["keys"]
        written = path.stat().st_mtime_ns
        with writing(theirs.engine) as connection:
            mark_forgotten(connection)
        _until(lambda: not path.exists())
        (path,) = folder.iterdir()
        written = path.stat().st_mtime_ns
        time.sleep(0.2)
        assert [one.stat().st_mtime_ns for one in folder.iterdir()] == [written]
    with closing(Knowledge.open(new_store(tmp_path), folder, "postings")) as knowledge:
        knowledge.follow()
        time.sleep(0.2)
        assert [one.stat().st_mtime_ns for one in folder.iterdir()] == [written]
    theirs.close()


@pytest.mark.usefixtures("quickly")
def test_following_goes_on_after_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that cannot be read for a while is followed again afterwards."""
    ours, theirs = new_store(tmp_path), new_store(tmp_path)
    with closing(Knowledge.open(ours)) as knowledge:
        failed = Event()

        def fail() -> None:
            failed.set()
            raise DatabaseTimedOut(database="")

        with monkeypatch.context() as broken:
            broken.setattr(ours, "marks", fail)
            knowledge.follow()
            assert failed.wait(PATIENCE)
        put(theirs, "甲", document("a.md", "有給休暇は十日です"))
        _until(lambda: knowledge._followed == theirs.state())
    theirs.close()


@pytest.mark.usefixtures("quickly")
def test_a_later_version_that_migrates_the_database_is_noticed(tmp_path: Path) -> None:
    """Whoever runs on the schema of before is told, with and without a question."""
    ours, theirs = new_store(tmp_path), new_store(tmp_path)
    with closing(Knowledge.open(ours)) as knowledge:
        told = Queue[DatabaseNewer]()
        knowledge.follow(told.put)
        with writing(theirs.engine) as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        assert told.get(timeout=PATIENCE).values["database"] == str(tmp_path / "kotae.db")
        with pytest.raises(DatabaseNewer):
            knowledge.library()
    theirs.close()
