"""Transcripts of meetings, and subtitles."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.errors import ContentEmpty
from index.types import Block
from tests.index.loaders.examples import load_bytes

VOICES = """WEBVTT - 定例会

NOTE 録画から

STYLE
::cue { color: white }

1
00:00:01.000 --> 00:00:03.000 align:start
<v 鈴木 太郎>来月の予算は</v>

2
00:00:03.000 --> 00:00:05.500
<v 鈴木 太郎>五百万円です。&lt;仮&gt;</v>

3
00:00:06.000 --> 00:00:07.000
<v.loud 田中><c.yellow>設備費</c>も<ruby>込<rt>こ</rt></ruby>みですか？</v>
"""
LABELS = """WEBVTT

1
00:00:01.000 --> 00:00:03.000
鈴木 太郎: 来月の予算は五百万円です。

2
00:00:03.000 --> 00:00:05.500
そのうち設備費は百万円です。

3
00:00:06.000 --> 00:00:07.000
田中: 分かりました。
"""
SPOKEN = """1
00:00:01,000 --> 00:00:03,000
<i>駐車場は建物の</i>
裏に

2
00:00:03,000 --> 00:00:05,500
{\\an8}あります。三十台分です。

3
00:00:05,500 --> 00:00:06,000
[音楽]

4
00:00:06,000 --> 00:00:07,000
料金は無料です。

5
00:01:06,000 --> 00:01:07,000
次に食堂です。
"""
UNPUNCTUATED = """1
00:00:01,000 --> 00:00:03,000
駐車場は建物の
裏にあります

2
00:00:03,000 --> 00:00:05,500
料金は無料です

3
00:00:03,500 --> 00:00:05,500
料金は無料です
"""
DIALOGUE = """1
00:00:01,000 --> 00:00:03,000
- 鍵はどこ？
- 受付です。
"""


@pytest.mark.parametrize(
    ("text", "name", "title", "blocks"),
    [
        (
            VOICES,
            "a.vtt",
            "定例会",
            [Block("鈴木 太郎: 来月の予算は五百万円です。<仮>\n田中: 設備費も込みですか？")],
        ),
        (
            LABELS,
            "a.vtt",
            "a",
            [Block("鈴木 太郎: 来月の予算は五百万円です。そのうち設備費は百万円です。\n田中: 分かりました。")],
        ),
        (
            SPOKEN,
            "b.srt",
            "b",
            [Block("駐車場は建物の裏にあります。三十台分です。料金は無料です。"), Block("次に食堂です。")],
        ),
        (UNPUNCTUATED, "b.srt", "b", [Block("駐車場は建物の裏にあります\n料金は無料です")]),
        (DIALOGUE, "b.srt", "b", [Block("- 鍵はどこ？\n- 受付です。")]),
    ],
    ids=["voices", "names before texts", "no speakers", "no full stops", "dialogue"],
)
def test_a_transcript_is_what_was_said(tmp_path: Path, text: str, name: str, title: str, blocks: list[Block]) -> None:
    """Cues are joined to sentences, with their speakers and without times, marks and sounds; a pause ends a paragraph."""
    document = load_bytes(tmp_path, text, name)
    assert (document.title, list(document.blocks)) == (title, blocks)


def test_a_long_talk_is_paragraphs_of_whole_sentences(tmp_path: Path) -> None:
    """Somebody may talk for an hour."""
    cues = "\n".join(f"{n}\n00:00:{n:02}.000 --> 00:00:{n + 1:02}.000\n{'あ' * 40}{n}番。\n" for n in range(50))
    blocks = load_bytes(tmp_path, f"WEBVTT\n\n{cues}", "a.vtt").blocks
    assert len(blocks) == 10
    assert all(block.text.endswith("番。") for block in blocks)


def test_a_transcript_without_words_is_empty(tmp_path: Path) -> None:
    """Its times are no text."""
    with pytest.raises(ContentEmpty):
        load_bytes(tmp_path, "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n[音楽]\n", "a.vtt")
