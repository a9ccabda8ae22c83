import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.marking import mark, sentences_of
from index.question import analyse_question


def equally_rare(_view: str, _term: str) -> float:
    """A collection in which no term is rarer than another."""
    return 1.0


@pytest.mark.parametrize(
    ("question", "text", "sentence"),
    [
        ("投資の目的は？", "会社が発表した。投資の目的は開発だ。株価は上がった。", "投資の目的は開発だ。"),
        ("いつ投資しましたか", "会社は投資した。2019年7月のことだ。", "2019年7月のことだ。"),
        ("誰が投資しましたか", "会社が投資した。鈴木が決めた。", "鈴木が決めた。"),
        ("Azureとは？", "会社が発表した。アジュールはクラウドだ。", "アジュールはクラウドだ。"),
        ("富士山の高さは？", "会社が発表した。会社が投資した。", "会社が発表した。"),
        ("投資の目的は？", "ただ一つの文\u3000", "ただ一つの文\u3000"),
        ("投資の目的は？", "", ""),
    ],
    ids=["most shared", "a date", "a person", "other script", "nothing shared", "one sentence", "empty"],
)
def test_the_sentence_that_answers_is_marked(question: str, text: str, sentence: str) -> None:
    """The sentence that shares most or has what is asked for is marked; of equals the first, of one the text."""
    assert mark(text, analyse_question(question), equally_rare) == sentence


@pytest.mark.parametrize(("rare", "sentence"), [("猫", "猫がいた。"), ("犬", "犬がいた。")])
def test_a_rare_word_marks_before_a_common_one(rare: str, sentence: str) -> None:
    """A sentence's words count by their rarity in the collection."""
    question = analyse_question("猫と犬")
    assert (
        mark("鳥がいた。猫がいた。犬がいた。", question, lambda _view, term: 3.0 if term == rare else 1.0) == sentence
    )


def test_a_word_of_every_sentence_tells_less_than_one_of_a_single_sentence() -> None:
    """What runs through the passage counts less than what only one sentence has."""
    text = "猫は寝た。猫と猫が寝た。犬は寝た。猫は寝た。猫は寝た。"
    assert mark(text, analyse_question("猫と犬"), equally_rare) == "犬は寝た。"


@given(st.lists(st.sampled_from(["投資した。", "Azureは", "2019年", "「目的。", "」", "\n", "なに？"]), max_size=8))
def test_what_is_marked_stands_in_the_text(parts: list[str]) -> None:
    """The marked sentence is a verbatim part of the passage."""
    text = "".join(parts)
    assert mark(text, analyse_question("いつAzureに投資しましたか"), equally_rare) in text


def test_sentences_have_their_own_words_and_terms() -> None:
    """Each sentence of a text is analysed alone."""
    first, second = sentences_of("猫がいた。3匹だ。")
    assert (first.text, second.text) == ("猫がいた。", "3匹だ。")
    assert [token.surface for token in second.tokens][:2] == ["3", "匹"]
    assert (set(first.terms["number"]), set(second.terms["number"])) == (set(), {"3", "3匹"})
