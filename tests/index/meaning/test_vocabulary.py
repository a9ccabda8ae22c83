from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from index.meaning.vocabulary import Vocabulary, pack

WORDS = st.text("ab漢😀", min_size=1, max_size=4)


@given(st.dictionaries(WORDS, st.integers(0, 1 << 30), min_size=1), st.lists(WORDS))
def test_it_finds_what_the_table_has_and_nothing_else(table: dict[str, int], others: list[str]) -> None:
    """Each string has its number, whichever is looked up first, and one that is not there has none."""
    vocabulary = Vocabulary(pack(table))
    for text in (*others, *table, *others):
        assert vocabulary.get(text) == table.get(text)
