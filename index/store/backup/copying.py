"""Copies rows from one database to another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, table

# A passage's row takes a few kilobytes of memory.
_BATCH_SIZE = 1_000


def count_rows(connection: Connection, names: Iterable[str]) -> dict[str, int]:
    """The number of rows of each of these tables."""
    return {
        name: connection.execute(select(func.count()).select_from(table(name))).scalar_one() for name in sorted(names)
    }


def copy_rows(
    copied: Table, source: Connection, target: Connection, offsets: Mapping[str, int], step: Callable[[], object]
) -> None:
    """Copy a table's rows. `offsets` are added to row numbers and to foreign keys, by the table that they are of."""
    column_offsets = {
        column.name: offsets[name] for column in copied.columns if (name := _numbered_table(column)) in offsets
    }
    query = select(copied).order_by(*copied.primary_key.columns)
    with source.execute(query, execution_options={"yield_per": _BATCH_SIZE}) as result:
        for rows in result.mappings().partitions():
            target.execute(insert(copied), [_with_offsets(row, column_offsets) for row in rows])
            for _ in rows:
                step()


def _numbered_table(column: Any) -> str:
    """The table whose row numbers a column holds; empty for a column without row numbers."""
    for key in column.foreign_keys:
        return str(key.column.table.name)
    return str(column.table.name) if column.name == "number" else ""


def _with_offsets(row: Mapping[Any, Any], column_offsets: Mapping[str, int]) -> dict[str, Any]:
    moved = {name: row[name] + offset for name, offset in column_offsets.items() if row[name] is not None}
    return {**row, **moved}
