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
        ("何時代の話ですか", DATE),
        ("何年度ですか", DATE),
        ("いくら投資しましたか", NUMBER),
        ("どのくらい投資しましたか", NUMBER),
        ("どれくらい投資しましたか", NUMBER),
        ("どれほど投資しましたか", NUMBER),
        ("どの程度投資しましたか", NUMBER),
        ("どの会社が投資しましたか", None),
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
        ("投資の目的は何", None),
        ("2019年に投資した会社は", None),
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
        ("いつ投資しましたか", "何年か前に投資した。", False),
        ("2019年の何月に投資しましたか", "2019年に投資した。", False),
        ("2019年の何月に投資しましたか", "2019年7月に投資した。", True),
        ("いくら投資しましたか", "10億ドルを投資した。", True),
        ("いくら投資しましたか", "巨額を投資した。", False),
        ("何回発表しましたか", "三回発表した。", True),
        ("何回発表しましたか", "三年前に発表した。", False),
        ("何ドル投資しましたか", "10億ドルを投資した。", True),
        ("何ドル投資しましたか", "10億米ドルを投資した。", True),
        ("何パーセントですか", "割合は10%です。", True),
        ("誰が投資しましたか", "鈴木が投資した。", True),
        ("誰が投資しましたか", "チェン氏が投資した。", True),
        ("誰が投資しましたか", "会社が投資した。", False),
        ("誰が投資しましたか", "投資したのは会社", False),
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


@pytest.mark.parametrize("suffix", ["氏", "さん", "様", "君", "先生", "教授"])
def test_who_is_spoken_of_with_respect_is_a_person(suffix: str) -> None:
    """A name that the dictionary has for a place is a person where a person's suffix follows."""
    question = tokenize("誰が投資しましたか")
    assert has_answer(PERSON, tokenize(f"大阪{suffix}が投資した。"), question)
    assert not has_answer(PERSON, tokenize("大阪が投資した。"), question)


@pytest.mark.parametrize("text", ["2019年", "7月", "22日", "10時", "20世紀", "2010年代", "2019年度"])
def test_a_number_with_a_unit_of_time_is_a_date(text: str) -> None:
    """When is answered by years, months, days, hours and what is longer."""
    assert has_answer(DATE, tokenize(text), [])
    assert has_answer(NUMBER, tokenize(text), [])


def test_the_unit_stands_after_the_last_numeral() -> None:
    """Numerals in a row, and brackets between them, are one number with one unit."""
    dollars, asked = AnswerType("number", "dollar"), tokenize("何億")
    assert has_answer(dollars, tokenize("10億ドル"), asked)
    assert has_answer(dollars, tokenize("10(十)ドル"), tokenize("十"))
