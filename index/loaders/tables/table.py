"""A table (.csv, .tsv) to a document: questions with their answers, or rows of named values."""

from __future__ import annotations

import csv
import re
from bisect import bisect_right
from collections.abc import Sequence
from io import StringIO

from index.loaders.chat.discord_table import is_discord_export, parse_discord_table
from index.loaders.content import Content
from index.loaders.tables.table_rows import (
    Row,
    blocks_of_rows,
    has_names,
    looks_like_a_question,
    meanings_of,
    title_above,
)
from index.types import Document

# A cell longer, or of more lines, than this is no cell but what follows a quotation mark that was never closed.
_LONGEST_CELL = 1_000_000
_MOST_LINES = 1_000
_SEPARATORS = ",\t;|"
_SAYS_SEPARATOR = r"(?i)\s*sep=([,;|\t])[ \t]*\n"
_LOOKED_AT = 50
# Where a comma groups digits rather than ends a cell.
_BEFORE_COMMA = r"(?:^|[^\d.])\d{1,3}$"
_BEHIND_COMMA = r"^\d{3}(?!\d)"
# A row with more cells too many than this is none that somebody forgot to quote.
_MOST_SURPLUS = 50
_MOST_TOLD = 10


def parse_table(content: Content) -> Document:
    """The document in a table.

    Of questions and answers each question is the heading of its answer. They are the columns with such a name, or else
    the first two where most of the first are questions. Of any other table each row is a block with a line a value.
    A row that does not fit is read if there is one way to, else left out, and told as a warning.
    """
    text = content.text()
    told = re.match(_SAYS_SEPARATOR, text)
    separator = told[1] if told else _separator(text)
    rows, unclosed = _rows(text, separator)
    if told:
        rows = rows[1:]
    if rows and is_discord_export(rows[0].cells):
        return parse_discord_table(content, [row.cells for row in rows])
    rows, title, above = title_above(rows)
    rows, joined, unclear = _evened(rows, separator)
    causes = {"ContentQuotesUnclosed": unclosed, "ContentRowsJoined": joined, "ContentRowsUnclear": unclear}
    return Document(
        name=content.name,
        title=title or content.stem,
        source=content.name,
        blocks=(*above, *blocks_of_rows(rows)),
        warnings=tuple(
            (cause, {"path": content.path, "lines": _listed(lines)}) for cause, lines in causes.items() if lines
        ),
    )


def _listed(lines: Sequence[int]) -> str:
    return ", ".join(map(str, lines[:_MOST_TOLD])) + (", …" if len(lines) > _MOST_TOLD else "")


def _rows(text: str, separator: str) -> tuple[list[Row], list[int]]:
    """The rows that have any text, and the lines whose quotation marks do not fit, which are read as they stand."""
    rows = []
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    before = 0
    of_several_lines = set()
    try:
        for cells in reader:
            if reader.line_num > before + 1:
                of_several_lines.add(len(cells))
            if any(map(str.strip, cells)):
                rows.append(Row(before + 1, cells))
            before = reader.line_num
    except csv.Error:
        return _rows_of_lines(text.split("\n"), separator)
    lengths = [len(row.cells) for row in rows[:_LOOKED_AT]]
    if of_several_lines - {max(lengths, key=lengths.count, default=0)}:
        return _rows_of_lines(text.split("\n"), separator)
    return rows, []


def _rows_of_lines(lines: list[str], separator: str) -> tuple[list[Row], list[int]]:
    """The rows of a text in which some quotation marks do not fit: a mark opens a cell only where one closes it."""
    opening = [number for number, line in enumerate(lines) if line.count('"') % 2]
    plain = [len(_split(line, separator)) for line in lines[:_LOOKED_AT] if line.strip()]
    usual = max(plain, key=plain.count, default=0)
    rows: list[Row] = []
    unclosed: list[int] = []
    number = 0
    while number < len(lines):
        closing = number
        if lines[number].count('"') % 2:
            place = bisect_right(opening, number)
            closing = opening[place] if place < len(opening) else len(lines)
        cells = _strictly(lines[number : closing + 1], separator) if closing - number < _MOST_LINES else None
        if cells is not None and closing > number and len(cells) != usual:
            apart = [len(_split(line, separator)) for line in lines[number : closing + 1]]
            cells = None if all(count == usual for count in apart) else cells
        if cells is None or closing == len(lines):
            cells, closing = _split(lines[number], separator), number
            unclosed.append(number + 1)
        if any(cell.strip() for cell in cells):
            rows.append(Row(number + 1, cells))
        number = closing + 1
    return rows, unclosed


def _strictly(lines: list[str], separator: str) -> list[str] | None:
    """The cells of one row in these lines; None where they are not just one."""
    try:
        read = list(csv.reader(StringIO("\n".join(lines), newline=""), delimiter=separator, strict=True))
    except csv.Error:
        return None
    return read[0] if len(read) == 1 else [] if not read else None


def _split(line: str, separator: str) -> list[str]:
    """The cells of a line, where a quotation mark that is not closed is a sign like any other."""
    apart = re.escape(separator)
    cells = re.findall(rf'(?:^|(?<={apart}))(?:"((?:[^"]|"")*)"(?={apart}|$)|([^{apart}]*))', line)
    return [quoted.replace('""', '"') if quoted else plain for quoted, plain in cells]


def _separator(text: str) -> str:
    """The separator that divides the first lines into most columns of which each row has as many."""

    def columns(separator: str) -> tuple[int, int]:
        lines = StringIO(text[: _LOOKED_AT * 1_000], newline="")
        try:
            counts = [
                len(row) for row, _ in zip(csv.reader(lines, delimiter=separator), range(_LOOKED_AT), strict=False)
            ]
        except csv.Error:
            return 0, 0
        usual = max(counts, key=counts.count)
        if usual == 1 and (several := [count for count in counts if count > 1]):
            # Titles and notes around the table may be more than its rows.
            usual = max(several, key=several.count)
        return (counts.count(usual), usual) if usual > 1 else (0, 0)

    return max(_SEPARATORS, key=columns)


def _evened(rows: list[Row], separator: str) -> tuple[list[Row], list[int], list[int]]:
    """The rows without more cells than there are columns, and the lines of those put together and of those left out.

    More cells than that come from a separator within a cell that nobody put in quotation marks. Where most rows have
    more for no such reason, the columns have no names.
    """
    if not rows:
        return rows, [], []
    width = len(_trimmed(rows[0].cells))
    if not has_names(rows):
        lengths = [len(_trimmed(row.cells)) for row in rows[:_LOOKED_AT]]
        width = max(lengths, key=lengths.count)
    has_answers = list(meanings_of(rows[0].cells).items())[:2] == [("question", 0), ("answer", 1)]
    is_faq = width == 2 and (has_answers or looks_like_a_question(rows[-1].cells[0]))
    fitting: list[Row] = []
    joined: list[int] = []
    unclear: list[int] = []
    for row in rows:
        if len(row.cells) <= width or len(cells := _trimmed(row.cells)) <= width:
            fitting.append(row)
        elif together := _put_together(cells, width, separator, is_faq=is_faq):
            fitting.append(Row(row.line, together))
            joined.append(row.line)
        else:
            unclear.append(row.line)
    if len(unclear) * 2 > len(rows):
        return rows, [], []
    return fitting, joined, unclear


def _trimmed(cells: list[str]) -> list[str]:
    """Cells without the empty ones at the end."""
    return cells[: max((number for number, cell in enumerate(cells, start=1) if cell.strip()), default=0)]


def _put_together(cells: list[str], width: int, separator: str, *, is_faq: bool) -> list[str] | None:
    """As many cells as there are columns, where only one way to make them is plausible."""
    surplus = len(cells) - width
    if surplus > _MOST_SURPLUS:
        return None
    digits = [number for number in range(1, len(cells)) if separator == "," and _groups_digits(cells, number)]
    spaces = [number for number in range(1, len(cells)) if cells[number].startswith(" ")]
    for within in (digits, spaces):
        if len(within) == surplus:
            return _joined(cells, set(within), separator)
    if not is_faq:
        return None
    asks = (number for number in range(1, len(cells)) if looks_like_a_question(separator.join(cells[:number])))
    begins = next(asks, 1)
    return [separator.join(cells[:begins]), separator.join(cells[begins:])]


def _groups_digits(cells: list[str], number: int) -> bool:
    before, behind = cells[number - 1], cells[number]
    return re.search(_BEFORE_COMMA, before) is not None and re.search(_BEHIND_COMMA, behind) is not None


def _joined(cells: list[str], within: set[int], separator: str) -> list[str]:
    together: list[str] = []
    for number, cell in enumerate(cells):
        if number in within:
            together[-1] += separator + cell
        else:
            together.append(cell)
    return together
