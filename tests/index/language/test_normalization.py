import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.language.normalization import is_japanese, join_words, normalize, numerals, plain_latin

ANY_TEXT = st.text(st.characters() | st.sampled_from("12,.  \t　あア漢、。，０aA—・"))


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("2099 年", "2099年"),
        ("2099年", "2099年"),
        ("Microsoft は OpenAI に", "MicrosoftはOpenAIに"),
        ("Microsoft\tは", "Microsoftは"),
        ("OpenAI  LP", "OpenAI LP"),
        ("サム アルトマン", "サム・アルトマン"),
        ("ＯｐｅｎＡＩ", "OpenAI"),
        ("ｱｽﾞｰﾙ", "アズール"),
        ("１０億", "10億"),
        ("1,234,567円", "1234567円"),
        ("２，５００", "2500"),
        ("1,23", "1,23"),
        ("1,2345", "1,2345"),
        ("2018–2019—2020", "2018-2019-2020"),
        ("", ""),
    ],
)
def test_typography_is_normalised(written: str, normal: str) -> None:
    """Widths, spaces beside Japanese, commas of thousands and dashes have one spelling."""
    assert normalize(written) == normal


@given(ANY_TEXT)
def test_normalizing_twice_changes_nothing_more(text: str) -> None:
    """A normalised text stays as it is."""
    assert normalize(normalize(text)) == normalize(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("10億ドル", [("1000000000", "ド")]),
        ("十億ドル", [("1000000000", "ド")]),
        ("1000000000ドル", [("1000000000", "ド")]),
        ("10億5千万", [("1050000000", "")]),
        ("2.5万人", [("25000", "人")]),
        ("二〇九九年", [("2099", "年")]),
        ("千二百三十四", [("1234", "")]),
        ("百万", [("1000000", "")]),
        ("十", [("10", "")]),
        ("1.5兆", [("1500000000000", "")]),
        ("007", [("7", "")]),
        ("0億円", [("0", "円")]),
        ("7月22日", [("7", "月"), ("22", "日")]),
        ("万が一", [("1", "")]),
        ("数はない", []),
    ],
)
def test_numbers_are_found_by_value(text: str, found: list[tuple[str, str]]) -> None:
    """A number gives its value in digits, however it is written, and the character after it."""
    assert numerals(text) == found


@given(st.integers(0, 10**15))
def test_digits_are_their_own_value(number: int) -> None:
    """A number in digits has itself as value."""
    assert numerals(str(number)) == [(str(number), "")]


@given(*[st.integers(1, 9999)] * 3)
def test_units_multiply_what_stands_before_them(hundred_millions: int, ten_thousands: int, ones: int) -> None:
    """億 and 万 each count the digits before them, and the parts are added."""
    value = hundred_millions * 10**8 + ten_thousands * 10**4 + ones
    assert numerals(f"{hundred_millions}億{ten_thousands}万{ones}") == [(str(value), "")]


@given(st.text(st.sampled_from("0123456789.〇一二九十百千万億兆年")))
def test_every_row_of_numerals_has_a_value(text: str) -> None:
    """However oddly numerals follow each other, each gives a plain number."""
    assert all(value.replace(".", "", 1).isdecimal() for value, _ in numerals(text))


@pytest.mark.parametrize(
    ("words", "joined"),
    [
        (["日本", "語"], "日本語"),
        (["Microsoft", "は"], "Microsoftは"),
        (["は", "Microsoft"], "はMicrosoft"),
        (["Microsoft", "Azure"], "Microsoft Azure"),
        (["発表した。", "次に"], "発表した。次に"),
        (["発表した。", "2019年"], "発表した。2019年"),
        (["投資し、", "Azureを"], "投資し、Azureを"),
        (["", "Azure", "", "LP", ""], "Azure LP"),
        ([], ""),
    ],
)
def test_words_are_joined_with_a_space_only_between_latin_ones(words: list[str], joined: str) -> None:
    """Beside Japanese, its full stop and comma included, a space is typography."""
    assert join_words(words) == joined


def test_the_caller_chooses_the_separator_of_katakana_words() -> None:
    """A space between two katakana words may divide them; beside other Japanese it never does."""
    assert join_words(["サム", "アルトマン", "氏", "サム"], between_katakana="・") == "サム・アルトマン氏サム"
    assert join_words(["サム", "アルトマン"]) == "サムアルトマン"


@pytest.mark.parametrize(
    ("text", "plain"),
    [("françois", "francois"), ("Pokémon", "Pokemon"), ("azure", "azure"), ("ガ", "ガ"), ("ブÉ", "ブÉ"), ("Ω", "Ω")],
)
def test_accents_are_taken_off_latin_letters_only(text: str, plain: str) -> None:
    """Accents go; Japanese, whose voicing marks decompose too, and what has no plain letter stay."""
    assert plain_latin(text) == plain


@pytest.mark.parametrize(
    ("characters", "japanese"),
    [("あアー漢々「」、。\u3000！ａ", True), ("aZ1 -é…—“", False)],
    ids=["Japanese", "others"],
)
def test_japanese_characters_are_told_from_others(characters: str, japanese: bool) -> None:
    """Kana, kanji and the signs among them are Japanese; Latin letters, digits and spaces are not."""
    assert [is_japanese(character) for character in characters] == [japanese] * len(characters)


@pytest.mark.parametrize(
    "spellings",
    [
        "令和6年 令和６年 R6年 令和六年 2024年 二〇二四年",
        "令和元年 R1年 2019年",
        "平成30年度 H30年度 2018年度",
        "昭和64年 S64年 1989年",
        "R6.4.1 令和6年4月1日 2024/4/1 2024-04-01 2024.4.1 2024年四月一日 二〇二四年四月一日",
        "四月一日 4月1日 ４月１日",
        "十二月 12月",
        "午後5時 午後五時 17:00 17時 17時00分 １７：００",
        "午後5時半 17:30 17時30分 午後5時30分",
        "夜9時 午後9時 21:00",
        "夕方5時半 17時30分",
        "午前9時 9:00 9時 九時",
        "五百円 500円",
        "3万円 三万円 30,000円 30000円",
        "5千円 五千円 5,000円",
        "1.5億円 150000000円",
        "¥1,200 ￥1,200 ￥１２００ 1,200円 ¥1200円",
        "￥3万 ¥30,000 三万円",
        "$100 US$100 ＄１００ 100ドル 100米ドル",
        "$1.5億 1.5億ドル 1.5億米ドル",
        "£20 ￡20 20ポンド",
        "€20 20ユーロ",
        "5㎡ 5m2 5平米 5平方メートル",
        "10km 10㎞ 10キロメートル",
        "何km 何キロメートル",
        "2kg 2㎏ 2キログラム",
    ],
)
def test_dates_times_and_amounts_have_one_spelling(spellings: str) -> None:
    """All spellings are normalised to the same text."""
    assert len(set(map(normalize, spellings.split()))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "昭和50年代",
        "五月雨",
        "四日市",
        "三時間",
        "二十四時間",
        "時点",
        "3:2",
        "09:02:15",
        "HTML5.1.2",
        "192.168.1.1",
        "R言語",
        "三月期",
        "5mm/日",
        "$1abc",
        "A$100",
        "$HOME",
        "$1.2.3",
        "米ドル",
    ],
)
def test_what_only_looks_like_a_date_stays(text: str) -> None:
    """Names, periods, proportions, versions and addresses are not normalised as dates."""
    assert normalize(text) == text
