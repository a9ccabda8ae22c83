from collections.abc import Sequence

import numpy
import pytest
from numpy import float32
from numpy.typing import NDArray

from index.meaning.word_vectors import WordVectors
from index.reranking.lacking_words import near_lacking
from index.reranking.nearness import UNKNOWN
from index.reranking.passage_features import Candidate
from tests.index.meaning.examples import Bigrams
from tests.index.reranking.examples import match_of, query_of

VEHICLES = {"列車", "電車", "祖父母", "父母"}


class Vehicles(Bigrams):
    """An encoder that knows vehicles, and of all else nothing but that it is none."""

    def encode(self, texts: Sequence[str]) -> NDArray[float32]:
        """Vectors of two numbers that are not 0."""
        vectors = numpy.zeros((len(texts), self.dimensions), float32)
        for row, text in enumerate(texts):
            vectors[row, 0 if text in VEHICLES else 1] = 1
        return vectors


def near(question: str, text: str, above: str = "題") -> float:
    """How near a text comes to the words of a question that it lacks."""
    candidate = Candidate(1.0, "甲", match_of(question, text, above), UNKNOWN)
    return near_lacking(query_of(question), candidate, WordVectors(Vehicles()))


@pytest.mark.parametrize(
    ("question", "nearer", "farther"),
    [
        ("列車は？", "電車で通う。", "猫が寝る。"),
        ("通勤の列車は？", "通勤は電車だ。", "通勤は猫だ。"),
    ],
)
def test_a_word_that_is_lacking_is_made_up_for_by_a_near_one(question: str, nearer: str, farther: str) -> None:
    """It counts by the nearest word of the passage."""
    assert near(question, nearer) > near(question, farther)


@pytest.mark.parametrize(("text", "above"), [("列車で通う。", "題"), ("電車で通う。", "列車"), ("。", "題")])
def test_what_is_there_is_not_lacking(text: str, above: str) -> None:
    """Nor what the passage stands under; and a passage without words has none that are near."""
    assert near("列車は？", text, above) == 0


def test_what_is_a_part_of_a_word_is_not_near_to_it() -> None:
    """The parents that a text speaks of do not make up for the grandparents that it lacks."""
    assert near("祖父母は？", "電車で通う。") > 0
    assert near("祖父母は？", "父母も電車で通う。") == 0


def test_without_an_encoder_nothing_is_near() -> None:
    """Words alone do not tell what is like them."""
    candidate = Candidate(1.0, "甲", match_of("列車は？", "電車で通う。"), UNKNOWN)
    assert near_lacking(query_of("列車は？"), candidate, None) == 0
