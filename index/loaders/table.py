"""A table (.csv, .tsv) to a document: questions with their answers, or rows of named values."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from io import StringIO
from unicodedata import normalize

from index.errors import ContentTableBroken
from index.loaders.content import Content
from index.loaders.discord_table import is_discord_export, parse_discord_table
from index.types import HEADING_SEPARATOR, Block, Document

# A cell longer than this is no cell but what follows a quotation mark that was never closed.
_LONGEST_CELL = 1_000_000
_SEPARATORS = ",\t;"
_LOOKED_AT = 50
_LONGEST_NAME = 30
# What the columns are called, in lower case and without spaces.
_NAMES = {
    "question": "質問 問い 問 問題 質問文 質問内容 問い合わせ お問い合わせ 問い合わせ内容 お問い合わせ内容 よくある質問 q question questions",
    "answer": "回答 答え 答 解答 返答 回答文 回答内容 対応 a answer answers",
    "category": "分類 カテゴリ カテゴリー 区分 種別 category",
    "url": "url リンク link 参照url 参照先 uri",
    "date": "日付 更新日 更新日時 作成日 最終更新日 date updated",
}
_LOOKS_LIKE_A_QUESTION = r"[?？]\s*$|(?:です|ます|でしょう|た|の|る|い)か[。.]?\s*$|^\s*(?:Q|Ｑ|問)\s*\d*\s*[.:：．、]"
_DATE = r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})"


def parse_table(content: Content) -> Document:
    """The document in a table.

    Of questions and answers each question is the heading of its answer. They are the columns with such a name, or else
    the first two where most of the first are questions. Of any other table each row is a block with a line a value.
    Raises ContentTableBroken.
    """
    rows = _rows(content)
    if rows and is_discord_export(rows[0]):
        return parse_discord_table(content, rows)
    document = Document(name=content.name, title=content.stem, source=content.name, blocks=())
    if not rows:
        return document
    columns = _columns(rows[0])
    if "question" in columns and "answer" in columns:
        return document._replace(blocks=tuple(_answers(rows[1:], columns)))
    if _has_questions(rows):
        return document._replace(blocks=tuple(_answers(rows, {"question": 0, "answer": 1})))
    return document._replace(blocks=tuple(_records(rows)))


def _rows(content: Content) -> list[list[str]]:
    """The rows that have any text."""
    text = content.text()
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    try:
        return [row for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise ContentTableBroken(path=content.path, line=str(reader.line_num), reason=str(error)) from error


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
        return (counts.count(usual), usual) if usual > 1 else (0, 0)

    return max(_SEPARATORS, key=columns)


def _columns(names: Sequence[str]) -> dict[str, int]:
    plain = [re.sub(r"\s", "", normalize("NFKC", name)).lower() for name in names]
    return {
        meaning: next(plain.index(name) for name in plain if name in known.split())
        for meaning, known in _NAMES.items()
        if set(plain) & set(known.split())
    }


def _has_questions(rows: Sequence[Sequence[str]]) -> bool:
    looked_at = [row for row in rows[:_LOOKED_AT] if len(row) >= 2]
    questions = [row for row in looked_at if re.search(_LOOKS_LIKE_A_QUESTION, row[0])]
    return len(questions) * 2 > len(looked_at)


def _answers(rows: Sequence[Sequence[str]], columns: dict[str, int]) -> Iterator[Block]:
    def value(row: Sequence[str], meaning: str) -> str:
        position = columns.get(meaning, len(row))
        return row[position].strip() if position < len(row) else ""

    for row in rows:
        if answer := value(row, "answer"):
            headings = (value(row, "category"), value(row, "question"))
            url = value(row, "url")
            yield Block(
                answer,
                HEADING_SEPARATOR.join(filter(None, headings)),
                date=_date(value(row, "date")),
                url=url if re.match(r"https?://", url) else None,
            )


def _records(rows: Sequence[Sequence[str]]) -> Iterator[Block]:
    """Each row as `name: value` lines, or as it is where the first row has no names."""
    names = [cell.strip() for cell in rows[0]]
    named = (
        len(rows) > 1
        and len(names) > 1
        and len(set(names)) == len(names)
        and all(0 < len(name) <= _LONGEST_NAME and not name.endswith("。") for name in names)
    )
    for row in rows[1:] if named else rows:
        cells = [cell.strip() for cell in row]
        lines = [f"{name}: {cell}" for name, cell in zip(names, cells, strict=False) if cell] if named else cells
        yield Block("\n".join(filter(None, lines)))


def _date(text: str) -> str | None:
    """A date in ISO 8601."""
    found = re.match(_DATE, normalize("NFKC", text))
    return f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}" if found else None
