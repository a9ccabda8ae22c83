import numpy
import pytest

from index.evaluation.training.softmax import Choices, Numbers, choices_of, learn, yes_or_no


def told_by_the_second(questions: int = 40, alternatives: int = 4) -> Choices:
    """Questions whose right alternative has more of the second of three features; the others are noise."""
    random = numpy.random.default_rng(1)
    features = random.normal(size=(questions, alternatives, 3))
    right = numpy.eye(alternatives, dtype=bool)[random.integers(alternatives, size=questions)]
    features[:, :, 1] += 2 * right
    return Choices(features, numpy.ones((questions, alternatives), bool), right)


def right_first(choices: Choices, weights: Numbers) -> float:
    """The share of questions whose best alternative is right."""
    best = numpy.where(choices.there, choices.features @ weights, -numpy.inf).argmax(1)
    return float(choices.right[range(len(best)), best].mean())


def test_the_feature_that_tells_gets_the_weight() -> None:
    """What the right alternatives have more of counts for them, and more than noise."""
    weights = learn([told_by_the_second()])
    assert weights[1] > 3 * max(abs(weights[0]), abs(weights[2]))
    assert right_first(told_by_the_second(), weights) > 0.8


def test_a_feature_that_speaks_against_gets_a_negative_weight() -> None:
    """What the right alternatives have less of counts against."""
    one = told_by_the_second()
    assert learn([one._replace(features=-one.features)]) == pytest.approx(-learn([one]))


def test_a_feature_that_never_changes_counts_nothing() -> None:
    """What all alternatives have tells none from another."""
    one = told_by_the_second()
    one.features[:, :, 0] = 7.0
    assert learn([one])[0] == pytest.approx(0.0)


def test_the_unit_of_a_feature_does_not_matter() -> None:
    """Told in thousandths, a feature gets a thousandth of the weight."""
    one = told_by_the_second()
    scale = numpy.array([1.0, 1000.0, 0.001])
    assert learn([one._replace(features=one.features * scale)]) == pytest.approx(learn([one]) / scale)


def test_alternatives_that_are_not_there_do_not_matter() -> None:
    """A question with fewer alternatives is filled up with what is never chosen."""
    one = told_by_the_second()
    filled = Choices(
        numpy.concatenate([one.features, numpy.full_like(one.features, 100.0)], axis=1),
        numpy.concatenate([one.there, ~one.there], axis=1),
        numpy.concatenate([one.right, numpy.zeros_like(one.right)], axis=1),
    )
    assert learn([filled]) == pytest.approx(learn([one]))


def test_of_several_right_alternatives_one_that_can_be_told_is_enough() -> None:
    """A right one that nothing tells from the wrong ones takes nothing from the weight of one that is told."""
    one = told_by_the_second()
    also = one.right | numpy.roll(one.right, 1, axis=1)
    both = learn([one._replace(right=also)])
    assert both[1] > 0
    assert right_first(one, both) > 0.7


def test_each_set_counts_the_same() -> None:
    """A set that is twice as long, with the same questions again, weighs no more."""
    one, other = told_by_the_second(), told_by_the_second(questions=20)
    against = other._replace(features=-other.features)
    twice = Choices(*(numpy.concatenate([values, values]) for values in one))
    assert learn([twice, against]) == pytest.approx(learn([one, against]), rel=0.01)
    assert right_first(one, learn([one, one])) > 0.8


def test_questions_with_different_numbers_of_alternatives_stand_in_one_table() -> None:
    """What there is not is neither right nor there."""
    found = choices_of(
        [
            (numpy.array([[1.0, 2.0], [3.0, 4.0]]), numpy.array([False, True])),
            (numpy.array([[5.0, 6.0]]), numpy.array([True])),
        ]
    )
    assert found.features.tolist() == [[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [0.0, 0.0]]]
    assert found.there.tolist() == [[True, True], [True, False]]
    assert found.right.tolist() == [[False, True], [True, False]]


def test_yes_or_no_is_a_logistic_regression() -> None:
    """Of what is right in three of four cases, whatever its features, the learnt probability is about three quarters."""
    features = numpy.ones((400, 1))
    (weight,) = learn([yes_or_no(features, numpy.arange(400) % 4 > 0)])
    assert 1 / (1 + numpy.exp(-weight)) == pytest.approx(0.75, abs=0.01)
