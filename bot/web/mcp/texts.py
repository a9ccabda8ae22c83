"""What the tools give as text, for people who read along and for assistants that are shown nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from bot.attribution import needs_review, other_places, place_and_date, speaker
from bot.json_contract import Duplicate, QuotedPassage
from bot.printable import one_line, printable, to_json
from bot.web.api.models import ConversationalAnswer, ConversationSoFar, Paragraph, PassageInContext, Sources
from bot.wording import Wording, answers
from bot.wording.web import mcp
from index.types import Certainty, Passage


def answer_text(say: Wording, answer: ConversationalAnswer) -> str:
    """How certain an answer is, and its passages."""
    return "\n".join(_answer_lines(say, answer))


def conversation_text(say: Wording, conversation: ConversationSoFar) -> str:
    """What to hand over with a follow-up question."""
    return say(mcp.CONVERSATION, conversation=to_json(asdict(conversation)))


def passage_text(say: Wording, found: PassageInContext) -> str:
    """A passage with those around it; its place has an arrow in front."""
    parts = []
    for one in found.around:
        arrow = "▶ " if one.passage_id == found.passage_id else ""
        parts.append("\n".join([f"{arrow}{_place(say, _passage(one))}", *_quoted(one.text), *_beneath(one)]))
    return "\n\n".join(parts)


def sources_text(say: Wording, found: Sources) -> str:
    """A line a source."""
    lines = [
        say(mcp.SOURCE, **vars(source) | {"name": one_line(source.name), "kind": say(mcp.SOURCE_KINDS[source.kind])})
        for source in found.sources
    ]
    return "\n".join(lines) or say(mcp.NO_SOURCES)


def _answer_lines(say: Wording, answer: ConversationalAnswer) -> Iterator[str]:
    if answer.certainty == "sure":
        yield f"{say(answers.ANSWERED)}  {say(answers.confidence(answer.confidence))}"
    elif answer.certainty == "possible":
        yield say(answers.POSSIBLE)
    else:
        yield say(answers.nothing_found(needs_words=answer.needs_words, ends=answer.no_more, courtesy=answer.courtesy))
        if answer.hits:
            yield say(answers.NEAREST_PASSAGES)
    if answer.earlier_words:
        words = say(answers.LIST_SEPARATOR).join(answer.earlier_words)
        yield say(answers.EARLIER_WORDS, words=words)
    passages = [_passage(hit) for hit in answer.hits]
    for hit, passage in zip(answer.hits, passages, strict=True):
        duplicates = [_passage(one) for one in hit.duplicates]
        yield ""
        yield f"{hit.rank}. {_place(say, passage, beside=(*passages, *duplicates))}"
        if warning := needs_review(say, passage.needs_review_since):
            yield warning
        if hit.pinned:
            yield say(answers.PINNED)
        yield from _quoted(_marked(hit, answer.certainty))
        yield from _beneath(hit)
        if also_in := other_places(say, passage, duplicates):
            yield one_line(also_in)


def _place(say: Wording, passage: Passage, beside: tuple[Passage, ...] = ()) -> str:
    said_by = f" {speaker(say, passage)}" if passage.speaker else ""
    return one_line(place_and_date(say, passage, beside) + said_by)


def _marked(hit: QuotedPassage, certainty: Certainty) -> str:
    """The text of a passage with the sentence that answers between `**`; where nothing is near, none does."""
    if certainty == "none":
        return hit.text
    before, sentence, after = hit.text.partition(hit.sentence)
    return f"{before}**{sentence}**{after}"


def _quoted(text: str) -> Iterator[str]:
    return (f"> {line}" for line in printable(text).split("\n"))


def _beneath(one: Paragraph | QuotedPassage) -> Iterator[str]:
    if one.attribution.url:
        yield one_line(one.attribution.url)
    yield f"passage_id: {one.passage_id}"


def _passage(one: Paragraph | QuotedPassage | Duplicate) -> Passage:
    text = "" if isinstance(one, Duplicate) else one.text
    return Passage(one.passage_id, text, **vars(one.attribution))
