from collections import Counter

import numpy
import pytest

from index.evaluation.question_sets import ChatQuestion, ChatSet, Query, QuestionSet
from index.evaluation.training.cases import Case, Cases, chat_cases, squad_cases
from index.reranking import passage_features, sentence_features
from tests.index.examples import passage
from tests.index.meaning.examples import Bigrams

NUMBERS = range(1, 9)


def articles(*titles: str) -> QuestionSet:
    """An article of eight passages for each title, with a question about each."""
    passages = [
        passage(f"{title}は{number}月に来た。声は{title}らしい。", f"{title}{number}", title)
        for title in titles
        for number in NUMBERS
    ]
    queries = [
        Query(f"{title}が{number}月に来たのは？", f"{title}{number}", (f"{title}は{number}月",))
        for title in titles
        for number in NUMBERS
    ]
    return QuestionSet(passages, queries)


def of_group(cases: Cases, group: str) -> list[Case]:
    """The cases of a group."""
    return [one for one in cases.passages if one.group == group]


@pytest.fixture(scope="module")
def zoo() -> Cases:
    """The cases of a set of two articles."""
    return squad_cases("zoo", articles("猫", "犬"), 1, None)


def test_a_question_is_asked_of_collections_of_every_kind(zoo: Cases) -> None:
    """Of all, of its article, about another name, of its article without the answer, and of the articles of the other half."""
    sizes = Counter((one.group, one.size, one.answerable) for one in zoo.passages)
    assert sizes.keys() == {
        ("zoo as one", 16, True),
        ("zoo in article", 8, True),
        ("zoo other name", 8, False),
        ("zoo taken out", 7, False),
        ("zoo absent", 8, False),
    }
    assert sizes["zoo as one", 16, True] == sizes["zoo in article", 8, True] == 16


def test_what_is_right_is_the_passage_of_the_question(zoo: Cases) -> None:
    """It is among the candidates where it can be, and nowhere where it was taken out or is absent."""
    for group, right in {"as one": 1, "in article": 1, "other name": 0, "taken out": 0, "absent": 0}.items():
        cases = of_group(zoo, f"zoo {group}")
        assert [int(one.right.sum()) for one in cases] == [right] * len(cases)


def test_a_case_has_the_features_of_every_candidate(zoo: Cases) -> None:
    """One a row, in the order of the candidates."""
    for one in zoo.passages:
        assert one.features.shape == (len(one.candidates), len(passage_features.FEATURES))
        assert one.right.shape == (len(one.candidates),)
    assert all(numpy.isfinite(one.features).all() for one in zoo.passages)


def test_the_sentence_that_holds_an_answer_is_right(zoo: Cases) -> None:
    """Of each sentence of the passage there are the features."""
    assert len(zoo.sentences) == 16
    for one in zoo.sentences:
        assert one.features.shape == (2, len(sentence_features.FEATURES))
        assert one.right.tolist() == [True, False]


def test_all_cases_of_a_document_are_in_one_fold() -> None:
    """What is learnt is tried on documents that it was not learnt from."""
    cases = squad_cases("zoo", articles(*"猫犬鳥馬牛羊"), 4, None)
    folds = {one.query.words[0].lemma: set[int]() for one in cases.passages}
    for one in cases.passages:
        folds[one.query.words[0].lemma].add(one.fold)
    assert {len(of_title) for of_title in folds.values()} == {1}
    assert len(set.union(*folds.values())) > 1


def test_every_so_many_questions_are_asked_of_all_passages() -> None:
    """The collection is the whole one."""
    cases = squad_cases("zoo", articles("猫", "犬"), 8, None)
    assert [one.size for one in of_group(cases, "zoo as one")] == [16, 16]
    assert len(of_group(cases, "zoo in article")) == 2


def test_an_answer_that_stands_elsewhere_too_is_not_taken_out() -> None:
    """The article would still answer."""
    one = articles("猫")
    everywhere = QuestionSet(one.passages, [Query("猫の声は？", "猫1", ("猫らしい",)), one.queries[1]])
    assert len(of_group(squad_cases("zoo", everywhere, 1, None), "zoo taken out")) == 1


def test_an_encoder_tells_how_near_the_candidates_are() -> None:
    """What is absent for the words is there by its meaning."""
    near = list(passage_features.FEATURES).index("nearest_sentence")
    with_encoder = squad_cases("zoo", articles("猫", "犬"), 8, Bigrams())
    assert all(one.features[:, near].any() for one in with_encoder.passages)
    assert not any(one.features[:, near].any() for one in squad_cases("zoo", articles("猫", "犬"), 8, None).passages)


def test_questions_of_a_chat_are_asked_of_its_documents() -> None:
    """What has a gold text is right, its sentence too; a question without has no answer, and follow-ups are left out."""
    questions = [
        ChatQuestion("猫が1月に来たのは？", ("猫は1月",), "direct"),
        ChatQuestion("猫が飛んだのは？", (), "unanswerable"),
        ChatQuestion("その声は？", ("猫らしい",), "followup", ("猫が来たのは？",)),
    ]
    cases = chat_cases("chat", ChatSet("zoo", articles("猫").passages, questions), None)
    assert [(one.group, one.size, one.answerable) for one in cases.passages] == [
        ("chat", 8, True),
        ("chat", 8, False),
    ]
    assert [int(one.right.sum()) for one in cases.passages] == [1, 0]
    assert [(one.group, list(one.right)) for one in cases.sentences] == [("chat", [True, False])]
