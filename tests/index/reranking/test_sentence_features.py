import math
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.reranking.nearness import UNKNOWN, Nearness
from index.reranking.sentence_features import FEATURES
from tests.index.reranking.examples import match_of, query_of


class Case(NamedTuple):
    """What a feature should have more of in the right sentence than in the wrong one."""

    feature: str
    question: str
    right: str
    wrong: str


CASES = [
    Case("near", "投資の目的", "投資の目的は開発だ。", "会社が長い演説をした。"),
    Case("near", "荷物の倉庫", "倉庫の貨物は家具だ。", "会社が長い演説をした。"),
    Case("near_wanted", "いつ投資したか", "2019年に投資した。", "会社が投資した。"),
    Case("near_wanted", "いつ投資したか", "2019年に投資した。", "2018年に会社が長い演説をした。"),
    Case("kanji", "投資の目的", "投じた資本だ。", "投じた。"),
    Case("last_word", "投資の目的", "目的だ。", "投資だ。"),
    Case("last_word", "倉庫の荷物", "貨物だ。", "倉庫だ。"),
    Case("last_word", "倉庫の荷物", "荷物だ。", "貨物だ。"),
    Case("second_last_word", "投資の目的", "投資だ。", "目的だ。"),
    Case("third_last_word", "会社の投資の目的", "会社だ。", "目的だ。"),
    Case("wanted_near_last_word", "会社の社長は誰か", "鈴木が社長だ。", "佐藤は長い演説をした。"),
    Case("wanted_near_last_word", "倉庫の荷物は誰のか", "鈴木の貨物だ。", "佐藤は長い演説をした。"),
    Case("unit", "社員は何人か", "3人だ。", "3年だ。"),
    Case("definition", "配当とは？", "配当とは分け前だ。", "配当が続く。"),
    Case("date", "いつ投資したか", "2019年だ。", "3人だ。"),
    Case("number", "いくら投資したか", "10億ドルだ。", "ドルだ。"),
    Case("number", "割合は何パーセントか", "10%だ。", "3人だ。"),
    Case("near_wanted", "割合は何パーセントか", "10%だ。", "割合は3人だ。"),
    Case("person", "誰が投資したか", "鈴木だ。", "東京だ。"),
    Case("place", "どこに投資したか", "東京だ。", "鈴木だ。"),
]
TEXTS = st.lists(st.sampled_from("会社 が 投資 した 出資 目的 東京 2019年 猫 の 。".split()), max_size=10).map("".join)
SHARES = ["near", "near_wanted", "last_word", "second_last_word", "third_last_word", "wanted_near_last_word"]


def values_of(feature: str, question: str, text: str, nearness: Nearness = UNKNOWN) -> list[float]:
    """What a feature is for each sentence of a text."""
    looked = match_of(question, text)
    return [FEATURES[feature](query_of(question), looked, nearness, place) for place in range(len(looked.sentences))]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.feature)
def test_a_feature_tells_the_right_sentence_from_a_wrong_one(case: Case) -> None:
    """Each feature is greater for what it speaks for, whichever sentence comes first."""
    right, wrong = values_of(case.feature, case.question, case.right + case.wrong)
    assert right > wrong
    wrong, right = values_of(case.feature, case.question, case.wrong + case.right)
    assert right > wrong


def test_every_feature_has_a_case() -> None:
    """A feature that is added is shown to tell something."""
    assert {case.feature for case in CASES} == set(FEATURES) - {"near_sentence"}


def test_a_sentence_is_as_near_in_meaning_as_its_own_vector() -> None:
    """Not as near as the passage, or what it stands under; of a passage without vectors nothing is told."""
    assert values_of("near_sentence", "猫", "鳥だ。犬だ。", Nearness(9.0, (-1.5, 2.0))) == [-1.5, 2.0]
    assert values_of("near_sentence", "猫", "鳥だ。犬だ。") == [0.0, 0.0]


def test_what_few_sentences_have_tells_more() -> None:
    """Kanji that run through the passage count less than those that only one sentence has."""
    first, second, third = values_of("kanji", "投資の目的", "投資だ。目的だ。投資だ。")
    assert first == third < second


@pytest.mark.parametrize(
    "feature", ["near_wanted", "wanted_near_last_word", "unit", "date", "number", "person", "place"]
)
def test_what_is_not_asked_for_counts_nothing(feature: str) -> None:
    """Where the question does not tell what it asks for, nothing is of that kind."""
    assert values_of(feature, "投資の目的", "2019年に鈴木が東京で3人に投資した。") == [0.0]


@given(question=TEXTS, text=TEXTS)
def test_every_feature_is_a_number_for_every_sentence(question: str, text: str) -> None:
    """A question without words is no error, what speaks for a sentence is never less than nothing, a share at most 1."""
    for feature in FEATURES:
        values = values_of(feature, question, text)
        assert all(math.isfinite(value) and value >= 0.0 for value in values), feature
        assert feature not in SHARES or all(value <= 1.0 + 1e-9 for value in values), feature
