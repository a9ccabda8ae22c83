from collections.abc import Collection, Sequence
from typing import Self

import pytest

from index.errors import ConfigurationUnknown
from index.evaluation.configurations import CONFIGURATIONS, Configure, FirstLook
from index.evaluation.question_sets import Query, QuestionSet, fingerprint
from index.evaluation.runner import Outcome, ask, evaluated
from index.progress import no_progress, no_step
from index.search.library import Library
from index.types import QuestionTerm, Scored, Share
from tests.index.examples import ANIMALS, library, outcome, passage
from tests.knowledge import library_of
from tests.progress import Told


class FixedEngine:
    """Ranks the same positions for every question, all with one score."""

    def __init__(self, *positions: int) -> None:
        self.size = 10
        self._positions = positions

    def document_frequency(self, view: str, term: str) -> int:  # noqa: ARG002
        """Every term is in one passage."""
        return 1

    def rank(self, terms: Sequence[QuestionTerm], limit: int, among: Collection[int] | None = None) -> list[Scored]:  # noqa: ARG002
        """The fixed positions; a store counts its passages from 1."""
        return [Scored(position + 1, 1.0) for position in self._positions][:limit]

    def explain(self, terms: Sequence[QuestionTerm], position: int) -> list[Share]:  # noqa: ARG002
        """No term brought anything."""
        return []

    def within(self, sources: frozenset[int]) -> Self:  # noqa: ARG002
        """Every passage is everybody's."""
        return self


def asked_of(engine: FixedEngine, queries: Sequence[Query]) -> list[Outcome]:
    """The outcomes of the queries in a library of ten passages, each its own number."""
    passages = [passage(f"{number}番。{number * 111}円。", str(number)) for number in range(10)]
    return ask(FirstLook(library_of(passages).collection, engine), queries, no_step)


def test_an_outcome_has_what_was_ranked() -> None:
    """The passages are kept best first, also with equal scores."""
    (only,) = asked_of(FixedEngine(9, 8, 7, 6, 5, 4, 3, 2, 1, 0), [Query("何番", "4", ())])
    assert only.ranked == tuple("9876543210")
    assert (only.question, only.title, only.passage_id, only.rank) == ("何番", "題", "4", 6)


@pytest.mark.parametrize(("ranked", "rank"), [("0", 1), ("10", 2), ("12", None), ("", None)])
def test_the_rank_of_the_right_passage(ranked: str, rank: int | None) -> None:
    """The rank counts from 1; a passage that was not found has none."""
    assert outcome()._replace(ranked=tuple(ranked), passage_id="0").rank == rank


def test_the_marked_sentence_of_the_right_passage_is_compared_with_the_answers() -> None:
    """It is right where it holds any answer, whether the passage was found or not; without answers nothing is said."""
    queries = [
        Query("いくらの円", "3", ("千円", "333円")),
        Query("いくらの円", "4", ("4番",)),
        Query("いくらの円", "5", ("555円",)),
        Query("いくらの円", "6", ()),
    ]
    outcomes = asked_of(FixedEngine(0), queries)
    assert [outcome.sentence_right for outcome in outcomes] == [True, False, True, None]


def test_a_real_library_is_asked_each_question() -> None:
    """A library that finds both passages first and answers with them is seen as such, and each question is told."""
    told: list[None] = []
    outcomes = ask(
        library("猫がいる。猫の名前はタマ。", "犬の名前はポチ。"), ANIMALS.queries[:2], lambda: told.append(None)
    )
    assert [(outcome.rank, outcome.answered, outcome.sentence_right) for outcome in outcomes] == [(1, True, True)] * 2
    assert all(outcome.milliseconds > 0 for outcome in outcomes)
    assert len(told) == 2


def test_a_run_is_of_the_whole_and_of_the_halves() -> None:
    """A run has the set's fingerprint and each question's outcome with its beliefs, and tells its progress."""
    told = Told()
    with evaluated("default", ANIMALS, told) as (run, whole):
        assert (run.name, run.question_set, run.passages) == ("default", fingerprint(ANIMALS), 4)
        assert [outcome.rank for outcome in run.outcomes] == [1, 1, 1]
        assert all(outcome.present and outcome.absent for outcome in run.outcomes)
        assert len(list(whole.collection.all())) == 4
    assert told.begun == [("analyse", 4), ("evaluate", 3), ("evaluate_half", 3), ("evaluate_half", 3)]
    assert told.done == {"analyse": 4, "evaluate": 3, "evaluate_half": 6}


def test_articles_are_asked_alone_where_that_is_wanted() -> None:
    """Their beliefs stand beside those of the halves, for the questions of long articles."""
    rooms = [passage(f"{number}号室は{number}階。", f"1{number}", "家") for number in range(8)]
    questions = QuestionSet([*ANIMALS.passages, *rooms], [ANIMALS.queries[0], Query("5号室は何階？", "15", ("5階",))])
    with evaluated("default", questions, no_progress, in_article=True) as (run, _):
        assert [bool(outcome.in_article) for outcome in run.outcomes] == [False, True]
        assert [bool(outcome.taken_out) for outcome in run.outcomes] == [False, True]
        assert [bool(outcome.present) for outcome in run.outcomes] == [True, True]


def test_a_configuration_says_how_questions_are_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    """A configuration that is added to the table is measured by its name; one that is not there is told."""

    def fixed() -> Configure:
        return lambda library: Library(library.collection, FixedEngine(1))

    monkeypatch.setitem(CONFIGURATIONS, "fixed", fixed)
    with evaluated("fixed", ANIMALS, no_progress) as (run, _):
        assert run.name == "fixed"
        assert [outcome.ranked for outcome in run.outcomes] == [("2",)] * 3
    with pytest.raises(ConfigurationUnknown) as caught, evaluated("none", ANIMALS, no_progress):
        pass
    assert caught.value.values == {"name": "none", "known": "default, first-look, dense, fixed"}
