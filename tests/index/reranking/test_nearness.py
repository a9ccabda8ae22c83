import pytest

from index.reranking.nearness import UNKNOWN, Nearness, nearness_of
from tests.index.meaning.examples import Bigrams


def test_nearness_is_told_in_deviations_from_what_is_usual() -> None:
    """Of an encoder that gives cosines of .3 ± .2: what is as usual is 0, and each text keeps its place."""
    found = nearness_of([0.3, 0.1, 0.7], Bigrams())
    assert found.above == pytest.approx(0.0)
    assert found.sentences == pytest.approx((-1.0, 2.0))


@pytest.mark.parametrize(
    ("nearness", "nearest", "mean"),
    [(Nearness(9.0, (0.5, 2.0, -1.0)), 2.0, 0.5), (Nearness(9.0, (-1.0,)), -1.0, -1.0), (UNKNOWN, 0.0, 0.0)],
    ids=["sentences", "a sentence", "no vectors"],
)
def test_the_nearest_is_a_sentence(nearness: Nearness, nearest: float, mean: float) -> None:
    """What a passage stands under is that of others too."""
    assert (nearness.nearest, nearness.mean) == (nearest, mean)
