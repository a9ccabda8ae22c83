from collections.abc import Sequence
from itertools import permutations
from pathlib import Path

import pytest

from index.language import synonyms
from index.language.analysis import tokenize
from index.language.synonyms import group_of, synonyms_of

LINES = Path(synonyms.__file__).with_name("synonyms.txt").read_text(encoding="utf-8").splitlines()
GROUPS = [group_of(line) for line in LINES if not line.startswith("#")]
WORDS = sorted({word for group in GROUPS for word in group})
# Alone these are read otherwise (キン, ケン, the verb 始める); in a text they are the word that is meant. Some have a
# gloss, and are written so in no text.
READ_IN_CONTEXT = {
    "金": "金を払う",
    "権": "投票権",
    "始め": "年の始め",
    "ちゃり": "チャリで通う",
    "オートバイ-auto bicycle": "オートバイ",
    "セクハラ-sexual harassment": "セクハラ",
    "メンタル-mental ": "メンタルの不調",
    "引く-他動詞": "税金を引く",
    "パソコン-personal computer": "パソコン",
    "グラボ-graphics board": "グラボ",
    "セットアップ-set-up": "セットアップ",
    "チェックアウト-check-out": "チェックアウト",
    "テークアウト-take-out": "テイクアウト",
    "バーゲン-bargain ": "バーゲン",
    "エアコン-air conditioner": "エアコン",
    "ライト-light（光）": "ライト",
    "レース-race（競争）": "レース",
    "ロック-rock（音楽）": "ロック",
    "良く": "よく使う",
    "煩い": "うるさい",
    "只": "タダ",
    "一杯": "いっぱい",
}


def lemmas(text: str) -> list[str]:
    """The dictionary forms of a text's words."""
    return [token.lemma for token in tokenize(text)]


def ids(groups: Sequence[Sequence[str]]) -> list[str]:
    """The id of a test of a group: its first word."""
    return [group[0] for group in groups]


def test_a_word_is_a_synonym_of_its_synonyms_and_not_of_itself() -> None:
    """The relation is symmetric."""
    for word in WORDS:
        assert word not in synonyms_of(word)
        assert all(word in synonyms_of(other) for other in synonyms_of(word))


@pytest.mark.parametrize("word", ["", "#", "アジュール", "亡くなる 死ぬ"])
def test_an_unknown_word_has_no_synonyms(word: str) -> None:
    """A word in no group has the empty set."""
    assert synonyms_of(word) == frozenset()


def test_a_word_has_the_synonyms_of_all_its_groups() -> None:
    """Groups that share a word are not one group, but the word is in both."""
    assert synonyms_of("育児") == {"子育て", "養育"}
    assert synonyms_of("子育て") == {"育児", "養育"}
    assert synonyms_of("養育") == {"育児", "子育て", "育てる", "育成", "養成", "育む"}


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("喋る", "話す"),
        ("出す", "提出"),
        ("残す", "保持"),
        ("もらう", "受給"),
        ("危ない", "危険"),
        ("クビ", "解雇"),
        ("ダメ", "禁止"),
        ("副業", "兼業"),
        ("パソコン", "PC"),
        ("ネット", "インターネット"),
        ("リモート", "在宅"),
        ("ループ", "繰り返し"),
        ("エアコン", "空調"),
        ("タダ", "無料"),
    ],
)
def test_a_word_of_a_chat_leads_to_that_of_a_document(asked: str, written: str) -> None:
    """A colloquial word, a native verb, a loanword and an abbreviation each lead to what documents write."""
    assert lemmas(written)[0] in synonyms_of(lemmas(asked)[0])


def test_every_word_is_the_form_that_the_analyser_gives() -> None:
    """A synonym in a form that no text is analysed into would never match."""
    assert [word for word in WORDS if lemmas(word) != [word] and word not in READ_IN_CONTEXT] == []


@pytest.mark.parametrize(("word", "text"), READ_IN_CONTEXT.items(), ids=str)
def test_a_word_that_is_analysed_otherwise_alone_occurs_in_texts(word: str, text: str) -> None:
    """The exceptions are needed, and are what the analyser gives where they are used."""
    assert lemmas(word) != [word]
    assert word in lemmas(text)


@pytest.mark.parametrize("group", GROUPS, ids=ids(GROUPS))
def test_a_group_has_several_words_each_once(group: list[str]) -> None:
    """A word alone, or listed twice, would be no synonym."""
    assert len(group) > 1
    assert len(set(group)) == len(group)


def test_no_group_is_part_of_another() -> None:
    """A group within another would add nothing to it."""
    assert [one for one, other in permutations(map(frozenset, GROUPS), 2) if one <= other] == []
