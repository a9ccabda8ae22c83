import math
from collections.abc import Sequence
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.reranking.nearness import UNKNOWN, Nearness
from index.reranking.passage_features import FEATURES, Candidate, field_of
from tests.index.reranking.examples import match_of, query_of


class Said(NamedTuple):
    """A text, where it stands, and how near in meaning it is."""

    text: str
    above: str = ""
    document: str = "甲"
    score: float = 1.0
    nearness: Nearness = UNKNOWN


def near(above: float = 0.0, sentences: tuple[float, ...] = ()) -> Said:
    """A text that is so near in meaning."""
    return Said("鳥だ。", nearness=Nearness(above, sentences))


class Case(NamedTuple):
    """What a feature should have more of in the right passage than in the wrong one, among others."""

    feature: str
    question: str
    right: Said
    wrong: Said
    others: tuple[Said, ...] = ()


CASES = [
    Case("first_look", "投資の目的", Said("投資だ。", score=2.0), Said("投資だ。", score=1.0)),
    Case("words", "投資の目的", Said("投資の目的だ。"), Said("投資と投資だ。")),
    Case("words_above", "投資の目的", Said("目的だ。", above="投資"), Said("目的だ。", above="会社")),
    Case("words_above", "投資の目的", Said("目的だ。", above="投資"), Said("投資だ。", above="投資")),
    Case("synonyms", "会長が亡くなった", Said("会長が死去した。"), Said("会長が発表した。")),
    Case("synonyms", "会長が亡くなった", Said("会長が死去した。"), Said("会長が亡くなった。")),
    Case("written_alike", "会長の死亡", Said("会長の死去。"), Said("会長の演説。")),
    Case("written_alike", "会長の死亡", Said("会長の死去。"), Said("会長の死亡。")),
    Case("rare_kanji", "猫と犬", Said("猫だ。"), Said("犬だ。"), (Said("犬だ。"),)),
    Case("rare_pairs", "投資の目的", Said("投資だ。"), Said("目的だ。"), (Said("目的だ。"),)),
    Case("told_apart", "猫と犬", Said("猫だ。"), Said("犬だ。"), (Said("犬だ。"),)),
    Case("told_apart", "猫", Said("猫だ。"), Said("猫だ。", document="乙"), (Said("犬だ。"),)),
    Case("same_document", "猫", Said("猫だ。"), Said("猫だ。", document="乙"), (Said("犬だ。"),)),
    Case("runs", "投資の目的", Said("投資の目的だ。"), Said("目的の投資だ。")),
    Case("longest_run", "投資の目的", Said("投資の目的だ。"), Said("目的の投資だ。")),
    Case("best_sentence", "猫と犬", Said("猫と犬だ。鳥だ。"), Said("猫だ。犬だ。")),
    Case("best_sentence", "会長が亡くなった", Said("会長が死去した。"), Said("会長が発表した。")),
    Case("best_sentence", "猫と犬", Said("猫だ。", above="犬"), Said("猫だ。", above="鳥")),
    Case("pairs_in_sentence", "投資の目的", Said("投資の目的だ。"), Said("投資だ。目的だ。")),
    Case("pairs_in_sentence", "投資", Said("投資だ。"), Said("投資だ、それからとても長い話がいつまでも続いて行く。")),
    Case("shortness", "猫", Said("猫だ。"), Said("猫がいた。鳥もいた。")),
    Case("unit", "社員は何人か", Said("社員は3人だ。"), Said("社員は3年だ。")),
    Case("definition", "配当とは？", Said("配当とは分け前だ。"), Said("配当が続く。")),
    Case("near_date", "いつ投資したか", Said("2019年に投資した。"), Said("会社が投資した。")),
    Case("near_date", "いつ投資したか", Said("2019年に投資した。"), Said("2019年だ。猫だ。鳥だ。犬だ。投資だ。")),
    Case("near_person", "誰が投資したか", Said("鈴木が投資した。"), Said("会社が投資した。")),
    Case("near_place", "どこに投資したか", Said("東京に投資した。"), Said("会社に投資した。")),
    Case("near_number", "社員は何人か", Said("社員は3人だ。"), Said("社員は多い。")),
    Case("nearest_sentence", "猫", near(sentences=(-1.0, 2.0)), near(sentences=(1.0, 1.5))),
    Case("near_sentences", "猫", near(sentences=(1.0, 1.5)), near(sentences=(-1.0, 2.0))),
    Case("near_above", "猫", near(above=2.0), near(above=1.0, sentences=(9.0,))),
]
TEXTS = st.lists(st.sampled_from("会社 が 投資 した 出資 目的 東京 2019年 猫 の 。".split()), max_size=10).map("".join)


def values_of(feature: str, question: str, texts: Sequence[Said]) -> list[float]:
    """What a feature is for each of the candidates."""
    candidates = [
        Candidate(one.score, one.document, match_of(question, one.text, one.above), one.nearness) for one in texts
    ]
    field = field_of(candidates)
    return [FEATURES[feature](query_of(question), candidate, field) for candidate in candidates]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.feature)
def test_a_feature_tells_the_right_passage_from_a_wrong_one(case: Case) -> None:
    """Each feature is greater for what it speaks for."""
    right, wrong, *_ = values_of(case.feature, case.question, (case.right, case.wrong, *case.others))
    assert right > wrong


def test_every_feature_has_a_case() -> None:
    """A feature that is added is shown to tell something."""
    assert {case.feature for case in CASES} == set(FEATURES)


@pytest.mark.parametrize(
    ("feature", "question", "text"),
    [
        ("near_date", "誰が投資したか", "2019年に鈴木が投資した。"),
        ("near_person", "いつ投資したか", "2019年に鈴木が投資した。"),
        ("near_place", "いつ投資したか", "2019年に東京に投資した。"),
        ("near_date", "投資の目的", "2019年に投資した。"),
        ("unit", "社員はいくらか", "社員は3人だ。"),
        ("definition", "配当はいくら？", "配当とは分け前だ。"),
    ],
)
def test_what_is_not_asked_for_counts_nothing(feature: str, question: str, text: str) -> None:
    """An answer of another kind speaks for no passage."""
    assert values_of(feature, question, [Said(text)]) == [0.0]


@pytest.mark.parametrize("feature", ["rare_pairs", "same_document"])
def test_what_all_candidates_have_tells_none_apart(feature: str) -> None:
    """A pair that every candidate has counts nothing, and so does a document that has only one."""
    assert values_of(feature, "投資", [Said("投資だ。", document="甲"), Said("投資だ。", document="乙")]) == [0.0, 0.0]


def test_a_field_counts_candidates_and_those_of_each_document() -> None:
    """What a candidate has twice counts once."""
    texts = [Said("猫と猫だ。"), Said("猫と犬だ。"), Said("犬だ。", document="乙")]
    field = field_of([Candidate(one.score, one.document, match_of("猫と犬", one.text)) for one in texts])
    assert (field.size, field.kanji, field.pairs) == (3, {"猫": 2, "犬": 2}, {"猫と": 2, "と犬": 1})
    assert (field.words, field.sizes) == ({"甲": {0: 2, 1: 1}, "乙": {1: 1}}, {"甲": 2, "乙": 1})


@given(question=TEXTS, texts=st.lists(TEXTS.map(Said), min_size=1, max_size=3))
def test_every_feature_is_a_number_for_every_passage(question: str, texts: list[Said]) -> None:
    """Empty texts and questions are no errors, and what speaks for a passage is never less than nothing."""
    for feature in FEATURES:
        assert all(math.isfinite(value) and value >= 0.0 for value in values_of(feature, question, texts)), feature
