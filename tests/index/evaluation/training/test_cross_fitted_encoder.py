import pickle

import numpy
import pytest

from index.evaluation.training.cross_fitted_encoder import CrossFittedEncoder
from index.meaning.query_adapter import QueryAdapter
from tests.index.meaning.examples import Bigrams


def test_a_question_is_adapted_by_what_was_learnt_without_the_fold_held_out() -> None:
    """Passages are encoded alike for all folds."""
    shift = numpy.zeros((16, 16))
    shift[3] = 5.0
    base = Bigrams()
    encoder = CrossFittedEncoder(base, [QueryAdapter(numpy.zeros((16, 16))), QueryAdapter(shift)])
    assert encoder.question("猫は？") == pytest.approx(base.question("猫は？"))
    encoder.held_out = 1
    assert encoder.question("猫は？") == pytest.approx(QueryAdapter(shift).adapt(base.question("猫は？")))
    assert encoder.encode(["猫は？"])[0] == pytest.approx(base.question("猫は？"))


def test_no_text_is_encoded_twice() -> None:
    """Articles are collections again and again."""
    base = Bigrams()
    encoder = CrossFittedEncoder(base, [])
    assert encoder.encode(["猫", "犬", "猫"]).shape == (3, 16)
    encoder.encode(["犬", "鳥"])
    assert base.encoded == 3


def test_another_process_gets_the_encoder_alone() -> None:
    """What was remembered is not sent to it."""
    encoder = CrossFittedEncoder(Bigrams(), [])
    encoder.encode(["猫"])
    assert isinstance(pickle.loads(pickle.dumps(encoder)), Bigrams)  # noqa: S301 - our own
