from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from index.reranking.encoder import DenseSimilarity
from index.types import Passage

if TYPE_CHECKING:
    from numpy.typing import NDArray

TEXTS = ["投資は10億ドルだった。", "本社は東京にある。", "猫は夜に歩く。", "犬は昼に走る。"]
QUESTION = "猫はいつ歩く？"


class Characters:
    """A model whose vectors count characters; it writes down what it was given."""

    dimensions = 64

    def __init__(self, name: str = "characters") -> None:
        self.name = name
        self.embedded: list[str] = []

    def question(self, text: str) -> NDArray[np.float32]:
        """The vector of a question."""
        counts = np.zeros(64, np.float32)
        for character in text:
            counts[zlib.crc32(character.encode("utf-8", "surrogatepass")) % 64] += 1
        return counts / np.float32(np.linalg.norm(counts))

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The vectors of passages."""
        self.embedded += texts
        return np.stack([self.question(text) for text in texts])


def passage(text: str, title: str = "", heading: str = "", speaker: str | None = None) -> Passage:
    """A passage with this text."""
    return Passage(text, text, title, heading, 1, speaker, None, "", None)


PASSAGES = [passage(text) for text in TEXTS]


def test_similarities_are_cosines_in_the_order_of_the_passages() -> None:
    """Each passage has the cosine of its vector with the question's, wherever in the list it stands."""
    model = Characters()
    similarity = DenseSimilarity(model, None)
    expected = [float(model.question(QUESTION) @ model.question(text)) for text in TEXTS]
    assert similarity.similarities(QUESTION, PASSAGES) == pytest.approx(expected, abs=1e-3)
    assert similarity.similarities(QUESTION, PASSAGES[::-1]) == pytest.approx(expected[::-1], abs=1e-3)
    assert max(expected) == expected[2]


def test_no_passages_have_no_similarities() -> None:
    """Where nothing was found there is nothing to compare."""
    assert DenseSimilarity(Characters(), None).similarities(QUESTION, []) == []


def test_a_passage_is_embedded_once(tmp_path: Path) -> None:
    """Neither a second question, nor a repeated passage, nor the next start embeds again; cosines are the same."""
    model, later = Characters(), Characters()
    first = DenseSimilarity(model, tmp_path)
    cosines = [first.similarities(QUESTION, PASSAGES + PASSAGES) for _ in range(2)]
    assert sorted(model.embedded) == sorted(TEXTS)
    assert cosines[0] == cosines[1] == DenseSimilarity(later, tmp_path).similarities(QUESTION, PASSAGES + PASSAGES)
    assert later.embedded == []


def test_a_new_passage_costs_one_embedding(tmp_path: Path) -> None:
    """Of passages that the file has all but one, only that one is embedded."""
    DenseSimilarity(Characters(), tmp_path).embed(PASSAGES[:3])
    model = Characters()
    DenseSimilarity(model, tmp_path).similarities(QUESTION, PASSAGES)
    assert model.embedded == TEXTS[3:]


def test_another_model_has_vectors_of_its_own(tmp_path: Path) -> None:
    """What one model kept is not used with another."""
    DenseSimilarity(Characters("one"), tmp_path).embed(PASSAGES)
    other = Characters("other")
    DenseSimilarity(other, tmp_path).embed(PASSAGES)
    assert sorted(other.embedded) == sorted(TEXTS)


def test_what_a_passage_stands_under_is_embedded_with_it() -> None:
    """Title, heading and speaker come before the text, as far as there are any."""
    model = Characters()
    DenseSimilarity(model, None).embed([passage("歩く。", "猫", "夜", "鈴木"), passage("走る。", "犬")])
    assert sorted(model.embedded) == sorted(["猫\n夜\n鈴木\n歩く。", "犬\n走る。"])


def test_a_long_passage_is_as_near_as_its_nearest_part() -> None:
    """Sentences are embedded a few together, all with the title, and the best of them counts."""
    model = Characters()
    filler = "投資は10億ドルだったという話が続く。" * 20
    similarity = DenseSimilarity(model, None)
    long, short = passage(f"{filler}{QUESTION}{'犬' * 160}。", "題"), passage(QUESTION, "題")
    cosines = similarity.similarities(QUESTION, [passage("犬。"), long, short])
    assert cosines[0] < cosines[1] <= cosines[2]
    parts = [text for text in model.embedded if text.startswith("題\n")]
    assert "".join(part.removeprefix("題\n") for part in parts) == long.text + short.text
    assert [len(part) > 160 for part in parts].count(True) == 1


def test_passages_of_the_same_words_are_embedded_once() -> None:
    """What differs only in its source or number has one vector."""
    model = Characters()
    DenseSimilarity(model, None).embed([passage("猫。"), passage("猫。")._replace(id="2", source="2.md")])
    assert model.embedded == ["猫。"]


def test_progress_is_told_of_every_passage(tmp_path: Path) -> None:
    """Progress is called once a passage, whether it is embedded or only read back."""
    many = [passage(f"{number}番") for number in range(50)]
    steps = count()
    for _ in range(2):
        DenseSimilarity(Characters(), tmp_path).embed(many, lambda: next(steps))
    assert next(steps) == 100


def test_without_a_folder_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the cache is off, vectors live as long as the process."""
    monkeypatch.chdir(tmp_path)
    DenseSimilarity(Characters(), None).embed(PASSAGES)
    assert list(tmp_path.iterdir()) == []


def test_threads_share_a_similarity(tmp_path: Path) -> None:
    """Many threads that ask at once have the cosines that one has alone, and the file has every vector."""
    expected = DenseSimilarity(Characters(), None).similarities(QUESTION, PASSAGES)
    shared = DenseSimilarity(Characters(), tmp_path)
    with ThreadPoolExecutor(8) as pool:
        asked = list(pool.map(lambda _: shared.similarities(QUESTION, PASSAGES), range(40)))
    assert asked == [expected] * 40
    later = Characters()
    DenseSimilarity(later, tmp_path).embed(PASSAGES)
    assert later.embedded == []


@pytest.mark.parametrize(
    "damage",
    [lambda _data: b"no database" * 1000, lambda data: data[: len(data) // 2], lambda data: data[:100], lambda _: b""],
    ids=["other", "half", "header", "empty"],
)
def test_a_damaged_file_is_replaced(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    """What cannot be read is embedded again, and is there at the start after."""
    many = [passage(f"{number}番の文") for number in range(100)]
    expected = DenseSimilarity(Characters(), tmp_path).similarities(QUESTION, many)
    (file,) = tmp_path.iterdir()
    file.write_bytes(damage(file.read_bytes()))
    model, later = Characters(), Characters()
    assert DenseSimilarity(model, tmp_path).similarities(QUESTION, many) == expected
    assert DenseSimilarity(later, tmp_path).similarities(QUESTION, many) == expected
    assert model.embedded
    assert len(later.embedded) < len(model.embedded)


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    """Under a file for a folder, and where a folder has the file's name, vectors live as long as the process."""
    (tmp_path / "file").touch()
    (tmp_path / "vectors.sqlite3").mkdir()
    for folder in (tmp_path / "file", tmp_path):
        model = Characters()
        similarity = DenseSimilarity(model, folder)
        assert similarity.similarities(QUESTION, PASSAGES) == similarity.similarities(QUESTION, PASSAGES)
        assert sorted(model.embedded) == sorted(TEXTS)


def test_a_file_that_another_process_writes_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While another process holds the file, the question is answered, and the file stays as it is."""
    DenseSimilarity(Characters(), tmp_path).embed(PASSAGES[:2])
    connect = sqlite3.connect
    other = connect(tmp_path / "vectors.sqlite3")
    other.execute("BEGIN EXCLUSIVE")
    monkeypatch.setattr("index.reranking.encoder.sqlite3.connect", lambda path: connect(path, timeout=0))
    model, later = Characters(), Characters()
    assert len(DenseSimilarity(model, tmp_path).similarities(QUESTION, PASSAGES)) == 4
    other.close()
    DenseSimilarity(later, tmp_path).embed(PASSAGES)
    assert (sorted(model.embedded), sorted(later.embedded)) == (sorted(TEXTS), sorted(TEXTS[2:]))


def test_nothing_is_left_of_passages_that_were_forgotten(tmp_path: Path) -> None:
    """Neither their vectors nor the digests of their texts are in the file; the others are not embedded again."""
    model = Characters()
    similarity = DenseSimilarity(model, tmp_path)
    similarity.embed(PASSAGES)
    file = tmp_path / "vectors.sqlite3"
    traces = [model.question(TEXTS[0]).astype("float16").tobytes(), similarity._key([TEXTS[0]])]
    assert all(trace in file.read_bytes() for trace in traces)
    similarity.erase(PASSAGES[1:])
    assert not any(trace in file.read_bytes() for trace in traces)
    model.embedded.clear()
    DenseSimilarity(model, tmp_path).embed(PASSAGES[1:])
    similarity.embed(PASSAGES[1:])
    assert model.embedded == []
