from __future__ import annotations

from pathlib import Path

import pytest

from index.errors import ContentEmpty, ContentTableBroken
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
    """Questions and answers are told by what their columns are called, in whatever order and width."""
    question, answer = names
    document = load_bytes(tmp_path, f"番号,{answer},{question}\n1,{ANSWER},{QUESTION}\n", "faq.csv")
    assert (document.title, document.blocks) == ("faq", (Block(ANSWER, QUESTION),))


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
        Block("十日。", "休暇 › 有給は？", date="2026-04-01", url="https://a.example/1"),
        Block("ある。", "病欠は？"),
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
@pytest.mark.parametrize(("separator", "name"), [(",", "a.csv"), ("\t", "a.tsv"), (";", "a.csv"), ("\t", "a.csv")])
def test_separator_and_encoding_are_told(tmp_path: Path, encoding: str, separator: str, name: str) -> None:
    """As Excel and other programs save it; a quoted cell may have separators, quotation marks and line ends."""
    text = (
        f'質問{separator}回答\r\n有給は？{separator}"十日,二十日;\t""半日""\r\nも可。"\r\n\r\n病欠は？{separator}\r\n'
    )
    document = load_bytes(tmp_path, text.encode(encoding), name)
    assert document.blocks == (Block('十日,二十日;\t"半日"\nも可。', "有給は？"),)


def test_another_table_is_read_row_by_row(tmp_path: Path) -> None:
    """Each row is a block with a line a value, named by its column; empty cells are left out."""
    document = load_bytes(tmp_path, "名前,内線,備考\n佐藤,123,\n鈴木,456,午後のみ\n", "phones.csv")
    assert [block.text for block in document.blocks] == [
        "名前: 佐藤\n内線: 123",
        "名前: 鈴木\n内線: 456\n備考: 午後のみ",
    ]


def test_a_table_of_one_column_is_a_list_of_texts(tmp_path: Path) -> None:
    """Nothing is taken for a name there."""
    assert [block.text for block in load_bytes(tmp_path, "一つ目\n二つ目\n", "a.csv").blocks] == ["一つ目", "二つ目"]


@pytest.mark.parametrize("text", ['質問,回答\n"有給は？,十日。\n', '質問,回答\n"有給"は？,十日。\n'])
def test_quotation_marks_that_do_not_fit_are_told_with_their_line(tmp_path: Path, text: str) -> None:
    """A mark that is never closed would make one cell of all that follows."""
    with pytest.raises(ContentTableBroken) as caught:
        load_bytes(tmp_path, text, "a.csv")
    assert caught.value.values["line"] == "2"


@pytest.mark.parametrize("text", ["", ",,\n,,\n", "質問,回答\n", "質問,回答\n有給は？,\n"])
def test_a_table_without_answers_is_empty(tmp_path: Path, text: str) -> None:
    """Names alone, and questions without answers, are nothing to quote."""
    with pytest.raises(ContentEmpty):
        load_bytes(tmp_path, text, "a.csv")
