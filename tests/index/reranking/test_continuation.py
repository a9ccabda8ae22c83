import pytest

from index.reranking.continuation import CONTINUES, Context, prefer
from index.reranking.outline import OutlinedPassage, outline, outline_of
from index.reranking.passage_features import Candidate
from index.reranking.reranker import Reranked
from index.types import Passage
from tests.index.reranking.examples import match_of

CONTEXT = Context("規則", "休暇", frozenset({0, 1, 2}))


def candidates(*places: tuple[str, str], score: float = 1.0) -> tuple[list[Reranked], dict[int, OutlinedPassage]]:
    """Passages of the same score, each with its document and heading."""
    found = {}
    for number, (document, heading) in enumerate(places):
        passage = Passage(str(number), "猫だ。", "", heading, 1, None, None, "", None)
        found[number] = OutlinedPassage(passage, outline(passage.text, outline_of(""))[0], document)
    candidate = Candidate(score, "甲", match_of("猫", "猫だ。"))
    return [Reranked(number, score, {"words": score}, candidate) for number in found], found


def test_the_section_comes_before_the_document_and_that_before_others() -> None:
    """Of equal passages those under the heading shown before come first, then those of its document."""
    reranked, found = candidates(("手引き", "休暇"), ("規則", "賃金"), ("規則", "休暇"))
    assert [one.position for one in prefer(reranked, found, CONTEXT)] == [2, 1, 0]


def test_what_is_much_better_elsewhere_stays_first() -> None:
    """A passage of another document may outweigh the context: the topic has changed."""
    reranked, found = candidates(("手引き", "休暇"), ("規則", "休暇"))
    reranked[0] = reranked[0]._replace(score=10.0)
    assert [one.position for one in prefer(reranked, found, CONTEXT)] == [0, 1]


def test_the_features_still_sum_up_to_the_score() -> None:
    """What the context brought is told beside the other features, and only where it brought something."""
    for one in prefer(*candidates(("規則", "休暇"), ("規則", "賃金"), ("手引き", "")), CONTEXT):
        assert one.score == pytest.approx(sum(one.features.values()))
        assert (CONTINUES in one.features) is (one.position < 2)
