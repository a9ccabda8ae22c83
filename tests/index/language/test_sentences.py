import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.language.sentences import split_sentences


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("投資した。発表した。", ["投資した。", "発表した。"]),
        ("本当？！そうです", ["本当？！", "そうです"]),
        ("終わり!次?", ["終わり!", "次?"]),
        ("「はい。」「いいえ。」", ["「はい。」", "「いいえ。」"]),
        ("彼は「行く。いや、行かない」と言った。次。", ["彼は「行く。いや、行かない」と言った。", "次。"]),
        ("計画（予定。未定）を発表した。次。", ["計画（予定。未定）を発表した。", "次。"]),
        ("「閉じない。次の文。", ["「閉じない。", "次の文。"]),
        ("開かない」文。次。", ["開かない」文。", "次。"]),
        ("(開(閉。済)と言う。次。", ["(開(閉。済)と言う。", "次。"]),
        ("「一行目。\n二行目。」", ["「一行目。", "二行目。」"]),
        ("題\n\n  本文。\n", ["題", "本文。"]),
        ("It costs 1.5 dollars. Next one.", ["It costs 1.5 dollars.", "Next one."]),
        ("ver. 2 and e.g. this", ["ver. 2 and e.g. this"]),
        ("句点なし", ["句点なし"]),
        ("valid?とsort!を呼ぶ。次。", ["valid?とsort!を呼ぶ。", "次。"]),
        ("valid? が真なら save! を呼ぶ。", ["valid? が真なら save! を呼ぶ。"]),
        ("Yahoo! JAPANを見る。Node.jsの1.5を使う。", ["Yahoo! JAPANを見る。", "Node.jsの1.5を使う。"]),
        ("https://a.jp/?q=1&b=!を開く。", ["https://a.jp/?q=1&b=!を開く。"]),
        ("a ? b : c と書く。", ["a ? b : c と書く。"]),
        ("これは何ですか?はい!そうです.次", ["これは何ですか?", "はい!", "そうです.", "次"]),
        ("論文では句点を使う．次の文．", ["論文では句点を使う．", "次の文．"]),
        ("値は１．５である．", ["値は１．５である．"]),
        ("Is it valid? Yes! Go on.", ["Is it valid?", "Yes!", "Go on."]),
        ("使う？\nはい", ["使う？", "はい"]),
        (" \n ", []),
        ("", []),
    ],
)
def test_a_text_is_split_where_sentences_end(text: str, sentences: list[str]) -> None:
    """Full stops, question marks and line ends end a sentence, but for stops inside closed brackets."""
    assert split_sentences(text) == sentences


def test_brackets_within_brackets_take_no_time() -> None:
    """Hundreds of thousands of brackets are matched in one pass."""
    started = time.monotonic()
    assert len(split_sentences("（" * 200_000 + "。" + "）" * 200_000)) == 1
    assert time.monotonic() - started < 10


@given(st.text(st.sampled_from('あ漢。！？!?「」『』（）()\n \u3000aB1."”') | st.characters()))
def test_sentences_are_the_text_but_for_white_space(text: str) -> None:
    """Every sentence is a verbatim part of the text, in order, and nothing but white space is lost."""
    position = 0
    for sentence in split_sentences(text):
        assert sentence == sentence.strip() != ""
        start = text.index(sentence, position)
        assert not text[position:start].strip()
        position = start + len(sentence)
    assert not text[position:].strip()
