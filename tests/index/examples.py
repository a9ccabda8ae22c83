"""Passages and libraries that several test files make."""

from collections.abc import Sequence

from index.evaluation.beliefs import Belief
from index.evaluation.question_sets import Query, QuestionSet
from index.evaluation.runner import Outcome
from index.reranking.outline import Outline, outline, outline_of
from index.search.library import Library
from index.types import Passage
from tests.knowledge import library_of


def passage(
    text: str,
    identity: str = "0",
    title: str = "題",
    heading: str = "",
    speaker: str | None = None,
    role: str | None = None,
) -> Passage:
    """A passage of which only what matters to the test is given."""
    return Passage(identity, text, title, heading, 1, speaker, role, "article.md", None)


def outlines_of(passages: Sequence[Passage]) -> list[Outline]:
    """The outlines of passages that stand under nothing."""
    return [outline(one.text, outline_of(""))[0] for one in passages]


def library(*texts: str) -> Library:
    """A library of the texts; a passage's id is its position."""
    return library_of([passage(text, str(position)) for position, text in enumerate(texts)])


def outcome(
    rank: int | None = 1,
    title: str = "題",
    sentence_right: bool | None = None,
    confidence: float = 0.5,
    milliseconds: float = 1.0,
) -> Outcome:
    """An outcome whose right passage has this rank, or was not found among ten."""
    ranked = tuple("right" if place == rank else str(place) for place in range(1, 11))
    return Outcome("何？", title, "right", ranked, sentence_right, confidence, answered=True, milliseconds=milliseconds)


def believed(confidence: float, without: float, *, right: bool = True, of: Outcome | None = None) -> Outcome:
    """An outcome with how sure the halves with and without its article are; from .5 on they answer."""
    return (of or outcome())._replace(
        present=Belief(confidence, confidence >= 0.5, right),
        absent=Belief(without, without >= 0.5, right=False),
    )


ANIMALS = QuestionSet(
    [
        passage("猫の名前はタマ。", "0", "猫"),
        passage("犬の名前はポチ。", "1", "犬"),
        passage("猫は魚を食べる。", "2", "猫"),
        passage("鳥は空を飛ぶ。", "3", "鳥"),
    ],
    [Query("猫の名前は？", "0", ("タマ",)), Query("犬の名前は？", "1", ("ポチ",)), Query("鳥はどこを飛ぶ？", "3", ())],
)
