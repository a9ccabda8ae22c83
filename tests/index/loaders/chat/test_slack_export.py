"""What Slack exports."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from index.errors import ContentEmpty, ContentNotExport, ContentOtherKind
from index.loaders import ContentFile, load
from index.types import Document
from tests.index.loaders.examples import load_bytes

MONDAY = 1767571200  # 2026-01-05T09:00:00+09:00
USERS = [
    {"id": "U1", "name": "sato", "tz_offset": 32400, "profile": {"display_name": "佐藤", "real_name": "佐藤一"}},
    {"id": "U2", "name": "sato2", "tz_offset": 32400, "profile": {"display_name": "佐藤", "real_name": "佐藤二"}},
    {"id": "U3", "name": "suzuki", "tz_offset": 32400, "profile": {"display_name": "", "real_name": "鈴木"}},
]


def message(minute: int, user: str, text: str, **more: Any) -> dict[str, Any]:
    """A message as Slack exports it."""
    return {"type": "message", "user": user, "ts": f"{MONDAY + 60 * minute}.000100", "text": text} | more


def archive(files: dict[str, Any]) -> bytes:
    """A .zip file of JSON files."""
    written = BytesIO()
    with ZipFile(written, "w") as made:
        for name, content in files.items():
            made.writestr(name, json.dumps(content))
    return written.getvalue()


def day_of(folder: Path, *messages: dict[str, Any]) -> Document:
    """What was written on a day, in an export that lies in a folder."""
    (folder / "総務").mkdir(exist_ok=True)
    (folder / "users.json").write_text(json.dumps(USERS))
    path = folder / "総務" / "2026-01-05.json"
    path.write_text(json.dumps(messages))
    return load(ContentFile(path, "総務/2026-01-05.json"))


def test_a_day_of_a_channel_is_read_with_names(tmp_path: Path) -> None:
    """Ids become names, two people of one name stay two, and signs that only make bold are gone."""
    document = day_of(
        tmp_path,
        message(0, "U1", "<@U3> *鍵* は <#C1|受付> にあります &amp; <https://a.example/k|地図>"),
        message(1, "U2", "三番の箱です。"),
        message(2, "U3", "joined", subtype="channel_join"),
        message(3, "B1", "今日の天気", bot_id="B1"),
    )
    assert document.title == "#総務"
    assert [(block.text, block.date) for block in document.blocks] == [
        (
            "佐藤（sato）: @鈴木 鍵 は #受付 にあります & 地図\n佐藤（sato2）: 三番の箱です。",
            "2026-01-05T09:00:00+09:00",
        )
    ]


def test_a_thread_is_one_conversation_and_a_forwarded_message_has_its_author(tmp_path: Path) -> None:
    """Hours may lie between a message and its reply; a shared message is by its author, not by who shared it."""
    first = message(0, "U1", "昼は何時から？")
    shared = {"is_share": True, "author_id": "U3", "author_name": "鈴木", "text": "社用車の鍵は警備室です。"}
    document = day_of(
        tmp_path,
        first,
        message(60, "U3", "会議は十時です。"),
        message(120, "U3", "十二時です。", thread_ts=first["ts"], edited={"user": "U3", "ts": f"{MONDAY}.0"}),
        message(200, "U1", "", attachments=[shared]),
    )
    assert [(block.text, block.speaker) for block in document.blocks] == [
        ("佐藤（sato）: 昼は何時から？\n鈴木: 十二時です。", None),
        ("会議は十時です。", "鈴木"),
        ("社用車の鍵は警備室です。", "鈴木"),
    ]


def test_a_reply_is_read_with_the_message_of_an_earlier_day(tmp_path: Path) -> None:
    """The file of a day has the replies of that day alone, which say nothing without what they reply to."""
    asked, other = message(-1500, "U1", "鍵はどこ？"), message(-1400, "U1", "別の話です。")
    (tmp_path / "総務").mkdir()
    (tmp_path / "総務" / "2026-01-04.json").write_text(json.dumps([asked, other]))
    document = day_of(tmp_path, message(0, "U3", "三番の箱です。", thread_ts=asked["ts"]))
    assert [block.text for block in document.blocks] == ["佐藤（sato）: 鍵はどこ？\n鈴木: 三番の箱です。"]


def test_a_whole_export_is_one_document(tmp_path: Path) -> None:
    """Each channel is a heading, and a conversation may go on after midnight."""
    files = {
        "users.json": USERS,
        "総務/2026-01-05.json": [message(899, "U3", "明日は休みです。")],
        "総務/2026-01-06.json": [message(901, "U3", "鍵は受付です。")],
        "開発/2026-01-05.json": [message(0, "U1", "直りました。")],
    }
    document = load_bytes(tmp_path, archive(files), "export.zip")
    assert [(block.heading, block.text) for block in document.blocks] == [
        ("#総務", "明日は休みです。\n鍵は受付です。"),
        ("#開発", "直りました。"),
    ]


@pytest.mark.parametrize(
    ("data", "name", "error"),
    [
        (json.dumps(USERS), "users.json", ContentEmpty),
        (json.dumps([{"type": "message", "ts": "soon"}]), "2026-01-05.json", ContentNotExport),
        (archive({"a/2026-01-05.json": [{"type": "message", "ts": "x"}]}), "a.zip", ContentNotExport),
        (archive({"a.json": []}), "a.zip", ContentOtherKind),
    ],
)
def test_files_without_messages_are_reported(
    tmp_path: Path, data: bytes | str, name: str, error: type[Exception]
) -> None:
    """The lists beside the channels have nothing to quote; other archives are not read."""
    with pytest.raises(error):
        load_bytes(tmp_path, data, name)
