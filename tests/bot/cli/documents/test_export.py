from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import pytest

from bot.json_contract import attribution_of
from index.errors import OutputExists, OutputUnwritable
from index.store.store import Store
from tests.bot.commands import kotae
from tests.conftest import Program
from tests.processes import PATIENCE, started
from tests.stores import document, new_store, put


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store with many passages."""
    with closing(new_store(tmp_path)) as opened:
        put(opened, "/手引き", *(document(f"{number}.md", "犬は遊ぶ", "猫は\n寝る") for number in range(600)))
        yield opened


@pytest.fixture
def database(tmp_path: Path, store: Store) -> dict[str, str]:
    """Where it lies."""
    assert store.size() == 1_200
    return {"KOTAE_DATABASE_URL": f"sqlite:///{tmp_path / 'kotae.db'}"}


def test_every_passage_is_a_line(program: Program, store: Store, database: dict[str, str], tmp_path: Path) -> None:
    """To standard output or to a file, in reading order, whatever the terminal's encoding."""
    result = program.run("export", **database, PYTHONIOENCODING="ascii")
    assert (result.returncode, result.stderr) == (0, "")
    path = tmp_path / "export.jsonl"
    assert kotae(tmp_path / "kotae.db", "export", str(path)) == 0
    assert path.read_text(encoding="utf-8") == result.stdout
    expected = [
        {
            "source": "/手引き",
            "document": name,
            "passage_id": kept.passage.id,
            "text": kept.passage.text,
            "attribution": asdict(attribution_of(kept.passage)),
        }
        for _, name, kept in store.all()
    ]
    assert [json.loads(line) for line in result.stdout.splitlines()] == expected


def test_a_file_is_written_over_only_where_that_is_wanted(store: Store, tmp_path: Path) -> None:
    """A file that is there stays, unless --force is said; what cannot be written is told."""
    path, database = tmp_path / "export.jsonl", tmp_path / "kotae.db"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(OutputExists):
        kotae(database, "export", str(path))
    assert path.read_text(encoding="utf-8") == "mine"
    assert kotae(database, "export", "--force", str(path)) == 0
    assert len(path.read_text(encoding="utf-8").splitlines()) == store.size()
    with pytest.raises(OutputUnwritable):
        kotae(database, "export", str(tmp_path / "nowhere" / "x"))


def test_a_reader_that_has_had_enough(program: Program, database: dict[str, str]) -> None:
    """After `head -1` the export ends, without a complaint."""
    read, write = os.pipe()
    with (
        os.fdopen(read, "rb") as output,
        started(
            program.command("export"), program.environment(**database), stdout=write, stderr=subprocess.PIPE
        ) as process,
    ):
        os.close(write)
        assert json.loads(output.readline())["text"]
        output.close()
        _, error = process.communicate(timeout=PATIENCE)
    assert (process.returncode, error) == (0, "")
