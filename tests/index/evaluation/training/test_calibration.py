from random import Random

import pytest

from index.evaluation.question_sets import Query, QuestionSet
from index.evaluation.training import calibration
from index.reranking.confidence import FEATURES
from tests.index.examples import passage

ANIMALS = "猫 犬 鳥 馬 牛 羊 豚 鹿 熊 猿 狐 狸".split()
FOODS = "魚 肉 虫 草 麦 葉 芋 木 蜂蜜 果物 油揚げ 栗".split()


def zoo() -> QuestionSet:
    """An article for each animal, of four passages, with a question about each."""
    passages = [
        passage(f"{animal}は{number}月に{food}を食べる。", f"{animal}{number}", title=animal)
        for animal, food in zip(ANIMALS, FOODS, strict=True)
        for number in range(1, 5)
    ]
    queries = [
        Query(f"{animal}が{food}を食べるのは{number}月？", f"{animal}{number}", ("月",))
        for animal, food in zip(ANIMALS, FOODS, strict=True)
        for number in range(1, 5)
    ]
    return QuestionSet(passages, queries)


def test_what_a_collection_has_makes_sure(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of collections that have the answer or not, it is learnt that their words tell, and the threshold is between."""
    monkeypatch.setattr(calibration, "_SIZES", {12: 2, 24: 2})
    weights, threshold = calibration.calibrate([zoo()])
    assert list(weights) == list(FEATURES)
    assert weights["words"] > 0
    assert list(threshold) == ["always", "size"]


def test_a_collection_is_asked_as_much_with_an_answer_as_without() -> None:
    """No question without an answer is about an article of the collection."""
    asked = calibration._ask(zoo(), 12, Random(1))
    assert asked.size == 12
    assert asked.answerable.mean() == pytest.approx(0.5)
    assert asked.features.shape == (len(asked.answerable), len(FEATURES))
