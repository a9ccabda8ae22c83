import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.language import sound
from index.language.analysis import VIEWS, analyse
from index.language.sentences import split_sentences
from index.reranking.outline import SEPARATOR, outline, outline_of, plain

NOWHERE = outline_of("")
TEXTS = st.lists(
    st.sampled_from(
        ["投資した。", "Azureは", "アジュール", "2019年", "「目的。", "」", "\n", " ", "a\tb", "なに？", "\0"]
    ),
    max_size=8,
).map("".join)


def joined(parts: list[str]) -> str:
    """Words as an outline keeps them."""
    return SEPARATOR.join(parts)


@given(TEXTS)
def test_sentences_are_verbatim_and_in_order(text: str) -> None:
    """An outline has the sentences of the passage, each as it stands there."""
    assert [sentence.text for sentence in outline(text, NOWHERE)[0].sentences] == split_sentences(text)


@given(TEXTS)
def test_each_word_has_a_lemma_a_sound_and_a_mark(text: str) -> None:
    """What is kept of a sentence's words is of one length, and can be taken apart again."""
    for sentence in outline(text, NOWHERE)[0].sentences:
        tokens = analyse(sentence.text).tokens
        assert len(sentence.marks) == len(tokens)
        assert sentence.lemmas == joined([token.lemma for token in tokens])
        assert sentence.sounds.count(SEPARATOR) == sentence.lemmas.count(SEPARATOR)


@given(TEXTS, st.sampled_from(["", "題\n見出し", "Azure 2019年"]))
def test_the_terms_are_those_of_the_sentences_behind_those_above(text: str, title: str) -> None:
    """In every view the terms of what the passage stands under come first, then those of each sentence."""
    above = outline_of(title)
    terms = outline(text, above)[1]
    parts = [title, *split_sentences(text)]
    assert terms == {view: [term for part in parts for term in analyse(part).terms[view]] for view in VIEWS}
    assert above == outline_of(title)


@pytest.mark.parametrize("text", ["", "会社が2019年に投資した。目的はAzureの開発だ。", "猫。犬！「鳥。」", "一文だけ"])
def test_ordinary_texts_have_the_terms_of_the_whole(text: str) -> None:
    """Analysing sentence by sentence finds what analysing the passage at once does."""
    assert outline(text, NOWHERE)[1] == analyse(text).terms


def test_what_stands_above_is_kept_as_a_sentence_is() -> None:
    """Title, heading and speaker are looked at as the text is."""
    assert outline("本文。", outline_of("投資の目的"))[0].above == outline_of("投資の目的")[0]


def test_words_that_the_analyser_divided_sound_together_too() -> None:
    """A name in katakana that the dictionary does not know is met whole, and by its parts."""
    kept, _ = outline_of("アジュールは")
    assert len(kept.marks) > 2
    assert sound.of_katakana("アジュール") in kept.sounds.split(SEPARATOR)[0].split()


def test_a_sentence_keeps_its_numbers_sounds_and_marks() -> None:
    """Numbers by value, the sounds of katakana and Latin words alone, what could answer which question."""
    (sentence,) = outline("Azureは2,019年のクラウド", NOWHERE)[0].sentences
    assert sentence.text == "Azureは2,019年のクラウド"
    assert sentence.plain == "azureは2019年のクラウド"
    assert sentence.lemmas == joined(["azure", "は", "2019", "年", "の", "crowd"])
    assert sentence.sounds == joined([sound.of_latin("Azure"), "", "", "", "", sound.of_katakana("クラウド")])
    assert sentence.marks == "O-DO-O"
    assert sentence.numbers == joined(["2019", "2019年"])


@pytest.mark.parametrize(
    ("text", "compared"),
    [("Ａｚｕｒｅ は\n10,000 円", "azureは10000円"), ("ｱｼﾞｭｰﾙ", "アジュール"), ("  \t　", ""), ("", "")],
)
def test_plain_text_is_normalised_in_lower_case_and_without_spaces(text: str, compared: str) -> None:
    """What is only typography keeps no two texts apart."""
    assert plain(text) == compared


@given(TEXTS)
def test_plain_text_stays_as_it_is(text: str) -> None:
    """What was made plain once is plain."""
    assert plain(plain(text)) == plain(text)
