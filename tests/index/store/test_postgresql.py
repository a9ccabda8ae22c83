from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager

import pytest
from psycopg import OperationalError
from sqlalchemy import Connection, text

from index.audience import Audience
from index.errors import (
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
    DatabaseUrlInvalid,
)
from index.store import postgresql as module
from index.store.connection import reading, shown_address, writing
from index.store.health import examine
from index.store.postgresql import database_error
from index.store.store import Store
from tests.index.store.examples import document, numbers, put, texts
from tests.index.store.postgresql import CAREFUL, Server


@pytest.fixture
def server(postgresql: Server) -> Iterator[Server]:
    """The server, whose databases are gone after the test."""
    yield postgresql
    postgresql.drop_databases()


@pytest.fixture
def url(server: Server) -> str:
    """Where an empty store is."""
    return server.new_store()


def _nobody_listens(_: Server) -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"postgresql+psycopg://kotae@127.0.0.1:{free.getsockname()[1]}/kotae"


def _no_socket(server: Server) -> str:
    return f"postgresql+psycopg:///kotae?host={server.folder}/nowhere"


def _unknown_host(_: Server) -> str:
    return "postgresql+psycopg://kotae:secret@no.such.host.invalid/kotae"


def _unknown_database(server: Server) -> str:
    return server.url("nowhere")


def _unknown_user(server: Server) -> str:
    return server.url("empty_store", user="stranger")


def _wrong_password(server: Server) -> str:
    return server.url("empty_store", user=f"{CAREFUL}:wrong")


def _no_password(server: Server) -> str:
    return server.url("empty_store", user=CAREFUL)


def _may_not_connect(server: Server) -> str:
    url = server.new_database()
    server.run(f"REVOKE CONNECT ON DATABASE {url.rpartition('/')[2]} FROM PUBLIC")
    return url.replace("kotae@", f"{CAREFUL}:secret@")


def _may_not_make_tables(server: Server) -> str:
    return server.new_database().replace("kotae@", f"{CAREFUL}:secret@")


def _may_not_read(server: Server) -> str:
    return server.new_store().replace("kotae@", f"{CAREFUL}:secret@")


def _in_ascii(server: Server) -> str:
    return server.new_database("ENCODING 'SQL_ASCII' LOCALE 'C' LOCALE_PROVIDER libc TEMPLATE template0")


def _in_euc(server: Server) -> str:
    return server.new_database("ENCODING 'EUC_JP' LOCALE 'C' LOCALE_PROVIDER libc TEMPLATE template0")


def _closed_to_everybody(server: Server) -> str:
    url = server.new_database()
    server.run(f"ALTER DATABASE {url.rpartition('/')[2]} ALLOW_CONNECTIONS false")
    return url


def _unknown_parameter(server: Server) -> str:
    return f"{server.url('empty_store')}?nonsense=1&password=secret"


CAUSES = [
    (_nobody_listens, DatabaseUnreachable),
    (_no_socket, DatabaseUnreachable),
    (_unknown_host, DatabaseHostUnknown),
    (_unknown_database, DatabaseNotOnServer),
    (_unknown_user, DatabaseLoginRefused),
    (_wrong_password, DatabaseLoginRefused),
    (_no_password, DatabaseLoginRefused),
    (_may_not_connect, DatabaseForbidden),
    (_may_not_make_tables, DatabaseForbidden),
    (_may_not_read, DatabaseForbidden),
    (_in_ascii, DatabaseNotUtf8),
    (_in_euc, DatabaseNotUtf8),
    (_closed_to_everybody, DatabaseRefused),
    (_unknown_parameter, DatabaseUrlInvalid),
]


@pytest.mark.parametrize(("make", "cause"), CAUSES)
def test_every_cause_has_an_error(server: Server, make: object, cause: type[DatabaseError]) -> None:
    """Whatever keeps a database from being used has an error of its own, which shows no password."""
    assert callable(make)
    url = make(server)
    for open_database in (
        Store.open,
        lambda address: examine(address) if cause is not DatabaseForbidden else Store.open(address),
    ):
        with pytest.raises(cause) as caught:
            open_database(url)
        assert caught.value.values["database"] == shown_address(url)
        assert "secret" not in str(caught.value)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("message", "cause"),
    [
        ('データベース"kotae"は存在しません', DatabaseNotOnServer),
        ('ロール"kotae"は存在しません', DatabaseLoginRefused),
        ('ユーザー"kotae"のパスワード認証に失敗しました', DatabaseLoginRefused),
        ('データベース"kotae"へのアクセスが拒否されました', DatabaseForbidden),
        ("データベースシステムは起動処理中です", DatabaseUnreachable),
        ("現在クライアント数が多すぎます", DatabaseRefused),
    ],
)
def test_a_server_may_speak_japanese(message: str, cause: type[DatabaseError]) -> None:
    """Messages before the login, which have no SQLSTATE, are understood in PostgreSQL's translation."""
    error = OperationalError(
        f'connection failed: connection to server at "127.0.0.1", port 5432 failed: FATAL:  {message}'
    )
    found = database_error(error, "kotae")
    assert type(found) is cause
    assert found.values.get("reason", message) == message


@contextmanager
def silent_server() -> Iterator[int]:
    """The port of a server that accepts connections and never sends anything."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening.getsockname()[1]


def test_a_server_that_never_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Connecting times out, after a time that the URL can set."""
    monkeypatch.setitem(module._PARAMETERS, "connect_timeout", 1)
    with silent_server() as port, pytest.raises(DatabaseTimedOut):
        Store.open(f"postgresql+psycopg://kotae@127.0.0.1:{port}/kotae")
    monkeypatch.setitem(module._PARAMETERS, "connect_timeout", 60)
    with silent_server() as port, pytest.raises(DatabaseTimedOut):
        Store.open(f"postgresql+psycopg://kotae@127.0.0.1:{port}/kotae?connect_timeout=1")


def process_of(connection: Connection) -> int:
    """The process of the server that serves a connection."""
    return int(connection.execute(text("SELECT pg_backend_pid()")).scalar_one())


@contextmanager
def stopped(process: int) -> Iterator[None]:
    """Suspend a process."""
    os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process, signal.SIGCONT)


def test_a_server_that_stops_answering(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A statement times out; a pooled connection that does not answer is replaced by another one."""
    monkeypatch.setattr(module._Connection, "timeout", 0.5)
    monkeypatch.setattr(module, "_RESPONSE_TIMEOUT", 0.5)
    monkeypatch.setattr(module, "_STATEMENT_TIMEOUT", 1)

    def ask(store: Store) -> None:
        with reading(store.engine) as connection, stopped(process_of(connection)):
            connection.execute(text("SELECT 1"))

    with closing(Store.open(url)) as store:
        with pytest.raises(DatabaseTimedOut):
            ask(store)
        with reading(store.engine) as connection:
            process = process_of(connection)
        with stopped(process):
            assert store.size() == 0


def test_a_locked_table(url: str, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a reader nor a writer waits forever, and both can go on afterwards."""
    monkeypatch.setattr(module, "_LOCK_TIMEOUT", 1)
    with closing(Store.open(url)) as store, server.connection(url.rpartition("/")[2]) as other:
        with other.transaction():
            other.execute("LOCK TABLE sources, collection")
            for work in (store.sources, lambda: store.put_source("folder", "/a", Audience())):
                with pytest.raises(DatabaseLocked):
                    work()
        assert store.put_source("folder", "/a", Audience()) == 1


def test_a_statement_that_takes_too_long(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server cancels it; the sum of many short ones is not limited."""
    monkeypatch.setattr(module, "_STATEMENT_TIMEOUT", 1)
    with closing(Store.open(url)) as store:
        with writing(store.engine) as connection:
            for _ in range(4):
                connection.execute(text("SELECT pg_sleep(.4)"))
        with pytest.raises(DatabaseTimedOut), writing(store.engine) as connection:
            connection.execute(text("SELECT pg_sleep(60)"))


def test_timeouts_are_those_of_our_transactions(url: str, server: Server) -> None:
    """A role's own timeouts do not apply, and ours do not stay with the connection."""
    with closing(Store.open(url)) as store:
        # Long enough for the statement that sets ours, also on a busy machine.
        server.run("ALTER ROLE kotae SET statement_timeout = '1s'")
        try:
            store.engine.dispose()
            with writing(store.engine) as connection:
                connection.execute(text("SELECT pg_sleep(1.1)"))
            with closing(store.engine.raw_connection()) as raw, closing(raw.cursor()) as cursor:
                cursor.execute("SHOW lock_timeout")
                assert cursor.fetchone() == ("0",)
        finally:
            server.run("ALTER ROLE kotae RESET statement_timeout")


def test_a_server_that_is_restarted(url: str, server: Server) -> None:
    """The transaction is lost, which is an error; the next one gets another connection."""

    def ask_while_it_stops(store: Store) -> None:
        with reading(store.engine) as connection:
            connection.execute(text("SELECT 1"))
            server.stop()
            connection.execute(text("SELECT 1"))

    with closing(Store.open(url)) as store:
        source = store.put_source("folder", "/a", Audience())
        put(store, source, document("a.md", "一。"))
        with pytest.raises(DatabaseDisconnected):
            ask_while_it_stops(store)
        with pytest.raises(DatabaseUnreachable):
            store.size()
        server.start()
        assert [one for _, _, one in texts(store)] == ["一。"]
        put(store, source, document("b.md", "二。"))
        assert len(numbers(store)) == 2


@pytest.mark.parametrize(("query", "size"), [("", 8), ("?pool_size=2", 2), ("?pool_size=3&connect_timeout=5", 3)])
def test_a_process_has_so_many_connections_at_most(url: str, server: Server, query: str, size: int) -> None:
    """Whatever its threads ask for; the URL can say how many."""
    with closing(Store.open(url + query)) as store, ThreadPoolExecutor(20) as threads:
        assert set(threads.map(lambda _: store.size(), range(100))) == {0}
        sessions = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'kotae'"
        with server.connection("postgres") as other:
            assert other.execute(sessions).fetchone() == (size,)


@pytest.mark.parametrize("size", ["1", "many", "-1"])
def test_a_pool_of_no_size(server: Server, size: str) -> None:
    """What is no number of connections is an invalid URL."""
    with pytest.raises(DatabaseUrlInvalid):
        Store.open(f"{server.url('empty_store')}?pool_size={size}")


def test_a_question_does_not_wait_as_long_as_a_large_change(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where little is read, a server that does not come to an end is given up early."""
    monkeypatch.setattr(module, "_READING_TIMEOUT", 0.2)
    with closing(Store.open(url)) as store:
        with reading(store.engine, much=True) as connection:
            connection.execute(text("SELECT pg_sleep(.5)"))
        with pytest.raises(DatabaseTimedOut), reading(store.engine) as connection:
            connection.execute(text("SELECT pg_sleep(.5)"))


def test_more_threads_than_connections(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting too long for a free connection is a timeout."""
    with closing(Store.open(url)) as store:
        monkeypatch.setattr(store.engine.pool, "_timeout", 0.1)
        with ExitStack() as many:
            for _ in range(8):
                many.enter_context(reading(store.engine)).execute(text("SELECT 1"))
            with pytest.raises(DatabaseTimedOut):
                store.size()
        assert store.size() == 0
