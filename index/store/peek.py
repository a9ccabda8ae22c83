"""A look at a database without SQLAlchemy, which takes longer to load than a question to be answered."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

_SQLITE = ("sqlite:///", "sqlite+pysqlite:///")


class State(NamedTuple):
    """Which collection it is, how many changes it has had, and the token of the last one."""

    identity: str
    generation: int
    token: str


def file_of(url: str) -> Path | None:
    """The file that the database at a URL is; None where it is none."""
    beginning = next((start for start in _SQLITE if url.startswith(start)), None)
    return Path(url.removeprefix(beginning).partition("?")[0]) if beginning else None


def is_there(url: str) -> bool:
    """Whether there is a database at a URL; one that is no file is taken to be."""
    file = file_of(url)
    return file is None or file.exists()


def peek(url: str) -> State | None:
    """The state of the collection in an SQLite database; None where that takes more than a look."""
    file = file_of(url)
    if file is None or not file.is_file():
        return None
    import sqlite3
    from contextlib import closing

    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            found = connection.execute(
                "SELECT identity, generation, token FROM collection NATURAL JOIN generations"
            ).fetchall()
            return State(*found[0]) if len(found) == 1 else None
    except sqlite3.Error:
        return None
