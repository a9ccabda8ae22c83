from __future__ import annotations

from collections.abc import Sequence

import numpy
from numpy import float32
from numpy.typing import NDArray

from index.meaning.grouping import grouped
from tests.index.meaning.examples import Bigrams
from tests.knowledge import real_encoder


class Directions(Bigrams):
    """An encoder for which texts are directions in a plane, in degrees."""

    def encode(self, texts: Sequence[str]) -> NDArray[float32]:
        """The vectors of texts, one a row."""
        angles = numpy.radians([float(text) for text in texts])
        return numpy.stack([numpy.cos(angles), numpy.sin(angles)], axis=1).astype(float32)


def test_texts_are_with_the_nearest_that_begins_a_group() -> None:
    """Whatever else is in the group, and not with one that is too far; alike is from a cosine of 0.9 on."""
    assert grouped(["0", "60", "25", "40", "-20", "20"], Directions()) == [[0, 2, 4, 5], [1, 3]]
    assert grouped(["7"], Directions()) == [[0]]
    assert grouped([], Directions()) == []


def test_wordings_of_a_question_are_together_and_other_questions_are_not() -> None:
    """By the encoder that is installed with the program."""
    questions = [
        "駐車場はどこにありますか",
        "健康診断はいつ？",
        "健診の日程は？",
        "車はどこに停められる？",
        "忘年会の日程は？",
    ]
    assert grouped(questions, real_encoder()) == [[0, 3], [1, 2], [4]]
