"""Restores a backup: verifies it completely, then replaces everything in a store by it, in one transaction."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import struct
import tempfile
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from sqlalchemy import Connection, Engine, bindparam, delete, event, func, insert, select, text, update

from index.errors import BackupInvalid, BackupNewer, BackupTooLarge, ContentMissing, ContentUnreadable, DatabaseError
from index.progress import Progress, no_progress
from index.store.backup.backup import DATABASE, FORMAT, MANIFEST, Manifest, file_digest, sqlite_database
from index.store.backup.checking import Damaged, check_rows, check_structure
from index.store.backup.copying import copy_rows, count_rows
from index.store.connection import reading, shown, writing
from index.store.discord.channels import Channels
from index.store.discord.message_rows import SAVED
from index.store.job_rows import CONVERSATIONS
from index.store.migration import known_revisions, migrate, revision_of
from index.store.parallel_analysis import AnalysisPool
from index.store.rows import ANALYSIS_VERSION, State, now
from index.store.schema import (
    NOT_BACKED_UP,
    collection,
    generations,
    jobs,
    metadata,
    opted_out,
    passage_vectors,
    passages,
    removals,
    sources,
)
from index.store.store import CHANNEL, Store, lock_collection, state_of

_CHUNK_BYTES = 1 << 20
_MAX_MANIFEST_BYTES = 1 << 16
# The directory of a ZIP of two files takes less.
_MAX_DIRECTORY_BYTES = 1 << 16
# How well a backup's database may be compressed at most; not checked for less than so many bytes.
_MAX_COMPRESSION_RATIO, _UNCHECKED_BYTES = 100, 64_000_000
# No row that we wrote is as large; SQLite refuses to read a larger one.
_MAX_ROW_BYTES = 16_000_000
_TABLE_NAME = re.compile(r"[a-z_]{1,64}")
_MAX_TABLES = 100
# How many passages are analysed together.
_BATCH_SIZE = 1_000


class Backup(NamedTuple):
    """A verified backup, as a database with this version's schema and analysis."""

    manifest: Manifest
    engine: Engine
    path: Path


class _NewerVersion(Exception):
    """A newer version of the program made the backup."""


@contextmanager
def verified_backup(path: Path, progress: Progress = no_progress) -> Iterator[Backup]:
    """Verify the backup in a file; within the context an up-to-date copy is in a temporary folder.

    Raises ContentMissing, ContentUnreadable, BackupInvalid, BackupNewer or BackupTooLarge.
    """
    with tempfile.TemporaryDirectory(prefix="kotae-") as folder:
        database = Path(folder, DATABASE)
        try:
            manifest = _unpack(path, database, progress)
            with _untrusted_database(database) as engine:
                _check_database(engine, manifest)
                migrate(engine)
                with reading(engine) as connection:
                    check_rows(connection)
                _analyse_passages(engine, manifest, progress)
        except BackupTooLarge:
            raise
        except _NewerVersion as error:
            raise BackupNewer(path=str(path)) from error
        except FileNotFoundError as error:
            raise ContentMissing(path=str(path)) from error
        except OSError as error:
            raise ContentUnreadable(path=str(path), reason=error.strerror or str(error)) from error
        except Exception as error:
            # Whatever reading the file raises: the cause is a file that is not as it was written.
            raise _invalid(path, error) from error
        with _untrusted_database(database) as engine:
            yield Backup(manifest, engine, path)


def restore(
    store: Store,
    backup: Backup,
    progress: Progress = no_progress,
    also_opted_out: Mapping[int, str] = MappingProxyType({}),
) -> State:
    """Replace everything in a store by a backup, in one transaction.

    The collection gets a new identity, so every index is built again. Sources keep their numbers, which people use; rows
    of other tables get new ones, so that a number from before finds nothing rather than something else. People who opted
    out in the store, or according to `also_opted_out` (with the time), stay opted out, and nothing of theirs is restored.
    What was written in Discord is withheld, since it may have been deleted or edited there since the backup.

    Raises BackupInvalid, or a DatabaseError.
    """
    try:
        return _restore(store, backup, progress, also_opted_out)
    except DatabaseError as error:
        if error.values["database"] == shown(backup.engine):
            raise _invalid(backup.path, error) from error
        raise


def _restore(store: Store, backup: Backup, progress: Progress, also_opted_out: Mapping[int, str]) -> State:
    # Removals are for indexes that follow the old collection; what is not backed up a backup has only if it was forged.
    left_out = collection, generations, removals, *NOT_BACKED_UP
    tables = [table for table in metadata.sorted_tables if table not in left_out]
    with writing(store.engine) as target:
        lock_collection(target)
        opted_out_here: dict[int, str] = dict(target.execute(select(opted_out.c.person, opted_out.c.since)).all())
        generation = max(state_of(target).generation, _generation_of(backup)) + 1
        _apply_opt_outs(backup, {**also_opted_out, **opted_out_here}, generation)
        # Errors from here on are the store's: all of the backup was read before.
        with backup.engine.connect() as source:
            steps = sum(count_rows(source, [table.name for table in tables]).values())
            step = progress("restore", steps)
            numbered_tables = [table for table in tables if "number" in table.columns]
            offsets = {table.name: _highest_number(target, table) for table in numbered_tables if table is not sources}
            # The row of `collection` stays: on PostgreSQL it is the lock that writers wait for.
            for table in (generations, removals, passage_vectors, *reversed(tables)):
                target.execute(delete(table))
            for table in tables:
                copy_rows(table, source, target, offsets, step)
                if table in numbered_tables:
                    _advance_sequence(target, table.name)
            # The files of a queue are not in the backup: whoever added them still has them.
            target.execute(delete(jobs).where(jobs.c.kind != CONVERSATIONS))
            waiting = {"attempts": 0, "not_before": 0, "holder": None, "leased_until": 0, "dead": False, "error": None}
            target.execute(update(jobs).values(waiting))
        values = {"identity": uuid.uuid4().hex, "generation": generation, "forgotten": generation, "erased": 0}
        target.execute(update(collection).values(values))
        target.execute(insert(generations).values(generation=generation, token=uuid.uuid4().hex))
        return state_of(target)


def _generation_of(backup: Backup) -> int:
    with reading(backup.engine) as connection:
        return int(connection.execute(select(collection.c.generation)).scalar_one())


def _apply_opt_outs(backup: Backup, people: Mapping[int, str], generation: int) -> None:
    """Remove from the copy of a backup what people who opted out wrote and asked, and withhold what is from Discord.

    All passages get the generation of the restore.
    """
    channels = Channels(Store(backup.engine))
    since = people.items() - channels.opted_out().items()
    with writing(backup.engine) as connection:
        connection.execute(delete(opted_out).where(opted_out.c.person.in_([person for person, _ in since])))
        if since:
            connection.execute(insert(opted_out), [{"person": person, "since": when} for person, when in since])
    channels.forget_opted_out()
    with writing(backup.engine) as connection:
        connection.execute(update(passages).values(generation=generation))
        written = sources.c.kind.in_((CHANNEL, SAVED)), sources.c.withheld.is_(None)
        connection.execute(update(sources).where(*written).values(withheld=now()))


def _unpack(path: Path, database: Path, progress: Progress) -> Manifest:
    _check_directory(path)
    with ZipFile(path) as archive:
        if sorted(archive.namelist()) != sorted((DATABASE, MANIFEST)):
            raise Damaged("other files in it")
        manifest = _manifest(_read_manifest(archive))
        member = archive.getinfo(DATABASE)
        if member.file_size > max(member.compress_size * _MAX_COMPRESSION_RATIO, _UNCHECKED_BYTES):
            raise Damaged("member tighter than any backup is")
        if member.file_size != manifest.size:
            raise Damaged("another size than its manifest says")
        if manifest.size > (free := shutil.disk_usage(database.parent).free):
            raise BackupTooLarge(
                path=str(path),
                size=_megabytes(manifest.size),
                free=_megabytes(free),
                folder=str(database.parent.parent),
            )
        _extract(archive, member, database, progress)
    if file_digest(database) != manifest.blake2b:
        raise Damaged("another digest than its manifest says")
    return manifest


def _check_directory(path: Path) -> None:
    """Refuse a ZIP whose directory would fill the memory; a backup ends with its directory, without a comment.

    Source: PKWARE's APPNOTE 6.3.10, 4.3.14 to 4.3.16.
    """
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - 98))
        end = file.read()
    if len(end) < 22 or end[-22:-18] != b"PK\5\6":
        raise Damaged("no end of a ZIP file")
    (length,) = struct.unpack("<I", end[-10:-6])
    if end[-42:-38] == b"PK\6\7":
        # A ZIP64 file, of more than 4 GB, has the length here.
        (length,) = struct.unpack("<Q", end[-58:-50])
    if length > _MAX_DIRECTORY_BYTES:
        raise Damaged("too many files in it")


def _read_manifest(archive: ZipFile) -> Any:
    # Other methods would unpack more than the announced size before that is detected.
    if any(one.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for one in archive.infolist()):
        raise Damaged("member otherwise than a backup is")
    if archive.getinfo(MANIFEST).file_size > _MAX_MANIFEST_BYTES:
        raise Damaged("manifest too long")
    return json.loads(archive.read(MANIFEST))


def _manifest(content: Any) -> Manifest:
    if not isinstance(content, dict) or not isinstance(content.get("format"), int):
        raise Damaged("no manifest of a backup")
    if content["format"] > FORMAT:
        raise _NewerVersion
    kinds = {
        "revision": str,
        "identity": str,
        "generation": int,
        "counts": dict,
        "size": int,
        "blake2b": str,
        "made": str,
    }
    for name, kind in kinds.items():
        if not isinstance(content.get(name), kind):
            raise Damaged(f"no {name} in its manifest")
    if content["revision"] not in known_revisions():
        raise _NewerVersion
    counts = content["counts"]
    if (
        len(counts) > _MAX_TABLES
        or not all(map(_TABLE_NAME.fullmatch, counts))
        or {*map(type, counts.values())} - {int}
    ):
        raise Damaged("no counts in its manifest")
    if not {"collection", "documents", "passages"} <= counts.keys():
        raise Damaged("no counts in its manifest")
    if datetime.fromisoformat(content["made"]).tzinfo is None:
        raise Damaged("no made in its manifest")
    return Manifest(*(content[name] for name in Manifest._fields))


def _extract(archive: ZipFile, member: ZipInfo, database: Path, progress: Progress) -> None:
    """Unpack the database; zipfile reads no more than the announced size, and verifies the checksum at the end."""
    read = progress("verify", member.file_size // _CHUNK_BYTES)
    with archive.open(member) as source, database.open("wb") as target:
        while chunk := source.read(_CHUNK_BYTES):
            target.write(chunk)
            read()


@contextmanager
def _untrusted_database(database: Path) -> Iterator[Engine]:
    """Connect to a database that may have been made to do harm."""
    with sqlite_database(database) as engine:
        event.listen(engine, "connect", _set_limits)
        yield engine


def _set_limits(connection: Any, _record: object) -> None:
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MAX_ROW_BYTES)
    # The copy need not survive a power cut.
    connection.execute("PRAGMA synchronous = OFF")


def _check_database(engine: Engine, manifest: Manifest) -> None:
    with reading(engine) as connection:
        check_structure(connection, manifest.revision)
        if (found := connection.execute(text("PRAGMA integrity_check(1)")).scalar()) != "ok":
            raise Damaged(str(found).partition("\n")[0])
        if connection.execute(text("PRAGMA foreign_key_check")).first():
            raise Damaged("rows that belong to none")
        if revision_of(connection) != manifest.revision:
            raise Damaged("another revision than its manifest says")
        counts = count_rows(connection, manifest.counts)
        if counts != manifest.counts or counts["collection"] != 1:
            raise Damaged("other counts than its manifest says")


def _analyse_passages(engine: Engine, manifest: Manifest, progress: Progress) -> None:
    """Replace terms and outlines, which are not trusted, by the analysis of the texts."""
    step = progress("analyse", manifest.counts["passages"])
    statement = update(passages).where(passages.c.number == bindparam("row"))
    statement = statement.values(analysis=ANALYSIS_VERSION, terms=bindparam("terms"), outline=bindparam("outline"))
    last_number = -1
    with AnalysisPool() as pool:
        while True:
            query = select(passages.c.number, passages.c.text).where(passages.c.number > last_number)
            with reading(engine) as connection:
                rows = connection.execute(query.order_by(passages.c.number).limit(_BATCH_SIZE)).all()
            if not rows:
                break
            analyses = pool.analyse([row.text for row in rows])()
            with writing(engine) as connection:
                values = [{"row": row.number, **one._asdict()} for row, one in zip(rows, analyses, strict=True)]
                connection.execute(statement, values)
            last_number = rows[-1].number
            for _ in rows:
                step()
    # A forged sequence could leave no room for new row numbers.
    with writing(engine) as connection:
        connection.execute(text("DELETE FROM sqlite_sequence"))


def _invalid(path: Path, error: BaseException) -> BackupInvalid:
    reason = error.values.get("reason", "") if isinstance(error, DatabaseError) else str(error)
    return BackupInvalid(path=str(path), reason=reason.partition("\n")[0][:200] or type(error).__name__)


def _highest_number(connection: Connection, table: Any) -> int:
    return connection.execute(select(func.max(table.c.number))).scalar() or 0


def _advance_sequence(connection: Connection, table: str) -> None:
    """Let PostgreSQL number new rows from the highest number on; SQLite does so by itself."""
    if connection.dialect.name == "postgresql":
        sequence = f"pg_get_serial_sequence('{table}', 'number')"
        highest = f"GREATEST((SELECT MAX(number) FROM {table}), nextval({sequence}))"  # noqa: S608 (constant names)
        connection.execute(text(f"SELECT setval({sequence}, {highest})"))


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:,.0f}"
