"""The rows of a table to blocks: questions with their answers, or rows of named values."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple
from unicodedata import normalize

from index.documents.passages import LONGEST_PASSAGE
from index.loaders.content import heading_path
from index.types import Block, Kind

# So many rows tell what kind of table it is, and among so many at the top its columns are named.
_LOOKED_AT = 50
_TITLES_WITHIN = 10
_SHARE_OF_USUAL = 0.5
_LONGEST_NAME = 30
_LONGEST_TITLE = 60
# What the columns are called, in lower case and without spaces.
_NAMES = {
    "question": "質問 ご質問 問い 問 問題 質問文 質問内容 問い合わせ お問い合わせ 問い合わせ内容 お問い合わせ内容 よくある質問 よくあるご質問 q question questions",
    "answer": "回答 ご回答 答え 答 解答 返答 回答文 回答内容 対応 a answer answers",
    "category": "分類 カテゴリ カテゴリー 区分 種別 category",
    "url": "url リンク link 参照url 参照先 uri",
    "date": "日付 更新日 更新日時 作成日 最終更新日 date updated",
}
_LOOKS_LIKE_A_QUESTION = r"[?？]\s*$|(?:です|ます|でしょう|た|の|る|い)か[。.]?\s*$|^\s*(?:Q|Ｑ|問)\s*\d*\s*[.:：．、]"
# Columns that only count, which say nothing of what is asked for.
_COUNTS = r"(?i)^(?:no\.?|#|id|番号|項番|連番|通番|№)$"
_A_NUMBER = r"^[\d,.%¥\\-]+$"
_A_NOTE = r"[※*＊注]"
_A_RULE = r"^:?-+:?$"
_DATE = r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})"


class Row(NamedTuple):
    """The cells of a row, and the line that it begins in, from 1."""

    line: int
    cells: list[str]


def looks_like_a_question(text: str) -> bool:
    """Whether a cell asks something."""
    return re.search(_LOOKS_LIKE_A_QUESTION, text) is not None


def meanings_of(names: Sequence[str]) -> dict[str, int]:
    """What columns of these names hold, as far as it is known, with their positions."""
    plain = [re.sub(r"\s", "", normalize("NFKC", name)).lower() for name in names]
    return {
        meaning: next(plain.index(name) for name in plain if name in known.split())
        for meaning, known in _NAMES.items()
        if set(plain) & set(known.split())
    }


def has_names(rows: Sequence[Row]) -> bool:
    """Whether the first row names the columns; the corner may be empty, and names may come again."""
    names = [cell.strip() for cell in rows[0].cells]
    given = [name for name in names if name]
    return (
        len(rows) > 1
        and len(names) > 1
        and len(given) >= max(1, len(names) - 1) * _SHARE_OF_USUAL
        and len(set(given)) * 2 > len(given)
        and not all(re.match(_A_NUMBER, normalize("NFKC", name)) for name in given)
        and all(len(name) <= _LONGEST_NAME and not name.endswith("。") for name in given)
    )


def title_above(rows: Sequence[Row]) -> tuple[list[Row], str, list[Block]]:
    """The rows from the one that names the columns on, the title above them, and what else is written there."""
    counts = [len(_filled(row)) for row in rows[:_LOOKED_AT]]
    usual = max(sorted(counts, reverse=True), key=counts.count, default=0)
    first = next(
        (
            number
            for number, row in enumerate(rows[:_TITLES_WITHIN])
            if {"question", "answer"} <= meanings_of(row.cells).keys()
            or len(_filled(row)) >= max(2, _SHARE_OF_USUAL * usual)
        ),
        0,
    )
    above = [" ".join(_filled(row)) for row in rows[:first]]
    title = above.pop(0) if above and len(above[0]) <= _LONGEST_TITLE and not above[0].endswith("。") else ""
    return list(rows[first:]), title, [Block("\n".join(above), kind="list")] if above else []


def blocks_of_rows(rows: Sequence[Row]) -> Iterator[Block]:
    """Each answer under its question, or each row as `name: value` lines.

    Questions and answers are the columns with such a name, or the first two where most of the first are questions.
    """
    if len(rows) > 1 and all(re.match(_A_RULE, cell) for cell in _filled(rows[1])):
        rows = [rows[0], *rows[2:]]
    if not rows:
        return
    meanings = meanings_of(rows[0].cells)
    if {"question", "answer"} <= meanings.keys():
        yield from _answers(rows[1:], meanings, rows[0].cells)
    elif _has_questions(rows):
        yield from _answers(rows, {"question": 0, "answer": 1}, [])
    else:
        yield from _records(rows)


def _filled(row: Row) -> list[str]:
    return [stripped for cell in row.cells if (stripped := cell.strip())]


def _has_questions(rows: Sequence[Row]) -> bool:
    looked_at = [row.cells for row in rows[:_LOOKED_AT] if len(row.cells) >= 2]
    questions = [cells for cells in looked_at if looks_like_a_question(cells[0])]
    return len(questions) * 2 > len(looked_at)


def _answers(rows: Sequence[Row], meanings: dict[str, int], names: Sequence[str]) -> Iterator[Block]:
    labels = _labels(names, meanings.values())
    # What is not there is in a column of its own that is always empty.
    width = len(labels)
    question, answer = meanings["question"], meanings["answer"]
    category, url, date = (meanings.get(meaning, width) for meaning in ("category", "url", "date"))
    for _, written in rows:
        cells = [cell.strip() for cell in written]
        cells[width:width] = [""] * (width + 1 - min(len(cells), width))
        if not cells[answer]:
            continue
        above = (cells[category], cells[question])
        path = heading_path(above)
        # What is too long to stand with passages is the first of them.
        lines = [cells[answer]] if path is not None else [*filter(None, above), cells[answer]]
        further = _named(cells, labels)
        address = cells[url] if cells[url].startswith(("https://", "http://")) else None
        for text in _pieces([*lines, *further]) if further else ["\n".join(lines)]:
            kind: Kind = "list" if further else "paragraph"
            yield Block(text, path or "", date=_date(cells[date]), url=address, kind=kind)


def _labels(names: Sequence[str], known: Collection[int] = ()) -> list[str | None]:
    """What stands before the values of each column; None of columns that are read otherwise or say nothing."""
    width = max([len(names), *(number + 1 for number in known)])
    labels: list[str | None] = [f"{name.strip()}: " if name.strip() else "" for name in names]
    labels += [""] * (width - len(names))
    for number, name in enumerate(names):
        if re.match(_COUNTS, normalize("NFKC", name.strip())):
            labels[number] = None
    for number in known:
        labels[number] = None
    return labels


def _named(cells: Sequence[str], labels: Sequence[str | None]) -> list[str]:
    """The values that say something, each behind its label."""
    named = [
        label + text for label, cell in zip(labels, cells, strict=False) if label is not None and (text := cell.strip())
    ]
    return named + [text for cell in cells[len(labels) :] if (text := cell.strip())]


def _records(rows: Sequence[Row]) -> Iterator[Block]:
    """Each row as `name: value` lines, or as it is where the first row has no names."""
    named = has_names(rows)
    labels = _labels(rows[0].cells) if named else []
    for row in rows[1:] if named else rows:
        lines = _named(row.cells, labels)
        if len(lines) == 1 and re.match(_A_NOTE, filled := _filled(row)[0]):
            lines = [filled]
        first = f"{lines[0]}\n" if lines and len(lines[0]) < LONGEST_PASSAGE // 4 else ""
        for number, text in enumerate(_pieces(lines, LONGEST_PASSAGE - len(first))):
            # What a later piece is about, the first value says.
            yield Block(first + text if number else text, kind="list")


def _pieces(lines: Iterable[str], longest: int = LONGEST_PASSAGE) -> Iterator[str]:
    """Lines together, as many as can be quoted at once."""
    piece = ""
    for line in lines:
        if piece and len(piece) + 1 + len(line) > longest:
            yield piece
            piece = ""
        piece = f"{piece}\n{line}" if piece else line
    if piece:
        yield piece


def _date(text: str) -> str | None:
    """A date in ISO 8601."""
    if not text:
        return None
    found = re.match(_DATE, normalize("NFKC", text))
    return f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}" if found else None
