"""Processes that are killed while they change what is stored."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import psutil
import pytest
from sqlalchemy import select, text

from index.audience import Audience
from index.progress import no_progress
from index.query.question import Question
from index.search.knowledge import Knowledge
from index.search.ranking_index import RankingIndex
from index.store.schema import passage_vectors
from index.store.store import Store
from tests.conftest import ROOT, Program
from tests.processes import PATIENCE, started
from tests.stores import new_store, write

ROUNDS = 8
QUESTIONS = ["第7版の話は？", "続きの話", "有給休暇の3番目の話", "直した話"]

T = TypeVar("T")

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows knows no SIGKILL")


def answers(store: Store, folder: Path) -> list[str]:
    """The texts that are quoted for the questions, through the index that is kept in a folder."""
    index = RankingIndex(store, folder, "postings")
    index.open(no_progress)
    library = Knowledge(store, index).library()
    assert index.engine.size == store.size()
    return [hit.passage.text for question in QUESTIONS for hit in library.search(Question(question), 20).hits]


def is_sound(store: Store) -> bool:
    """Whether the database finds no damage in itself."""
    with store.engine.connect() as connection:
        return bool(connection.execute(text("PRAGMA integrity_check")).scalar() == "ok")


def test_what_was_acknowledged_survives(tmp_path: Path) -> None:
    """Each change that returned is there after the kill; the one under way is there whole, or not at all."""
    store = new_store(tmp_path)
    source = store.put_source("folder", "甲", Audience())
    chance = random.Random(1)
    versions: dict[str, int] = {}
    for seed in range(ROUNDS):
        command = [sys.executable, "-m", "tests.acknowledging", str(tmp_path), str(seed)]
        with started(command, folder=ROOT, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(chance.uniform(0, 0.4))
            process.send_signal(signal.SIGKILL)
            told = [line.split() for line in ["begin - -1", *process.stdout.read().splitlines()]]
        for said, name, version in told[1:]:
            if said == "done":
                versions[name] = int(version)
        under_way = told[-1][1:] if told[-1][0] == "begin" else ["", ""]
        assert is_sound(store)
        there = {kept: _version(store, source, kept) for kept in store.digests(source)}
        for name in {*there, *versions}:
            possible = {versions.get(name, -1)} | ({int(under_way[1])} if name == under_way[0] else set())
            assert there.get(name, -1) in possible
        versions = dict(there)
        texts = {kept.passage.text for _, _, kept in store.all()}
        assert set(answers(store, tmp_path / "index")) <= texts


def _version(store: Store, source: int, name: str) -> int:
    """The version of a document, all of whose passages are of it."""
    found = [kept.passage.text for _, named, kept in store.all() if named == name]
    version = int(found[0].rpartition("第")[2].partition("版")[0])
    assert [text.split("\n")[-1] for text in found] == [f"第{version}版の話。", f"第{version}版の続き。"]
    assert name in store.digests(source)
    return version


@pytest.mark.parametrize("command", ["add", "sync"])
def test_a_killed_command_is_taken_up_where_it_was(program: Program, tmp_path: Path, command: str) -> None:
    """However often it is killed, documents are whole, and in the end all is as if it had run once."""
    folder, environment = tmp_path / "folder", {"KOTAE_DATABASE_URL": f"sqlite:///{tmp_path}/kotae.db"}
    chance = random.Random(command)
    old = {f"{number}.md": f"# 題{number}\n\n有給休暇の{number}番目の話。\n\n続き{number}。" for number in range(700)}
    write(folder, old)
    new_store(tmp_path)
    for _ in range(3):
        _kill_after(program, chance.uniform(0.5, 2.5), command, str(folder), **environment)
        assert _documents(tmp_path) <= set(old.values())
    assert program.run(command, str(folder), **environment).returncode == 0
    assert _documents(tmp_path) == set(old.values())
    edited = {name: text.replace("番目", "回目に直した") for name, text in old.items() if chance.random() < 0.5}
    write(folder, edited)
    gone = [name for name in old if name not in edited and chance.random() < 0.5]
    for name in gone:
        (folder / name).unlink()
    for _ in range(3):
        _kill_after(program, chance.uniform(0.5, 2), command, str(folder), **environment)
        assert _documents(tmp_path) <= {*old.values(), *edited.values()}
    assert program.run(command, str(folder), **environment).returncode == 0
    expected = {**old, **edited}
    if command == "sync":
        expected = {name: text for name, text in expected.items() if name not in gone}
    assert _documents(tmp_path) == set(expected.values())
    store = new_store(tmp_path)
    assert is_sound(store)
    assert set(answers(store, tmp_path / "index")) <= {kept.passage.text for _, _, kept in store.all()}


def test_what_was_encoded_before_a_kill_is_not_encoded_again(program: Program, tmp_path: Path) -> None:
    """Vectors that are in the store stay; the next start makes the rest, and has those of every passage."""
    folder, store = tmp_path / "folder", new_store(tmp_path)
    write(folder, {f"{number}.md": f"# 題{number}\n\n有給休暇の{number}番目の話。" for number in range(600)})
    changes = {"KOTAE_DATABASE_URL": f"sqlite:///{tmp_path}/kotae.db", "KOTAE_ENCODER": "use"}
    environment = program.environment(**changes)
    command = program.command("add", str(folder))
    with started(command, environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _wait_for(lambda: _vectors(store))
        process.kill()
    before = _vectors(store)
    assert 0 < len(before) < store.size()
    assert is_sound(store)
    assert program.run("sync", **changes).returncode == 0
    after = _vectors(store)
    assert after.keys() == {kept.number for _, _, kept in store.all()}
    assert {number: after[number] for number in before} == before


def _vectors(store: Store) -> dict[int, bytes]:
    """The vectors in the store, by passage."""
    with store.engine.connect() as connection:
        return dict(connection.execute(select(passage_vectors.c.passage, passage_vectors.c.vectors)).all())


def _kill_after(program: Program, seconds: float, *arguments: str, **changes: str) -> None:
    streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with started(program.command(*arguments), program.environment(**changes), program.folder, **streams) as process:
        time.sleep(seconds)
        process.kill()


def _documents(folder: Path) -> set[str]:
    """The documents in the store, each as the Markdown that it was made of."""
    texts: dict[tuple[str, str], list[str]] = {}
    for location, name, kept in new_store(folder).all():
        if location != "built-in":
            texts.setdefault((name, kept.passage.title), []).append(kept.passage.text)
    return {f"# {title}\n\n" + "\n\n".join(paragraphs) for (_, title), paragraphs in texts.items()}


def test_nothing_is_left_running(program: Program, tmp_path: Path) -> None:
    """The processes that a command started end when it is killed."""
    folder = tmp_path / "folder"
    write(folder, {f"{number}.md": f"有給休暇の{number}番目の話。\n\n" * 20 for number in range(500)})
    command = program.command("add", str(folder))
    changed = program.environment(KOTAE_DATABASE_URL=f"sqlite:///{tmp_path}/kotae.db")
    with started(command, changed, program.folder, stdout=subprocess.DEVNULL) as process:
        children = _wait_for(lambda: _children(process.pid))
        process.kill()
        # What is ended with the block has ended by itself before.
        process.wait(PATIENCE)
        assert _wait_for(lambda: not any(map(psutil.pid_exists, children)))


def _children(pid: int) -> list[int]:
    """The processes under one, when all that it starts are there."""
    found = [child.pid for child in psutil.Process(pid).children(recursive=True)]
    return found if len(found) >= 2 else []


def _wait_for(condition: Callable[[], T]) -> T:
    """What a condition gives when it is fulfilled, or at the last."""
    until = time.monotonic() + 20
    while not (found := condition()) and time.monotonic() < until:
        time.sleep(0.05)
    return found
