"""Bringing a backup back: looked at from all sides first, then put in the place of what is there, at once."""

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
from index.intake.parallel_analysis import Analysing
from index.progress import Progress, no_progress
from index.store.backup.backup import CHUNK, DATABASE, FORMAT, MANIFEST, Manifest, digest_of, lone_database
from index.store.backup.checking import Damaged, check_rows, check_structure
from index.store.backup.copying import copy_rows, count_rows
from index.store.clock import now
from index.store.connection import reading, shown, writing
from index.store.discord.channels import Channels
from index.store.discord.message_rows import SAVED
from index.store.migration import known_revisions, migrate, revision_of
from index.store.rows import ANALYSIS, State
from index.store.schema import collection, generations, metadata, opted_out, passages, removals, sources
from index.store.store import CHANNEL, Store, one_at_a_time, state_of

_LONGEST_MANIFEST = 1 << 16
# A directory of two files takes less, whatever else there is in them.
_LONGEST_DIRECTORY = 1 << 16
# The least that a file of a backup may be packed to; below this many bytes it does not matter.
_TIGHTEST, _HARMLESS = 100, 64_000_000
# No row of ours is as large; SQLite refuses to read a larger one.
_LARGEST_ROW = 16_000_000
_TABLE_NAME = re.compile(r"[a-z_]{1,64}")
_MOST_TABLES = 100
# Passages that are analysed together.
_AT_A_TIME = 1_000


class Backup(NamedTuple):
    """A backup that was found whole, as a database of this version's schema, analysed by this version."""

    manifest: Manifest
    engine: Engine
    path: Path


class _Later(Exception):
    """A later version of the program made the backup."""


@contextmanager
def whole_backup(path: Path, progress: Progress = no_progress) -> Iterator[Backup]:
    """The backup in a file, once nothing was found wrong with it; a copy lies in a temporary folder meanwhile.

    Raises ContentMissing, ContentUnreadable, BackupInvalid, BackupNewer or BackupTooLarge.
    """
    with tempfile.TemporaryDirectory(prefix="kotae-") as folder:
        database = Path(folder, DATABASE)
        try:
            manifest = _unpack(path, database, progress)
            with _unpacked(database) as engine:
                _check_database(engine, manifest)
                migrate(engine)
                with reading(engine) as connection:
                    check_rows(connection)
                _analyse(engine, manifest, progress)
        except BackupTooLarge:
            raise
        except _Later as error:
            raise BackupNewer(path=str(path)) from error
        except FileNotFoundError as error:
            raise ContentMissing(path=str(path)) from error
        except OSError as error:
            raise ContentUnreadable(path=str(path), reason=error.strerror or str(error)) from error
        except Exception as error:
            # Whatever a file sets off in what reads it, it is the file that is not as it was made.
            raise _invalid(path, error) from error
        with _unpacked(database) as engine:
            yield Backup(manifest, engine, path)


def restore(
    store: Store,
    backup: Backup,
    progress: Progress = no_progress,
    also_opted_out: Mapping[int, str] = MappingProxyType({}),
) -> State:
    """Put what is in a backup in the place of all that is stored, in one transaction.

    It becomes another collection, so that every index is made anew. Sources keep their numbers, by which people name
    them; other numbers of what was there are not used again, so that who has them still finds nothing rather than
    something else. Whoever opted out, in the store or as is told here with the time, stays so, and nothing of theirs
    comes back. What was written in Discord is withheld: of what was deleted or edited there since, nobody told the backup. Raises BackupInvalid, or a DatabaseError.
    """
    try:
        return _restore(store, backup, progress, also_opted_out)
    except DatabaseError as error:
        if error.values["database"] == shown(backup.engine):
            raise _invalid(backup.path, error) from error
        raise


def _restore(store: Store, backup: Backup, progress: Progress, also_opted_out: Mapping[int, str]) -> State:
    # Indexes that are made anew ask for no removals.
    tables = [table for table in metadata.sorted_tables if table not in (collection, generations, removals)]
    with writing(store.engine) as target:
        one_at_a_time(target)
        known: dict[int, str] = dict(target.execute(select(opted_out.c.person, opted_out.c.since)).all())
        newest = max(state_of(target).generation, _generation_of(backup))
        _forget(backup, {**also_opted_out, **known}, newest + 1)
        # What goes wrong from here on is told of the store: all of the backup was read before.
        with backup.engine.connect() as source:
            steps = sum(count_rows(source, [table.name for table in tables]).values())
            restored = progress("restore", steps)
            numbered = [table for table in tables if "number" in table.columns]
            shift = {table.name: _highest(target, table) for table in numbered if table is not sources}
            # On PostgreSQL the row of the collection is what writers wait for, and has to stay.
            for table in (generations, removals, *reversed(tables)):
                target.execute(delete(table))
            for table in tables:
                copy_rows(table, source, target, shift, restored)
                _go_on_counting(target, table.name, has_numbers=table in numbered)
        values = {"identity": uuid.uuid4().hex, "generation": newest + 1, "forgotten": newest + 1, "erased": 0}
        target.execute(update(collection).values(values))
        target.execute(insert(generations).values(generation=newest + 1, token=uuid.uuid4().hex))
        return state_of(target)


def _generation_of(backup: Backup) -> int:
    with reading(backup.engine) as connection:
        return int(connection.execute(select(collection.c.generation)).scalar_one())


def _forget(backup: Backup, people: Mapping[int, str], generation: int) -> None:
    """Take from our copy of a backup what people wrote and asked who opted out; all passages are of one generation.

    What was written in Discord is withheld there.
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
        packed = archive.getinfo(DATABASE)
        if packed.file_size > max(packed.compress_size * _TIGHTEST, _HARMLESS):
            raise Damaged("packed tighter than any backup is")
        if packed.file_size != manifest.size:
            raise Damaged("another size than its manifest says")
        if manifest.size > (free := shutil.disk_usage(database.parent).free):
            raise BackupTooLarge(
                path=str(path),
                size=_megabytes(manifest.size),
                free=_megabytes(free),
                folder=str(database.parent.parent),
            )
        _extract(archive, packed, database, progress)
    if digest_of(database) != manifest.blake2b:
        raise Damaged("another digest than its manifest says")
    return manifest


def _check_directory(path: Path) -> None:
    """Refuse a ZIP whose list of files would fill the memory; ours end with it, without a comment.

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
        # One of more than 4 GB says it here.
        (length,) = struct.unpack("<Q", end[-58:-50])
    if length > _LONGEST_DIRECTORY:
        raise Damaged("too many files in it")


def _read_manifest(archive: ZipFile) -> Any:
    # Others unpack more than they announce before that is noticed.
    if any(one.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for one in archive.infolist()):
        raise Damaged("packed otherwise than a backup is")
    if archive.getinfo(MANIFEST).file_size > _LONGEST_MANIFEST:
        raise Damaged("manifest too long")
    return json.loads(archive.read(MANIFEST))


def _manifest(content: Any) -> Manifest:
    if not isinstance(content, dict) or not isinstance(content.get("format"), int):
        raise Damaged("no manifest of a backup")
    if content["format"] > FORMAT:
        raise _Later
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
        raise _Later
    counts = content["counts"]
    if (
        len(counts) > _MOST_TABLES
        or not all(map(_TABLE_NAME.fullmatch, counts))
        or {*map(type, counts.values())} - {int}
    ):
        raise Damaged("no counts in its manifest")
    if not {"collection", "documents", "passages"} <= counts.keys():
        raise Damaged("no counts in its manifest")
    if datetime.fromisoformat(content["made"]).tzinfo is None:
        raise Damaged("no made in its manifest")
    return Manifest(*(content[name] for name in Manifest._fields))


def _extract(archive: ZipFile, packed: ZipInfo, database: Path, progress: Progress) -> None:
    """Write what is packed to a file; zipfile reads no more than the size it announced, and checks it to the end."""
    read = progress("verify", packed.file_size // CHUNK)
    with archive.open(packed) as source, database.open("wb") as target:
        while chunk := source.read(CHUNK):
            target.write(chunk)
            read()


@contextmanager
def _unpacked(database: Path) -> Iterator[Engine]:
    """A database that may be made to harm us."""
    with lone_database(database) as engine:
        event.listen(engine, "connect", _bound)
        yield engine


def _bound(connection: Any, _record: object) -> None:
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LARGEST_ROW)
    # Our copy need not survive a power cut.
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


def _analyse(engine: Engine, manifest: Manifest, progress: Progress) -> None:
    """Make anew, from the texts, what was made of them; numbers are counted on from the highest."""
    analysed = progress("analyse", manifest.counts["passages"])
    changed = update(passages).where(passages.c.number == bindparam("of"))
    changed = changed.values(analysis=ANALYSIS, terms=bindparam("terms"), outline=bindparam("outline"))
    last = -1
    with Analysing() as analysing:
        while True:
            wanted = select(passages.c.number, passages.c.text).where(passages.c.number > last)
            with reading(engine) as connection:
                rows = connection.execute(wanted.order_by(passages.c.number).limit(_AT_A_TIME)).all()
            if not rows:
                break
            found = analysing.submit([row.text for row in rows])()
            with writing(engine) as connection:
                new = [{"of": row.number, **one._asdict()} for row, one in zip(rows, found, strict=True)]
                connection.execute(changed, new)
            last = rows[-1].number
            for _ in rows:
                analysed()
    with writing(engine) as connection:
        connection.execute(text("DELETE FROM sqlite_sequence"))


def _invalid(path: Path, error: BaseException) -> BackupInvalid:
    reason = error.values.get("reason", "") if isinstance(error, DatabaseError) else str(error)
    return BackupInvalid(path=str(path), reason=reason.partition("\n")[0][:200] or type(error).__name__)


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
