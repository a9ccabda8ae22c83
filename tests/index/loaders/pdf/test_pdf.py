from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from index.errors import (
    ContentDamaged,
    ContentEncrypted,
    ContentError,
    ContentGarbled,
    ContentTooManyPages,
    ContentTruncated,
    ContentWithoutText,
)
from index.loaders import Limits
from tests.index.loaders.examples import FONT, load_bytes, pdf, ruled_pdf
from tests.index.loaders.hostile import raw_pdf

# Lines as wide as the column, in size 10, and the last one of a paragraph.
FIRST = "有給休暇は入社から半年後に十日もらえます。その後は毎年一日"
SECOND = "ずつ増え、二十日が上限です。残った有給休暇は翌年まで繰り越"
LAST = "せます。翌々年には消えます。"


def paragraph(top: float, indent: float = 0) -> list[tuple[float, float, float, str]]:
    """Three lines, the first of which may be indented."""
    return [(60 + indent, top, 10, FIRST), (60, top - 16, 10, SECOND), (60, top - 32, 10, LAST)]


@pytest.mark.parametrize(("indent", "distance"), [(10, 48), (0, 48), (0, 62)], ids=["indented", "flush", "apart"])
def test_lines_are_joined_to_paragraphs(tmp_path: Path, indent: float, distance: float) -> None:
    """Japanese lines are joined without spaces; an indent, a short last line or a wider gap ends a paragraph."""
    document = load_bytes(tmp_path, pdf([paragraph(700, indent) + paragraph(700 - distance, indent)]), "a.pdf")
    assert [block.text for block in document.blocks] == [FIRST + SECOND + LAST] * 2


def test_english_lines_are_joined_with_spaces(tmp_path: Path) -> None:
    """Words at the ends of lines stay two words."""
    lines = [(60, 700, 10, "Paid leave is ten days a year, and"), (60, 686, 10, "grows by one day each year after.")]
    assert [block.text for block in load_bytes(tmp_path, pdf([lines]), "a.pdf").blocks] == [
        "Paid leave is ten days a year, and grows by one day each year after."
    ]


def test_each_block_has_its_page_and_its_heading(tmp_path: Path) -> None:
    """A line in larger letters is a heading for what follows, also on the next page."""
    document = load_bytes(tmp_path, pdf([[(60, 750, 16, "第1章 休暇"), *paragraph(700)], paragraph(700)]), "a.pdf")
    assert [(block.page, block.heading) for block in document.blocks] == [(1, "第1章 休暇"), (2, "第1章 休暇")]


@pytest.mark.parametrize(
    ("lines", "texts"),
    [
        (["・机", "・椅子", "(1) 窓", "① 扉"], ["・机\n・椅子\n(1) 窓\n① 扉"]),
        (["1. 書く", "  ・様式", "2. 出す"], ["1. 書く\n  ・様式\n2. 出す"]),
        (["総務部　内線1111", "人事部　内線2222", "1. 書く"], ["総務部　内線1111\n人事部　内線2222", "1. 書く"]),
        (["第1条 目的を定める。", "第2条 用語を定める。"], ["第1条 目的を定める。", "第2条 用語を定める。"]),
    ],
)
def test_items_are_lines_of_one_list(tmp_path: Path, lines: list[str], texts: list[str]) -> None:
    """A bullet or a number begins anew, and so does a line with a name and a value; articles are no list."""
    drawn = [
        (60.0 + 10 * (len(text) - len(text.lstrip())), 700.0 - 16 * line, 10.0, text.lstrip())
        for line, text in enumerate(lines)
    ]
    assert [block.text for block in load_bytes(tmp_path, pdf([drawn]), "a.pdf").blocks] == texts


def test_a_paragraph_of_an_article_hangs_on_its_number(tmp_path: Path) -> None:
    """Its further lines are indented, and are no paragraphs of their own."""
    lines = [(60, 700, 10, FIRST), (60, 684, 10, "２\u3000" + SECOND[:27]), (70, 668, 10, LAST)]
    assert [block.text for block in load_bytes(tmp_path, pdf([lines]), "a.pdf").blocks] == [
        FIRST,
        "２\u3000" + SECOND[:27] + LAST,
    ]


def test_headers_footers_and_page_numbers_are_left_out(tmp_path: Path) -> None:
    """Lines repeated at the edge of every page are no text."""
    pages = [
        [(60, 810, 9, "就業規則 第3版"), *paragraph(680 + 9 * page), (60, 40, 9, "社外秘"), (290, 20, 9, f"- {page} -")]
        for page in (1, 2, 3)
    ]
    document = load_bytes(tmp_path, pdf(pages), "a.pdf")
    assert [(block.page, block.text) for block in document.blocks] == [
        (page, FIRST + SECOND + LAST) for page in (1, 2, 3)
    ]


def test_headers_may_differ_on_left_and_right_pages(tmp_path: Path) -> None:
    """A book has its title on one side and the chapter's on the other."""
    pages = [[(60, 810, 9, ("就業規則", "第一章 休暇")[page % 2]), *paragraph(680 + 9 * page)] for page in range(6)]
    blocks = load_bytes(tmp_path, pdf(pages), "a.pdf").blocks
    assert {block.text for block in blocks} == {FIRST + SECOND + LAST}


def test_a_paragraph_may_go_on_in_the_next_column(tmp_path: Path) -> None:
    """Each of its lines is one of the same paragraph, however many are in either."""
    lines = [FIRST[:20], SECOND[:20]] * 3 + ["ここで終わります。"]
    drawn = [
        (60.0 + 300 * (row > 2), 700.0 - 16 * (row % 3 + (row > 5) * 3), 10.0, line) for row, line in enumerate(lines)
    ]
    assert [block.text for block in load_bytes(tmp_path, pdf([drawn]), "a.pdf").blocks] == ["".join(lines)]


def test_two_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    """A line of the right column is not a part of one in the left."""
    right = [(x + 300, y, size, text[:20]) for x, y, size, text in paragraph(700)]
    left = [(x, y, size, text[:20]) for x, y, size, text in paragraph(700)]
    texts = [block.text for block in load_bytes(tmp_path, pdf([left + right]), "a.pdf").blocks]
    assert texts == [FIRST[:20] + SECOND[:20] + LAST[:20]] * 2


# Lines as long as their column, and a short one.
WRITTEN = ["社員の休暇は年に二十日とする。ただし「入社", "一年目」は十日とする。"]


def set_in_no_font(lines: list[str], encoding: str, together: int = 99, to_unicode: str = "") -> bytes:
    """A page in a font that is not in the file, of strings of so many characters, across or, with -V, down."""
    down = encoding.endswith("-V")
    placed = [(540 - 20 * row, 700, line) if down else (60, 700 - 20 * row, line) for row, line in enumerate(lines)]
    return placed_in_no_font(placed, encoding, together, to_unicode)


def placed_in_no_font(
    placed: list[tuple[int, int, str]], encoding: str = "UniJIS-UCS2-H", together: int = 1, to_unicode: str = ""
) -> bytes:
    """The same, of texts each at x and y."""
    text = "BT /F1 12 Tf\n"
    for left, top, line in placed:
        for place in range(0, len(line), together):
            x, y = (left, top - 12 * place) if encoding.endswith("-V") else (left + 12 * place, top)
            written = line[place : place + together].encode("cp932" if "RKSJ" in encoding else "utf-16-be").hex()
            text += f"1 0 0 1 {x} {y} Tm <{written}> Tj\n"
    text += "ET"
    more = "/ToUnicode 8 0 R" if to_unicode else ""
    return raw_pdf(
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        f"<</Length {len(text)}>>stream\n{text}\nendstream",
        f"<</Type/Font/Subtype/Type0/BaseFont/Ryumin-Light/Encoding/{encoding}/DescendantFonts[6 0 R]{more}>>",
        "<</Type/Font/Subtype/CIDFontType0/BaseFont/Ryumin-Light/DW 1000/FontDescriptor 7 0 R"
        "/CIDSystemInfo<</Registry(Adobe)/Ordering(Japan1)/Supplement 2>>>>",
        "<</Type/FontDescriptor/FontName/Ryumin-Light/Flags 4/FontBBox[-100 -200 1100 900]/ItalicAngle 0"
        "/Ascent 880/Descent -120/CapHeight 700/StemV 80>>",
        f"<</Length {len(to_unicode)}>>stream\n{to_unicode}\nendstream",
    )


@pytest.mark.parametrize("together", [1, 2, 99])
@pytest.mark.parametrize("encoding", ["UniJIS-UCS2-H", "UniJIS-UTF16-H", "90ms-RKSJ-H", "UniJIS-UCS2-V", "90ms-RKSJ-V"])
def test_text_in_a_font_that_is_missing_is_read_whole(tmp_path: Path, encoding: str, together: int) -> None:
    """Set by character or not, horizontal or vertical: no character is missing, and lines are in reading order."""
    document = load_bytes(tmp_path, set_in_no_font(WRITTEN, encoding, together), "a.pdf")
    assert [block.text for block in document.blocks] == ["".join(WRITTEN)]


def test_a_line_repeated_in_a_font_that_is_missing_is_no_shadow(tmp_path: Path) -> None:
    """Two paragraphs may have a line in common, at the same place in each."""
    lines = ["期限は3日です。", "届出の期限を守ります。", "届出の期限を守ります。"]
    page = [(60.0, 700.0 - 12 * row, 10.0, line) for row, line in enumerate(lines)]
    text = "".join(block.text for block in load_bytes(tmp_path, pdf([page]), "a.pdf").blocks)
    assert text == "".join(lines)


@pytest.mark.parametrize("text", ["会議室　二階", "会議室 二階"])
def test_spaces_that_are_written_stay(tmp_path: Path, text: str) -> None:
    """Distances between glyphs are no spaces, but spaces are."""
    document = load_bytes(tmp_path, set_in_no_font([text], "UniJIS-UCS2-H", 1), "a.pdf")
    assert document.blocks[0].text.replace("\u3000", " ") == "会議室 二階"


@pytest.mark.parametrize(
    ("first", "size", "heading"),
    [
        ("就業の手引", 20, "就業の手引 › Q1. 遅刻したらどうしますか。"),
        ("就業の手引", 14, "就業の手引 Q1. 遅刻したらどうしますか。"),
    ],
)
def test_headings_of_different_sizes_are_two(tmp_path: Path, first: str, size: float, heading: str) -> None:
    """A title above a heading is not its beginning, and a question with its full stop may be a heading."""
    page = [(60, 780, size, first), (60, 750, 14, "Q1. 遅刻したらどうしますか。"), *paragraph(700)]
    assert {block.heading for block in load_bytes(tmp_path, pdf([page]), "a.pdf").blocks} == {heading}


@pytest.mark.parametrize("first", ["e000", "6f00", "00a1"])
def test_garbled_text_is_reported_and_not_read(tmp_path: Path, first: str) -> None:
    """A file may say of its glyphs that they are signs of nobody's, kanji that nobody uses, or Latin letters."""
    to_unicode = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def "
        "1 begincodespacerange <0000> <ffff> endcodespacerange "
        + "".join(
            f"1 beginbfrange <{start:02x}00> <{start:02x}ff> <{int(first, 16) + start % 8:04x}> endbfrange "
            for start in range(256)
        )
        + "endcmap end end"
    )
    with pytest.raises(ContentGarbled) as caught:
        load_bytes(tmp_path, set_in_no_font(WRITTEN, "UniJIS-UCS2-H", to_unicode=to_unicode), "a.pdf")
    assert caught.value.values["pages"] == "1"


ROWS = [
    ["条件", "日数", "備考"],
    ["入社半年", "十日", ""],
    ["入社一年半", "十一日", "出勤率が八割に満たない者には、これを付与しない。"],
]


@pytest.mark.parametrize("ruled", [True, False])
def test_a_table_is_a_row_a_line(tmp_path: Path, ruled: bool) -> None:
    """Cells stay apart by the lines around them, also where their text is broken, or else by the gaps between them."""
    rows = ROWS if ruled else [row[:2] for row in ROWS]
    before, table, after = load_bytes(
        tmp_path, ruled_pdf("日数は次のとおり。", rows, "以上。", ruled=ruled), "a.pdf"
    ).blocks
    assert (before.text, after.text) == ("日数は次のとおり。", "以上。")
    assert (table.kind, table.text) == ("table", "\n".join(" | ".join(row) for row in rows))


PRICES = [
    ["区分", "平日", "休日"],
    ["大人", "千円", "千二百円"],
    ["中学生以下の子供", "五百円", "六百円"],
    ["団体", "", "九百円"],
]
NUMBERED = [["No", "氏名", "内線"], ["1", "佐藤", "123"], ["2", "鈴木", "456"], ["3", "田中", "789"]]


def grid(rows: list[list[str]], lefts: tuple[int, ...] = (60, 200, 300)) -> list[tuple[int, int, str]]:
    """Cells at x and y, one row below the other."""
    return [(x, 660 - 20 * row, cell) for row, cells in enumerate(rows) for x, cell in zip(lefts, cells, strict=False)]


@pytest.mark.parametrize("together", [1, 99])
@pytest.mark.parametrize("rows", [PRICES, NUMBERED], ids=["prices", "numbered"])
@pytest.mark.parametrize("by_column", [False, True])
def test_a_table_without_rules_in_a_font_that_is_missing_has_rows(
    tmp_path: Path, rows: list[list[str]], together: int, *, by_column: bool
) -> None:
    """Whichever of its cells is drawn first, also where a column has single characters."""
    cells = sorted(grid(rows), key=lambda cell: cell[0]) if by_column else grid(rows)
    page = [(60, 700, "料金は次のとおりとする。"), *cells, (60, 540, "受付は一階である。")]
    blocks = load_bytes(tmp_path, placed_in_no_font(page, together=together), "a.pdf").blocks
    assert [block.text for block in blocks] == [
        "料金は次のとおりとする。",
        "\n".join(" | ".join(row) for row in rows),
        "受付は一階である。",
    ]
    assert blocks[1].kind == "table"


@pytest.mark.parametrize("together", [1, 99])
def test_lines_within_a_cell_are_nearer_than_rows(tmp_path: Path, together: int) -> None:
    """What is below the last cell of a row goes on with that."""
    page = [
        *[(60, 700, "条件"), (200, 700, "備考"), (60, 670, "入社半年"), (200, 670, "十日を与える。ただし出勤率が")],
        *[(200, 656, "低い者を除く。"), (60, 626, "その後"), (200, 626, "毎年一日を加える。")],
    ]
    (block,) = load_bytes(tmp_path, placed_in_no_font(page, together=together), "a.pdf").blocks
    assert (
        block.text == "条件 | 備考\n入社半年 | 十日を与える。ただし出勤率が低い者を除く。\nその後 | 毎年一日を加える。"
    )


LEFT = [
    "社員の休暇は年に二十日とする。ただし入社",
    "一年目は十日とする。急病のときは当日でも",
    "よい。届け出は総務部に行う。",
]
RIGHT = ["会議室は総務部に申し込む。三日前までに申", "し込み、使い終わったら机を拭く。鍵は受付", "に返す。"]


@pytest.mark.parametrize("together", [1, 99])
@pytest.mark.parametrize("alternately", [False, True])
def test_columns_of_prose_are_no_table(tmp_path: Path, together: int, *, alternately: bool) -> None:
    """Their lines stand beside each other, but each column is read to its end."""
    columns = [[(x, 700 - 18 * row, line) for row, line in enumerate(lines)] for x, lines in ((40, LEFT), (310, RIGHT))]
    page = [line for pair in zip(*columns, strict=True) for line in pair] if alternately else [*columns[0], *columns[1]]
    blocks = load_bytes(tmp_path, placed_in_no_font(page, together=together), "a.pdf").blocks
    assert [block.text for block in blocks] == ["".join(LEFT), "".join(RIGHT)]


@pytest.mark.parametrize("together", [1, 99])
@pytest.mark.parametrize("distance", [12, 30])
def test_numbers_without_dots_number_a_list(tmp_path: Path, together: int, distance: int) -> None:
    """They count from 1 at one edge, also where a gap is between them and what they number."""
    items = ["電源を入れる", "名前を書く", "送信する"]
    page = [(60, 700, "手順は次のとおりで、どれも必ず行ってください。")] + [
        placed
        for row, item in enumerate(items)
        for placed in ((60, 660 - 20 * row, str(row + 1)), (72 + distance, 660 - 20 * row, item))
    ]
    _, block = load_bytes(tmp_path, placed_in_no_font(page, together=together), "a.pdf").blocks
    assert (block.kind, block.text) == ("list", "1 電源を入れる\n2 名前を書く\n3 送信する")


@pytest.mark.parametrize(
    ("end", "begin", "texts"),
    [
        (SECOND, LAST, [FIRST * 3 + SECOND + LAST]),
        (SECOND, LAST + "\n次の段落である。", [FIRST * 3 + SECOND + LAST, "次の段落である。"]),
        (SECOND, "1. 次の項目である。", [FIRST * 3 + SECOND, "1. 次の項目である。"]),
        (LAST, "次の段落である。", [FIRST * 3 + LAST, "次の段落である。"]),
        ("残った有給休暇", "次の段落である。", [FIRST * 3 + "残った有給休暇", "次の段落である。"]),
    ],
    ids=["goes on", "goes on alone", "item", "sentence", "short line"],
)
def test_a_paragraph_may_go_on_on_the_next_page(tmp_path: Path, end: str, begin: str, texts: list[str]) -> None:
    """Its last line is full and ends no sentence; it is where it begins."""
    first = [(60.0, 132.0 - 16 * row, 10.0, text) for row, text in enumerate([FIRST, FIRST, FIRST, end])]
    pages = [first, [(60.0, 700.0 - 16 * row, 10.0, text) for row, text in enumerate(begin.split("\n"))]]
    blocks = load_bytes(tmp_path, pdf(pages), "a.pdf").blocks
    assert [block.text for block in blocks] == texts
    assert blocks[0].page == 1


@pytest.mark.parametrize("number", ["3", "- 3 -", "3 / 10", "3ページ"])
def test_a_page_number_is_no_passage(tmp_path: Path, number: str) -> None:
    """Also where it is the only page, and something else is below it."""
    page = [*paragraph(700), (290, 40, 9, number), (60, 20, 9, "社外秘です。")]
    texts = [block.text for block in load_bytes(tmp_path, pdf([page]), "a.pdf").blocks]
    assert texts == [FIRST + SECOND + LAST, "社外秘です。"]


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("就業規則", "就業規則"),
        ("", "rules"),
        ("untitled", "rules"),
        ("(anonymous)", "rules"),
        ("Microsoft Word - 規則.doc", "rules"),
    ],
)
def test_the_title_is_that_of_the_file_if_it_has_one(tmp_path: Path, title: str, shown: str) -> None:
    """The default title of a program is none."""
    assert load_bytes(tmp_path, pdf([paragraph(700)], title), "rules.pdf").title == shown


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (pdf([paragraph(700)], password="秘密の"), ContentEncrypted),  # noqa: S106 - a file of this test
        (b"%PDF-1.7\n" + b"garbage " * 100, ContentDamaged),
        (pdf([[]]), ContentWithoutText),
        (pdf([paragraph(700)] * 4), ContentTooManyPages),
    ],
)
def test_each_cause_that_a_file_cannot_be_read_is_reported(
    tmp_path: Path, data: bytes, error: type[ContentError]
) -> None:
    """Encrypted, damaged, without text, too many pages: each has its own error, with the file."""
    with pytest.raises(error) as caught:
        load_bytes(tmp_path, data, "a.pdf", Limits(most_pages=3))
    assert caught.value.values["path"] == str(tmp_path / "a.pdf")


def test_a_truncated_file_gives_its_whole_pages_or_an_error(tmp_path: Path) -> None:
    """It may still have whole pages; there is no unexpected error."""
    whole = pdf([paragraph(700)] * 3)
    for part in range(1, 10):
        try:
            document = load_bytes(tmp_path, whole[: len(whole) * part // 10], "a.pdf")
        except (ContentDamaged, ContentTruncated, ContentWithoutText):
            continue
        assert document.blocks


def test_scanned_pages_among_others_are_told(tmp_path: Path) -> None:
    """A picture over a page is told, also where a scanner stamped its name on it; a picture beside text is not."""
    written = BytesIO()
    canvas = Canvas(written)
    picture = ImageReader(Image.new("L", (20, 20)))
    for sizes, texts in (
        ((500, 780), []),
        ((500, 780), [(60, 20, 10, "Scanned by Scanner")]),
        ((500, 780), paragraph(700)),
        ((200, 200), [(60, 700, 10, "図1のとおりです。")]),
        (None, paragraph(700)),
    ):
        if sizes:
            canvas.drawImage(picture, 40, 30, *sizes)
        for x, y, size, text in texts:
            canvas.setFont(FONT, size)
            canvas.drawString(x, y, text)
        canvas.showPage()
    canvas.save()
    document = load_bytes(tmp_path, written.getvalue(), "a.pdf")
    assert [(cause, values["pages"]) for cause, values in document.warnings] == [("ContentPagesScanned", "1, 2")]


def test_pages_that_are_damaged_are_told(tmp_path: Path) -> None:
    """The others are read; here what should be the second page is a font."""
    data = pdf([paragraph(700), paragraph(700)])
    kids = re.search(rb"/Kids \[ (\d+) 0 R (\d+) 0 R", data)
    assert kids
    start, end = kids.span(2)
    document = load_bytes(tmp_path, data[:start] + b"3" * (end - start) + data[end:], "a.pdf")
    assert [block.page for block in document.blocks] == [1]
    assert [(cause, values["pages"]) for cause, values in document.warnings] == [("ContentPagesDamaged", "2")]
