"""No page shows what is not for whoever looks at it, nor counts or groups it: with random sources, readers and tokens."""

from __future__ import annotations

import json
import re
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from bot.settings import Settings
from bot.web.app import create_app
from bot.web.services import Services
from index.audience import Audience
from index.errors import ContentDamaged
from index.search.knowledge import Knowledge
from index.store.access_tokens import SOURCES, AccessTokens
from index.store.discord.guilds import Guilds
from index.store.discord.pins import Pins
from index.store.discord.unanswered_questions import Asking, UnansweredQuestions
from index.store.job_rows import FILE, NewJob
from index.store.jobs import Jobs
from index.store.question_counts import Asked, QuestionCounts
from index.store.store import Store
from tests.bot.web.test_audiences import GUILDS, MARKER, Token, audiences, fill, may_read, tokens
from tests.index.meaning.examples import Bigrams
from tests.stores import new_store

FIGURE = re.compile(r"<dd>([0-9]+)</dd>")
EVERY_GUILD = 0, *GUILDS
# How many questions, people and votes a guild has: no sum of some is another's.
NUMBERS = {guild: 2**number for number, guild in enumerate(EVERY_GUILD)}


def ask_in_vain(store: Store) -> None:
    """Let each guild have questions that nobody would tell from those of the others, and numbers that tell them apart."""
    today = datetime.now(UTC).date().isoformat()
    for guild, number in NUMBERS.items():
        for person in range(number):
            UnansweredQuestions(store).record(guild, f"秘密{90 + guild}の合言葉は？", Asking(person=person + 1))
            Guilds(store).record_feedback(guild or None, "合言葉は？", "0123456789ab", helpful=True)
        QuestionCounts(store).add({Asked("discord", guild, guild, today, "sure"): 1_000 * number})


def break_files(store: Store, numbers: dict[int, int]) -> None:
    """Let each source have a file that could not be read."""
    jobs = Jobs(store)
    for position, number in numbers.items():
        jobs.put(number, [NewJob(FILE, "a.pdf", f"/a/秘密{position}.pdf", "", b"")])
        for job in jobs.take():
            jobs.fail(job, ContentDamaged(path=job.path, kind="PDF"), for_good=True)


def looked_at(client: TestClient, passages: dict[str, str]) -> list[str]:
    """Every page, by whatever links and conversations."""
    pages = [client.get("/").text, client.get("/operators").text]
    pages += [client.post("/", data={"question": question}).text for question in ("合言葉は何？", "会議室は？")]
    for passage in passages:
        continued = json.dumps({"words": ["合言葉"], "shown": [], "about": passage})
        further = {"question": "それはなぜ？", "conversation": continued}
        pages += [client.get(f"/p/{passage}?mark=0-4").text, client.post("/", data=further).text]
    return pages


@settings(max_examples=8, deadline=None)
@given(
    sources=st.lists(audiences, min_size=1, max_size=4),
    token=tokens,
    hidden=st.sets(st.tuples(st.sampled_from(GUILDS), st.integers(0, 3)), max_size=2),
)
def test_no_page_shows_counts_or_groups_what_is_not_for_its_reader(
    sources: list[Audience], token: Token, hidden: set[tuple[int, int]]
) -> None:
    """The encoder finds all questions alike, so that whatever could be grouped is."""
    with TemporaryDirectory() as folder, closing(new_store(Path(folder))) as store:
        numbers = fill(store, sources)
        passages = {kept.passage.id: kept.passage.text for _, _, kept in store.all()}
        for guild, position in hidden:
            for passage, text in passages.items():
                if f"秘密{position}で" in text:
                    Guilds(store).hide(guild, passage)
        for passage in passages:
            Pins(store).pin(1, 7, "合言葉は何？", passage, Audience(), person=1)
        ask_in_vain(store)
        break_files(store, numbers)
        named = [numbers[position] for position in token.sources if position in numbers]
        operator = token.kind != SOURCES
        _, secret = AccessTokens(store).create("a", token.kind, token.guild, named, is_operator=operator)
        with (
            closing(Knowledge.open(store, encoder=Bigrams())) as knowledge,
            closing(Services(Settings(), knowledge)) as services,
            TestClient(create_app(services)) as client,
        ):
            client.post("/sign-in", data={"token": secret})
            pages = looked_at(client, passages)
    readable = {position for position, audience in enumerate(sources) if may_read(token, position, audience)}
    guilds = {token.guild, *(sources[position].guild for position in readable)} - {0}
    concealed = {f"合言葉は秘密{position}です。" for guild, position in hidden if guild in guilds}
    allowed = {f"秘密{position}" for position in readable} | ({f"秘密{90 + token.guild}"} if operator else set())
    assert not any(text in page for page in pages for text in concealed)
    assert {marker for page in pages for marker in MARKER.findall(page)} <= allowed
    number = NUMBERS[token.guild]
    figures = [int(figure) for figure in FIGURE.findall(pages[1])]
    assert figures == ([1_000 * number, 1_000 * number, 0, 0, number, 0] if operator else [])
    if operator:
        assert f"{number}回、最後は" in pages[1]
        assert pages[1].count("読めなかったもの") == len(readable)
