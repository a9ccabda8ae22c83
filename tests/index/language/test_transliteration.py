import pytest
from e2k import C2K
from hypothesis import given
from hypothesis import strategies as st

from index.language.transliteration import Transliterator

E2K = C2K(model="turbo")
TRANSLITERATOR = Transliterator()


@pytest.mark.parametrize(
    "word",
    [
        "azure",
        "microsoft",
        "kubernetes",
        "brockman",
        "knowledge",
        "internationalization",
        "a",
        "qx",
        "zz" * 20,
        "naïve",
        "o'brien",
        "x2",
        "",
    ],
)
def test_words_are_transliterated_as_by_e2k(word: str) -> None:
    """The network is that of e2k, computed in another order."""
    assert TRANSLITERATOR(word) == E2K(word)


@given(st.text(st.characters(min_codepoint=ord("a"), max_codepoint=ord("z")), max_size=24))
def test_any_letters_are_transliterated_as_by_e2k(word: str) -> None:
    """Letters that make no word too."""
    assert TRANSLITERATOR(word) == E2K(word)
