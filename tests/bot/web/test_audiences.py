"""Whoever holds a token never sees, through any route, what is not for them: with random sources, readers and tokens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from bot.settings import Settings
from bot.web.app import create_app
from bot.web.services import Services
from index.audience import CHANNEL, EVERYBODY, GUILD, ROLES, Audience
from index.search.knowledge import Knowledge
from index.store.access_tokens import SOURCES, AccessTokens
from index.store.discord.guilds import Guilds
from index.store.discord.unanswered_questions import UnansweredQuestions
from index.store.store import Store
from tests.stores import document, new_store, put

GUILDS = 1, 2
QUESTIONS = "合言葉は何？", "会議室は？", "手引きの秘密とは？"
# What tells the texts of a source, or the questions of a guild, from all others.
MARKER = re.compile(r"秘密[0-9]+")


class Token(NamedTuple):
    """For what a token is; `sources` are positions."""

    kind: str
    guild: int = 0
    sources: frozenset[int] = frozenset()


audiences = st.sampled_from(
    [
        Audience(EVERYBODY),
        *(Audience(GUILD, guild) for guild in GUILDS),
        *(Audience(CHANNEL, guild, 7) for guild in GUILDS),
        *(Audience(ROLES, guild, 0, (8,)) for guild in GUILDS),
    ]
)
tokens = st.one_of(
    st.sampled_from([Token(EVERYBODY), *(Token(GUILD, guild) for guild in GUILDS)]),
    st.frozensets(st.integers(0, 3)).map(lambda sources: Token(SOURCES, sources=sources)),
)


def may_read(token: Token, position: int, audience: Audience) -> bool:
    """Whether the holder of a token may read the source at a position."""
    if token.kind == SOURCES:
        return position in token.sources
    return audience == Audience() or (token.kind == GUILD and audience == Audience(GUILD, token.guild))


def fill(store: Store, sources: list[Audience]) -> dict[int, int]:
    """Put a document into each source, with a text of its own and one that all have; gives their numbers by position."""
    numbers = {}
    for position, audience in enumerate(sources):
        one = document("notes.md", f"合言葉は秘密{position}です", "会議室は三つあります", title=f"手引き秘密{position}")
        numbers[position] = put(store, f"/秘密{position}", one, audience=audience)
    return numbers


@contextmanager
def _asking(store: Store, knowledge: Knowledge, token: Token, numbers: dict[int, int]) -> Iterator[TestClient]:
    sources = [numbers[position] for position in token.sources if position in numbers]
    operator = token.kind != SOURCES
    _, secret = AccessTokens(store).create("a", token.kind, token.guild, sources, is_operator=operator)
    headers = {"Authorization": f"Bearer {secret}"}
    with (
        closing(Services(Settings(), knowledge)) as services,
        TestClient(create_app(services), headers=headers) as client,
    ):
        yield client


@settings(max_examples=15, deadline=None)
@given(
    sources=st.lists(audiences, min_size=1, max_size=4),
    token=tokens,
    hidden=st.sets(st.tuples(st.sampled_from(GUILDS), st.integers(0, 3)), max_size=2),
)
def test_no_token_ever_sees_what_is_not_for_it(
    sources: list[Audience], token: Token, hidden: set[tuple[int, int]]
) -> None:
    """Neither asked for, around what it may read, as a duplicate, listed, nor by a conversation that is not its own."""
    with TemporaryDirectory() as folder, closing(new_store(Path(folder))) as store:
        numbers = fill(store, sources)
        passages = {kept.passage.id: kept.passage.text for _, _, kept in store.all()}
        for guild, position in hidden:
            for passage, text in passages.items():
                if f"秘密{position}で" in text:
                    Guilds(store).hide(guild, passage)
        for guild in (0, *GUILDS):
            UnansweredQuestions(store).record(guild, f"秘密{90 + guild}はどこ？")
        knowledge = Knowledge.open(store)
        readable = {
            position: audience for position, audience in enumerate(sources) if may_read(token, position, audience)
        }
        guilds = {token.guild, *(audience.guild for audience in readable.values())} - {0}
        concealed = {f"合言葉は秘密{position}です。" for guild, position in hidden if guild in guilds}
        allowed = {f"秘密{position}" for position in readable} | {f"秘密{90 + token.guild}"}
        with _asking(store, knowledge, token, numbers) as client:
            bodies = [client.get(f"/api/v1/{path}").text for path in ("sources", "unanswered-questions")]
            bodies += [client.post("/api/v1/ask", json={"question": one, "limit": 20}).text for one in QUESTIONS]
            for passage, text in passages.items():
                found = client.get(f"/api/v1/passages/{passage}?around=5")
                bodies.append(found.text)
                vote = {"question": "どれ？", "passage_id": passage, "helpful": True}
                voted = client.post("/api/v1/feedback", json=vote)
                assert (found.status_code == 200) is (voted.status_code == 204)
                assert text not in concealed or found.status_code == 404
                continued = {"words": ["合言葉"], "shown": [passage], "about": passage}
                for question in ("それは何？", "他には？"):
                    asked = {"question": question, "limit": 20, "conversation": continued}
                    bodies.append(client.post("/api/v1/ask", json=asked).text)
        knowledge.close()
    assert not any(text in body for body in bodies for text in concealed)
    assert {marker for body in bodies for marker in MARKER.findall(body)} <= allowed
