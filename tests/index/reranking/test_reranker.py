import pytest

from index.reranking import passage_features, sentence_features
from index.reranking.nearness import UNKNOWN, Nearness
from index.reranking.outline import OutlinedPassage, outline, outline_of
from index.reranking.passage_features import field_of
from index.reranking.reranker import Reranked, candidates_of, features_of, rerank
from index.reranking.weights import LEXICAL, WITH_ENCODER, Weights
from index.types import Passage, Scored
from tests.index.reranking.examples import match_of, query_of

TEXTS = ["投資だ。", "投資の目的は開発だ。", "会社だ。", "目的だ。"]


def found_in(texts: list[str]) -> dict[int, OutlinedPassage]:
    """Texts as the passages of a document."""
    passages = [Passage(str(number), text, "", "", 1, None, None, "", None) for number, text in enumerate(texts)]
    outlines = [outline(text, outline_of(""))[0] for text in texts]
    return {number: OutlinedPassage(*both, "甲") for number, both in enumerate(zip(passages, outlines, strict=True))}


def reranked(
    question: str, texts: list[str], order: list[int], nearness: dict[int, Nearness] | None = None
) -> list[Reranked]:
    """Texts of one document ranked again, after an engine that gave them this order and the same score."""
    scored = [Scored(position, 1.0) for position in order]
    weights = LEXICAL if nearness is None else WITH_ENCODER
    return rerank(query_of(question), scored, found_in(texts), nearness or {}, weights.passage)


def test_the_best_comes_first() -> None:
    """What has the question's words in one sentence comes before what has some or none of them."""
    ranked = reranked("投資の目的", TEXTS, [2, 0, 3, 1])
    assert ranked[0].position == 1
    assert ranked[-1].position == 2
    assert sorted(one.position for one in ranked) == [0, 1, 2, 3]
    assert [one.score for one in ranked] == sorted((one.score for one in ranked), reverse=True)


def test_of_two_with_the_same_words_the_nearer_in_meaning_comes_first() -> None:
    """Where it is known; a passage without vectors is neither near nor far."""
    near, far = Nearness(0.0, (2.0,)), Nearness(0.0, (-2.0,))
    ranked = reranked("猫", ["猫だ。"] * 3, [0, 1, 2], {0: far, 2: near})
    assert [one.position for one in ranked] == [2, 1, 0]
    assert [one.candidate.nearness for one in ranked] == [near, UNKNOWN, far]


def test_equal_passages_keep_their_order() -> None:
    """Of two that nothing tells apart the one that the engine had first stays first."""
    assert [one.position for one in reranked("猫", ["猫だ。"] * 3, [1, 2, 0])] == [1, 2, 0]


def test_the_features_sum_up_to_the_score() -> None:
    """What each feature brought is its weight times its value."""
    question, ranked = "投資の目的", reranked("投資の目的", TEXTS, [0, 1, 2, 3])
    scored = [Scored(position, 1.0) for position in range(len(TEXTS))]
    candidates = candidates_of(query_of(question), scored, found_in(TEXTS), {})
    for one in ranked:
        values = features_of(query_of(question), candidates[one.position], field_of(candidates))
        assert one.features == {name: LEXICAL.passage[name] * value for name, value in values.items()}
        assert one.score == pytest.approx(sum(one.features.values()))


def test_the_look_that_was_taken_is_kept() -> None:
    """A passage ranked again need not be looked at again."""
    for one in reranked("投資の目的", TEXTS, [0, 1, 2, 3]):
        assert one.candidate.match == match_of("投資の目的", TEXTS[one.position])


def test_no_candidates_are_no_error() -> None:
    """Where nothing was found there is nothing to rank."""
    assert reranked("猫", TEXTS, []) == []


@pytest.mark.parametrize("weights", [LEXICAL, WITH_ENCODER], ids=["words alone", "with an encoder"])
def test_every_feature_has_a_weight_and_every_weight_a_feature(weights: Weights) -> None:
    """The tables were learnt for the features that there are."""
    assert list(weights.passage) == list(passage_features.FEATURES)
    assert list(weights.sentence) == list(sentence_features.FEATURES)


def test_without_an_encoder_nearness_has_no_weight() -> None:
    """Nothing is learnt from what is never there."""
    of_passages = {LEXICAL.passage[name] for name in ("nearest_sentence", "near_sentences", "near_above")}
    assert {*of_passages, LEXICAL.sentence["near_sentence"]} == {0.0}
