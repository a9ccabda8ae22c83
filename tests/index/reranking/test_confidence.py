import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.query.question import Question
from index.reranking.confidence import FEATURES, First, certainty_of, confidence, features_of, first_of
from index.reranking.lacking_words import NOTHING_KNOWN, Lacking
from index.reranking.nearness import UNKNOWN, Nearness
from index.reranking.passage_features import Candidate
from index.reranking.reranker import Reranked
from index.reranking.weights import LEXICAL, WITH_ENCODER, Weights
from tests.index.examples import library
from tests.index.reranking.examples import match_of, query_of

OF_ANOTHERS_ROLE = [
    ("OpenAIのCEOは誰？", "OpenAIのCEOはアルトマン氏だ。", "OpenAIを訪ねたMicrosoftのCEOはナデラ氏だ。"),
    ("マイクロソフトの創業者は？", "マイクロソフトの創業者はゲイツ氏だ。", "OpenAIの共同創設者はアルトマン氏だ。"),
    ("大阪の社長は？", "大阪の社長は鈴木だ。", "東京の社長が大阪を訪ねた。"),
]

TEXTS = st.lists(st.sampled_from("会社 が 投資 した 出資 東京 2019年 A棟 猫 の 。".split()), max_size=8).map("".join)
# A question, a text that answers it, and one in which the word that tells things apart is another.
OF_ANOTHER = [
    ("A棟の会議室は何階？", "A棟の会議室は3階です。", "B棟の会議室は3階です。"),
    ("第10条の内容は？", "第10条の内容は賃金です。", "第1条の内容は賃金です。"),
    ("第1条の内容は？", "第1条の内容は賃金です。", "第10条の内容は賃金です。"),
    ("2023年の売上は？", "2023年の売上は3億円です。", "2024年の売上は3億円です。"),
    ("プランBの料金は？", "プランBの料金は3千円です。", "プランAの料金は3千円です。"),
    ("表2の説明は？", "表2の説明は売上です。", "表1の説明は売上です。"),
    ("Windows 11で動く？", "Windows 11で動く。", "Windows 10で動く。"),
    ("600円の定食は？", "600円の定食は焼き魚です。", "500円の定食は焼き魚です。"),
]
OF_ANOTHER_KIND = [
    ("海外出張の日当は？", "海外出張の日当は二千円です。", "国内出張の日当は二千円です。"),
    ("契約社員の研修は？", "契約社員の研修は四月です。", "正社員と派遣社員の研修は四月です。"),
    ("夜間勤務の手当は？", "夜間勤務の手当は高い。", "在宅勤務の手当は高い。"),
]
NO_CONTACT = [
    ("大阪支社の電話番号は？", "大阪支社の電話番号は06-1234-5678です。", "大阪支社の電話番号はご案内していません。"),
    ("本社の住所は？", "本社の住所は東京都港区芝1-2-3です。", "本社の住所は秘密です。"),
]
NO_ANSWER = [
    ("担当の2人って誰？", "担当の2人は鈴木さんと佐藤さんです。", "担当の2人が書類を見ます。"),
    ("電話の部屋は何個ある？", "電話の部屋は2個あります。", "電話の部屋は3階にあります。"),
    ("鈴の貸し出しはいくら？", "鈴の貸し出しは300円です。", "鈴の貸し出しは3日間です。"),
]
OF_ANOTHER_NAME = [
    ("東京の支社はどこ？", "東京の支社は駅前です。", "大阪の支社は駅前です。"),
    ("Azureの料金は？", "Azureの料金は高い。", "Googleの料金は高い。"),
    ("鈴木さんの部署は？", "鈴木さんの部署は広報です。", "佐藤さんの部署は広報です。"),
]


def only(question: str, text: str, above: str = "題") -> First:
    """A text that alone was found."""
    found = Candidate(1.0, "甲", match_of(question, text, above))
    return first_of([Reranked(0, 10.0, {}, found)], 100, Lacking(0.0, 0.0))


def values_of(question: str, first: First) -> dict[str, float]:
    """The features of what is the first for a question, by name."""
    return dict(zip(FEATURES, features_of(query_of(question), first), strict=True))


def among(
    scores: Sequence[float], nearness: Sequence[Nearness] = (), size: int = 100, lacking: Lacking = NOTHING_KNOWN
) -> First:
    """The first of passages with these scores, which are so near in meaning."""
    found = [Candidate(1.0, "甲", match_of("猫", "猫だ。"), near) for near in nearness or [UNKNOWN] * len(scores)]
    ranked = [Reranked(place, score, {}, one) for place, (score, one) in enumerate(zip(scores, found, strict=True))]
    return first_of(ranked, size, lacking)


@pytest.mark.parametrize(
    ("feature", "question", "more", "less"),
    [
        ("best_sentence", "投資の目的は？", "投資の目的は開発だ。", "投資は続く。目的は別だ。"),
        ("lacks_words", "投資の目的は？", "投資は続く。", "投資の目的は開発だ。"),
        ("lacks_words", "亡くなった犬は？", "犬がいた。", "犬が死去した。"),
        ("lacks_kind", "誰が投資した？", "会社が投資した。", "鈴木が投資した。"),
        ("lacks_kind", "いつ投資した？", "会社が投資した。", "2019年に投資した。"),
        ("lacks_unit", "会社はいくら投資した？", "会社は3人で投資した。", "会社は10億ドルを投資した。"),
        ("lacks_unit", "社員は何人？", "社員は3年いる。", "社員は3人いる。"),
        ("lacks_words", "投資額は？", "投資は続く。", "10億ドルを投資した。"),
        ("lacks_names", "MSの方針は？", "Appleの方針だ。", "Microsoftの方針だ。"),
        ("lacks_definition", "配当とは？", "配当が続く。", "配当とは分け前だ。"),
        *(("lacks_names", question, other, right) for question, right, other in OF_ANOTHER_NAME),
    ],
)
def test_a_feature_tells_texts_apart(feature: str, question: str, more: str, less: str) -> None:
    """A feature is greater for the text that has more of it."""
    assert values_of(question, only(question, more))[feature] > values_of(question, only(question, less))[feature]


@pytest.mark.parametrize(
    ("question", "right", "other"),
    [*OF_ANOTHER, *OF_ANOTHER_NAME, *OF_ANOTHER_KIND, *OF_ANOTHERS_ROLE, *NO_CONTACT, *NO_ANSWER],
)
def test_what_is_of_another_is_never_sure(question: str, right: str, other: str) -> None:
    """However much else speaks for it: A棟 for B棟, 第1条 for 第10条, 国内出張 for 海外出張, the CEO of another company."""
    weights = {"always": 9.0}
    assert certainty_of(confidence(query_of(question), only(question, right), weights)) == "sure"
    assert certainty_of(confidence(query_of(question), only(question, other), weights)) == "possible"


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("2023年の売上は？", "2024年の売上は2023年の2倍です。"),
        ("A棟の会議室は？", "会議室は3階です。"),
        ("3階の会議室は？", "13階建ての3階に会議室があります。"),
        ("プランBの料金は？", "プランの料金は3千円です。"),
        ("プランBの料金は？", "プランAとプランBの料金は3千円です。"),
        ("Windows 11で動く？", "Windowsで11年前から動く。"),
        ("B棟の会議室は？", "Ｂ棟の会議室は広い。"),
        ("十億ドルの投資は？", "10億ドルの投資は2019年だ。"),
        ("マイクロソフトの投資額は？", "Microsoftの投資額は大きい。"),
        ("ナデラCEOの発言は？", "マイクロソフトCEOのナデラ氏が発言した。"),
        ("海外出張の日当は？", "出張の日当は高い。"),
        ("海外出張の日当は？", "国内出張と海外での日当は同じです。"),
        ("夏期休暇は？", "夏季休暇は三日です。"),
        ("鯖代は？", "電気代は高い。"),
    ],
    ids=[
        "both",
        "none",
        "part of another",
        "no letter",
        "both letters",
        "a count",
        "full width",
        "in kanji",
        "in the other script",
        "after its role",
        "no kind",
        "the kind elsewhere",
        "the same kind",
        "before a suffix",
    ],
)
def test_a_name_that_is_given_too_is_no_other(question: str, text: str) -> None:
    """Neither is what is not named at all."""
    assert certainty_of(confidence(query_of(question), only(question, text), {"always": 9.0})) == "sure"


@pytest.mark.parametrize(
    ("feature", "more", "less"),
    [
        ("margin", among([3.0, 1.0]), among([3.0, 2.0])),
        ("near_above", among([1.0], [Nearness(2.0, ())]), among([1.0], [Nearness(1.0, (9.0,))])),
        (
            "nearness_margin",
            among([2.0, 1.0], [Nearness(0.0, (3.0,)), Nearness(0.0, (1.0,))]),
            among([2.0, 1.0], [Nearness(0.0, (3.0,)), Nearness(0.0, (4.0,))]),
        ),
        ("near_lacking", among([1.0], lacking=Lacking(0.5, 0.0)), among([1.0], lacking=Lacking(0.1, 0.0))),
        ("least_near", among([1.0], lacking=Lacking(0.0, 0.5)), among([1.0], lacking=Lacking(0.0, 0.1))),
        ("size", among([1.0], size=1_000), among([1.0], size=100)),
    ],
)
def test_a_feature_tells_how_the_first_stands_among_the_others(feature: str, more: First, less: First) -> None:
    """Its score, how far it is ahead in score and in meaning, and of how many it is the first."""
    assert values_of("猫", more)[feature] > values_of("猫", less)[feature]


def test_a_number_that_a_passage_stands_under_is_not_lacking() -> None:
    """What is under 第3条 does not say so again."""
    question = "第3条は何について？"
    assert values_of(question, only(question, "社員は誠実に働く。", "第3条 服務"))["lacks_numbers"] == 0.0
    assert values_of(question, only(question, "社員は誠実に働く。", "第4条 服務"))["lacks_numbers"] == 1.0


def test_a_passage_without_rivals_is_as_far_ahead_as_can_be() -> None:
    """One that is very much worse is no rival either, and of a small collection it does not matter how small it is."""
    alone, far = values_of("猫", among([3.0], size=1)), values_of("猫", among([3.0, -90.0], size=10))
    assert (alone["margin"], alone["size"]) == (far["margin"], far["size"])


def test_the_length_is_of_the_question_and_the_ideal_of_its_terms() -> None:
    """A longer question has more words by which it can be told; the engine's score counts against what it could be."""
    short, long = values_of("猫", only("猫", "猫だ。")), values_of("猫と犬と鳥", only("猫と犬と鳥", "猫だ。"))
    assert long["question_length"] > short["question_length"]
    assert short["ideal"] == pytest.approx(1.0 / query_of("猫").ideal)


@pytest.mark.parametrize("question", ["本社はどこ？", "首都は？", "投資の目的は何？"])
def test_only_a_question_word_for_a_date_a_number_or_a_person_demands_one(question: str) -> None:
    """A place has often no class in the dictionary, and a noun only suggests what is asked for."""
    assert values_of(question, only(question, "会社が投資した。"))["lacks_kind"] == 0.0


def test_the_tables_name_the_features() -> None:
    """Each feature has a weight, and there are no others; where words count alone, nearness counts nothing."""
    assert list(LEXICAL.confidence) == list(WITH_ENCODER.confidence) == list(FEATURES)
    assert {LEXICAL.confidence[name] for name in ("near_above", "nearness_margin", "near_lacking", "least_near")} == {
        0.0
    }


@pytest.mark.parametrize("weights", [LEXICAL, WITH_ENCODER], ids=["words alone", "with an encoder"])
@pytest.mark.parametrize(
    ("question", "right", "other"),
    [
        *OF_ANOTHER,
        *OF_ANOTHER_NAME,
        ("いつ投資した？", "会社は2019年に投資した。", "会社は突然に投資した。"),
        ("誰が投資した？", "会社の鈴木が投資した。", "会社の部署が投資した。"),
        ("いくら投資した？", "会社は10億ドルを投資した。", "会社は巨額を投資した。"),
    ],
)
def test_what_is_of_another_or_lacks_what_is_asked_for_is_less_sure(
    question: str, right: str, other: str, weights: Weights
) -> None:
    """Where the word that tells things apart is another, or no word is of the kind asked for, one is less sure."""
    query = query_of(question)
    sure, less = (confidence(query, only(question, text), weights.confidence) for text in (right, other))
    assert sure > less


def test_confidence_is_the_probability_of_the_weighed_features() -> None:
    """Logistic: nothing speaks for or against it at .5, and what is past all numbers is 0 or 1."""
    query, first = query_of("猫"), among([3.0, 1.0])
    assert confidence(query, first, {}) == 0.5
    assert confidence(query, first, {"margin": 1.0, "always": -1.0}) == pytest.approx(1 / (1 + math.exp(-1.0)))
    assert confidence(query, first, {"always": -1e6}) == 0.0
    assert confidence(query, first, {"always": 1e6}) == 1.0


@given(question=TEXTS, text=TEXTS, scores=st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=4))
def test_confidence_is_a_probability_whatever_is_asked(question: str, text: str, scores: list[float]) -> None:
    """Empty questions and texts are no errors."""
    found = Candidate(1.0, "甲", match_of(question, text))
    ranked = [Reranked(place, score, {}, found) for place, score in enumerate(sorted(scores, reverse=True))]
    for weights in (LEXICAL, WITH_ENCODER):
        assert (
            0.0
            <= confidence(query_of(question), first_of(ranked, len(scores), NOTHING_KNOWN), weights.confidence)
            <= 1.0
        )


@pytest.mark.parametrize(
    ("question", "certainties"),
    [
        ("猫は何を食べますか", {"sure"}),
        ("猫の食べ物は", {"sure", "possible"}),
        ("為替の見通しは", {"none"}),
        ("", {"none"}),
        ("?", {"none"}),
    ],
)
def test_a_question_is_answered_or_not(question: str, certainties: set[str]) -> None:
    """What the collection says is answered; what it does not speak of is not, with a confidence from 0 to 1."""
    pets = library("猫は魚を食べる。", "犬は肉を食べる。", "鳥は空を飛ぶ。", "馬は草原を走る。")
    result = pets.search(Question(question), 1)
    assert result.certainty in certainties
    assert 0 <= result.confidence <= 1


@pytest.mark.parametrize(
    ("confidence", "certainty"),
    [(1.0, "sure"), (0.5, "sure"), (0.4999, "possible"), (0.01, "possible"), (0.0099, "none"), (0.0, "none")],
)
def test_an_answer_is_sure_possible_or_none(confidence: float, certainty: str) -> None:
    """What is not sure is shown as possible, but for what is far from the question."""
    assert certainty_of(confidence) == certainty
