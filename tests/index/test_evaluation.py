import json
import math
from collections.abc import Container, Sequence
from pathlib import Path
from typing import Any

import pytest

from index.errors import ContentMissing, ContentUnreadable, FolderWithoutDocuments, KotaeError, QuestionSetInvalid
from index.evaluation import Query, evaluate, read_question_sets
from index.library import Library
from index.types import QuestionTerm, Scored, Share
from tests.index.examples import library, passage


def paragraph(context: str, *questions: str, answers: Sequence[str] = ()) -> dict[str, Any]:
    """A SQuAD paragraph whose questions all have the same answers."""
    texts = [{"text": answer, "answer_start": context.find(answer)} for answer in answers]
    return {"context": context, "qas": [{"id": text, "question": text, "answers": texts} for text in questions]}


def write(path: Path, *paragraphs: dict[str, Any], title: str = "題") -> Path:
    """A SQuAD file of one article."""
    content = {"version": "1.1", "data": [{"title": title, "paragraphs": paragraphs}]}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


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


def test_contexts_and_questions_are_read(tmp_path: Path) -> None:
    """Each distinct context is a passage, with or without questions; each question knows its passage."""
    one = paragraph("甲の話。", "甲とは？", "甲は誰？", answers=["甲"])
    path = write(tmp_path / "a.json", one, {"context": "乙の話。"}, paragraph("丙の話。"), title="記事")
    passages, queries = read_question_sets([path])
    assert [(p.text, p.title, p.source, p.paragraph) for p in passages] == [
        ("甲の話。", "記事", "a.json", 1),
        ("乙の話。", "記事", "a.json", 2),
        ("丙の話。", "記事", "a.json", 3),
    ]
    identity = passages[0].id
    assert queries == [Query("甲とは？", identity, ("甲",)), Query("甲は誰？", identity, ("甲",))]
    assert len({p.id for p in passages}) == 3


def test_a_title_in_the_context_is_parted_from_it(tmp_path: Path) -> None:
    """As in JSQuAD, what stands before ` [SEP] ` is the title; only the first counts."""
    path = write(tmp_path / "a.json", paragraph("梅雨 [SEP] 雨の季節。 [SEP] 続き。", "梅雨とは？"), title="別")
    (only,) = read_question_sets([path]).passages
    assert (only.title, only.text) == ("梅雨", "雨の季節。 [SEP] 続き。")


def test_equal_contexts_are_one_passage(tmp_path: Path) -> None:
    """A context that occurs again, even in another file, is the same passage, and keeps its questions."""
    write(tmp_path / "b" / "b.json", paragraph("甲の話。", "三？"))
    write(tmp_path / "a.json", paragraph("甲の話。", "一？"), paragraph("乙の話。"), paragraph("甲の話。", "二？"))
    (tmp_path / "notes.txt").write_text("no questions", encoding="utf-8")
    passages, queries = read_question_sets([tmp_path])
    assert [p.text for p in passages] == ["甲の話。", "乙の話。"]
    assert [(query.question, query.passage_id) for query in queries] == [
        (q, passages[0].id) for q in ("一？", "二？", "三？")
    ]


@pytest.mark.parametrize(
    "content",
    [
        "{broken",
        "",
        "[]",
        "{}",
        "null",
        '{"data": 1}',
        '{"data": [1]}',
        '{"data": [{}]}',
        '{"data": [{"paragraphs": [{}]}]}',
        '{"data": [{"paragraphs": [{"context": 1}]}]}',
        '{"data": [{"paragraphs": [{"context": "甲", "qas": [{}]}]}]}',
        '{"data": [{"paragraphs": [{"context": "甲", "qas": [{"question": "甲？", "answers": [1]}]}]}]}',
        '{"data": [{"paragraphs": [{"context": "甲"}]}]}',
        '{"data": []}',
    ],
)
def test_what_is_no_question_set_is_told_with_its_path(tmp_path: Path, content: str) -> None:
    """Broken JSON, another format, and a set without questions name the file and a reason."""
    path = tmp_path / "a.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(QuestionSetInvalid) as caught:
        read_question_sets([path])
    assert caught.value.values["path"] == str(path)
    assert caught.value.values["reason"]


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("none", ContentMissing),
        ("none.json", ContentMissing),
        ("empty", FolderWithoutDocuments),
        ("sets", ContentUnreadable),
    ],
)
def test_what_cannot_be_opened_is_told_with_its_path(tmp_path: Path, name: str, error: type[KotaeError]) -> None:
    """A path with nothing there, a folder without sets, and a set that cannot be read are each told."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "sets" / "folder.json").mkdir(parents=True)
    with pytest.raises(error) as caught:
        read_question_sets([tmp_path / name])
    assert caught.value.values["path"].startswith(str(tmp_path / name))
    assert caught.value.values.get("known") == (".json" if error is FolderWithoutDocuments else None)


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
