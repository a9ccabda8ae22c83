"""What is answered from, by who asks."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.audience import CHANNEL, EVERYBODY, Audience
from index.query.question import Question
from index.search.knowledge import Admits, Knowledge, everything
from tests.stores import document, new_store, put

QUESTION = Question("有給休暇は何日？")


def _public(audience: Audience) -> bool:
    return audience.kind == EVERYBODY


@pytest.mark.parametrize(
    ("admits", "others", "found"),
    [
        (everything, [], "例の有給休暇は十日です。"),
        (_public, [], "例の有給休暇は十日です。"),
        (_public, [Audience(CHANNEL, 1, 2)], "例の有給休暇は十日です。"),
        (everything, [Audience(CHANNEL, 1, 2)], "うちの有給休暇は二十日です。"),
        (_public, [Audience()], "うちの有給休暇は二十日です。"),
    ],
)
def test_the_fallback_answers_those_who_may_read_nothing_else(
    tmp_path: Path, admits: Admits, others: list[Audience], found: str
) -> None:
    """What others may read makes no difference; without a fallback all is answered from."""
    store = new_store(tmp_path)
    put(store, "例", document("a.md", "例の有給休暇は十日です"))
    for audience in others:
        put(store, "うち", document("b.md", "うちの有給休暇は二十日です"), audience=audience)
    knowledge = Knowledge.open(store)
    assert len(knowledge.library().collection.documents()) == 1 + len(others)
    knowledge = Knowledge.open(store)
    knowledge.fallback = "例"
    library = knowledge.library(admits)
    assert [hit.passage.text for hit in library.search(QUESTION, 3).hits] == [found]
    assert [passages for _, _, passages in library.collection.documents()] == [1]


def test_the_fallback_comes_back_when_the_others_are_empty_or_gone(tmp_path: Path) -> None:
    """A source without passages takes no answer from anybody."""
    store = new_store(tmp_path)
    put(store, "例", document("a.md", "例の有給休暇は十日です"))
    other = put(store, "うち", document("b.md", "会議室は三つあります"))
    knowledge = Knowledge.open(store)
    knowledge.fallback = "例"
    assert knowledge.library().search(QUESTION, 3).hits == ()
    store.put(other, removed=["b.md"])
    assert len(knowledge.library().search(QUESTION, 3).hits) == 1


def test_what_a_card_shows_of_the_fallback_can_still_be_looked_up(tmp_path: Path) -> None:
    """Buttons of an earlier answer work on after the first source was added, but for whom it is hidden from."""
    store = new_store(tmp_path)
    put(store, "例", document("a.md", "例の有給休暇は十日です", "会議室は三つあります"))
    knowledge = Knowledge.open(store)
    knowledge.fallback = "例"
    (hit,) = knowledge.library().search(QUESTION, 3).hits
    put(store, "うち", document("b.md", "駐車場は裏にあります"))
    library = knowledge.library()
    assert library.passage(hit.passage.id) == hit.passage
    assert len(library.around(hit.passage)) == 2
    assert knowledge.library(lambda _: False).passage(hit.passage.id) is None
