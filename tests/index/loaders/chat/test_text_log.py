"""Chats that were saved as text."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.index.loaders.examples import load_bytes

RULE = "=" * 62
DISCORD = f"""{RULE}
Guild: 開発部
Channel: 総務 / 質問
Topic: 何でもどうぞ
{RULE}

[2026/11/20 9:00] suzuki
VPNが切れます。

{{Attachments}}
https://cdn.discordapp.com/attachments/1/2/image.png

{{Reactions}}
👍 (2) 👀

[2026/11/20 9:03] tanaka#1234 (pinned)
証明書を入れ直してください。

手順はこちら。

{{Embed}}
社内Wiki
https://wiki.example/vpn
VPNの手引
証明書の入れ方です。


[2026/11/20 9:04] newcomer
Joined the server.


{RULE}
Exported 3 message(s)
{RULE}
"""


def test_a_channel_that_discordchatexporter_saved_as_text_is_a_chat(tmp_path: Path) -> None:
    """It has its server, channel, speakers and times; pictures, reactions and system messages are no text."""
    document = load_bytes(tmp_path, DISCORD, "質問.txt")
    assert (document.title, document.source) == ("#質問", "開発部")
    assert [(block.text, block.date) for block in document.blocks] == [
        (
            "suzuki: VPNが切れます。\ntanaka: 証明書を入れ直してください。\n手順はこちら。\n社内Wiki\nVPNの手引\n証明書の入れ方です。",
            "2026-11-20T09:00:00",
        )
    ]


@pytest.mark.parametrize(
    ("stamps", "dates"),
    [
        (["11/20/2026 9:00 PM", "11/20/2026 9:30 PM"], ["2026-11-20T21:00:00", "2026-11-20T21:30:00"]),
        (["20/11/2026 09:00", "21/11/2026 09:00"], ["2026-11-20T09:00:00", "2026-11-21T09:00:00"]),
        (["20-Nov-26 09:00 AM", "20-Nov-26 12:30 PM"], ["2026-11-20T09:00:00", "2026-11-20T12:30:00"]),
        (["2/1/2026 9:00 AM", "2/13/2026 9:00 AM"], ["2026-02-01T09:00:00", "2026-02-13T09:00:00"]),
    ],
)
def test_dates_are_read_in_the_order_of_the_whole_file(tmp_path: Path, stamps: list[str], dates: list[str]) -> None:
    """Each country writes them in its own; one date of the file tells."""
    text = f"{RULE}\nGuild: 部\nChannel: 質問\n{RULE}\n\n" + "\n\n".join(f"[{stamp}] 鈴木\n本文。" for stamp in stamps)
    assert [block.date for block in load_bytes(tmp_path, text, "a.txt").blocks] == dates


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        (
            "[2026/01/05 10:00] 鈴木: 鍵は？\n[2026/01/05 10:01] 田中：受付です。\n二階です。\n[2026/01/06 9:00] 鈴木: 届いた。\n",
            [
                ("鈴木: 鍵は？\n田中: 受付です。\n二階です。", None, "2026-01-05T10:00:00"),
                ("届いた。", "鈴木", "2026-01-06T09:00:00"),
            ],
        ),
        (
            "2026年1月5日\n[10:00] <suzuki> 鍵は？\n[10:01] *tanaka が入室しました\n[10:02] <tanaka> 受付です。\n[10:03] <tanaka> 二階です。\n",
            [("suzuki: 鍵は？\ntanaka: 受付です。\ntanaka: 二階です。", None, "2026-01-05T10:00:00")],
        ),
        (
            "2026/01/05, 10:00 - 部屋ができました\n2026/01/05, 10:01 - 鈴木 太郎: 鍵は？\n2026/01/05, 10:02 - 田中: 受付です。\n2026/01/05, 10:03 - 田中: 二階です。\n",
            [("鈴木 太郎: 鍵は？\n田中: 受付です。\n田中: 二階です。", None, "2026-01-05T10:01:00")],
        ),
    ],
    ids=["brackets", "nicknames", "dashes"],
)
def test_a_log_of_times_and_names_is_a_chat(
    tmp_path: Path, text: str, blocks: list[tuple[str, str | None, str]]
) -> None:
    """Lines without a time go on with the message above; notices are left out."""
    document = load_bytes(tmp_path, text, "log.txt")
    assert [(block.text, block.speaker, block.date) for block in document.blocks] == blocks


@pytest.mark.parametrize(
    "text",
    [
        "[10:00] 開会: 社長の挨拶\n[10:10] 報告: 経理部\n[10:30] 討議: 全員\n",
        "[2026-01-05 10:00:00] ERROR: 失敗した\n[2026-01-05 10:00:01] INFO: 再開した\n[2026-01-05 10:00:02] ERROR: 失敗した\n",
        "10:00 鈴木：受付\n11:00 田中：受付\n12:00 鈴木：電話\n",
    ],
    ids=["timetable", "program's log", "duties"],
)
def test_other_lines_with_times_are_no_chat(tmp_path: Path, text: str) -> None:
    """They stay the lines that they are."""
    (block,) = load_bytes(tmp_path, text, "log.txt").blocks
    assert (block.text, block.speaker) == (text.strip(), None)
