"""Workbooks of Microsoft Excel."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from index.errors import ContentEmpty, ContentTruncated
from tests.index.loaders.examples import load_bytes, replaced


def workbook(sheets: dict[str, Sequence[Sequence[Any]]], formats: dict[str, str] | None = None) -> Any:
    """A workbook of sheets with rows of values; `formats` are of cells of the first sheet."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    for cell, written in (formats or {}).items():
        book.worksheets[0][cell].number_format = written
    return book


def saved(book: Any) -> bytes:
    """The bytes of a workbook."""
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def test_each_sheet_is_a_table(tmp_path: Path) -> None:
    """Its name is a heading if somebody gave it one; questions have their answers, and rows their names."""
    book = workbook(
        {
            "Sheet1": [["質問", "回答", "備考"], ["駐車場は？", "地下です。", "二十台"]],
            "内線": [["内線表"], [], ["氏名", "内線"], ["佐藤", 123], ["鈴木", 456], [None, None], ["田中", 789]],
            "案": [["氏名", "内線"], ["秘密", 1]],
        }
    )
    book["案"].sheet_state = "hidden"
    document = load_bytes(tmp_path, saved(book), "総務.xlsx")
    assert document.title == "総務"
    assert [(block.heading, block.text) for block in document.blocks] == [
        ("駐車場は？", "地下です。\n備考: 二十台"),
        ("内線 › 内線表", "氏名: 佐藤\n内線: 123"),
        ("内線 › 内線表", "氏名: 鈴木\n内線: 456"),
        ("内線 › 内線表", "氏名: 田中\n内線: 789"),
    ]


def test_two_tables_on_a_sheet_have_headers_of_their_own(tmp_path: Path) -> None:
    """Below an empty row another table may begin, with a title or with columns of its own."""
    rows: list[list[Any]] = [
        ["氏名", "内線"],
        ["佐藤", 123],
        [],
        ["備品", "価格"],
        ["机", 800],
        [],
        ["料金"],
        ["区分", "円"],
        ["大人", 500],
    ]
    document = load_bytes(tmp_path, saved(workbook({"Sheet": rows})), "a.xlsx")
    assert [(block.heading, block.text) for block in document.blocks] == [
        ("", "氏名: 佐藤\n内線: 123"),
        ("", "備品: 机\n価格: 800"),
        ("料金", "区分: 大人\n円: 500"),
    ]


def test_a_table_has_its_header_beside_a_wider_one(tmp_path: Path) -> None:
    """Empty columns at its sides are not its own."""
    rows: list[list[Any]] = [
        ["会場", "朝", "昼", "夜", "備考"],
        ["大", 1, 2, 3, "可"],
        [],
        [None, "部署", "内線"],
        [None, "総務", 12],
    ]
    document = load_bytes(tmp_path, saved(workbook({"Sheet": rows})), "a.xlsx")
    assert [block.text for block in document.blocks][1:] == ["部署: 総務\n内線: 12"]


@pytest.mark.parametrize(
    ("rows", "texts"),
    [
        (
            [
                ["氏名", "内線", None, "備品", "価格"],
                ["佐藤", 123, None, "机", 800],
                [],
                [None, None, None, "椅子", 500],
            ],
            ["氏名: 佐藤\n内線: 123", "備品: 机\n価格: 800", "備品: 椅子\n価格: 500"],
        ),
        (
            [["大人", None, None, "子供"], ["区分", "円", None, "区分", "円"], ["平日", 5, None, "平日", 3]],
            ["大人/区分: 平日\n円: 5", "子供/区分: 平日\n円: 3"],
        ),
        (
            [["料金"], ["区分", "円", None, "区分", "円"], ["大人", 5, None, "子供", 3]],
            ["料金/区分: 大人\n円: 5", "料金/区分: 子供\n円: 3"],
        ),
        (
            [["No", "氏名", None, "No", "氏名"], [1, "佐藤", None, 3, "田中"], [2, "鈴木", None, 4, "高橋"]],
            ["氏名: 佐藤", "氏名: 鈴木", "氏名: 田中", "氏名: 高橋"],
        ),
        (
            [["品名", "単価", None, "4月", "5月"], ["机", 800, None, 3, 5], ["椅子", 500, None, 2, 1]],
            ["品名: 机\n単価: 800\n4月: 3\n5月: 5", "品名: 椅子\n単価: 500\n4月: 2\n5月: 1"],
        ),
        (
            [["項目", None, "内容"], ["場所", None, "東京"], ["時間", None, "九時"]],
            ["項目: 場所\n内容: 東京", "項目: 時間\n内容: 九時"],
        ),
    ],
    ids=["two tables", "titles", "one title", "numbered", "values of the same rows", "wide gap"],
)
def test_tables_beside_each_other_are_two(tmp_path: Path, rows: list[list[Any]], texts: list[str]) -> None:
    """An empty column divides them, unless what is behind it says nothing by itself."""
    blocks = load_bytes(tmp_path, saved(workbook({"Sheet": rows})), "a.xlsx").blocks
    assert ["/".join(filter(None, (block.heading, block.text))) for block in blocks] == texts


def test_hidden_rows_and_columns_are_left_out_and_merged_cells_count_for_each_row(tmp_path: Path) -> None:
    """The text is what the sheet displays."""
    book = workbook({"Sheet": [["部", "氏名", "給与"], ["総務", "佐藤", 1], [None, "鈴木", 2], ["営業", "田中", 3]]})
    sheet = book.worksheets[0]
    sheet.merge_cells("A2:A3")
    sheet.column_dimensions["C"].hidden = True
    sheet.row_dimensions[4].hidden = True
    assert [block.text for block in load_bytes(tmp_path, saved(book), "a.xlsx").blocks] == [
        "部: 総務\n氏名: 佐藤",
        "部: 総務\n氏名: 鈴木",
    ]


@pytest.mark.parametrize(
    ("value", "written", "shown"),
    [
        (1200, "General", "1200"),
        (0.1, "General", "0.1"),
        (1200, "#,##0", "1,200"),
        (1200, '#,##0"円"', "1,200円"),
        (-1200, '"¥"#,##0;[Red]\\-"¥"#,##0', "-¥1,200"),
        (1200, "[$¥-411]#,##0", "¥1,200"),
        (1200000, '#,##0,"千円"', "1,200千円"),
        (0.155, "0.0%", "15.5%"),
        (True, "General", "TRUE"),
        ("#N/A", "General", ""),
        (datetime(2026, 4, 1), "yyyy/m/d", "2026/4/1"),  # noqa: DTZ001 - a workbook has no zones
        (datetime(2026, 4, 1, 17, 5), "yyyy/m/d h:mm", "2026/4/1 17:05"),  # noqa: DTZ001
        (datetime(2026, 4, 1), 'm"月"d"日"', "4月1日"),  # noqa: DTZ001
        (time(9, 0), "h:mm", "9:00"),
    ],
)
def test_values_are_read_as_displayed(tmp_path: Path, value: Any, written: str, shown: str) -> None:
    """A number format adds text around the digits."""
    book = workbook({"Sheet": [["名", "値"], ["甲", value]]}, {"B2": written})
    (block,) = load_bytes(tmp_path, saved(book), "a.xlsx").blocks
    assert block.text == (f"名: 甲\n値: {shown}" if shown else "名: 甲")


def test_a_workbook_that_is_damaged_or_empty_is_reported(tmp_path: Path) -> None:
    """Each has its own error."""
    with pytest.raises(ContentEmpty):
        load_bytes(tmp_path, saved(workbook({"Sheet": [[]]})), "a.xlsx")
    with pytest.raises(ContentTruncated):
        load_bytes(tmp_path, saved(workbook({"Sheet": [["甲"]]}))[:2000], "a.xlsx")


def test_formulas_without_results_are_told(tmp_path: Path) -> None:
    """A program that calculates nothing saved them; an empty text is a result, and a hidden sheet is of no concern."""
    book = workbook({"費用": [["品名", "価格"], ["机", "=100*3"], ["椅子", "=50*2"]], "控え": [["品名"], ["=1"]]})
    book["控え"].sheet_state = "hidden"
    assert dict(load_bytes(tmp_path, saved(book), "a.xlsx").warnings)["ContentFormulasUncalculated"]["cells"] == (
        "費用!B2, 費用!B3"
    )
    sheet = (
        '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1"><f>100*3</f><v>300</v></c><c r="B1" t="str"><f>""</f><v></v></c></row></sheetData></worksheet>'
    )
    data = replaced(saved(workbook({"費用": [["x"]]})), "xl/worksheets/sheet1.xml", sheet.encode())
    assert load_bytes(tmp_path, data, "b.xlsx").warnings == ()
