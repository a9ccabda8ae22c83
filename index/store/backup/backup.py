"""Writes a backup: one file with everything in a store, for any machine and either kind of database.

It is a ZIP of an SQLite database with the same tables, and a manifest by which its integrity can be verified.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile

from sqlalchemy import Connection, Engine, delete
from sqlalchemy.engine import URL

from index.errors import DatabaseUnusable, OutputExists, OutputUnwritable
from index.private_files import private
from index.progress import Progress, no_progress
from index.store.backup.copying import copy_rows, count_rows
from index.store.connection import connect, reading, shown, writing
from index.store.migration import migrate
from index.store.rows import now
from index.store.schema import NOT_BACKED_UP, REVISION, collection, generations, metadata
from index.store.store import Store, state_of

FORMAT = 1
DATABASE, MANIFEST = "kotae.db", "manifest.json"
# Texts compress well, terms and outlines hardly do; higher levels take three times as long for a few percent.
_COMPRESSION_LEVEL = 1
_TABLES = [table for table in metadata.sorted_tables if table not in NOT_BACKED_UP]


class Manifest(NamedTuple):
    """Metadata of a backup: `counts` has the number of rows of each table, `size` and `blake2b` are the database's."""

    format: int
    revision: str
    identity: str
    generation: int
    counts: dict[str, int]
    size: int
    blake2b: str
    made: str


def back_up(store: Store, path: Path, progress: Progress = no_progress, *, force: bool = False) -> Manifest:
    """Write a consistent snapshot of a store to a file, atomically.

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
def sqlite_database(file: Path) -> Iterator[Engine]:
    """Connect to an SQLite database in a file; raises a DatabaseError."""
    # Not as a string: a path may contain characters that are special in a URL.
    engine = connect(URL.create("sqlite", database=str(file)))
    try:
        yield engine
    finally:
        engine.dispose()


def file_digest(file: Path) -> str:
    """The digest of a file's content."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, hashlib.blake2b).hexdigest()


def _check_free(path: Path, force: bool) -> None:
    if path.exists() and not path.is_file():
        raise OutputUnwritable(path=str(path), reason="not a regular file")
    if path.exists() and not force:
        raise OutputExists(path=str(path))


def _copy(store: Store, database: Path, progress: Progress) -> Manifest:
    with reading(store.engine, much=True) as source, sqlite_database(database) as engine:
        counts = count_rows(source, [table.name for table in _TABLES])
        step = progress("backup", sum(counts.values()))
        state = state_of(source)
        try:
            migrate(engine)
            with writing(engine) as target:
                _copy_tables(source, target, step)
        except DatabaseUnusable as error:
            if error.values["database"] == shown(engine):
                raise OutputUnwritable(path=str(database.parent.parent), reason=error.values["reason"]) from error
            raise
    return Manifest(
        FORMAT,
        REVISION,
        state.identity,
        state.generation,
        counts,
        database.stat().st_size,
        file_digest(database),
        now(),
    )


def _copy_tables(source: Connection, target: Connection, step: Callable[[], object]) -> None:
    for table in (collection, generations):
        target.execute(delete(table))
    for table in _TABLES:
        copy_rows(table, source, target, {}, step)


def _pack(database: Path, manifest: Manifest, path: Path) -> None:
    with open(path, "wb", opener=private) as file:
        with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=_COMPRESSION_LEVEL) as archive:
            archive.writestr(MANIFEST, json.dumps(manifest._asdict(), indent=2))
            archive.write(database, DATABASE)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    """Make the renaming durable; Windows cannot open folders, and does so by itself."""
    if os.name != "nt":
        opened = os.open(folder, os.O_RDONLY)
        os.fsync(opened)
        os.close(opened)
