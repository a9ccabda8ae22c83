from __future__ import annotations

import pytest

from index.meaning.parallel_encoding import EncodingPool, encode_passages
from tests.index.meaning.examples import Bigrams, Killed

MANY = [[f"題{number}", f"{number}番目の話。", "続き。"][: 2 + number % 2] for number in range(250)]


def test_many_passages_are_encoded_by_other_processes() -> None:
    """What they make is what is made here, in order; few are encoded here, where no process has to start."""
    here = Bigrams()
    with EncodingPool(here, processes=2) as pool:
        assert pool.encode(MANY[:5]) == encode_passages(Bigrams(), MANY[:5])
        assert here.encoded == sum(map(len, MANY[:5]))
        assert pool.encode(MANY) == encode_passages(Bigrams(), MANY)
        assert pool.encode(MANY[:5]) == encode_passages(Bigrams(), MANY[:5])
        assert here.encoded == sum(map(len, MANY[:5]))


def test_what_a_killed_process_was_to_encode_is_encoded_here() -> None:
    """As where the memory is too small for as many encoders as processors."""
    with EncodingPool(Killed(), processes=2) as pool:
        assert pool.encode(MANY) == encode_passages(Bigrams(), MANY)


@pytest.mark.parametrize("passages", [[], MANY[:1]])
def test_few_passages_are_encoded(passages: list[list[str]]) -> None:
    """Even none."""
    with EncodingPool(Bigrams()) as pool:
        assert len(pool.encode(passages)) == len(passages)
