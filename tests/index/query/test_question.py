import pytest

from index.language import sound
from index.language.answer_type import AnswerType
from index.language.synonyms import synonyms_of
from index.query.question import (
    EARLIER_WEIGHT,
    KANJI_WEIGHT,
    LIGHT_WORDS,
    LONGEST_QUESTION,
    SOUND_WEIGHT,
    SYNONYM_WEIGHT,
    Question,
)
from index.types import QuestionTerm


def terms_of(question: str, view: str, earlier: str = "") -> dict[str, float]:
    """The terms of one view of a question that are no synonyms, with their weights."""
    terms = Question(question).with_earlier(earlier).terms
    return {term.term: term.weight for term in terms if term.view == view and not term.synonym}


def synonym_terms(question: str, earlier: str = "") -> dict[str, QuestionTerm]:
    """The terms of a question that say it in other words."""
    return {term.term: term for term in Question(question).with_earlier(earlier).terms if term.synonym}


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        ("OpenAI LP について教えてください。", "OpenAI LP"),
        ("投資の目的を教えて", "投資の目的"),
        ("投資の目的に関して説明してください", "投資の目的"),
        ("Azureのことを知りたいです", "Azure"),
        ("Azureのことが知りたいのですが", "Azureのことが知りたいのですが"),
        ("投資について教えていただけますか？", "投資"),
        ("教えてください", ""),
        ("教えてくれた人は誰？", "教えてくれた人は誰?"),
        (" 2099 年の投資は？ ", "2099年の投資は?"),
    ],
)
def test_a_request_at_the_end_is_left_out(asked: str, left: str) -> None:
    """A closing request says nothing about the answer; one elsewhere in the question stays."""
    assert Question(asked).normalized == left


@pytest.mark.parametrize(
    ("question", "lemma", "weight"),
    [
        ("東京の会社", "トウキョウ", 2.0),
        ("2019の会社", "2019", 1.5),
        ("新制度", "新", 1.2),
        ("投資の目的", "目的", 1.0),
        ("重要性", "性", 0.6),
        ("高い会社", "高い", 0.5),
        ("重要な会社", "重要", 0.5),
        ("会社が調べた", "調べる", 0.45),
        ("投資をした", "為る", 0.35),
        ("良い会社", "良い", 0.35),
        ("何年の投資", "年", 0.35),
    ],
)
def test_a_word_weighs_by_its_part_of_speech(question: str, lemma: str, weight: float) -> None:
    """Names and numbers weigh most, light words and what is counted in the question least."""
    assert terms_of(question, "lemma")[lemma] == weight


def test_a_small_word_in_english_has_no_sound() -> None:
    """The sound of "is" would be taken for that of a part of "Paris"."""
    sounds = {term.surface for term in Question("What is Paris?").terms if term.bridge}
    assert sounds == {"Paris"}


def test_a_courtesy_before_a_question_is_no_part_of_it() -> None:
    """Nothing is looked for but what is asked; what is only polite asks nothing."""
    assert Question("すみません、料金は？").terms == Question("料金は？").terms
    assert Question("すみません、料金は？").courtesy == ""
    assert Question("すみません").courtesy == "apology"


def test_every_term_is_asked_for_once() -> None:
    """A word said twice weighs no more than said once."""
    terms = Question("Azure と Azure の投資の投資は 2099 年の 2099 年").terms
    assert len({(term.view, term.term) for term in terms}) == len(terms)
    assert terms_of("投資の投資", "kanji") == {"投": KANJI_WEIGHT, "資": KANJI_WEIGHT}


@pytest.mark.parametrize("ending", ["", "は何ですか", "は？", "とはあれ", "はなぜ"])
def test_the_end_of_a_question_gives_no_characters(ending: str) -> None:
    """What follows the last content word is grammar: no trigram and no kanji of it is looked for."""
    assert list(terms_of(f"投資の目的{ending}", "trigram")) == ["投資の", "資の目", "の目的"]
    assert list(terms_of(f"投資の目的{ending}", "kanji")) == ["投", "資", "目", "的"]


@pytest.mark.parametrize(
    ("question", "word", "katakana"),
    [
        ("Nadellaとは", "Nadella", "ナデラ"),
        ("ナデラとは", "ナデラ", "ナデラ"),
        ("サム・アルトマンとは", "アルトマン", "アルトマン"),
    ],
)
@pytest.mark.parametrize("view", ["latin", "katakana"])
def test_a_word_is_looked_for_in_both_scripts(question: str, word: str, katakana: str, view: str) -> None:
    """The sound of a word is a bridge to itself in either script."""
    bridge = QuestionTerm(view, sound.of_katakana(katakana), SOUND_WEIGHT, word, bridge=True)
    assert bridge in Question(question).terms


def test_only_sounds_are_bridges() -> None:
    """Terms of the question as written are no bridges."""
    terms = Question("Microsoftは2099年にクラウドへいくら投資しましたか").terms
    assert {term.view for term in terms if term.bridge} == {"latin", "katakana"}
    assert {term.view for term in terms if not term.bridge} == {"lemma", "kanji", "trigram", "number"}


def test_numbers_are_looked_for_by_value() -> None:
    """A number in the question is the number term that texts have, however either writes it."""
    assert list(terms_of("十億ドルの投資", "number")) == ["1000000000", "1000000000ド"]


def test_earlier_words_count_half_and_never_twice() -> None:
    """Words from the questions before weigh half; those that the question itself has weigh as they do."""
    lemmas = terms_of("投資の目的は", "lemma", earlier="東京、投資")
    assert lemmas == {"投資": 1.0, "目的": 1.0, "トウキョウ": 2.0 * EARLIER_WEIGHT}
    assert terms_of("投資の目的は", "kanji", earlier="東京")["京"] == KANJI_WEIGHT * EARLIER_WEIGHT


def test_earlier_words_do_not_change_the_answer_type() -> None:
    """The tokens and the answer type are those of the question alone."""
    alone, after = Question("誰が投資した"), Question("誰が投資した").with_earlier("いつ、東京")
    assert (after.tokens, after.answer_type) == (alone.tokens, alone.answer_type)
    assert after.answer_type == AnswerType("person")


@pytest.mark.parametrize("text", ["", "　", "教えてください", "について教えて"])
def test_a_question_about_nothing_has_no_terms(text: str) -> None:
    """A bare request is a question without words, and no error."""
    question = Question(text)
    assert (question.tokens, question.terms, question.answer_type, question.core) == ((), (), None, "")


@pytest.mark.parametrize(
    ("question", "word", "surface", "weight"),
    [("貨物は", "荷物", "貨物", 1.0), ("荷物を運ぶ", "輸送", "運ぶ", 0.45), ("荷物を運んだ", "輸送", "運ん", 0.45)],
)
def test_a_synonym_counts_a_part_of_its_word(question: str, word: str, surface: str, weight: float) -> None:
    """A synonym has a share of the weight of the word, and its surface."""
    expected = QuestionTerm("lemma", word, weight * SYNONYM_WEIGHT, surface, synonym=True)
    assert synonym_terms(question)[word] == expected


def test_all_synonyms_of_a_word_are_looked_for() -> None:
    """A word that has several synonyms is looked for in each."""
    assert set(synonym_terms("荷物は")) == synonyms_of("荷物")


@pytest.mark.parametrize(("question", "word"), [("会を行う", "行う"), ("何と言うか", "言う"), ("子と呼ぶ", "呼ぶ")])
def test_a_light_word_has_no_synonyms(question: str, word: str) -> None:
    """Light words go with anything."""
    assert word in LIGHT_WORDS
    assert word in terms_of(question, "lemma")
    assert not synonyms_of(word) & set(synonym_terms(question))


def test_a_word_of_the_question_is_no_synonym() -> None:
    """Of two words for the same, each counts in full, and neither is looked for as the other."""
    assert terms_of("荷物と貨物", "lemma") == {"荷物": 1.0, "貨物": 1.0}
    assert set(synonym_terms("荷物と貨物")) == {"小包み"}


def test_synonyms_of_earlier_words_count_half() -> None:
    """Synonyms of earlier words weigh half, unless the question has them itself."""
    terms = synonym_terms("貨物の色", earlier="運ぶ、荷物")
    assert terms["輸送"].weight == pytest.approx(0.45 * SYNONYM_WEIGHT * EARLIER_WEIGHT)
    assert "貨物" not in terms
    assert terms["小包み"].weight == SYNONYM_WEIGHT


@pytest.mark.parametrize("one", ["人工知能の", "\ufdfa", "い", "ab cd "])
def test_a_question_of_any_length_asks_for_a_bounded_number_of_terms(one: str) -> None:
    """Text beyond LONGEST_QUESTION is ignored, in earlier questions too."""
    long, longer = (Question(one * times).with_earlier(one * times) for times in (5_000, 50_000))
    assert (long.tokens, long.terms, long.core) == (longer.tokens, longer.terms, longer.core)
    assert len(long.terms) <= 4 * LONGEST_QUESTION
    assert len(long.core) <= LONGEST_QUESTION
