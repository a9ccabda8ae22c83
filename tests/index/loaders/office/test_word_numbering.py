"""What Microsoft Word shows that a document does not have as text: numbers, notes, formulas."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from index.loaders.office.word_numbering import format_number
from index.types import Block
from tests.index.loaders.examples import load_bytes, replaced, word, word_of_xml

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MATH = "http://schemas.openxmlformats.org/officeDocument/2006/math"


def level(number: int, text: str, style: str = "decimal", more: str = "") -> str:
    """How a level of a list is numbered."""
    return f'<w:lvl w:ilvl="{number}"><w:start w:val="1"/><w:numFmt w:val="{style}"/>{more}<w:lvlText w:val="{text}"/></w:lvl>'


def numbered(body: str, levels: str, more: str = "") -> bytes:
    """A document with a numbering of number 7; `more` are others."""
    xml = (
        f'<w:numbering xmlns:w="{WORD}"><w:abstractNum w:abstractNumId="7">{levels}</w:abstractNum>'
        f'<w:num w:numId="7"><w:abstractNumId w:val="7"/></w:num>{more}</w:numbering>'
    )
    return replaced(word_of_xml(body), "word/numbering.xml", xml.encode())


def paragraph(text: str, deep: int = 0, number: int = 7, style: str = "") -> str:
    """A numbered paragraph."""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    numbers = f'<w:numPr><w:ilvl w:val="{deep}"/><w:numId w:val="{number}"/></w:numPr>'
    return f"<w:p><w:pPr>{named}{numbers}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def with_notes(body: str, **notes: str) -> bytes:
    """A document with footnotes or endnotes, whose ids are 1."""
    data = word_of_xml(body)
    added = ""
    for kind, note in notes.items():
        one = f'<w:{kind[:-1]} w:id="1"><w:p><w:r><w:t>{note}</w:t></w:r></w:p></w:{kind[:-1]}>'
        line = f'<w:{kind[:-1]} w:id="0" w:type="separator"><w:p/></w:{kind[:-1]}>'
        written = BytesIO()
        with ZipFile(BytesIO(data)) as old, ZipFile(written, "w", ZIP_DEFLATED) as new:
            for name in old.namelist():
                new.writestr(name, old.read(name))
            new.writestr(f"word/{kind}.xml", f'<w:{kind} xmlns:w="{WORD}">{line}{one}</w:{kind}>')
        data = written.getvalue()
        added += f'<Relationship Id="{kind}" Type="{RELATIONS}/{kind}" Target="{kind}.xml"/>'
    relations = ZipFile(BytesIO(data)).read("word/_rels/document.xml.rels").decode()
    return replaced(
        data, "word/_rels/document.xml.rels", relations.replace("</Relationships>", f"{added}</Relationships>").encode()
    )


def texts(folder: Path, data: bytes) -> list[str]:
    """The texts of a document's blocks."""
    return [block.text for block in load_bytes(folder, data, "a.docx").blocks]


def test_articles_have_their_numbers(tmp_path: Path) -> None:
    """A heading that is numbered is found by its number, and each numbered article is a paragraph."""
    body = (
        paragraph("目的", style="Heading2")
        + "<w:p><w:r><w:t>定める。</w:t></w:r></w:p>"
        + paragraph("適用", style="Heading2")
        + "<w:p><w:r><w:t>全社員。</w:t></w:r></w:p>"
    )
    document = load_bytes(tmp_path, numbered(body, level(0, "第%1条")), "a.docx")
    assert document.blocks == (Block("定める。", "第1条 目的"), Block("全社員。", "第2条 適用"))
    body = paragraph("目的を定める。") + paragraph("全社員に適用する。")
    assert texts(tmp_path, numbered(body, level(0, "第%1条", "japaneseCounting"))) == [
        "第一条 目的を定める。",
        "第二条 全社員に適用する。",
    ]


def test_levels_count_within_each_other(tmp_path: Path) -> None:
    """A deeper level begins anew after a higher one, unless it says that it counts on; it may show the higher ones."""
    body = "".join(
        paragraph(text, deep) for text, deep in [("甲", 0), ("乙", 1), ("丙", 1), ("丁", 0), ("戊", 1), ("己", 2)]
    )
    levels = level(0, "%1.") + level(1, "(%2)") + level(2, "%1-%2-%3", "decimalEnclosedCircle")
    assert texts(tmp_path, numbered(body, levels)) == ["1. 甲\n  (1) 乙\n  (2) 丙\n2. 丁\n  (1) 戊\n    2-1-① 己"]
    levels = level(0, "%1.") + level(1, "(%2)", more='<w:lvlRestart w:val="0"/>') + level(2, "・", "bullet")
    assert texts(tmp_path, numbered(body, levels)) == ["1. 甲\n  (1) 乙\n  (2) 丙\n2. 丁\n  (3) 戊\n    ・己"]


def test_items_below_an_article_begin_at_the_edge(tmp_path: Path) -> None:
    """The article is the level above, but no item of the list."""
    body = (
        paragraph("次の者に適用する。") + paragraph("正社員", 2) + paragraph("役員", 3) + paragraph("前項による。", 1)
    )
    levels = level(0, "第%1条") + level(1, "%2") + level(2, "(%3)") + level(3, "%4", "aiueo")
    assert texts(tmp_path, numbered(body, levels)) == [
        "第1条 次の者に適用する。",
        "  (1) 正社員\n    ア 役員\n1 前項による。",
    ]


def test_numbers_go_on_in_the_cells_of_a_table(tmp_path: Path) -> None:
    """Each item in a cell has its number, and the list may go on below."""
    row = "<w:tr><w:tc><w:p><w:r><w:t>総務</w:t></w:r></w:p></w:tc><w:tc>{}</w:tc></w:tr>"
    cells = row.format(paragraph("受け取る") + paragraph("控える")), row.format(paragraph("渡す"))
    body = f"<w:tbl>{''.join(cells)}</w:tbl>{paragraph('月末に行う。')}"
    assert texts(tmp_path, numbered(body, level(0, "%1."))) == [
        "総務 | 1. 受け取る 2. 控える\n総務 | 3. 渡す",
        "4. 月末に行う。",
    ]


@pytest.mark.parametrize(
    ("between", "items"),
    [
        (paragraph(""), ["1. 甲", "3. 乙"]),
        (paragraph("").replace("</w:pPr>", "<w:rPr><w:del/></w:rPr></w:pPr>"), ["1. 甲", "2. 乙"]),
        (paragraph("").replace("</w:pPr>", "<w:rPr><w:vanish/></w:rPr></w:pPr>"), ["1. 甲", "2. 乙"]),
    ],
    ids=["empty", "deleted", "hidden"],
)
def test_an_empty_item_has_a_number(tmp_path: Path, between: str, items: list[str]) -> None:
    """Word counts it, but for one that is deleted or hidden."""
    body = paragraph("甲") + between + paragraph("乙")
    assert texts(tmp_path, numbered(body, level(0, "%1."))) == ["\n".join(items)]


def test_where_the_end_of_a_paragraph_is_deleted_the_next_goes_on(tmp_path: Path) -> None:
    """Under revision two paragraphs have become one; what was moved is where it is now."""
    deleted = "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>{}</w:t></w:r></w:p>"
    body = (
        deleted.format("三日前までに")
        + "<w:p><w:r><w:t>申し込む。</w:t></w:r></w:p>"
        + "<w:p><w:moveFrom><w:r><w:t>鍵は受付にある。</w:t></w:r></w:moveFrom></w:p>"
        + "<w:p><w:moveTo><w:r><w:t>鍵は受付にある。</w:t></w:r></w:moveTo></w:p>"
        + deleted.format("以上である。")
    )
    assert texts(tmp_path, word_of_xml(body)) == ["三日前までに申し込む。", "鍵は受付にある。", "以上である。"]


def test_a_list_may_begin_anew_or_go_on(tmp_path: Path) -> None:
    """Lists of one rule count together, and one that overrides its start begins there."""
    more = (
        '<w:num w:numId="8"><w:abstractNumId w:val="7"/></w:num><w:num w:numId="9"><w:abstractNumId w:val="7"/>'
        '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>'
    )
    body = "".join(paragraph(text, 0, number) for text, number in [("甲", 7), ("乙", 8), ("丙", 9), ("丁", 9)])
    assert texts(tmp_path, numbered(body, level(0, "%1)"), more)) == ["1) 甲\n2) 乙\n5) 丙\n6) 丁"]


@pytest.mark.parametrize(
    ("number", "style", "written"),
    [
        (12, "decimal", "12"),
        (7, "decimalZero", "07"),
        (12, "decimalFullWidth", "１２"),
        (3, "decimalEnclosedCircle", "③"),
        (21, "decimalEnclosedCircle", "21"),
        (1, "japaneseCounting", "一"),
        (10, "japaneseCounting", "十"),
        (23, "japaneseCounting", "二十三"),
        (111, "japaneseCounting", "百十一"),
        (12, "japaneseLegal", "壱拾弐"),
        (10, "japaneseDigitalTenThousand", "一〇"),
        (2, "ideographTraditional", "乙"),
        (6, "aiueoFullWidth", "カ"),
        (3, "irohaFullWidth", "ハ"),
        (4, "lowerRoman", "iv"),
        (49, "upperRoman", "XLIX"),
        (28, "upperLetter", "BB"),
        (5, "none", ""),
        (5, "hebrew1", "5"),
        (0, "japaneseCounting", "0"),
    ],
)
def test_formats_of_numbers(number: int, style: str, written: str) -> None:
    """As Word writes them."""
    assert format_number(number, style) == written


def test_notes_are_below_the_paragraph_that_refers_to_them(tmp_path: Path) -> None:
    """Foot- and endnotes belong to their paragraph, also in a cell; the line above them is none."""
    body = (
        '<w:p><w:r><w:t>日当は三千円。</w:t></w:r><w:r><w:footnoteReference w:id="1"/></w:r></w:p>'
        '<w:tbl><w:tr><w:tc><w:p><w:r><w:t>宿泊</w:t></w:r><w:r><w:endnoteReference w:id="1"/></w:r></w:p></w:tc></w:tr></w:tbl>'
    )
    data = with_notes(body, footnotes="海外では一万円。", endnotes="別表による。")
    assert texts(tmp_path, data) == ["日当は三千円。\n※海外では一万円。", "宿泊 ※別表による。"]


@pytest.mark.parametrize(
    ("run", "text"),
    [
        ("<w:r><w:rPr><w:vanish/></w:rPr><w:t>秘密</w:t></w:r>", "前後"),
        ('<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>公開</w:t></w:r>', "前公開後"),
        ("<w:r><w:rPr><w:strike/></w:rPr><w:t>旧</w:t></w:r>", "前後"),
        ("<w:r><w:rPr><w:dstrike/></w:rPr><w:t>旧</w:t></w:r>", "前後"),
        ('<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>', "前✓後"),
        (f'<m:oMath xmlns:m="{MATH}"><m:r><m:t>12.5</m:t></m:r></m:oMath>', "前12.5後"),
        (
            (
                f'<m:oMath xmlns:m="{MATH}"><m:f><m:num><m:r><m:t>a+b</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f>'
                "<m:sSup><m:e><m:r><m:t>x</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup>"
                "<m:rad><m:deg/><m:e><m:r><m:t>y</m:t></m:r></m:e></m:rad></m:oMath>"
            ),
            "前(a+b)/2x^2√y後",
        ),
    ],
    ids=["hidden", "not hidden", "struck", "struck twice", "sign", "number", "formula"],
)
def test_visible_text_within_a_line_is_read(tmp_path: Path, run: str, text: str) -> None:
    """Hidden and struck out text is left out; signs and formulas are text."""
    body = f"<w:p><w:r><w:t>前</w:t></w:r>{run}<w:r><w:t>後</w:t></w:r></w:p>"
    assert texts(tmp_path, word_of_xml(body)) == [text]


def test_styles_inherit_properties(tmp_path: Path) -> None:
    """A style based on a heading is one, one based on hidden text is hidden, and a table of contents is not read."""
    body = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>'
        for style, text in [("Ours", "休暇"), ("Secret", "秘密"), ("TOC1", "休暇 3"), ("Normal", "十日。")]
    )
    data = word_of_xml(body)
    styles = ZipFile(BytesIO(data)).read("word/styles.xml").decode()
    added = (
        '<w:style w:type="paragraph" w:styleId="Ours"><w:name w:val="社内見出し"/><w:basedOn w:val="Heading1"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="Unseen"><w:name w:val="隠し"/><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="Secret"><w:name w:val="秘"/><w:basedOn w:val="Unseen"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="TOC1"><w:name w:val="toc 1"/></w:style>'
    )
    data = replaced(data, "word/styles.xml", styles.replace("</w:styles>", f"{added}</w:styles>").encode())
    assert load_bytes(tmp_path, data, "a.docx").blocks == (Block("十日。", "休暇"),)


def test_a_table_has_merged_cells_in_each_row_and_no_deleted_rows(tmp_path: Path) -> None:
    """A row that was struck under revision is no longer there."""

    def row(first: str, second: str, more: str = "") -> str:
        cells = "".join(f"<w:tc>{cell}</w:tc>" for cell in (first, f"<w:p><w:r><w:t>{second}</w:t></w:r></w:p>"))
        return f"<w:tr>{more}{cells}</w:tr>"

    begins = '<w:tcPr><w:vMerge w:val="restart"/></w:tcPr><w:p><w:r><w:t>総務</w:t></w:r></w:p>'
    goes_on = "<w:tcPr><w:vMerge/></w:tcPr><w:p/>"
    deleted = '<w:trPr><w:del w:id="1" w:author="a"/></w:trPr>'
    body = f"<w:tbl>{row(begins, '佐藤')}{row(goes_on, '鈴木')}{row('<w:p/>', '田中', deleted)}</w:tbl>"
    assert load_bytes(tmp_path, word_of_xml(body), "a.docx").blocks == (
        Block("総務 | 佐藤\n総務 | 鈴木", kind="table"),
    )


def test_a_strict_document_is_read_too(tmp_path: Path) -> None:
    """Strict Open XML has other namespaces for the same document."""
    data = word([("Heading 1", "休暇"), ("Normal", "十日。")])
    written = BytesIO()
    with ZipFile(BytesIO(data)) as old, ZipFile(written, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            strict = re.sub(
                rb"http://schemas\.openxmlformats\.org/(wordprocessingml|officeDocument|drawingml)/2006/",
                rb"http://purl.oclc.org/ooxml/\1/",
                old.read(name),
            )
            new.writestr(name, strict)
    assert load_bytes(tmp_path, written.getvalue(), "a.docx").blocks == (Block("十日。", "休暇"),)
