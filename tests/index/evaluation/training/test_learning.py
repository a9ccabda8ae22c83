import json
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from runpy import run_path

import numpy
import pytest

from index.evaluation.training import learning
from index.evaluation.training.cases import FOLDS, Case, Cases, SentenceCase
from index.evaluation.training.learning import learnt, main, write
from index.meaning.encoder import Encoder
from index.meaning.query_adapter import read_adapter
from index.reranking import confidence, passage_features, sentence_features
from index.reranking.lacking_words import NOTHING_KNOWN
from index.reranking.nearness import UNKNOWN
from index.reranking.passage_features import Candidate
from index.reranking.weights import Weights
from tests.index.meaning.examples import Bigrams
from tests.index.reranking.examples import match_of, query_of

TABLES = {
    "ONE": Weights({"one": 1.5, "two": -2.0}, {"three": 0.0}, {"four": 1e-05}),
    "OTHER": Weights({"two": 1.0, "one": 0.5}, {}, {}),
}
PASSAGE = list(passage_features.FEATURES)
SENTENCE = list(sentence_features.FEATURES)


def case(fold: int, place: int, *, feature: str = "runs", answerable: bool = True) -> Case:
    """A question with three candidates, of which the right one, if any, is told by one feature."""
    candidates = [Candidate(1.0, "甲", match_of("猫", "猫だ。"), UNKNOWN)] * 3
    features = numpy.random.default_rng([fold, place]).normal(0, 1, (3, len(PASSAGE)))
    right = numpy.zeros(3, bool)
    if answerable:
        features[place % 3, PASSAGE.index(feature)] += 5.0
        right[place % 3] = True
    return Case(
        "有" if answerable else "無",
        fold,
        query_of("猫"),
        candidates,
        features,
        [NOTHING_KNOWN] * 3,
        right,
        10,
        answerable,
    )


def sentence_case(fold: int, place: int) -> SentenceCase:
    """A passage of two sentences, of which the right one is told by how near the question's words stand."""
    features = numpy.zeros((2, len(SENTENCE)))
    features[place % 2, SENTENCE.index("near")] = 1.0
    return SentenceCase("有", fold, features, numpy.arange(2) == place % 2)


def right_first(told: str) -> float:
    """The share of questions that is told as right first."""
    return float(told.split("first ")[1].split(maxsplit=1)[0])


@pytest.fixture
def cases() -> Cases:
    """Questions of every fold, with an answer and without."""
    passages = [
        case(fold, place, answerable=answerable)
        for fold in range(FOLDS)
        for place in range(4)
        for answerable in (True, False)
    ]
    return Cases(passages, [sentence_case(fold, place) for fold in range(FOLDS) for place in range(4)])


def test_weights_are_learnt_for_passages_sentences_and_confidence(cases: Cases) -> None:
    """What tells the right one gets a weight, and so does what tells that there is none."""
    found = learnt(cases, ablation=False)
    assert list(found.passage) == PASSAGE
    assert list(found.sentence) == SENTENCE
    assert list(found.confidence) == list(confidence.FEATURES)
    assert max(found.passage, key=lambda name: found.passage[name]) == "runs"
    assert found.sentence["near"] > 0
    assert found.confidence["margin"] > 0


def test_what_is_told_is_of_documents_that_were_not_learnt_from(
    cases: Cases, capsys: pytest.CaptureFixture[str]
) -> None:
    """What tells the right one in all documents is told as right; what tells it in one document alone is of no use."""
    learnt(cases, ablation=False)
    assert right_first(capsys.readouterr().out) > 0.9
    own = [case(fold, place, feature=PASSAGE[fold]) for fold in range(FOLDS) for place in range(4)]
    learnt(Cases(own, cases.sentences), ablation=False)
    assert right_first(capsys.readouterr().out) < 0.7


def test_what_is_lost_without_each_feature_is_told(cases: Cases, capsys: pytest.CaptureFixture[str]) -> None:
    """In hundredths of what is right first: much for the one that tells, little for what is noise."""
    learnt(cases, ablation=True)
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    lost = {line[0]: float(line[-1]) for line in lines if line and line[0] in PASSAGE}
    assert list(lost) == PASSAGE
    assert lost["runs"] == max(lost.values()) > 30


def test_weights_are_written_as_a_module(tmp_path: Path) -> None:
    """What is written can be imported, and says the same in the same order."""
    path = tmp_path / "weights.py"
    write(TABLES, path)
    found = run_path(str(path))
    for name, table in TABLES.items():
        written = found[name]._asdict()
        assert written == table._asdict()
        assert [list(one) for one in written.values()] == [list(one) for one in table]
    assert "not by hand" in found["__doc__"]


def test_weights_are_learnt_from_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """From question sets of all kinds to a module with a weight for every feature, without an encoder and with it."""
    written = tmp_path / "weights.py"
    monkeypatch.setattr(learning, "write", partial(write, path=written))
    monkeypatch.setattr(learning, "ADAPTER", tmp_path / "adapter.npz")
    monkeypatch.setattr(learning, "encoder_named", bigrams)
    squad = tmp_path / "squad.json"
    squad.write_text(json.dumps({"data": [article(title) for title in "猫犬鳥魚馬牛"]}), encoding="utf-8")
    chat = tmp_path / "chat"
    (chat / "corpus" / "zoo").mkdir(parents=True)
    (chat / "corpus" / "zoo" / "zoo.md").write_text("# 動物園\n\n休園日は月曜日です。\n", encoding="utf-8")
    line = {"q": "休園日はいつ？", "gold": ["月曜日"], "kind": "direct", "set": "zoo"}
    (chat / "questions.jsonl").write_text(json.dumps(line), encoding="utf-8")
    asked = tmp_path / "asked.json"
    asked.write_text(
        json.dumps([{"question": "休園日は？", "expected": ["月曜日"], "kind": "direct", "earlier": []}]),
        encoding="utf-8",
    )
    main(["--squad", str(squad), "--every", "2", "--chat", str(chat), "--article", str(chat / "corpus"), str(asked)])
    found = run_path(str(written))
    for name in ("LEXICAL", "WITH_ENCODER"):
        assert [list(table) for table in found[name]] == [PASSAGE, SENTENCE, list(confidence.FEATURES)]
    assert found["LEXICAL"].passage["nearest_sentence"] == 0.0
    assert found["WITH_ENCODER"].passage["nearest_sentence"] != 0.0
    assert (
        read_adapter(tmp_path / "adapter.npz").adapt(Bigrams().question("猫は？")) @ Bigrams().question("猫は？")
        < 0.9999
    )
    printed = capsys.readouterr().out.split()
    assert {"LEXICAL", "WITH_ENCODER", "squad.json", "chat", "article"} <= {*printed}


def bigrams(_name: str, _cache_folder: Path | None) -> Encoder:
    """The encoder of these tests, whichever is wanted."""
    return Bigrams()


def article(title: str) -> Mapping[str, object]:
    """An article in SQuAD format, of eight paragraphs with a question that the last sentence of each answers."""
    return {
        "title": title,
        "paragraphs": [
            {
                "context": f"{title}は寝た。{title}は{number}月に来た。",
                "qas": [{"question": f"{title}は何月に来た？", "answers": [{"text": f"{number}月"}]}],
            }
            for number in range(1, 9)
        ],
    }
