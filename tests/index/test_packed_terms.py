"""Terms as engines take them."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from index.analysis import VIEWS, Terms
from index.packed_terms import pack, term_key, unpack

TERMS = st.fixed_dictionaries({view: st.lists(st.text(min_size=1, max_size=4), max_size=8) for view in VIEWS})


@given(TERMS)
def test_what_was_packed_is_unpacked(terms: Terms) -> None:
    """Each view's terms come back as keys with their frequencies, and its length with repetitions."""
    packed = unpack(pack(terms))
    start = 0
    for view, distinct, length in zip(VIEWS, packed.distinct, packed.lengths, strict=True):
        keys = packed.keys[start : start + distinct].tolist()
        frequencies = packed.frequencies[start : start + distinct].tolist()
        assert dict(zip(keys, frequencies, strict=True)) == {
            term_key(view, term): frequency for term, frequency in Counter(terms[view]).items()
        }
        assert keys == sorted(keys)
        assert length == len(terms[view])
        start += distinct


def test_a_missing_view_is_empty() -> None:
    """A text need not have terms in every view."""
    assert unpack(pack({"lemma": ["休暇"]})).distinct.tolist() == [1, 0, 0, 0, 0, 0]


def test_one_word_has_a_key_in_each_view() -> None:
    """What the views find does not add up by accident."""
    assert len({term_key(view, "休") for view in VIEWS}) == len(VIEWS)
