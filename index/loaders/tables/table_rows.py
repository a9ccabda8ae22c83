"""Makes blocks of the rows of a table: questions with their answers, or records of labelled values."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple
from unicodedata import normalize

from index.documents.grouping import LONGEST_PASSAGE
from index.loaders.content import heading_path
from index.types import Block, Kind

# The first rows decide the kind of a table.
_SAMPLE_ROWS = 50
_MAX_ROWS_ABOVE_HEADER = 10
# A table with names in two rows has a row of values at least.
_FEWEST_ROWS = 2
_FEWEST_NAMES_ABOVE = 2
# Of the columns that rows usually fill.
_MIN_FILLED_SHARE = 0.5
_LONGEST_COLUMN_NAME = 30
_LONGEST_TITLE = 60
# The names of columns by role, in lower case and without spaces.
_COLUMN_NAMES = {
    "question": "質問 ご質問 問い 問 問題 質問文 質問内容 問い合わせ お問い合わせ 問い合わせ内容 お問い合わせ内容 よくある質問 よくあるご質問 q question questions",
    "answer": "回答 ご回答 答え 答 解答 返答 回答文 回答内容 対応 a answer answers",
    "category": "分類 カテゴリ カテゴリー 区分 種別 category",
    "url": "url リンク link 参照url 参照先 uri",
    "date": "日付 更新日 更新日時 作成日 最終更新日 date updated",
}
_QUESTION = r"[?？]\s*$|(?:です|ます|でしょう|た|の|る|い)か[。.]?\s*$|^\s*(?:Q|Ｑ|問)\s*\d*\s*[.:：．、]"
# Names of columns that only number the rows.
ROW_NUMBER = r"(?i)^(?:no\.?|#|id|番号|項番|連番|通番|№)$"
_NUMBER = r"^[\d,.%¥\\-]+$"
# Values that are no names: a telephone number, a date, an address, an amount.
_VALUE_SHAPES = (
    r"^\+?[\d(][\d()]*-[\d()-]{4,}$",
    r"^\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}",
    r"^[\w.+-]+@[\w.-]+$",
    r"^https?://",
    r"^[\d,]+円$",
)
_NOTE = r"[※*＊注]"
# Lines above a header that hold of every row: 2024年度, 令和6年4月1日現在, 第2版, （単位：千円）.
_HOLDS_OF_ALL = r"^[(（【]?(?:\S{1,20}(?:年度?|月分?|期|版|現在|時点)|単位\s?[:：]\s?\S{1,10}|\S{1,6}単位)[)）】]?$"
_RULE = r"^:?-+:?$"
_DATE = r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})"


class Above(NamedTuple):
    """What stands above the header of a table: its title, what `holds` of all rows, and a block of the other lines."""

    title: str
    holds: str
    others: tuple[Block, ...]


class Row(NamedTuple):
    """The cells of a row, its first line, and its number as a spreadsheet shows it; both from 1."""

    line: int
    cells: list[str]
    number: int


def looks_like_a_question(text: str) -> bool:
    """Whether a cell asks something."""
    return re.search(_QUESTION, text) is not None


def column_roles(names: Sequence[str]) -> dict[str, int]:
    """The positions of columns by role, as far as their names tell."""
    plain = [re.sub(r"\s", "", normalize("NFKC", name)).lower() for name in names]
    return {
        role: next(plain.index(name) for name in plain if name in known.split())
        for role, known in _COLUMN_NAMES.items()
        if set(plain) & set(known.split())
    }


def has_header(rows: Sequence[Row]) -> bool:
    """Whether the first row is a header; its corner may be empty, and names may repeat."""
    names = [cell.strip() for cell in rows[0].cells]
    given = [name for name in names if name]
    return (
        len(rows) > 1
        and len(names) > 1
        and len(given) >= max(1, len(names) - 1) * _MIN_FILLED_SHARE
        and len(set(given)) * 2 > len(given)
        and not all(re.match(_NUMBER, normalize("NFKC", name)) for name in given)
        and all(len(name) <= _LONGEST_COLUMN_NAME and not name.endswith("。") for name in given)
        and not _begins_with_values(rows)
    )


def _begins_with_values(rows: Sequence[Row]) -> bool:
    """Whether the first row has what the second has too: the next number, or a value of one form in the same column."""
    first, second = ([normalize("NFKC", cell.strip()) for cell in row.cells] for row in rows[:2])
    if first[0] == "1" and second[0] == "2":
        return True
    return any(
        re.match(shape, name) and re.match(shape, value)
        for shape in _VALUE_SHAPES
        for name, value in zip(first, second, strict=False)
    )


def split_above(rows: Sequence[Row]) -> tuple[list[Row], Above]:
    """The rows from the header on, and what is above them."""
    counts = [len(_non_empty(row)) for row in rows[:_SAMPLE_ROWS]]
    usual = max(sorted(counts, reverse=True), key=counts.count, default=0)
    first = next(
        (
            number
            for number, row in enumerate(rows[:_MAX_ROWS_ABOVE_HEADER])
            if {"question", "answer"} <= column_roles(row.cells).keys()
            or len(_non_empty(row)) >= max(2, _MIN_FILLED_SHARE * usual)
        ),
        0,
    )
    if first and _names_of_two_rows(rows[first - 1].cells, rows[first].cells):
        first -= 1
    lines = [" ".join(_non_empty(row)) for row in rows[:first]]
    title = lines.pop(0) if lines and len(lines[0]) <= _LONGEST_TITLE and not lines[0].endswith("。") else ""
    holding = [line for line in lines if re.match(_HOLDS_OF_ALL, line)]
    others = [line for line in lines if line not in holding]
    blocks = (Block("\n".join(others), kind="list", row=rows[0].number),) if others else ()
    return list(rows[first:]), Above(title, " ".join(holding), blocks)


def _names_of_two_rows(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """The names of columns where one row names groups of them and the next each; empty where the rows are none such.

    A group has its name in its first cell, and empty cells beside it; a column of no group has nothing below its name.
    """
    # One name alone is the title of the table.
    if sum(bool(cell.strip()) for cell in upper) < _FEWEST_NAMES_ABOVE or not all(map(_may_be_name, lower)):
        return []
    width = max(len(upper), len(lower))
    groups, names = ([cell.strip() for cell in row] + [""] * (width - len(row)) for row in (upper, lower))
    joined: list[str] = []
    group = ""
    for column, (above, name) in enumerate(zip(groups, names, strict=True)):
        begins_group = bool(above) and not any(groups[column + 1 : column + 2]) and any(names[column + 1 : column + 2])
        if above and not begins_group and name not in ("", above):
            return []
        if not above and name and not group:
            return []
        group = (above if begins_group else "") if above else group
        joined.append(f"{group} {name}" if group and name and name != group else above or name)
    return joined if any(name and not above for above, name in zip(groups, names, strict=True)) else []


def _may_be_name(cell: str) -> bool:
    name = normalize("NFKC", cell.strip())
    return len(name) <= _LONGEST_COLUMN_NAME and not re.search(r"。$|^[\d,.%¥\\-]+円?$", name)


def below(headings: Sequence[str], block: Block) -> Block:
    """A block of a table below more headings; one that is too long becomes a line of its text."""
    if (path := heading_path((*headings, block.heading))) is not None:
        return block._replace(heading=path)
    return block._replace(heading=heading_path(headings) or "", text=f"{block.heading}\n{block.text}")


def blocks_of_rows(rows: Sequence[Row]) -> Iterator[Block]:
    """Blocks of answers under their questions, or of rows as `name: value` lines.

    Questions and answers are the columns with such a name, or the first two where most of the first are questions.
    """
    if len(rows) > 1 and all(re.match(_RULE, cell) for cell in _non_empty(rows[1])):
        rows = [rows[0], *rows[2:]]
    if not rows:
        return
    if len(rows) > _FEWEST_ROWS and (names := _names_of_two_rows(rows[0].cells, rows[1].cells)):
        rows = [rows[1]._replace(cells=names), *rows[2:]]
    roles = column_roles(rows[0].cells)
    if {"question", "answer"} <= roles.keys():
        yield from _answer_blocks(rows[1:], roles, rows[0].cells)
    elif _starts_with_questions(rows):
        yield from _answer_blocks(rows, {"question": 0, "answer": 1}, [])
    else:
        yield from _record_blocks(rows)


def _non_empty(row: Row) -> list[str]:
    return [stripped for cell in row.cells if (stripped := cell.strip())]


def _starts_with_questions(rows: Sequence[Row]) -> bool:
    sample = [row.cells for row in rows[:_SAMPLE_ROWS] if len(row.cells) >= 2]
    questions = [cells for cells in sample if looks_like_a_question(cells[0])]
    return len(questions) * 2 > len(sample)


def _answer_blocks(rows: Sequence[Row], roles: dict[str, int], names: Sequence[str]) -> Iterator[Block]:
    labels = _labels(names, roles.values())
    # A role without a column reads an extra column that is always empty.
    width = len(labels)
    question, answer = roles["question"], roles["answer"]
    category, url, date = (roles.get(role, width) for role in ("category", "url", "date"))
    for _, row, number in rows:
        cells = [cell.strip() for cell in row]
        cells[width:width] = [""] * (width + 1 - min(len(cells), width))
        if not cells[answer]:
            continue
        headings = (cells[category], cells[question])
        path = heading_path(headings)
        # Headings that are too long become the first lines.
        lines = [cells[answer]] if path is not None else [*filter(None, headings), cells[answer]]
        other_values = _labelled_values(cells, labels)
        address = cells[url] if cells[url].startswith(("https://", "http://")) else None
        for text in _chunks([*lines, *other_values]) if other_values else ["\n".join(lines)]:
            kind: Kind = "list" if other_values else "paragraph"
            yield Block(text, path or "", date=_date(cells[date]), url=address, kind=kind, row=number)


def _labels(names: Sequence[str], excluded: Collection[int] = ()) -> list[str | None]:
    """The label before the values of each column; None for excluded columns and row numbers."""
    width = max([len(names), *(number + 1 for number in excluded)])
    labels: list[str | None] = [f"{name.strip()}: " if name.strip() else "" for name in names]
    labels += [""] * (width - len(names))
    for number, name in enumerate(names):
        if re.match(ROW_NUMBER, normalize("NFKC", name.strip())):
            labels[number] = None
    for number in excluded:
        labels[number] = None
    return labels


def _labelled_values(cells: Sequence[str], labels: Sequence[str | None]) -> list[str]:
    """The values that are not empty, each after its label."""
    values = [
        label + text for label, cell in zip(labels, cells, strict=False) if label is not None and (text := cell.strip())
    ]
    return values + [text for cell in cells[len(labels) :] if (text := cell.strip())]


def _record_blocks(rows: Sequence[Row]) -> Iterator[Block]:
    """A record for each row, as `name: value` lines, or as values without a header."""
    with_header = has_header(rows)
    labels = _labels(rows[0].cells) if with_header else []
    for row in rows[1:] if with_header else rows:
        lines = _labelled_values(row.cells, labels)
        if len(lines) == 1 and re.match(_NOTE, note := _non_empty(row)[0]):
            lines = [note]
        first = f"{lines[0]}\n" if lines and len(lines[0]) < LONGEST_PASSAGE // 4 else ""
        for place, text in enumerate(_chunks(lines, LONGEST_PASSAGE - len(first))):
            # Later chunks repeat the first value, which names the record.
            yield Block(first + text if place else text, kind="list", row=row.number)


def _chunks(lines: Iterable[str], longest: int = LONGEST_PASSAGE) -> Iterator[str]:
    """Lines joined into chunks no longer than `longest`."""
    chunk: list[str] = []
    length = 0
    for line in lines:
        if chunk and length + len(line) > longest:
            yield "\n".join(chunk)
            chunk, length = [], 0
        chunk.append(line)
        length += len(line) + 1
    if chunk:
        yield "\n".join(chunk)


def _date(text: str) -> str | None:
    """A date in ISO 8601."""
    if not text:
        return None
    found = re.match(_DATE, normalize("NFKC", text))
    return f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}" if found else None
