"""Connections to the database that the store lies in."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
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

# How long a writer waits for another one, in seconds: the largest single change takes less.
_PATIENCE = 60

# An execution option: the transaction is going to write, and waits for its turn at once rather than in the middle.
_WRITES = "writes"

# An execution option: within the transaction rows may refer to what is not there.
_LOOSE = "loose"

# How addresses of databases that we work with begin; hosts of PostgreSQL give out the shorter ones.
_SQLITE = frozenset({"sqlite", "sqlite+pysqlite"})
_POSTGRESQL = frozenset({"postgresql+psycopg", "postgresql", "postgres"})

# A table that each of our databases has.
_OURS = "collection"


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


def connect(address: str | URL) -> Engine:
    """An engine for a database URL; the file of an SQLite database need not be there yet.

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
    return connect_postgresql(url.set(drivername="postgresql+psycopg"), shown_address(address))


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection that sees the database as it was at its first question; raises DatabaseUnusable or DatabaseDamaged."""
    with _told(engine), engine.connect() as connection:
        # What SQLite does by itself.
        level = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
        yield connection.execution_options(**level)


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A connection whose changes all happen, or none does; raises DatabaseUnusable or DatabaseDamaged."""
    with _told(engine), engine.connect().execution_options(**{_WRITES: True}) as connection, connection.begin():
        yield connection


@contextmanager
def migrating(engine: Engine) -> Iterator[Connection]:
    """As `writing`, for changes of tables; raises DatabaseUnusable or DatabaseDamaged.

    SQLite changes most of a table by making another one and dropping it, and with it, if references were minded, all
    rows of other tables that refer to it.
    """
    options = {_WRITES: True, _LOOSE: True}
    try:
        with _told(engine), engine.connect().execution_options(**options) as connection, connection.begin():
            yield connection
    finally:
        # The connection would go on not to mind references.
        engine.dispose()


@contextmanager
def alone(engine: Engine) -> Iterator[Any]:
    """A cursor for what cannot be a part of a transaction; raises DatabaseUnusable or DatabaseDamaged."""
    with _told(engine), closing(engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
        yield cursor


def set_aside(address: str) -> Path:
    """Rename the file of a damaged SQLite database, so that a new one can take its place; gives the new name.

    Raises DatabaseUnusable.
    """
    file = file_of(address)
    try:
        if file is None:
            raise OSError("not a file")  # noqa: TRY301 - said as other reasons are
        aside = file.with_name(f"{file.name}.damaged-{datetime.now(UTC):%Y%m%d-%H%M%S}")
        for suffix in ("-wal", "-shm", ""):
            if (part := Path(f"{file}{suffix}")).exists():
                part.rename(f"{aside}{suffix}")
    except OSError as error:
        raise DatabaseUnusable(database=shown_address(address), reason=error.strerror or str(error)) from error
    return aside


def opted_out_of(file: Path) -> dict[int, str]:
    """Who opted out according to the file of a damaged database, and since when, as far as it can still be read."""
    with suppress(sqlite3.Error), closing(sqlite3.connect(file)) as connection:
        found = connection.execute("SELECT person, since FROM opted_out").fetchall()
        return {person: since for person, since in found if isinstance(person, int) and isinstance(since, str)}
    return {}


def shown(engine: Engine) -> str:
    """Where a database lies, as a user may see it: an SQLite database by its file, another without its password."""
    return shown_address(engine.url.render_as_string(hide_password=False))


def shown_address(address: str | URL) -> str:
    """Where a URL's database lies, as a user may see it."""
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        return re.sub(r"//.*@", "//***@", str(address))
    if url.drivername in _SQLITE:
        return url.database or ""
    # Passwords can stand among the parameters, too.
    return url.set(query={}).render_as_string(hide_password=True)


@contextmanager
def _told(engine: Engine) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        if isinstance(error.orig, sqlite3.Error):
            raise _cause(engine, error.orig) from error
        from index.store.postgresql import cause_of

        raise cause_of(error.orig, shown(engine), lost=error.connection_invalidated) from error
    except PoolTimeout as error:
        raise DatabaseTimedOut(database=shown(engine)) from error
    except sqlite3.Error as error:  # while a connection is set up
        raise _cause(engine, error) from error


def _cause(engine: Engine, error: sqlite3.Error) -> DatabaseError:
    # The lower byte says what kind of error it is.
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    reason = str(error).partition("\n")[0]
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return DatabaseDamaged(database=shown(engine), reason=reason)
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return DatabaseLocked(database=shown(engine))
    return DatabaseUnusable(database=shown(engine), reason=reason)


def _connect_sqlite(url: URL) -> Engine:
    if not url.database or url.database == ":memory:":
        # Each connection would have a database of its own, gone with it.
        raise ArgumentError
    # What a team wrote is not for everybody who uses the machine.
    Path(url.database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": _PATIENCE})
    event.listen(engine, "do_connect", _make_private)
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin)
    return engine


def _set_up_sqlite(connection: Any, _record: object) -> None:
    """What is acknowledged is on the disk, readers never wait for a writer, and what is deleted is overwritten."""
    # The driver would begin and end transactions as it likes; see SQLAlchemy's notes on pysqlite.
    connection.isolation_level = None
    cursor = connection.cursor()
    tables = {name for (name,) in cursor.execute("SELECT name FROM sqlite_master")}
    # Which would change the file of another program.
    if not tables or _OURS in tables:
        _switch_to_wal(cursor)
        _tighten(cursor)
    for setting in ("synchronous = FULL", "foreign_keys = ON", "secure_delete = ON", "trusted_schema = OFF"):
        cursor.execute(f"PRAGMA {setting}")
    cursor.close()


def _make_private(_dialect: object, _record: object, arguments: Sequence[Any], options: Mapping[str, Any]) -> None:
    """Before SQLite does, which would let others read it; what it puts beside it is as private as the file."""
    file = Path(arguments[0])
    # Where that cannot be, SQLite says why.
    with suppress(OSError):
        if not options.get("uri") and not file.exists():
            make_private(file)


def _tighten(cursor: Any) -> None:
    """Keep others from a database that an earlier version made, or that was copied."""
    for _, name, file in cursor.execute("PRAGMA database_list").fetchall():
        for suffix in ("", "-wal", "-shm") if name == "main" else ():
            tighten(Path(f"{file}{suffix}"))


def _switch_to_wal(cursor: Any) -> None:
    """Keep a log of what is written ahead; while another process does the same, SQLite does not wait by itself."""
    until = time.monotonic() + _PATIENCE
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
    if options.get(_LOOSE):
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get(_WRITES) else "BEGIN")
