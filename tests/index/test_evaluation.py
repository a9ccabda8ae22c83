import math
from collections.abc import Container, Sequence

import pytest

from index.evaluation import evaluate
from index.library import Library
from index.question_sets import Query
from index.types import QuestionTerm, Scored, Share
from tests.index.examples import library, passage


class FixedEngine:
    """Ranks the same positions for every question, all with one score."""

    def __init__(self, *positions: int) -> None:
        self.size = 10
        self._positions = positions

    def document_frequency(self, view: str, term: str) -> int:  # noqa: ARG002
        """Every term is in one passage."""
        return 1

    def rank(self, terms: Sequence[QuestionTerm], limit: int, among: Container[int] | None = None) -> list[Scored]:  # noqa: ARG002
        """The fixed positions."""
        return [Scored(position, 1.0) for position in self._positions][:limit]

    def explain(self, terms: Sequence[QuestionTerm], position: int) -> list[Share]:  # noqa: ARG002
        """No term brought anything."""
        return []


def asked_of(engine: FixedEngine, queries: Sequence[Query]) -> dict[str, float]:
    """The measures of the queries in a library of ten passages, each its own number."""
    passages = [passage(f"{number}番。{number * 111}円。", str(number)) for number in range(10)]
    return evaluate(Library(passages, engine), queries, lambda: None)


def test_measures_are_means_over_the_questions() -> None:
    """Right passages at ranks 1, 2, 6, 10 and nowhere give the values computed by hand, also with equal scores."""
    ranked = FixedEngine(9, 8, 7, 6, 5, 4, 3, 2, 1, 0)
    measured = asked_of(ranked, [Query("何番", identity, ()) for identity in ("9", "8", "4", "0")])
    ndcg = (1 + 1 / math.log2(3) + 1 / math.log2(7) + 1 / math.log2(11)) / 4
    assert measured["recall@1"] == pytest.approx(1 / 4)
    assert measured["recall@5"] == pytest.approx(2 / 4)
    assert measured["mrr@10"] == pytest.approx((1 + 1 / 2 + 1 / 6 + 1 / 10) / 4)
    assert measured["ndcg@10"] == pytest.approx(ndcg)
    assert (measured["passages"], measured["questions"]) == (10, 4)


@pytest.mark.parametrize(("positions", "recall"), [((), 0.0), ((1,), 0.0), ((1, 0), 0.5)])
def test_a_question_without_its_passage_counts_as_zero(positions: tuple[int, ...], recall: float) -> None:
    """What is not found, even where nothing is, takes part in the mean."""
    measured = asked_of(FixedEngine(*positions), [Query("何番", "0", ()), Query("何番", "5", ())])
    assert (measured["recall@5"], measured["recall@1"]) == (recall, 0.0)


def test_sentence_accuracy_is_over_the_questions_with_answers() -> None:
    """The marked sentence of the right passage, found or not, must hold one of the answers."""
    queries = [
        Query("いくらの円", "3", ("千円", "333円")),
        Query("いくらの円", "4", ("4番",)),
        Query("いくらの円", "5", ("555円",)),
        Query("いくらの円", "6", ()),
    ]
    assert asked_of(FixedEngine(0), queries)["sentence_accuracy"] == pytest.approx(2 / 3)
    assert asked_of(FixedEngine(0), queries[3:])["sentence_accuracy"] == 0.0


def test_a_real_library_is_measured_whole() -> None:
    """A library that finds both passages first is measured as such, and each question is told."""
    queries = [Query("猫の名前は？", "0", ("タマ",)), Query("犬の名前は？", "1", ("ポチ",))]
    told: list[None] = []
    measured = evaluate(library("猫がいる。猫の名前はタマ。", "犬の名前はポチ。"), queries, lambda: told.append(None))
    assert [measured[name] for name in ("recall@1", "recall@5", "mrr@10", "ndcg@10", "sentence_accuracy")] == [1.0] * 5
    assert len(told) == 2


def test_times_are_measured_of_one_question_too() -> None:
    """A single question has a time, which is its own median and 95th percentile."""
    measured = asked_of(FixedEngine(0), [Query("何番", "0", ())])
    assert measured["ms_median"] == measured["ms_p95"] > 0
