from __future__ import annotations

import os
import subprocess
import sys
import threading
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import text

from index.audience import Audience
from index.errors import (
    DatabaseDamaged,
    DatabaseDriverMissing,
    DatabaseError,
    DatabaseKindUnsupported,
    DatabaseLocked,
    DatabaseMissing,
    DatabaseNewer,
    DatabaseNotOurs,
    DatabaseUnusable,
    DatabaseUrlInvalid,
    SourceGone,
)
from index.store.connection import is_there, opted_out_of, reading, set_aside, shown_address, writing
from index.store.discord.channels import Channels
from index.store.health import Health, examine
from index.store.schema import REVISION
from index.store.store import Store
from tests.conftest import ROOT
from tests.index.store.examples import document, numbers, put, texts
from tests.processes import PATIENCE, PIPES, started
from tests.stores import on_sqlite

# Writes some documents as soon as a file appears.
WRITER = """
import sys, time
from pathlib import Path
from index.store.store import Store
from tests.index.store.examples import document
url, name, start = sys.argv[1:]
store = Store.open(url)
print(flush=True)
while not Path(start).exists():
    time.sleep(0.001)
for number in range(10):
    store.put(1, [document(f"{name}{number}.md", "一。")])
"""


@on_sqlite
@pytest.mark.parametrize(
    ("setting", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("secure_delete", 1)]
)
def test_sqlite_is_set_up(store: Store, setting: str, value: object) -> None:
    """Every connection uses a write-ahead log, is durable, enforces foreign keys, and overwrites what is deleted."""
    for context in (reading(store.engine), writing(store.engine)):
        with context as connection:
            assert connection.execute(text(f"PRAGMA {setting}")).scalar() == value


@on_sqlite
def test_what_is_deleted_is_overwritten(store: Store, source: int, url: str) -> None:
    """The text of a removed document is nowhere in the files."""
    put(store, source, document("a.md", "秘密の合言葉。" * 50))
    put(store, source, removed=["a.md"])
    store.close()
    folder = Path(shown_address(url)).parent
    assert not [file for file in folder.iterdir() if "秘密の合言葉".encode() in file.read_bytes()]


def test_a_failed_change_is_rolled_back(store: Store, source: int) -> None:
    """A change that fails in its middle changes nothing, not even the generation."""
    put(store, source, document("a.md", "一。"))
    before = store.state()
    with pytest.raises(SourceGone):
        put(store, source + 1, document("b.md", "二。"))
    twice = document("c.md", "三。")
    with pytest.raises(DatabaseError, match=r"(?i)unique"):
        put(store, source, twice, twice, removed=["a.md"])
    assert store.state() == before
    assert texts(store) == [("/handbook", "a.md", "一。")]


def test_readers_do_not_wait_for_a_writer(store: Store, source: int) -> None:
    """During a write transaction others read what was there before."""
    put(store, source, document("a.md", "一。"))
    with writing(store.engine) as connection:
        connection.execute(text("DELETE FROM passages"))
        assert len(numbers(store)) == 1
    assert numbers(store) == []


def test_a_writer_does_not_wait_for_readers(store: Store, source: int) -> None:
    """During a read transaction others write, and the reader sees its snapshot."""
    put(store, source, document("a.md", "一。"))
    with store.changes(0) as changes:
        put(store, source, document("b.md", "二。"))
        assert [one.document for one in changes.added] == ["a.md"]


def test_threads_may_share_a_store(store: Store, source: int) -> None:
    """Writers and readers in threads of one process succeed, each change once."""
    failed: list[BaseException] = []

    def work(name: str) -> None:
        try:
            for number in range(5):
                put(store, source, document(f"{name}{number}.md", "一。"))
                store.size()
        except BaseException as error:  # noqa: BLE001 - told in the thread of the test
            failed.append(error)

    threads = [threading.Thread(target=work, args=[name]) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert (store.size(), store.state().generation) == (20, 20)


def test_two_processes_write_at_once(store: Store, source: int, url: str, tmp_path: Path) -> None:
    """All changes of both are stored, each in a generation of its own."""
    assert source == 1
    start = tmp_path / "start"
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", WRITER, url]
    with ExitStack() as running:
        writers = [running.enter_context(started([*command, name, str(start)], environment, **PIPES)) for name in "ab"]
        for writer in writers:
            assert writer.stdout
            writer.stdout.readline()
        start.touch()
        for writer in writers:
            _, error = writer.communicate(timeout=PATIENCE)
            assert (writer.returncode, error) == (0, "")
    assert (store.size(), store.state().generation) == (20, 20)
    assert len(set(numbers(store))) == 20


def test_a_process_that_is_killed_while_writing_leaves_what_was_there(store: Store, source: int, url: str) -> None:
    """An unfinished change is rolled back, and holds no lock."""
    put(store, source, document("a.md", "一。"))
    code = (
        "import os, sys; from sqlalchemy import text; from index.store.store import Store\n"
        "from index.store.connection import writing\n"
        "with writing(Store.open(sys.argv[1]).engine) as connection:\n"
        "    connection.execute(text('DELETE FROM passages'))\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    killed = subprocess.run(
        [sys.executable, "-c", code, url], env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False, timeout=30
    )
    assert killed.returncode
    assert len(numbers(store)) == 1
    put(store, source, document("b.md", "二。"))
    assert len(numbers(store)) == 2


@pytest.mark.parametrize("url", ["", "kotae.db", "sqlite://", "sqlite:///:memory:", "://"])
def test_an_invalid_url(url: str) -> None:
    """What is no database URL, or a database that would end with the process, is refused."""
    with pytest.raises(DatabaseUrlInvalid):
        Store.open(url)


@pytest.mark.parametrize(
    "url",
    [
        "mysql://kotae:secret@localhost/kotae",
        "mysql+mysqldb://kotae:secret@localhost/kotae",
        "postgresql+asyncpg://kotae:secret@localhost/kotae",
        "postgresql+psycopg2://kotae:secret@localhost/kotae?password=secret",
        "sqlite+aiosqlite:///kotae.db",
        "nonsense://kotae:secret@x/y",
    ],
)
def test_an_unsupported_kind_of_database(url: str) -> None:
    """Other kinds of databases and drivers are refused, whether installed or not, without showing a password."""
    with pytest.raises(DatabaseKindUnsupported) as caught:
        Store.open(url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["postgresql+psycopg://kotae:secret@localhost/kotae", "postgres://kotae@localhost/kotae"]
)
def test_a_missing_driver(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """A driver that is not installed is an error of its own, however the URL names it."""
    monkeypatch.setitem(sys.modules, "psycopg", None)
    monkeypatch.delitem(sys.modules, "index.store.postgresql", raising=False)
    with pytest.raises(DatabaseDriverMissing) as caught:
        Store.open(url)
    assert "secret" not in str(caught.value)


def test_the_password_of_an_invalid_url_is_not_shown() -> None:
    """A URL with an invalid port is invalid, but its password is still a secret."""
    with pytest.raises(DatabaseUrlInvalid) as caught:
        Store.open("postgresql+psycopg://kotae:sec@ret@localhost:port/kotae")
    assert "ret" not in str(caught.value)


def _garbage(file: Path) -> None:
    file.write_bytes(b"no database at all" * 1000)


def _folder(file: Path) -> None:
    file.mkdir()


def _of_another_program(file: Path) -> None:
    _run(file, "CREATE TABLE birds (name TEXT)")


def _of_another_program_with_alembic(file: Path) -> None:
    _run(file, "CREATE TABLE birds (name TEXT)", "CREATE TABLE alembic_version (version_num TEXT)")
    _run(file, "INSERT INTO alembic_version VALUES ('ab12cd')")


def _of_a_newer_version(file: Path) -> None:
    Store.open(f"sqlite:///{file}").close()
    _run(file, "UPDATE alembic_version SET version_num = '9999'")


def _with_a_damaged_page(file: Path) -> None:
    store = Store.open(f"sqlite:///{file}")
    put(store, store.put_source("folder", "/a", Audience()), document("a.md", *("あ" * 500 for _ in range(50))))
    store.close()
    data = bytearray(file.read_bytes())
    data[4096:] = b"\xff" * len(data[4096:])
    file.write_bytes(data)


def _run(file: Path, *statements: str) -> None:
    import sqlite3

    connection = sqlite3.connect(file)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


@pytest.mark.parametrize(
    ("make", "cause"),
    [
        (_garbage, DatabaseDamaged),
        (_with_a_damaged_page, DatabaseDamaged),
        (_folder, DatabaseUnusable),
        (_of_another_program, DatabaseNotOurs),
        (_of_another_program_with_alembic, DatabaseNotOurs),
        (_of_a_newer_version, DatabaseNewer),
    ],
)
def test_a_file_that_is_no_usable_database(tmp_path: Path, make: object, cause: type[DatabaseError]) -> None:
    """Whatever opens it raises an error with the file, which stays as it is."""
    assert callable(make)
    file = tmp_path / "kotae.db"
    make(file)
    before = file.read_bytes() if file.is_file() else b""
    for open_database in (Store.open, examine):
        with pytest.raises(cause) as caught:
            open_database(f"sqlite:///{file}")
        assert caught.value.values["database"] == str(file)
    assert (file.read_bytes() if file.is_file() else b"") == before


def test_a_folder_that_cannot_be_created(tmp_path: Path) -> None:
    """A file at the path of the folder is an error."""
    (tmp_path / "file").touch()
    with pytest.raises(DatabaseUnusable, match=r"kotae\.db"):
        Store.open(f"sqlite:///{tmp_path / 'file' / 'kotae.db'}")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="whoever is root may write everywhere")
@pytest.mark.parametrize("existing", [True, False])
def test_missing_write_permission(tmp_path: Path, existing: bool) -> None:
    """A folder or a file without write permission is an error."""
    folder = tmp_path / "folder"
    folder.mkdir()
    url = f"sqlite:///{folder / 'kotae.db'}"
    if existing:
        Store.open(url).close()
        (folder / "kotae.db").chmod(0o400)
    folder.chmod(0o500)
    try:
        with pytest.raises(DatabaseUnusable):
            Store.open(url).put_source("folder", "/a", Audience())
    finally:
        folder.chmod(0o700)


@on_sqlite
def test_a_read_only_store(store: Store, source: int) -> None:
    """Where the database refuses a change, that is an error and nothing changes."""
    put(store, source, document("a.md", "一。"))
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only = ON")
    with pytest.raises(DatabaseUnusable, match="readonly"):
        put(store, source, document("b.md", "二。"))
    assert len(numbers(store)) == 1


@on_sqlite
def test_a_locked_database(store: Store, source: int) -> None:
    """Waiting too long for another writer is an error of its own, not one of disk space."""
    with writing(store.engine), store.engine.connect() as impatient:
        impatient.exec_driver_sql("PRAGMA busy_timeout = 1")
        impatient.close()
        with pytest.raises(DatabaseLocked):
            put(store, source, document("a.md", "一。"))


def test_the_folder_of_a_new_database_is_created(tmp_path: Path) -> None:
    """A database can be in a folder that does not exist yet."""
    url = f"sqlite:///{tmp_path / '資料 #1' / 'deep' / 'kotae.db'}"
    assert not is_there(url)
    with pytest.raises(DatabaseMissing):
        examine(url)
    assert list(tmp_path.iterdir()) == []
    Store.open(url).close()
    assert is_there(url)


def test_a_database_is_examined(store: Store, source: int, url: str) -> None:
    """Its content is counted and no damage found; the analyses, which the test made up, are mismatched."""
    put(store, source, document("a.md", "一。", "二。"))
    found = Health(REVISION, "", sources=1, documents=1, passages=2, outdated=0, mismatched=2)
    assert examine(url) == found._replace(locations=frozenset({"/handbook"}))


def test_an_empty_file_becomes_a_database(tmp_path: Path) -> None:
    """An empty file has no revision, and becomes a store when it is opened."""
    file = tmp_path / "kotae.db"
    file.touch()
    assert examine(f"sqlite:///{file}").revision is None
    Store.open(f"sqlite:///{file}").close()
    assert examine(f"sqlite:///{file}").revision == REVISION


@on_sqlite
def test_a_database_is_set_aside_with_all_its_files(store: Store, source: int, url: str) -> None:
    """It is renamed with its log, and a new one can be created."""
    put(store, source, document("a.md", "一。"))
    aside = set_aside(url)
    assert not is_there(url)
    renamed = Store.open(f"sqlite:///{aside}")
    assert texts(renamed) == [("/handbook", "a.md", "一。")]
    renamed.close()


def test_a_database_on_a_server_cannot_be_set_aside() -> None:
    """Only a file can be renamed; a database on a server is taken to exist."""
    url = "postgresql+psycopg://kotae:secret@localhost/kotae"
    assert is_there(url)
    with pytest.raises(DatabaseUnusable) as caught:
        set_aside(url)
    assert "secret" not in str(caught.value)


@on_sqlite
def test_opt_outs_are_read_from_a_damaged_database(store: Store, url: str, tmp_path: Path) -> None:
    """As far as they can still be read: of garbage there are none."""
    Channels(store).opt_out(5)
    store.close()
    assert opted_out_of(set_aside(url)).keys() == {5}
    (tmp_path / "garbage").write_bytes(b"garbage" * 999)
    assert opted_out_of(tmp_path / "garbage") == {}
