"""Turns at a source: one process at a time takes documents into it, and others wait for that one.

Reading and analysing a folder takes minutes, and two processes that do it at once would each do the work of both, and the
slower one could bring back what the faster one replaced. Each change is a transaction of its own all the same, so a
removal waits for nobody. A turn ends with its process, however that ends.
"""

from __future__ import annotations

import os
import platform
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import BytesIO, TextIOWrapper
from pathlib import Path

from sqlalchemy import Connection, text

from index.errors import SourceBusy
from index.private_files import private
from index.store.connection import file_of, writing
from index.store.store import Store

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

# How many seconds others are waited for.
PATIENCE = 30.0
# The first key of the advisory locks, the second is the source: an arbitrary number.
_LOCKS = 1_802_468_451
# Other keys than a source's number have no room.
_MOST_NUMBERS = 2**31

# Told who is waited for.
OnWaiting = Callable[[str], object]


@contextmanager
def turn_at(store: Store, source: int, location: str, on_waiting: OnWaiting) -> Iterator[Callable[[], object]]:
    """Take a turn at a source; gives what raises a DatabaseError once it was lost, as with the server.

    Raises SourceBusy, which says who has it, or a DatabaseError.
    """
    file = file_of(store.engine.url.render_as_string(hide_password=False))
    if file:
        with _turn_in_file(Path(f"{file}-source-{source}"), location, on_waiting):
            yield lambda: None
        return
    # A transaction for as long as the turn takes: a pooler would give a session's locks to others. It reads and writes
    # nothing, so it keeps nothing from being vacuumed.
    with writing(store.engine) as connection:
        _take_turn(connection, source % _MOST_NUMBERS, location, on_waiting)
        yield lambda: connection.execute(text("SELECT 1")).close()


def _take_turn(connection: Connection, source: int, location: str, on_waiting: OnWaiting) -> None:
    keys = {"locks": _LOCKS, "source": source}
    # Who has the turn is told to others by PostgreSQL's list of sessions.
    settings = {"application_name": f"kotae {_this_process()}"[:63], "idle_in_transaction_session_timeout": "0"}
    for name, value in settings.items():
        connection.execute(text("SELECT set_config(:name, :value, true)"), {"name": name, "value": value})
    if connection.execute(text("SELECT pg_try_advisory_xact_lock(:locks, :source)"), keys).scalar_one():
        return
    holder = _holder(connection, keys)
    on_waiting(holder)
    connection.execute(text(f"SET LOCAL lock_timeout = '{PATIENCE}s'"))
    try:
        with connection.begin_nested():
            connection.execute(text("SELECT pg_advisory_xact_lock(:locks, :source)"), keys)
    except Exception as error:
        if getattr(getattr(error, "orig", None), "sqlstate", None) != "55P03":
            raise
        raise SourceBusy(path=location, holder=_holder(connection, keys) or holder) from error


def _holder(connection: Connection, keys: dict[str, int]) -> str:
    query = text(
        "SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE locktype = 'advisory' AND granted"
        " AND classid = :locks AND objid = :source AND objsubid = 2"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    return str(connection.execute(query, keys).scalar() or "").removeprefix("kotae ")


@contextmanager
def _turn_in_file(path: Path, location: str, on_waiting: OnWaiting) -> Iterator[None]:
    """A turn by a lock on a file beside the database, which is there for as long as the turn takes."""
    until = time.monotonic() + PATIENCE
    told = False
    while (lock := _lock(path)) is None:
        holder = _written_in(path)
        if time.monotonic() > until:
            raise SourceBusy(path=location, holder=holder)
        if not told:
            on_waiting(holder)
            told = True
        time.sleep(0.1)
    with lock:
        lock.write(_this_process())
        lock.flush()
        try:
            yield
        finally:
            # Before it is unlocked, or it could be the next one's. Windows lets no open file be deleted.
            with suppress(OSError):
                path.unlink()


def _lock(path: Path) -> TextIOWrapper | None:
    """A file with a lock; None while another has it, be it in this process."""
    try:
        file = open(path, "r+", encoding="utf-8", opener=_created)  # noqa: SIM115 - closed by the caller
    except OSError:
        # As in a folder that is read only: whatever is to be changed there says so.
        return TextIOWrapper(BytesIO())
    with suppress(OSError):
        if sys.platform == "win32":
            # A byte beyond the text, which others would else not be able to read.
            os.lseek(file.fileno(), 1 << 30, os.SEEK_SET)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            os.lseek(file.fileno(), 0, os.SEEK_SET)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Else whoever had it has deleted it, and there may be another one.
        if os.path.samestat(os.fstat(file.fileno()), path.stat()):
            return file
    file.close()
    return None


def _created(path: str, flags: int) -> int:
    return private(path, flags | os.O_CREAT)


def _written_in(path: Path) -> str:
    with suppress(OSError):
        return path.read_text(encoding="utf-8") or platform.node()
    return platform.node()


def _this_process() -> str:
    return f"{platform.node()}, {os.getpid()}"
