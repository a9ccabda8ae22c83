from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from index.documents.grouping import LONGEST_PASSAGE
from index.errors import ContentEmpty, ContentNotExport
from index.types import Block
from tests.index.loaders.examples import load_bytes

PLACE = "https://discord.com/channels/10/20"


def message(number: int, minute: int, text: str, author: str = "佐藤", **more: Any) -> dict[str, Any]:
    """A message as DiscordChatExporter saves it."""
    return {
        "id": str(number),
        "type": "Default",
        "timestamp": f"2026-11-20T{9 + minute // 60:02}:{minute % 60:02}:00+09:00",
        "timestampEdited": None,
        "isPinned": False,
        "content": text,
        "author": {"id": author, "name": author + "_id", "nickname": author, "isBot": False},
        "attachments": [],
        "embeds": [],
        "reactions": [],
        "mentions": [],
    } | more


def export(*messages: dict[str, Any], guild: str = "10") -> str:
    """A saved channel."""
    return json.dumps(
        {
            "guild": {"id": guild, "name": "開発部", "iconUrl": ""},
            "channel": {"id": "20", "type": "GuildTextChat", "name": "質問", "topic": None},
            "messages": messages,
            "messageCount": len(messages),
        }
    )


def texts(folder: Path, *messages: dict[str, Any]) -> list[str]:
    """The texts of the conversations in a channel."""
    return [block.text for block in load_bytes(folder, export(*messages), "channel.json").blocks]


def test_a_conversation_has_its_author_date_and_address(tmp_path: Path) -> None:
    """What one person writes in a row is one quotation, which leads to its first message."""
    document = load_bytes(tmp_path, export(message(1, 0, "VPNが切れます。"), message(2, 3, "直りました。")), "a.json")
    assert (document.title, document.source, document.url) == ("#質問", "開発部", PLACE)
    assert document.blocks == (
        Block("VPNが切れます。\n直りました。", speaker="佐藤", date="2026-11-20T09:00:00+09:00", url=f"{PLACE}/1"),
    )


def test_a_conversation_of_several_says_who_said_what(tmp_path: Path) -> None:
    """It has no one speaker; each message begins with its author."""
    (block,) = load_bytes(
        tmp_path, export(message(1, 0, "なぜ？"), message(2, 1, "証明書です。", "鈴木")), "a.json"
    ).blocks
    assert (block.text, block.speaker) == ("佐藤: なぜ？\n鈴木: 証明書です。", None)


def test_a_pause_ends_a_conversation(tmp_path: Path) -> None:
    """Ten minutes are still one conversation."""
    assert texts(tmp_path, message(1, 0, "一"), message(2, 10, "二"), message(3, 21, "三")) == ["一\n二", "三"]


def test_a_reply_belongs_to_what_it_replies_to(tmp_path: Path) -> None:
    """Also after another conversation, and what is written right after it goes on with it."""
    reply: dict[str, Any] = {"type": "Reply", "reference": {"messageId": "1", "channelId": "20", "guildId": "10"}}
    assert texts(
        tmp_path,
        message(1, 0, "鍵はどこ？"),
        message(2, 60, "昼は何？"),
        message(3, 61, "総務です。", **reply),
        message(4, 62, "受付の隣です。"),
    ) == ["鍵はどこ？\n総務です。\n受付の隣です。", "昼は何？"]


def test_a_conversation_is_no_longer_than_a_passage(tmp_path: Path) -> None:
    """A new one begins where the text would be cut."""
    read = texts(tmp_path, *(message(number, number, "あ" * 250) for number in range(5)))
    assert [text.count("\n") for text in read] == [1, 1, 0]
    assert max(map(len, read)) <= LONGEST_PASSAGE


@pytest.mark.parametrize(
    "left_out",
    [
        {"type": "GuildMemberJoin"},
        {"type": "ChannelPinnedMessage"},
        {"author": {"name": "bot", "isBot": True}},
        {"content": ""},
        {"content": "🎉"},
    ],
)
def test_system_messages_bots_and_empty_messages_are_left_out(tmp_path: Path, left_out: dict[str, Any]) -> None:
    """Joins and pins, bots, pictures without words, and what is no words."""
    assert texts(tmp_path, message(1, 0, "本文。"), message(2, 60, "何か。") | left_out) == ["本文。"]
    with pytest.raises(ContentEmpty):
        texts(tmp_path, message(2, 0, "何か。") | left_out)


def person(identity: str, name: str) -> dict[str, Any]:
    """Somebody whom the server calls 佐藤."""
    return {"author": {"id": identity, "name": name, "nickname": "佐藤", "isBot": False}}


def test_authors_are_identified_by_id(tmp_path: Path) -> None:
    """Two of one name are two speakers; one whose name changed stays one."""
    same = message(1, 0, "一") | person("1", "sato"), message(2, 1, "二") | person("2", "sato2")
    assert texts(tmp_path, *same) == ["佐藤（sato）: 一\n佐藤（sato2）: 二"]
    changed = message(1, 0, "一"), message(2, 1, "二", author="佐藤", content="二")
    changed[1]["author"]["nickname"] = "佐藤（休暇中）"
    assert texts(tmp_path, *changed) == ["一\n二"]


def test_a_forwarded_message_has_no_author_known(tmp_path: Path) -> None:
    """A forwarded message is read, and whoever forwarded it did not say it; it is no reply either."""
    forwarded = message(
        2,
        1,
        "",
        reference={"type": "Forward", "messageId": "1", "channelId": "5", "guildId": "10"},
        forwardedMessage={"content": "鍵は警備室です。", "embeds": [], "timestamp": "2026-11-01T09:00:00+09:00"},
    )
    assert texts(tmp_path, message(1, 0, "参考です。"), forwarded) == [
        "佐藤: 参考です。\n佐藤（転送）: 鍵は警備室です。"
    ]


@pytest.mark.parametrize(
    ("more", "text"),
    [
        (
            {
                "embeds": [
                    {"title": "定例会", "description": "十五時から。", "fields": [{"name": "場所", "value": "会議室"}]}
                ]
            },
            "定例会\n十五時から。\n場所: 会議室",
        ),
        (
            {
                "poll": {
                    "question": "昼は？",
                    "expiresAt": "2026-11-21T09:00:00+09:00",
                    "allowsMultipleAnswers": False,
                    "answers": [
                        {
                            "id": 1,
                            "text": "寿司",
                            "emoji": {"id": "", "name": "🍣", "code": "sushi", "isAnimated": False},
                        },
                        {"id": 2, "text": "そば"},
                    ],
                    "results": {
                        "isFinalized": True,
                        "answers": [{"id": 1, "count": 3, "didCurrentUserVote": False}],
                    },
                }
            },
            "昼は？\n・寿司: 3\n・そば: 0",
        ),
        (
            {
                "poll": {
                    "question": {"text": "昼は？"},
                    "answers": [{"text": "寿司", "votes": 3}, {"pollMedia": {"text": "そば"}}],
                }
            },
            "昼は？\n・寿司: 3\n・そば",
        ),
        ({"poll": {"question": "昼は？", "answers": ["寿司"]}}, "昼は？\n・寿司"),
        ({"poll": {"question": "昼は？", "answers": [{"id": 1, "text": "寿司"}]}}, "昼は？\n・寿司"),
        (
            {
                "poll": {
                    "question": {"text": "昼は？"},
                    "answers": [{"answer_id": 5, "poll_media": {"text": "寿司"}}],
                    "results": {"is_finalized": True, "answer_counts": [{"id": 5, "count": 3, "me_voted": False}]},
                }
            },
            "昼は？\n・寿司: 3",
        ),
        (
            {
                "type": "46",
                "embeds": [
                    {
                        "title": "",
                        "description": "",
                        "fields": [
                            {"name": "poll_question_text", "value": "昼は？"},
                            {"name": "victor_answer_votes", "value": "3"},
                            {"name": "total_votes", "value": "4"},
                            {"name": "victor_answer_id", "value": "1"},
                            {"name": "victor_answer_text", "value": "寿司"},
                        ],
                    }
                ],
            },
            "昼は？\n寿司: 3/4",
        ),
        (
            {
                "type": "46",
                "embeds": [
                    {
                        "fields": [
                            {"name": "poll_question_text", "value": "昼は？"},
                            {"name": "victor_answer_text", "value": "寿司"},
                            {"name": "total_votes", "value": "4"},
                        ]
                    }
                ],
            },
            "昼は？\n寿司",
        ),
        (
            {
                "type": "PollResult",
                "embeds": [
                    {
                        "fields": [
                            {"name": "poll_question_text", "value": "昼は？"},
                            {"name": "victor_answer_votes", "value": "2"},
                            {"name": "total_votes", "value": "4"},
                        ]
                    }
                ],
            },
            "昼は？",
        ),
    ],
    ids=[
        "card",
        "poll",
        "votes by the answer",
        "short poll",
        "poll without votes",
        "poll as Discord has it",
        "poll that ended",
        "poll that ended without votes",
        "draw",
    ],
)
def test_embeds_and_polls_are_read(tmp_path: Path, more: dict[str, Any], text: str) -> None:
    """What a reader sees under a message is a part of it."""
    assert texts(tmp_path, message(1, 0, "", **more)) == [text]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("**締切**は||月末||です<:yoi:123>", "締切は月末です:yoi:"),
        ("2 ** 3 ** 2 と a || b", "2 ** 3 ** 2 と a || b"),
        ("`a * b`と**未完", "`a * b`と**未完"),
    ],
)
def test_marks_of_bold_and_hidden_text_are_no_text(tmp_path: Path, written: str, read: str) -> None:
    """A quotation is what a reader sees; other signs stay."""
    assert texts(tmp_path, message(1, 0, written)) == [read]


def test_an_edited_message_is_as_new_as_its_edit(tmp_path: Path) -> None:
    """It stays in its conversation, and has the date of the edit."""
    edited = message(1, 0, "一", timestampEdited="2026-12-01T09:00:00+09:00")
    (block,) = load_bytes(tmp_path, export(edited, message(2, 1, "二")), "a.json").blocks
    assert (block.text, block.date) == ("一\n二", "2026-12-01T09:00:00+09:00")


def test_direct_messages_have_an_address_too(tmp_path: Path) -> None:
    """They are in no server."""
    document = load_bytes(tmp_path, export(message(1, 0, "本文。"), guild="0"), "a.json")
    assert document.blocks[0].url == "https://discord.com/channels/@me/20/1"


def test_surrogates_are_replaced(tmp_path: Path) -> None:
    """JSON can write what no text can have."""
    assert texts(tmp_path, message(1, 0, "本文\ud800。\x1b[0m\u202e")) == ["本文?。[0m"]


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "[]",
        "1",
        "null",
        "{",
        "文章",
        '{"guild": 1}',
        '{"guild": {}, "channel": {}, "messages": [1]}',
        '[{"a": "b"}]',
    ],
)
def test_other_json_is_reported(tmp_path: Path, text: str) -> None:
    """A JSON file that is no exported channel is an error of its own."""
    with pytest.raises(ContentNotExport):
        load_bytes(tmp_path, text, "a.json")


def test_a_channel_exported_as_csv_is_read_too(tmp_path: Path) -> None:
    """There addresses are missing; server and channel are in the file's name."""
    rows = (
        "AuthorID,Author,Date,Content,Attachments,Reactions\n"
        '1,佐藤#1234,2026-11-20T09:00:00.0000000+09:00,"VPNが切れます。",,\n'
        "2,鈴木,2026-11-20T09:01:00.0000000+09:00,証明書です。,,\n"
        "2,鈴木,2026-11-20T12:00:00.0000000+09:00,昼です。,,\n"
        "3,田中,2026-11-20T12:01:00.0000000+09:00,Joined the server.,,\n"
    )
    document = load_bytes(tmp_path, rows, "開発部 - テキスト - 質問 [20].csv")
    assert (document.title, document.source) == ("#質問", "開発部")
    assert [(block.text, block.speaker, block.date) for block in document.blocks] == [
        ("佐藤: VPNが切れます。\n鈴木: 証明書です。", None, "2026-11-20T09:00:00+09:00"),
        ("昼です。", "鈴木", "2026-11-20T12:00:00+09:00"),
    ]
