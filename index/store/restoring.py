"""Bringing a backup back: looked at from all sides first, then put in the place of what is there, at once."""

from __future__ import annotations

import json
import shutil
import struct
import tempfile
import uuid
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from zipfile import BadZipFile, ZipFile, ZipInfo

from sqlalchemy import Connection, Engine, delete, func, insert, select, text, update

from index.errors import BackupInvalid, BackupNewer, BackupTooLarge, ContentMissing, ContentUnreadable, DatabaseError
from index.store.backup import CHUNK, DATABASE, FORMAT, MANIFEST, Manifest, digest_of, lone_database
from index.store.connection import reading, writing
from index.store.copying import copy_rows, count_rows
from index.store.migration import known_revisions, migrate, revision_of
from index.store.peek import State
from index.store.schema import collection, generations, metadata, removals, sources
from index.store.store import Store, one_at_a_time, state_of

if TYPE_CHECKING:
    from index.snapshot import Progress

_LONGEST_MANIFEST = 1 << 16
# What zipfile raises for files that are damaged, encrypted, or packed in a way that it does not know.
_DAMAGE = (BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError, ValueError, KeyError)


class Backup(NamedTuple):
    """A backup that was found whole, as a database of this version's schema."""

    manifest: Manifest
    engine: Engine


class _Damaged(Exception):
    """What is wrong with a backup."""


class _Later(Exception):
    """A later version of the program made the backup."""


@contextmanager
def whole_backup(path: Path, progress: Progress | None = None) -> Iterator[Backup]:
    """The backup in a file, once nothing was found wrong with it; a copy lies in a temporary folder meanwhile.

    Raises ContentMissing, ContentUnreadable, BackupInvalid, BackupNewer or BackupTooLarge.
    """
    with tempfile.TemporaryDirectory(prefix="kotae-") as folder:
        database = Path(folder, DATABASE)
        try:
            manifest = _unpack(path, database, progress or (lambda _name, _steps: lambda: None))
            with lone_database(database) as engine:
                _check_database(engine, manifest)
                migrate(engine)
        except (*_DAMAGE, _Damaged, DatabaseError) as error:
            reason = error.values.get("reason", "") if isinstance(error, DatabaseError) else str(error)
            raise BackupInvalid(path=str(path), reason=reason or type(error).__name__) from error
        except _Later as error:
            raise BackupNewer(path=str(path)) from error
        except FileNotFoundError as error:
            raise ContentMissing(path=str(path)) from error
        except OSError as error:
            raise ContentUnreadable(path=str(path), reason=error.strerror or str(error)) from error
        with lone_database(database) as engine:
            yield Backup(manifest, engine)


def restore(store: Store, backup: Backup, progress: Progress | None = None) -> State:
    """Put what is in a backup in the place of all that is stored, in one transaction; raises a DatabaseError.

    It becomes another collection, so that every index is made anew. Sources keep their numbers, by which people name
    them; other numbers of what was there are not used again, so that who has them still finds nothing rather than
    something else.
    """
    # Indexes that are made anew ask for no removals.
    tables = [table for table in metadata.sorted_tables if table not in (collection, generations, removals)]
    with reading(backup.engine) as source, writing(store.engine) as target:
        steps = sum(count_rows(source, [table.name for table in tables]).values())
        restored = (progress or (lambda _name, _steps: lambda: None))("restore", steps)
        one_at_a_time(target)
        numbered = [table for table in tables if "number" in table.columns]
        shift = {table.name: _highest(target, table) for table in numbered if table is not sources}
        # On PostgreSQL the row of the collection is what writers wait for, and has to stay.
        generation = max(state_of(source).generation, state_of(target).generation) + 1
        for table in (generations, removals, *reversed(tables)):
            target.execute(delete(table))
        for table in tables:
            copy_rows(table, source, target, shift, restored)
            _go_on_counting(target, table.name, has_numbers=table in numbered)
        target.execute(update(collection).values(identity=uuid.uuid4().hex, generation=generation))
        target.execute(insert(generations).values(generation=generation, token=uuid.uuid4().hex))
        return state_of(target)


def _unpack(path: Path, database: Path, progress: Progress) -> Manifest:
    with ZipFile(path) as archive:
        if sorted(archive.namelist()) != sorted((DATABASE, MANIFEST)):
            raise _Damaged("other files in it")
        manifest = _manifest(_read_manifest(archive))
        packed = archive.getinfo(DATABASE)
        if packed.file_size != manifest.size:
            raise _Damaged("another size than its manifest says")
        if manifest.size > (free := shutil.disk_usage(database.parent).free):
            raise BackupTooLarge(
                path=str(path),
                size=_megabytes(manifest.size),
                free=_megabytes(free),
                folder=str(database.parent.parent),
            )
        _extract(archive, packed, database, progress)
    if digest_of(database) != manifest.blake2b:
        raise _Damaged("another digest than its manifest says")
    return manifest


def _read_manifest(archive: ZipFile) -> Any:
    if archive.getinfo(MANIFEST).file_size > _LONGEST_MANIFEST:
        raise _Damaged("manifest too long")
    return json.loads(archive.read(MANIFEST))


def _manifest(content: Any) -> Manifest:
    if not isinstance(content, dict) or not isinstance(content.get("format"), int):
        raise _Damaged("no manifest of a backup")
    if content["format"] > FORMAT or content.get("revision") not in known_revisions():
        raise _Later
    kinds = {"identity": str, "generation": int, "counts": dict, "size": int, "blake2b": str, "made": str}
    for name, kind in kinds.items():
        if not isinstance(content.get(name), kind):
            raise _Damaged(f"no {name} in its manifest")
    if not all(isinstance(count, int) for count in content["counts"].values()):
        raise _Damaged("no counts in its manifest")
    return Manifest(*(content[name] for name in Manifest._fields))


def _extract(archive: ZipFile, packed: ZipInfo, database: Path, progress: Progress) -> None:
    """Write what is packed to a file; zipfile reads no more than the size it announced, and checks it to the end."""
    read = progress("verify", packed.file_size // CHUNK)
    with archive.open(packed) as source, database.open("wb") as target:
        while chunk := source.read(CHUNK):
            target.write(chunk)
            read()


def _check_database(engine: Engine, manifest: Manifest) -> None:
    with reading(engine) as connection:
        if programs := connection.execute(_PROGRAMS).scalars().all():
            raise _Damaged(f"programs in its database: {', '.join(programs)}")
        if (found := connection.execute(text("PRAGMA integrity_check(1)")).scalar()) != "ok":
            raise _Damaged(str(found).partition("\n")[0])
        if connection.execute(text("PRAGMA foreign_key_check")).first():
            raise _Damaged("rows that belong to none")
        if revision_of(connection) != manifest.revision:
            raise _Damaged("another revision than its manifest says")
        counts = count_rows(connection, manifest.counts)
        if counts != manifest.counts or counts.get(collection.name) != 1:
            raise _Damaged("other counts than its manifest says")


# A backup has tables and indexes only; anything else would run while it is read.
_PROGRAMS = text("SELECT name FROM sqlite_master WHERE type NOT IN ('table', 'index')")


def _highest(connection: Connection, table: Any) -> int:
    return connection.execute(select(func.max(table.c.number))).scalar() or 0


def _go_on_counting(connection: Connection, table: str, has_numbers: bool) -> None:
    """Let PostgreSQL count on from the highest number; SQLite does by itself."""
    if has_numbers and connection.dialect.name == "postgresql":
        sequence = f"pg_get_serial_sequence('{table}', 'number')"
        highest = f"GREATEST((SELECT MAX(number) FROM {table}), nextval({sequence}))"  # noqa: S608 (names of ours)
        connection.execute(text(f"SELECT setval({sequence}, {highest})"))


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:,.0f}"
