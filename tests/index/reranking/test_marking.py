import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.language.sentences import split_sentences
from index.query.question import Question
from index.reranking.marking import mark
from index.reranking.match import match_passage
from index.reranking.nearness import UNKNOWN, Nearness
from index.reranking.outline import outline, outline_of
from index.reranking.query_features import Rarity, query_features
from index.reranking.weights import LEXICAL, WITH_ENCODER
from tests.index.reranking.examples import equally_rare


def marked(question: str, text: str, rarity: Rarity = equally_rare, nearness: Nearness = UNKNOWN) -> str:
    """The sentence of a text that answers, in a collection with this rarity."""
    query = query_features(Question(question), rarity)
    weights = LEXICAL if nearness is UNKNOWN else WITH_ENCODER
    return mark(query, text, match_passage(query, outline(text, outline_of(""))[0]), nearness, weights.sentence)


@pytest.mark.parametrize(
    ("question", "text", "sentence"),
    [
        ("投資の目的は？", "会社が発表した。投資の目的は開発だ。株価は上がった。", "投資の目的は開発だ。"),
        ("いつ投資しましたか", "会社は投資した。2019年7月のことだ。", "2019年7月のことだ。"),
        ("誰が投資しましたか", "会社への投資は多い。投資したのは鈴木だ。", "投資したのは鈴木だ。"),
        ("Teslaとは？", "会社が長い発表をした。テスラは車だ。", "テスラは車だ。"),
        ("荷物はどうなった？", "会社が長い発表をした。貨物は着いた。", "貨物は着いた。"),
        ("割合は何パーセント？", "割合を3人が調べた。10%だ。", "10%だ。"),
        ("富士山の高さは？", "会社が発表した。会社が投資した。", "会社が発表した。"),
        ("投資の目的は？", "ただ一つの文\u3000", "ただ一つの文"),
        ("投資の目的は？", "", ""),
        ("富士山は？", "…\n会社が投資した。", "会社が投資した。"),
    ],
    ids=[
        "most shared",
        "a date",
        "a person",
        "other script",
        "a synonym",
        "a unit",
        "nothing shared",
        "one sentence",
        "empty",
        "no letter",
    ],
)
def test_the_sentence_that_answers_is_marked(question: str, text: str, sentence: str) -> None:
    """The sentence that shares most or has what is asked for is marked; of equals the first, of one the text."""
    assert marked(question, text) == sentence


@pytest.mark.parametrize(("rare", "sentence"), [("猫", "猫がいた。"), ("犬", "犬がいた。")])
def test_a_rare_word_marks_before_a_common_one(rare: str, sentence: str) -> None:
    """A sentence's words count by their rarity in the collection."""
    assert (
        marked("猫と犬", "鳥がいた。猫がいた。犬がいた。", lambda _view, term: 3.0 if term == rare else 1.0) == sentence
    )


def test_a_word_of_every_sentence_tells_less_than_one_of_a_single_sentence() -> None:
    """What runs through the passage counts less than what only one sentence has."""
    text = "猫は寝た。猫と猫が寝た。犬は寝た。猫は寝た。猫は寝た。"
    assert marked("猫と犬", text) == "犬は寝た。"


def test_of_sentences_without_the_questions_words_the_nearest_in_meaning_is_marked() -> None:
    """Where it is known how near each sentence is; if one were missing, nobody could tell which is which."""
    text = "会社が発表した。会社が投資した。会社が成長した。"
    assert marked("富士山の高さは？", text, nearness=Nearness(0.0, (-1.0, 2.0, 0.0))) == "会社が投資した。"
    assert marked("富士山の高さは？", text, nearness=Nearness(0.0, (-1.0, 2.0))) == "会社が発表した。"


@pytest.mark.parametrize(
    ("question", "sentence"),
    [("電気代は？", "電気代は払いません。"), ("通信費は？", "通信費として月に3,000円を払います。")],
)
def test_a_kind_that_is_only_suggested_is_sought_where_the_words_are(question: str, sentence: str) -> None:
    """An amount of something else is none of what is asked about."""
    assert marked(question, "通信費として月に3,000円を払います。電気代は払いません。") == sentence


@pytest.mark.parametrize("question", ["なぜ？", "前の夜に出せない理由は？"])
def test_asked_why_a_sentence_that_states_a_reason_is_marked(question: str) -> None:
    """Though another has more of the question's words."""
    text = "前の夜に出さないでください。カラスが荒らすからです。"
    assert marked(question, text) == "カラスが荒らすからです。"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("無料で使えますか？\nはい。", "無料で使えますか？\nはい。"),
        ("海外からも使えますか？\nご利用になれません。", "海外からも使えますか？\nご利用になれません。"),
        ("はい。学生証を送ると半額になります。", "はい。学生証を送ると半額になります。"),
        ("はい。", "はい。"),
        ("使えますか？\n平日に限ります。", "平日に限ります。"),
    ],
)
def test_yes_or_no_is_marked_with_what_it_answers(text: str, sentence: str) -> None:
    """With the question before it, else the sentence after it; what can be understood is marked alone."""
    assert marked("使える？", text) == sentence


@given(st.lists(st.sampled_from(["投資した。", "Azureは", "2019年", "「目的。", "」", "\n", "なに？"]), max_size=8))
def test_what_is_marked_stands_in_the_text(parts: list[str]) -> None:
    """The marked sentence is a verbatim part of the passage, and one of its sentences where it has any."""
    text = "".join(parts)
    sentence = marked("いつAzureに投資しましたか", text)
    assert sentence in (split_sentences(text) or [""])
    assert sentence in text
