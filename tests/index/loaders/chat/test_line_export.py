"""Chats as LINE saves them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.index.loaders.examples import load_bytes

JAPANESE = """[LINE] 営業のトーク履歴
保存日時：2026/02/01 10:00

2026/01/05(月)
09:01\t鈴木\t今日の会議は第二会議室です
09:02\t田中\t"資料は三部です
2026/02/10(火)
までに出します"
09:03\t田中\t[スタンプ]
09:03\t田中がグループに参加しました。
09:04\t\tメッセージの送信を取り消しました

2026/01/06(火)
午後0:10\t鈴木\t☎ 通話時間 1:23
午後0:30\t鈴木\t駐車場は裏です
"""
ENGLISH = """[LINE] Chat history with Jordan
Saved on: 9/26/2026, 11:00

Fri, 9/25/2026
9:03 PM\tJordan\tThe key is in box three.
9:05 PM\tAlex\t[Sticker]

Sat, 26/09/2026
12:15AM\tAlex\tThanks.
"""
COMPUTER = """[LINE] 営業
2026.01.05 月曜日
09:01 鈴木 今日の会議は
第二会議室です
09:03 田中がグループに参加しました。
2026.01.06 火曜日
09:01 田中 駐車場は裏です
"""


@pytest.mark.parametrize(
    ("text", "title", "blocks"),
    [
        (
            JAPANESE,
            "営業のトーク履歴",
            [
                (
                    "鈴木: 今日の会議は第二会議室です\n田中: 資料は三部です\n2026/02/10(火)\nまでに出します",
                    None,
                    "2026-01-05T09:01:00",
                ),
                ("駐車場は裏です", "鈴木", "2026-01-06T12:30:00"),
            ],
        ),
        (
            ENGLISH,
            "Chat history with Jordan",
            [
                ("The key is in box three.", "Jordan", "2026-09-25T21:03:00"),
                ("Thanks.", "Alex", "2026-09-26T00:15:00"),
            ],
        ),
        (
            COMPUTER,
            "営業",
            [
                ("今日の会議は\n第二会議室です", "鈴木", "2026-01-05T09:01:00"),
                ("駐車場は裏です", "田中", "2026-01-06T09:01:00"),
            ],
        ),
    ],
    ids=["japanese", "english", "computer"],
)
def test_an_exported_chat_is_read_as_conversations(
    tmp_path: Path, text: str, title: str, blocks: list[tuple[str, str | None, str]]
) -> None:
    """Each message has its author and time; stickers, calls and notices are left out."""
    document = load_bytes(tmp_path, text, "chat.txt")
    assert document.title == title
    assert [(block.text, block.speaker, block.date) for block in document.blocks] == blocks


@pytest.mark.parametrize(
    ("lines", "messages"),
    [
        (
            ["鈴木 太郎 鍵は？", "鈴木 太郎 受付？", "田中 受付です"],
            ["鈴木 太郎: 鍵は？", "鈴木 太郎: 受付？", "田中: 受付です"],
        ),
        (["鈴木 太郎 鍵は？", "鈴木 花子 受付です"], ["鈴木 太郎: 鍵は？", "鈴木 花子: 受付です"]),
        (["田中 了解 です", "鈴木 受付です"], ["田中: 了解 です", "鈴木: 受付です"]),
        (["営業 部長 鍵は？", "鈴木 受付です"], ["営業 部長: 鍵は？", "鈴木: 受付です"]),
        (
            ["佐藤 花がグループに参加しました。", "佐藤 花 鍵は？", "鈴木 受付です"],
            ["佐藤 花: 鍵は？", "鈴木: 受付です"],
        ),
        (
            ["Alex Thanks a lot", "Alex Where is it?", "Jo I see it"],
            ["Alex: Thanks a lot", "Alex: Where is it?", "Jo: I see it"],
        ),
    ],
    ids=["repeated", "every line", "no name", "title", "notice", "English"],
)
def test_names_may_have_spaces(tmp_path: Path, lines: list[str], messages: list[str]) -> None:
    """Also where spaces alone divide a line: a name is what is named elsewhere, or what lines begin with."""
    text = "[LINE] 営業 部長とのトーク履歴\n2026.01.05 月曜日\n" + "".join(
        f"09:0{n} {one}\n" for n, one in enumerate(lines)
    )
    (block,) = load_bytes(tmp_path, text, "chat.txt").blocks
    assert block.text.split("\n") == messages
