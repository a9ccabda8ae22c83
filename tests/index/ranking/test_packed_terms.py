"""Packing the terms of a text."""

from __future__ import annotations

from collections import Counter

from hypothesis import assume, given
from hypothesis import strategies as st

from index.language.analysis import VIEWS, Terms
from index.ranking.packed_terms import pack, term_key, unpack

TRIGRAM = st.text(min_size=3, max_size=3)
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
    assert unpack(pack({"lemma": ["休暇"]})).distinct.tolist() == [1, 0, 0, 0, 0, 0, 0]


def test_one_word_has_a_key_in_each_view() -> None:
    """What the views find does not add up by accident."""
    assert len({term_key(view, "休") for view in VIEWS}) == len(VIEWS)


@given(TRIGRAM, TRIGRAM)
def test_no_two_trigrams_share_a_key(one: str, other: str) -> None:
    """A trigram's key is made of its characters alone."""
    assert (term_key("trigram", one) == term_key("trigram", other)) is (one == other)


@given(TRIGRAM, st.sampled_from(VIEWS), st.text(max_size=4))
def test_a_trigram_shares_its_key_with_no_other_term(trigram: str, view: str, term: str) -> None:
    """The highest of the 64 bits tells them apart."""
    assume(view != "trigram" or len(term) != 3)
    assert term_key("trigram", trigram) < 1 << 63 <= term_key(view, term) < 1 << 64


def test_keys_are_stable() -> None:
    """Keys are stored, so they depend on neither the process nor the platform nor the version."""
    assert term_key("trigram", "あ漢A") == 0x3042 << 42 | 0x6F22 << 21 | 0x41
    assert term_key("lemma", "休暇") == 0xF25B95BB8E760F5F
    assert term_key("latin", "アジャラ") == 0xD35E62F79FF5236B


def test_a_frequency_is_capped() -> None:
    """A frequency has 16 bits; the length counts all repetitions."""
    packed = unpack(pack({"kanji": ["休"] * 70_000}))
    assert packed.frequencies.tolist() == [65_535]
    assert packed.lengths.sum() == 70_000
