import pytest

from index.language.definition import defines, term_to_define
from index.language.normalization import normalize


@pytest.mark.parametrize(
    ("question", "term"),
    [
        ("AGIとは？", "agi"),
        ("OpenAI LPとは何のことですか", "openailp"),
        ("フルリモートって何", "フルリモート"),
        ("フレックスってどういう意味？", "フレックス"),
        ("裁量労働の意味", "裁量労働"),
        ("BDFLって何の略だっけ？", "bdfl"),
        ("みなし残業とはどういうものですか？", "みなし残業"),
    ],
)
def test_a_question_may_want_a_term_defined(question: str, term: str) -> None:
    """However people ask for it."""
    assert term_to_define(normalize(question)) == term


@pytest.mark.parametrize(
    "question",
    [
        "首都は何？",
        "強調したことは何でしょうか",
        "社員旅行ってどこ？",
        "有休って何日？",
        "副業、これって何か出すの？",
        "とは",
        "",
    ],
)
def test_other_questions_want_no_definition(question: str) -> None:
    """What is asked of a term is not the term itself."""
    assert term_to_define(normalize(question)) == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("agiとは、人と同じように考える機械である。", True),
        ("人と同じように考える機械(agi)を作る。", True),
        ("agi(汎用人工知能)を作る。", True),
        ("これを「agi」と呼ぶ。", True),
        ("agi:汎用人工知能", True),
        ("agiを作るには資金が要る。", False),
        ("資金が要る。", False),
    ],
)
def test_a_sentence_defines_a_term(text: str, expected: bool) -> None:
    """By とは, by what stands in brackets, or by the name that it gives."""
    assert defines(text, "agi") is expected
