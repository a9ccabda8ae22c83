from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from alembic.command import downgrade
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from index.audience import Audience
from index.errors import (
    BackupInvalid,
    BackupNewer,
    BackupTooLarge,
    ContentMissing,
    ContentUnreadable,
    OutputExists,
    OutputUnwritable,
    SourceGone,
)
from index.store.backup.backup import DATABASE, MANIFEST, back_up, file_digest
from index.store.backup.restoring import restore, verified_backup
from index.store.connection import reading
from index.store.discord.channel_sources import ChannelSources
from index.store.discord.channels import Channels
from index.store.discord.guilds import Guilds
from index.store.discord.help_requests import HelpRequests
from index.store.discord.message_rows import Message
from index.store.discord.pins import Pins
from index.store.discord.unanswered_questions import UnansweredQuestions
from index.store.expiries import Expiries, Expiry
from index.store.job_rows import NewJob
from index.store.jobs import Jobs
from index.store.question_counts import Asked, QuestionCounts
from index.store.schema import NOT_BACKED_UP, REVISION, collection, generations, metadata, removals
from index.store.store import Store
from index.store.vectors import encoded_passages, put_vectors
from tests.conftest import ROOT
from tests.index.store.conftest import Files
from tests.index.store.examples import document, numbers, put, texts
from tests.index.store.postgresql import Server
from tests.index.store.test_migration import migrate_to
from tests.processes import PATIENCE, started

CHANNEL = Audience("channel", guild=1, channel=2)
not_on_windows = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")


def fill(store: Store, count: int = 3) -> None:
    """Put something into every table."""
    source = store.put_source("folder", "/handbook", CHANNEL)
    put(store, store.put_source("file", "/faq.txt", Audience()), document("faq.txt", "問。", title="問答"))
    put(store, source, *(document(f"{number}.md", f"{number}匹の犬。", "猫。") for number in range(count)))
    put(store, source, removed=["0.md"])
    Guilds(store).set(1, "channel", "2")
    UnansweredQuestions(store).record(1, "富士山は？")
    channels = Channels(store)
    channel = channels.add(store.put_source("channel", "discord:1/2", Audience("channel", 1, 2)), 2, "#質問", "会社")
    channels.take(channel.number, [Message(4, 5, "花子", "犬です。", "2026-11-24T00:00:00+00:00")])
    channels.take(channel.number, [Message(7, 8, "太郎", "猫です。", "2026-11-24T12:00:00+00:00")], queued=True)
    channels.opt_out(6)
    Guilds(store).note_present([])
    Guilds(store).record_feedback(None, "犬は？", "0" * 12, helpful=True)
    Guilds(store).hide(1, "0" * 12)
    Pins(store).pin(1, 2, "富士山は？", "0" * 12, Audience("channel", 1, 2), 8)
    HelpRequests(store).claim(1, 2, 3, 8)
    QuestionCounts(store).add({Asked("discord", 1, 2, "2026-11-24", "sure"): 3})
    ChannelSources(store).choose(1, 2, [source])
    Expiries(store).set(Expiry(source, "2027-03-31T00:00:00+00:00", 30, 5, 2))
    put_vectors(store, "encoder", dict.fromkeys(numbers(store), b"vectors"))


# Columns to which a restore gives new values.
RENEWED = ("number", "generation", "terms", "outline", "withheld")


def rows(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of the tables that a restore copies, without row numbers and generations."""
    with reading(store.engine) as connection:
        return {
            table.name: [
                tuple(row[column] for column in table.columns if not column.foreign_keys and column.name not in RENEWED)
                for row in connection.execute(select(table).order_by(*table.primary_key.columns)).mappings()
            ]
            for table in metadata.sorted_tables
            if table not in (collection, generations, removals, *NOT_BACKED_UP)
        }


@pytest.fixture
def filled(store: Store) -> Store:
    """A store with something in every table."""
    fill(store)
    return store


@pytest.fixture
def backup(filled: Store, tmp_path: Path) -> Path:
    """A backup of it."""
    back_up(filled, tmp_path / "backup.zip")
    return tmp_path / "backup.zip"


@pytest.fixture
def other(databases: Files | Server) -> Iterator[Store]:
    """Another store, whose sources have the numbers of others in the backup."""
    with closing(Store.open(databases.new_store())) as store:
        for location in ("/other", "/another"):
            put(store, store.put_source("folder", location, CHANNEL), document("x.md", "別。"))
        yield store


def restore_from(store: Store, path: Path) -> None:
    """Restore a backup."""
    with verified_backup(path) as whole:
        restore(store, whole)


def test_everything_comes_back(filled: Store, backup: Path, other: Store) -> None:
    """Every table has the rows of the backup, which replaced those that were there."""
    before, state = rows(filled), other.state()
    assert all(before.values())
    restore_from(other, backup)
    assert rows(other) == before
    assert texts(other) == texts(filled)
    assert other.sources() == filled.sources()
    assert other.audiences() == filled.audiences()
    assert [kept.passage for _, _, kept in other.all()] == [kept.passage for _, _, kept in filled.all()]
    assert other.state().identity not in (state.identity, filled.state().identity)
    assert other.state().generation > max(state.generation, filled.state().generation)


def test_files_that_wait_are_in_no_backup_and_conversations_are(filled: Store, other: Store, tmp_path: Path) -> None:
    """Whoever added a file still has it; the messages of conversations are in the backup, their documents not yet."""
    Jobs(filled).put(filled.sources()[0].number, [NewJob("file", "a.md", "/a.md", "digest", b"content")])
    back_up(filled, tmp_path / "backup.zip")
    restore_from(other, tmp_path / "backup.zip")
    (job,) = Jobs(other).take()
    assert job.kind == "conversations"
    assert [document.name for document, _ in Jobs(other).conversations(job)] == [f"{2:020}/{7:020}"]


def test_vectors_are_in_no_backup(backup: Path, other: Store) -> None:
    """They are made again, and those of the passages that were replaced are gone with them."""
    put_vectors(other, "encoder", dict.fromkeys(numbers(other), b"vectors"))
    with verified_backup(backup) as whole:
        assert "passage_vectors" not in whole.manifest.counts
        assert encoded_passages(Store(whole.engine), "encoder") == set()
    restore_from(other, backup)
    assert encoded_passages(other, "encoder") == set()


def test_a_restored_store_works(backup: Path, other: Store) -> None:
    """It can be changed, indexed, backed up and restored again."""
    for _ in range(2):
        restore_from(other, backup)
        (source,) = (number for number, _, location in other.locations() if location == "/handbook")
        put(other, source, document("new.md", "新しい。"), removed=["1.md"])
        generation = other.state().generation
        put(other, source, document("newer.md", "もっと。"))
        with other.changes(generation) as changes:
            assert [one.document for one in changes.added] == ["newer.md"]
        back_up(other, backup, force=True)


def test_row_numbers_from_before_a_restore_find_nothing(filled: Store, backup: Path) -> None:
    """Nobody is shown another passage, or writes into another channel, by a number from before."""
    passages, channels = numbers(filled), [one.number for one in Channels(filled).all()]
    restore_from(filled, backup)
    assert filled.passages(passages) == {}
    assert min(numbers(filled)) > max(passages)
    with pytest.raises(SourceGone):
        Channels(filled).take(channels[0], [])


def test_sources_keep_their_numbers(filled: Store, backup: Path, other: Store) -> None:
    """A source has the number from the backup, however often it is restored; new sources get higher ones."""
    kept = filled.locations()
    highest = max(number for number, _, _ in [*kept, *other.locations()])
    for time in range(2):
        restore_from(other, backup)
        assert other.locations() == kept
        added = other.put_source("folder", f"/new{time}", Audience())
        assert added > highest
        highest = added


def test_nothing_is_written_into_another_source_of_the_same_number(filled: Store, backup: Path, other: Store) -> None:
    """Files that are being indexed while a backup is restored do not end up in a source with other readers."""
    number, _, location = other.locations()[0]
    restore_from(other, backup)
    before = texts(other)
    with pytest.raises(SourceGone):
        other.put(number, [document("x.md", "別。")], location=location)
    assert texts(other) == before
    assert filled.locations()[0][0] == number


def test_a_backup_can_be_restored_into_the_other_kind_of_database(
    postgresql: Server, databases: Files | Server, filled: Store, backup: Path, tmp_path: Path
) -> None:
    """From a file to a server and from a server to a file, with the numbers of sources."""
    there = Files(tmp_path / "there") if databases is postgresql else postgresql
    (tmp_path / "there").mkdir()
    with closing(Store.open(there.new_store())) as restored:
        restore_from(restored, backup)
        assert rows(restored) == rows(filled)
        assert restored.locations() == filled.locations()


def test_a_backup_has_a_manifest(filled: Store, backup: Path) -> None:
    """It is a ZIP of an SQLite database and a manifest that describes it."""
    with zipfile.ZipFile(backup) as archive:
        assert archive.testzip() is None
        assert sorted(archive.namelist()) == [DATABASE, MANIFEST]
        manifest = json.loads(archive.read(MANIFEST))
        assert len(archive.read(DATABASE)) == manifest["size"]
    assert (manifest["format"], manifest["revision"]) == (1, REVISION)
    assert (manifest["identity"], manifest["generation"]) == filled.state()[:2]
    assert manifest["counts"]["passages"] == filled.size()
    assert manifest["made"].endswith("+00:00")


def test_only_the_backup_is_left(backup: Path) -> None:
    """No unfinished file stays beside it."""
    assert [file.name for file in backup.parent.iterdir() if not file.name.startswith("kotae.db")] == ["backup.zip"]


def test_a_backup_is_a_consistent_snapshot(filled: Store, tmp_path: Path) -> None:
    """Nothing that others write meanwhile is in it."""
    before = texts(filled)
    source = filled.sources()[0].number

    def write_meanwhile(_name: str, _steps: int) -> Callable[[], object]:
        put(filled, source, document("late.md", "遅い。"), removed=["1.md"])
        return lambda: None

    manifest = back_up(filled, tmp_path / "backup.zip", write_meanwhile)
    assert manifest.counts["passages"] == len(before)
    assert texts(filled) != before
    restore_from(filled, tmp_path / "backup.zip")
    assert texts(filled) == before


def test_no_file_is_overwritten_unless_forced(filled: Store, tmp_path: Path) -> None:
    """An existing file stays as it is; with force it is replaced."""
    path = tmp_path / "backup.zip"
    path.write_bytes(b"mine")
    with pytest.raises(OutputExists):
        back_up(filled, path)
    assert path.read_bytes() == b"mine"
    back_up(filled, path, force=True)
    assert zipfile.is_zipfile(path)


def test_where_no_backup_can_be_written(filled: Store, tmp_path: Path) -> None:
    """A folder at the path, a missing folder and a device are errors, and stay as they are."""
    for path in (tmp_path, tmp_path / "nowhere" / "backup.zip", Path(os.devnull)):
        with pytest.raises(OutputUnwritable):
            back_up(filled, path, force=True)
    assert not Path(os.devnull).is_file()


def test_an_older_backup_is_migrated(filled: Store, backup: Path, tmp_path: Path) -> None:
    """The documents of a backup of the first revision are restored; the file itself stays as it was."""
    modify(backup, tmp_path / "old.zip", older)
    before = (tmp_path / "old.zip").read_bytes()
    expected = texts(filled)
    restore_from(filled, tmp_path / "old.zip")
    assert texts(filled) == expected
    assert UnansweredQuestions(filled).all() == []
    assert (tmp_path / "old.zip").read_bytes() == before


class Parts(NamedTuple):
    """An unpacked backup: its manifest, and its database as a file."""

    manifest: dict[str, Any]
    database: Path

    def run(self, *statements: str) -> None:
        """Change the database."""
        with closing(sqlite3.connect(self.database)) as connection:
            connection.execute("PRAGMA foreign_keys = OFF")
            for statement in statements:
                connection.execute(statement)
            connection.commit()

    def try_to(self, statement: str, value: object) -> None:
        """Change the database, unless a constraint forbids it."""
        with closing(sqlite3.connect(self.database)) as connection, suppress(sqlite3.IntegrityError):
            connection.execute("PRAGMA foreign_keys = OFF")
            connection.execute(statement, [value])
            connection.commit()

    def seal(self) -> None:
        """Let the manifest match the database."""
        self.manifest.update(size=self.database.stat().st_size, blake2b=file_digest(self.database))


def modify(backup: Path, modified: Path, how: Callable[[Parts], object], method: int = zipfile.ZIP_STORED) -> None:
    """Write a modified copy of a backup."""
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(backup) as archive:
            archive.extractall(folder)
        parts = Parts(json.loads(Path(folder, MANIFEST).read_bytes()), Path(folder, DATABASE))
        how(parts)
        with zipfile.ZipFile(modified, "w", method) as archive:
            archive.write(parts.database, DATABASE)
            archive.writestr(MANIFEST, json.dumps(parts.manifest))


def older(parts: Parts) -> None:
    """Downgrade a backup to the first revision."""
    migrate_to(f"sqlite:///{parts.database}", "0001", downgrade)
    parts.run("PRAGMA journal_mode = DELETE")
    with closing(sqlite3.connect(parts.database)) as connection:
        left = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    parts.manifest["revision"] = "0001"
    parts.manifest["counts"] = {name: count for name, count in parts.manifest["counts"].items() if name in left}
    parts.seal()


def sealed(*statements: str) -> Callable[[Parts], None]:
    """Change the database, with a manifest that matches."""

    def how(parts: Parts) -> None:
        parts.run(*statements)
        parts.seal()

    return how


WRONG: dict[str, Callable[[Parts], object]] = {
    "another digest": lambda parts: parts.manifest.update(blake2b="0" * 128),
    "another size": lambda parts: parts.manifest.update(size=parts.manifest["size"] - 1),
    "other counts": lambda parts: parts.manifest["counts"].update(passages=99),
    "no such table": lambda parts: parts.manifest["counts"].update({'x"; DROP TABLE passages': 0}),
    "no counts": lambda parts: parts.manifest.update(counts={}),
    "counts of text": lambda parts: parts.manifest["counts"].update(passages="5"),
    "no manifest": lambda parts: parts.manifest.clear(),
    "size of text": lambda parts: parts.manifest.update(size="large"),
    "long manifest": lambda parts: parts.manifest.update(padding="x" * 100_000),
    "another revision": lambda parts: parts.manifest.update(revision="0001"),
    "database changed": lambda parts: parts.run("UPDATE passages SET text = 'x'"),
    "garbage": lambda parts: [parts.database.write_bytes(b"garbage" * 999), parts.seal()],
    "empty": lambda parts: [parts.database.write_bytes(b""), parts.seal()],
    "damaged page": lambda parts: [
        parts.database.write_bytes(parts.database.read_bytes()[:8192] + b"\xff" * (parts.manifest["size"] - 8192)),
        parts.seal(),
    ],
    "orphans": sealed("DELETE FROM sources WHERE location = '/faq.txt'"),
    "table missing": sealed("DROP TABLE passages"),
    "a column missing": sealed("ALTER TABLE feedback DROP COLUMN helpful"),
    "a generated column": sealed("ALTER TABLE feedback ADD COLUMN x AS (hex(zeroblob(1000000000)))"),
    "a check": sealed("CREATE TABLE x (y CHECK (length(hex(zeroblob(1000000000))) > 0))"),
    "an index of an expression": sealed("CREATE INDEX i ON feedback (hex(question))"),
    "a virtual table": sealed("CREATE VIRTUAL TABLE x USING fts5(y)"),
    "one more table": sealed("CREATE TABLE x (y)"),
    "no revision": lambda parts: parts.manifest.update(revision=["0001"]),
    "no time": lambda parts: parts.manifest.update(made="\x1b[2J"),
    "counts of documents missing": lambda parts: parts.manifest["counts"].pop("documents"),
    "text that is none": sealed("UPDATE passages SET text = CAST(x'ff' AS TEXT)"),
    "text of bytes": sealed("UPDATE passages SET text = x'ff'"),
    "a text without end": sealed("UPDATE passages SET text = CAST(zeroblob(20000) AS TEXT)"),
    "a row without end": sealed("UPDATE documents SET title = CAST(zeroblob(16000001) AS TEXT)"),
    "a number of text": sealed("UPDATE passages SET page = 'x'"),
    "a number below zero": sealed("UPDATE passages SET place = -1"),
    "a number that leaves no room": sealed("UPDATE feedback SET number = 9223372036854775807"),
    "a generation that leaves no room": sealed("UPDATE collection SET generation = 9223372036854775807"),
    "roles of text": sealed("UPDATE audiences SET roles = 'x'"),
    "an unknown audience": sealed("UPDATE audiences SET kind = 'all'"),
    "a time of text": sealed("UPDATE guild_settings SET name = 'auto_answer.1', value = 'x'"),
    "a way to nowhere": sealed("UPDATE messages SET url = 'x'"),
    "a passage of an impossible name": sealed("UPDATE passages SET id = 'x:y:z'"),
    "a trigger": sealed("CREATE TRIGGER t AFTER DELETE ON sources BEGIN DELETE FROM passages; END"),
    "a view": sealed("DROP TABLE feedback", "CREATE VIEW feedback AS SELECT * FROM passages"),
}


def test_an_invalid_backup_is_refused(backup: Path, tmp_path: Path, other: Store, subtests: pytest.Subtests) -> None:
    """Whatever is wrong with it is found, and nothing has changed."""
    before, state = rows(other), other.state()
    for name, how in WRONG.items():
        with subtests.test(name):
            modify(backup, tmp_path / "wrong.zip", how)
            with pytest.raises(BackupInvalid) as caught:
                restore_from(other, tmp_path / "wrong.zip")
            assert caught.value.values["path"] == str(tmp_path / "wrong.zip")
            assert caught.value.values["reason"]
            assert (rows(other), other.state()) == (before, state)


@pytest.mark.parametrize("how", [{"format": 2}, {"revision": "9999"}])
def test_a_backup_of_a_newer_version_is_refused(
    backup: Path, tmp_path: Path, other: Store, how: dict[str, Any]
) -> None:
    """This version cannot restore all of it."""
    modify(backup, tmp_path / "later.zip", lambda parts: parts.manifest.update(how))
    with pytest.raises(BackupNewer):
        restore_from(other, tmp_path / "later.zip")
    assert {location for location, _, _ in texts(other)} == {"/other", "/another"}


def test_a_backup_that_is_too_large_for_the_disk(backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its size is known before it is unpacked."""
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage._replace(free=1000))
    with pytest.raises(BackupTooLarge), verified_backup(backup):
        pass


def test_no_more_is_unpacked_than_was_announced(backup: Path, tmp_path: Path) -> None:
    """A file that unpacks to more than its manifest says is no backup."""
    modify(backup, tmp_path / "bomb.zip", lambda parts: parts.database.write_bytes(b"\0" * 50_000_000))
    with pytest.raises(BackupInvalid, match="size"), verified_backup(tmp_path / "bomb.zip"):
        pass


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"garbage" * 100])
def test_a_file_that_is_no_zip(tmp_path: Path, data: bytes) -> None:
    """Any other file is refused."""
    (tmp_path / "file.zip").write_bytes(data)
    with pytest.raises(BackupInvalid), verified_backup(tmp_path / "file.zip"):
        pass


def test_a_zip_of_something_else(tmp_path: Path) -> None:
    """A ZIP with other files, or with a file twice, is no backup."""
    with zipfile.ZipFile(tmp_path / "file.zip", "w") as archive:
        archive.writestr("../../evil", b"")
        archive.writestr(MANIFEST, b"{}")
    with pytest.raises(BackupInvalid), verified_backup(tmp_path / "file.zip"):
        pass


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    """Both are errors of their own, as with any file."""
    with pytest.raises(ContentMissing), verified_backup(tmp_path / "nowhere.zip"):
        pass
    with pytest.raises(ContentUnreadable), verified_backup(tmp_path):
        pass


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of a backup."""
    folder = tmp_path_factory.mktemp("small")
    with closing(Store.open(f"sqlite:///{folder / 'kotae.db'}")) as store:
        fill(store, 1)
        back_up(store, folder / "backup.zip")
    return (folder / "backup.zip").read_bytes()


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_any_damage_is_found(small: bytes, data: st.DataObject) -> None:
    """Whichever bytes are lost or changed, the backup is refused with an error of ours, or has lost nothing."""
    cut = data.draw(st.integers(0, len(small)))
    position = data.draw(st.integers(0, len(small) - 1))
    value = data.draw(st.integers(0, 255))
    damaged = bytearray(small[: cut if data.draw(st.booleans()) else len(small)])
    if position < len(damaged):
        damaged[position] = value
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "backup.zip")
        path.write_bytes(damaged)
        with suppress(BackupInvalid, BackupNewer), verified_backup(path) as whole, reading(whole.engine) as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM passages").scalar() == 2


# Restores, and kills itself at some step of copying, or is killed some time after it began.
KILLED = """
import os, sys
from pathlib import Path
from index.store.backup.restoring import restore, verified_backup
from index.store.store import Store
url, path, fatal = sys.argv[1:]
def progress(name, steps):
    done = []
    def step():
        done.append(name)
        if name == "restore" and len(done) == int(fatal):
            os.kill(os.getpid(), 9)
    return step
with verified_backup(Path(path)) as whole:
    print(flush=True)
    restore(Store.open(url), whole, progress)
"""


@not_on_windows
def test_a_restore_that_is_killed_leaves_the_old_or_the_new(tmp_path: Path) -> None:
    """Whenever kill -9 comes, the store has what it had before or all of the backup, never a part."""
    url, path = f"sqlite:///{tmp_path / 'kotae.db'}", tmp_path / "backup.zip"
    with closing(Store.open(url)) as store:
        fill(store, 80)
        steps = sum(back_up(store, path).counts.values())
        new = texts(store)
        put(store, store.sources()[0].number, *(document(f"{number}.txt", "古い。") for number in range(300)))
        old = texts(store)
    for fatal, seconds in ((steps // 2, 30.0), (0, 0.05), (0, 0.15), (0, 30.0)):
        command, environment = (
            [sys.executable, "-c", KILLED, url, str(path), str(fatal)],
            os.environ | {"PYTHONPATH": str(ROOT)},
        )
        with started(command, environment, seconds=2 * PATIENCE, stdout=subprocess.PIPE) as process:
            assert process.stdout
            process.stdout.readline()
            with suppress(subprocess.TimeoutExpired):
                process.wait(seconds)
            process.kill()
        with closing(Store.open(url)) as store:
            left = texts(store)
        assert left in ([old] if fatal else [old, new] if process.returncode else [new])
        if left == new:
            break


@not_on_windows
def test_a_backup_that_is_killed_is_not_there(filled: Store, url: str, tmp_path: Path) -> None:
    """After kill -9 an existing file is as it was."""
    assert filled.size()
    path = tmp_path / "out" / "backup.zip"
    path.parent.mkdir()
    code = (
        "import os, sys; from pathlib import Path; from index.store.backup import backup; from index.store.store import Store\n"
        "backup._sync = backup._pack = lambda *_: os.kill(os.getpid(), 9)\n"
        "backup.back_up(Store.open(sys.argv[1]), Path(sys.argv[2]), force=True)\n"
    )
    path.write_bytes(b"an older backup")
    killed = subprocess.run(
        [sys.executable, "-c", code, url, str(path)], env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False
    )
    assert killed.returncode == -9
    assert path.read_bytes() == b"an older backup"
