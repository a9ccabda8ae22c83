"""All rows from one database to another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, table

# What every passage's row takes in memory is a few kilobytes.
_AT_A_TIME = 1_000


def count_rows(connection: Connection, names: Iterable[str]) -> dict[str, int]:
    """How many rows each of the tables with these names has."""
    return {
        name: connection.execute(select(func.count()).select_from(table(name))).scalar_one() for name in sorted(names)
    }


def copy_rows(
    of: Table, source: Connection, target: Connection, shift: Mapping[str, int], copied: Callable[[], object]
) -> None:
    """Copy a table's rows; numbers, its own and those of other tables' rows, grow by the shift of their table."""
    shifted = {column.name: shift[name] for column in of.columns if (name := _numbered(column)) in shift}
    wanted = select(of).order_by(*of.primary_key.columns)
    with source.execute(wanted, execution_options={"yield_per": _AT_A_TIME}) as found:
        for rows in found.mappings().partitions():
            target.execute(insert(of), [_shifted(row, shifted) for row in rows])
            for _ in rows:
                copied()


def _numbered(column: Any) -> str:
    """The table whose numbers a column has; none for one without numbers of rows."""
    for key in column.foreign_keys:
        return str(key.column.table.name)
    return str(column.table.name) if column.name == "number" else ""


def _shifted(row: Mapping[Any, Any], shifted: Mapping[str, int]) -> dict[str, Any]:
    return {**row, **{name: row[name] + by for name, by in shifted.items()}}
