import pytest

from index.language import sound


@pytest.mark.parametrize(
    ("latin", "katakana"),
    [
        ("Nadella", "ナデラ"),
        ("Altman", "アルトマン"),
        ("GitHub", "ギットハブ"),
        ("OpenAI", "オープンエーアイ"),
        ("Microsoft", "マイクロソフト"),
        ("Google", "グーグル"),
        ("Amazon", "アマゾン"),
        ("AGI", "エージーアイ"),
        ("IBM", "アイビーエム"),
        ("NTT", "エヌティーティー"),
        ("Satya", "サティア"),
        ("Brockman", "ブロックマン"),
        ("server", "サーバ"),
        ("Pokémon", "ポケモン"),
    ],
)
def test_a_word_sounds_the_same_in_both_scripts(latin: str, katakana: str) -> None:
    """A Latin word and its usual katakana spelling have one sound."""
    assert sound.of_latin(latin) == sound.of_katakana(katakana)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("サーバー", "サーバ"),
        ("ヴァイオリン", "バイオリン"),
        ("ヴェルサイユ", "ベルサイユ"),
        ("ティーム", "チーム"),
        ("レイディオ", "レーディオ"),
        ("ボウト", "ボート"),
        ("ウォーター", "オーター"),
        ("ギットハブ", "ギトハブ"),
    ],
)
def test_spellings_of_one_sound_are_equal(one: str, other: str) -> None:
    """Long vowels, small っ, ヴ and the like tell no two words apart."""
    assert sound.of_katakana(one) == sound.of_katakana(other)


@pytest.mark.parametrize(("one", "other"), [("ナデラ", "ハデラ"), ("アイ", "エイ"), ("バス", "パス")])
def test_different_words_stay_apart(one: str, other: str) -> None:
    """What a listener tells apart keeps a sound of its own."""
    assert sound.of_katakana(one) != sound.of_katakana(other)


def test_words_are_found_in_their_script() -> None:
    """Katakana and Latin words of two characters and more are found where they stand, in order."""
    text = "AzureはMicrosoftのクラウドで、Aとアと François のコンピューター"
    assert sound.latin_words(text) == ["Azure", "Microsoft", "François"]
    assert sound.katakana_words(text) == ["クラウド", "コンピューター"]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("ナデラ", True),
        ("サム・アルトマン", True),
        ("コンピューター", True),
        ("クラウド化", False),
        ("Azure", False),
        ("", False),
    ],
)
def test_katakana_alone_is_recognised(word: str, expected: bool) -> None:
    """A word with any other character is not written in katakana alone."""
    assert sound.is_katakana(word) is expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("クラウド", sound.of_katakana("クラウド")),
        ("Azure", sound.of_latin("Azure")),
        ("François", sound.of_latin("François")),
        ("A", ""),
        ("2019", ""),
        ("Azure化", ""),
        ("開発", ""),
        ("", ""),
    ],
)
def test_a_word_in_one_script_has_a_sound(word: str, expected: str) -> None:
    """Katakana alone, or two Latin letters and more alone; others have none."""
    assert sound.of_word(word) == expected
