"""The vectors that follow the store."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy import float32
from numpy.typing import NDArray

from index.audience import GUILD, Audience
from index.errors import DatabaseUnusable
from index.intake.worker import Worker
from index.meaning.passage_texts import texts_of, vectors_name
from index.meaning.quantization import pack, quantize
from index.progress import no_progress
from index.query.question import Question
from index.search import stored_vectors
from index.search.knowledge import Knowledge
from index.search.stored_vectors import StoredVectors
from index.store.store import Store
from index.store.vectors import encoded_passages, vectors_of
from tests.index.meaning.examples import Bigrams
from tests.progress import Told
from tests.stores import document, new_store, put

QUESTION = "休暇の申請の期限は？"


def opened(store: Store, folder: Path | None = None, encoder: Bigrams | None = None) -> StoredVectors:
    """The vectors of a store, up to date."""
    vectors = StoredVectors(store, encoder or Bigrams(), folder)
    vectors.open(no_progress)
    return vectors


def found(vectors: StoredVectors, sources: frozenset[int] | None = None) -> dict[int, list[float]]:
    """The cosines of every passage that there are vectors of, by number."""
    searchable = vectors.searchable(sources)
    question = searchable.question(QUESTION)
    numbers = [one.position for one in searchable.nearest(question, 1_000)]
    return {number: cosines.tolist() for number, cosines in searchable.cosines(question, numbers).items()}


def expected(store: Store, location: str | None = None) -> dict[int, list[float]]:
    """What there has to be of what is in the store, or in one of its sources."""
    vectors = StoredVectors(store, Bigrams(), None)
    vectors.index.add(
        [
            (kept.number, 1, quantize(Bigrams().encode(texts_of(kept.passage))))
            for place, _, kept in store.all()
            if location in (None, place)
        ]
    )
    return found(vectors)


def follows(vectors: StoredVectors, store: Store) -> bool:
    """Whether the vectors are those of what is in the store."""
    return vectors.is_of(store.state()) and found(vectors) == expected(store)


# Adds, edits and removes documents of some sources by number; each is a change of its own.
CHANGES = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=8)


@settings(max_examples=20, deadline=None)
@given(CHANGES, st.sets(st.integers(0, 7)))
def test_a_history_does_not_matter(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, int, int]], restarts: set[int]
) -> None:
    """After any changes, and starts between them, there are the vectors of what is left, and within a source its own."""
    folder = tmp_path_factory.mktemp("history")
    store = new_store(folder)
    vectors = opened(store, folder / "index")
    for place, (source, name, paragraphs) in enumerate(changes):
        number = store.put_source("folder", str(source), Audience())
        texts = [f"{place}回目の休暇の申請{paragraph}" for paragraph in range(paragraphs)]
        store.put(number, [document(f"{name}.md", *texts)] if texts else [], [] if texts else [f"{name}.md"])
        if place in restarts:
            vectors.erase()
            vectors = opened(store, folder / "index")
        vectors.refresh()
    assert follows(vectors, store)
    for one in store.sources():
        assert found(vectors, frozenset({one.number})) == expected(store, one.location)


def test_what_one_process_encoded_no_other_encodes(tmp_path: Path) -> None:
    """They find the vectors in the store; an edited document is encoded anew, and nothing else."""
    ours, theirs = Bigrams(), Bigrams()
    store, other = new_store(tmp_path), new_store(tmp_path)
    source = put(store, "甲", document("a.md", "有給休暇は十日です"), document("b.md", "会議室は予約します"))
    first = opened(store, None, ours)
    second = opened(other, None, theirs)
    assert (ours.encoded > 0, theirs.encoded) == (True, 0)
    other.put(source, [document("b.md", "研修は四月です")])
    second.refresh()
    encoded = ours.encoded
    first.refresh()
    assert (ours.encoded, theirs.encoded) == (encoded, 2)
    assert follows(first, store)
    assert follows(second, store)


def test_two_that_encode_at_once_both_have_everything(tmp_path: Path) -> None:
    """As the bot and `kotae add` do."""
    store = new_store(tmp_path)
    put(store, "甲", *(document(f"{number}.md", f"{number}番目の休暇") for number in range(600)))
    both = [StoredVectors(new_store(tmp_path), Bigrams(), None) for _ in range(2)]
    threads = [threading.Thread(target=vectors.refresh) for vectors in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(follows(vectors, store) for vectors in both)


def test_progress_is_told_of_what_is_encoded_alone(tmp_path: Path) -> None:
    """At the next start there is nothing to wait for."""
    store, first, second = new_store(tmp_path), Told(), Told()
    put(store, "甲", document("a.md", "有給休暇は十日です", "会議室は予約します"))
    StoredVectors(store, Bigrams(), None).open(first)
    StoredVectors(store, Bigrams(), None).open(second)
    assert (first.begun, first.done) == ([("encode", 2)], {"encode": 2})
    assert second.begun == []


def test_another_encoder_makes_vectors_of_its_own(kept: tuple[Store, Path]) -> None:
    """Neither the store's nor the file's are taken for its own."""
    opened(*kept, Bigrams("one"))
    another = Bigrams("another")
    vectors = opened(*kept, another)
    assert another.encoded > 0
    assert follows(vectors, kept[0])
    assert encoded_passages(kept[0], vectors_name(Bigrams("one"))) == set()


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Store, Path]:
    """A store, and the folder that its vectors are kept in however few they are."""
    monkeypatch.setattr(stored_vectors, "_WORTH_SAVING", 1)
    store = new_store(tmp_path)
    put(store, "甲", document("a.md", "有給休暇は十日です", "会議室は予約します"))
    return store, tmp_path / "index"


def test_vectors_are_kept_for_the_next_start(kept: tuple[Store, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """The next start reads the file, and only what is new from the store; a newer file replaces it."""
    store, folder = kept
    opened(store, folder)
    (path,) = folder.iterdir()
    read: list[int] = []

    def reading(of: Store, name: str, numbers: Sequence[int]) -> dict[int, bytes]:
        read.extend(numbers)
        return vectors_of(of, name, numbers)

    monkeypatch.setattr(stored_vectors, "vectors_of", reading)
    assert follows(opened(store, folder), store)
    assert read == []
    put(store, "乙", document("b.md", "研修は四月です"))
    assert follows(opened(store, folder), store)
    assert len(read) == 1
    (newer,) = folder.iterdir()
    assert newer != path
    assert not newer.stat().st_mode & 0o077 or os.name == "nt"


DAMAGES: dict[str, Callable[[Path], object]] = {
    "empty": lambda path: path.write_bytes(b""),
    "cut off": lambda path: path.write_bytes(path.read_bytes()[:-7]),
    "a byte changed": lambda path: path.write_bytes(path.read_bytes()[:-40] + b"x" + path.read_bytes()[-39:]),
    "something else": lambda path: path.write_text("索引"),
    "missing": lambda path: path.unlink(),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_made_again(kept: tuple[Store, Path], damage: str) -> None:
    """Of what the store has, so that nothing is encoded again."""
    store, folder = kept
    opened(store, folder)
    (path,) = folder.iterdir()
    DAMAGES[damage](path)
    encoder = Bigrams()
    assert follows(opened(store, folder, encoder), store)
    assert encoder.encoded == 0


def test_a_database_that_went_back_in_time(kept: tuple[Store, Path], tmp_path: Path) -> None:
    """A copy of the file in its place, changed otherwise since, has the vectors of what is in it."""
    store, folder = kept
    running = opened(store, folder)
    store.engine.dispose()
    copy = (tmp_path / "kotae.db").read_bytes()
    put(store, "甲", document("a.md", "有給休暇は二十日です", "会議室は予約します"))
    running.refresh()
    opened(store, folder)
    store.engine.dispose()
    (tmp_path / "kotae.db").write_bytes(copy)
    back = Store.open(f"sqlite:///{tmp_path}/kotae.db")
    put(back, "甲", document("a.md", "有給休暇は三十日です", "研修は四月です", "面接は五月です"))
    running.refresh()
    assert follows(running, back)
    assert follows(opened(back, folder), back)


def test_what_was_removed_is_in_no_file(kept: tuple[Store, Path]) -> None:
    """Once it is erased, neither the rows in the index nor those in the store are left; also while others are missing."""
    store, folder = kept
    vectors = opened(store, folder)
    (number,) = (one.number for _, _, one in store.all() if "有給" in one.passage.text)
    rows = quantize(Bigrams().encode(texts_of(store.passages([number])[number].passage)))
    (path,) = folder.iterdir()
    assert rows.codes[1].tobytes() in path.read_bytes()
    assert vectors_of(store, vectors_name(Bigrams()), [number]) == {number: pack(rows)}
    put(store, "甲", document("a.md", "会議室は予約します"))
    vectors.erase()
    assert not list(folder.iterdir())
    vectors.refresh()
    vectors.erase()
    (path,) = folder.iterdir()
    assert rows.codes[1].tobytes() not in path.read_bytes()
    assert follows(opened(store, folder), store)


def test_what_was_removed_long_ago_is_in_no_index(kept: tuple[Store, Path]) -> None:
    """A file that is older than a day, and has what was removed since, is written anew, though little has changed."""
    store, folder = kept
    opened(store, folder)
    (path,) = folder.iterdir()
    put(store, "甲", document("a.md", "会議室は予約します"))
    os.utime(path, (1, 1))
    opened(store, folder)
    assert path not in folder.iterdir()


def test_without_an_encoder_no_vectors_stay_in_the_folder(kept: tuple[Store, Path]) -> None:
    """Nobody would take out of them what is removed."""
    store, folder = kept
    opened(store, folder)
    assert Knowledge.open(store, folder).library().vectors is None
    assert list(folder.iterdir()) == []


class Slow(Bigrams):
    """An encoder that waits to be let go on."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.go_on = threading.Event(), threading.Event()

    def encode(self, texts: Sequence[str]) -> NDArray[float32]:
        """The vectors of texts, in a while."""
        self.begun.set()
        assert self.go_on.wait(20)
        return super().encode(texts)


def test_a_question_does_not_wait_for_what_others_add(tmp_path: Path) -> None:
    """Until its vectors are made a passage has none; then it has, and those of others are there all the time."""
    store, encoder = new_store(tmp_path), Slow()
    encoder.go_on.set()
    put(store, "甲", document("a.md", "有給休暇は十日です"))
    knowledge = Knowledge.open(store, encoder=encoder)
    knowledge.refresh_timeout = 0.05
    encoder.go_on.clear()
    put(store, "乙", document("b.md", "研修は四月です"))
    before = knowledge.library().vectors
    assert before is not None
    assert encoder.begun.wait(20)
    question = before.question("見出し0\n研修は四月です。")
    assert [one.position for one in before.nearest(question, 5)] == [1]
    encoder.go_on.set()
    knowledge.refresh_timeout = None
    after = knowledge.library().vectors
    assert after is not None
    assert [one.position for one in after.nearest(question, 5)] == [2, 1]
    knowledge.close()


def test_a_start_need_not_wait_for_the_encoder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Questions are answered by their words until there are vectors, which then are kept for the next start."""
    monkeypatch.setattr(stored_vectors, "_WORTH_SAVING", 1)
    store, encoder, folder = new_store(tmp_path), Slow(), tmp_path / "index"
    put(store, "甲", document("a.md", "有給休暇は十日です"))
    knowledge = Knowledge.open(store, folder, encoder=encoder, complete=False)
    knowledge.refresh_timeout = 0.05
    (hit,) = knowledge.library().search(Question("有給休暇は何日ですか"), 1).hits
    assert "十日" in hit.passage.text
    assert list(folder.glob("*.vectors")) == []
    encoder.go_on.set()
    knowledge.refresh_timeout = None
    assert found_in(knowledge) == {1}
    assert len(list(folder.glob("*.vectors"))) == 1
    knowledge.close()


def found_in(knowledge: Knowledge) -> set[int]:
    """The passages that there are vectors of."""
    vectors = knowledge.library().vectors
    assert vectors is not None
    return {one.position for one in vectors.nearest(vectors.question(QUESTION), 5)}


def test_vectors_of_what_may_not_be_read_are_not_compared(tmp_path: Path) -> None:
    """A library of some sources has the cosines, and the nearest, of a store without the others."""
    store, without = new_store(tmp_path), new_store(tmp_path, "without.db")
    open_to_all = [document(f"{number}.md", f"休暇の{number}番目の話") for number in range(5)]
    put(store, "公", *open_to_all)
    put(without, "公", *open_to_all)
    put(
        store,
        "秘",
        *(document(f"s{number}.md", "休暇の申請の期限は？") for number in range(5)),
        audience=Audience(GUILD, 1),
    )
    results = []
    for one in (store, without):
        vectors = Knowledge.open(one, encoder=Bigrams()).library(lambda audience: audience.kind != GUILD).vectors
        assert vectors is not None
        question = vectors.question(QUESTION)
        nearest = vectors.nearest(question, 100)
        cosines = vectors.cosines(question, range(100))
        results.append((nearest, {number: found.tolist() for number, found in cosines.items()}))
    assert results[0] == results[1]
    assert len(results[0][0]) == 5


def test_a_store_that_cannot_be_written_is_read_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its vectors are made for this process."""
    store = new_store(tmp_path)
    put(store, "甲", document("a.md", "有給休暇は十日です"))
    monkeypatch.setattr(stored_vectors, "put_vectors", _cannot_be_written)
    vectors = opened(store)
    assert follows(vectors, store)
    assert encoded_passages(store, vectors_name(Bigrams())) == set()


def _cannot_be_written(*_arguments: object) -> None:
    raise DatabaseUnusable(database="", reason="read-only")


def test_what_stops_in_the_middle_goes_on_with_the_next_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An encoder that fails leaves what was made before it in the store, and the rest to the next attempt."""
    monkeypatch.setattr(stored_vectors, "_TOGETHER", 2)
    store, encoder = new_store(tmp_path), Failing()
    put(store, "甲", *(document(f"{number}.md", f"{number}番目の休暇") for number in range(7)))
    vectors = StoredVectors(store, encoder, None)
    with pytest.raises(MemoryError):
        vectors.refresh()
    assert len(encoded_passages(store, vectors_name(encoder))) == 4
    assert not vectors.is_of(store.state())
    vectors.refresh()
    assert follows(vectors, store)
    assert encoder.encoded == sum(len(texts_of(kept.passage)) for _, _, kept in store.all())


def test_where_others_encode_only_a_few_are_encoded_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """More are left to workers, and are taken over from the store once they are there; a question waits for none."""
    monkeypatch.setattr(stored_vectors, "_WAIT", 0.0)
    store, encoder = new_store(tmp_path), Bigrams()
    put(store, "甲", document("a.md", "有給休暇は十日です"))
    vectors = StoredVectors(store, encoder, None, others_encode=True)
    vectors.open(no_progress)
    assert follows(vectors, store)
    put(store, "乙", *(document(f"{number}.md", f"{number}番目の休暇") for number in range(100)))
    before = encoder.encoded
    vectors.refresh()
    assert encoder.encoded == before
    assert len(found(vectors)) == 1
    monkeypatch.setattr(stored_vectors, "_WAIT", 60.0)
    vectors.refresh()
    assert vectors.is_of(store.state())
    with Worker(store, encoder=Bigrams()) as worker:
        while worker.encode():
            pass
    vectors.refresh()
    assert follows(vectors, store)
    assert encoder.encoded == before


class Failing(Bigrams):
    """An encoder that fails the third time."""

    calls = 0

    def encode(self, texts: Sequence[str]) -> NDArray[float32]:
        """The vectors of texts, mostly."""
        self.calls += 1
        if self.calls == 3:
            raise MemoryError
        return super().encode(texts)


def test_vectors_are_of_length_one() -> None:
    """The encoder of these tests keeps to the protocol."""
    assert numpy.linalg.norm(Bigrams().encode(["あい", "う"]), axis=1) == pytest.approx(1)
