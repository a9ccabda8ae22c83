"""What the tools give, asked by the SDK's own client."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

import jsonschema
import pytest
from mcp import Client
from mcp_types import CallToolResult, TextContent

from bot.knowledge import BUILT_IN, FILE, FOLDER
from bot.source_names import ATTACHMENT
from bot.web.mcp.stdio import local_server
from bot.web.services import Services
from index.errors import DatabaseUnreachable
from index.store.discord.message_rows import SAVED
from index.store.store import CHANNEL
from tests.bot.web.conftest import Serving
from tests.stores import document, put

QUESTION = "有給休暇は何日？"
Found = TypeVar("Found")


def asking(services: Services, do: Callable[[Client], Awaitable[Found]], *, everything: bool = False) -> Found:
    """What somebody finds who is connected to these services as at this machine."""

    async def connected() -> Found:
        async with Client(local_server(services, everything=everything)) as client:
            return await do(client)

    return asyncio.run(connected())


def called(services: Services, tool: str, arguments: dict[str, Any] | None = None) -> CallToolResult:
    """What a tool gives."""
    return asking(services, lambda client: client.call_tool(tool, arguments))


def texts(result: CallToolResult) -> list[str]:
    """What a tool gives as text."""
    return [block.text for block in result.content if isinstance(block, TextContent)]


def test_the_tools_say_what_they_take_and_give_and_that_they_change_nothing(serving: Serving) -> None:
    """In the language of whoever runs it."""
    tools = asking(serving.services, lambda client: client.list_tools()).tools
    assert [tool.name for tool in tools] == ["ask", "read_passage", "list_sources"]
    for tool in tools:
        assert tool.output_schema
        for schema in (tool.input_schema, tool.output_schema):
            jsonschema.Draft202012Validator.check_schema(schema)
        assert tool.annotations
        assert (tool.annotations.read_only_hint, tool.annotations.open_world_hint) == (True, False)
        assert tool.description
        assert "。" in tool.description
        assert all(argument["description"] for argument in tool.input_schema["properties"].values())


def test_each_gives_what_the_api_gives_and_its_schema_says(public: Serving) -> None:
    """The JSON is one and the same."""
    passage = public.passage_ids()["会議室は三つあります。"]
    with public.client() as client:
        of_api = {
            "ask": client.post("/api/v1/ask", json={"question": QUESTION, "limit": 1}).json(),
            "read_passage": client.get(f"/api/v1/passages/{passage}?around=2").json(),
            "list_sources": client.get("/api/v1/sources").json(),
        }
    arguments = {"ask": {"question": QUESTION, "limit": 1}, "read_passage": {"passage_id": passage, "around": 2}}
    listed = asking(public.services, lambda client: client.list_tools()).tools
    schemas = {tool.name: tool.output_schema or False for tool in listed}
    for tool, expected in of_api.items():
        found = called(public.services, tool, arguments.get(tool)).structured_content
        assert found == expected
        jsonschema.validate(found, schemas[tool])


def today() -> str:
    """How the day is told on which a text came."""
    return f"登録・更新 {datetime.now(UTC).astimezone().date()}"


def test_what_has_to_be_reviewed_says_so(serving: Serving) -> None:
    """In the text and in the fields."""
    serving.expire(due := "2026-02-01T00:00:00+00:00")
    result = called(serving.services, "ask", {"question": QUESTION, "limit": 1})
    assert "確認が必要" in texts(result)[0]
    assert result.structured_content["hits"][0]["attribution"]["needs_review_since"] == due


def test_an_answer_is_also_text_with_the_sentence_marked_and_its_attribution(serving: Serving) -> None:
    """For people who read along, and for clients that show nothing else."""
    result = called(serving.services, "ask", {"question": QUESTION, "limit": 1})
    passage = serving.passage_ids()["有給休暇は年に十日です。"]
    card, conversation = texts(result)
    certainty, *lines = card.splitlines()
    assert certainty.startswith("答え  確からしさ：")
    assert lines == [
        "",
        f"1. handbook.md › 見出し0 › 第1段落 · {today()}",
        "> **有給休暇は年に十日です。**",
        f"passage_id: {passage}",
    ]
    assert json.loads(conversation.partition("：")[2]) == result.structured_content["conversation"]
    assert result.content[1].annotations
    assert result.content[1].annotations.audience == ["assistant"]


@pytest.mark.parametrize("as_text", [False, True])
def test_a_follow_up_question_goes_on_from_the_conversation(serving: Serving, as_text: bool) -> None:
    """Also where a client sends it as a string, as some do, and null for what is not given."""

    async def ask_twice(client: Client) -> CallToolResult:
        first = await client.call_tool("ask", {"question": QUESTION, "limit": None, "conversation": None})
        assert first.structured_content
        conversation = first.structured_content["conversation"]
        sent = json.dumps(conversation) if as_text else conversation
        return await client.call_tool("ask", {"question": "申請はいつまで？", "conversation": sent})

    found = asking(serving.services, ask_twice, everything=True)
    assert found.structured_content["earlier_words"] == ["有給休暇"]
    assert "前の質問から補った言葉：有給休暇" in texts(found)[0]


def test_around_a_passage_one_reads_in_order(serving: Serving) -> None:
    """With an arrow at the one that was asked for."""
    passage = serving.passage_ids()["会議室は三つあります。"]
    [text] = texts(called(serving.services, "read_passage", {"passage_id": passage}))
    before, it = text.split("\n\n")
    assert before.startswith(f"handbook.md › 見出し0 › 第1段落 · {today()}\n> 有給休暇は年に十日です。\n")
    assert it == f"▶ handbook.md › 見出し1 › 第2段落 · {today()}\n> 会議室は三つあります。\npassage_id: {passage}"


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        (BUILT_IN, "組み込み"),
        (FILE, "ファイル"),
        (FOLDER, "フォルダー"),
        (ATTACHMENT, "添付ファイル"),
        (CHANNEL, "チャンネル"),
        (SAVED, "保存したメッセージ"),
    ],
)
def test_the_list_says_what_kind_each_source_is(serving: Serving, kind: str, says: str) -> None:
    """In the language of whoever reads it; programs get the word that is stored."""
    put(serving.store, "/規程/別の", document("other.md", "犬は遊ぶ"), kind=kind)
    result = called(serving.services, "list_sources")
    assert f"（{says}）：文書 1、箇所 1" in texts(result)[0].splitlines()[-1]
    assert result.structured_content["sources"][-1]["kind"] == kind


@pytest.mark.parametrize(
    ("question", "says"),
    [("ありがとう", "どういたしまして"), ("？", "何についての質問か"), ("量子力学とは？", "見つかりません")],
)
def test_what_finds_no_answer_is_no_error(serving: Serving, question: str, says: str) -> None:
    """It is said as to anybody else."""
    result = called(serving.services, "ask", {"question": question})
    assert not result.is_error
    assert says in texts(result)[0]


@pytest.mark.parametrize(
    ("tool", "arguments", "says"),
    [
        ("ask", {"limit": 50}, "question: "),
        ("ask", {"question": QUESTION, "conversation": "{"}, "conversation: "),
        ("ask", {"question": "あ" * 2001}, "question: "),
        ("read_passage", {"passage_id": "../../etc"}, "passage_id: "),
        ("read_passage", {"passage_id": "0" * 12, "around": 6}, "around: "),
        ("ask", {"question": QUESTION, "limitt": 3}, "limitt: この名前の項目はありません。"),
        ("list_sources", {"foo": 1}, "foo: この名前の項目はありません。"),
        ("read_passage", {"passage_id": "0" * 12}, "この箇所は見つかりません。"),
    ],
)
def test_what_is_wrong_with_a_call_is_told_in_a_sentence(
    serving: Serving, tool: str, arguments: dict[str, object], says: str
) -> None:
    """So that the assistant can do better."""
    result = called(serving.services, tool, arguments)
    assert (result.is_error, result.structured_content) == (True, None)
    [sentence] = texts(result)
    assert says in sentence
    assert sentence.endswith("。")
    assert "\n" not in sentence


class _Failing(Services):
    """Answers nothing."""

    error: Exception = RuntimeError("有給休暇")

    async def ask(self, *_: object, **__: object) -> object:  # type: ignore[override]
        """Fail."""
        raise self.error


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (RuntimeError("有給休暇"), "うまくいきませんでした。"),
        (DatabaseUnreachable(database="sqlite", reason="x"), "sqlite"),
    ],
)
def test_what_fails_is_told_without_what_it_was(
    serving: Serving, caplog: pytest.LogCaptureFixture, error: Exception, says: str
) -> None:
    """In the answer and in the log; but whoever has the database is told what is wrong with it."""
    failing = _Failing(serving.services.settings, serving.knowledge)
    failing.error = error
    with caplog.at_level(logging.ERROR, "kotae.mcp"):
        result = called(failing, "ask", {"question": QUESTION})
    failing.close()
    assert result.is_error
    assert says in texts(result)[0]
    [record] = caplog.records
    assert (record.getMessage(), vars(record)["tool"]) == ("failed", "ask")
