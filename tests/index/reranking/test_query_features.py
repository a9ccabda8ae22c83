import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.language import sound
from index.language.answer_type import AnswerType
from index.language.synonyms import synonyms_of
from index.query.question import KANJI_WEIGHT, LIGHT_WORDS, NUMBER_WEIGHT, Question
from index.reranking.query_features import Word, query_features
from tests.index.reranking.examples import equally_rare, query_of


def test_words_weigh_by_their_rarity() -> None:
    """A word's weight is that of the question times that of the collection; the total is their sum."""
    rarities = {("lemma", "投資"): 3.0, ("kanji", "資"): 5.0}
    found = query_features(Question("投資した目的"), lambda view, term: rarities.get((view, term), 1.0))
    assert found.words == (Word("投資", 3.0, "投資"), Word("為る", 0.35, ""), Word("目的", 1.0, "目的"))
    assert found.total == pytest.approx(4.35)
    assert found.own == {"投資": 0, "為る": 1, "目的": 2}
    assert found.kanji == {kanji: KANJI_WEIGHT * (5.0 if kanji == "資" else 1.0) for kanji in "投資目的"}


def test_numbers_are_sought_by_value() -> None:
    """A number has its weight however it is written."""
    assert query_of("十億").numbers == {"1000000000": NUMBER_WEIGHT}


def test_synonyms_give_the_words_that_they_say() -> None:
    """Each synonym leads to the place of its word, and is no word itself."""
    found = query_of("倉庫の貨物")
    assert {word.lemma for word in found.words} == {"倉庫", "貨物"}
    assert found.synonyms == dict.fromkeys(synonyms_of("貨物"), (1,))


@pytest.mark.parametrize(
    ("question", "word", "heard"),
    [
        ("テスラの発表", "テスラ", (0,)),
        ("発表したTesla", "Tesla", (2,)),
        ("マイクロソフトの発表", "マイクロソフト", (0, 1)),
    ],
)
def test_sounds_give_the_words_that_sound_so(question: str, word: str, heard: tuple[int, ...]) -> None:
    """The sound of a foreign word leads to its place, of one that the analyser divides to those of its parts."""
    key = sound.of_katakana(word) if sound.is_katakana(word) else sound.of_latin(word)
    assert query_of(question).sounds == {key: heard}


def test_heavy_words_are_those_that_say_something() -> None:
    """Light words are none; the others keep their order."""
    found = query_of("会社が行うことの目的")
    assert [word.lemma for word in found.words] == ["会社", "行う", "事", "目的"]
    assert found.heavy == (0, 3)
    assert {"行う", "事"} <= LIGHT_WORDS


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("東京の支社は？", {"東京"}),
        ("タクシーのメーターは？", set()),
        ("Azureの料金は？", {"Azure"}),
        ("鈴木さんの部署は？", {"鈴木"}),
        ("支社の料金は？", set()),
        ("What is the limit for hotels in London?", {"London"}),
        ("gpt-2 azure", {"gpt", "azure"}),
    ],
)
def test_names_tell_one_thing_from_another(question: str, names: set[str]) -> None:
    """Proper nouns and words in Latin letters are names, in an English sentence with capitals; common nouns are none."""
    asked = Question(question)
    surfaces = {token.lemma: token.surface for token in asked.tokens}
    found = query_features(asked, equally_rare)
    assert {surfaces[found.words[place].lemma] for place in found.names} == names


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("第10条の内容は？", {"条"}),
        ("A棟の3階は？", {"棟", "階"}),
        ("２０２３年の売上は？", {"年"}),
        ("大阪の支店は？", {"支店"}),
        ("データの保存は？", {"保存"}),
        ("会社の支店は？", set()),
        ("十億と20は？", set()),
        ("What is the hotel limit?", set()),
    ],
)
def test_what_stands_after_a_name_is_named(question: str, named: set[str]) -> None:
    """A noun or a counter after a proper noun, a number or a word in Latin letters, also with の between them."""
    assert {one.noun for one in query_of(question).named} == named


def test_the_ideal_is_every_term_in_full() -> None:
    """A synonym stands for its word, so it adds nothing; without terms it is no zero to divide by."""
    asked = Question("倉庫の貨物")
    assert any(term.synonym for term in asked.terms)
    assert query_of("倉庫の貨物").ideal == pytest.approx(sum(one.weight for one in asked.terms if not one.synonym))
    assert query_of("").ideal == 1.0


def test_pairs_are_of_letters_and_digits() -> None:
    """Characters are compared in lower case without spaces; a pair with punctuation is none."""
    found = query_of("Ａ社、 B社 は？")
    assert found.text == "a社、b社"
    assert found.pairs == {"a社", "b社"}


@pytest.mark.parametrize(
    ("question", "wanted"),
    [("誰が投資したか", AnswerType("person")), ("首都は", AnswerType("place", explicit=False)), ("猫", None)],
)
def test_the_kind_of_answer_is_that_of_the_question(question: str, wanted: AnswerType | None) -> None:
    """What the question tells or suggests is kept."""
    assert query_of(question).wanted == wanted


@pytest.mark.parametrize("question", ["", "？", "教えてください"])
def test_a_question_about_nothing_seeks_nothing(question: str) -> None:
    """Without words the total is no zero to divide by."""
    found = query_of(question)
    assert (found.words, found.heavy, found.total) == ((), (), 1.0)


@given(st.lists(st.sampled_from("荷物 貨物 運ぶ Azure ナデラ 2019年 の 、 行う".split()), max_size=6).map("".join))
def test_every_place_is_that_of_a_word(question: str) -> None:
    """Whatever leads to a word leads to one that the question has."""
    found = query_of(question)
    places = {
        *found.own.values(),
        *(p for many in found.sounds.values() for p in many),
        *found.heavy,
        *(p for many in found.synonyms.values() for p in many),
    }
    assert places <= set(range(len(found.words)))
    assert not set(found.own) & set(found.synonyms)
