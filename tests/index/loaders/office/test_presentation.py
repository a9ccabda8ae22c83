"""Presentations of Microsoft PowerPoint."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pptx import Presentation
from pptx.util import Cm

from index.errors import ContentTooManyPages, ContentTruncated
from index.loaders import Limits
from tests.index.loaders.examples import load_bytes

TITLE_AND_TEXT = 1


def saved(presentation: Any) -> bytes:
    """The bytes of a presentation."""
    written = BytesIO()
    presentation.save(written)
    return written.getvalue()


def slides(*written: tuple[str, str]) -> Any:
    """A presentation of slides, each with its title and text."""
    presentation = Presentation()
    for title, text in written:
        slide = presentation.slides.add_slide(presentation.slide_layouts[TITLE_AND_TEXT])
        slide.shapes.title.text = title
        slide.placeholders[1].text = text
    return presentation


def test_slides_are_pages_under_their_titles(tmp_path: Path) -> None:
    """Lists, tables, frames in groups and the speaker's notes are read; a hidden slide is not."""
    presentation = slides(("休暇", "半年後に十日\n毎年一日増える"), ("在宅\v勤務", ""), ("案", "秘密です。"))
    presentation.slides[0].notes_slide.notes_text_frame.text = "繰り越しは翌年まで。"
    table = presentation.slides[1].shapes.add_table(2, 2, 0, 0, Cm(5), Cm(5)).table
    for place, text in enumerate(["日", "可否", "月曜", "できる"]):
        table.cell(place // 2, place % 2).text = text
    group = presentation.slides[1].shapes.add_group_shape()
    group.shapes.add_textbox(0, 0, Cm(5), Cm(5)).text_frame.text = "届け出が要る。"
    presentation.slides[2]._element.set("show", "0")
    document = load_bytes(tmp_path, saved(presentation), "a.pptx")
    assert document.title == "休暇"
    assert [(block.page, block.heading, block.text, block.kind) for block in document.blocks] == [
        (1, "休暇", "半年後に十日\n毎年一日増える", "list"),
        (1, "休暇", "繰り越しは翌年まで。", "paragraph"),
        (2, "在宅 勤務", "日 | 可否\n月曜 | できる", "table"),
        (2, "在宅 勤務", "届け出が要る。", "paragraph"),
    ]


def test_presentations_that_cannot_be_read_are_reported(tmp_path: Path) -> None:
    """Damage, and more slides than are read."""
    data = saved(slides(("一", "文。"), ("二", "文。")))
    with pytest.raises(ContentTruncated):
        load_bytes(tmp_path, data[:5000], "a.pptx")
    with pytest.raises(ContentTooManyPages):
        load_bytes(tmp_path, data, "a.pptx", Limits(most_pages=1))
