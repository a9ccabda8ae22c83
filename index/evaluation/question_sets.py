"""Question sets in SQuAD format: each distinct context is a passage, and each question's right passage its own context."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from index.errors import ContentMissing, ContentUnreadable, FolderWithoutDocuments, QuestionSetInvalid
from index.types import Passage

_TITLE_SEPARATOR = " [SEP] "


class Query(NamedTuple):
    """A question, the id of the passage that answers it, and the texts that are right answers."""

    question: str
    passage_id: str
    answers: tuple[str, ...]


class QuestionSet(NamedTuple):
    """Passages and the questions about them."""

    passages: list[Passage]
    queries: list[Query]


def read_question_sets(paths: Iterable[Path]) -> QuestionSet:
    """The passages and questions of SQuAD files, or of the .json files of folders; raises KotaeError.

    A context that begins with its title and ` [SEP] `, as in JSQuAD, is parted from it.
    """
    passages: dict[str, Passage] = {}
    queries: list[Query] = []
    for path in _files(paths):
        try:
            articles = json.loads(path.read_bytes())["data"]
            for article in articles:
                for paragraph in article["paragraphs"]:
                    _read_paragraph(article.get("title", ""), paragraph, path, passages, queries)
        except OSError as error:
            raise ContentUnreadable(path=str(path), reason=error.strerror or str(error)) from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise QuestionSetInvalid(path=str(path), reason=f"{type(error).__name__}: {error}") from error
    if not queries:
        raise QuestionSetInvalid(path=", ".join(map(str, paths)), reason="no questions")
    return QuestionSet(list(passages.values()), queries)


def fingerprint(questions: QuestionSet) -> str:
    """What two question sets have in common only if passages, titles, questions and answers are the same."""
    content = [[[passage.title, passage.text] for passage in questions.passages], questions.queries]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def _files(paths: Iterable[Path]) -> Iterable[Path]:
    for path in paths:
        if path.is_dir():
            files = sorted(path.rglob("*.json"))
            if not files:
                raise FolderWithoutDocuments(path=str(path), known=".json")
            yield from files
        elif path.exists():
            yield path
        else:
            raise ContentMissing(path=str(path))


def _read_paragraph(
    title: str, paragraph: dict[str, Any], path: Path, passages: dict[str, Passage], queries: list[Query]
) -> None:
    context = paragraph["context"]
    if context not in passages:
        own_title, separator, text = context.partition(_TITLE_SEPARATOR)
        passages[context] = Passage(
            id=str(len(passages)),
            text=text if separator else context,
            title=own_title if separator else title,
            heading="",
            paragraph=len(passages) + 1,
            speaker=None,
            role=None,
            source=path.name,
            url=None,
        )
    for question in paragraph.get("qas", ()):
        answers = tuple(answer["text"] for answer in question.get("answers", ()))
        queries.append(Query(question["question"], passages[context].id, answers))
