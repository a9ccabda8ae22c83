from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext

import pytest

from index.evaluation.beliefs import Belief, ask_articles, ask_halves
from index.evaluation.configurations import first_look
from index.evaluation.question_sets import Query, QuestionSet
from index.progress import no_progress
from index.search.library import Library
from index.types import Passage
from tests.index.examples import ANIMALS, passage
from tests.knowledge import knowledge_of, library_of
from tests.progress import Told

PARAGRAPHS = [f"{number}号室には{animal}がいる。" for number, animal in enumerate("猫犬鳥馬牛羊豚鹿")]
ARTICLE = [passage(text, str(number), "動物の家") for number, text in enumerate(PARAGRAPHS)]
FELINE = Query("猫がいるのは何号室？", "0", ("0号室",))


def test_halves_are_asked_with_and_without_the_article() -> None:
    """Every second article goes into either library, and nothing of an absent one is in the library that is asked."""
    built: list[list[str]] = []

    def build(passages: Sequence[Passage]) -> AbstractContextManager[Library]:
        built.append([passage.id for passage in passages])
        return nullcontext(library_of(passages))

    beliefs = ask_halves(build, ANIMALS, no_progress)
    assert built == [["0", "2", "3"], ["1"]]
    for present, absent in beliefs:
        assert present is not None
        assert absent is not None
        assert (present.answered, present.right) == (True, True)
        assert not absent.right
    assert beliefs[2][1] == Belief(0.0, answered=False, right=False)


def test_one_article_has_no_halves() -> None:
    """Where all passages are of one article there is nothing to leave out."""
    one = QuestionSet([passage("猫の名前はタマ。", "0"), passage("犬の名前はポチ。", "1")], ANIMALS.queries[:2])
    assert ask_halves(lambda passages: nullcontext(library_of(passages)), one, no_progress) == [(None, None)] * 2


def asked(*queries: Query, told: Told | None = None) -> list[tuple[Belief | None, Belief | None]]:
    """The beliefs about the article, and about another that is too short to be asked alone."""
    questions = QuestionSet([*ARTICLE, passage("魚は海にいる。", "8", "海")], list(queries))
    return ask_articles(
        lambda passages: nullcontext(knowledge_of(passages)), lambda one: one, questions, told or no_progress
    )


def test_an_article_is_asked_with_the_right_paragraph_and_with_it_taken_out() -> None:
    """What was taken out is not found, whichever question comes after; a short article is not asked."""
    told = Told()
    bovine = Query("牛がいるのは何号室？", "4", ("4号室",))
    beliefs = asked(FELINE, bovine, Query("海にいるのは何？", "8", ("魚",)), told=told)
    for present, taken_out in beliefs[:2]:
        assert present is not None
        assert taken_out is not None
        assert present.right
        assert not taken_out.right
        assert taken_out.confidence < present.confidence
    assert beliefs[2] == (None, None)
    assert told.begun == [("evaluate_article", 2)]
    assert told.done == {"evaluate_article": 2}


def test_the_statistics_are_those_of_an_article_without_the_paragraph() -> None:
    """The confidence is to the last digit that of a library which was made without it."""
    ((_, taken_out),) = asked(FELINE)
    ((_, absent),) = ask_rebuilt(FELINE)
    assert taken_out == absent


def ask_rebuilt(query: Query) -> list[tuple[Belief | None, Belief | None]]:
    """The same by halves, one of which is the article without the paragraph."""
    alone = ARTICLE[0]._replace(title="猫の家")
    return ask_halves(
        lambda passages: nullcontext(library_of(passages)), QuestionSet([alone, *ARTICLE[1:]], [query]), no_progress
    )


@pytest.mark.parametrize(
    ("answers", "is_asked"), [(("0号室", "零号室"), True), (("0号室", "号室"), False), ((), False)]
)
def test_an_answer_that_stands_elsewhere_is_not_taken_out(answers: tuple[str, ...], is_asked: bool) -> None:
    """Where another paragraph has any of the answers, or none is known, the question could still be answered."""
    ((present, taken_out),) = asked(FELINE._replace(answers=answers))
    assert present
    assert bool(taken_out) is is_asked


def test_articles_are_asked_in_a_configuration() -> None:
    """The configuration answers in both, and finds nothing either of what was taken out."""
    questions = QuestionSet(ARTICLE, [FELINE])
    ((present, taken_out),) = ask_articles(
        lambda passages: nullcontext(knowledge_of(passages)), first_look(), questions, no_progress
    )
    assert present is not None
    assert taken_out is not None
    assert (present.right, taken_out.right) == (True, False)
