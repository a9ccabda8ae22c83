"""Loads tables (.csv, .tsv): questions with their answers, or records."""

from __future__ import annotations

import csv
import re
from bisect import bisect_right
from io import StringIO

from index.loaders.chat.discord_table import is_discord_table, parse_discord_table
from index.loaders.content import Content, first_few
from index.loaders.tables.table_rows import (
    Row,
    below,
    blocks_of_rows,
    column_roles,
    has_header,
    looks_like_a_question,
    split_above,
)
from index.types import Document

# A cell longer, or of more lines, than this comes from a quotation mark that was never closed.
_LONGEST_CELL = 1_000_000
_MAX_LINES_IN_CELL = 1_000
_SEPARATORS = ",\t;|"
_SEPARATOR_LINE = r"(?i)\s*sep=([,;|\t])[ \t]*\n"
_SAMPLE_ROWS = 50
# Around a comma that groups digits rather than ends a cell.
_BEFORE_COMMA = r"(?:^|[^\d.])\d{1,3}$"
_AFTER_COMMA = r"^\d{3}(?!\d)"
# More surplus cells than this do not come from separators that nobody quoted.
_MAX_SURPLUS_CELLS = 50


def parse_table(content: Content) -> Document:
    """The document in a table.

    Of questions and answers each question is the heading of its answer. They are the columns with such a name, or else
    the first two where most of the first are questions. Of any other table each row is a block with a line a value.
    A row with too many cells is repaired if there is only one plausible way, else left out; either is a warning.
    """
    text = content.text()
    declared = re.match(_SEPARATOR_LINE, text)
    separator = declared[1] if declared else _detect_separator(text)
    rows, unclosed = _parse_rows(text, separator)
    if declared:
        # A spreadsheet does not show the line that names the separator.
        rows = [row._replace(number=row.number - 1) for row in rows[1:]]
    if rows and is_discord_table(rows[0].cells):
        return parse_discord_table(content, [row.cells for row in rows])
    rows, above = split_above(rows)
    rows, joined, unclear = _fit_to_columns(rows, separator)
    causes = {"ContentQuotesUnclosed": unclosed, "ContentRowsJoined": joined, "ContentRowsUnclear": unclear}
    return Document(
        name=content.name,
        title=above.title or content.stem,
        source=content.name,
        blocks=(*above.others, *(below((above.holds,), block) for block in blocks_of_rows(rows))),
        warnings=tuple(
            (cause, {"path": content.path, "lines": first_few(lines)}) for cause, lines in causes.items() if lines
        ),
    )


def _parse_rows(text: str, separator: str) -> tuple[list[Row], list[int]]:
    """The rows that have any text, and the lines with unbalanced quotation marks, which are read literally."""
    rows = []
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    last_line = 0
    multiline_lengths = set()
    try:
        for number, cells in enumerate(reader, start=1):
            if reader.line_num > last_line + 1:
                multiline_lengths.add(len(cells))
            if any(map(str.strip, cells)):
                rows.append(Row(last_line + 1, cells, number))
            last_line = reader.line_num
    except csv.Error:
        return _parse_rows_leniently(text.split("\n"), separator)
    lengths = [len(row.cells) for row in rows[:_SAMPLE_ROWS]]
    if multiline_lengths - {max(lengths, key=lengths.count, default=0)}:
        return _parse_rows_leniently(text.split("\n"), separator)
    return rows, []


def _parse_rows_leniently(lines: list[str], separator: str) -> tuple[list[Row], list[int]]:
    """The rows of a text with unbalanced quotation marks: a mark opens a cell only where another closes it."""
    opening = [number for number, line in enumerate(lines) if line.count('"') % 2]
    counts = [len(_split_leniently(line, separator)) for line in lines[:_SAMPLE_ROWS] if line.strip()]
    usual = max(counts, key=counts.count, default=0)
    rows: list[Row] = []
    unclosed: list[int] = []
    number = above = 0
    while number < len(lines):
        closing = number
        if lines[number].count('"') % 2:
            position = bisect_right(opening, number)
            closing = opening[position] if position < len(opening) else len(lines)
        cells = _parse_row(lines[number : closing + 1], separator) if closing - number < _MAX_LINES_IN_CELL else None
        if cells is not None and closing > number and len(cells) != usual:
            counts_of_lines = [len(_split_leniently(line, separator)) for line in lines[number : closing + 1]]
            cells = None if all(count == usual for count in counts_of_lines) else cells
        if cells is None or closing == len(lines):
            cells, closing = _split_leniently(lines[number], separator), number
            unclosed.append(number + 1)
        if any(cell.strip() for cell in cells):
            rows.append(Row(number + 1, cells, above + 1))
        number = closing + 1
        above += 1
    return rows, unclosed


def _parse_row(lines: list[str], separator: str) -> list[str] | None:
    """The cells of the one row in these lines; None where they are not exactly one."""
    try:
        read = list(csv.reader(StringIO("\n".join(lines), newline=""), delimiter=separator, strict=True))
    except csv.Error:
        return None
    return read[0] if len(read) == 1 else [] if not read else None


def _split_leniently(line: str, separator: str) -> list[str]:
    """The cells of a line, in which a quotation mark that is not closed is literal."""
    delimiter = re.escape(separator)
    cells = re.findall(rf'(?:^|(?<={delimiter}))(?:"((?:[^"]|"")*)"(?={delimiter}|$)|([^{delimiter}]*))', line)
    return [quoted.replace('""', '"') if quoted else plain for quoted, plain in cells]


def _detect_separator(text: str) -> str:
    """The separator that divides most of the first rows into the same number of columns, more than one."""

    def columns(separator: str) -> tuple[int, int]:
        lines = StringIO(text[: _SAMPLE_ROWS * 1_000], newline="")
        try:
            counts = [
                len(row) for row, _ in zip(csv.reader(lines, delimiter=separator), range(_SAMPLE_ROWS), strict=False)
            ]
        except csv.Error:
            return 0, 0
        usual = max(counts, key=counts.count)
        if usual == 1 and (several := [count for count in counts if count > 1]):
            # Titles and notes may be more lines than the rows of the table.
            usual = max(several, key=several.count)
        return (counts.count(usual), usual) if usual > 1 else (0, 0)

    return max(_SEPARATORS, key=columns)


def _fit_to_columns(rows: list[Row], separator: str) -> tuple[list[Row], list[int], list[int]]:
    """The rows with surplus cells merged, the lines of the rows merged, and the lines of the rows left out.

    Surplus cells come from a separator within a cell that nobody put in quotation marks. Where most rows have some for
    no such reason, the columns have no header.
    """
    if not rows:
        return rows, [], []
    width = len(_without_trailing_empty(rows[0].cells))
    if not has_header(rows):
        lengths = [len(_without_trailing_empty(row.cells)) for row in rows[:_SAMPLE_ROWS]]
        width = max(lengths, key=lengths.count)
    has_answers = list(column_roles(rows[0].cells).items())[:2] == [("question", 0), ("answer", 1)]
    is_faq = width == 2 and (has_answers or looks_like_a_question(rows[-1].cells[0]))
    fitting: list[Row] = []
    joined: list[int] = []
    unclear: list[int] = []
    for row in rows:
        if len(row.cells) <= width or len(cells := _without_trailing_empty(row.cells)) <= width:
            fitting.append(row)
        elif merged := _merge_surplus_cells(cells, width, separator, is_faq=is_faq):
            fitting.append(row._replace(cells=merged))
            joined.append(row.line)
        else:
            unclear.append(row.line)
    if len(unclear) * 2 > len(rows):
        return rows, [], []
    return fitting, joined, unclear


def _without_trailing_empty(cells: list[str]) -> list[str]:
    """The cells without empty ones at the end."""
    return cells[: max((number for number, cell in enumerate(cells, start=1) if cell.strip()), default=0)]


def _merge_surplus_cells(cells: list[str], width: int, separator: str, *, is_faq: bool) -> list[str] | None:
    """The cells with the surplus merged into their neighbours, where only one way is plausible."""
    surplus = len(cells) - width
    if surplus > _MAX_SURPLUS_CELLS:
        return None
    digits = [number for number in range(1, len(cells)) if separator == "," and _groups_digits(cells, number)]
    spaces = [number for number in range(1, len(cells)) if cells[number].startswith(" ")]
    for positions in (digits, spaces):
        if len(positions) == surplus:
            return _merge_cells(cells, set(positions), separator)
    if not is_faq:
        return None
    question_ends = (number for number in range(1, len(cells)) if looks_like_a_question(separator.join(cells[:number])))
    answer_start = next(question_ends, 1)
    return [separator.join(cells[:answer_start]), separator.join(cells[answer_start:])]


def _groups_digits(cells: list[str], number: int) -> bool:
    before, after = cells[number - 1], cells[number]
    return re.search(_BEFORE_COMMA, before) is not None and re.search(_AFTER_COMMA, after) is not None


def _merge_cells(cells: list[str], positions: set[int], separator: str) -> list[str]:
    merged: list[str] = []
    for number, cell in enumerate(cells):
        if number in positions:
            merged[-1] += separator + cell
        else:
            merged.append(cell)
    return merged
