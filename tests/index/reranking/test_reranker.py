import pytest

from index.reranking import passage_features, sentence_features
from index.reranking.outline import OutlinedPassage, outline, outline_of
from index.reranking.passage_features import field_of
from index.reranking.reranker import DEPTH, Reranked, candidates_of, features_of, rerank
from index.reranking.weights import PASSAGE_WEIGHTS, SENTENCE_WEIGHTS
from index.types import Passage, Scored
from tests.index.reranking.examples import match_of, query_of

TEXTS = ["投資だ。", "投資の目的は開発だ。", "会社だ。", "目的だ。"]


def found_in(texts: list[str], documents: list[str]) -> dict[int, OutlinedPassage]:
    """Texts as the passages of a collection, each of its document."""
    passages = [Passage(str(number), text, "", "", 1, None, None, "", None) for number, text in enumerate(texts)]
    outlines = [outline(text, outline_of(""))[0] for text in texts]
    return dict(enumerate(map(OutlinedPassage, passages, outlines, documents)))


def reranked(question: str, texts: list[str], order: list[int], document: str = "甲") -> list[Reranked]:
    """Texts of one document ranked again, after an engine that gave them this order and the same score."""
    found = found_in(texts, [document] * len(texts))
    return rerank(query_of(question), [Scored(position, 1.0) for position in order], found)


def test_the_best_comes_first() -> None:
    """What has the question's words in one sentence comes before what has some or none of them."""
    ranked = reranked("投資の目的", TEXTS, [2, 0, 3, 1])
    assert ranked[0].position == 1
    assert ranked[-1].position == 2
    assert sorted(one.position for one in ranked) == [0, 1, 2, 3]
    assert [one.score for one in ranked] == sorted((one.score for one in ranked), reverse=True)


def test_equal_passages_keep_their_order() -> None:
    """Of two that nothing tells apart the one that the engine had first stays first."""
    assert [one.position for one in reranked("猫", ["猫だ。"] * 3, [1, 2, 0])] == [1, 2, 0]


def test_the_features_sum_up_to_the_score() -> None:
    """What each feature brought is its weight times its value."""
    question, ranked = "投資の目的", reranked("投資の目的", TEXTS, [0, 1, 2, 3])
    scored = [Scored(position, 1.0) for position in range(len(TEXTS))]
    candidates = candidates_of(query_of(question), scored, found_in(TEXTS, ["甲"] * len(TEXTS)))
    for one in ranked:
        values = features_of(query_of(question), candidates[one.position], field_of(candidates))
        assert one.features == {name: PASSAGE_WEIGHTS[name] * value for name, value in values.items()}
        assert one.score == pytest.approx(sum(one.features.values()))


def test_the_look_that_was_taken_is_kept() -> None:
    """A passage ranked again need not be looked at again."""
    for one in reranked("投資の目的", TEXTS, [0, 1, 2, 3]):
        assert one.match == match_of("投資の目的", TEXTS[one.position])


def test_what_comes_after_the_depth_keeps_the_order_of_the_engine() -> None:
    """Only the first candidates are ranked again, however good the others are."""
    texts = ["猫だ。"] * (DEPTH - 1) + ["猫と犬だ。", "犬と猫と犬だ。", "猫と犬の話。", "猫だ。"]
    order = list(range(len(texts)))
    positions = [one.position for one in reranked("猫と犬", texts, order)]
    assert positions == [DEPTH - 1, *range(DEPTH - 1), *range(DEPTH, len(texts))]


def test_no_candidates_are_no_error() -> None:
    """Where the engine found nothing there is nothing to rank."""
    assert reranked("猫", TEXTS, []) == []


def test_every_feature_has_a_weight_and_every_weight_a_feature() -> None:
    """The tables were learnt for the features that there are."""
    assert list(PASSAGE_WEIGHTS) == list(passage_features.FEATURES)
    assert list(SENTENCE_WEIGHTS) == list(sentence_features.FEATURES)


@pytest.mark.parametrize(("last", "document"), [("鳥だ。", "甲"), ("猫だ。", "乙")], ids=["its kanji", "its document"])
def test_what_comes_after_the_depth_may_have_what_no_other_has(last: str, document: str) -> None:
    """A late candidate may be the only one with a kanji, or of its document."""
    texts = ["猫だ。"] * DEPTH + [last]
    scored = [Scored(position, 1.0) for position in range(len(texts))]
    ranked = rerank(query_of("猫と鳥"), scored, found_in(texts, ["甲"] * DEPTH + [document]))
    assert ranked[-1].position == DEPTH
