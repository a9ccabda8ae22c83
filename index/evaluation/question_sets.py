"""Question sets: in SQuAD format, and questions of a chat about folders of documents.

In SQuAD format each distinct context is a passage, and each question's right passage its own context. Questions of a
chat stand one a line in questions.jsonl, beside the folder corpus/ that has a folder of documents for each set:

    {"q": the question, "gold": [what a right passage holds], "kind": "howto", "set": "handbook", "earlier": [questions]}
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from index.documents.passages import to_passages
from index.errors import (
    ContentError,
    ContentMissing,
    ContentUnreadable,
    FolderWithoutDocuments,
    QuestionInvalid,
    QuestionSetInvalid,
)
from index.loaders import find_files
from index.loaders.isolated import IsolatedLoader
from index.types import Passage

CHAT_QUESTIONS, CHAT_CORPUS = "questions.jsonl", "corpus"
_CHAT_SUFFIX = ".jsonl"
_FOLLOW_UP = "followup"
# Among fewer paragraphs hardly any other could be taken for the right one.
FEWEST_PARAGRAPHS = 8

_TITLE_SEPARATOR = " [SEP] "


class Query(NamedTuple):
    """A question, the id of the passage that answers it, and the texts that are right answers."""

    question: str
    passage_id: str
    answers: tuple[str, ...]

    def is_answered_by(self, text: str) -> bool:
        """Whether a text holds any of the right answers."""
        return any(answer in text for answer in self.answers)


class QuestionSet(NamedTuple):
    """Passages and the questions about them."""

    passages: list[Passage]
    queries: list[Query]


class ChatQuestion(NamedTuple):
    """A question of a chat, what a passage that answers it holds, and the questions before it; without gold, none does."""

    question: str
    gold: tuple[str, ...]
    kind: str
    earlier: tuple[str, ...] = ()

    def is_right(self, passage: Passage) -> bool:
        """Whether a passage answers it."""
        return self.is_answered_by(passage.text)

    def is_answered_by(self, text: str) -> bool:
        """Whether a text holds any of the gold texts; white space does not count."""
        text = without_space(text)
        return any(without_space(one) in text for one in self.gold)


class ChatSet(NamedTuple):
    """The passages of a folder of documents, the questions about them, and what could not be read of the folder."""

    name: str
    passages: list[Passage]
    questions: list[ChatQuestion]
    skipped: tuple[ContentError, ...] = ()

    @property
    def understood_alone(self) -> list[ChatQuestion]:
        """The questions that do not need those before them."""
        return [one for one in self.questions if one.kind != _FOLLOW_UP]


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


def articles_of(questions: QuestionSet, fewest: int = FEWEST_PARAGRAPHS) -> list[QuestionSet]:
    """Each article of at least so many paragraphs as a question set of its own."""
    articles: dict[str, QuestionSet] = {}
    title_of = {}
    for passage in questions.passages:
        articles.setdefault(passage.title, QuestionSet([], [])).passages.append(passage)
        title_of[passage.id] = passage.title
    for query in questions.queries:
        articles[title_of[query.passage_id]].queries.append(query)
    return [article for article in articles.values() if len(article.passages) >= fewest]


def is_chat_set(path: Path) -> bool:
    """Whether questions of a chat are at a path: a .jsonl file, or a folder that has questions.jsonl."""
    return path.suffix == _CHAT_SUFFIX or (path / CHAT_QUESTIONS).is_file()


def read_chat_sets(path: Path) -> list[ChatSet]:
    """The sets of questions.jsonl, or of the folder that has it, in the order of the file; raises KotaeError."""
    file = path / CHAT_QUESTIONS if path.is_dir() else path
    questions: dict[str, list[ChatQuestion]] = {}
    for number, line in enumerate(_lines(file), start=1):
        if not line.strip():
            continue
        try:
            name, question = _chat_question(json.loads(line), file.parent / CHAT_CORPUS)
        except (ValueError, KeyError, TypeError) as error:
            reason = f"{type(error).__name__}: {error}"
            raise QuestionInvalid(path=str(file), line=str(number), reason=reason) from error
        questions.setdefault(name, []).append(question)
    if not questions:
        raise QuestionSetInvalid(path=str(file), reason="no questions")
    return [_chat_set(name, file.parent / CHAT_CORPUS / name, of_set) for name, of_set in questions.items()]


def article_set(name: str, documents: Path, files: Iterable[Path]) -> ChatSet:
    """The questions about the built-in article, as the tests have them, about documents at a path."""
    questions = [
        ChatQuestion(one["question"], tuple(one["expected"]), one["kind"], tuple(one["earlier"]))
        for file in files
        for one in json.loads(file.read_bytes())
    ]
    return _chat_set(name, documents, questions)


def fingerprint(questions: QuestionSet) -> str:
    """What two question sets have in common only if passages, titles, questions and answers are the same."""
    content = [[[passage.title, passage.text] for passage in questions.passages], questions.queries]
    return fingerprint_of(content)


def fingerprint_of(content: object) -> str:
    """What two contents, which can be written as JSON, have in common only if they are the same."""
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


def _lines(file: Path) -> list[bytes]:
    try:
        return file.read_bytes().split(b"\n")
    except FileNotFoundError as error:
        raise ContentMissing(path=str(file)) from error
    except OSError as error:
        raise ContentUnreadable(path=str(file), reason=error.strerror or str(error)) from error


def _chat_question(line: dict[str, Any], corpus: Path) -> tuple[str, ChatQuestion]:
    """The name of a question's set, and the question; raises ValueError, KeyError or TypeError."""
    name, texts = line["set"], [line["q"], line["kind"], line["set"], *line["gold"], *line.get("earlier", ())]
    for value in (line["gold"], line.get("earlier", [])):
        if not isinstance(value, list):
            raise TypeError(f"{value!r} is no list")
    if empty := [text for text in texts if not isinstance(text, str) or not text.strip()]:
        raise ValueError(f"{empty[0]!r} is no text")
    if not (corpus / name).is_dir():
        raise ValueError(f"no folder {CHAT_CORPUS}/{name}")
    return name, ChatQuestion(line["q"], tuple(line["gold"]), line["kind"], tuple(line.get("earlier", ())))


def _chat_set(name: str, folder: Path, questions: list[ChatQuestion]) -> ChatSet:
    passages: list[Passage] = []
    skipped = []
    with IsolatedLoader() as loader:
        for file in find_files([folder]):
            try:
                passages += to_passages(loader.load(file))
            except ContentError as error:
                skipped.append(error)
    if not passages:
        raise skipped[0]
    return ChatSet(name, passages, questions, tuple(skipped))


def without_space(text: str) -> str:
    """A text without white space."""
    return "".join(text.split())
