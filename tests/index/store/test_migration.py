from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.command import downgrade, upgrade
from alembic.config import Config
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from index.audience import Audience
from index.store import migration
from index.store import postgresql as module_of_postgresql
from index.store.connection import connect, migrating, reading, writing
from index.store.discord.channel_sources import ChannelSources
from index.store.discord.channels import Channels
from index.store.discord.guilds import Guilds
from index.store.discord.help_requests import HelpRequests
from index.store.discord.message_rows import Message
from index.store.discord.pins import Pins
from index.store.discord.unanswered_questions import UnansweredQuestions
from index.store.expiries import Expiries, Expiry
from index.store.migration import SCRIPTS, known_revisions, migrate, revision_of
from index.store.question_counts import Asked, QuestionCounts
from index.store.schema import REVISION, metadata
from index.store.store import Store
from index.store.vectors import put_vectors
from tests.conftest import ROOT
from tests.index.store.conftest import Files
from tests.index.store.examples import document, numbers, put, texts
from tests.index.store.postgresql import Server
from tests.processes import PATIENCE, PIPES, started
from tests.stores import on_sqlite

REVISIONS = [script.revision for script in reversed(list(ScriptDirectory(str(SCRIPTS)).walk_revisions()))]

COLUMNS = {(name, column.name) for name, table in metadata.tables.items() for column in table.columns} | {
    ("alembic_version", "version_num")
}


def migrate_to(url: str, revision: str, command: Any = upgrade) -> None:
    """Migrate a database up or down to a revision."""
    engine = connect(url)
    with writing(engine) as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(SCRIPTS))
        command(config, revision)
    engine.dispose()


def columns(url: str) -> set[tuple[str, str]]:
    """A database's tables and columns."""
    engine = connect(url)
    with reading(engine) as connection:
        inspector = inspect(connection)
        found = {
            (table, column["name"]) for table in inspector.get_table_names() for column in inspector.get_columns(table)
        }
    engine.dispose()
    return found


def filled(url: str) -> list[tuple[str, str, str]]:
    """Create a store of this version with something in every table; returns its passages."""
    store = Store.open(url)
    source = store.put_source("folder", "/handbook", Audience("guild", guild=1))
    put(store, source, document("a.md", "一。", "二。"), document("b.md", "三。"))
    put(store, source, removed=["b.md"])
    Guilds(store).set(1, "channel", "2")
    UnansweredQuestions(store).record(1, "富士山は？")
    channels = Channels(store)
    channel = channels.add(store.put_source("channel", "discord:1/2", Audience("channel", 1, 2)), 2, "#質問", "会社")
    channels.take(channel.number, [Message(4, 5, "花子", "犬です。", "2026-11-24T00:00:00+00:00")])
    channels.opt_out(6)
    Guilds(store).record_feedback(1, "犬は？", "0" * 12, helpful=True)
    Pins(store).pin(1, 2, "富士山は？", "0" * 12, Audience("channel", 1, 2), 8)
    HelpRequests(store).claim(1, 2, 3, 8)
    QuestionCounts(store).add({Asked("discord", 1, 2, "2026-11-24", "sure"): 3})
    ChannelSources(store).choose(1, 2, [source])
    Expiries(store).set(Expiry(source, "2026-11-24T00:00:00+00:00", 30, owner=5))
    put_vectors(store, "encoder", dict.fromkeys(numbers(store), b"vectors"))
    found = texts(store)
    store.close()
    return found


def test_the_last_revision_is_that_of_the_schema() -> None:
    """The schema names the last revision, and the revisions have no branches."""
    assert REVISIONS[-1] == REVISION
    assert known_revisions() == set(REVISIONS)
    assert len(ScriptDirectory(str(SCRIPTS)).get_heads()) == 1


def test_migrations_make_the_tables_of_the_schema(store: Store) -> None:
    """The tables that migrations create equal those of the schema, in every name and type."""
    with reading(store.engine) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []
        if store.engine.dialect.name != "sqlite":
            return
        made = set(connection.execute(text("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")).scalars())
    # Alembic does not compare AUTOINCREMENT.
    assert sum("AUTOINCREMENT" in one for one in made) == sum(
        bool(table.dialect_options["sqlite"]["autoincrement"]) for table in metadata.sorted_tables
    )


@pytest.mark.parametrize("revision", ["base", *REVISIONS[:-1]])
def test_every_revision_can_be_downgraded_and_upgraded(url: str, revision: str) -> None:
    """A downgrade and an upgrade keep the data for which the lower revision has tables."""
    before = filled(url)
    migrate_to(url, revision, downgrade)
    assert columns(url) != COLUMNS
    store = Store.open(url)
    assert texts(store) == ([] if revision == "base" else before)
    assert bool(UnansweredQuestions(store).all()) is (revision >= "0002" and revision != "base")
    store.close()
    assert columns(url) == COLUMNS


def test_an_older_database_is_migrated_when_it_is_opened(url: str) -> None:
    """A database of the first revision keeps its documents and its identity, and has the new tables."""
    before = filled(url)
    with closing(Store.open(url)) as opened:
        state = opened.state()
    migrate_to(url, "0001", downgrade)
    store = Store.open(url)
    assert texts(store) == before
    assert store.state()[:2] == state[:2]
    Guilds(store).set(1, "channel", "2")
    with reading(store.engine) as connection:
        assert revision_of(connection) == REVISION
    store.close()


def test_a_database_of_this_version_is_left_alone(url: str) -> None:
    """Migrating what is up to date changes nothing."""
    before = filled(url)
    engine = connect(url)
    migrate(engine)
    engine.dispose()
    store = Store.open(url)
    assert texts(store) == before
    store.close()


@pytest.mark.parametrize("from_revision", ["base", *REVISIONS[:-1]])
def test_a_failed_migration_is_rolled_back(url: str, from_revision: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failure after the last step rolls all steps back."""
    filled(url)
    migrate_to(url, from_revision, downgrade)
    before = columns(url)
    upgrade_all = migration._upgrade

    def fail_at_the_end(connection: Any, revision: str) -> None:
        upgrade_all(connection, revision)
        raise MemoryError

    monkeypatch.setattr(migration, "_upgrade", fail_at_the_end)
    with pytest.raises(MemoryError):
        Store.open(url)
    monkeypatch.undo()
    assert columns(url) == before
    Store.open(url).close()
    assert columns(url) == COLUMNS


def test_a_killed_migration_is_rolled_back(url: str) -> None:
    """After kill -9 in the middle of a migration the database is at its old revision."""
    before = filled(url)
    migrate_to(url, "0001", downgrade)
    code = (
        "import os, sys; from sqlalchemy import event; from index.store.connection import connect\n"
        "from index.store.migration import migrate; engine = connect(sys.argv[1])\n"
        "def kill(connection, cursor, statement, *rest):\n"
        "    if 'ix_unanswered' in statement: os.kill(os.getpid(), 9)\n"
        "event.listen(engine, 'after_cursor_execute', kill); migrate(engine)\n"
    )
    killed = subprocess.run(
        [sys.executable, "-c", code, url], env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False, timeout=30
    )
    assert killed.returncode not in (0, 1)
    assert "unanswered_questions" not in {table for table, _ in columns(url)}
    store = Store.open(url)
    assert texts(store) == before
    store.close()


@on_sqlite
def test_recreating_a_table_deletes_no_rows_that_refer_to_it(store: Store, source: int) -> None:
    """A migration may alter a table by copying its rows to a new one: rows that refer to it stay."""
    put(store, source, document("a.md", "一。", "二。"))
    before = texts(store)
    with migrating(store.engine) as connection:
        operations = Operations(MigrationContext.configure(connection))
        with operations.batch_alter_table("documents", recreate="always"):
            pass
    assert texts(store) == before
    with reading(store.engine) as connection:
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
        assert connection.execute(text("PRAGMA foreign_key_check")).first() is None


def test_contexts_of_passages_are_extracted(url: str) -> None:
    """Each passage keeps its context, equal ones are merged, numbers go on, and documents with long headings are re-read."""
    store = Store.open(url)
    source = store.put_source("folder", "/handbook", Audience())
    put(
        store,
        source,
        document("a.md", "一。", "二。"),
        document("b.md", "三。", "四。", "五。"),
        document("c.md", "六。"),
    )
    highest = max(numbers(store))
    put(store, source, removed=["c.md"])
    store.close()
    migrate_to(url, "0005", downgrade)
    engine = connect(url)
    with writing(engine) as connection:
        connection.execute(text("UPDATE passages SET heading = :long WHERE text = '三。'"), {"long": "長" * 1_000})
        connection.execute(text("UPDATE passages SET speaker = NULL, url = 'https://example.com' WHERE text = '五。'"))
    engine.dispose()
    store = Store.open(url)
    kept = {one.passage.text: one.passage for _, _, one in store.all()}
    assert [kept[name].heading for name in ("一。", "二。", "三。", "四。")] == [
        "見出し",
        "見出し",
        "長" * 1_000,
        "見出し",
    ]
    assert (kept["四。"].speaker, kept["四。"].role, kept["四。"].url) == ("鈴木さん", "開発部", None)
    assert (kept["五。"].speaker, kept["五。"].url) == (None, "https://example.com")
    with reading(store.engine) as connection:
        assert connection.execute(text("SELECT COUNT(*) FROM contexts")).scalar() == 4
        if connection.dialect.name == "sqlite":
            assert connection.execute(text("PRAGMA foreign_key_check")).first() is None
    assert store.digests(source) == {"a.md": "d", "b.md": ""}
    put(store, source, document("d.md", "七。"))
    assert max(numbers(store)) > highest
    store.close()


@pytest.mark.parametrize("revision", [None, "0003"])
def test_several_processes_open_a_new_or_an_older_database_at_once(
    databases: Files | Server, tmp_path: Path, revision: str | None
) -> None:
    """One makes or migrates it while the others wait, and all have the same collection."""
    url = databases.new_database()
    if revision:
        engine = connect(url)
        migrate(engine, revision)
        engine.dispose()
    start = tmp_path / "start"
    code = (
        "import sys, time; from pathlib import Path; from index.store.store import Store\n"
        "import index.store.migration, alembic.command, alembic.config, alembic.script\n"
        "print(flush=True)\n"
        "while not Path(sys.argv[2]).exists(): pass\n"
        "print(Store.open(sys.argv[1]).state().identity)\n"
    )
    command, environment = [sys.executable, "-c", code, url, str(start)], os.environ | {"PYTHONPATH": str(ROOT)}
    with ExitStack() as running:
        openers = [running.enter_context(started(command, environment, **PIPES)) for _ in range(4)]
        for opener in openers:
            assert opener.stdout
            opener.stdout.readline()
        start.touch()
        ended = [opener.communicate(timeout=PATIENCE) for opener in openers]
    store = Store.open(url)
    assert ended == [(f"{store.state().identity}\n", "")] * 4
    store.close()


def test_a_migration_that_takes_long_is_waited_for(postgresql: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Others wait for it longer than for another lock."""
    monkeypatch.setattr(module_of_postgresql, "_LOCK_TIMEOUT", 1)
    url = postgresql.new_database()
    with postgresql.connection(url.rpartition("/")[2]) as migrating, ThreadPoolExecutor(1) as other:
        with migrating.transaction():
            migrating.execute("SELECT pg_advisory_xact_lock(%s)", [migration._LOCK])
            opening = other.submit(Store.open, url)
            with pytest.raises(TimeoutError):
                opening.result(1.5)
        with closing(opening.result(PATIENCE)) as store, reading(store.engine) as connection:
            assert connection.execute(text("SHOW lock_timeout")).scalar() == "1s"
    postgresql.drop_databases()
