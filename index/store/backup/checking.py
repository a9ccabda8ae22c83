"""Whether a database that came from elsewhere holds what ours do: the same tables, and in them values of their kinds.

SQLite takes any value in any column, and a database's schema may have programs run where they are least expected; so
both are looked at before anything is believed.
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

from index.audience import CHANNEL as READERS_OF_CHANNEL
from index.audience import EVERYBODY, GUILD, ROLES
from index.store.backup.backup import lone_database
from index.store.connection import reading
from index.store.discord.message_rows import SAVED
from index.store.migration import migrate
from index.store.schema import contexts, documents, guild_settings, metadata, passages, sources
from index.store.store import CHANNEL

# Numbers of rows and generations grow further after a restore, and have to stay below 2⁶³ for ever.
_HIGHEST_NUMBER = 2**48
_HIGHEST_BIG, _HIGHEST = 2**63 - 1, 2**31 - 1
# A passage has 600 characters (index.documents.passages), an answer on Discord 6,000.
_LONGEST_PASSAGE = 10_000
_LONGEST_TEXT = 1_000_000
_AT_A_TIME = 1_000

_COUNTED = frozenset({"number", "generation", "forgotten", "erased"})
_NO_TIMES = frozenset({"identity", "token"})
# A number of Discord's.
_ID = r"[0-9]{1,19}"
# What people read or programs take apart, by its table and column.
_FORMATS = {
    "audiences.kind": f"{EVERYBODY}|{GUILD}|{READERS_OF_CHANNEL}|{ROLES}",
    "audiences.roles": r"(?:[0-9]{1,19}(?:,[0-9]{1,19})*)?",
    "passages.id": r"[0-9a-f]{12}",
    "feedback.passage": r"[0-9a-f]{12}",
    "feedback.voter": r"[0-9a-f]{32}",
    "hidden_passages.passage": r"[0-9a-f]{12}",
    "askings.language": r"ja|en",
    "messages.url": r"https://discord\.com/channels/[0-9]{1,19}/[0-9]{1,19}/[0-9]{1,19}",
}
# What is not one table's own: a passage under another document's heading would keep that from being removed, and the
# names of conversations say where they are looked up.
_CONVERSATION = "[0-9]" * 20 + "/" + "[0-9]" * 20
_FOREIGN = {
    "a passage in the context of another document": select(passages.c.number)
    .join(contexts, contexts.c.number == passages.c.context)
    .where(contexts.c.document != passages.c.document),
    "a conversation by another name": select(documents.c.number)
    .join(sources)
    .where(sources.c.kind.in_((CHANNEL, SAVED)), documents.c.name.op("NOT GLOB", is_comparison=True)(_CONVERSATION)),
}

_Check = Callable[[Any], bool]


class Damaged(Exception):
    """What is wrong with a database, in a few words."""


def check_structure(connection: Connection, revision: str) -> None:
    """Find out whether an SQLite database has the tables and indexes of a revision, and nothing else.

    Raises Damaged. Nothing that the schema asks for is run, as CHECKs and generated columns would be by a look at rows.
    """
    wanted = _structure_at(revision)
    found = _structure(connection)
    if found != wanted:
        differing = sorted(str(name) for name, _ in found.items() ^ wanted.items())
        raise Damaged(f"other tables than ours: {', '.join(differing)[:100]}")


def check_rows(connection: Connection) -> None:
    """Find out whether every value is one that we could have written; raises Damaged."""
    for table in metadata.sorted_tables:
        checks = [_check_of(column) for column in table.columns]
        # Without the types of the columns, which would make one value of another.
        wanted = select(*(text(column.name) for column in table.columns)).select_from(table)
        for row in connection.execution_options(yield_per=_AT_A_TIME).execute(wanted):
            for column, check, value in zip(table.columns, checks, row, strict=True):
                if not check(value):
                    raise Damaged(f"no value of {table.name}.{column.name}: {str(value)[:40]!r}")
            if table is guild_settings and not _is_setting(row.name, row.value):
                raise Damaged(f"no value of {row.name[:40]!r}: {row.value[:40]!r}")
    for what, wanted in _FOREIGN.items():
        if connection.execute(wanted.limit(1)).first():
            raise Damaged(what)


@cache
def _structure_at(revision: str) -> dict[str, str]:
    with tempfile.TemporaryDirectory(prefix="kotae-") as folder, lone_database(Path(folder, "model.db")) as engine:
        migrate(engine, revision)
        with reading(engine) as connection:
            return _structure(connection)


def _structure(connection: Connection) -> dict[str, str]:
    """Tables and indexes as SQLite understood them, by their names."""
    objects = connection.execute(text("SELECT name, type, tbl_name, coalesce(sql, '') FROM sqlite_master")).all()
    found = {}
    for name, kind, table, sql in objects:
        parts: list[object] = [kind, table]
        if kind not in ("table", "index") or re.search(r"\b(?:CHECK|VIRTUAL|GENERATED)\b", sql.upper()):
            raise Damaged(f"programs in its database: {name[:40]}")
        for pragma in ("table_xinfo", "foreign_key_list", "index_list") if kind == "table" else ("index_xinfo",):
            described = connection.execute(text(f"SELECT * FROM pragma_{pragma}(:name)"), {"name": name})  # noqa: S608
            # How columns and indexes are counted depends on the way to a revision.
            parts.append(sorted(repr({**row, "id": 0, "seq": 0, "cid": 0}) for row in described.mappings()))
        found[name] = repr(parts)
    return found


def _check_of(column: Column[Any]) -> _Check:
    check: _Check
    name = f"{column.table.name}.{column.name}"
    if isinstance(column.type, LargeBinary):
        check = _is_bytes
    elif isinstance(column.type, String):
        longest = column.type.length or (_LONGEST_PASSAGE if name == "passages.text" else _LONGEST_TEXT)
        check = partial(_is_text, longest)
        if name in _FORMATS:
            check = partial(_is_written, re.compile(_FORMATS[name]), longest)
        elif column.type.length == 32 and column.name not in _NO_TIMES:
            check = _is_time
    else:
        check = partial(_is_number, _highest(column))
    return partial(_is_missing_or, check) if column.nullable else check


def _highest(column: Column[Any]) -> int:
    if column.name in _COUNTED or column.foreign_keys:
        return _HIGHEST_NUMBER
    if isinstance(column.type, Boolean):
        return 1
    return _HIGHEST_BIG if isinstance(column.type, BigInteger) else _HIGHEST


def _is_bytes(value: object) -> bool:
    return isinstance(value, bytes)


def _is_number(highest: int, value: object) -> bool:
    return isinstance(value, int) and 0 <= value <= highest


def _is_text(longest: int, value: object) -> bool:
    return isinstance(value, str) and len(value) <= longest


def _is_written(pattern: re.Pattern[str], longest: int, value: object) -> bool:
    return isinstance(value, str) and len(value) <= longest and pattern.fullmatch(value) is not None


def _is_time(value: object) -> bool:
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def _is_setting(name: str, value: str) -> bool:
    """What follows the point in a name is the number of a channel."""
    kind, _, channel = name.partition(".")
    match kind:
        case "auto_answer":
            return re.fullmatch(_ID, channel) is not None and _is_time(value)
        case "learning":
            return re.fullmatch(f"{_ID}/{_ID}", f"{channel}/{value}") is not None
        case "voters":
            return re.fullmatch(r"[0-9a-f]{64}", value) is not None
    return True


def _is_missing_or(check: _Check, value: object) -> bool:
    return value is None or check(value)
