from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.language.answer_type import NOTHING
from index.reranking.match import _SENTENCE_END, Match, Places, closeness, common_runs
from index.reranking.outline import SEPARATOR
from index.reranking.query_features import QueryFeatures
from index.reranking.sentence_features import _places
from tests.index.reranking.examples import match_of, query_of

WORDS = "会社 が 投資 した 出資 目的 Azure アジュール 東京 2019年 猫 の は 。".split()
TEXTS = st.lists(st.sampled_from(WORDS), max_size=16).map("".join)
CHARACTERS = st.text("abあい", max_size=12)


def others(query: QueryFeatures, matched: Match) -> Iterator[tuple[int, list[int]]]:
    """Of each sentence the places of all content words that the question has not."""
    start = 0
    for place, one in enumerate(matched.sentences):
        lemmas = one.sentence.lemmas.split(SEPARATOR)
        marked = enumerate(zip(lemmas, one.sentence.marks, strict=True), start)
        yield place, [at for at, (lemma, mark) in marked if mark != NOTHING and lemma not in query.own]
        start += len(one.sentence.marks) + _SENTENCE_END


def nearest(query: QueryFeatures, places: Places, among: list[int] | tuple[int, ...]) -> float:
    """The greatest closeness of some places."""
    return max((closeness(query, places, place) for place in among), default=0.0)


def test_places_count_words_from_the_beginning_of_the_passage() -> None:
    """A word stands where it stands in its sentence, and the next sentence begins some words later."""
    found = match_of("投資の目的", "会社の投資。投資は目的だ。")
    second = 4 + _SENTENCE_END
    assert found.places == {0: [2, second], 1: [second + 2]}
    assert [one.words for one in found.sentences] == [{0}, {0, 1}]


def test_a_synonym_stands_for_its_word() -> None:
    """What says a word in another is not the word itself, but has its place too."""
    found = match_of("荷物の重さ", "倉庫の貨物。倉庫の貨物と荷物。")
    assert found.places == {0: [4 + _SENTENCE_END + 4]}
    assert found.synonym_places == {0: [2, 4 + _SENTENCE_END + 2]}
    assert [(set(one.words), set(one.synonyms)) for one in found.sentences] == [(set(), {0}), ({0}, set())]


@pytest.mark.parametrize(
    ("question", "text"),
    [("Teslaとは", "今テスラが話す。"), ("テスラとは", "今Teslaが話す。"), ("テスラとは", "今テスラが話す。")],
)
def test_a_word_is_met_in_either_script(question: str, text: str) -> None:
    """A word that sounds the same is the question's word, once."""
    found = match_of(question, text)
    assert found.places == {0: [1]}
    assert found.sentences[0].words == {0}


def test_a_word_without_a_sound_is_not_heard() -> None:
    """A question that has only a long vowel meets no words in it."""
    assert match_of("ーーとは", "猫がいた。").places == {}


@pytest.mark.parametrize(
    ("question", "text", "wanted"),
    [
        ("いつ投資したか", "2019年7月に3人。", (0, 2)),
        ("2019年の何月か", "2019年7月。", (2,)),
        ("誰が鈴木に会ったか", "鈴木と佐藤。", (2,)),
        ("本社はどこか", "東京の佐藤。", (0,)),
        ("いくらか", "10億ドルと3年。", (0, 1)),
        ("目的は何か", "2019年に鈴木が東京で3人。", ()),
    ],
)
def test_wanted_is_what_is_of_the_kind_asked_for(question: str, text: str, wanted: tuple[int, ...]) -> None:
    """A date, a number, a person or a place can be the answer, unless the question itself has it."""
    assert match_of(question, text).sentences[0].wanted == wanted


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("社員は何人か", "社員は3人だ。", True),
        ("社員は何人か", "社員は3年だ。", False),
        ("社員は何人か", "社員は人だ。", False),
        ("何ドルか", "10億ドルだ。", True),
        ("何ドルか", "10億米ドルだ。", True),
        ("何ドルか", "10(十)ドルだ。", True),
        ("何ドルか", "3は社員の数でドルは別だ。", False),
        ("何パーセントか", "10%だ。", True),
        ("何パーセントか", "10パーセントだ。", True),
        ("いくらか", "10億ドルだ。", True),
        ("いくらか", "3000円だ。", True),
        ("費用はどれくらいか", "費用は3人で10億円だ。", True),
        ("いくらか", "社員は3人だ。", False),
        ("いくつか", "10億ドルだ。", False),
        ("目的は何か", "10億ドルだ。", False),
    ],
)
def test_a_unit_stands_just_after_its_number(question: str, text: str, expected: bool) -> None:
    """Where the question wants something counted, a number must count that."""
    assert match_of(question, text).sentences[0].has_unit is expected


@pytest.mark.parametrize(
    ("question", "text", "said"),
    [
        ("投資額は？", "10億ドルを投資した。", True),
        ("投資額は？", "10人が投資した。", False),
        ("年齢は？", "35歳だ。", True),
        ("投資家は？", "10億ドルを投資した。", False),
    ],
)
def test_an_amount_says_the_word_for_it(question: str, text: str, said: bool) -> None:
    """A number of what is asked for stands for 額 or 年齢 as a synonym does."""
    found = match_of(question, text)
    assert bool(found.synonym_places.keys() - found.places.keys()) is said


def test_what_a_passage_stands_under_has_words_too() -> None:
    """The question's words in title and heading are told from those of the text."""
    found = match_of("投資の目的", "目的だ。", above="投資")
    assert (set(found.above), set(found.places)) == ({0}, {1})


def test_kanji_and_pairs_are_those_that_both_have() -> None:
    """Each sentence has its own, the passage those of all."""
    found = match_of("投資の目的", "資本だ。目的だ。")
    assert [(set(one.kanji), set(one.pairs)) for one in found.sentences] == [({"資"}, set()), ({"目", "的"}, {"目的"})]
    assert (set(found.kanji), set(found.pairs)) == ({"資", "目", "的"}, {"目的"})
    assert (found.runs, found.length) == ((2,), 8)


@pytest.mark.parametrize("text", ["", "\n", "\0", "\0猫", "。"])
def test_a_text_without_words_has_nothing(text: str) -> None:
    """Nothing of the question is met, and nothing can be the answer."""
    found = match_of("いつ投資したか", text)
    assert (found.places, found.synonym_places, found.runs) == ({}, {}, ())
    assert [one.nearest for one in found.sentences] == [()] * len(found.sentences)


@given(TEXTS, TEXTS)
def test_no_other_word_is_nearer_than_the_nearest(question: str, text: str) -> None:
    """The few places that are kept have the greatest closeness of all that could be the answer."""
    query, matched = query_of(question), match_of(question, text)
    for place, among in others(query, matched):
        kept = matched.sentences[place].nearest
        assert set(kept) <= set(among)
        for places in (matched.places, matched.synonym_places, _places(matched)):
            assert nearest(query, places, kept) == pytest.approx(nearest(query, places, among))


@given(TEXTS, TEXTS)
def test_closeness_is_a_share(question: str, text: str) -> None:
    """It is 1 where all words stand at the place, and 0 where none stands anywhere."""
    query, matched = query_of(question), match_of(question, text)
    for place in range(20):
        assert 0.0 <= closeness(query, matched.places, place) <= 1.0 + 1e-9
    assert closeness(query, {}, 0) == 0.0


@pytest.mark.parametrize(("places", "expected"), [([0], 1.0), ([12], 0.5), ([-36], 0.25), ([36, 12], 0.5)])
def test_a_word_counts_half_at_twelve_words(places: list[int], expected: float) -> None:
    """The nearest of a word's places counts, by its distance."""
    assert closeness(query_of("猫"), {0: places}, 0) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("question", "text", "runs"),
    [
        ("", "", []),
        ("abc", "", []),
        ("", "abc", []),
        ("abc", "abc", [3]),
        ("abc", "xabcx", [3]),
        ("abcd", "ab", [2]),
        ("abxcd", "cd ab", [2, 2]),
        ("abcd", "abc bcd", [3]),
        ("axbxc", "abc", []),
        ("abab", "ab", [2, 2]),
    ],
)
def test_common_runs_are_taken_from_the_left(question: str, text: str, runs: list[int]) -> None:
    """The longest part that stands in the text is taken, then the next after it; one character is no run."""
    assert common_runs(question, text) == runs


@given(CHARACTERS, CHARACTERS)
def test_every_run_stands_in_the_text(question: str, text: str) -> None:
    """Each run is a part of the question that the text has; they do not overlap, and the longest are not missed."""
    runs = common_runs(question, text)
    assert all(run >= 2 for run in runs)
    assert sum(runs) <= len(question)
    start = 0
    for run in runs:
        start = next(
            at for at in range(start, len(question)) if question[at : at + run] in text and at + run <= len(question)
        )
        start += run
    assert bool(runs) == any(question[at : at + 2] in text for at in range(len(question) - 1))


@pytest.mark.parametrize(
    ("question", "text", "same"),
    [
        ("マイクロソフトの投資", "Microsoftの投資だ。", "マイクロソフトの投資だ。"),
        ("Microsoftの投資", "マイクロソフトの投資だ。", "Microsoftの投資だ。"),
        ("ナデラの投資", "Nadellaの投資だ。", "ナデラの投資だ。"),
    ],
)
def test_a_name_in_the_other_script_is_compared_as_the_question_writes_it(question: str, text: str, same: str) -> None:
    """A passage is no nearer to a question for writing a long name in its script."""
    found, expected = match_of(question, text), match_of(question, same)
    assert found.runs == expected.runs
    assert found.pairs == expected.pairs
    assert [one.pairs for one in found.sentences] == [one.pairs for one in expected.sentences]


def test_other_words_in_latin_letters_stay() -> None:
    """Only what sounds like a name of the question is taken for it."""
    assert match_of("マイクロソフトの投資", "OpenAIの投資だ。").runs == (3,)
