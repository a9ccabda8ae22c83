from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.meaning.encodable_text import LONGEST_ENCODED, distinct, encodable


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("全角ＡＢＣ", "全角ＡＢＣ"),
        ("前\0後", "前 後"),
        ("半分\ud83d", "半分?"),
        ("", ""),
        ("漢" * 1_000_000, "漢" * LONGEST_ENCODED),
        # One character that is eighteen once it is normalised.
        ("\ufdfa" * 1_000_000, ("صلى الله عليه وسلم" * LONGEST_ENCODED)[:LONGEST_ENCODED]),
    ],
)
def test_a_text_is_made_one_that_every_encoder_can_take(text: str, expected: str) -> None:
    """It has UTF-8, no NUL, and a length that takes no seconds, however it is normalised."""
    assert encodable(text) == expected


@given(st.lists(st.text("ab", max_size=2)))
def test_each_text_is_found_among_the_distinct_ones(texts: list[str]) -> None:
    """None is there twice, and each text is at its place."""
    once, places = distinct(texts)
    assert len(once) == len(set(once))
    assert [once[place] for place in places] == texts
