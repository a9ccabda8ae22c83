from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any, cast

import discord
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answerer import Answer
from bot.conversation import NEW_CONVERSATION, Conversation
from bot.discord.answers.asking import MOST_PAGES
from bot.discord.answers.buttons import buttons_of
from bot.discord.answers.embeds import (
    Page,
    answer_embed,
    asker_of,
    context_embed,
    continued_by,
    conversation_of,
    explanation_embed,
    page_embed,
    pages_of,
    passage_embed,
    question_of,
)
from bot.wording import Language, Wording
from index.types import CERTAINTIES, Hit, Passage, Result, Share
from tests.loopback_discord.rest.limits import check_message

LARGEST_ID = 2**64 - 1
HOSTILE = "@everyone <@1> [x](https://evil.example) **`~|>#\n- 1. \\"
WORDS = st.text(max_size=300) | st.sampled_from([HOSTILE * 20, "あ" * 6_000, "😀" * 2_000, "*" * 3_000, "\n" * 500])
# As the store has them.
TIMES = st.integers(0, 4_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC).isoformat())

PASSAGES = st.builds(
    Passage,
    id=st.text("0123456789abcdef", min_size=12, max_size=12),
    text=WORDS.filter(str.strip),
    title=WORDS,
    heading=WORDS,
    paragraph=st.integers(1, 10**9),
    speaker=st.none() | WORDS,
    role=st.none() | WORDS,
    source=WORDS,
    url=st.none() | WORDS | st.just("https://intranet.example/a"),
    date=st.none() | WORDS | st.datetimes(timezones=st.timezones() | st.none()).map(datetime.isoformat),
    dated=st.none() | st.dates().map(date.isoformat),
    changed=st.none() | TIMES,
    needs_review_since=st.none() | TIMES,
)

SHARES = st.builds(
    Share,
    view=st.sampled_from(["lemma", "trigram", "latin", "feature"]),
    term=WORDS,
    surface=WORDS,
    weight=st.floats(-5, 5),
    score=st.floats(-50, 50),
)


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    """Any answer to any question from any document."""
    passages = draw(st.lists(PASSAGES, min_size=1, max_size=MOST_PAGES))
    duplicates = tuple(draw(st.lists(PASSAGES, max_size=MOST_PAGES)))
    hits = tuple(
        Hit(rank, 1.0, passage, draw(st.sampled_from([passage.text, passage.text[:10]])), (), duplicates)
        for rank, passage in enumerate(passages, start=1)
    )
    return Answer(
        question=draw(WORDS.filter(str.strip)),
        result=Result(hits, draw(st.floats(0, 1)), draw(st.sampled_from(CERTAINTIES))),
        earlier=tuple(draw(st.lists(WORDS.filter(str.strip), max_size=8))),
        conversation=NEW_CONVERSATION,
    )


def payload(embed: discord.Embed, answer: Answer, say: Wording) -> dict[str, Any]:
    """A message as it is sent."""

    async def components() -> list[dict[str, Any]]:
        ids = [hit.passage.id for hit in answer.result.hits]
        return buttons_of(say, LARGEST_ID, ids, answer.result.certainty != "none", administrator=True).to_components()

    return {"embeds": [embed.to_dict()], "components": asyncio.run(components())}


@pytest.mark.parametrize("language", ["ja", "en"])
@settings(max_examples=60, deadline=None)
@given(answer=answers())
def test_cards_of_any_answer_keep_every_limit(language: Language, answer: Answer) -> None:
    """Whatever was asked and whatever the documents say, Discord takes the card."""
    say = Wording(language)
    check_message(payload(answer_embed(say, answer, HOSTILE * 10), answer, say))
    first = answer.result.hits[0]
    page = page_embed(
        say,
        answer.question,
        Page(0, ("0" * 12,) * MOST_PAGES),
        first.passage,
        first.sentence,
        "x" * 1_024,
        [hit.passage for hit in answer.result.hits],
        first.duplicates,
    )
    check_message(payload(page, answer, say))
    check_message(
        {"embeds": [context_embed(say, [hit.passage for hit in answer.result.hits][:3], first.passage).to_dict()]}
    )


@pytest.mark.parametrize("language", ["ja", "en"])
@settings(max_examples=60, deadline=None)
@given(passage=PASSAGES, score=st.floats(-100, 100), shares=st.lists(SHARES, max_size=150))
def test_explanations_of_any_passage_keep_every_limit(
    language: Language, passage: Passage, score: float, shares: list[Share]
) -> None:
    """However many terms and features a score is made of, and whatever they say, Discord takes the explanation."""
    embed = explanation_embed(Wording(language), Hit(1, score, passage, passage.text, tuple(shares)))
    check_message({"embeds": [embed.to_dict()]})
    assert "@everyone" not in f"{embed.description}{embed.fields}"


def test_words_that_cannot_be_seen_make_no_field() -> None:
    """Discord refuses a card with an empty field."""
    embed = answer_embed(Wording("ja"), Answer("犬は？", Result((), 0.0, "none"), ("\u202e\x1b",), Conversation()), "")
    check_message({"embeds": [embed.to_dict()]})
    assert not embed.fields


def test_a_time_is_shown_in_the_zone_of_whoever_reads_it() -> None:
    """Discord does so for times that stand outside a link; what nobody could translate stays as it was written."""
    said = Passage(
        "a" * 12, "本文。", "#雑談", "", 1, None, None, "社", "https://x.example/", None, "2026-11-20T00:12:34Z"
    )
    for written, source in (
        ("2026-11-20T00:12:34Z", "出典：[\\#雑談](https://x.example/) · <t:1795133554>"),
        ("2026-11-20T09:12:34", "出典：[\\#雑談](https://x.example/) · 2026-11-20 09:12"),
    ):
        embed = passage_embed(Wording("ja"), "問", said._replace(date=written), None, None)
        assert str(embed.description).split("\n")[-1] == source


def test_documents_with_one_title_are_told_apart() -> None:
    """A card names the file where another passage of the answer is from a document of the same title."""
    passages = [Passage(name * 12, "本文。", "規則", "", 1, None, None, f"{name}.md", None) for name in "ab"]
    hits = tuple(Hit(rank, 1.0, passage, "本文。", ()) for rank, passage in enumerate(passages, start=1))
    for certainty in CERTAINTIES:
        answer = Answer("問", Result(hits, 0.9, certainty), (), NEW_CONVERSATION)
        assert "規則 › a.md › 第1段落" in str(answer_embed(Wording("ja"), answer, "").description)
        alone = answer._replace(result=answer.result._replace(hits=hits[:1]))
        assert "規則 › 第1段落" in str(answer_embed(Wording("ja"), alone, "").description)


def test_an_explanation_tells_each_share() -> None:
    """Terms are lines with their percentage, features a field of their own, and the footer has place and total."""
    shares = (
        Share("lemma", "投資", "投資", 1.0, 2.5),
        Share("latin", "アパ", "オープ*", 2.0, 1.75),
        Share("feature", "x_y", "x_y", 1.0, -0.25),
    )
    passage = Passage("a" * 12, "本文。", "題", "", 1, None, None, "源", None)
    embed = explanation_embed(Wording("ja"), Hit(1, 4.0, passage, "本文。", shares))
    assert embed.description == "62 % · 投資（単語）\n44 % · オープ\\*（英字の音）"
    assert [field.value for field in embed.fields] == ["-6 % · x\\_y"]
    assert embed.footer.text == "題 › 第1段落\n点数の合計：4.00"


def message_with(embed: discord.Embed, buttons: discord.ui.View) -> discord.Message:
    """A message of ours, as discord.py reads it back."""
    rows = [
        SimpleNamespace(children=[SimpleNamespace(custom_id=button["custom_id"]) for button in row["components"]])
        for row in buttons.to_components()
    ]
    return cast("discord.Message", SimpleNamespace(embeds=[embed], components=rows))


def test_a_card_holds_its_conversation() -> None:
    """Question, earlier words, the passage shown and the one that was continued are read back from the card alone."""

    async def play() -> None:
        say = Wording("ja")
        passage = Passage("a" * 12, "本文。", "題", "", 1, None, None, "源", None)
        hits = tuple(Hit(rank, 1.0, passage._replace(id=str(rank) * 12), "本文。", ()) for rank in (1, 2))
        answer = Answer("では田中さんは？", Result(hits, 0.9, "sure"), ("在宅勤務", "a_b*c"), NEW_CONVERSATION)
        buttons = buttons_of(say, 7, ["1" * 12, "2" * 12], answered=True, continued="c" * 12)
        message = message_with(answer_embed(say, answer, ""), buttons)
        assert question_of(message) == "では田中さんは？"
        assert pages_of(message) == ("1" * 12, "2" * 12)
        words = ("田中さん", "在宅勤務", "a_b*c")
        assert conversation_of(message) == Conversation(words, ("1" * 12,), "1" * 12)
        assert continued_by(message) == "c" * 12
        assert asker_of(message) == 7
        second = buttons_of(say, 7, ["1" * 12, "2" * 12], answered=True, page=1)
        turned = message_with(answer_embed(say, answer, ""), second)
        assert conversation_of(turned) == Conversation(words, ("1" * 12, "2" * 12), "2" * 12)
        assert continued_by(turned) == ""

    asyncio.run(play())
