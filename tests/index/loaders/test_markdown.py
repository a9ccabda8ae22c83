import time

import pytest

from index.errors import ContentFrontMatterBroken
from index.loaders.markdown import parse_markdown
from index.types import Block, Document


def document(text: str) -> Document:
    """The document in a Markdown text that a file has."""
    return parse_markdown(text, "folder/article.md", "/somewhere/folder/article.md")


def texts(text: str) -> list[str]:
    """The texts of its blocks."""
    return [block.text for block in document(text).blocks]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("---\ntitle: 題\n---\n# 別の題\n\n本文", "題"),
        ("---\ntitle: 2019\n---\n本文", "2019"),
        ("---\ntitle: ' '\n---\n# 題\n\n本文", "題"),
        ("## 章\n\n# 題 *強調*\n\n# 二つ目\n\n本文", "題 強調"),
        ("題の\n続き\n===\n\n本文", "題の続き"),
        ("--- \ntitle: 題\n---\n本文", "題"),
        ("## 章\n\n本文", "article"),
    ],
)
def test_the_title_is_the_best_there_is(text: str, title: str) -> None:
    """Front matter, else the first heading of the first level, else the file's name."""
    assert document(text).title == title


def test_front_matter_gives_source_and_url() -> None:
    """Source and url come from front matter; without it the source is the file and there is no url."""
    given = document("---\nsource: 新聞\nurl: https://example.com/a\n---\n本文")
    assert (given.source, given.url) == ("新聞", "https://example.com/a")
    for text in ("本文", "---\nsource: ' '\nurl: ''\n---\n本文"):
        assert (document(text).source, document(text).url) == ("folder/article.md", None)


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("2019-02-30", "2019-02-30"),
        ("2026-11-28", "2026-11-28"),
        ("0123", "0123"),
        ("1:30:00", "1:30:00"),
        ("yes", "yes"),
        ("9" * 150, "9" * 150),
        ("!!int 大", "大"),
        ("!!python/object:os.system x", "x"),
        ("null", "article"),
        ("~", "article"),
        ("[a, b]", "article"),
        ("{a: b}", "article"),
        ("&a 題\nsource: *a", "題"),
        ("*x", "article"),
    ],
)
def test_a_value_of_front_matter_is_the_text_that_it_is(written: str, title: str) -> None:
    """No value is turned into a number, a day or an object, and a reference to another counts as nothing."""
    read = document(f"---\nx: &x 1\ntitle: {written}\n---\n本文")
    assert (read.title, read.source) == (title, "folder/article.md")


@pytest.mark.parametrize("fields", ["title: [", "title: a: b", "title: \x01", "? [a]\n: b"], ids=repr)
def test_broken_front_matter_is_told_with_its_file(fields: str) -> None:
    """Whatever is wrong with the front matter, the error names the file and one line of reason."""
    with pytest.raises(ContentFrontMatterBroken) as caught:
        document(f"---\n{fields}\n---\n本文")
    assert caught.value.values["path"] == "/somewhere/folder/article.md"
    assert len(caught.value.values["reason"].splitlines()) == 1


@pytest.mark.parametrize(
    "text",
    [
        "---\n\n最初\n\n---\n\n本文",
        "---\n\n最初",
        "序\n\n---\n最初: 一\n\n---\n\n後",
        "---\n\n最初\n\n甲 | 乙\n---|---\n",
        "{\n最初\n}\n\n本文",
    ],
)
def test_what_only_looks_like_front_matter_is_text(text: str) -> None:
    """A text that begins with a rule or a brace, and has no fields, loses nothing."""
    assert "最初" in "".join(texts(text))


def test_blocks_know_the_headings_that_they_stand_under() -> None:
    """A block's heading is the path of headings above it, without the title and those that have ended."""
    text = "# 題\n\n零\n\n## 章\n\n一\n\n#### 項\n\n二\n\n### 節\n\n三\n\n## 次章\n\n四\n\n# 題二\n\n五"
    headings = [(block.text, block.heading) for block in document(text).blocks]
    assert headings == [
        ("零", ""),
        ("一", "章"),
        ("二", "章 › 項"),
        ("三", "章 › 節"),
        ("四", "次章"),
        ("五", "題二"),
    ]


def test_a_first_heading_that_repeats_the_title_is_no_heading() -> None:
    """Where front matter and first heading agree, blocks do not stand under their own title."""
    assert [block.heading for block in document("---\ntitle: 題\n---\n# 題\n\n本文\n\n## 章\n\n次").blocks] == [
        "",
        "章",
    ]


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("一つ目\n\n二つ目", ["一つ目", "二つ目"]),
        ("発表は日本\n語で行わ\nれた", ["発表は日本語で行われた"]),
        ("Microsoft\nAzure\nは", ["Microsoft Azureは"]),
        ("発表した。\n2019年", ["発表した。2019年"]),
        ("一行目  \n二行目\\\n三行目", ["一行目\n二行目\n三行目"]),
        ("一行目<br>二行目", ["一行目\n二行目"]),
        ("- 甲\n- 乙\n  続き\n  - 丙", ["・甲\n・乙続き\n・丙"]),
        ("3. 甲\n4. 乙", ["3. 甲\n4. 乙"]),
        ("1) 甲", ["1. 甲"]),
        ("- 甲\n\n  段落\n- 乙", ["・甲\n段落\n・乙"]),
        ("| 年 | 額 |\n|---|---|\n| 2019 | |\n| 2020 | **百** |", ["年 | 額\n2019 | \n2020 | 百"]),
        ("```python\nprint(1)\n  x\n```", ["print(1)\n  x"]),
        ("本文\n\n    字下げ\n      二行目\n", ["本文", "字下げ\n  二行目"]),
        ("[文字](https://example.com)と**太\n字**と*斜体*と`code`と![絵](a.png)", ["文字と太字と斜体とcodeと絵"]),
        ("[a`b`c](u) **d`e`f** *g`h`i*", ["abc def ghi"]),
        ("![図 *強調*](a.png)", ["図 強調"]),
        ("&amp;と\\*", ["&と*"]),
        ("前<!-- 注 -->後と<b>太</b>", ["前後と太"]),
        ("<!-- 一行\n二行 -->\n\n本文", ["本文"]),
        ("<div>\n箱\n</div>", ["箱"]),
        ("前\n\n***\n\n後", ["前", "後"]),
        ("# 題だけ", []),
        ("<!-- 注だけ -->", []),
        ("", []),
    ],
)
def test_a_block_is_what_a_reader_sees(text: str, blocks: list[str]) -> None:
    """Paragraphs, lists, tables and code are blocks without markup; comments and rules are none."""
    assert texts(text) == blocks


@pytest.mark.parametrize("dash", ["—", "——", "——-", "-- ", "―― "])
@pytest.mark.parametrize("line_end", ["\n>\n> ", "  \n> ", "\\\n> ", "\n> "], ids=["paragraph", "spaces", "\\", "line"])
def test_a_quotation_ends_with_its_line_of_attribution(dash: str, line_end: str) -> None:
    """A last line that begins with a dash says whose words a block quote holds, however the line is set off."""
    blocks = document(f"## 章\n\n> 引用です。{line_end}{dash}Cade Metz、記者").blocks
    assert blocks == (Block("引用です。", "章", "Cade Metz", "記者"),)


def test_a_block_quote_can_hold_several_quotations() -> None:
    """Each attribution closes the quotation before it; what follows the last is nobody's."""
    text = "> 一。\n>\n> 二。\n>\n> —甲、記者\n>\n> 三。\n>\n> ——乙\n>\n> 四。\n\n本文"
    assert document(text).blocks == (
        Block("一。\n二。", "", "甲", "記者"),
        Block("三。", "", "乙", None),
        Block("四。"),
        Block("本文"),
    )


@pytest.mark.parametrize("text", ["> —甲、記者", "—甲、記者"])
def test_an_attribution_of_nothing_is_text(text: str) -> None:
    """Without words above it, or outside of a block quote, a line with a dash is a line."""
    assert document(text).blocks == (Block("—甲、記者"),)


@pytest.mark.parametrize(
    "text",
    [
        "<" * 60_000,
        "<!--" * 15_000,
        "<a " * 20_000,
        "![" * 30_000,
        "[" * 30_000 + "]" * 30_000,
        "&#" * 30_000,
        "`a" * 30_000,
    ],
    ids=lambda text: text[:4],
)
def test_no_markup_takes_long(text: str) -> None:
    """What is opened again and again and never closed is read in a time in proportion to its length, or nearly."""
    started = time.monotonic()
    parse_markdown(text, "a.md", "a.md")
    assert time.monotonic() - started < 15


def test_a_field_that_is_no_text_is_no_title() -> None:
    """A list is not written out, which may be a list of references to lists of references."""
    assert parse_markdown("---\ntitle: [a, b]\n---\n文。", "name.md", "name.md").title == "name"
    assert parse_markdown("---\ntitle: 2026-11-20\n---\n文。", "name.md", "name.md").title == "2026-11-20"
