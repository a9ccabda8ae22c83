import time

import pytest

from index.loaders.web.markdown import parse_markdown
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
def test_values_of_front_matter_are_strings(written: str, title: str) -> None:
    """No value becomes a number, a date or an object, and an alias is null."""
    read = document(f"---\nx: &x 1\ntitle: {written}\n---\n本文")
    assert (read.title, read.source) == (title, "folder/article.md")


@pytest.mark.parametrize(
    "fields",
    [
        "title: [",
        "title: a: b",
        "title: \x01",
        "title: a\nsource: b\n? [c]\n: d",
        'title: "\\UFFFFFFFF"',
        f"%YAML {'9' * 5_000}.1\ntitle: a",
    ],
    ids=range(6),
)
def test_broken_front_matter_is_a_warning_with_its_file(fields: str) -> None:
    """Whatever is wrong with the front matter, the text is read, and a warning has the file and one line of reason."""
    read = document(f"---\n{fields}\n---\n本文")
    assert [block.text for block in read.blocks] == ["本文"]
    ((cause, values),) = read.warnings
    assert (cause, values["path"]) == ("ContentFrontMatterBroken", "/somewhere/folder/article.md")
    assert len(values["reason"].splitlines()) == 1


def test_valid_fields_of_broken_front_matter_are_read() -> None:
    """A title with a colon in it, or a list that was never closed, hides no other field."""
    read = document("---\ntitle: 第2回: 休暇\ntags: [人事\n\turl: x\nsource: '新聞'\n---\n本文")
    assert (read.title, read.source, len(read.warnings)) == ("第2回: 休暇", "新聞", 1)


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


def test_blocks_have_their_heading_path() -> None:
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


def test_an_answer_in_a_heading_is_below_its_question() -> None:
    """Some write both as headings."""
    text = "# 題\n## Q. 病欠のときは？\n## A. 診断書を出す\n三日以内に。\n"
    blocks = parse_markdown(text, "a.md", "a.md").blocks
    assert [(block.heading, block.text) for block in blocks] == [
        ("Q. 病欠のときは？", "A. 診断書を出す"),
        ("Q. 病欠のときは？", "三日以内に。"),
    ]


def test_a_first_heading_that_repeats_the_title_is_no_heading() -> None:
    """Where front matter and first heading agree, the title is not in the heading path."""
    assert [block.heading for block in document("---\ntitle: 題\n---\n# 題\n\n本文\n\n## 章\n\n次").blocks] == [
        "",
        "章",
    ]


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("一つ目\n\n二つ目", ["一つ目", "二つ目"]),
        ("発表は日本語で行われ\n、録画が後日\n配られた。", ["発表は日本語で行われ、録画が後日配られた。"]),
        ("Microsoft\nAzure\nは", ["Microsoft Azureは"]),
        ("発表した。\n2019年", ["発表した。2019年"]),
        ("一行目  \n二行目\\\n三行目", ["一行目\n二行目\n三行目"]),
        ("一行目<br>二行目", ["一行目\n二行目"]),
        ("- 甲\n- 乙は\n  続く\n  - 丙\n    1. 丁", ["・甲\n・乙は続く\n  ・丙\n    1. 丁"]),
        ("3. 甲\n4. 乙", ["3. 甲\n4. 乙"]),
        ("1) 甲", ["1. 甲"]),
        ("- 甲\n\n  段落\n- 乙", ["・甲\n  段落\n・乙"]),
        ("1. 甲\n   ```\n   x = 1\n   ```\n2. 乙", ["1. 甲\n  x = 1\n2. 乙"]),
        ("1. 甲\n   <table><tr><td>日数</td><td>二日</td></tr></table>\n2. 乙", ["1. 甲\n  日数 | 二日\n2. 乙"]),
        ("- [ ] 甲\n- [x] 乙", ["☐ 甲\n☑ 乙"]),
        ("用語\n: 意味\n\n別語\n: 別の意味", ["用語\n  意味", "別語\n  別の意味"]),
        ("| 年 | 額 |\n|---|---|\n| 2019 | |\n| 2020 | **百** |", ["年 | 額\n2019 | \n2020 | 百"]),
        ("```python\nprint(1)\n  x\n```", ["print(1)\n  x"]),
        ("本文\n\n    字下げ\n      二行目\n", ["本文", "字下げ\n  二行目"]),
        ("[文字](https://example.com)と**太字**と*斜体*と`code`と![絵](a.png)", ["文字と太字と斜体とcodeと絵"]),
        ("[a`b`c](u) **d`e`f** *g`h`i*", ["abc def ghi"]),
        ("![図 *強調*](a.png)と文", ["図 強調と文"]),
        ("文~~取り消し~~。", ["文。"]),
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
def test_a_block_is_the_visible_text(text: str, blocks: list[str]) -> None:
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
def test_any_markup_is_parsed_in_linear_time(text: str) -> None:
    """Markup that is opened again and again and never closed takes time in proportion to its length, or nearly."""
    started = time.monotonic()
    parse_markdown(text, "a.md", "a.md")
    assert time.monotonic() - started < 15


def test_a_field_that_is_no_text_is_no_title() -> None:
    """A list is not expanded, which may be a list of aliases of lists of aliases."""
    assert parse_markdown("---\ntitle: [a, b]\n---\n文。", "name.md", "name.md").title == "name"
    assert parse_markdown("---\ntitle: 2026-11-20\n---\n文。", "name.md", "name.md").title == "2026-11-20"


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("**「強調」**に、**注意。**と**（補足）**も", ["「強調」に、注意。と（補足）も"]),
        ("これは**「甲」と「乙」**です**。**", ["これは「甲」と「乙」です。"]),
        ('a**"b"**c と x * y * z', ['a"b"c と x * y * z']),
        (
            "これは==大事な点==です。x == y == z と ==== はそのまま。",
            ["これは大事な点です。x == y == z と ==== はそのまま。"],
        ),
        ("[注意]: 領収書は原本を提出してください。", ["[注意]: 領収書は原本を提出してください。"]),
        ("[手引][1]を見る\n\n[1]: ./手引.md\n[別]: https://例え.jp/x", ["手引を見る"]),
        ("[[休暇|休み]]と[[経費#旅費]]と[[賞与]]", ["休みと経費と賞与"]),
        ("> [!NOTE]\n> 締切は月末です。", ["締切は月末です。"]),
        ("> [!tip]- 題\n> 締切は月末です。", ["題\n締切は月末です。"]),
        (":::tip\n締切は月末です。\n:::\n\n後", ["締切は月末です。", "後"]),
        ('!!! note "題"\n    締切は月末です。', ["締切は月末です。"]),
        ("{% note %}\n\n締切は{{ page.day }}月末です。\n\n{% endnote %}", ["締切は月末です。"]),
        ("import A from './a'\n\n<Note kind={{a: 1}}>\n\n締切は月末です。{/* 注 */}\n\n</Note>", ["締切は月末です。"]),
        ("import は予約語です。", ["import は予約語です。"]),
        ("`{{ a }}`と`{#b}`と`<C>`", ["{{ a }}と{#b}と<C>"]),
        ("<Intro>\n\n*前*\n\n</Intro>\n<A/>\n\n後", ["前", "後"]),
        ("<ruby>情報<rp>(</rp><rt>じょうほう</rt><rp>)</rp></ruby>の試験", ["情報の試験"]),
        ("<style>\n.a { b: c }\n</style>\n\n<script>\nx\n</script>\n\n本文", ["本文"]),
        ("前の<script>の話\n\n後", ["前のの話", "後"]),
        ("<p>R&amp;D&nbsp;部<br>二行目</p>", ["R&D 部\n二行目"]),
        ("<div>\n[甲](b.md)と**乙**\n</div>", ["甲と乙"]),
        ("https://example.com/a_b*c と <https://example.com>", ["https://example.com/a_b*c と https://example.com"]),
        ("図1 組織図\n\n本文", ["本文"]),
        ("![組織](a.png)\n*図1 組織図*\n\n本文", ["本文"]),
        ("~~締切は月末です。~~今は月初です。", ["今は月初です。"]),
        ("%% 下書き %%\n締切は月末です。 ^a-1", ["締切は月末です。"]),
        ("* TOC\n{:toc}\n\n本文", ["本文"]),
        ("export const A = ({b}) => (\n  <i>{b}</i>\n);\n\n本文", ["本文"]),
        ("export const は定数を公開する。", ["export const は定数を公開する。"]),
        ("受付　9:00〜17:00\n定休日　水曜日", ["受付　9:00〜17:00\n定休日　水曜日"]),
        ("〒100-0001\n東京都千代田区千代田\n例示ビル三階", ["〒100-0001\n東京都千代田区千代田\n例示ビル三階"]),
    ],
)
def test_markdown_as_people_write_it_is_read(text: str, blocks: list[str]) -> None:
    """What CommonMark refuses, and what the tools of web sites add, leaves no markup, and takes no words away."""
    assert texts(text) == blocks


@pytest.mark.parametrize(
    ("text", "headings"),
    [
        ("## 章 {#id}\n\n本文", ["章"]),
        ("## 章 {/*id*/}\n\n本文", ["章"]),
        ("## 章 {: .a}\n\n本文", ["章"]),
        ("## `reactive()` \\*\\* {#id}\n\n本文", ["reactive()"]),
        ("<details>\n<summary>忘れたときは？</summary>\n\n一\n\n</details>\n\n二", ["忘れたときは？", ""]),
        (":::message alert\n一\n:::", [""]),
        ("<details>\n<summary>クリックで展開</summary>\n\n一\n\n</details>", [""]),
        (":::details 忘れたとき\n一\n:::\n\n二", ["忘れたとき", ""]),
        ("<h3>悪い例</h3>\n\n一", ["悪い例"]),
    ],
)
def test_headings_are_the_visible_text(text: str, headings: list[str]) -> None:
    """Anchors are no part of a heading, and a box has its summary as a heading, unless that is generic."""
    assert [block.heading for block in document(text).blocks] == headings


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("甲[^1]です。乙[^b]。\n\n[^1]: 一は\n    続く。\n[^b]: 二。", ["甲です。乙。\n※一は続く。\n※二。"]),
        ("甲[^1]\n\n[^1]: 目標は*三億*です。", ["甲\n※目標は三億です。"]),
        ("甲^[その場の注。]です。", ["甲です。\n※その場の注。"]),
        ("- 甲[^1]\n- 乙\n\n[^1]: 注。", ["・甲\n  ※注。\n・乙"]),
        ("甲[^1]\n\n乙[^1]\n\n[^1]: 注。", ["甲\n※注。", "乙\n※注。"]),
        ("甲\n\n[^1]: 誰も指さない注。", ["甲", "誰も指さない注。"]),
        ("甲[^2]", ["甲[^2]"]),
    ],
)
def test_a_footnote_is_read_with_the_text_that_refers_to_it(text: str, blocks: list[str]) -> None:
    """Its mark is gone, and its text is below the paragraph or the item; nothing of it is lost."""
    assert texts(text) == blocks


def test_blocks_have_their_kind() -> None:
    """Lists, tables, code and navigation are distinguished from paragraphs."""
    text = "段落\n\n- 項目\n\n|甲|\n|-|\n|乙|\n\n```\nx\n```\n\n参照: [甲](a)・[乙](b)\n\n- [甲](a)\n- [乙](b)\n\n[甲](a)による"
    kinds = [block.kind for block in document(text).blocks]
    assert kinds == ["paragraph", "list", "table", "code", "links", "links", "paragraph"]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("申請は[こちら](https://a.example/f)から。", "申請はこちら（https://a.example/f）から。"),
        ("[ここ](mailto:soumu@a.example)に送る。", "ここ（soumu@a.example）に送る。"),
        ("<a href='https://a.example'>こちらのページ</a>に書く。", "こちらのページ（https://a.example）に書く。"),
        ("[規程集](https://a.example)による。", "規程集による。"),
        ("詳細は[こちら](../guide.md)にある。", "詳細はこちらにある。"),
    ],
)
def test_a_link_whose_text_says_nothing_has_its_address(text: str, read: str) -> None:
    """こちら is of no use in a quotation; an address within the site cannot be opened from one."""
    assert texts(text) == [read]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("English | [日本語](ja.md) | [中文](zh.md)", "links"),
        ("Choose: [MIT](a) · [Apache](b)", "links"),
        ("[申請書](a.md) | 締切は月末で、総務部に出します。", "paragraph"),
    ],
)
def test_a_menu_is_navigation(text: str, kind: str) -> None:
    """Links divided by signs are, also beside the name of the page that is open."""
    assert [block.kind for block in document(text).blocks] == [kind]


def test_links_that_are_only_announced_are_navigation() -> None:
    """参照: before a list of links says no more than the links."""
    assert [block.kind for block in document("参照:\n\n- [甲](a)\n- [乙](b)").blocks] == ["links", "links"]


def test_a_cell_over_several_rows_is_in_each() -> None:
    """A row of a table says whose it is, also where its first cell is that of the row above."""
    text = (
        "<table><tr><th>部</th><th>係</th></tr><tr><td rowspan=2>総務</td><td>甲</td></tr><tr><td>乙</td></tr></table>"
    )
    assert texts(text) == ["部 | 係\n総務 | 甲\n総務 | 乙"]
