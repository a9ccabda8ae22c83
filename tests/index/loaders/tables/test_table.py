from __future__ import annotations

from pathlib import Path

import pytest

from index.documents.grouping import LONGEST_PASSAGE
from index.errors import ContentEmpty, ContentRowsUnclear
from index.types import Block
from tests.index.loaders.examples import load_bytes

QUESTION, ANSWER = "有給は何日？", "十日です。"


@pytest.mark.parametrize(
    "names",
    [
        ("質問", "回答"),
        ("問い", "答え"),
        ("Q", "A"),
        ("Ｑ", "Ａ"),
        ("Question", "Answer"),
        ("お問い合わせ内容", "回答 内容"),
        (" 質問内容 ", "回答文"),
    ],
)
def test_columns_are_found_by_their_names(tmp_path: Path, names: tuple[str, str]) -> None:
    """Questions and answers are the columns with such names, in whatever order and width."""
    question, answer = names
    document = load_bytes(tmp_path, f"番号,{answer},{question}\n1,{ANSWER},{QUESTION}\n", "faq.csv")
    assert (document.title, document.blocks) == ("faq", (Block(ANSWER, QUESTION, row=2),))


@pytest.mark.parametrize(
    "rows",
    [f"{QUESTION},{ANSWER}\n半日でも取れますか。,はい。\n", f"Q. 有給は,{ANSWER}\nQ. 半日は,はい。\n"],
)
def test_without_names_the_first_two_columns_are_taken(tmp_path: Path, rows: str) -> None:
    """A first column of questions needs no header."""
    assert [block.text for block in load_bytes(tmp_path, rows, "faq.csv").blocks] == [ANSWER, "はい。"]


def test_category_address_and_date_come_along(tmp_path: Path) -> None:
    """The category stands above the question; the date is given in ISO 8601, and an address only if it is one."""
    rows = (
        "分類,質問,回答,URL,更新日\n休暇,有給は？,十日。,https://a.example/1,2026年4月1日\n,病欠は？,ある。,なし,未定\n"
    )
    assert load_bytes(tmp_path, rows, "faq.csv").blocks == (
        Block("十日。", "休暇 › 有給は？", date="2026-04-01", url="https://a.example/1", row=2),
        Block("ある。", "病欠は？", row=3),
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
@pytest.mark.parametrize(("separator", "name"), [(",", "a.csv"), ("\t", "a.tsv"), (";", "a.csv"), ("\t", "a.csv")])
def test_separator_and_encoding_are_detected(tmp_path: Path, encoding: str, separator: str, name: str) -> None:
    """As Excel and other programs save it; a quoted cell may have separators, quotation marks and line ends."""
    text = (
        f'質問{separator}回答\r\n有給は？{separator}"十日,二十日;\t""半日""\r\nも可。"\r\n\r\n病欠は？{separator}\r\n'
    )
    document = load_bytes(tmp_path, text.encode(encoding), name)
    assert document.blocks == (Block('十日,二十日;\t"半日"\nも可。', "有給は？", row=2),)


def test_another_table_is_read_row_by_row(tmp_path: Path) -> None:
    """Each row is a block with a line a value, named by its column; empty cells are left out."""
    document = load_bytes(tmp_path, "名前,内線,備考\n佐藤,123,\n鈴木,456,午後のみ\n", "phones.csv")
    assert [block.text for block in document.blocks] == [
        "名前: 佐藤\n内線: 123",
        "名前: 鈴木\n内線: 456\n備考: 午後のみ",
    ]


def test_a_table_of_one_column_is_a_list_of_texts(tmp_path: Path) -> None:
    """It has no header."""
    assert [block.text for block in load_bytes(tmp_path, "一つ目\n二つ目\n", "a.csv").blocks] == ["一つ目", "二つ目"]


@pytest.mark.parametrize(
    ("row", "read"),
    [
        ('"有給は？,十日。', [('"有給は？', "十日。")]),
        ('"有給"は？,十日。', [('"有給"は？', "十日。")]),
        ('有給は？,"十日。', [("有給は？", '"十日。')]),
        ('有給は？,"十日\n（半日も可）。"', [("有給は？", "十日\n（半日も可）。")]),
        ('有給は？,"十日。\n病欠は？,ある。\n在宅は？,"週三日。', None),
    ],
    ids=["unclosed", "within", "at the end", "two lines", "two marks"],
)
def test_an_unbalanced_quotation_mark_damages_its_own_row_alone(
    tmp_path: Path, row: str, read: list[tuple[str, str]] | None
) -> None:
    """The rows around are read, and the line is a warning; a cell of several lines stays one."""
    document = load_bytes(tmp_path, f"質問,回答\n前は？,前。\n{row}\n後は？,後。\n", "a.csv")
    blocks = [(block.heading, block.text) for block in document.blocks]
    assert blocks[0] == ("前は？", "前。")
    assert blocks[-1] == ("後は？", "後。")
    if read is None:
        assert [text.strip('"') for _, text in blocks[1:-1]] == ["十日。", "ある。", "週三日。"]
        assert [values["lines"] for _, values in document.warnings] == ["3, 5"]
    else:
        assert blocks[1:-1] == read
        assert [values["lines"] for _, values in document.warnings] == ([] if "\n" in row else ["3"])


@pytest.mark.parametrize(
    ("table", "texts", "warnings"),
    [
        ("質問,回答\n会費は？,1,200円です。\n", ["1,200円です。"], ["ContentRowsJoined"]),
        ("質問,回答\n費用は？,1,200円か2,300円です。\n", ["1,200円か2,300円です。"], ["ContentRowsJoined"]),
        ("質問,回答\n寄付は？,¥1,234,567まで。\n", ["¥1,234,567まで。"], ["ContentRowsJoined"]),
        ("質問,回答\n持ち物は？,筆,紙です。\n", ["筆,紙です。"], ["ContentRowsJoined"]),
        ("質問,回答\n犬,猫は飼える？,はい。\n", ["はい。"], ["ContentRowsJoined"]),
        (
            "品名,価格,数\n机,1,200円,3\n椅子,800円,2\n",
            ["品名: 机\n価格: 1,200円\n数: 3", "品名: 椅子\n価格: 800円\n数: 2"],
            ["ContentRowsJoined"],
        ),
        ("品名,価格,数\n机,10,200,300\n椅子,800円,2\n", ["品名: 椅子\n価格: 800円\n数: 2"], ["ContentRowsUnclear"]),
        ("品名,価格,数\n机,茶,白,800円,3\n椅子,800円,2\n", ["品名: 椅子\n価格: 800円\n数: 2"], ["ContentRowsUnclear"]),
        (
            "品名,価格\n机,800,大,茶\n椅子,700,小,白\n",
            ["品名: 机\n価格: 800\n大\n茶", "品名: 椅子\n価格: 700\n小\n白"],
            [],
        ),
        ("品名,価格,,\n机,800,,\n", ["品名: 机\n価格: 800"], []),
    ],
)
def test_a_row_with_surplus_cells_is_repaired_or_left_out(
    tmp_path: Path, table: str, texts: list[str], warnings: list[str]
) -> None:
    """A comma that nobody quoted is restored where only one way is plausible, else the row is left out, with a warning."""
    document = load_bytes(tmp_path, table, "a.csv")
    assert [block.text for block in document.blocks] == texts
    assert [cause for cause, _ in document.warnings] == warnings
    assert all(values["lines"] == "2" for _, values in document.warnings)


def test_a_table_in_which_no_row_fits_is_reported(tmp_path: Path) -> None:
    """It has no text to quote, and the error says why."""
    with pytest.raises(ContentRowsUnclear):
        load_bytes(tmp_path, "質問,担当,回答\n会費,会計,佐藤,甲,十円\n", "a.csv")


def test_further_columns_come_with_the_answer(tmp_path: Path) -> None:
    """They are labelled, and row numbers are left out; long ones are several blocks under one question."""
    table = "番号,質問,回答,担当部署,備考\n1,駐車場は？,地下です。,総務部 内線1234,満車の日は隣の公園\n"
    assert load_bytes(tmp_path, table, "a.csv").blocks == (
        Block("地下です。\n担当部署: 総務部 内線1234\n備考: 満車の日は隣の公園", "駐車場は？", kind="list", row=2),
    )
    names, values = (",".join(f"{word}{number}" for number in range(100)) for word in ("項目", "値はとても長い"))
    blocks = load_bytes(tmp_path, f"質問,回答,{names}\n何？,文。,{values}\n", "a.csv").blocks
    assert {block.heading for block in blocks} == {"何？"}
    assert "\n".join(block.text for block in blocks).count("項目") == 100
    assert max(len(block.text) for block in blocks) <= LONGEST_PASSAGE


def test_a_wide_row_is_read_whole(tmp_path: Path) -> None:
    """Each of its blocks begins with the first value of the row."""
    names, values = (",".join(f"{word}{number}" for number in range(100)) for word in ("項目", "値はとても長い"))
    blocks = load_bytes(tmp_path, f"氏名,{names}\n佐藤,{values}\n", "a.csv").blocks
    assert len(blocks) > 1
    assert all(block.text.startswith("氏名: 佐藤\n") and len(block.text) <= LONGEST_PASSAGE for block in blocks)


@pytest.mark.parametrize(
    ("table", "title", "texts"),
    [
        (
            "料金表,,\n,,\n作成日 四月一日,,\n区分,平日,休日\n大人,千円,二千円\n",
            "料金表",
            ["作成日 四月一日", "区分: 大人\n平日: 千円\n休日: 二千円"],
        ),
        ("よくある質問,\n質問,回答\n有給は？,十日。\n", "よくある質問", ["十日。"]),
        (",平日,休日\n大人,千円,二千円\n", "a", ["大人\n平日: 千円\n休日: 二千円"]),
        ("氏名,電話,電話\n佐藤,111,222\n", "a", ["氏名: 佐藤\n電話: 111\n電話: 222"]),
        ("sep=;\n氏名;内線\n佐藤;1,2\n", "a", ["氏名: 佐藤\n内線: 1,2"]),
        ("氏名|内線\n佐藤|1,2\n", "a", ["氏名: 佐藤\n内線: 1,2"]),
        ("| 氏名 | 内線 |\n|---|---|\n| 佐藤 | 12 |\n", "a", ["氏名: 佐藤\n内線: 12"]),
        (
            "区分,平日,休日\n大人,千円,二千円\n※祝日は休日の料金です。,,\n",
            "a",
            ["区分: 大人\n平日: 千円\n休日: 二千円", "※祝日は休日の料金です。"],
        ),
    ],
    ids=["title", "title of questions", "empty corner", "same names", "sep", "bars", "markdown", "note"],
)
def test_tables_as_people_save_them(tmp_path: Path, table: str, title: str, texts: list[str]) -> None:
    """Titles above, an empty corner, repeated names, other separators, and notes below."""
    document = load_bytes(tmp_path, table, "a.csv")
    assert document.title == title
    assert [block.text for block in document.blocks] == texts
    assert not document.warnings


@pytest.mark.parametrize(
    ("table", "texts"),
    [
        ("佐藤,03-1111-2222\n鈴木,03-3333-4444\n", ["佐藤\n03-1111-2222", "鈴木\n03-3333-4444"]),
        ("1,電源を入れる\n2,名前を書く\n", ["1\n電源を入れる", "2\n名前を書く"]),
        ("机,1200円\n椅子,800円\n", ["机\n1200円", "椅子\n800円"]),
        ("品名,2023,2024\n机,5,6\n", ["品名: 机\n2023: 5\n2024: 6"]),
    ],
)
def test_a_first_row_of_values_is_no_header(tmp_path: Path, table: str, texts: list[str]) -> None:
    """It has values of the same form as the second; years may be names."""
    assert [block.text for block in load_bytes(tmp_path, table, "a.csv").blocks] == texts


@pytest.mark.parametrize("text", ["", ",,\n,,\n", "質問,回答\n", "質問,回答\n有給は？,\n"])
def test_a_table_without_answers_is_empty(tmp_path: Path, text: str) -> None:
    """Names alone, and questions without answers, are nothing to quote."""
    with pytest.raises(ContentEmpty):
        load_bytes(tmp_path, text, "a.csv")


@pytest.mark.parametrize("line", ["2024年度", "令和6年4月1日現在", "（単位：千円）", "第2版"])
def test_what_holds_of_all_rows_is_above_each(tmp_path: Path, line: str) -> None:
    """The year of a table, or its unit, says what a row means."""
    blocks = load_bytes(tmp_path, f"料金表,,\n{line},,\n区分,平日,休日\n大人,5,6\n子供,3,4\n", "a.csv").blocks
    assert [(block.heading, block.text) for block in blocks] == [
        (line, "区分: 大人\n平日: 5\n休日: 6"),
        (line, "区分: 子供\n平日: 3\n休日: 4"),
    ]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ('料金表\n\n区分,円\n大人,"5\n6"\n子供,3\n', [4, 5]),
        ("sep=;\n区分;円\n大人;5\n", [2]),
        ('区分,円\n大人,5\n子供,"3\n', [2, 3]),
        ("区分," + ",".join("あ" * 200 for _ in range(5)) + "\n大人" + ",値" * 5 + "\n", [1, 1, 1, 2]),
    ],
    ids=["above and within", "separator", "open quote", "several passages"],
)
def test_a_block_has_the_row_that_a_spreadsheet_shows(tmp_path: Path, text: str, rows: list[int]) -> None:
    """A cell of several lines is in one row, and a row that is too long for one passage is in each of several."""
    assert [block.row for block in load_bytes(tmp_path, text, "a.csv").blocks] == rows


@pytest.mark.parametrize(
    ("text", "texts"),
    [
        (
            "区分,平日,,休日,\n,午前,午後,午前,午後\n大人,5,6,7,8\n",
            ["区分: 大人\n平日 午前: 5\n平日 午後: 6\n休日 午前: 7\n休日 午後: 8"],
        ),
        (
            "料金表,,,,,,\n区分,四月,,,五月,,\n区分,上旬,中旬,下旬,上旬,中旬,下旬\n大人,1,2,3,4,5,6\n",
            ["区分: 大人\n四月 上旬: 1\n四月 中旬: 2\n四月 下旬: 3\n五月 上旬: 4\n五月 中旬: 5\n五月 下旬: 6"],
        ),
        ("氏名,内線,\n佐藤,本社,12\n鈴木,支店,34\n", ["氏名: 佐藤\n内線: 本社\n12", "氏名: 鈴木\n内線: 支店\n34"]),
        (",月,火\n一週,佐藤,鈴木\n二週,田中,高橋\n", ["一週\n月: 佐藤\n火: 鈴木", "二週\n月: 田中\n火: 高橋"]),
    ],
    ids=["groups", "below a title", "no name", "empty corner"],
)
def test_the_names_of_columns_may_be_in_two_rows(tmp_path: Path, text: str, texts: list[str]) -> None:
    """The upper row names groups of columns, whose other cells are empty."""
    assert [block.text for block in load_bytes(tmp_path, text, "a.csv").blocks] == texts
