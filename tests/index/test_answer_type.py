import pytest

from index.analysis import tokenize
from index.answer_type import AnswerType, asked_for, has_answer
from index.normalization import normalize

DATE, NUMBER, PERSON, PLACE = (AnswerType(kind) for kind in ("date", "number", "person", "place"))


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("いつ発表されましたか", DATE),
        ("いつごろ発表されましたか", DATE),
        ("何年に発表されましたか", DATE),
        ("何月何日ですか", DATE),
        ("何世紀のことですか", DATE),
        ("いくら投資しましたか", NUMBER),
        ("どのくらい投資しましたか", NUMBER),
        ("どれくらい投資しましたか", NUMBER),
        ("どれほど投資しましたか", NUMBER),
        ("いくつありますか", NUMBER),
        ("何回発表しましたか", AnswerType("number", "回")),
        ("何パーセントですか", AnswerType("number", "percent")),
        ("社員は何人ですか", AnswerType("number", "人")),
        ("社長は何歳ですか", AnswerType("number", "歳")),
        ("何個ありますか", AnswerType("number", "個")),
        ("誰が投資しましたか", PERSON),
        ("だれが投資しましたか", PERSON),
        ("どなたが投資しましたか", PERSON),
        ("本社はどこにありますか", PLACE),
        ("何を発表しましたか", None),
        ("なぜ投資しましたか", None),
        ("投資の目的は", None),
        ("", None),
    ],
)
def test_the_question_word_tells_the_kind_of_answer(question: str, wanted: AnswerType | None) -> None:
    """A question asks for a date, a number, a person, a place, or does not tell."""
    assert asked_for(tokenize(normalize(question))) == wanted


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("いつ投資しましたか", "2019年に投資した。", True),
        ("いつ投資しましたか", "10億ドルを投資した。", False),
        ("2019年の何月に投資しましたか", "2019年に投資した。", False),
        ("2019年の何月に投資しましたか", "2019年7月に投資した。", True),
        ("いくら投資しましたか", "10億ドルを投資した。", True),
        ("いくら投資しましたか", "巨額を投資した。", False),
        ("何回発表しましたか", "三回発表した。", True),
        ("何回発表しましたか", "三年前に発表した。", False),
        ("何ドル投資しましたか", "10億ドルを投資した。", True),
        ("誰が投資しましたか", "鈴木が投資した。", True),
        ("誰が投資しましたか", "チェン氏が投資した。", True),
        ("誰が投資しましたか", "会社が投資した。", False),
        ("鈴木は誰に会いましたか", "鈴木は会社に行った。", False),
        ("本社はどこにありますか", "本社は東京にある。", True),
        ("本社はどこにありますか", "本社は大きい。", False),
    ],
)
def test_an_answer_is_of_the_wanted_kind_and_not_in_the_question(question: str, text: str, expected: bool) -> None:
    """A text answers with something of the kind asked for that the question does not contain."""
    asked = tokenize(normalize(question))
    wanted = asked_for(asked)
    assert wanted is not None
    assert has_answer(wanted, tokenize(normalize(text)), asked) is expected


@pytest.mark.parametrize(("text", "expected"), [("社員は3人", True), ("社員は3年", False), ("社員は百二十人", True)])
def test_a_number_must_count_the_wanted_unit(text: str, expected: bool) -> None:
    """Where a unit is asked for, the word after the last numeral must be it."""
    assert has_answer(AnswerType("number", "人"), tokenize(text), []) is expected
