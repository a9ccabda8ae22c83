from __future__ import annotations

from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import docx
import pytest

from index.errors import (
    ContentDamaged,
    ContentEmpty,
    ContentEncrypted,
    ContentError,
    ContentOtherKind,
    ContentTruncated,
)
from tests.index.loaders.examples import load_bytes, word, word_of_xml


def test_paragraphs_have_their_headings(tmp_path: Path) -> None:
    """Headings are no blocks; the items of a list are one."""
    data = word(
        [
            ("Title", "就業規則"),
            ("Normal", "前文。"),
            ("Heading 1", "休暇"),
            ("Heading 2", "有給"),
            ("Normal", "十日もらえる。"),
            ("List Bullet", "半日でもよい"),
            ("List Number", "届け出る"),
            ("Heading 1", "在宅"),
            ("Normal", "週に三日まで。"),
        ]
    )
    document = load_bytes(tmp_path, data, "rules.docx")
    assert document.title == "就業規則"
    assert [(block.heading, block.text) for block in document.blocks] == [
        ("", "前文。"),
        ("休暇 › 有給", "十日もらえる。"),
        ("休暇 › 有給", "・半日でもよい\n1. 届け出る"),
        ("在宅", "週に三日まで。"),
    ]


@pytest.mark.parametrize(
    ("paragraphs", "texts"),
    [
        (
            ["次の書類を出す。", "・履歴書", "・住民票", "期限は月末とする。"],
            ["次の書類を出す。", "・履歴書\n・住民票", "期限は月末とする。"],
        ),
        (["日時：四月一日", "場所：本社", "ご参加ください。"], ["日時：四月一日\n場所：本社", "ご参加ください。"]),
        (["1. 目的", "この規程は手続を定める。"], ["1. 目的", "この規程は手続を定める。"]),
        (["第1条 目的を定める。", "第2条 用語を定める。"], ["第1条 目的を定める。", "第2条 用語を定める。"]),
    ],
)
def test_lines_typed_as_a_list_are_one(tmp_path: Path, paragraphs: list[str], texts: list[str]) -> None:
    """Bullets typed by hand, and lines with a name and a value; not a number alone, which may be a heading."""
    document = load_bytes(tmp_path, word([("Normal", text) for text in paragraphs]), "a.docx")
    assert [block.text for block in document.blocks] == texts


def test_deeper_styles_of_lists_are_deeper(tmp_path: Path) -> None:
    """Word's own styles say the level by a number in their name."""
    data = word([("List Bullet", "甲"), ("List Bullet 2", "乙"), ("List Bullet 3", "丙")])
    assert load_bytes(tmp_path, data, "a.docx").blocks[0].text == "・甲\n  ・乙\n    ・丙"


def test_tables_stand_where_they_are_written(tmp_path: Path) -> None:
    """Each row is a line; a cell that spans columns is read once, a table within a cell as a part of it."""
    written = docx.Document()
    written.add_paragraph("表の前。")
    table = written.add_table(rows=2, cols=3)
    for position, text in enumerate(["金額", "承認者", "期限", "5万円未満", "課長"]):
        table.rows[position // 3].cells[position % 3].text = text
    table.rows[1].cells[1].merge(table.rows[1].cells[2])
    table.rows[1].cells[0].add_table(rows=1, cols=1).rows[0].cells[0].text = "税込"
    written.add_paragraph("表の後。")
    data = BytesIO()
    written.save(data)
    assert [block.text for block in load_bytes(tmp_path, data.getvalue(), "a.docx").blocks] == [
        "表の前。",
        "金額 | 承認者 | 期限\n5万円未満 税込 | 課長",
        "表の後。",
    ]


@pytest.mark.parametrize(
    ("title", "style", "shown"),
    [("規則", "Title", "規則"), ("", "Title", "一番"), ("", "Normal", "rules")],
)
def test_the_title_is_the_most_explicit_one(tmp_path: Path, title: str, style: str, shown: str) -> None:
    """The properties' title, or a paragraph in the style Title, or the file's name."""
    assert load_bytes(tmp_path, word([(style, "一番"), ("Normal", "文。")], title), "rules.docx").title == shown


RUBY = """<w:ruby><w:rt><w:r><w:t>かんじ</w:t></w:r></w:rt>
<w:rubyBase><w:r><w:t>漢字</w:t></w:r></w:rubyBase></w:ruby>"""


@pytest.mark.parametrize(
    ("xml", "text"),
    [
        ("<w:p><w:r><w:t>一</w:t><w:tab/><w:t>二</w:t><w:br/><w:t>三</w:t></w:r></w:p>", "一\t二\n三"),
        ("<w:p><w:del><w:r><w:delText>旧</w:delText></w:r></w:del><w:ins><w:r><w:t>新</w:t></w:r></w:ins></w:p>", "新"),
        ("<w:p><w:hyperlink><w:r><w:t>規程</w:t></w:r></w:hyperlink></w:p>", "規程"),
        (f"<w:p><w:r>{RUBY}</w:r></w:p>", "漢字"),
        ("<w:sdt><w:sdtContent><w:p><w:r><w:t>枠の中</w:t></w:r></w:p></w:sdtContent></w:sdt>", "枠の中"),
        ("<w:p><w:fldSimple><w:r><w:t>図 1</w:t></w:r></w:fldSimple></w:p>", "図 1"),
    ],
    ids=["breaks", "revision", "link", "ruby", "content control", "field"],
)
def test_visible_text_is_read(tmp_path: Path, xml: str, text: str) -> None:
    """Text in links, fields and frames is there; struck out text and ruby are not."""
    assert [block.text for block in load_bytes(tmp_path, word_of_xml(xml), "a.docx").blocks] == [text]


def archive(*names: str) -> bytes:
    """An archive of empty files."""
    written = BytesIO()
    with ZipFile(written, "w") as made:
        for name in names:
            made.writestr(name, "")
    return written.getvalue()


OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("data", "error", "kind"),
    [
        (archive("mimetype", "content.xml"), ContentOtherKind, "OpenDocument"),
        (archive("xl/workbook.xml"), ContentDamaged, "XLSX"),
        (archive("ppt/presentation.xml"), ContentDamaged, "PPTX"),
        (archive("a.txt"), ContentOtherKind, "ZIP"),
        (archive("word/document.xml"), ContentDamaged, "DOCX"),
        (word([("Normal", "文。")])[:3000], ContentTruncated, None),
        (OLD + b"\0" * 1000, ContentOtherKind, "Microsoft Office 97-2003"),
        (OLD + "EncryptedPackage".encode("utf-16-le") + b"\0" * 99, ContentEncrypted, None),
        (word([("Heading 1", "見出しだけ")]), ContentEmpty, None),
    ],
)
def test_files_that_are_no_readable_document_are_reported(
    tmp_path: Path, data: bytes, error: type[ContentError], kind: str | None
) -> None:
    """Another archive, an older format, a password, damage: each has its own error."""
    with pytest.raises(error) as caught:
        load_bytes(tmp_path, data, "a.docx")
    assert caught.value.values.get("kind") == kind
