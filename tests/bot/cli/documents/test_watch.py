"""`kotae watch`: a folder is followed while it changes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import Program
from tests.index.store.postgresql import Server
from tests.processes import PATIENCE
from tests.stores import new_store, write


def hits(program: Program, question: str, changes: dict[str, str]) -> list[str]:
    """The texts of all hits."""
    answer = json.loads(program.call("ask", "--json", question, **changes).stdout)
    return [hit["text"] for hit in answer["hits"]]


@pytest.mark.skipif(os.name == "nt", reason="Windows cannot ask a process to end")
def test_changes_are_taken_over_as_they_happen(program: Program, tmp_path: Path) -> None:
    """What is written, edited and deleted is answered from within seconds, until SIGTERM ends it well."""
    changes = {"KOTAE_DATABASE_URL": f"sqlite:///{tmp_path}/kotae.db", "KOTAE_CACHE_DIR": str(tmp_path / "cache")}
    new_store(tmp_path)
    folder = tmp_path / "folder"
    write(folder, {"a.md": "有給休暇は十日です。"})
    with program.running("watch", str(folder), **changes) as process:
        assert process.stdout is not None
        assert "新規 1" in process.stdout.readline()
        assert "Ctrl-C" in process.stdout.readline()
        write(folder, {"b.txt": "駐車場は裏にあります。"})
        _until(lambda: "駐車場は裏にあります。" in hits(program, "駐車場", changes))
        write(folder, {"b.txt": "駐車場は表にあります。"})
        _until(lambda: "駐車場は表にあります。" in hits(program, "駐車場", changes))
        (folder / "b.txt").unlink()
        _until(lambda: "駐車場は表にあります。" not in hits(program, "駐車場", changes))
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0


@pytest.mark.skipif(sys.platform != "linux", reason="The processes of the server are read from /proc")
def test_what_another_adds_is_watched_and_an_outage_loses_nothing(program: Program, tmp_path: Path) -> None:
    """All sources are those of now; what changed while the database was down is taken over once it is back."""
    server = Server(durable=True)
    try:
        changes = {"KOTAE_DATABASE_URL": server.new_store(), "KOTAE_CACHE_DIR": str(tmp_path / "cache")}
        first, second = tmp_path / "first", tmp_path / "second"
        write(first, {"a.md": "有給休暇は十日です。"})
        write(second, {"b.md": "駐車場は裏にあります。"})
        program.run("add", str(first), **changes)
        with program.running("watch", **changes) as process:
            assert process.stdout
            assert process.stderr
            for said in ("変更なし 1", "Ctrl-C"):
                assert said in process.stdout.readline()
            program.run("add", str(second), **changes)
            write(second, {"b.md": "駐車場は表にあります。"})
            _until(lambda: "駐車場は表にあります。" in program.run("ask", "駐車場", **changes).stdout)
            server.kill()
            write(second, {"b.md": "駐車場は横にあります。"})
            assert "接続できません" in process.stderr.readline()
            server.start()
            _until(lambda: "駐車場は横にあります。" in program.run("ask", "駐車場", **changes).stdout)
    finally:
        server.remove()


def _until(condition: object) -> None:
    end = time.monotonic() + PATIENCE
    assert callable(condition)
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.2)


@pytest.mark.parametrize("arguments", [["watch"], ["watch", "nowhere"]], ids=["nothing", "nowhere"])
def test_there_must_be_something_to_watch(program: Program, tmp_path: Path, arguments: list[str]) -> None:
    """Without a folder there is one sentence, and status 2."""
    result = program.call(*arguments, KOTAE_DATABASE_URL=f"sqlite:///{tmp_path}/kotae.db")
    assert result.returncode == 2
    assert result.stderr.count("\n") == 1


@pytest.mark.skipif(os.name == "nt", reason="Windows cannot ask a process to end")
def test_files_that_are_replaced_and_folders_that_come_back(program: Program, tmp_path: Path) -> None:
    """A file that an editor puts another one in the place of is followed, and so is a folder that was made again."""
    changes = {"KOTAE_DATABASE_URL": f"sqlite:///{tmp_path}/kotae.db", "KOTAE_CACHE_DIR": str(tmp_path / "cache")}
    new_store(tmp_path)
    folder, file = tmp_path / "folder", tmp_path / "alone.md"
    write(tmp_path, {"folder/a.md": "有給休暇は十日です。", "alone.md": "駐車場は裏にあります。"})
    with program.running("watch", str(folder), str(file), **changes) as process:
        assert process.stdout is not None
        assert "新規 2" in process.stdout.readline()
        for place in ("表", "横"):
            write(tmp_path, {"new": f"駐車場は{place}にあります。"})
            (tmp_path / "new").replace(file)
            _until(lambda place=place: f"駐車場は{place}にあります。" in hits(program, "駐車場", changes))
        shutil.rmtree(folder)
        time.sleep(1.5)
        write(tmp_path, {"folder/a.md": "有給休暇は二十日です。"})
        _until(lambda: "有給休暇は二十日です。" in hits(program, "有給休暇", changes))
        program.call("remove", str(file), **changes)
        write(tmp_path, {"alone.md": "駐車場は地下にあります。", "folder/b.md": "食堂は三階にあります。"})
        _until(lambda: "食堂は三階にあります。" in hits(program, "食堂", changes))
        assert not [text for text in hits(program, "駐車場", changes) if "駐車場" in text]
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
