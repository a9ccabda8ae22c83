"""Follow-ups as people type them, on the built-in article and on small documents: floors below what was measured."""

from __future__ import annotations

import json
from functools import cache
from typing import NamedTuple

import pytest

from bot.answerer import Answer, Answerer
from bot.conversation import NEW_CONVERSATION
from index.search.library import Library
from tests.conftest import ROOT
from tests.knowledge import library_of_files

DATA = ROOT / "tests" / "data"
# Half to tune on, half to keep.
DEVELOPMENT, HELD_OUT = "follow_ups.json", "follow_ups_held_out.json"
SHOWN = 3


class FollowUp(NamedTuple):
    """A question after earlier ones; right passages have one of the `expected` texts, none where nothing answers it."""

    documents: str
    earlier: list[str]
    question: str
    expected: list[str]


class Outcome(NamedTuple):
    """What came of a follow-up: the answer, and the rank of the first right passage, if it is among those shown."""

    follow_up: FollowUp
    answer: Answer
    rank: int | None


@cache
def follow_ups(name: str) -> list[FollowUp]:
    """The follow-ups in a file."""
    return [FollowUp(**fields) for fields in json.loads((DATA / name).read_bytes())]


def ask(library: Library, follow_up: FollowUp) -> Outcome:
    """Ask a follow-up, after those before it."""
    answerer = Answerer(library)
    conversation = NEW_CONVERSATION
    for earlier in follow_up.earlier:
        conversation = answerer.ask(earlier, SHOWN, conversation).conversation
    answer = answerer.ask(follow_up.question, SHOWN, conversation)
    right = (hit.rank for hit in answer.result.hits if any(text in hit.passage.text for text in follow_up.expected))
    return Outcome(follow_up, answer, next(right, None))


@pytest.fixture(scope="module")
def documents() -> Library:
    """The library of the small documents."""
    return library_of_files(DATA / "follow_up_documents")


@pytest.fixture(scope="module")
def outcomes(article: Library, documents: Library) -> dict[str, list[Outcome]]:
    """What came of every follow-up, by file."""
    libraries = {"article": article, "follow_up_documents": documents}
    return {
        name: [ask(libraries[follow_up.documents], follow_up) for follow_up in follow_ups(name)]
        for name in (DEVELOPMENT, HELD_OUT)
    }


@pytest.mark.parametrize(
    ("name", "shown", "floor"),
    [(DEVELOPMENT, 1, 0.72), (DEVELOPMENT, 3, 0.9), (HELD_OUT, 1, 0.72), (HELD_OUT, 3, 0.75)],
)
def test_right_passages_are_found(outcomes: dict[str, list[Outcome]], name: str, shown: int, floor: float) -> None:
    """Of the follow-ups with an answer, so large a share has a right passage among the first."""
    ranks = [outcome.rank for outcome in outcomes[name] if outcome.follow_up.expected]
    assert sum(rank is not None and rank <= shown for rank in ranks) / len(ranks) >= floor


@pytest.mark.parametrize(("name", "most"), [(DEVELOPMENT, 0.12), (HELD_OUT, 0.12)])
def test_few_are_answered_wrongly(outcomes: dict[str, list[Outcome]], name: str, most: float) -> None:
    """No more than so large a share is said to be answered by a passage that does not answer."""
    wrong = [outcome for outcome in outcomes[name] if outcome.answer.result.answered and outcome.rank != 1]
    assert len(wrong) / len(outcomes[name]) <= most


@pytest.mark.parametrize("name", [DEVELOPMENT, HELD_OUT])
def test_a_question_word_alone_asks_for_more_words(outcomes: dict[str, list[Outcome]], name: str) -> None:
    """Without a conversation nothing is found by chance: the answer says that the question needs more words."""
    bare = [outcome.answer for outcome in outcomes[name] if not outcome.follow_up.earlier]
    assert bare
    for answer in bare:
        assert answer.needs_words
        assert not answer.result.hits
        assert answer.result.certainty == "none"


HALL, COMPUTERS, COFFEE, STREET = (
    "みどり体育館の利用案内",
    "社内パソコンの手引き",
    "コーヒーメーカー「あさひ2」の使い方",
    "商店街の歩行者天国",
)


@pytest.mark.parametrize(
    ("earlier", "question", "title"),
    [
        ("会議室を予約したい", "延長はある？", HALL),
        ("ノートパソコンを借りたい", "延長はある？", COMPUTERS),
        ("プールはいくら？", "子どもは？", HALL),
        ("歩行者天国はいつ？", "子どもは？", STREET),
        ("VPNの使い方", "そのときの注意点は？", COMPUTERS),
        ("コーヒーメーカーの手入れ", "そのときの注意点は？", COFFEE),
        ("駐車場は何台？", "時間は？", HALL),
        ("歩行者天国はいつ？", "時間は？", STREET),
    ],
)
def test_a_follow_up_stays_in_the_document(documents: Library, earlier: str, question: str, title: str) -> None:
    """The same short question is answered from the document that was talked of."""
    answer = ask(documents, FollowUp("", [earlier], question, [])).answer
    assert answer.about
    assert answer.result.hits[0].passage.title == title


@pytest.mark.parametrize(
    ("earlier", "question", "title"),
    [
        ("VPNの使い方", "プールはいくら？", HALL),
        ("会議室の予約", "カラー印刷は何枚まで？", COMPUTERS),
        ("パスワードの決まりは？", "コーヒーの保温は何分？", COFFEE),
        ("コーヒーメーカーの手入れ", "歩行者天国は雨の日もやる？", STREET),
        ("歩行者天国はいつ？", "じゃあ会議室は？", HALL),
    ],
)
def test_a_change_of_topic_is_noticed(documents: Library, earlier: str, question: str, title: str) -> None:
    """A question about something of its own is answered from where that is."""
    assert ask(documents, FollowUp("", [earlier], question, [])).answer.result.hits[0].passage.title == title


@pytest.mark.parametrize("earlier", ["プールはいくら？", "VPNの使い方", "コーヒーメーカーの手入れ"])
def test_more_goes_on_in_the_same_document(documents: Library, earlier: str) -> None:
    """他には？ shows further passages of the document first, then perhaps of others, and then says that it ends."""
    answerer = Answerer(documents)
    answer = answerer.ask(earlier, 1)
    title = answer.result.hits[0].passage.title
    same = []
    while not answer.ends:
        answer = answerer.ask("他には？", 1, answer.conversation)
        same += [hit.passage.title == title for hit in answer.result.hits]
    assert sum(same) > 1
    assert same == sorted(same, reverse=True)
