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
        ("一行\n二行\n\n本文。", "article", ["一行二行", "本文。"]),
        ("一行だけ", "article", ["一行だけ"]),
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
        ("次の通り\n・甲\n・乙\n続き", ["次の通り", "・甲", "・乙続き"]),
        ("1. 甲\n２）乙\n10、丙", ["1. 甲", "２）乙", "10、丙"]),
        ("Q. 質問\nA：答え", ["Q. 質問", "A：答え"]),
        ("2019年に\n2020年の話", ["2019年に2020年の話"]),
    ],
)
def test_lines_are_joined_to_paragraphs(text: str, blocks: list[str]) -> None:
    """A line goes on in the next unless it ends like a sentence or the next begins an item."""
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
    """A line of dashes parts paragraphs; it is nobody's name."""
    assert parse_plain_text("一。\n――――――\n二。", "a.txt").blocks[0] == Block("一。")
