"""Validates an untrusted SQLite database: whether it has exactly our tables, and only values that we could have written.

SQLite accepts any value in any column, and a schema can contain code that runs when rows are read or changed, so both
are checked before anything else is done with the database.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Connection, LargeBinary, String, select, text

from index.audience import CHANNEL as CHANNEL_MEMBERS
from index.audience import EVERYBODY, GUILD, ROLES
from index.store.access_tokens import SOURCES
from index.store.backup.backup import sqlite_database
from index.store.connection import reading
from index.store.discord.message_rows import SAVED
from index.store.migration import migrate
from index.store.schema import contexts, documents, guild_settings, metadata, passages, sources
from index.store.store import CHANNEL
from index.types import CERTAINTIES

# Row numbers and generations grow further after a restore, and must never reach 2⁶³.
_MAX_ROW_NUMBER = 2**48
_MAX_BIGINT, _MAX_INTEGER = 2**63 - 1, 2**31 - 1
# A passage has 600 characters (index.documents.passages), an answer on Discord 6,000.
_MAX_PASSAGE_LENGTH = 10_000
_MAX_TEXT_LENGTH = 1_000_000
_BATCH_SIZE = 1_000

_ROW_NUMBERS = frozenset({"number", "generation", "forgotten", "erased"})
_TOKENS = frozenset({"identity", "token"})
# An id of Discord's.
_SNOWFLAKE = r"[0-9]{1,19}"
# Patterns of the columns that programs parse or that are shown to people.
_FORMATS = {
    "audiences.kind": f"{EVERYBODY}|{GUILD}|{CHANNEL_MEMBERS}|{ROLES}",
    "audiences.roles": r"(?:[0-9]{1,19}(?:,[0-9]{1,19})*)?",
    "passages.id": r"[0-9a-f]{12}",
    "access_tokens.kind": f"{EVERYBODY}|{GUILD}|{SOURCES}",
    "access_tokens.hash": r"[0-9a-f]{64}",
    "feedback.passage": r"[0-9a-f]{12}",
    "feedback.voter": r"[0-9a-f]{32}",
    "hidden_passages.passage": r"[0-9a-f]{12}",
    "pins.passage": r"[0-9a-f]{12}",
    "question_counts.day": r"[0-9]{4}-[0-9]{2}-[0-9]{2}",
    "question_counts.certainty": "|".join(CERTAINTIES),
    "askings.language": r"ja|en",
    "documents.dated": r"[0-9]{4}-[0-9]{2}-[0-9]{2}",
    "messages.url": r"https://discord\.com/channels/[0-9]{1,19}/[0-9]{1,19}/[0-9]{1,19}",
}
# Inconsistencies between tables. A context of another document would keep that from being removed; by its name the
# messages of a conversation are looked up.
_CONVERSATION_NAME = "[0-9]" * 20 + "/" + "[0-9]" * 20
_INCONSISTENCIES = {
    "a passage in the context of another document": select(passages.c.number)
    .join(contexts, contexts.c.number == passages.c.context)
    .where(contexts.c.document != passages.c.document),
    "a conversation by another name": select(documents.c.number)
    .join(sources)
    .where(
        sources.c.kind.in_((CHANNEL, SAVED)), documents.c.name.op("NOT GLOB", is_comparison=True)(_CONVERSATION_NAME)
    ),
}

_Check = Callable[[Any], bool]


class Damaged(Exception):
    """A backup is invalid; the message says in which way."""


def check_structure(connection: Connection, revision: str) -> None:
    """Check that an SQLite database has the tables and indexes of a revision and nothing else; raises Damaged.

    No row is read, since that could run code of the schema, as in generated columns.
    """
    expected = _structure_at(revision)
    actual = _structure(connection)
    if actual != expected:
        differing = sorted(str(name) for name, _ in actual.items() ^ expected.items())
        raise Damaged(f"other tables than ours: {', '.join(differing)[:100]}")


def check_rows(connection: Connection) -> None:
    """Check that every value is one that we could have written; raises Damaged."""
    for table in metadata.sorted_tables:
        checks = [_check_of(column) for column in table.columns]
        # As plain text, not as columns, whose types would convert the values.
        query = select(*(text(column.name) for column in table.columns)).select_from(table)
        for row in connection.execution_options(yield_per=_BATCH_SIZE).execute(query):
            for column, check, value in zip(table.columns, checks, row, strict=True):
                if not check(value):
                    raise Damaged(f"no value of {table.name}.{column.name}: {str(value)[:40]!r}")
            if table is guild_settings and not _is_setting(row.name, row.value):
                raise Damaged(f"no value of {row.name[:40]!r}: {row.value[:40]!r}")
    for description, query in _INCONSISTENCIES.items():
        if connection.execute(query.limit(1)).first():
            raise Damaged(description)


@cache
def _structure_at(revision: str) -> dict[str, str]:
    with tempfile.TemporaryDirectory(prefix="kotae-") as folder, sqlite_database(Path(folder, "model.db")) as engine:
        migrate(engine, revision)
        with reading(engine) as connection:
            return _structure(connection)


def _structure(connection: Connection) -> dict[str, str]:
    """A description of each table and index, as SQLite parsed them, by its name."""
    objects = connection.execute(text("SELECT name, type, tbl_name, coalesce(sql, '') FROM sqlite_master")).all()
    structure = {}
    for name, kind, table, sql in objects:
        parts: list[object] = [kind, table]
        if kind not in ("table", "index") or re.search(r"\b(?:CHECK|VIRTUAL|GENERATED)\b", sql.upper()):
            raise Damaged(f"programs in its database: {name[:40]}")
        for pragma in ("table_xinfo", "foreign_key_list", "index_list") if kind == "table" else ("index_xinfo",):
            described = connection.execute(text(f"SELECT * FROM pragma_{pragma}(:name)"), {"name": name})  # noqa: S608
            # The order of columns and indexes depends on the migrations that a database went through.
            parts.append(sorted(repr({**row, "id": 0, "seq": 0, "cid": 0}) for row in described.mappings()))
        structure[name] = repr(parts)
    return structure


def _check_of(column: Column[Any]) -> _Check:
    check: _Check
    name = f"{column.table.name}.{column.name}"
    if isinstance(column.type, LargeBinary):
        check = _is_bytes
    elif isinstance(column.type, String):
        max_length = column.type.length or (_MAX_PASSAGE_LENGTH if name == "passages.text" else _MAX_TEXT_LENGTH)
        check = partial(_is_text, max_length)
        if name in _FORMATS:
            check = partial(_matches, re.compile(_FORMATS[name]), max_length)
        elif column.type.length == 32 and column.name not in _TOKENS:
            check = _is_time
    else:
        check = partial(_is_number, _maximum(column))
    return partial(_is_null_or, check) if column.nullable else check


def _maximum(column: Column[Any]) -> int:
    if column.name in _ROW_NUMBERS or column.foreign_keys:
        return _MAX_ROW_NUMBER
    if isinstance(column.type, Boolean):
        return 1
    return _MAX_BIGINT if isinstance(column.type, BigInteger) else _MAX_INTEGER


def _is_bytes(value: object) -> bool:
    return isinstance(value, bytes)


def _is_number(maximum: int, value: object) -> bool:
    return isinstance(value, int) and 0 <= value <= maximum


def _is_text(max_length: int, value: object) -> bool:
    return isinstance(value, str) and len(value) <= max_length


def _matches(pattern: re.Pattern[str], max_length: int, value: object) -> bool:
    return isinstance(value, str) and len(value) <= max_length and pattern.fullmatch(value) is not None


def _is_time(value: object) -> bool:
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def _is_setting(name: str, value: str) -> bool:
    """Whether a guild's setting is valid; after the point in its name is the id of a channel."""
    kind, _, channel = name.partition(".")
    match kind:
        case "auto_answer":
            return re.fullmatch(_SNOWFLAKE, channel) is not None and _is_time(value)
        case "learning":
            return re.fullmatch(f"{_SNOWFLAKE}/{_SNOWFLAKE}", f"{channel}/{value}") is not None
        case "experts":
            return re.fullmatch(_SNOWFLAKE, value) is not None
        case "digest":
            return re.fullmatch(f"{_SNOWFLAKE}/(?:ja|en)", value) is not None
        case "voters":
            return re.fullmatch(r"[0-9a-f]{64}", value) is not None
    return True


def _is_null_or(check: _Check, value: object) -> bool:
    return value is None or check(value)
