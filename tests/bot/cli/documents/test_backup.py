from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.cli.documents.backup import RestoreUnconfirmed
from index.errors import (
    BackupInvalid,
    ContentMissing,
    DatabaseDamaged,
    DatabaseMissing,
    KotaeError,
    OutputExists,
)
from index.store.access_tokens import SOURCES, AccessTokens
from index.store.store import Store
from tests.bot.commands import kotae
from tests.bot.terminals import needs_terminal, terminal
from tests.conftest import Program
from tests.stores import document, new_store, put, texts

HELD = ["有給休暇は半日でも取れる。", "在宅勤務は週に三日まで。"]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Where a database lies."""
    return tmp_path / "kotae.db"


@pytest.fixture
def store(database: Path) -> Iterator[Store]:
    """A store with a document."""
    with closing(new_store(database.parent, database.name)) as opened:
        put(opened, "/handbook", document("handbook.md", *(text.strip("。") for text in HELD)))
        yield opened


@pytest.fixture
def backup(store: Store, database: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A backup of it, after which something else was added to it."""
    path = database.parent / "backup.zip"
    assert kotae(database, "backup", str(path)) == 0
    assert capsys.readouterr() == (f"{path} に保存しました（文書1件、2箇所）。\n", "")
    put(store, "/later", document("later.md", "後で加えた"))
    return path


def test_a_backup_is_restored_on_another_machine(program: Program, backup: Path, tmp_path: Path) -> None:
    """Where there is no database yet, one is made without a question, and answers as the old one did."""
    elsewhere = {"KOTAE_DATABASE_URL": f"sqlite:///{tmp_path / 'elsewhere' / 'kotae.db'}"}
    result = program.call("restore", str(backup), **elsewhere)
    assert (result.returncode, result.stderr) == (0, "")
    assert "文書1件、2箇所" in result.stdout
    assert HELD[0] in program.call("ask", "有給休暇は半日でも取れる？", **elsewhere).stdout


def test_what_is_stored_is_not_replaced_unasked(store: Store, backup: Path, database: Path) -> None:
    """In a pipe nobody can be asked: without --yes one sentence says so and nothing changes, with it all is replaced."""
    with pytest.raises(RestoreUnconfirmed):
        kotae(database, "restore", str(backup))
    assert len(texts(store)) == 3
    assert kotae(database, "restore", "--yes", str(backup)) == 0
    assert texts(store) == HELD


def test_which_tokens_open_nothing_after_a_restore_is_told_with_what_to_do(
    store: Store, backup: Path, database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Those for sources alone, by their numbers; where there are none, nothing is said."""
    tokens = AccessTokens(store)
    tokens.create("everybody")
    assert kotae(database, "restore", "--yes", str(backup)) == 0
    assert "--source" not in capsys.readouterr().out
    [held] = store.sources()
    tokens.create("minutes", SOURCES, sources=[held.number])
    assert kotae(database, "restore", "--yes", str(backup)) == 0
    *_, told = capsys.readouterr().out.splitlines()
    assert "（番号 2）" in told
    assert "kotae token create … --source" in told
    kotae(database, "token", "list")
    assert "バックアップから戻された" in capsys.readouterr().out.splitlines()[1]


@needs_terminal
@pytest.mark.parametrize(("key", "status", "left"), [("はい", 0, 2), ("", 1, 3)])
def test_in_a_terminal_somebody_is_asked(
    program: Program, store: Store, backup: Path, database: Path, key: str, status: int, left: int
) -> None:
    """The question says what is there and what would take its place; only yes is yes."""
    environment = program.environment(KOTAE_DATABASE_URL=f"sqlite:///{database}")
    with terminal(program.command("restore", str(backup)), environment, program.folder) as shown:
        asked = shown.wait_for("[y/N]")
        assert "（文書2件、3箇所）" in asked
        assert "（文書1件、2箇所）" in asked
        shown.press(f"{key}\r")
        assert shown.wait_for_end() == status
    assert len(texts(store)) == left


def test_a_file_that_is_there_stays(
    store: Store, backup: Path, database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A backup is written over another file only where that is wanted."""
    assert store.size() == 3
    before = backup.read_bytes()
    with pytest.raises(OutputExists):
        kotae(database, "backup", str(backup))
    assert backup.read_bytes() == before
    assert kotae(database, "backup", "--force", str(backup)) == 0
    assert "3箇所" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["backup", "export"])
def test_where_there_is_no_database_none_is_made(tmp_path: Path, command: str) -> None:
    """Nothing was ever stored: that is said, and no file is left behind."""
    with pytest.raises(DatabaseMissing):
        kotae(tmp_path / "new" / "kotae.db", command, str(tmp_path / "file"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("damage", "cause"), [(b"", ContentMissing), (b"PK", BackupInvalid)])
def test_a_backup_that_is_none_changes_nothing(
    store: Store, backup: Path, database: Path, damage: bytes, cause: type[KotaeError]
) -> None:
    """The file is named, and what is stored stays."""
    backup.unlink()
    if damage:
        backup.write_bytes(damage)
    with pytest.raises(cause) as caught:
        kotae(database, "restore", "--yes", str(backup))
    assert caught.value.values["path"] == str(backup)
    assert len(texts(store)) == 3


@pytest.mark.parametrize("damage", ["garbage", "pages"])
def test_a_damaged_database_is_set_aside(
    store: Store, backup: Path, database: Path, damage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What cannot be read any more is kept beside, and the backup takes its place."""
    store.close()
    damaged = b"garbage" * 99 if damage == "garbage" else database.read_bytes()[:4096] + b"\xff" * 90_000
    database.write_bytes(damaged)
    with pytest.raises(DatabaseDamaged):
        kotae(database, "export")
    with pytest.raises(RestoreUnconfirmed):
        kotae(database, "restore", str(backup))
    assert kotae(database, "restore", "--yes", str(backup)) == 0
    (aside,) = database.parent.glob("kotae.db.damaged-*")
    assert str(aside) in capsys.readouterr().err
    assert aside.read_bytes() == damaged
    assert texts(store) == HELD
