from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.discord.quoting import QUOTED_LENGTH, QUOTED_SIZE, ZERO_WIDTH_SPACE, escape, excerpt, quote
from bot.printable import printable, shorten

HOSTILE = [
    "@everyone 会議です",
    "@here",
    "<@123456789012345678> さん",
    "<@&123> <#456> </ask:789> <t:0:R> <:smile:1>",
    "[無料](https://evil.example)",
    "https://evil.example/ と discord.gg/abc",
    "```py\nprint()\n```",
    "**太字** __下線__ ~~消し~~ ||隠し|| `符号`",
    "> 引用の中の引用\n>>> 全部",
    "# 見出し\n-# 小さく\n- 箇条\n1. 番号",
    "\\*すでに\\*",
]
TEXTS = st.text(max_size=3_000) | st.lists(st.sampled_from(HOSTILE), max_size=40).map("\n".join)


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_has_a_meaning_in_discord_survives_escaping(text: str) -> None:
    """Escaped text has no mention, no link, and no Markdown that is not behind a backslash."""
    escaped = escape(text)
    assert "@everyone" not in escaped
    assert "@here" not in escaped
    assert not re.search(r"(?<!\\)(?:\\\\)*[*_~`|<>\[\]]", escaped)
    assert not re.search(r"(?i)https?:", escaped)
    assert "discord.gg" not in escaped


@pytest.mark.parametrize("trick", ["\u202e", "\u2066", "\u200f", "\u061c", "\x1b[31m", "\x9b2J", "\u2028", "\r", "\b"])
def test_nothing_turns_around_or_hides_what_is_read(trick: str) -> None:
    """Marks of direction and control characters are left out of a quotation, its marked sentence, and a name."""
    seen = printable(trick)
    assert escape(f"犬{trick}猫") == f"犬{escape(seen)}猫"
    assert quote(f"犬{trick}は柵にいます。", f"{trick}は柵にいます。") == f"> 犬**{escape(seen)}は柵にいます。**"


@given(TEXTS)
def test_escaping_changes_nothing_that_is_seen(text: str) -> None:
    """Without its backslashes and invisible spaces, escaped text is the text."""
    if ZERO_WIDTH_SPACE in text:
        return
    seen = re.sub(r"\\(.)", r"\1", escape(text).replace(ZERO_WIDTH_SPACE, ""), flags=re.DOTALL)
    assert seen == printable(text)


@given(TEXTS, st.integers(1, 200), st.integers(3, 400))
def test_shortened_text_keeps_both_limits(text: str, length: int, size: int) -> None:
    """A shortened text is no longer than allowed, in characters and in bytes, and is the text where that fits."""
    shortened = shorten(text, length, size)
    assert len(shortened) <= length
    assert len(shortened.encode("utf-8", "surrogatepass")) <= size
    if len(text) <= length and len(text.encode()) <= size:
        assert shortened == text


@given(st.text(max_size=2_000), st.text(min_size=1, max_size=400), st.text(max_size=2_000), st.integers(5, 1_500))
def test_an_excerpt_fits_and_keeps_the_sentence(before: str, sentence: str, after: str, length: int) -> None:
    """An excerpt has the sentence, whole if there is room for it, and at most two ellipses more than its length."""
    text = before + sentence + after
    parts = excerpt(text, sentence, length)
    assert sum(map(len, parts)) <= length + 2
    if len(sentence) <= length:
        assert parts[1] == sentence
    if len(text) <= length:
        assert "".join(parts) == text


@given(TEXTS, st.booleans())
def test_every_line_of_a_quotation_is_quoted(text: str, marked: bool) -> None:
    """Whatever a document says, its quotation stays a quotation, within Discord's limits."""
    quoted = quote(text, text[: len(text) // 2] or None if marked else None)
    assert all(line.startswith("> ") for line in quoted.split("\n"))
    assert len(quoted) <= QUOTED_LENGTH
    assert len(quoted.encode("utf-8", "surrogatepass")) <= QUOTED_SIZE


def test_the_answering_sentence_is_bold() -> None:
    """The sentence stands in bold, line by line, what surrounds it does not."""
    assert quote("前。答え。\n続き。後。", "答え。\n続き。") == "> 前。**答え。**\n> **続き。**後。"
