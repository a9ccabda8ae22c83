"""PostgreSQL: connections that wait for nothing for ever, and what a failure of theirs means."""

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

# All in seconds. How long the server may take to let us in, and to answer what is no work.
_LONGEST_SILENCE = 10
# How long we wait for what somebody else has locked; their largest single change takes less, but for a restore.
_LONGEST_LOCK = 30
# How long one statement may work: removing or sorting millions of passages takes minutes.
_LONGEST_STATEMENT = 600

# By these the system notices within half a minute that the machine at the other end is gone; see libpq's documentation.
_PARAMETERS: dict[str, Any] = {
    "connect_timeout": _LONGEST_SILENCE,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 4,
    "tcp_user_timeout": 30_000,
    "client_encoding": "utf8",
    "application_name": "kotae",
}

_NO_SERVER = r"Connection refused|No such file or directory|No route to host|Network is unreachable"
_NOT_READY = r"the database system is |データベースシステムは"
_NO_DATABASE = r"database \"[^\"]*\" does not exist|データベース\"[^\"]*\"は存在しません"
_NO_LOGIN = (
    r"authentication failed|no password supplied|role \"[^\"]*\" does not exist|is not permitted to log in|pg_hba"
    r"|認証に失敗しました|ロール\"[^\"]*\"は存在しません|ログインが許可されません"
)
_NO_RIGHT = r"permission denied|へのアクセスが拒否されました"

_Result = TypeVar("_Result")


class _Connection(psycopg.Connection[Any]):
    """A connection that is given up when the server says nothing for so many seconds; no driver's setting does that."""

    patience = float(_LONGEST_SILENCE)

    def wait(self, generator: PQGen[_Result], *arguments: Any, **settings: Any) -> _Result:  # type: ignore[override]
        """Wait for what the server answers; raises ConnectionTimeout."""
        try:
            return super().wait(_answered(generator, self.patience), *arguments, **settings)
        except ConnectionTimeout:
            self.pgconn.finish()
            raise


def connect_postgresql(url: URL, shown: str) -> Engine:
    """An engine for a URL; what the URL itself sets stays as it says. Connecting raises DatabaseNotUtf8."""
    unset = {name: value for name, value in _PARAMETERS.items() if name not in url.query}
    engine = create_engine(url, pool_pre_ping=True, connect_args=unset)
    event.listen(engine, "do_connect", _connector(shown))
    event.listen(engine, "begin", _begin)
    event.listen(engine, "reset", _end)
    return engine


def cause_of(error: BaseException | None, database: str, *, lost: bool = False) -> DatabaseError:
    """What an error of the driver means; `lost` where the connection broke by it."""
    reason = _reason(str(error))
    # The server says what is wrong in its own language, and once we are in also by a number (PostgreSQL's appendix A).
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
            return _cause_without_state(error, database, reason, lost)
        case _:
            return DatabaseRefused(database=database, reason=reason)


def _cause_without_state(error: BaseException | None, database: str, reason: str, lost: bool) -> DatabaseError:
    said = str(error)
    if isinstance(error, ConnectionTimeout):
        return DatabaseTimedOut(database=database)
    if isinstance(error, psycopg.ProgrammingError):
        return DatabaseUrlInvalid(database=database)
    if lost:
        return DatabaseDisconnected(database=database)
    if "resolve host" in said or "translate host name" in said:
        return DatabaseHostUnknown(database=database)
    if re.search(_NO_SERVER, said) or re.search(_NOT_READY, said):
        return DatabaseUnreachable(database=database)
    if re.search(_NO_DATABASE, said):
        return DatabaseNotOnServer(database=database)
    if re.search(_NO_LOGIN, said):
        return DatabaseLoginRefused(database=database, reason=reason)
    if re.search(_NO_RIGHT, said):
        return DatabaseForbidden(database=database, reason=reason)
    return DatabaseRefused(database=database, reason=reason)


def _reason(said: str) -> str:
    """What the server says, without what the driver puts in front."""
    first = said.partition("\n")[0]
    return re.sub(r"^.*(?:FATAL: +| failed: )", "", first)


def _answered(generator: PQGen[_Result], seconds: float) -> Generator[Any, Any, _Result]:
    """What waits for a server, which is told now and then that there is nothing to read yet; not for longer than this."""
    heard = monotonic()
    try:
        wanted = next(generator)
        while True:
            ready = yield wanted
            if ready:
                heard = monotonic()
            elif monotonic() - heard > seconds:
                raise ConnectionTimeout("no answer")
            wanted = generator.send(ready)
    except StopIteration as end:
        result: _Result = end.value
        return result


def _connector(shown: str) -> Callable[..., _Connection]:
    def connect(_dialect: object, _record: object, arguments: Any, parameters: Any) -> _Connection:
        connection = _Connection.connect(*arguments, **parameters)
        encoding = connection.info.parameter_status("server_encoding")
        if encoding not in ("UTF8", None):
            connection.close()
            raise DatabaseNotUtf8(database=shown, encoding=encoding)
        return connection

    return connect


def _begin(connection: Connection) -> None:
    """Bound a transaction. A pooler between us and the server, as PgBouncer is, would not pass settings of a session on."""
    bounds = {"lock_timeout": _LONGEST_LOCK, "statement_timeout": _LONGEST_STATEMENT}
    settings = ", ".join(f"set_config('{name}', '{seconds}s', true)" for name, seconds in bounds.items())
    # Whatever the transaction is for, this is not read in portions.
    at_once = {"stream_results": False, "yield_per": None}
    connection.exec_driver_sql(f"SELECT {settings}", execution_options=at_once).close()
    driver: Any = connection.connection.dbapi_connection
    driver.patience = _LONGEST_STATEMENT + _LONGEST_SILENCE


def _end(driver: Any, *_: object) -> None:
    driver.patience = _LONGEST_SILENCE
