from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.cli.doctor import report
from bot.cli.doctor.report import examine
from bot.knowledge import BUILT_IN, open_knowledge
from bot.settings import Settings
from bot.wording import Wording
from index.store.leases import Leases, shard_lease
from index.store.rows import ANALYSIS_VERSION
from tests.bot.commands import kotae, settings
from tests.conftest import Program
from tests.index.store.postgresql import Server
from tests.loopback_opensearch import LoopbackOpenSearch
from tests.stores import document, new_store, put

SECRET = "very.secret.token"  # noqa: S105 - it opens nothing


Capture = pytest.CaptureFixture[str]


def checks(capsys: Capture, database: Path, **variables: str) -> dict[str, dict[str, Any]]:
    """What each check finds."""
    status = kotae(database, "doctor", "--json", **variables)
    content = json.loads(capsys.readouterr().out)
    assert status == (0 if content["well"] else 1)
    assert content["well"] is all(check["well"] for check in content["checks"])
    return {check["name"]: check for check in content["checks"]}


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A database with two passages."""
    with closing(new_store(tmp_path)) as store:
        put(store, "/handbook", document("a.md", "犬は遊ぶ", "猫は寝る"))
    return tmp_path / "kotae.db"


def test_all_is_well(program: Program, capsys: Capture, database: Path) -> None:
    """Each check is a line with a mark, and the status is 0."""
    result = program.run("doctor", KOTAE_DATABASE_URL=f"sqlite:///{database}")
    assert (result.returncode, result.stderr) == (0, "")
    assert all(line.startswith("✓ ") for line in result.stdout.splitlines())
    assert f"データベース：{database}\n" in result.stdout
    assert "1か所から1件、2箇所" in result.stdout
    assert kotae(database, "doctor", KOTAE_LANGUAGE="en") == 0
    english = capsys.readouterr().out
    assert "Integrity: whole\n" in english
    assert english.isascii() is False  # for the marks alone
    assert english.replace("✓", "").isascii()


def test_where_there_is_no_database_none_is_made(capsys: Capture, tmp_path: Path) -> None:
    """Before anything was stored all is well, and the doctor says what is answered from."""
    found = checks(capsys, tmp_path / "new" / "kotae.db")
    assert "付属の記事から答えます" in found["database"]["found"]
    assert "engine" in found
    assert list(tmp_path.iterdir()) == []


def test_the_built_in_article_that_is_left_out_is_told(capsys: Capture, database: Path) -> None:
    """Only where it is there, beside something else, and it is not set that it stays."""
    assert "KOTAE_BUILT_IN" not in checks(capsys, database)["documents"]["found"]
    with closing(new_store(database.parent)) as store:
        put(store, BUILT_IN, document("article.md", "鳥は飛ぶ"))
    assert "KOTAE_BUILT_IN" in checks(capsys, database)["documents"]["found"]
    assert "KOTAE_BUILT_IN" not in checks(capsys, database, KOTAE_BUILT_IN="always")["documents"]["found"]


def test_the_database_stays_as_it_is(capsys: Capture, database: Path) -> None:
    """Looking changes nothing."""
    before = database.read_bytes()
    checks(capsys, database)
    assert database.read_bytes() == before


def _garbage(file: Path) -> None:
    file.write_bytes(b"garbage" * 999)


def _damaged(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:4096] + b"\xff" * 60_000)


def _folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


@pytest.mark.parametrize("harm", [_garbage, _damaged, _folder])
def test_a_broken_database_is_told_with_what_to_do(capsys: Capture, database: Path, harm: Any) -> None:
    """Whatever is in its place, one check fails with a sentence, and the others are made all the same."""
    harm(database)
    found = checks(capsys, database)
    assert not found["database"]["well"]
    assert str(database) in found["database"]["advice"]
    assert found["dictionary"]["well"]
    assert kotae(database, "doctor") == 1
    assert "\n✗ データベース：" in capsys.readouterr().out


def test_damage_inside_is_found(capsys: Capture, database: Path) -> None:
    """A database that opens, and yet is damaged, is told to be restored."""
    with closing(new_store(database.parent)) as store, store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA writable_schema = ON")
        root = connection.exec_driver_sql("SELECT rootpage FROM sqlite_master WHERE name = 'ix_passages_id'").scalar()
        size = connection.exec_driver_sql("PRAGMA page_size").scalar()
    assert isinstance(root, int)
    assert isinstance(size, int)
    data = bytearray(database.read_bytes())
    data[(root - 1) * size + 100 : root * size] = b"\0" * (size - 100)
    database.write_bytes(data)
    found = checks(capsys, database)
    assert not found["integrity"]["well"]
    assert "kotae restore" in found["integrity"]["advice"]


def test_what_will_be_made_anew_is_counted(capsys: Capture, database: Path) -> None:
    """Passages of an older analysis, and an older revision, are told, and are well."""
    with closing(new_store(database.parent)) as store, store.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE passages SET analysis = {ANALYSIS_VERSION - 1}")  # noqa: S608
        for table in ("guild_settings", "feedback", "unanswered_questions"):
            connection.exec_driver_sql(f"DROP TABLE {table}")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    found = checks(capsys, database)
    assert "2箇所が古い" in found["analysis"]["found"]
    assert found["revision"]["found"].startswith("0001")
    assert all(check["well"] for check in found.values())


def test_the_engine_is_named(capsys: Capture, database: Path) -> None:
    """By size, or as it was chosen."""
    assert checks(capsys, database)["engine"]["found"].startswith("memory")
    assert checks(capsys, database, KOTAE_ENGINE="postings")["engine"]["found"].startswith("postings")


def test_a_replica_is_examined(program: Program) -> None:
    """Whether it can be read, and how far it is behind, without showing a password."""
    server = Server()
    try:
        url = server.new_store()

        def replica(address: str) -> dict[str, Any]:
            shown = program.run("doctor", "--json", KOTAE_DATABASE_URL=url, KOTAE_DATABASE_READ_URL=address).stdout
            return next(check for check in json.loads(shown)["checks"] if check["name"] == "replica")

        itself = replica(url.replace("kotae@", "kotae:secret@"))
        assert itself["well"]
        assert itself["found"] == url.replace("kotae@", "kotae:***@")
        nowhere = replica("postgresql://kotae:secret@127.0.0.1:1/kotae")
        assert not nowhere["well"]
        assert "接続できません" in nowhere["advice"]
        assert "secret" not in str(nowhere)
    finally:
        server.remove()


def test_the_encoder_is_named_with_what_it_has_read(capsys: Capture, database: Path) -> None:
    """Before the first question and after it; and that there is none."""
    assert "2箇所のうち0箇所" in checks(capsys, database, KOTAE_ENCODER="use")["encoder"]["found"]
    queued = checks(capsys, database, KOTAE_ENCODER="use", KOTAE_INTAKE="queue")["encoder"]["found"]
    assert "残りは kotae work が読み取ります" in queued
    with closing(new_store(database.parent)) as store:
        open_knowledge(settings(database, KOTAE_ENCODER="use"), store)
    read = checks(capsys, database, KOTAE_ENCODER="use")["encoder"]["found"]
    assert read.startswith("universal-sentence-encoder")
    assert "全2箇所" in read
    assert "KOTAE_ENCODER=off" in checks(capsys, database, KOTAE_ENCODER="off")["encoder"]["found"]


def test_the_token_is_not_shown(capsys: Capture, database: Path) -> None:
    """Whether there is one is said, and what the bot reads."""
    assert kotae(database, "doctor", DISCORD_TOKEN=SECRET, KOTAE_MESSAGE_CONTENT="on") == 0
    said = capsys.readouterr().out
    assert "トークンあり" in said
    assert "KOTAE_MESSAGE_CONTENT=on" in said
    assert SECRET not in said


def test_what_the_settings_name_is_looked_at(
    capsys: Capture, database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Content that is not there, and a cache that cannot be written, are told, each with what to do."""
    (tmp_path / "file").touch()
    missing = str(tmp_path / "missing")
    found = checks(capsys, database, KOTAE_CONTENT=missing, KOTAE_CACHE_DIR=str(tmp_path / "file"))
    assert missing in found["content"]["advice"]
    assert "KOTAE_CACHE_DIR" in found["cache"]["advice"]
    (tmp_path / ".env").touch()
    monkeypatch.chdir(tmp_path)
    assert str(tmp_path / ".env") in checks(capsys, database)["settings"]["found"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk to write to")
def test_a_full_disk_is_no_traceback(program: Program, database: Path) -> None:
    """Where the report cannot be written, one sentence says so."""
    with Path("/dev/full").open("wb") as full:
        result = subprocess.run(
            program.command("doctor"),
            stdout=full,
            stderr=subprocess.PIPE,
            env=program.environment(KOTAE_DATABASE_URL=f"sqlite:///{database}"),
            check=False,
        )
    assert result.returncode == 2
    assert b"Traceback" not in result.stderr


def test_a_disk_that_is_nearly_full(database: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    """Too little room is told before it is none."""
    usage = shutil.disk_usage(database.parent)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage._replace(free=1_000_000))
    assert examine(Wording("en"), Settings(database_url=f"sqlite:///{database}"), as_json=False) == 1
    assert "✗ Disk: 0.0 GB free in" in capsys.readouterr().out


@pytest.mark.parametrize("closed", ["", "kotae.db", "kotae.db-wal"])
def test_what_this_user_may_not_write_is_told(
    capsys: Capture, database: Path, monkeypatch: pytest.MonkeyPatch, closed: str
) -> None:
    """The database's folder, or a file there that somebody else made, as an administrator's `sudo kotae add`."""
    path = database.parent / closed
    if not path.exists():
        path.touch()
    monkeypatch.setattr(os, "access", lambda asked, _mode: Path(asked) != path)
    found = checks(capsys, database)["disk"]
    assert not found["well"]
    assert found["found"] == str(path)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_a_token_that_others_may_read_is_told(
    capsys: Capture, database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where it is in a .env that is not the owner's alone."""
    file = tmp_path / ".env"
    file.touch(0o600)
    monkeypatch.chdir(tmp_path)
    assert checks(capsys, database, DISCORD_TOKEN=SECRET)["settings"]["well"]
    file.chmod(0o644)
    assert checks(capsys, database)["settings"]["well"]
    found = checks(capsys, database, DISCORD_TOKEN=SECRET)["settings"]
    assert not found["well"]
    assert f"chmod 600 {file}" in found["advice"]


def test_a_check_that_fails_itself_hides_no_other(
    database: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """A package that is broken is told as what it is, and the other checks are made."""

    def broken(_say: Wording, _settings: Settings) -> list[Any]:
        raise ImportError("no such file")

    monkeypatch.setitem(report.EVERY, "dictionary", broken)
    assert examine(Wording("en"), Settings(database_url=f"sqlite:///{database}"), as_json=False) == 1
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("✗ Dictionary: ") and "ImportError: no such file" in line for line in lines)
    assert sum(line.startswith("✗") for line in lines) == 1


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="whoever is root may read everything")
def test_a_folder_that_may_not_be_read(capsys: Capture, database: Path) -> None:
    """A database in a folder that is closed to us is told."""
    database.parent.chmod(0)
    try:
        assert not checks(capsys, database)["database"]["well"]
    finally:
        database.parent.chmod(0o700)


def test_a_cluster_is_examined_without_showing_the_password(capsys: Capture, database: Path) -> None:
    """Where its nodes are, and which version they have."""
    health = {"version": {"number": "2.19.6", "distribution": "opensearch"}, "number_of_nodes": 3, "status": "yellow"}
    with LoopbackOpenSearch([(200, health)]) as server:
        url = f"http://me:{SECRET}@{server.shown}"
        found = checks(capsys, database, KOTAE_ENGINE="opensearch", KOTAE_OPENSEARCH_URL=url)["engine"]
        assert found["well"]
        assert found["found"] == f"opensearch（{server.shown}、2.19.6、3ノード）"


@pytest.mark.parametrize(
    ("health", "told"),
    [
        ({"version": {"number": "1.3.0", "distribution": "opensearch"}}, "2.19 以降"),
        (
            {"version": {"number": "3.9.0", "distribution": "opensearch"}, "number_of_nodes": 1, "status": "red"},
            "欠けている",
        ),
    ],
)
def test_a_cluster_that_cannot_be_used_is_said(
    capsys: Capture, database: Path, health: dict[str, Any], told: str
) -> None:
    """With what to do about it."""
    with LoopbackOpenSearch([(200, health)]) as server:
        url = f"http://{server.shown}"
        found = checks(capsys, database, KOTAE_ENGINE="opensearch", KOTAE_OPENSEARCH_URL=url)["engine"]
    assert not found["well"]
    assert told in found["advice"]


def test_an_engine_without_its_package_or_address_is_said(
    capsys: Capture, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each with what is missing."""
    assert "KOTAE_OPENSEARCH_URL" in checks(capsys, database, KOTAE_ENGINE="opensearch")["engine"]["advice"]
    monkeypatch.setitem(sys.modules, "opensearchpy", None)
    for module in ("cluster", "health"):
        monkeypatch.delitem(sys.modules, f"index.ranking.opensearch.{module}", raising=False)
    assert '".[opensearch]"' in checks(capsys, database, KOTAE_ENGINE="opensearch")["engine"]["advice"]


def test_it_says_which_process_serves_which_shards(capsys: Capture, database: Path) -> None:
    """Where processes share a bot's shards; one that nobody serves is not well."""
    assert "shards" not in checks(capsys, database)
    with closing(new_store(database.parent)) as store:
        for holder, shards in {"alpha:11:0": [0, 1, 2], "beta:22:0": [4]}.items():
            Leases(store, holder).acquire_all([shard_lease(shard, 5) for shard in shards], 60)
        found = checks(capsys, database, KOTAE_LANGUAGE="en")["shards"]
        assert found["found"] == "of 5: 0-2 by process 11 on alpha, 4 by process 22 on beta"
        assert not found["well"]
        assert "3" in found["advice"]
        Leases(store, "gamma:33:0").acquire(shard_lease(3, 5), 60)
    assert checks(capsys, database)["shards"]["well"]


def test_what_is_served_to_whoever_reaches_it_is_told(capsys: Capture, database: Path) -> None:
    """Without a token and beyond this machine, unless it is named how it is reached."""
    public = {"KOTAE_SERVE_PUBLIC": "on"}
    to_all = public | {"KOTAE_SERVE_HOST": "0.0.0.0"}  # noqa: S104 - nothing listens
    for variables, well in (
        ({}, True),
        (public, True),
        (to_all, False),
        (to_all | {"KOTAE_SERVE_HOSTS": "kotae.example.com"}, True),
    ):
        found = checks(capsys, database, **variables)["serve"]
        assert found["well"] is well
        assert ("KOTAE_SERVE_HOSTS" in found["advice"]) is not well
