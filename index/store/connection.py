"""Connections to the store's database, and transactions."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, create_engine, event, literal_column
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from index.errors import (
    DatabaseDamaged,
    DatabaseDriverMissing,
    DatabaseError,
    DatabaseKindUnsupported,
    DatabaseLocked,
    DatabaseTimedOut,
    DatabaseUnusable,
    DatabaseUrlInvalid,
)
from index.private_files import make_private, tighten
from index.stages import stage

# How many seconds a writer waits for another one: the largest single transaction takes less.
_LOCK_TIMEOUT = 60

# An execution option: the transaction is going to write, so it takes the write lock at its beginning.
_WRITES = "writes"

# An execution option: foreign keys are not enforced.
_FOREIGN_KEYS_OFF = "foreign_keys_off"

# An execution option: the transaction reads little, so on PostgreSQL it has shorter timeouts.
_READS_LITTLE = "reads_little"

# Drivers in URLs that are supported; PostgreSQL hosting providers give out the shorter ones.
_SQLITE = frozenset({"sqlite", "sqlite+pysqlite"})
_POSTGRESQL = frozenset({"postgresql+psycopg", "postgresql", "postgres"})

# Milliseconds since 1970 by the clock of the database, since those of several machines differ. Not `now()` in PostgreSQL,
# which is when the transaction began.
_TIME = {
    "sqlite": "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)",
    "postgresql": "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)",
}

# A table by which a database is known to be ours.
_MARKER_TABLE = "collection"


def file_of(address: str) -> Path | None:
    """The file that the database at a URL is; None where it is none."""
    with suppress(ArgumentError, ValueError):
        url = make_url(address)
        if url.drivername in _SQLITE and url.database:
            return Path(url.database)
    return None


def is_there(address: str) -> bool:
    """Whether there is a database at a URL; one that is no file is taken to be."""
    file = file_of(address)
    return file is None or file.exists()


def connect(address: str | URL, *, replica: bool = False) -> Engine:
    """An engine for a database URL, or that of a replica; the file of an SQLite database need not be there yet.

    Raises DatabaseUrlInvalid, DatabaseKindUnsupported, DatabaseDriverMissing or DatabaseUnusable.
    """
    try:
        url = make_url(address)
        if url.drivername in _SQLITE:
            return _connect_sqlite(url)
    except (ArgumentError, ValueError) as error:
        raise DatabaseUrlInvalid(database=shown_address(address)) from error
    except OSError as error:
        raise DatabaseUnusable(database=shown_address(address), reason=error.strerror or str(error)) from error
    if url.drivername not in _POSTGRESQL:
        raise DatabaseKindUnsupported(database=shown_address(address))
    try:
        from index.store.postgresql import connect_postgresql
    except ImportError as error:
        raise DatabaseDriverMissing(database=shown_address(address)) from error
    try:
        return connect_postgresql(url.set(drivername="postgresql+psycopg"), shown_address(address), replica=replica)
    except ValueError as error:
        raise DatabaseUrlInvalid(database=shown_address(address)) from error


@contextmanager
def reading(engine: Engine, *, much: bool = False) -> Iterator[Connection]:
    """A read transaction, which sees a snapshot of the database; raises DatabaseUnusable or DatabaseDamaged.

    One that reads `much`, as all passages, may take longer.
    """
    with stage("store_scan" if much else "store_read"), _database_errors(engine), engine.connect() as connection:
        # SQLite reads a snapshot by itself, and has no such timeouts.
        options: dict[str, Any] = {}
        if engine.dialect.name != "sqlite":
            options = {"isolation_level": "REPEATABLE READ", _READS_LITTLE: not much}
        yield connection.execution_options(**options)


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A write transaction; raises DatabaseUnusable or DatabaseDamaged."""
    with (
        stage("store_write"),
        _database_errors(engine),
        engine.connect().execution_options(**{_WRITES: True}) as connection,
        connection.begin(),
    ):
        yield connection


@contextmanager
def migrating(engine: Engine) -> Iterator[Connection]:
    """A write transaction for migrations, without foreign keys; raises DatabaseUnusable or DatabaseDamaged.

    SQLite alters most of a table by creating another one and dropping the first, which with foreign keys would delete
    all rows that refer to it.
    """
    options = {_WRITES: True, _FOREIGN_KEYS_OFF: True}
    try:
        with _database_errors(engine), engine.connect().execution_options(**options) as connection, connection.begin():
            yield connection
    finally:
        # Connections in the pool would go on without foreign keys.
        engine.dispose()


def database_time(connection: Connection) -> ColumnElement[int]:
    """The time by the clock of the database, in milliseconds since 1970."""
    return literal_column(_TIME[connection.dialect.name])


@contextmanager
def raw_cursor(engine: Engine) -> Iterator[Any]:
    """A cursor outside of transactions, for statements that need it; raises DatabaseUnusable or DatabaseDamaged."""
    with (
        _database_errors(engine),
        closing(engine.raw_connection()) as connection,
        closing(connection.cursor()) as cursor,
    ):
        yield cursor


def set_aside(address: str) -> Path:
    """Rename the file of a damaged SQLite database, so that a new one can be created; returns the new name.

    Raises DatabaseUnusable.
    """
    file = file_of(address)
    try:
        if file is None:
            raise OSError("not a file")  # noqa: TRY301 - reported like other reasons
        aside = file.with_name(f"{file.name}.damaged-{datetime.now(UTC):%Y%m%d-%H%M%S}")
        for suffix in ("-wal", "-shm", ""):
            if (part := Path(f"{file}{suffix}")).exists():
                part.rename(f"{aside}{suffix}")
    except OSError as error:
        raise DatabaseUnusable(database=shown_address(address), reason=error.strerror or str(error)) from error
    return aside


def opted_out_of(file: Path) -> dict[int, str]:
    """The people who opted out, and since when, as far as the file of a damaged database can still be read."""
    with suppress(sqlite3.Error), closing(sqlite3.connect(file)) as connection:
        found = connection.execute("SELECT person, since FROM opted_out").fetchall()
        return {person: since for person, since in found if isinstance(person, int) and isinstance(since, str)}
    return {}


def shown(engine: Engine) -> str:
    """A database as users see it: the file of an SQLite database, or a URL without its password."""
    return shown_address(engine.url.render_as_string(hide_password=False))


def shown_address(address: str | URL) -> str:
    """The database at a URL as users see it: its file, or the URL without its password."""
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        return re.sub(r"//.*@", "//***@", str(address))
    if url.drivername in _SQLITE:
        return url.database or ""
    # Passwords can be among the parameters, too.
    return url.set(query={}).render_as_string(hide_password=True)


@contextmanager
def _database_errors(engine: Engine) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        if isinstance(error.orig, sqlite3.Error):
            raise _sqlite_error(engine, error.orig) from error
        from index.store.postgresql import database_error

        raise database_error(error.orig, shown(engine), lost=error.connection_invalidated) from error
    except PoolTimeout as error:
        raise DatabaseTimedOut(database=shown(engine)) from error
    except sqlite3.Error as error:  # while a connection is set up
        raise _sqlite_error(engine, error) from error


def _sqlite_error(engine: Engine, error: sqlite3.Error) -> DatabaseError:
    # The lower byte is the primary error code.
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    reason = str(error).partition("\n")[0]
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return DatabaseDamaged(database=shown(engine), reason=reason)
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return DatabaseLocked(database=shown(engine))
    return DatabaseUnusable(database=shown(engine), reason=reason)


def _connect_sqlite(url: URL) -> Engine:
    if not url.database or url.database == ":memory:":
        # Each connection would have its own database, which would end with it.
        raise ArgumentError
    # Private: other users of the machine may not read what a team wrote.
    Path(url.database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": _LOCK_TIMEOUT})
    event.listen(engine, "do_connect", _create_private)
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin)
    return engine


def _set_up_sqlite(connection: Any, _record: object) -> None:
    """Set up durability (a write-ahead log that is synchronised), foreign keys, and overwriting of deleted content."""
    # Else the driver would begin and end transactions by itself; see SQLAlchemy's notes on pysqlite.
    connection.isolation_level = None
    cursor = connection.cursor()
    tables = {name for (name,) in cursor.execute("SELECT name FROM sqlite_master")}
    # The file of another program is left as it is.
    if not tables or _MARKER_TABLE in tables:
        _switch_to_wal(cursor)
        _tighten_files(cursor)
    for setting in ("synchronous = FULL", "foreign_keys = ON", "secure_delete = ON", "trusted_schema = OFF"):
        cursor.execute(f"PRAGMA {setting}")
    cursor.close()


def _create_private(_dialect: object, _record: object, arguments: Sequence[Any], options: Mapping[str, Any]) -> None:
    """Create the file before SQLite does, which would let others read it; files that SQLite adds get its permissions."""
    file = Path(arguments[0])
    # Where that fails, SQLite reports why.
    with suppress(OSError):
        if not options.get("uri") and not file.exists():
            make_private(file)


def _tighten_files(cursor: Any) -> None:
    """Make a database private that an earlier version created, or that was copied."""
    for _, name, file in cursor.execute("PRAGMA database_list").fetchall():
        for suffix in ("", "-wal", "-shm") if name == "main" else ():
            tighten(Path(f"{file}{suffix}"))


def _switch_to_wal(cursor: Any) -> None:
    """Switch to a write-ahead log; SQLite does not wait by itself while another process does the same."""
    until = time.monotonic() + _LOCK_TIMEOUT
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get(_FOREIGN_KEYS_OFF):
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get(_WRITES) else "BEGIN")
