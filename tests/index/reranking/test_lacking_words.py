from collections.abc import Sequence

import numpy
import pytest
from numpy import float32
from numpy.typing import NDArray

from index.meaning.word_vectors import WordVectors
from index.reranking.lacking_words import NOTHING_KNOWN, Lacking, lacking_words
from index.reranking.nearness import UNKNOWN
from index.reranking.passage_features import Candidate
from tests.index.meaning.examples import Bigrams
from tests.index.reranking.examples import match_of, query_of

VEHICLES = {"列車", "電車"}


class Vehicles(Bigrams):
    """An encoder that knows vehicles, and of all else nothing but that it is none."""

    def encode(self, texts: Sequence[str]) -> NDArray[float32]:
        """Vectors of two numbers that are not 0."""
        vectors = numpy.zeros((len(texts), self.dimensions), float32)
        for row, text in enumerate(texts):
            vectors[row, 0 if text in VEHICLES else 1] = 1
        return vectors


def lacking(question: str, text: str, above: str = "題") -> Lacking:
    """How near a text comes to the words of a question that it lacks."""
    candidate = Candidate(1.0, "甲", match_of(question, text, above), UNKNOWN)
    return lacking_words(query_of(question), candidate, WordVectors(Vehicles()))


@pytest.mark.parametrize(
    ("question", "nearer", "farther"),
    [
        ("列車は？", "電車で通う。", "猫が寝る。"),
        ("通勤の列車は？", "通勤は電車だ。", "通勤は猫だ。"),
    ],
)
def test_a_word_that_is_lacking_is_made_up_for_by_a_near_one(question: str, nearer: str, farther: str) -> None:
    """It counts by the nearest word of the passage."""
    assert lacking(question, nearer).near > lacking(question, farther).near
    assert lacking(question, nearer).least > lacking(question, farther).least


def test_the_least_near_word_is_told() -> None:
    """Though other words are made up for."""
    assert lacking("列車と鳥は？", "電車だ。").near > 0
    assert lacking("列車と鳥は？", "電車だ。").least == 0


def test_a_word_that_is_there_in_part_is_not_made_up_for() -> None:
    """The part is something else: 父母 for 祖父母."""
    assert lacking("祖母は？", "父母だ。").least == 1
    assert lacking("祖父母は？", "父母だ。").least == 0


@pytest.mark.parametrize(("text", "above"), [("列車で通う。", "題"), ("電車で通う。", "列車"), ("。", "題")])
def test_what_is_there_is_not_lacking(text: str, above: str) -> None:
    """Nor what the passage stands under; and a passage without words has none that are near."""
    assert lacking("列車は？", text, above).near == 0


def test_without_an_encoder_nothing_is_near() -> None:
    """Words alone do not tell what is like them."""
    candidate = Candidate(1.0, "甲", match_of("列車は？", "電車で通う。"), UNKNOWN)
    assert lacking_words(query_of("列車は？"), candidate, None) == NOTHING_KNOWN
