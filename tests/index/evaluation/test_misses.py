from index.evaluation.misses import Miss, worst_misses
from index.evaluation.question_sets import Query
from index.evaluation.runner import Outcome, ask
from tests.index.examples import library, outcome

# The third passage shares no word with its question, and the second is beaten by the first.
LIBRARY = library("猫の名前はタマ。猫の名前。", "犬と猫。", "空。")
QUERIES = [Query("猫の名前は？", "1", ("犬",)), Query("猫の名前は？", "0", ()), Query("猫の名前は？", "2", ())]


def ranks(*given: int | None, confidences: tuple[float, ...] = ()) -> list[Outcome]:
    """Outcomes of these ranks."""
    sure = confidences or (0.5,) * len(given)
    return [outcome(rank, confidence=confidence) for rank, confidence in zip(given, sure, strict=True)]


def order(outcomes: list[Outcome], others: list[Outcome] | None = None, most: int = 100) -> list[int]:
    """The positions of the misses among the outcomes, worst first."""
    numbered = [Query("猫は？", "0", (str(number),)) for number in range(len(outcomes))]
    return [int(miss.query.answers[0]) for miss in worst_misses(LIBRARY, numbered, outcomes, others, most)]


def test_worst_come_first() -> None:
    """Not found is worse than late, late worse than nearly first; what came first is no miss."""
    assert order(ranks(2, 1, None, 5)) == [2, 3, 0]
    assert order(ranks(2, 1, None, 5), most=2) == [2, 3]


def test_of_equal_ranks_the_surer_of_the_wrong_is_worse() -> None:
    """Confidence in a wrong passage is worse than doubt, and of equals the earlier question comes first."""
    assert order(ranks(2, 2, None, None, 2, confidences=(0.3, 0.8, 0.1, 0.2, 0.3))) == [3, 2, 1, 0, 4]


def test_what_got_worse_comes_first() -> None:
    """Compared with a run, those that lost most come first, and then all others as ever."""
    now, before = ranks(None, 3, 2, None, 5), ranks(None, 2, 1, 9, 7)
    assert order(now, before) == [2, 1, 3, 0, 4]


def test_a_miss_has_what_to_learn_from() -> None:
    """The right passage and the first are hits with what their words brought, also a right one that was not found."""
    outcomes = ask(LIBRARY, QUERIES, lambda: None)
    misses = worst_misses(LIBRARY, QUERIES, outcomes, None, 100)
    assert [miss.query.passage_id for miss in misses] == ["2", "1"]
    not_found, beaten = misses
    assert (not_found.right.rank, not_found.right.score, not_found.right.shares) == (0, 0.0, ())
    assert not_found.right.sentence == "空。"
    assert beaten.right.rank == beaten.outcome.rank == 2
    for miss in misses:
        assert miss.first is not None
        assert miss.first.passage.id == "0"
        assert miss.first.shares


def test_a_right_passage_beyond_the_tenth_has_its_score() -> None:
    """A right passage that ten others beat still says what its words scored."""
    many = library(*[f"猫の名前は{name}。" for name in "あいうえおかきくけこ"], "猫はここで長く長く眠っている。")
    queries = [Query("猫の名前は？", "10", ())]
    (miss,) = worst_misses(many, queries, ask(many, queries, lambda: None), None, 100)
    assert miss.right.rank == 0
    assert miss.first is not None
    assert 0 < miss.right.score < miss.first.score
    assert miss.right.shares


def test_nothing_found_has_no_first() -> None:
    """Where no passage shares a word with the question, none came first."""
    queries = [Query("鯨？", "0", ())]
    (miss,) = worst_misses(LIBRARY, queries, ask(LIBRARY, queries, lambda: None), None, 100)
    assert isinstance(miss, Miss)
    assert (miss.first, miss.other) == (None, None)
