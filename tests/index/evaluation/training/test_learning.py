import json
from functools import partial
from pathlib import Path
from runpy import run_path

import numpy
import pytest

from index.evaluation.question_sets import Query
from index.evaluation.training import calibration, learning
from index.evaluation.training.learning import choices, cross_validated, main, right_first, write
from index.evaluation.training.softmax import Choices, learn
from index.reranking import passage_features, sentence_features
from index.reranking.reranker import WEIGHTS
from tests.index.examples import library

TABLES = {"PASSAGE_WEIGHTS": {"one": 1.5, "two": -2.0}, "SENTENCE_WEIGHTS": {"three": 0.0}}


def told_by_the_second(questions: int = 40, alternatives: int = 4) -> Choices:
    """Questions whose right alternative has more of the second of three features; the others are noise."""
    random = numpy.random.default_rng(1)
    features = random.normal(size=(questions, alternatives, 3))
    right = numpy.eye(alternatives)[random.integers(alternatives, size=questions)]
    features[:, :, 1] += 2 * right
    there = numpy.ones((questions, alternatives), dtype=bool)
    return Choices(features, there, right, numpy.arange(questions))


def told_by_each_its_own(articles: int) -> Choices:
    """One question an article, whose right alternative, the second, is told by a feature of that article alone."""
    features = numpy.zeros((articles, 2, articles))
    features[range(articles), 1, range(articles)] = 1.0
    right = numpy.tile([0.0, 1.0], (articles, 1))
    return Choices(features, numpy.ones((articles, 2), dtype=bool), right, numpy.arange(articles))


def test_the_feature_that_tells_gets_the_weight() -> None:
    """What the right alternatives have more of counts for them, and more than noise."""
    weights = learn([told_by_the_second()])
    assert weights[1] > 0
    assert weights[1] > 3 * max(abs(weights[0]), abs(weights[2]))
    assert right_first(told_by_the_second(), weights).mean() > 0.8


def test_a_feature_that_speaks_against_gets_a_negative_weight() -> None:
    """What the right alternatives have less of counts against."""
    one = told_by_the_second()
    assert learn([one._replace(features=-one.features)]) == pytest.approx(-learn([one]))


def test_a_feature_that_never_changes_counts_nothing() -> None:
    """What all alternatives have tells none from another."""
    one = told_by_the_second()
    one.features[:, :, 0] = 7.0
    assert learn([one])[0] == pytest.approx(0.0)


def test_questions_without_a_right_alternative_do_not_matter() -> None:
    """Where the engine did not find the right passage there is nothing to learn."""
    one = told_by_the_second()
    twice = Choices(*(numpy.concatenate([values, values]) for values in one))
    twice.right[len(one.right) :] = 0.0
    assert learn([twice]) == pytest.approx(learn([one]))
    assert not right_first(twice, learn([one]))[len(one.right) :].any()


def test_alternatives_that_are_not_there_do_not_matter() -> None:
    """A question with fewer alternatives is filled up with what is never chosen."""
    one = told_by_the_second()
    filled = Choices(
        numpy.concatenate([one.features, numpy.full_like(one.features, 100.0)], axis=1),
        numpy.concatenate([one.there, ~one.there], axis=1),
        numpy.concatenate([one.right, 0 * one.right], axis=1),
        one.articles,
    )
    weights = learn([one])
    assert learn([filled]) == pytest.approx(weights)
    assert (right_first(filled, weights) == right_first(one, weights)).all()


def test_each_set_counts_the_same() -> None:
    """A set that is twice as long, with the same questions again, weighs no more."""
    one, other = told_by_the_second(), told_by_the_second(questions=20)
    twice = Choices(*(numpy.concatenate([values, values]) for values in one))
    both = [other._replace(features=-other.features)]
    assert learn([one, *both]) == pytest.approx(learn([twice, *both]), rel=0.1)
    assert right_first(one, learn([one, one])).mean() > 0.8


def test_cross_validation_learns_from_other_articles() -> None:
    """What tells only an article's own questions is of no use for them."""
    own = told_by_each_its_own(5)
    assert right_first(own, learn([own])).all()
    assert cross_validated([own]) == [0.0]


def test_cross_validation_gives_a_share_a_set() -> None:
    """What tells in all articles tells in those that were not learnt from."""
    shares = cross_validated([told_by_the_second(), told_by_the_second(questions=20)])
    assert len(shares) == 2
    assert min(shares) > 0.7


@pytest.mark.parametrize("of_sentences", [False, True], ids=["passages", "sentences"])
def test_choices_know_the_right_alternative(*, of_sentences: bool) -> None:
    """The right passage is one of the candidates, the right sentence the one of its passage that has an answer."""
    collection = library("猫は寝た。犬は寝た。", "犬が鳴いた。声は高い。鳥もいた。", "鳥が飛んだ。")
    queries = [Query("犬は何をしたか", "1", ("高い",)), Query("魚は", "2", ()), Query("鳥は", "2", ("無い",))]
    found = choices(collection, queries, of_sentences)
    if of_sentences:
        assert found.features.shape == (2, 3, len(sentence_features.FEATURES))
        assert found.right.tolist() == [[0, 1, 0], [0, 0, 0]]
        assert found.there.tolist() == [[True, True, True], [True, False, False]]
    else:
        assert found.features.shape == (3, 2, len(passage_features.FEATURES))
        assert found.right.sum(axis=1).tolist() == [1, 0, 1]
        assert found.there.sum(axis=1).tolist() == [2, 1, 2]


def test_several_right_sentences_share_the_probability() -> None:
    """Where more than one sentence has an answer, each is right in part."""
    found = choices(library("猫がいた。猫と犬だ。鳥だ。"), [Query("猫は", "0", ("猫",))], of_sentences=True)
    assert found.right.tolist() == [[0.5, 0.5, 0.0]]


def test_weights_are_written_as_a_module(tmp_path: Path) -> None:
    """What is written can be imported, and says the same in the same order."""
    path = tmp_path / "weights.py"
    write(TABLES, path)
    found = run_path(str(path))
    assert {name: found[name] for name in TABLES} == TABLES
    assert [list(found[name]) for name in TABLES] == [list(table) for table in TABLES.values()]
    assert "not by hand" in found["__doc__"]


def test_weights_are_learnt_from_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """From question sets to a module with a weight for every feature, and a report that names each."""
    articles = [
        {
            "title": title,
            "paragraphs": [paragraph(f"{title}は寝た。{title}の声は高い。"), paragraph(f"{title}は{number}匹だ。")],
        }
        for number, title in enumerate("猫犬鳥魚馬牛", start=2)
    ]
    path, written = tmp_path / "set.json", tmp_path / "weights.py"
    path.write_text(json.dumps({"data": articles}), encoding="utf-8")
    monkeypatch.setattr(learning, "write", partial(write, path=written))
    monkeypatch.setattr(calibration, "_SIZES", {4: 2, 6: 2})
    before = dict(WEIGHTS)
    try:
        main([str(path), "--ablation"])
    finally:
        WEIGHTS.update(before)
    found = run_path(str(written))
    assert list(found["PASSAGE_WEIGHTS"]) == list(passage_features.FEATURES)
    assert list(found["SENTENCE_WEIGHTS"]) == list(sentence_features.FEATURES)
    printed = capsys.readouterr().out.split()
    assert {"PASSAGE_WEIGHTS", "SENTENCE_WEIGHTS", *passage_features.FEATURES, *sentence_features.FEATURES} <= {
        *printed
    }


def paragraph(context: str) -> dict[str, object]:
    """A SQuAD paragraph with a question that its last sentence answers."""
    *_, answer, _ = context.split("。")
    title = context[0]
    return {"context": context, "qas": [{"question": f"{title}の声や数は", "answers": [{"text": answer}]}]}
