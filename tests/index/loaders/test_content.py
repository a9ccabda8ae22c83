from __future__ import annotations

from pathlib import Path

import pytest

from index.loaders.content import LONGEST_HEADING_PATH, Headings, clean_document
from index.types import Block, Document
from tests.index.loaders.examples import load_bytes, word

LONG = "見出し" * 20_000


def test_a_heading_closes_those_of_its_level_and_deeper() -> None:
    """A path has the open headings, but for the title."""
    headings = Headings("題")
    paths = []
    for level, text in [(1, "題"), (2, "甲"), (3, "乙"), (2, "丙"), (1, "丁")]:
        assert headings.enter(level, text)
        paths.append(headings.path)
    assert paths == ["", "甲", "甲 › 乙", "丙", "丁"]


def test_a_heading_that_makes_the_path_too_long_is_none() -> None:
    """It closes those of its level, and the path has those above."""
    headings = Headings()
    assert headings.enter(1, "章")
    assert headings.enter(2, "節")
    assert not headings.enter(2, "あ" * LONGEST_HEADING_PATH)
    assert headings.path == "章"
    assert headings.enter(3, "項")
    assert headings.path == "章 › 項"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.md", f"# 題\n\n## {LONG}\n\n本文。"),
        ("b.md", f"# {LONG}\n\n本文。"),
        ("c.md", f"---\ntitle: {LONG}\n---\n本文。"),
        ("d.html", f"<title>題</title><h1>題</h1><h2>{LONG}</h2><p>本文。</p>"),
        ("e.html", f"<title>{LONG}</title><p>本文。</p>"),
        ("f.csv", f"分類,質問,回答\n甲,{LONG}？,本文。"),
        ("g.csv", f"分類,質問,回答\n{LONG},何？,本文。"),
        ("h.docx", word([("Heading 1", LONG), ("Normal", "本文。")], "題")),
    ],
)
def test_a_text_too_long_for_a_heading_is_a_paragraph(tmp_path: Path, name: str, data: bytes | str) -> None:
    """Nothing of it is lost, and it is in the path of no passage."""
    document = load_bytes(tmp_path, data if isinstance(data, bytes) else data.encode(), name)
    assert any(LONG in block.text for block in document.blocks)
    assert any("本文。" in block.text for block in document.blocks)
    assert len(document.title) <= LONGEST_HEADING_PATH
    assert all(len(block.heading) <= LONGEST_HEADING_PATH for block in document.blocks)


def test_names_and_links_have_a_longest_length() -> None:
    """Names are truncated; links and dates that are too long are left out."""
    block = Block("文。", speaker=LONG, role=LONG, date=LONG, url=f"https://example.com/{LONG}")
    document = clean_document(Document("a.md", "題", LONG, (block, block), url=f"https://example.com/{LONG}"))
    cleaned = document.blocks[0]
    assert cleaned.speaker is not None
    assert cleaned.speaker.endswith("…")
    assert sum(map(len, filter(None, [document.source, document.url, *map(str, cleaned)]))) < 1_000
    assert cleaned.speaker is document.blocks[1].speaker
