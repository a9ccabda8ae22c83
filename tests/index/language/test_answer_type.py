from typing import Any

import pytest

from index.language.analysis import Token, tokenize
from index.language.answer_type import MONEY, AnswerType, expected_answer_type, marks_of
from index.language.normalization import normalize

DATE, NUMBER, PERSON, PLACE = (AnswerType(kind) for kind in ("date", "number", "person", "place"))
AMOUNT = AnswerType("number", MONEY)


def suggested(kind: str) -> AnswerType:
    """A kind that a noun suggests."""
    return AnswerType(kind, explicit=False)


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
        ("いくら投資しましたか", AMOUNT),
        ("お昼はいくらですか", AMOUNT),
        ("費用はどれくらい", AMOUNT),
        ("研修の費用はどのくらいかかりますか", AMOUNT),
        ("社長の給料はどれほどですか", AMOUNT),
        ("費用は何人で払いますか", AnswerType("number", "人")),
        ("料金はいつ払いますか", DATE),
        ("会費の高い山はどのくらい高いですか", NUMBER),
        ("どのくらい投資しましたか", NUMBER),
        ("どれくらい投資しましたか", NUMBER),
        ("どれほど投資しましたか", NUMBER),
        ("どの程度投資しましたか", NUMBER),
        ("どの会社が投資しましたか", None),
        ("いくつありますか", NUMBER),
        ("何回発表しましたか", AnswerType("number", "回")),
        ("何パーセントですか", AnswerType("number", "percent")),
        ("社員は何人ですか", AnswerType("number", "人")),
        ("何人かで使ってもよいですか", None),
        ("何度も失敗したのはいつ", DATE),
        ("割合はいくらですか", NUMBER),
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
        ("国はなぜ投資しましたか", None),
        ("なぜ首都は移りましたか", None),
        ("首都はなぜ移りましたか", None),
        ("どこの国が投資しましたか", PLACE),
        ("映画の監督は誰ですか", PERSON),
        ("山はどのくらい高いですか", NUMBER),
        ("2019年に投資した会社は", None),
        ("", None),
    ],
)
def test_the_question_word_tells_the_kind_of_answer(question: str, wanted: AnswerType | None) -> None:
    """A question asks for a date, a number, a person, a place, or does not tell."""
    assert expected_answer_type(tokenize(normalize(question))) == wanted


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("何という都市が首都ですか", "place"),
        ("何と言う人が発表しましたか", "person"),
        ("どの国が投資しましたか", "place"),
        ("どの監督が撮りましたか", "person"),
        ("どんな町ですか", "place"),
        ("首都は？", "place"),
        ("首都は何", "place"),
        ("首都は何ですか", "place"),
        ("日本の首都は何という都市ですか", "place"),
        ("出身地は", "place"),
        ("2019年に投資した国は", "place"),
        ("一番高い山は", "place"),
        ("作者は", "person"),
        ("会社の社長は", "person"),
        ("生年は？", "date"),
        ("生年月日は", "date"),
        ("会社ができた年は", "date"),
        ("山の標高は", "number"),
        ("山の高さは", "number"),
        ("川の長さは何ですか", "number"),
    ],
)
def test_the_noun_that_is_asked_about_suggests_the_kind_of_answer(question: str, kind: str) -> None:
    """Without an explicit question word: the noun of the question word, or the last noun before it or the end."""
    assert expected_answer_type(tokenize(normalize(question))) == suggested(kind)


@pytest.mark.parametrize(
    ("question", "unit"), [("市の人口は", "人"), ("社長の年齢は？", "歳"), ("参加者の人数は", "人")]
)
def test_a_noun_may_say_what_is_counted(question: str, unit: str) -> None:
    """An age is of years, a population of people."""
    assert expected_answer_type(tokenize(normalize(question))) == AnswerType("number", unit, explicit=False)


@pytest.mark.parametrize(
    "question",
    ["料金は", "入会の費用は？", "投資額は？", "値段は何ですか", "宿泊料は", "送料は？", "初任給は", "売上高は？"],
)
def test_a_noun_for_an_amount_of_money_suggests_money(question: str) -> None:
    """It is as little explicit as other nouns."""
    assert expected_answer_type(tokenize(normalize(question))) == suggested("number")._replace(unit=MONEY)


@pytest.mark.parametrize(
    ("unit", "text", "counted"),
    [
        (MONEY, "3000円", True),
        (MONEY, "10億ドル", True),
        (MONEY, "20ユーロ", True),
        (MONEY, "5ポンド", True),
        (MONEY, "3人", False),
        (MONEY, "3年", False),
        ("人", "3人", True),
        ("人", "3名", True),
        ("kilo", "85キロメートル", True),
        ("度", "30℃", True),
        ("人", "3000円", False),
        ("", "3人", False),
    ],
)
def test_an_amount_is_of_any_currency_and_another_number_of_its_own_unit(unit: str, text: str, counted: bool) -> None:
    """Without a unit no number is told from another."""
    asked = AnswerType("number", unit)
    assert any(asked.counts(token.lemma) for token in tokenize(normalize(text))) is counted


@pytest.mark.parametrize(
    "question",
    [
        "どの会社が首都に投資しましたか",
        "首都の会社は",
        "人口を調べた会社は何",
        "何を首都で発表しましたか",
        "首都に投資する",
    ],
)
def test_only_the_noun_that_is_asked_about_suggests(question: str) -> None:
    """Nouns elsewhere in the question say nothing about its answer."""
    assert expected_answer_type(tokenize(normalize(question))) is None


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("", ""),
        ("2019年7月", "DODO"),
        ("22日", "DO"),
        ("10時", "DO"),
        ("20世紀", "DO"),
        ("2010年代", "DO"),
        ("2019年度", "DO"),
        ("三年前", "DOO"),
        ("何年か前", "-O-O"),
        ("10億ドル", "NNO"),
        ("10億米ドル", "NNO"),
        ("10(十)ドル", "N-N-O"),
        ("百二十人", "NNO"),
        ("10%", "N-"),
        ("10", "N"),
        ("東京へ行った", "L-O-"),
        ("鈴木が投資した", "P-OO-"),
        ("チェン氏は3人", "PO-NO"),
        ("会社は、それを。", "O-----"),
    ],
)
def test_each_word_is_marked_with_its_answer_type(text: str, marks: str) -> None:
    """Dates, numbers, persons and places are told from other content words, and those from function words."""
    assert marks_of(tokenize(normalize(text))) == marks


@pytest.mark.parametrize("suffix", ["氏", "さん", "様", "君", "先生", "教授"])
def test_a_name_with_a_suffix_of_persons_is_a_person(suffix: str) -> None:
    """A name that the dictionary has for a place is a person where a person's suffix follows."""
    assert marks_of(tokenize("大阪が投資した"))[0] == "L"
    assert marks_of(tokenize(f"大阪{suffix}が投資した"))[0] == "P"


class Counted(list[Token]):
    """Tokens that count how often they are accessed."""

    looks = 0

    def __getitem__(self, place: Any) -> Any:
        found = super().__getitem__(place)
        self.looks += len(found) if isinstance(place, slice) else 1
        return found


def test_counters_of_numbers_are_found_in_one_pass() -> None:
    """However many numerals are in a row, each is accessed a few times at most."""
    words = Counted(tokenize("1" * 2_000 + "年"))
    assert set(marks_of(words)[:-1]) == {"D"}
    assert words.looks <= 3 * len(words)
