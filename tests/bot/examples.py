"""Answers made by hand."""

from __future__ import annotations

from bot.answerer import Answer
from bot.conversation import NEW_CONVERSATION
from index.types import Certainty, Hit, Passage, Result, Share

PASSAGE = Passage(
    id="0123456789ab",
    text="会場は大阪です。費用は会社が負担します。",
    title="就業の手引き",
    heading="研修",
    paragraph=7,
    speaker="鈴木さん",
    role="開発部",
    source="総務部",
    url="https://example.com/handbook",
)
SHARES = (
    Share(view="kanji", term="費", surface="費", weight=0.5, score=0.25),
    Share(view="lemma", term="費用", surface="費用", weight=1.0, score=1.98761),
)
HIT = Hit(rank=1, score=2.23761, passage=PASSAGE, sentence="費用は会社が負担します。", shares=SHARES)


def answer(
    *hits: Hit, certainty: Certainty = "sure", earlier: tuple[str, ...] = (), confidence: float = 0.912345
) -> Answer:
    """An answer with these hits."""
    return Answer("研修の費用は？", Result(hits, confidence, certainty), earlier, NEW_CONVERSATION)
