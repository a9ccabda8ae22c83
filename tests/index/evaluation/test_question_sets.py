import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from index.errors import ContentMissing, ContentUnreadable, FolderWithoutDocuments, KotaeError, QuestionSetInvalid
from index.evaluation.question_sets import Query, QuestionSet, articles_of, fingerprint, read_question_sets
from tests.index.examples import passage


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


def test_a_fingerprint_tells_question_sets_apart() -> None:
    """The same passages and questions have one fingerprint, wherever they were read; any change gives another."""
    passages, queries = [passage("甲の話。", title="甲")], [Query("甲とは？", "0", ("甲",))]
    same = QuestionSet([passages[0]._replace(source="other.json")], list(queries))
    others = [
        QuestionSet([passages[0]._replace(text="乙の話。")], queries),
        QuestionSet([passages[0]._replace(title="乙")], queries),
        QuestionSet(passages, [queries[0]._replace(question="乙とは？")]),
        QuestionSet(passages, [queries[0]._replace(answers=())]),
        QuestionSet(passages, queries * 2),
    ]
    own = fingerprint(QuestionSet(passages, queries))
    assert fingerprint(same) == own
    assert len({own, *map(fingerprint, others)}) == len(others) + 1


def test_each_long_article_is_a_question_set_of_its_own() -> None:
    """An article has its passages and the questions about them; one with fewer paragraphs than asked for is left out."""
    titles = ["甲", "乙", "甲", "丙"]
    passages = [passage(f"{number}番の話。", str(number), title) for number, title in enumerate(titles)]
    queries = [Query(f"{number}番は？", str(number), ()) for number in (2, 1, 0)]
    (only,) = articles_of(QuestionSet(passages, queries), fewest=2)
    assert [one.id for one in only.passages] == ["0", "2"]
    assert [query.passage_id for query in only.queries] == ["2", "0"]
