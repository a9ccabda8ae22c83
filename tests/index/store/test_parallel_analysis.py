from __future__ import annotations

from itertools import product

import pytest

from index.language import sound
from index.store.parallel_analysis import AnalysisPool
from index.store.rows import analyse_text


def test_many_latin_words_are_analysed_in_other_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each takes milliseconds: a small file of random words would occupy the bot's own process for long."""
    words = ["".join(letters) for letters in product("bdkmz", "aeiou", "rlstn", "xqjvw", "aeo")]
    texts = [" ".join(words[start : start + 60]) for start in range(0, 1_200, 60)]
    expected = analyse_text(texts[0])

    def here(word: str) -> str:
        raise AssertionError(word)

    sound.of_word.cache_clear()
    sound.of_latin.cache_clear()
    monkeypatch.setattr("index.language.sound._transliterated", here)
    with AnalysisPool(2) as pool:
        found = pool.analyse(texts)()
    assert (len(found), found[0]) == (20, expected)
