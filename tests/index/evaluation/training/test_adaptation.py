from random import Random

import numpy
import pytest

from index.evaluation.question_sets import ChatQuestion, ChatSet, Query, QuestionSet
from index.evaluation.training.adaptation import Pairs, chat_pairs_of, learn_matrix, pairs_of, without_shared_words
from index.meaning.query_adapter import QueryAdapter
from tests.index.examples import passage
from tests.index.meaning.examples import Bigrams

QUESTIONS = 200


def test_what_answers_becomes_the_nearest() -> None:
    """Where each answer is the question turned by a right angle, no cosine finds it, and the learnt matrix does."""
    chance = numpy.random.default_rng(0)
    questions = unit(chance.normal(size=(QUESTIONS, 8)))
    sentences = questions @ numpy.kron(numpy.eye(4), [[0, 1], [-1, 0]])
    adapter = QueryAdapter(learn_matrix([pairs(questions[:100], sentences[:100])]))
    assert right_first(questions[100:], sentences[100:]) < 0.1
    adapted = numpy.array([adapter.adapt(one.astype(numpy.float32)) for one in questions[100:]])
    assert right_first(adapted, sentences[100:]) > 0.7


def test_questions_of_the_fold_that_is_held_out_are_not_learnt_from() -> None:
    """Its questions may be anything."""
    chance = numpy.random.default_rng(0)
    one = pairs(unit(chance.normal(size=(50, 8))), unit(chance.normal(size=(50, 8))))
    other = one._replace(questions=numpy.where(one.folds[:, None] == 1, 0, one.questions))
    assert learn_matrix([one], held_out=1) == pytest.approx(learn_matrix([other], held_out=1))
    assert learn_matrix([one], held_out=0) != pytest.approx(learn_matrix([other], held_out=0))


def test_a_question_is_paired_with_the_sentence_that_holds_the_answer_and_with_those_of_other_passages() -> None:
    """It comes a second time without words of its passage."""
    passages = [
        passage("猫は魚を食べる。犬は肉を食べる。", "a", title="動物"),
        passage("雨が降る。風が吹く。雪が積もる。", "b", title="天気"),
    ]
    found = pairs_of(QuestionSet(passages, [Query("猫と犬は何を食べる？", "a", ("肉",))]), Bigrams(), len)
    assert found.rows[:, 0].tolist() == [1, 1]
    assert [sorted(set(row[1:])) for row in found.rows.tolist()] == [[2, 3, 4], [2, 3, 4]]
    assert found.folds.tolist() == [2, 2]
    assert not numpy.array_equal(found.questions[0], found.questions[1])


def test_a_question_of_a_chat_is_paired_with_what_holds_its_gold() -> None:
    """No passage that answers it stands beside as a wrong one; follow-ups and questions without an answer are left out."""
    passages = [
        passage("猫は魚を食べる。犬は 肉を食べる。", "a"),
        passage("犬は肉を食べるのだ。", "b"),
        passage("雨が降る。", "c"),
    ]
    questions = [
        ChatQuestion("わんこのごはん", ("肉を食べる",), "paraphrase"),
        ChatQuestion("鳥は？", ("肉を食べる",), "followup", ("猫は？",)),
        ChatQuestion("鳥は何を食べる？", (), "unanswerable"),
    ]
    found = chat_pairs_of(ChatSet("動物", passages, questions), Bigrams(), 3)
    assert [(row[0] in (1, 2), {*row[1:]}) for row in found.rows.tolist()] == [(True, {3})]
    assert found.folds.tolist() == [3]


def test_only_words_that_the_passage_has_are_left_out() -> None:
    """A question of other words stays, and is not learnt from twice."""
    chance = Random(0)
    shortened = {without_shared_words("猫は昨日何を食べた？", passage("猫は魚を食べる。"), chance) for _ in range(20)}
    assert shortened == {None, "は昨日何を食べた?", "猫は昨日何をた?", "は昨日何をた?"}
    assert without_shared_words("明日の会議は？", passage("猫は魚を食べる。"), chance) is None


def unit(vectors: numpy.ndarray) -> numpy.ndarray:
    """Vectors of length 1."""
    ones: numpy.ndarray = vectors / numpy.linalg.norm(vectors, axis=1, keepdims=True)
    return ones


def pairs(questions: numpy.ndarray, sentences: numpy.ndarray) -> Pairs:
    """Each question with its sentence and the next sixteen, in two folds."""
    count = len(questions)
    rows = numpy.array([[(row + step) % count for step in range(17)] for row in range(count)])
    return Pairs(sentences.astype(numpy.float32), questions.astype(numpy.float32), rows, numpy.arange(count) % 2)


def right_first(questions: numpy.ndarray, sentences: numpy.ndarray) -> float:
    """The share of questions whose own sentence is the nearest."""
    return float(numpy.mean((questions @ sentences.T).argmax(1) == numpy.arange(len(questions))))
