import numpy

from index.meaning.word_vectors import WordVectors
from tests.index.meaning.examples import Bigrams


def test_each_word_has_its_vector_in_its_place() -> None:
    """Whether it is new or known."""
    vectors, encoder = WordVectors(Bigrams()), Bigrams()
    vectors.of(["自転車"])
    assert numpy.array_equal(vectors.of(["電車", "自転車", "電車"]), encoder.encode(["電車", "自転車", "電車"]))
    assert vectors.of([]).shape == (0, encoder.dimensions)


def test_a_word_is_encoded_once_until_there_are_too_many() -> None:
    """Then all others are forgotten, so that memory has an end."""
    encoder = Bigrams()
    vectors = WordVectors(encoder, most=2)
    vectors.of(["自転車", "電車"])
    vectors.of(["電車", "自転車"])
    assert encoder.encoded == 2
    vectors.of(["飛行機"])
    vectors.of(["電車"])
    assert encoder.encoded == 4
