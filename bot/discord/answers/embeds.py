"""An answer as Discord shows it: an embed and its buttons. Pure: nothing is sent from here.

All that a button or a follow-up needs later is in the message itself, so that both outlive a restart.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import discord

from bot.answerer import Answer
from bot.attribution import date_of, has_other_date, needs_review, new_headings, other_places, place, sent_at, speaker
from bot.conversation import Conversation, interpret, next_conversation
from bot.discord.quoting import FIELD_LENGTH, FOOTER_LENGTH, NAME_LENGTH, TITLE_LENGTH, ZERO_WIDTH_SPACE, escape, quote
from bot.explanation import Row, feature_rows, term_rows
from bot.printable import one_line, shorten
from bot.wording import Sentence, Wording, answers
from bot.wording.discord import answers as sentences
from bot.wording.discord import responses
from index.query.question import Question
from index.types import Hit, Passage

# How long, and how many bytes of UTF-8, the parts of a card may be; escaping may double them, and all parts
# together have to stay under 10,000 bytes.
_TITLE_SIZE = 600
_LINE_LENGTH, _LINE_SIZE = 200, 500
_CONTEXT_LENGTH, _CONTEXT_SIZE = 700, 1_600
_WORD_LENGTH = 40
_TERMS_LENGTH, _TERMS_SIZE = 3_000, 6_000
_FEATURES_SIZE = 2_000
_MOST_NEAREST = 3
_EARLIER_SEPARATOR = "、"
_PAGES = re.compile(r"kotae:page:\d+:-?\d+:(?P<ids>[0-9a-f]+):")
_SHOWN = re.compile(r"kotae:context:(?P<passage_id>[0-9a-f]+)")
_EXPLAINED = re.compile(r"kotae:explain:(?P<passage_id>[0-9a-f]+)")
_CONTINUED = re.compile(r"kotae:follow:\d+:(?P<passage_id>[0-9a-f]+)")
_ASKER = re.compile(r"kotae:(?:follow|delete):(?P<asker>\d+)")
_ID_LENGTH = 12


class Page(NamedTuple):
    """Which of an answer's passages a card shows."""

    number: int
    ids: tuple[str, ...]


def answer_embed(say: Wording, answer: Answer, contact: str) -> discord.Embed:
    """The card of an answer: its first passage, which may be only a possible one; else what comes near and whom to ask."""
    result = answer.result
    if result.hits and result.certainty != "none":
        first, sure = result.hits[0], result.certainty == "sure"
        sureness = result.confidence if sure else None
        beside = [hit.passage for hit in result.hits]
        embed = passage_embed(
            say, answer.question, first.passage, first.sentence, sureness, beside, duplicates=first.duplicates
        )
        if not sure:
            embed.description = "\n".join(
                [f"**{say(answers.POSSIBLE)}**", "", embed.description or "", *_contact(say, contact)]
            )
        certainty = say(answers.confidence(result.confidence)) if sure and not answer.pinned else ""
        if answer.pinned:
            mark_pinned(say, embed)
        embed.set_footer(text=_footer(say, certainty, 0, len(result.hits)))
    else:
        embed = discord.Embed(
            title=_title(answer.question),
            description=_not_found(say, answer, contact),
            colour=discord.Colour.light_grey(),
        )
    # Of words that cannot be seen nothing is left, and no field is empty.
    if words := _line(_EARLIER_SEPARATOR.join(answer.earlier)):
        embed.add_field(name=say(sentences.EARLIER_WORDS), value=escape(words), inline=False)
    return embed


def add_notice(embed: discord.Embed, notice: str) -> None:
    """Say above a card's quotation what is to be known before it is read."""
    embed.description = f"⚠️ {notice}\n\n{embed.description}"


def add_reason(embed: discord.Embed, reason: str) -> None:
    """Say on a card what it was made of, or whom it is for."""
    embed.description = f"{embed.description}\n\n-# {reason}"


def mark_pinned(say: Wording, embed: discord.Embed) -> None:
    """Say on the card of a passage that people chose it as the answer."""
    embed.description = f"**{say(answers.PINNED)}**\n\n{embed.description}"


def question_embed(question: str, description: str) -> discord.Embed:
    """A card with a question that can be read from it again."""
    return discord.Embed(title=_title(question), description=description, colour=discord.Colour.blurple())


def page_embed(
    say: Wording,
    question: str,
    page: Page,
    passage: Passage,
    sentence: str,
    earlier: str,
    beside: Sequence[Passage] = (),
    duplicates: Sequence[Passage] = (),
) -> discord.Embed:
    """The card of a further passage of an answer; `earlier` is the field of earlier words as the message has it."""
    embed = passage_embed(say, question, passage, sentence, None, beside, duplicates)
    embed.set_footer(text=_footer(say, "", page.number, len(page.ids)))
    if earlier:
        embed.add_field(name=say(sentences.EARLIER_WORDS), value=earlier, inline=False)
    return embed


def passage_embed(
    say: Wording,
    question: str,
    passage: Passage,
    sentence: str | None,
    confidence: float | None,
    beside: Sequence[Passage] = (),
    duplicates: Sequence[Passage] = (),
) -> discord.Embed:
    """The card of a passage: the quotation with its sentence in bold, who said it, and where it and its duplicates stand.

    It is told apart from the other passages of the answer, `beside` it.
    """
    lines = [quote(passage.text, sentence)]
    if passage.speaker:
        lines.append(f"> {escape(_line(speaker(say, passage)))}")
    lines.append("")
    lines.append(say(sentences.SOURCE, place=_linked_place(say, passage, (*beside, *duplicates))))
    if warning := needs_review(say, passage.needs_review_since):
        lines.append(f"**{warning}**")
    if also_in := other_places(say, passage, duplicates, zoned=False):
        lines.append(f"-# {escape(_line(also_in))}")
    return discord.Embed(title=_title(question), description="\n".join(lines), colour=_colour(confidence))


def context_embed(say: Wording, passages: Sequence[Passage], centre: Passage) -> discord.Embed:
    """A passage between its neighbours, with their headings and dates where these are others."""
    parts = []
    for passage, heading in zip(passages, new_headings(passages), strict=True):
        above = [f"**{escape(shorten(one_line(heading), NAME_LENGTH))}**"] if heading else []
        if has_other_date(passage, centre):
            above.append(_when(say, passage))
        lines = [" · ".join(above)] if above else []
        lines.append(quote(passage.text, None, _CONTEXT_LENGTH, _CONTEXT_SIZE))
        if passage.speaker:
            lines.append(f"> {escape(_line(speaker(say, passage)))}")
        parts.append("\n".join(lines))
    return discord.Embed(
        title=_title(place(say, centre)), description="\n\n".join(parts), colour=discord.Colour.blurple()
    )


def explanation_embed(say: Wording, hit: Hit) -> discord.Embed:
    """Which terms and features brought how much of a passage's score; lines, since wide characters align in no table."""
    terms = _shares(say, sentences.EXPLANATION_TERM, term_rows(say, hit))
    embed = discord.Embed(
        title=say(sentences.EXPLANATION_TITLE),
        description=shorten(terms, _TERMS_LENGTH, _TERMS_SIZE),
        colour=discord.Colour.blurple(),
    )
    if features := _shares(say, sentences.EXPLANATION_FEATURE, feature_rows(say, hit)):
        value = shorten(features, FIELD_LENGTH, _FEATURES_SIZE)
        embed.add_field(name=say(sentences.EXPLANATION_FEATURES), value=value, inline=False)
    total = say(sentences.EXPLANATION_TOTAL, score=f"{hit.score:.2f}")
    embed.set_footer(text=f"{_line(place(say, hit.passage))}\n{total}")
    return embed


def question_of(message: discord.Message) -> str | None:
    """The question that a card of ours answers; None for another message."""
    if not message.embeds or not message.embeds[0].title or not message.components:
        return None
    return _unescape(message.embeds[0].title)


def earlier_of(message: discord.Message) -> str:
    """The field of earlier words of a card, as it stands there."""
    fields = message.embeds[0].fields if message.embeds else []
    return fields[0].value or "" if fields else ""


def earlier_words_of(message: discord.Message) -> tuple[str, ...]:
    """The words that the answer on a card took from the questions before."""
    return tuple(word for word in _unescape(earlier_of(message)).split(_EARLIER_SEPARATOR) if word)


def conversation_of(message: discord.Message) -> Conversation:
    """The conversation that a card of ours ends, read from the card alone."""
    question = question_of(message)
    if question is None:
        return Conversation()
    shown = _in_buttons(message, _SHOWN, "passage_id")
    return next_conversation(
        Conversation(),
        interpret(Question(question)),
        earlier_words_of(message),
        [*pages_of(message)[:1], *filter(None, [shown])],
        shown,
    )


def continued_by(message: discord.Message) -> str:
    """The id of the passage that the question of a card of ours continues; empty if none."""
    return _in_buttons(message, _CONTINUED, "passage_id")


def pages_of(message: discord.Message) -> tuple[str, ...]:
    """The ids of the passages that a card of ours leafs through."""
    return unpack_ids(_in_buttons(message, _PAGES, "ids"))


def asker_of(message: discord.Message) -> int | None:
    """Who asked what a card of ours answers."""
    asker = _in_buttons(message, _ASKER, "asker")
    return int(asker) if asker else None


def explains(message: discord.Message) -> bool:
    """Whether a card of ours has the button for administrators."""
    return bool(_in_buttons(message, _EXPLAINED, "passage_id"))


def _in_buttons(message: discord.Message, pattern: re.Pattern[str], name: str) -> str:
    """A part of the first button of a message whose custom_id is of a pattern; empty if none is."""
    for row in message.components:
        for component in getattr(row, "children", ()):
            if match := pattern.match(getattr(component, "custom_id", None) or ""):
                return match[name]
    return ""


def unpack_ids(packed: str) -> tuple[str, ...]:
    """The passage ids of a custom_id."""
    return tuple(packed[start : start + _ID_LENGTH] for start in range(0, len(packed), _ID_LENGTH))


def _not_found(say: Wording, answer: Answer, contact: str) -> str:
    nothing = answers.nothing_found(needs_words=answer.needs_words, ends=answer.ends)
    lines = [f"**{say(nothing)}**"]
    if answer.result.hits:
        lines += ["", say(sentences.NEAREST_PASSAGES)]
        nearest = [hit.passage for hit in answer.result.hits[:_MOST_NEAREST]]
        lines += [f"- {_linked_place(say, passage, nearest)}" for passage in nearest]
    return "\n".join([*lines, *_contact(say, contact)])


def _contact(say: Wording, contact: str) -> list[str]:
    return ["", say(sentences.CONTACT, contact=_line(contact))] if contact else []


def _shares(say: Wording, line: Sentence, rows: Sequence[Row]) -> str:
    return "\n".join(
        say(
            line,
            percent=row.percent,
            word=escape(shorten(row.word, _WORD_LENGTH)),
            view=row.view,
        )
        for row in rows
    )


def _title(question: str) -> str:
    return shorten(escape(" ".join(question.split())), TITLE_LENGTH, _TITLE_SIZE)


def _line(text: str) -> str:
    return shorten(one_line(text), _LINE_LENGTH, _LINE_SIZE)


def _unescape(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text.replace(ZERO_WIDTH_SPACE, ""))


def _linked_place(say: Wording, passage: Passage, beside: Sequence[Passage]) -> str:
    linked = _linked(escape(_line(place(say, passage, beside))), passage.url)
    # Discord shows a time in the zone of whoever reads it, but not within a link.
    when = _when(say, passage)
    return f"{linked} · {when}" if when else linked


def _when(say: Wording, passage: Passage) -> str:
    sent = sent_at(passage)
    return discord.utils.format_dt(sent) if sent else escape(_line(date_of(say, passage)))


def _linked(text: str, url: str | None) -> str:
    if url and re.fullmatch(r"https?://[^\s()<>]{1,500}", url):
        return f"[{text}]({url})"
    return text


def _footer(say: Wording, words: str, page: int, pages: int) -> str:
    count = say(responses.PAGE_OF_PAGES, page=page + 1, pages=pages) if pages > 1 else ""
    return shorten(" · ".join(part for part in (words, count) if part), FOOTER_LENGTH)


def _colour(confidence: float | None) -> discord.Colour:
    if confidence is None:
        return discord.Colour.blurple()
    return discord.Colour.green() if confidence >= 0.8 else discord.Colour.gold()
