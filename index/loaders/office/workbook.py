"""Loads workbooks of Microsoft Excel (.xlsx): the tables of each visible sheet."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from io import BytesIO
from itertools import pairwise, takewhile
from typing import Any
from zipfile import BadZipFile, ZipFile

from index.errors import ContentDamaged
from index.loaders.content import Content, first_few
from index.loaders.dates import office_day
from index.loaders.tables.table_rows import ROW_NUMBER, Row, below, blocks_of_rows, split_above
from index.types import Block, Document

# The default names of sheets.
_DEFAULT_SHEET_NAME = r"(?i)^(?:sheet|シート|工作表)\s*\d*$"
# Parts of a number format that show no text: colours, conditions, padding and fill.
_FORMAT_CODES = r"\[(?!\$)[^\]]*\]|_.|\*."
_DIGIT_PLACEHOLDERS = r"[#0?][#0?,.]*"
# A cell with a formula whose result is missing; that of a formula for text may be empty.
_UNCALCULATED = re.compile(
    rb'<c r="([A-Z]{1,3}\d{1,7})"(?![^<>]*\bt="str")[^<>]*>\s*<f(?:\s[^<>]*)?(?:/>|>[^<]*</f>)'
    rb"\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>"
)
_LOOKS_NUMERIC = r"^-?[\d,.]+\D{0,2}$"


def parse_workbook(content: Content) -> Document:
    """The document in a workbook, with values as Excel displays them; hidden sheets, rows and columns are left out.

    Raises ContentDamaged.
    """
    from openpyxl.reader.excel import ExcelReader
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with warnings.catch_warnings():
            # openpyxl warns about styles that it does not support.
            warnings.simplefilter("ignore")
            reader = ExcelReader(BytesIO(content.data), data_only=True)
            reader.read()
            paths = {sheet.name: relation.target for sheet, relation in reader.parser.find_sheets()}
    except (BadZipFile, InvalidFileException, SyntaxError, KeyError, ValueError, TypeError, OSError) as error:
        raise ContentDamaged(path=content.path, kind="XLSX") from error
    sheets = [sheet for sheet in reader.wb.worksheets if sheet.sheet_state == "visible"]
    with ZipFile(BytesIO(content.data)) as archive:
        uncalculated = [
            f"{sheet.title}!{found[1].decode()}"
            for sheet in sheets
            if sheet.title in paths
            for found in _UNCALCULATED.finditer(archive.read(paths[sheet.title]))
        ]
    values = {"path": content.path, "cells": first_few(uncalculated)}
    return Document(
        name=content.name,
        title=(reader.wb.properties.title or "").strip() or content.stem,
        source=content.name,
        blocks=tuple(block for sheet in sheets for block in _blocks(sheet)),
        warnings=(("ContentFormulasUncalculated", values),) if uncalculated else (),
        dated=office_day(content.data),
    )


def _blocks(sheet: Any) -> Iterator[Block]:
    name = "" if re.match(_DEFAULT_SHEET_NAME, sheet.title) else sheet.title
    for table in (part for region in _tables(_rows(sheet)) for part in _side_by_side(region)):
        rows, above = split_above(_own_columns(table))
        headings = (name, above.title if above.title != name else "", above.holds)
        yield from (below(headings, block) for block in (*above.others, *blocks_of_rows(rows)))


def _rows(sheet: Any) -> list[Row]:
    """The visible rows of visible cells, empty ones too; a cell merged over several rows is in each."""
    columns = sheet.column_dimensions
    hidden = {
        number
        for group in columns.values()
        if group.hidden and group.min and group.max
        for number in range(group.min, min(group.max, sheet.max_column) + 1)
    }
    merged = {
        (row, area.min_col): (area.min_row, area.min_col)
        for area in sheet.merged_cells.ranges
        if area.max_row > area.min_row and area.min_col == area.max_col
        for row in range(area.min_row + 1, min(area.max_row, sheet.max_row) + 1)
    }
    rows = []
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        if sheet.row_dimensions[number].hidden if number in sheet.row_dimensions else False:
            continue
        values = [
            _displayed(sheet.cell(*merged[number, column]) if (number, column) in merged else cell)
            for column, cell in enumerate(cells, start=1)
            if column not in hidden
        ]
        rows.append(Row(number, values, number))
    return rows


def _tables(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """The tables of a sheet, divided by empty rows; a table may have empty rows in it, too."""
    regions: list[list[Row]] = [[]]
    for row in rows:
        if any(row.cells):
            regions[-1].append(row)
        elif regions[-1]:
            regions.append([])
    table: list[Row] = []
    columns: list[int] = []
    for region in filter(None, regions):
        if columns and _begins_table(region, columns):
            yield table
            table, columns = [], []
        table += region
        columns = columns or next((filled for row in region if len(filled := _filled_columns(row)) > 1), [])
    if table:
        yield table


def _side_by_side(table: list[Row]) -> Iterator[list[Row]]:
    """The tables that stand beside each other, with an empty column between them.

    One that has no title of its own has that above all of them.
    """
    parts: list[tuple[int, int]] = []
    for start, end in _column_runs(table):
        if parts and not (_is_whole(table, *parts[-1]) and _is_whole(table, start, end)):
            parts[-1] = parts[-1][0], end
        else:
            parts.append((start, end))
    if len(parts) == 1:
        yield table
        return
    titles = list(takewhile(lambda row: len(_filled_columns(row)) == 1, table))
    for number, (start, end) in enumerate(parts):
        rows = [row._replace(cells=row.cells[start:end]) for row in table]
        first, *others = _tables(rows)
        if number and len(_filled_columns(first[0])) > 1:
            first = [row._replace(cells=["".join(row.cells)] + [""] * (end - start - 1)) for row in titles] + first
        yield from (first, *others)


def _column_runs(table: Sequence[Row]) -> list[tuple[int, int]]:
    """Where columns without an empty one among them begin, and where they end."""
    filled = sorted({column for row in table for column in _filled_columns(row)})
    starts = [column for before, column in pairwise([-2, *filled]) if column > before + 1]
    ends = [column + 1 for column, after in pairwise([*filled, filled[-1] + 2]) if after > column + 1]
    return list(zip(starts, ends, strict=True))


def _is_whole(table: Sequence[Row], start: int, end: int) -> bool:
    """Whether columns may be a table by themselves: some rows of two cells or more, the first of which names the row."""
    rows = [cells for row in table if sum(map(bool, cells := row.cells[start:end])) > 1]
    return len(rows) > 1 and any(
        cells[0] and (not re.match(_LOOKS_NUMERIC, cells[0]) or re.match(ROW_NUMBER, rows[0][0])) for cells in rows[1:]
    )


def _own_columns(table: Sequence[Row]) -> list[Row]:
    """The rows of a table without the empty columns beside it, which another table on the sheet may have filled."""
    filled = [_filled_columns(row) for row in table]
    first, last = min(columns[0] for columns in filled), max(columns[-1] for columns in filled)
    return [row._replace(cells=row.cells[first : last + 1]) for row in table]


def _begins_table(region: Sequence[Row], table_columns: Sequence[int]) -> bool:
    """Whether rows after an empty one begin a table: with a title, in other columns, or with a header."""
    first = _filled_columns(region[0])
    if len(region) > 1 and (len(first) == 1 or (first[0], first[-1]) != (table_columns[0], table_columns[-1])):
        return True
    names, values = region[0].cells, [row.cells for row in region[1:]]
    return not any(re.match(_LOOKS_NUMERIC, name) for name in names) and any(
        re.match(_LOOKS_NUMERIC, cell) for cells in values for cell in cells
    )


def _filled_columns(row: Row) -> list[int]:
    return [number for number, cell in enumerate(row.cells) if cell]


def _displayed(cell: Any) -> str:
    """A cell's value as Excel displays it; empty for an error."""
    value = cell.value
    if value is None or cell.data_type == "e":
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return _format_number(value, cell.number_format or "General")
    if isinstance(value, datetime | date | time):
        return _format_time(value, cell.number_format or "")
    if isinstance(value, timedelta):
        minutes = int(value.total_seconds()) // 60
        return f"{minutes // 60}:{minutes % 60:02}"
    return str(value).replace("\r\n", "\n").replace("\r", "\n").strip()


def _format_number(value: float, number_format: str) -> str:
    positive = re.sub(_FORMAT_CODES, "", number_format).split(";")[0]
    digits = re.search(_DIGIT_PLACEHOLDERS, re.sub(r'"[^"]*"', lambda found: " " * len(found[0]), positive))
    if digits is None:
        return str(value) if isinstance(value, int) else f"{value:.12g}"
    whole, _, decimals = digits[0].partition(".")
    percent = "%" in positive
    number = abs(value) * (100 if percent else 1) / 1000 ** (len(digits[0]) - len(digits[0].rstrip(",")))
    grouped = "," if "," in whole.rstrip(",") else ""
    text = f"{number:{grouped}.{len(re.sub('[^0#?]', '', decimals))}f}"
    if "#" in decimals:
        text = text.rstrip("0").rstrip(".")
    sign = "-" if value < 0 else ""
    return sign + _literal_text(positive[: digits.start()]) + text + _literal_text(positive[digits.end() :])


def _literal_text(affix: str) -> str:
    """The literal text of a number format before or after the digits, such as 円 or ¥."""
    return re.sub(r'"|\\|\[\$([^\]-]*)[^\]]*\]', lambda found: found[1] or "", affix).strip()


def _format_time(value: date | time, number_format: str) -> str:
    clock = f"{value.hour}:{value.minute:02}" if isinstance(value, datetime | time) else ""
    if isinstance(value, time):
        return clock
    plain = re.sub(r'"|\\|\[[^\]]*\]', "", number_format).lower()
    has_year, has_day = re.search("[yge]", plain), "d" in plain
    if "月" in plain:
        day = (f"{value.year}年" if has_year else "") + f"{value.month}月" + (f"{value.day}日" if has_day else "")
    else:
        parts = (value.year if has_year else None, value.month, value.day if has_day else None)
        day = "/".join(str(part) for part in parts if part is not None)
    if "h" not in plain:
        return day
    return f"{day} {clock}" if re.search("[ymd]", re.sub("h.*", "", plain)) else clock
