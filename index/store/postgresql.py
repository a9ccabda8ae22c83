"""PostgreSQL: connections with timeouts, and the translation of the driver's errors."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator
from time import monotonic
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.errors import ConnectionTimeout
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL

from index.errors import (
    DatabaseDamaged,
    DatabaseDisconnected,
    DatabaseError,
    DatabaseForbidden,
    DatabaseHostUnknown,
    DatabaseLocked,
    DatabaseLoginRefused,
    DatabaseNotOnServer,
    DatabaseNotUtf8,
    DatabaseRefused,
    DatabaseTimedOut,
    DatabaseUnreachable,
    DatabaseUnusable,
    DatabaseUrlInvalid,
)

# All in seconds. How long the server may take to accept a connection, or to answer a trivial statement.
_RESPONSE_TIMEOUT = 10
# How long to wait for a lock; the largest single transaction takes less, except for a restore.
_LOCK_TIMEOUT = 30
# How long one statement may take: removing or sorting millions of passages takes minutes.
_STATEMENT_TIMEOUT = 600
# The same where somebody waits for the answer to a question: a server that stopped is told of, and asked again later.
_READING_TIMEOUT = 20
_READING_LOCK_TIMEOUT = 10
# The same for a replica, without which the server itself can be read from.
_REPLICA_TIMEOUT = 2

# An execution option, set in index.store.connection: the transaction reads little, and has the shorter timeouts.
_READS_LITTLE = "reads_little"

# Connections that a process has at most, while threads wait for one to be free: `pool_size` in a URL's query. Ten processes
# with so many are within PostgreSQL's default max_connections of 100.
_POOL_SIZE = 8
# A connection is replaced after so many seconds, so that none stays with a server that another one took the place of.
_POOL_RECYCLE = 1800

# With these the system detects within half a minute that the server's machine is gone; see libpq's documentation.
_PARAMETERS: dict[str, Any] = {
    "connect_timeout": _RESPONSE_TIMEOUT,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 4,
    "tcp_user_timeout": 30_000,
    "client_encoding": "utf8",
    "application_name": "kotae",
    # A pooler such as PgBouncer gives each transaction another session, which does not know the prepared statements.
    "prepare_threshold": None,
}

_NO_SERVER = (
    r"Connection refused|No such file or directory|No route to host|Network is unreachable|Connection reset"
    r"|server closed the connection"
)
_STARTING = r"the database system is |データベースシステムは"
_NO_DATABASE = r"database \"[^\"]*\" does not exist|データベース\"[^\"]*\"は存在しません"
_LOGIN_REFUSED = (
    r"authentication failed|no password supplied|role \"[^\"]*\" does not exist|is not permitted to log in|pg_hba"
    r"|認証に失敗しました|ロール\"[^\"]*\"は存在しません|ログインが許可されません"
)
_FORBIDDEN = r"permission denied|へのアクセスが拒否されました"

_Result = TypeVar("_Result")


class _Connection(psycopg.Connection[Any]):
    """A connection that is closed if the server sends nothing for `timeout` seconds; the driver has no such setting."""

    timeout = float(_RESPONSE_TIMEOUT)
    is_replica = False

    def wait(self, generator: PQGen[_Result], *arguments: Any, **settings: Any) -> _Result:  # type: ignore[override]
        """Wait for the server's answer; raises ConnectionTimeout."""
        try:
            return super().wait(_with_timeout(generator, self.timeout), *arguments, **settings)
        except ConnectionTimeout:
            self.pgconn.finish()
            raise


def connect_postgresql(url: URL, shown: str, *, replica: bool = False) -> Engine:
    """An engine for a URL, whose own parameters take precedence; raises ValueError where they are wrong.

    A replica has shorter timeouts. Connecting raises DatabaseNotUtf8.
    """
    size = int(str(url.query.get("pool_size", _POOL_SIZE)))
    # Whoever takes files in holds one while changes are made by another.
    if size < 2:
        raise ValueError("pool_size")
    url = url.difference_update_query(["pool_size"])
    parameters = _PARAMETERS | ({"connect_timeout": _REPLICA_TIMEOUT} if replica else {})
    unset = {name: value for name, value in parameters.items() if name not in url.query}
    engine = create_engine(
        url, pool_size=size, max_overflow=0, pool_pre_ping=True, pool_recycle=_POOL_RECYCLE, connect_args=unset
    )
    event.listen(engine, "do_connect", _connector(shown, replica))
    event.listen(engine, "begin", _set_timeouts)
    event.listen(engine, "reset", _reset_timeout)
    return engine


def database_error(error: BaseException | None, database: str, *, lost: bool = False) -> DatabaseError:
    """The DatabaseError for an error of the driver; `lost` if the connection broke."""
    reason = _reason(str(error))
    # Messages are in the server's language; only once connected there is an SQLSTATE, too (PostgreSQL's appendix A).
    match getattr(error, "sqlstate", None):
        case "42501":
            return DatabaseForbidden(database=database, reason=reason)
        case "55P03":
            return DatabaseLocked(database=database)
        case "57014":
            return DatabaseTimedOut(database=database)
        case "57P01" | "57P02" | "57P03":
            return DatabaseDisconnected(database=database)
        case "53100":
            return DatabaseUnusable(database=database, reason=reason)
        case "XX001" | "XX002":
            return DatabaseDamaged(database=database, reason=reason)
        case None:
            return _error_without_sqlstate(error, database, reason, lost)
        case _:
            return DatabaseRefused(database=database, reason=reason)


def _error_without_sqlstate(error: BaseException | None, database: str, reason: str, lost: bool) -> DatabaseError:
    message = str(error)
    if isinstance(error, ConnectionTimeout):
        return DatabaseTimedOut(database=database)
    if isinstance(error, psycopg.ProgrammingError):
        return DatabaseUrlInvalid(database=database)
    if lost:
        return DatabaseDisconnected(database=database)
    if "resolve host" in message or "translate host name" in message:
        return DatabaseHostUnknown(database=database)
    if re.search(_NO_SERVER, message) or re.search(_STARTING, message):
        return DatabaseUnreachable(database=database)
    if re.search(_NO_DATABASE, message):
        return DatabaseNotOnServer(database=database)
    if re.search(_LOGIN_REFUSED, message):
        return DatabaseLoginRefused(database=database, reason=reason)
    if re.search(_FORBIDDEN, message):
        return DatabaseForbidden(database=database, reason=reason)
    return DatabaseRefused(database=database, reason=reason)


def _reason(message: str) -> str:
    """The server's message, without the driver's prefix."""
    first = message.partition("\n")[0]
    return re.sub(r"^.*(?:FATAL: +| failed: )", "", first)


def _with_timeout(generator: PQGen[_Result], seconds: float) -> Generator[Any, Any, _Result]:
    """Run a generator that waits for the server; raises ConnectionTimeout after so many seconds without an answer."""
    last_answer = monotonic()
    try:
        condition = next(generator)
        while True:
            ready = yield condition
            if ready:
                last_answer = monotonic()
            elif monotonic() - last_answer > seconds:
                raise ConnectionTimeout("no answer")
            condition = generator.send(ready)
    except StopIteration as end:
        result: _Result = end.value
        return result


def _connector(shown: str, replica: bool) -> Callable[..., _Connection]:
    def connect(_dialect: object, _record: object, arguments: Any, parameters: Any) -> _Connection:
        connection = _Connection.connect(*arguments, **parameters)
        connection.is_replica = replica
        _reset_timeout(connection)
        encoding = connection.info.parameter_status("server_encoding")
        if encoding not in ("UTF8", None):
            connection.close()
            raise DatabaseNotUtf8(database=shown, encoding=encoding)
        return connection

    return connect


def _set_timeouts(connection: Connection) -> None:
    """Set a transaction's timeouts: not the session's, which a pooler such as PgBouncer would not pass on."""
    driver: Any = connection.connection.dbapi_connection
    lock, statement = _LOCK_TIMEOUT, _STATEMENT_TIMEOUT
    if driver.is_replica:
        lock, statement = _REPLICA_TIMEOUT, _REPLICA_TIMEOUT
    elif connection.get_execution_options().get(_READS_LITTLE):
        lock, statement = min(lock, _READING_LOCK_TIMEOUT), min(statement, _READING_TIMEOUT)
    timeouts = {"lock_timeout": lock, "statement_timeout": statement}
    settings = ", ".join(f"set_config('{name}', '{seconds}s', true)" for name, seconds in timeouts.items())
    # Whatever the transaction's options are, this result is not streamed.
    options = {"stream_results": False, "yield_per": None}
    connection.exec_driver_sql(f"SELECT {settings}", execution_options=options).close()
    driver.timeout = statement + driver.timeout


def _reset_timeout(driver: Any, *_: object) -> None:
    driver.timeout = _REPLICA_TIMEOUT if driver.is_replica else _RESPONSE_TIMEOUT
