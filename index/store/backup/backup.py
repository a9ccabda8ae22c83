"""A backup: one file with all that a store holds, for another machine and another kind of database.

It is a ZIP with an SQLite database of the same tables, and a manifest that tells whether both are whole.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile

from sqlalchemy import Connection, Engine, delete
from sqlalchemy.engine import URL

from index.errors import DatabaseUnusable, OutputExists, OutputUnwritable
from index.private_files import private
from index.progress import Progress, no_progress
from index.store.backup.copying import copy_rows, count_rows
from index.store.clock import now
from index.store.connection import connect, reading, shown, writing
from index.store.migration import migrate
from index.store.schema import REVISION, collection, generations, metadata
from index.store.store import Store, state_of

FORMAT = 1
DATABASE, MANIFEST = "kotae.db", "manifest.json"
CHUNK = 1 << 20
# Outlines and terms hardly get smaller, texts do; higher levels take three times as long for a few percent.
_LEVEL = 1


class Manifest(NamedTuple):
    """What a backup says about itself: `counts` has the rows of each table, `size` and `blake2b` are the database's."""

    format: int
    revision: str
    identity: str
    generation: int
    counts: dict[str, int]
    size: int
    blake2b: str
    made: str


def back_up(store: Store, path: Path, progress: Progress = no_progress, *, force: bool = False) -> Manifest:
    """Write all that is stored, as it is at one moment, to a file, which is whole or not there.

    Others may read and write meanwhile. Raises OutputExists, OutputUnwritable, or a DatabaseError.
    """
    path = path.resolve()
    _check_free(path, force)
    try:
        with tempfile.TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent) as folder:
            unfinished, database = Path(folder, path.name), Path(folder, DATABASE)
            manifest = _copy(store, database, progress)
            _pack(database, manifest, unfinished)
            _check_free(path, force)
            unfinished.replace(path)
            _sync(path.parent)
    except OSError as error:
        raise OutputUnwritable(path=str(path), reason=error.strerror or str(error)) from error
    return manifest


@contextmanager
def lone_database(file: Path) -> Iterator[Engine]:
    """An SQLite database in a file of ours; raises a DatabaseError."""
    # A path may have characters that mean something in a URL.
    engine = connect(URL.create("sqlite", database=str(file)))
    try:
        yield engine
    finally:
        engine.dispose()


def digest_of(file: Path) -> str:
    """The digest of what is in a file."""
    digest = blake2b()
    with file.open("rb") as opened:
        while chunk := opened.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _check_free(path: Path, force: bool) -> None:
    if path.exists() and not path.is_file():
        raise OutputUnwritable(path=str(path), reason="not a regular file")
    if path.exists() and not force:
        raise OutputExists(path=str(path))


def _copy(store: Store, database: Path, progress: Progress) -> Manifest:
    with reading(store.engine) as source, lone_database(database) as engine:
        counts = count_rows(source, metadata.tables)
        copied = progress("backup", sum(counts.values()))
        state = state_of(source)
        try:
            migrate(engine)
            with writing(engine) as target:
                _copy_tables(source, target, copied)
        except DatabaseUnusable as error:
            if error.values["database"] == shown(engine):
                raise OutputUnwritable(path=str(database.parent.parent), reason=error.values["reason"]) from error
            raise
    return Manifest(
        FORMAT, REVISION, state.identity, state.generation, counts, database.stat().st_size, digest_of(database), now()
    )


def _copy_tables(source: Connection, target: Connection, copied: Callable[[], object]) -> None:
    for table in (collection, generations):
        target.execute(delete(table))
    for table in metadata.sorted_tables:
        copy_rows(table, source, target, {}, copied)


def _pack(database: Path, manifest: Manifest, path: Path) -> None:
    with open(path, "wb", opener=private) as file:
        with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
            archive.writestr(MANIFEST, json.dumps(manifest._asdict(), indent=2))
            archive.write(database, DATABASE)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    """Have the folder's new name on the disk; Windows does not open folders, and has it."""
    if os.name != "nt":
        opened = os.open(folder, os.O_RDONLY)
        os.fsync(opened)
        os.close(opened)
