import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import fugashi
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.language import analysis, sound
from index.language.analysis import Token, analyse, is_content_word, kanji_terms, number_terms, tokenize, trigrams
from index.language.normalization import normalize, plain_latin


def lemmas(text: str) -> list[str]:
    """The dictionary forms of a text's content words."""
    return analyse(text).terms["lemma"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Microsoftは投資した", ["microsoft", "投資", "為る"]),
        ("行われた発表", ["行う", "発表"]),
        ("それは、しかし！", []),
        ("ええ、この話", ["話"]),
        ("誰がいつどこで何を", []),
        ("What is the role of Azure?", ["role", "azure"]),
        ("Can there be more than this?", ["more"]),
        ("アルトマン、エアコン、円", ["アルトマン-外国", "エアコン-air conditioner", "円"]),
        ("", []),
    ],
)
def test_lemmas_are_those_of_content_words(text: str, expected: list[str]) -> None:
    """Words that no question is about, and question words, give no lemma; the others their dictionary form."""
    assert lemmas(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("コンピューター", "computer"),
        ("コンピュータ", "Computer"),
        ("サーバー", "server"),
        ("2099 年", "2099年"),
        ("Ｍｉｃｒｏｓｏｆｔ は", "microsoftは"),
        ("François", "francois"),
        ("調べます", "調べた"),
    ],
)
def test_spellings_of_one_word_share_a_lemma(one: str, other: str) -> None:
    """UniDic's gloss, width, case, accents, spaces and inflection make no other word."""
    assert lemmas(one) == lemmas(other) != []


@pytest.mark.parametrize("text", ["10 億", "10億", "１０億", "十億", "1,000,000,000", "１，０００，０００，０００"])
def test_equal_numbers_have_equal_terms(text: str) -> None:
    """A number's term is its value, however it is written."""
    assert analyse(text).terms["number"] == ["1000000000"]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("2099年", ["2099", "2099年"]),
        ("二〇九九年", ["2099", "2099年"]),
        ("7月22日", ["7", "7月", "22", "22日"]),
        ("v2 beta", ["2"]),
        ("数はない", []),
    ],
)
def test_a_number_is_a_term_alone_and_with_its_unit(text: str, terms: list[str]) -> None:
    """A number's value stands alone, and with the character after it unless that is a space."""
    assert number_terms(text) == terms


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("OpenAI", ["ope", "pen", "ena", "nai"]),
        ("投資 した", ["投資し", "資した"]),
        ("投資。した", []),
        ("投資_した", []),
        ("一二", []),
    ],
)
def test_trigrams_ignore_case_and_spaces_and_stop_at_punctuation(text: str, terms: list[str]) -> None:
    """Three characters in a row, none across punctuation."""
    assert trigrams(text) == terms


def test_every_kanji_is_a_term_as_often_as_it_occurs() -> None:
    """Kanji and 々 count, kana, Latin letters and digits do not."""
    assert kanji_terms("人々は人工AIを2つ㐂んだ") == ["人", "々", "人", "工", "㐂"]


def test_each_view_looks_at_the_same_text() -> None:
    """A text has terms in all seven views, those of sound each from its own script."""
    terms = analyse("GitHub は 3 つのギットハブ").terms
    assert terms["latin"] == terms["katakana"] == [sound.of_katakana("ギットハブ")]
    assert terms["number"] == ["3", "3つ"]
    assert set(terms) == {"lemma", "kanji", "trigram", "number", "latin", "katakana", "reading"}


TAGGER = fugashi.Tagger()


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\n",
        " \t\n　",
        "会社が2019年に投資した。",
        "Kwxzqはぴよぴよ、と🇯🇵が言った",
        "ｱｽﾞｰﾙとＡｚｕｒｅ、①㍻",
        "エアコンとコンピューターとアルトマン",
        "\"a, b\", 'c'\\t\\n%m,%f[7]*",
        "It is. Next François, Ωß x_y C++",
        "一行目\n二行目\r\n\x0b三行目\t終わり",
        "猫\u2028",
        "猫\u0085",
        "猫\x1c",
        "猫 ",
    ],
)
def test_words_are_those_of_the_taggers_nodes(text: str) -> None:
    """What the tagger writes out says of each word what its node does, whatever the word is made of."""
    text = normalize(text)
    words = [
        (token.surface, token.part_of_speech, token.subdivision, token.category, token.lemma)
        for token in tokenize(text)
    ]
    nodes = [(node.surface, *node.feature[:3], node.feature.lemma) for node in TAGGER(text)]
    assert [word[:-1] for word in words] == [node[:-1] for node in nodes]
    for (surface, *_, lemma), (*_, known) in zip(words, nodes, strict=True):
        assert lemma in ((known.lower(), known.partition("-")[2]) if known else (plain_latin(surface.lower()),))


def test_a_text_ends_for_the_tagger_at_a_nul() -> None:
    """What stands behind a NUL has no words, and changes none before it."""
    assert tokenize("投資した\0会社") == tokenize("投資した")


def test_tokens_are_cached() -> None:
    """A word is parsed once, whichever text it is in."""
    assert tokenize("投資した") == [
        Token("投資", "投資", "名詞", "普通名詞", "サ変可能", is_content=True, reading="トウシ", base="投資"),
        Token("し", "為る", "動詞", "非自立可能", "*", is_content=True, base="する"),
        Token("た", "た", "助動詞", "*", "*", is_content=False, base="た"),
    ]
    assert tokenize("再び投資")[-1] is tokenize("投資した")[0]


def test_tokens_keep_their_lemmas_when_another_text_is_read() -> None:
    """The tagger's nodes change at its next call; the words made from them do not."""
    first = tokenize("投資した")
    tokenize("全く別の文章を読む")
    assert [token.lemma for token in first] == ["投資", "為る", "た"]
    assert [token.surface for token in first] == ["投資", "し", "た"]


@pytest.fixture
def impatient_threads() -> Iterator[ThreadPoolExecutor]:
    """Eight threads that interrupt each other as often as Python can, so that what can go wrong does."""
    patience = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    with ThreadPoolExecutor(8) as threads:
        yield threads
    sys.setswitchinterval(patience)


def test_threads_read_the_same_words_as_one_thread(impatient_threads: ThreadPoolExecutor) -> None:
    """Unlike texts read by eight threads at once have the words that they have one after the other."""
    texts = ["投資した会社の話である。" * 3, "全く別の文章を読むことができるか。" * 3] * 200
    one_by_one = [tokenize(text) for text in texts]
    assert list(impatient_threads.map(tokenize, texts)) == one_by_one


@pytest.mark.parametrize(
    ("surface", "lemma", "part_of_speech", "expected"),
    [
        ("投資", "投資", "名詞", True),
        ("の", "の", "助詞", False),
        ("何", "何", "名詞", False),
        ("the", "the", "名詞", False),
        ("**", "**", "名詞", False),
    ],
)
def test_content_words_are_recognised(surface: str, lemma: str, part_of_speech: str, expected: bool) -> None:
    """Function words in both languages, question words and signs are no content."""
    assert is_content_word(surface, lemma, part_of_speech) is expected


@pytest.mark.parametrize(("one", "times"), [("a", 200_000), ("東京都", 10_000), ("犬 ", 10_000), ("𠮷", 15_000)])
def test_a_text_of_any_length_loses_nothing(one: str, times: int) -> None:
    """Words of a text that is longer than the tagger takes at once are all there, in their order."""
    text = one * times
    assert "".join(token.surface for token in tokenize(text)) == text.replace(" ", "")


@pytest.mark.parametrize("end", ["。", "\n", "、", " "])
def test_a_long_text_has_the_words_of_its_sentences(end: str) -> None:
    """The text is divided between words."""
    sentence = f"国立国会図書館は東京都にあります{end}"
    assert [token.surface for token in tokenize(sentence * 2_000)] == 2_000 * [
        token.surface for token in tokenize(sentence)
    ]


def test_white_space_of_any_length_hides_no_word() -> None:
    """The tagger counts what stands before a word in 16 bits."""
    assert [token.surface for token in tokenize(" " * 70_000 + "犬")] == ["犬"]


@given(st.text(st.sampled_from("あa1。、 \n犬"), max_size=60), st.integers(1, 9))
def test_tagger_inputs_are_the_whole_text(text: str, longest: int) -> None:
    """None is longer than the tagger takes, and together they are the text."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(analysis, "LONGEST_TAGGER_INPUT", longest)
        pieces = list(analysis._tagger_inputs(text))
    assert "".join(pieces) == text
    assert max(map(len, pieces)) <= longest


def test_a_surrogate_is_no_word() -> None:
    """JSON can have one, which the tagger cannot encode."""
    assert [token.surface for token in tokenize("犬\ud800")] == ["犬", "?"]


def test_an_emoji_is_a_word() -> None:
    """Each of several in a row is one, and signs that are only typography are none."""
    assert lemmas("🍙🍜は★百円⚡→") == ["🍙", "🍜", "100", "円-助数詞", "⚡"]


def test_the_words_of_a_date_that_are_replaced_are_still_terms() -> None:
    """The era and 午前 or 午後 are terms, though the year and the hour are normalised."""
    assert {"令和", "午後", "2024", "17"} <= set(lemmas("令和6年の午後5時"))


def test_nouns_in_kanji_have_their_readings() -> None:
    """Alone, and with the next part of a noun; verbs, kana and numbers have none."""
    assert analyse("経費の有給休暇を行うカネ").terms["reading"] == [
        "ケイヒ",
        "ユウキュウ",
        "キュウカ",
        "ユウキュウキュウカ",
    ]
