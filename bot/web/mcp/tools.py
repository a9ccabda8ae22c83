"""The tools: what each takes and gives, which is what the API takes and gives."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Annotated, Any, NamedTuple

from mcp_types import Annotations, CallToolResult, TextContent, ToolAnnotations
from mcp_types import Tool as ToolDefinition
from pydantic import Field, TypeAdapter, ValidationError

from bot.access import Access
from bot.printable import to_json
from bot.web.api.models import (
    MOST_AROUND,
    AskedQuestion,
    ConversationalAnswer,
    PassageId,
    PassageInContext,
    Sources,
    refuses_unknown,
)
from bot.web.api.results import conversational_answer, passage_in_context, sources_of_answers
from bot.web.mcp.texts import answer_text, conversation_text, passage_text, sources_text
from bot.web.problems import invalid_part
from bot.web.services import Services
from bot.wording import Wording
from bot.wording.web import mcp, problems

_READ_ONLY = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)


@refuses_unknown
@dataclass(frozen=True)
class PassageToRead:
    """A passage, and how many to read before it and after it."""

    passage_id: PassageId
    around: Annotated[int, Field(ge=0, le=MOST_AROUND)] = 1


@refuses_unknown
@dataclass(frozen=True)
class NoArguments:
    """Nothing needs to be said."""


class Tool(NamedTuple):
    """What a tool takes and gives, and the function that does it."""

    takes: TypeAdapter[Any]
    gives: TypeAdapter[Any]
    run: Callable[[Services, Access, Wording, Any], Awaitable[CallToolResult]]

    def definition(self, say: Wording, services: Services, name: str) -> ToolDefinition:
        """The tool as clients list it, in the language of whoever asks."""
        schema = self.takes.json_schema()
        for argument, described in schema["properties"].items():
            described["description"] = say(mcp.ARGUMENTS[argument], limit=services.settings.limit)
        return ToolDefinition(
            name=name,
            title=say(mcp.TITLES[name]),
            description=say(mcp.DESCRIPTIONS[name]),
            input_schema=schema,
            output_schema=self.gives.json_schema(mode="serialization"),
            annotations=_READ_ONLY,
        )

    async def call(
        self, services: Services, access: Access, say: Wording, arguments: Mapping[str, Any]
    ) -> CallToolResult:
        """What the tool gives somebody who calls it with these arguments."""
        try:
            taken = self.takes.validate_python(_as_meant(arguments))
        except ValidationError as error:
            wrong = [f"{'.'.join(map(str, one['loc']))}: {invalid_part(say, one)}" for one in error.errors()]
            return failure(say(mcp.INVALID_ARGUMENTS, problems=" ".join(wrong)))
        return await self.run(services, access, say, taken)


def failure(sentence: str) -> CallToolResult:
    """The result of a call that failed: assistants read it, and may do better."""
    return CallToolResult(content=[TextContent(text=sentence)], is_error=True)


async def _ask(services: Services, access: Access, say: Wording, asked: AskedQuestion) -> CallToolResult:
    conversation = asked.conversation.conversation()
    answer = conversational_answer(
        await services.ask(access, asked.question, asked.limit, conversation, front_end="mcp")
    )
    going_on = TextContent(
        text=conversation_text(say, answer.conversation), annotations=Annotations(audience=["assistant"])
    )
    return _result(answer, TextContent(text=answer_text(say, answer)), going_on)


async def _read_passage(services: Services, access: Access, say: Wording, asked: PassageToRead) -> CallToolResult:
    found = await services.run_in_thread(passage_in_context, services, access, asked.passage_id, asked.around)
    if found is None:
        return failure(say(problems.NO_SUCH_PASSAGE))
    return _result(found, TextContent(text=passage_text(say, found)))


async def _list_sources(services: Services, access: Access, say: Wording, _asked: NoArguments) -> CallToolResult:
    found = await services.run_in_thread(sources_of_answers, services, access, say)
    return _result(found, TextContent(text=sources_text(say, found)))


TOOLS = {
    "ask": Tool(TypeAdapter(AskedQuestion), TypeAdapter(ConversationalAnswer), _ask),
    "read_passage": Tool(TypeAdapter(PassageToRead), TypeAdapter(PassageInContext), _read_passage),
    "list_sources": Tool(TypeAdapter(NoArguments), TypeAdapter(Sources), _list_sources),
}


def _result(found: ConversationalAnswer | PassageInContext | Sources, *content: TextContent) -> CallToolResult:
    # As the API sends it.
    return CallToolResult(content=list(content), structured_content=json.loads(to_json(asdict(found))))


def _as_meant(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments without those that are null; some clients send an object as a string of JSON."""
    meant = {name: value for name, value in arguments.items() if value is not None}
    if isinstance(conversation := meant.get("conversation"), str):
        with suppress(ValueError, RecursionError):
            meant["conversation"] = json.loads(conversation)
    return meant
