from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from index.audience import Audience
from index.private_files import make_private, private
from index.search.ranking_index import RankingIndex
from index.store.backup.backup import back_up
from index.store.store import Store
from tests.bot.commands import kotae
from tests.stores import document, new_store, put, write

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")


@pytest.fixture(autouse=True)
def generous() -> Iterator[None]:
    """Whatever is made may be read and written by everybody, unless it is made otherwise."""
    before = os.umask(0)
    yield
    os.umask(before)


def permissions(path: Path) -> int:
    """Who may do what with a file."""
    return stat.S_IMODE(path.stat().st_mode)


def test_databases_backups_exports_and_indexes_are_private(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever the umask: databases with their logs, a backup, an export and an index are their owner's."""
    files = tmp_path_factory.mktemp("files")
    write(files, {"handbook.md": "会議室は予約します。"})
    for folder in ("data", "cache"):
        (tmp_path / folder).mkdir()
    database = tmp_path / "data" / "kotae.db"
    with closing(Store.open(f"sqlite:///{database}")) as store:
        put(store, "/handbook", document("a.md", "有給休暇は十日です"), audience=Audience())
        back_up(store, tmp_path / "data" / "backup.zip")
        assert kotae(database, "export", str(tmp_path / "data" / "export.jsonl")) == 0
        RankingIndex(store, tmp_path / "cache", "postings").erase()
        content = ["--content", str(files)]
        assert kotae(database, "ask", "会議室の予約", *content, KOTAE_CACHE_DIR=str(tmp_path / "cache")) == 0
        assert list((tmp_path / "cache" / "content").iterdir())
        made = [path for path in tmp_path.rglob("*") if path.is_file()]
        assert {path.suffix for path in made} >= {".db", ".db-wal", ".db-shm", ".zip", ".jsonl", ".postings"}
        assert {path.name: oct(permissions(path)) for path in made} == {path.name: "0o600" for path in made}


def test_what_others_could_read_they_cannot_once_it_is_opened(tmp_path: Path) -> None:
    """A database that an earlier version made, and an export that is written over, become private."""
    new_store(tmp_path).close()
    database, export = tmp_path / "kotae.db", tmp_path / "export.jsonl"
    export.touch()
    database.chmod(0o644)
    assert kotae(database, "export", str(export), "--force") == 0
    assert permissions(database) == permissions(export) == 0o600


def test_a_file_is_private_before_anything_is_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no moment at which others could open it, nor is one left for what was there before."""
    made = []
    really_open = os.open

    def watched(path: str, flags: int, mode: int = 0o777) -> int:
        descriptor = really_open(path, flags, mode)
        made.append(permissions(Path(path)))
        return descriptor

    monkeypatch.setattr(os, "open", watched)
    make_private(tmp_path / "new")
    assert made == [0o600]
    (tmp_path / "new").chmod(0o644)
    with open(tmp_path / "new", "w", opener=private):
        assert permissions(tmp_path / "new") == 0o600


def test_devices_and_folders_keep_their_permissions(tmp_path: Path) -> None:
    """An export to a device leaves it to everybody."""
    fifo = tmp_path / "pipe"
    os.mkfifo(fifo, 0o666)
    reading = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    with open(fifo, "w", opener=private):
        assert permissions(fifo) == 0o666
    os.close(reading)
