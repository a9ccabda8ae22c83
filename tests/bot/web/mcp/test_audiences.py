"""No assistant ever sees what is not for it, by any tool: with random sources, readers and tokens."""

from __future__ import annotations

import asyncio
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from mcp import Client

from bot.settings import Secret, Settings
from bot.web.mcp.stdio import local_server
from bot.web.services import Services
from index.audience import EVERYBODY, Audience
from index.search.knowledge import Knowledge
from index.store.access_tokens import AccessTokens
from index.store.discord.guilds import Guilds
from tests.bot.web.test_audiences import GUILDS, MARKER, Token, audiences, fill, may_read, tokens
from tests.stores import new_store


async def _all_that_is_told(services: Services, passages: list[str]) -> list[str]:
    """Whatever the tools say to whoever tries everything, conversations and passages of others too."""
    async with Client(local_server(services, everything=False)) as client:
        results = [await client.call_tool("list_sources", {})]
        for passage in passages:
            results.append(await client.call_tool("read_passage", {"passage_id": passage, "around": 5}))
            continued = {"words": ["合言葉"], "shown": [passage], "about": passage}
            for question in ("合言葉は何？", "他には？"):
                asked = {"question": question, "limit": 20}
                results += [await client.call_tool("ask", one) for one in (asked, asked | {"conversation": continued})]
    return [result.model_dump_json() for result in results]


@settings(max_examples=15, deadline=None)
@given(
    sources=st.lists(audiences, min_size=1, max_size=4),
    token=tokens | st.none(),
    hidden=st.sets(st.tuples(st.sampled_from(GUILDS), st.integers(0, 3)), max_size=2),
)
def test_no_tool_ever_tells_what_is_not_for_the_token(
    sources: list[Audience], token: Token | None, hidden: set[tuple[int, int]]
) -> None:
    """And without a token nothing but what is for everybody."""
    with TemporaryDirectory() as folder, closing(new_store(Path(folder))) as store:
        numbers = fill(store, sources)
        passages = {kept.passage.text: kept.passage.id for _, _, kept in store.all()}
        for guild, position in hidden:
            if passage := passages.get(f"合言葉は秘密{position}です。"):
                Guilds(store).hide(guild, passage)
        shown = token or Token(EVERYBODY)
        secret = ""
        if token:
            of_token = [numbers[position] for position in token.sources if position in numbers]
            _, secret = AccessTokens(store).create("a", token.kind, token.guild, of_token)
        with (
            closing(Knowledge.open(store)) as knowledge,
            closing(Services(Settings(token=Secret(secret)), knowledge)) as services,
        ):
            told = asyncio.run(_all_that_is_told(services, list(passages.values())))
    readable = {position: audience for position, audience in enumerate(sources) if may_read(shown, position, audience)}
    guilds = {shown.guild, *(audience.guild for audience in readable.values())} - {0}
    concealed = {f"合言葉は秘密{position}です。" for guild, position in hidden if guild in guilds}
    assert not any(text in one for one in told for text in concealed)
    assert {marker for one in told for marker in MARKER.findall(one)} <= {f"秘密{position}" for position in readable}
