import pytest

from index.loaders.plain_text import parse_plain_text
from index.types import Block


@pytest.mark.parametrize(
    ("text", "title", "blocks"),
    [
        ("題\n\n本文。", "題", ["本文。"]),
        ("\n\n題 \n \n　\n本文。\n", "題", ["本文。"]),
        ("文である。\n\n本文。", "article", ["文である。", "本文。"]),
        ("質問：\n\n本文。", "article", ["質問：", "本文。"]),
        ("一行\n二行\n\n本文。", "article", ["一行\n二行", "本文。"]),
        ("一行だけ", "article", ["一行だけ"]),
        ("題\n======\n本文。", "題", ["本文。"]),
        ("本文。\n--\n佐藤\n内線 1234", "article", ["本文。", "佐藤\n内線 1234"]),
        ("項目　金額\n----------\n交通費　500円", "article", ["項目　金額\n交通費　500円"]),
        ("あ" * 80 + "\n\n本文。", "あ" * 80, ["本文。"]),
        ("あ" * 81 + "\n\n本文。", "article", ["あ" * 81, "本文。"]),
    ],
)
def test_a_first_line_alone_is_the_title(text: str, title: str, blocks: list[str]) -> None:
    """A short first line before an empty one, that ends like no sentence, is the title; else the file's name is."""
    document = parse_plain_text(text, "folder/article.txt")
    assert (document.title, [block.text for block in document.blocks]) == (title, blocks)
    assert (document.name, document.source, document.url) == ("folder/article.txt", "folder/article.txt", None)


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("幅で折ら\nれた文。", ["幅で折られた文。"]),
        ("Microsoft\nAzure", ["Microsoft Azure"]),
        ("発表した\n、Azureの\n話。", ["発表した、Azureの話。"]),
        ("一つ目。\n二つ目。", ["一つ目。", "二つ目。"]),
        ("　一つ目。\n　二つ目。", ["一つ目。", "二つ目。"]),
        ("「引用」\n次の段落", ["「引用」", "次の段落"]),
        ("次の通り\n・甲\n・乙は\n続く", ["次の通り", "・甲\n・乙は続く"]),
        ("1. 甲\n２）乙\n10、丙", ["1. 甲\n２）乙\n10、丙"]),
        ("・甲\n　・乙\n　　・丙\n・丁", ["・甲\n  ・乙\n    ・丙\n・丁"]),
        ("Q1. 質問\nA：答え\nQ2. 次\nA：次の答え", ["Q1. 質問\nA：答え", "Q2. 次\nA：次の答え"]),
        ("総務部：内線1111\n人事部：内線2222", ["総務部：内線1111\n人事部：内線2222"]),
        ("受付　9:00〜17:00\n定休日　水曜日", ["受付　9:00〜17:00\n定休日　水曜日"]),
        ("〒100-0001\n東京都千代田区千代田\n例示ビル三階", ["〒100-0001\n東京都千代田区千代田\n例示ビル三階"]),
        ("日時：1月5日\n場所：本社\n新しい規則を決めた。", ["日時：1月5日\n場所：本社", "新しい規則を決めた。"]),
        ("区分\t平日\t休日\n大人\t1,000円\t1,200円", ["区分 | 平日 | 休日\n大人 | 1,000円 | 1,200円"]),
        ("09:01\t鈴木\t会議です\n09:02\t田中\tはい", ["09:01　鈴木　会議です\n09:02　田中　はい"]),
        (
            "本規則は従業員の労働条件と服務規律その他の事項を\n定めるものであり会社秩序の維持を図るものとして令\n和六年に改めた",
            [
                "本規則は従業員の労働条件と服務規律その他の事項を定めるものであり会社秩序の維持を図るものとして令和六年に改めた"
            ],
        ),
        ("2019年に\n2020年の話", ["2019年に2020年の話"]),
        ("附則\nこの規則は四月に施行する。", ["附則", "この規則は四月に施行する。"]),
        ("[2026/01/05 10:00] 鈴木\n会議は十時からです。", ["[2026/01/05 10:00] 鈴木", "会議は十時からです。"]),
        ("TEL 06-1111-2222\n受付 10:00（水曜休）", ["TEL 06-1111-2222\n受付 10:00（水曜休）"]),
        ("2. 製品\n鈴木：十月に出る。\n田中：高くなる。", ["2. 製品", "鈴木：十月に出る。\n田中：高くなる。"]),
        (
            "１．予算について\n　五百万円とする。なお、設備費は\n　別途検討する。\n２．その他\n　次回は火曜に開く。",
            ["１．予算について\n  五百万円とする。なお、設備費は別途検討する。\n２．その他\n  次回は火曜に開く。"],
        ),
    ],
)
def test_lines_are_joined_to_paragraphs(text: str, blocks: list[str]) -> None:
    """Wrapped lines are joined; others stay lines, together as a list or a table."""
    assert [block.text for block in parse_plain_text(text, "a.txt").blocks] == blocks


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("引用は\n続く。\n—甲、記者\n本文。", [Block("引用は続く。", "", "甲", "記者"), Block("本文。")]),
        ("本文。\n\n一。\n二。\n——乙", [Block("本文。"), Block("一。\n二。", "", "乙", None)]),
        ("一。\n-- 甲\n二。\n―― 乙", [Block("一。", "", "甲", None), Block("二。", "", "乙", None)]),
        ("本文。\n\n—甲、記者", [Block("本文。"), Block("—甲、記者")]),
    ],
    ids=["with role", "up to an empty line", "two", "of nothing"],
)
def test_lines_above_an_attribution_are_a_quotation(text: str, blocks: list[Block]) -> None:
    """An attribution makes one quotation of the lines above it up to an empty one."""
    assert list(parse_plain_text(text, "a.txt").blocks) == blocks


def test_a_rule_makes_no_quotation() -> None:
    """A line of dashes divides paragraphs, and names nobody."""
    assert parse_plain_text("一。\n――――――\n二。", "a.txt").blocks[0] == Block("一。")
