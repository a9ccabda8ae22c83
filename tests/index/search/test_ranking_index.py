"""The index that follows the store."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.array_file import read
from index.audience import GUILD, Audience
from index.progress import no_progress
from index.query.question import Question
from index.ranking import choice
from index.ranking.memory.engine import MemoryEngine
from index.ranking.packed_terms import term_key
from index.search import ranking_index
from index.search.knowledge import Knowledge, everything
from index.search.ranking_index import RankingIndex
from index.store.store import Store
from tests.stores import document, new_store, put

WORDS = "休暇 会議 予約 研修 費用 出張 在宅 勤務 備品 申請 承認 期限".split()
QUESTIONS = ["休暇の申請の期限は？", "会議の予約", "研修の費用", "在宅勤務", "出張の承認は誰がする？"]


def opened(store: Store, folder: Path | None = None, engine: str | None = None) -> RankingIndex:
    """The index of a store, up to date."""
    index = RankingIndex(store, folder, engine)
    index.open(no_progress)
    return index


def knowledge(store: Store, engine: str | None = None) -> Knowledge:
    """What is answered from."""
    return Knowledge(store, opened(store, None, engine))


def sentence(chance: random.Random) -> str:
    """A sentence of some of the words."""
    return "の".join(chance.choices(WORDS, k=chance.randint(2, 5)))


@pytest.mark.parametrize("engine", ["memory", "postings"])
def test_answers_come_from_what_the_store_says_now(tmp_path: Path, engine: str) -> None:
    """What another process adds, edits or removes counts for the next question."""
    ours, theirs = new_store(tmp_path), new_store(tmp_path)
    asked = knowledge(ours, engine)
    assert asked.library().search(Question("有給休暇は何日？"), 3).hits == ()
    source = put(theirs, "甲", document("a.md", "有給休暇は十日です"))
    (hit,) = asked.library().search(Question("有給休暇は何日？"), 3).hits
    assert hit.passage.text == "有給休暇は十日です。"
    theirs.put(source, [document("a.md", "有給休暇は二十日です")])
    (hit,) = asked.library().search(Question("有給休暇は何日？"), 3).hits
    assert hit.passage.text == "有給休暇は二十日です。"
    theirs.remove_source(source)
    assert asked.library().search(Question("有給休暇は何日？"), 3).hits == ()


def test_what_was_removed_long_ago_is_in_no_index(tmp_path: Path) -> None:
    """An index that is older than a day, and has what was removed since, is written anew, though little has changed."""
    store, folder = new_store(tmp_path), tmp_path / "index"
    removed = put(store, "甲", document("a.md", "翡翠鯨"))
    put(store, "乙", document("b.md", "会議の予約"))
    opened(store, folder, "postings").erase()
    (path,) = folder.iterdir()
    store.remove_source(removed)
    key = term_key("trigram", "翡翠鯨")
    opened(store, folder, "postings")
    assert key in read(path)[1]["keys"]
    os.utime(path, (1, 1))
    opened(store, folder, "postings")
    (path,) = folder.iterdir()
    assert key not in read(path)[1]["keys"]


# Adds, edits and removes documents of some sources by number; each is a change of its own.
CHANGES = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=12)


@settings(max_examples=25, deadline=None)
@given(CHANGES, st.sampled_from(["memory", "postings"]), st.integers(0, 100))
def test_a_history_does_not_matter(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, int, int]], engine: str, seed: int
) -> None:
    """After any changes answers are those of a store that only ever had what is left."""
    chance = random.Random(seed)
    folder = tmp_path_factory.mktemp("history")
    store = new_store(folder)
    grown = knowledge(store, engine)
    left: dict[tuple[int, int], tuple[str, ...]] = {}
    for source, name, paragraphs in changes:
        number = store.put_source("folder", str(source), Audience())
        if paragraphs:
            left[source, name] = tuple(sentence(chance) for _ in range(paragraphs))
            store.put(number, [document(f"{name}.md", *left[source, name])])
        else:
            left.pop((source, name), None)
            store.put(number, removed=[f"{name}.md"])
        grown.library().search(Question(QUESTIONS[0]), 3)
    fresh = new_store(folder, "fresh.db")
    for (source, name), texts in sorted(left.items()):
        put(fresh, str(source), document(f"{name}.md", *texts))
    expected = knowledge(fresh, engine).library()
    for question in QUESTIONS:
        assert grown.library().search(Question(question), 10) == expected.search(Question(question), 10)


def test_both_engines_answer_alike(tmp_path: Path) -> None:
    """The engine is a matter of speed."""
    chance = random.Random(7)
    store = new_store(tmp_path)
    put(store, "甲", *(document(f"{number}.md", sentence(chance), sentence(chance)) for number in range(40)))
    memory, postings = knowledge(store, "memory").library(), knowledge(store, "postings").library()
    for question in QUESTIONS:
        assert memory.search(Question(question), 10) == postings.search(Question(question), 10)


def test_a_source_that_may_not_be_read_is_as_if_it_were_not_there(tmp_path: Path) -> None:
    """Answers, scores, confidence, ids, neighbours, titles and documents are those of a store without it."""
    chance = random.Random(8)
    secret = [document(f"s{number}.md", sentence(chance), sentence(chance), title="秘") for number in range(10)]
    open_to_all = [document(f"o{number}.md", sentence(chance), sentence(chance)) for number in range(10)]
    store, without = new_store(tmp_path), new_store(tmp_path, "without.db")
    put(store, "秘", *secret, audience=Audience(GUILD, 1))
    put(store, "公", *open_to_all)
    put(without, "公", *open_to_all)
    admitted = knowledge(store).library(lambda audience: audience.kind != GUILD)
    alone = knowledge(without).library()
    for question in QUESTIONS:
        assert admitted.search(Question(question), 10) == alone.search(Question(question), 10)
    assert admitted.engine.size == alone.engine.size
    assert admitted.collection.documents() == alone.collection.documents()
    hidden = [kept for _, _, kept in store.all() if kept.passage.title == "秘"]
    for kept in hidden:
        assert admitted.passage(kept.passage.id) is None
        assert admitted.around(kept.passage) == []
        assert admitted.collection.found([kept.number]) == {}
        assert list(admitted.collection.around(kept.number, 1)) == []
    assert list(admitted.collection.titled(["秘"])) == []
    assert {passage.title for passage in admitted.collection.all()} == {f"o{number}.md" for number in range(10)}


def test_a_source_that_is_added_meanwhile_is_not_seen_through_an_older_library(tmp_path: Path) -> None:
    """A library of what may be read does not grow by what may not."""
    store = new_store(tmp_path)
    put(store, "公", document("a.md", "有給休暇は十日です"))
    asked = knowledge(store)
    admitted = asked.library(lambda audience: audience.kind != GUILD)
    put(store, "秘", document("b.md", "有給休暇は九十日です"), audience=Audience(GUILD, 1))
    asked.library(everything).search(Question("有給休暇は何日？"), 3)
    assert [hit.passage.text for hit in admitted.search(Question("有給休暇は何日？"), 3).hits] == [
        "有給休暇は十日です。"
    ]


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Store, Path]:
    """A store, and the folder that its index is kept in however small it is."""
    monkeypatch.setattr(ranking_index, "_WORTH_SAVING", 1)
    monkeypatch.setattr(choice, "LARGEST_IN_MEMORY", 1)
    store = new_store(tmp_path)
    put(store, "甲", document("a.md", "有給休暇は十日です", "会議室は予約します"))
    return store, tmp_path / "index"


def first_text(index: RankingIndex, store: Store, question: str = "有給休暇は何日？") -> str:
    """The text of the first hit."""
    return Knowledge(store, index).library().search(Question(question), 1).hits[0].passage.text


def test_an_index_is_kept_for_the_next_start(kept: tuple[Store, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """The next start reads it, and takes over only what has changed since."""
    store, folder = kept
    opened(store, folder)
    (path,) = folder.iterdir()
    monkeypatch.setattr(RankingIndex, "_build", None)
    assert first_text(opened(store, folder), store) == "有給休暇は十日です。"
    put(store, "乙", document("b.md", "研修は四月です", title="a.md"))
    assert first_text(opened(store, folder), store, "研修はいつ？") == "研修は四月です。"
    assert path not in folder.iterdir()
    assert len(list(folder.iterdir())) == 1


DAMAGES: dict[str, Callable[[Path], object]] = {
    "empty": lambda path: path.write_bytes(b""),
    "cut off": lambda path: path.write_bytes(path.read_bytes()[:-7]),
    "a byte changed": lambda path: path.write_bytes(path.read_bytes()[:-40] + b"x" + path.read_bytes()[-39:]),
    "something else": lambda path: path.write_text("索引"),
    "missing": lambda path: path.unlink(),
    "a folder": lambda path: path.rename(path.with_suffix(".old")).with_suffix(".postings").mkdir(),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_index_is_made_again(kept: tuple[Store, Path], damage: str) -> None:
    """Whatever became of it, the answers are right."""
    store, folder = kept
    opened(store, folder)
    (path,) = folder.iterdir()
    DAMAGES[damage](path)
    assert first_text(opened(store, folder), store) == "有給休暇は十日です。"


def test_a_database_that_went_back_in_time(kept: tuple[Store, Path], tmp_path: Path) -> None:
    """A copy of the file in its place, changed otherwise since, is answered from as it is, by who has it open too."""
    store, folder = kept
    running = Knowledge(store, opened(store, folder))
    store.engine.dispose()
    copy = (tmp_path / "kotae.db").read_bytes()
    put(store, "甲", document("a.md", "有給休暇は二十日です", "会議室は予約します"))
    assert first_text(opened(store, folder), store) == "有給休暇は二十日です。"
    running.library()
    store.engine.dispose()
    (tmp_path / "kotae.db").write_bytes(copy)
    back = Store.open(f"sqlite:///{tmp_path}/kotae.db")
    assert first_text(opened(back, folder), back) == "有給休暇は十日です。"
    put(back, "甲", document("a.md", "有給休暇は三十日です", "会議室は予約します"))
    assert first_text(opened(back, folder), back) == "有給休暇は三十日です。"
    assert running.library().search(Question("有給休暇は何日？"), 1).hits[0].passage.text == "有給休暇は三十日です。"


def test_a_catch_up_that_fails_is_made_good(kept: tuple[Store, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the database breaks off in the middle, the next question finds everything."""
    store, _ = kept
    for engine in ("memory", "postings"):
        index = opened(store, None, engine)
        put(store, engine, *(document(f"{number}.md", f"{number}番目の話") for number in range(5)))
        with monkeypatch.context() as patched:
            patched.setattr(ranking_index, "_order", _third_time_unlucky())
            with pytest.raises(OSError, match="broken off"):
                index.refresh()
        index.refresh()
        assert index.engine.size == store.size()
        assert first_text(index, store, "4番目の話") == "見出し0\n4番目の話。"


def _third_time_unlucky() -> Callable[..., int]:
    calls = iter(range(100))

    def order(*_place: object) -> int:
        if next(calls) == 2:
            raise OSError("broken off")
        return 0

    return order


def test_an_index_of_another_collection_is_not_used(kept: tuple[Store, Path], tmp_path: Path) -> None:
    """A database that took the place of another one has an identity of its own."""
    store, folder = kept
    opened(store, folder)
    other = Store.open(f"sqlite:///{tmp_path}/other.db")
    put(other, "甲", document("a.md", "有給休暇は三十日です", "会議室は予約します"))
    assert first_text(opened(other, folder), other) == "有給休暇は三十日です。"


def test_a_folder_that_cannot_be_written_costs_only_the_next_start(kept: tuple[Store, Path], tmp_path: Path) -> None:
    """Where a file is in the way, the index is made at each start."""
    store, _ = kept
    in_the_way = tmp_path / "file"
    in_the_way.write_text("", encoding="utf-8")
    assert first_text(opened(store, in_the_way), store) == "有給休暇は十日です。"


def test_the_engine_is_chosen_by_size_unless_it_is_set(kept: tuple[Store, Path]) -> None:
    """Few passages are ranked by rank-bm25, more by the postings engine; a wish comes first."""
    store, _ = kept
    assert type(opened(store).engine).__name__ == "PostingsEngine"
    assert type(opened(store, None, "memory").engine).__name__ == "MemoryEngine"


class AnotherEngine(MemoryEngine):
    """An engine under a name of its own."""


def test_an_engine_that_is_set_is_not_replaced_by_what_another_kept(
    kept: tuple[Store, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder has the index of the postings engine; an engine added to ENGINES ranks where it is wished for."""
    opened(*kept)
    monkeypatch.setitem(choice.ENGINES, "another", AnotherEngine)
    index = opened(*kept, "another")
    assert type(index.engine) is AnotherEngine
    assert index.engine.size == kept[0].size()


def test_an_engine_that_becomes_too_small_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A collection that grows while it is asked gets the engine for its size."""
    monkeypatch.setattr(choice, "LARGEST_IN_MEMORY", 2)
    store = new_store(tmp_path)
    put(store, "甲", document("a.md", "有給休暇は十日です"))
    index = opened(store)
    assert type(index.engine).__name__ == "MemoryEngine"
    put(store, "甲", document("b.md", "会議室は予約します", "研修は四月です"))
    index.refresh()
    assert type(index.engine).__name__ == "PostingsEngine"
    assert index.engine.size == 3
