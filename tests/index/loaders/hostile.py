"""Files made to harm whoever reads them."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
from pptx import Presentation

from tests.index.loaders.examples import pdf, replaced, word, word_of_xml

DEEP = 50_000
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 100
BILLION = "<!DOCTYPE d [<!ENTITY a0 'ああああああああああ'>{}]>".format(
    "".join(f"<!ENTITY a{level} '{f'&a{level - 1};' * 10}'>" for level in range(1, 10))
)


def zip_bomb(megabytes: int) -> bytes:
    """A Word document of some kilobytes whose text unpacks to so many megabytes."""
    written = BytesIO()
    with ZipFile(BytesIO(word([("Normal", "文。")]))) as old, ZipFile(written, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name != "word/document.xml":
                new.writestr(name, old.read(name))
        with new.open("word/document.xml", "w") as opened:
            for _ in range(megabytes):
                opened.write(b" " * 1_000_000)
    return written.getvalue()


def lying_zip_bomb(megabytes: int) -> bytes:
    """The same, which declares to unpack to a thousand bytes."""
    declared = struct.pack("<L", megabytes * 1_000_000)
    return zip_bomb(megabytes).replace(declared, struct.pack("<L", 1_000))


def word_of_many(elements: int) -> bytes:
    """A Word document of so many empty paragraphs, which take far more memory than they are long."""
    return word_of_xml("<w:p/>" * elements)


def archive(name: str, content: str) -> bytes:
    """A .zip file of one file."""
    written = BytesIO()
    with ZipFile(written, "w", ZIP_DEFLATED) as made:
        made.writestr(name, content)
    return written.getvalue()


def workbook_of_xml(merged: str, before: str = "", text: str = "文。") -> bytes:
    """A workbook with one text, and whatever is said of merged cells."""
    book = openpyxl.Workbook()
    book.active["A1"] = "文。"
    written = BytesIO()
    book.save(written)
    cell = f'<row r="1"><c r="A1" t="inlineStr"><is><t>{text}</t></is></c></row>'
    merges = f"<mergeCells>{merged}</mergeCells>" if merged else ""
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    xml = f'{before}<worksheet xmlns="{namespace}"><sheetData>{cell}</sheetData>{merges}</worksheet>'
    return replaced(written.getvalue(), "xl/worksheets/sheet1.xml", xml.encode())


def groups_in_groups() -> bytes:
    """A presentation of shapes grouped in groups, thousands deep."""
    presentation = Presentation()
    presentation.slides.add_slide(presentation.slide_layouts[6])
    written = BytesIO()
    presentation.save(written)
    name = "ppt/slides/slide1.xml"
    slide = ZipFile(written).read(name).decode()
    groups = "<p:grpSp><p:nvGrpSpPr/><p:grpSpPr/>" * 5_000 + "</p:grpSp>" * 5_000
    return replaced(written.getvalue(), name, slide.replace("</p:spTree>", groups + "</p:spTree>").encode())


def raw_pdf(*objects: str) -> bytes:
    """A PDF file of these objects, the first of which is the catalogue."""
    data = b"%PDF-1.7\n"
    offsets = []
    for number, written in enumerate(objects, start=1):
        offsets.append(len(data))
        data += f"{number} 0 obj\n{written}\nendobj\n".encode("latin-1")
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    count = len(objects) + 1
    end = (
        f"xref\n0 {count}\n0000000000 65535 f \n{table}trailer\n<</Size {count}/Root 1 0 R>>\nstartxref\n{len(data)}\n"
    )
    return data + end.encode() + b"%%EOF"


def pdf_of_many_pages(pages: int) -> bytes:
    """A PDF file whose tree names one page so many times."""
    return raw_pdf(
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {pages}/Kids[{'3 0 R ' * pages}]>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]>>",
    )


def pdf_in_a_loop() -> bytes:
    """A PDF file whose tree of pages has itself as a branch."""
    return raw_pdf(
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Count 3/Kids[2 0 R 3 0 R 2 0 R]>>",
        "<</Type/Pages/Count 3/Parent 2 0 R/Kids[3 0 R 2 0 R]>>",
    )


def pdf_bomb(megabytes: int) -> bytes:
    """A PDF file of one page whose description unpacks to so many megabytes."""
    packed = zlib.compress(b"q " * (megabytes * 500_000)).decode("latin-1")
    return raw_pdf(
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Count 1/Kids[3 0 R]>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R>>",
        f"<</Length {len(packed)}/Filter/FlateDecode>>stream\n{packed}\nendstream",
    )


def pdf_of_many_lines(lines: int) -> bytes:
    """A PDF file of one page with a text, on which so many lines are drawn."""
    drawn = "".join(f"{number % 600} {number % 790} 300 200 re S\n" for number in range(lines))
    text = f"{drawn}BT /F1 12 Tf 1 0 0 1 60 700 Tm <793e> Tj ET"
    return raw_pdf(
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Count 1/Kids[3 0 R]>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        f"<</Length {len(text)}>>stream\n{text}\nendstream",
        "<</Type/Font/Subtype/Type0/BaseFont/Ryumin-Light/Encoding/UniJIS-UCS2-H/DescendantFonts[6 0 R]>>",
        "<</Type/Font/Subtype/CIDFontType0/BaseFont/Ryumin-Light/DW 1000"
        "/CIDSystemInfo<</Registry(Adobe)/Ordering(Japan1)/Supplement 2>>>>",
    )


def aliases() -> str:
    """Front matter of some hundred bytes that would be written out to gigabytes."""
    levels = [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]" for level in range(1, 12)]
    return "\n".join(["---", "a0: &a0 [x, x]", *levels, "title: *a11", "---", "本文。"])


# Each file's name, how to make it, and the names of the errors that reading it may end with; "" where it is read.
HOSTILE: dict[str, tuple[Callable[[], bytes | str], set[str]]] = {
    "zip_bomb.docx": (lambda: zip_bomb(200), {"ContentExpandsTooLarge"}),
    "lying_zip_bomb.docx": (lambda: lying_zip_bomb(100), {"ContentDamaged"}),
    "many_elements.docx": (
        lambda: word_of_many(7_000_000),
        {"ContentTooMuchMemory", "LoaderEnded", "ContentDamaged", "ContentTooSlow"},
    ),
    "entities.docx": (
        lambda: word_of_xml("<w:p><w:r><w:t>&a9;</w:t></w:r></w:p>", BILLION),
        {"ContentEmpty", "ContentDamaged"},
    ),
    "nested.docx": (
        lambda: word_of_xml("<w:tbl><w:tr><w:tc>" * 10_000 + "</w:tc></w:tr></w:tbl>" * 10_000),
        {"ContentDamaged", "ContentNestedTooDeep"},
    ),
    "truncated.docx": (lambda: word([("Normal", "文。")])[:-100], {"ContentTruncated"}),
    "large.txt": (lambda: b"a" * 60_000_000, {"ContentTooLarge"}),
    "pictures.pdf": (lambda: pdf([[], []]), {"ContentWithoutText"}),
    "many_pages.pdf": (lambda: pdf_of_many_pages(100_000), {"ContentTooManyPages"}),
    "loop.pdf": (pdf_in_a_loop, {"ContentDamaged"}),
    "bomb.pdf": (lambda: pdf_bomb(400), {"ContentWithoutText", "LoaderEnded", "ContentTooSlow"}),
    "few_lines.pdf": (lambda: pdf_of_many_lines(200), {""}),
    "many_lines.pdf": (
        lambda: pdf_of_many_lines(300_000),
        {"", "ContentTooSlow", "ContentTooMuchMemory", "LoaderEnded"},
    ),
    "truncated.pdf": (lambda: pdf([[(60, 700, 10, "文。")]])[:500], {"ContentTruncated", "ContentWithoutText"}),
    "garbage.pdf": (lambda: b"%PDF-1.7" + bytes(range(256)) * 500, {"ContentDamaged"}),
    "picture.md": (lambda: PNG, {"ContentOtherKind"}),
    "picture.pdf": (lambda: PNG, {"ContentOtherKind"}),
    "picture.docx": (lambda: PNG, {"ContentOtherKind"}),
    "empty.pdf": (lambda: b"", {"ContentEmpty"}),
    "empty.json": (lambda: b"", {"ContentEmpty"}),
    "nul.txt": (lambda: b"a\0b" * 1_000, {"ContentBinary"}),
    "random.csv": (lambda: bytes(range(128, 256)) * 1_000, {"ContentEncodingUnknown"}),
    "broken.html": (lambda: "<p>一行目\n二行目".encode() + b"\xff\n" + "三行目".encode(), {"ContentEncodingBroken"}),
    "quotes.md": (lambda: ">" * DEEP + "文。", {"ContentEmpty", ""}),
    "brackets.md": (lambda: "[" * DEEP + "文。", {""}),
    "large_brackets.md": (lambda: "[" * 3_000_000, {"", "ContentTooSlow"}),
    "stars.md": (
        lambda: "*a " * DEEP + "a* " * DEEP,
        {"ContentNestedTooDeep", "ContentTooSlow", "ContentTooMuchMemory"},
    ),
    "lists.md": (lambda: "- " * DEEP + "文。", {"ContentEmpty", ""}),
    "aliases.md": (aliases, {""}),
    "merges.md": (lambda: aliases().replace("[", "{<<: [").replace("]", "]}"), {""}),
    "sixties.md": (lambda: f"---\ntitle: {':'.join(['59'] * 50_000)}\n---\n本文。", {""}),
    "paragraphs.txt": (lambda: "あ\n\n" * 100_002, {"ContentTooManyParagraphs"}),
    "front_matter.md": (lambda: "---\n" + "[" * DEEP + "\n---\n文。", {"ContentNestedTooDeep"}),
    "components.md": (lambda: "<A>\n\n" * 5_000 + "文。" + "<B a={" * 5_000, {""}),
    "divisions.md": (lambda: "<div>\n\n" * 5_000 + "文。", {"ContentNestedTooDeep"}),
    "rows.md": (lambda: "<table>" + "<tr><td rowspan=9999>文。" * 5_000 + "</table>", {""}),
    "braces.md": (lambda: "{/*" * 9_000 + "{{" * 9_000 + "{%" * 9_000 + "{#" * 9_000 + "文。", {""}),
    "signs.txt": (lambda: "a! " * 9_000 + "a? " * 9_000 + "あ.a" * 9_000, {""}),
    "divisions.html": (lambda: "<div>" * DEEP + "文。", {"ContentNestedTooDeep"}),
    "lists.html": (lambda: "<ul><li>" * DEEP + "文。", {"ContentNestedTooDeep"}),
    "spans.html": (lambda: "<b>" * DEEP + "文。", {"ContentNestedTooDeep"}),
    "entities.html": (lambda: BILLION + "<p>&a9;</p>文。", {""}),
    "arrays.json": (lambda: "[" * DEEP, {"ContentNestedTooDeep"}),
    "objects.json": (lambda: '{"guild":' * DEEP, {"ContentNestedTooDeep"}),
    "endless_line.txt": (lambda: "あ" * 1_000_000, {""}),
    "dashes.txt": (lambda: "本文。\n" + "-" * 1_000_000 + "。" * 1_000, {""}),
    "parentheses.txt": (lambda: "（" * DEEP + "）" * DEEP, {""}),
    "long_cell.csv": (lambda: '質問,回答\n有給は？,"' + "あ" * 2_000_000 + '"', {""}),
    "open_quote.csv": (lambda: '質問,回答\n有給は？,"' + "十日。\n次は？,\n" * 10_000, {""}),
    "many_quotes.csv": (lambda: "質問,回答\n" + '有給は？,"十日。\n' * 20_000, {""}),
    "many_cells.csv": (lambda: "質問,回答\n" + "1,200," * 500_000, {"", "ContentRowsUnclear"}),
    "zip_bomb.xlsx": (lambda: zip_bomb(200), {"ContentExpandsTooLarge"}),
    "merged.xlsx": (
        lambda: workbook_of_xml('<mergeCell ref="A1:XFD1048576"/>'),
        {"", "ContentTooSlow", "ContentTooMuchMemory", "LoaderEnded"},
    ),
    "entities.xlsx": (lambda: workbook_of_xml("", BILLION, "&a9;"), {"ContentEmpty", "ContentDamaged", ""}),
    "groups.pptx": (groups_in_groups, {"", "ContentDamaged", "ContentNestedTooDeep", "ContentEmpty"}),
    "slack.zip": (lambda: archive("a/2026-01-05.json", "[" * DEEP), {"ContentNestedTooDeep"}),
    "encrypted.zip": (
        lambda: archive("a/2026-01-05.json", "[]").replace(b"\x14\0\0\0", b"\x14\0\1\0"),
        {"ContentDamaged"},
    ),
    "days.json": (lambda: '[{"type":"message","ts":"1e400","text":"文"}]', {"ContentNotExport"}),
    "line.txt": (lambda: "[LINE] 甲\n2026/01/05(月)\n" + '09:00\t甲\t"' * 100_000, {""}),
    "log.txt": (
        lambda: "[2026/01/05 10:00] 甲: 文。\n" * 200 + "[1:00] " * 50_000 + "\n2026/01/05, 10:00 " * 50_000,
        {""},
    ),
    "names.txt": (
        lambda: "[LINE] 甲\n" + "".join(f"09:00 {chr(0x4E00 + n % 20_000)} 乙 文\n" for n in range(50_000)),
        {""},
    ),
    "channel.txt": (lambda: f"{'=' * 62}\nGuild: 甲\nChannel: 乙\n" + ("=" * 62 + "\n") * 50_000, {"ContentEmpty"}),
    "voices.vtt": (
        lambda: "WEBVTT\n\n00:01.000 --> 00:02.000\n" + "<v 甲>" * 50_000 + "<c" * 50_000 + "文。" + "[♪" * 50_000,
        {""},
    ),
    "cues.srt": (lambda: "00:00:01,000 --> 00:00:02,000\n文\n\n" * 50_000 + "1:" * 50_000, {""}),
}
