from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

import pytest
from sqlalchemy import text, update

from index.store import renewal
from index.store.renewal import outdated, renew
from index.store.rows import ANALYSIS_VERSION, analyse_text
from index.store.schema import passages
from index.store.store import Store
from tests.conftest import ROOT
from tests.index.store.examples import document, numbers, put, texts


def make_outdated(store: Store, wanted: str = "1 = 1") -> None:
    """Make passages outdated, with invalid terms."""
    with store.engine.begin() as connection:
        connection.execute(update(passages).where(text(wanted)).values(analysis=ANALYSIS_VERSION - 1, terms=b"\0"))


def terms(store: Store) -> dict[str, bytes]:
    """The terms of each text."""
    with store.changes(0) as changes:
        found = {one.number: one.terms for one in changes.added}
    return {kept.passage.text: found[kept.number] for _, _, kept in store.all()}


def test_nothing_is_renewed_if_nothing_is_outdated(store: Store, source: int) -> None:
    """A store that this version analysed stays as it is."""
    state = put(store, source, document("a.md", "一。"))
    assert (outdated(store), renew(store)) == (0, 0)
    assert store.state() == state


def test_outdated_passages_are_analysed_again(store: Store, source: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """They get new terms and sentences and keep their text and position; other passages stay as they are."""
    monkeypatch.setattr(renewal, "_BATCH_SIZE", 2)
    put(store, source, document("a.md", "犬は遊ぶ。", "猫は寝る。", "鳥は飛ぶ。"), document("b.md", "魚は泳ぐ。"))
    before, old = [kept for _, _, kept in store.all()], numbers(store)
    make_outdated(store, f"number <> {old[3]}")
    assert outdated(store) == 3
    steps: list[str] = []

    def progress(name: str, count: int) -> Callable[[], object]:
        steps.append(f"{name} {count}")
        return lambda: steps.append("step")

    assert renew(store, progress) == 3
    assert steps == ["analyse 3", *["step"] * 3]
    assert outdated(store) == 0
    after = [kept for _, _, kept in store.all()]
    assert [one.passage for one in after] == [one.passage for one in before]
    assert [one.document for one in after] == [one.document for one in before]
    assert after[0].sentences[0].lemmas == "犬\tは\t遊ぶ\t。"
    assert after[3] == before[3]
    expected = {text: analyse_text(text).terms for text in ("犬は遊ぶ。", "猫は寝る。", "鳥は飛ぶ。")}
    assert terms(store) | expected == terms(store)


def test_indexes_follow(store: Store, source: int) -> None:
    """For an index the old passages are removed and new ones added."""
    put(store, source, document("a.md", "一。", "二。"))
    old = numbers(store)
    make_outdated(store)
    renew(store)
    with store.changes(1) as changes:
        assert sorted(changes.removed) == old
        assert [one.number for one in changes.added] == numbers(store)
    assert not set(old) & set(numbers(store))


def test_a_passage_that_is_removed_meanwhile_stays_removed(
    store: Store, source: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Documents that others remove or edit during the analysis stay removed or edited."""
    put(store, source, document("a.md", "一。"), document("b.md", "二。"), document("c.md", "三。"))
    make_outdated(store)

    def edit_meanwhile(text: str) -> object:
        if text == "一。":
            put(store, source, document("b.md", "新しい。"), removed=["a.md"])
        return analyse_text(text)

    monkeypatch.setattr(renewal, "analyse_text", edit_meanwhile)
    renew(store)
    assert texts(store) == [("/handbook", "c.md", "三。"), ("/handbook", "b.md", "新しい。")]
    assert outdated(store) == 0


def test_a_killed_renewal_is_resumed(store: Store, source: int, url: str) -> None:
    """After kill -9 the rest is done the next time; nothing is lost or duplicated."""
    put(store, source, *(document(f"{number}.md", f"{number}匹の犬。") for number in range(10)))
    before = texts(store)
    make_outdated(store)
    code = (
        "import os, sys; from index.store import renewal; from index.store.store import Store\n"
        "renewal._BATCH_SIZE = 2; analyse = renewal.analyse_text; done = []\n"
        "def die_later(text):\n"
        "    done.append(text)\n"
        "    return analyse(text) if len(done) < 6 else os.kill(os.getpid(), 9)\n"
        "renewal.analyse_text = die_later; renewal.renew(Store.open(sys.argv[1]))\n"
    )
    killed = subprocess.run(
        [sys.executable, "-c", code, url], env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False, timeout=30
    )
    assert killed.returncode not in (0, 1)
    assert outdated(store) == 6
    assert renew(store) == 6
    assert texts(store) == before
    assert terms(store) == {text: analyse_text(text).terms for _, _, text in before}
