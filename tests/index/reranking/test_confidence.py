import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.query.question import Question
from index.reranking.confidence import (
    FEATURES,
    LARGEST_MEASURED,
    First,
    certainty_of,
    confidence,
    features_of,
    threshold,
)
from index.reranking.match import match_passage
from index.reranking.outline import outline, outline_of
from index.reranking.query_features import query_features
from index.reranking.weights import CONFIDENCE_WEIGHTS, THRESHOLD
from tests.index.examples import library

SIZES = st.integers(0, 10**7)


def first(question: str, text: str, size: int = 100) -> dict[str, float]:
    """The features of a text that is the first for a question, where all terms are equally rare."""
    query = query_features(Question(question), lambda _view, _term: 1.0)
    match = match_passage(query, outline(text, outline_of("題"))[0])
    values = features_of(query, First(match, score=10.0, share_of_ideal=0.5, size=size))
    return dict(zip(FEATURES, values, strict=True))


@pytest.mark.parametrize(
    ("feature", "question", "more", "less"),
    [
        ("words", "投資の目的は？", "投資の目的は開発だ。", "投資は続く。"),
        ("words", "亡くなった犬は？", "犬が死去した。", "犬がいた。"),
        ("words", "亡くなった犬は？", "犬が亡くなった。", "犬が死去した。"),
        ("words", "投資の題は？", "投資の話。", "別の話。"),
        ("best_sentence", "投資の目的は？", "投資の目的は開発だ。", "投資は続く。目的は別だ。"),
        ("runs", "投資の目的は？", "投資の目的は開発だ。", "目的は投資だ。"),
        ("question_length", "投資の目的は？", "投資。", "投資。"),
        ("lacks_kind", "誰が投資した？", "会社が投資した。", "鈴木が投資した。"),
        ("lacks_kind", "いつ投資した？", "会社が投資した。", "2019年に投資した。"),
    ],
)
def test_each_feature_tells_texts_apart(feature: str, question: str, more: str, less: str) -> None:
    """A feature is greater for the text that has more of it; the question's length is of the question alone."""
    one, other = first(question, more)[feature], first(question, less)[feature]
    assert one > other if feature != "question_length" else one == other == pytest.approx(math.log(3))


@pytest.mark.parametrize("question", ["本社はどこ？", "首都は？", "投資の目的は何？"])
def test_only_a_question_word_for_a_date_a_number_or_a_person_demands_one(question: str) -> None:
    """A place has often no class in the dictionary, and a noun only suggests what is asked for."""
    assert first(question, "会社が投資した。")["lacks_kind"] == 0.0


def test_the_tables_name_the_features() -> None:
    """Each feature has a weight, and there are no others."""
    assert list(CONFIDENCE_WEIGHTS) == list(FEATURES)
    assert set(THRESHOLD) == {"always", "size"}


@given(SIZES)
def test_the_threshold_grows_with_the_collection(size: int) -> None:
    """More passages have more of any question by chance, as far as it was measured."""
    assert threshold(size) <= threshold(size + 1) <= threshold(LARGEST_MEASURED)


@pytest.mark.parametrize(
    ("question", "answered"),
    [("猫は何を食べますか", True), ("猫の食べ物は", True), ("為替の見通しは", False), ("", False), ("?", False)],
)
def test_a_question_is_answered_or_not(question: str, answered: bool) -> None:
    """What the collection says is answered; what it does not speak of is not, with a confidence from 0 to 1."""
    pets = library("猫は魚を食べる。", "犬は肉を食べる。", "鳥は空を飛ぶ。", "馬は草原を走る。")
    result = pets.search(Question(question), 1)
    assert result.answered is answered
    assert 0 <= result.confidence <= 1


def test_nothing_of_the_question_is_no_confidence() -> None:
    """A passage without a word of the question, itself or as a synonym, answers nothing."""
    query = query_features(Question("投資の目的は？"), lambda _view, _term: 1.0)
    match = match_passage(query, outline("猫がいた。", outline_of(""))[0])
    assert confidence(query, First(match, score=900.0, share_of_ideal=1.0, size=10)) == 0.0


@pytest.mark.parametrize(
    ("confidence", "certainty"),
    [(1.0, "sure"), (0.5, "sure"), (0.4999, "possible"), (0.02, "possible"), (0.0199, "none"), (0.0, "none")],
)
def test_an_answer_is_sure_possible_or_none(confidence: float, certainty: str) -> None:
    """What is not sure is shown as possible, but for what is far from the question."""
    assert certainty_of(confidence) == certainty
