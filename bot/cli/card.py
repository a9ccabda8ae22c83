"""An answer in a terminal: each passage as a quotation with its marked sentence and its attribution.

A card is a sequence of lines, a line a sequence of styled pieces. Without colours the marked sentence stands between
`**`. Lines are wrapped in a terminal, but not in a pipe.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from bot.answerer import Answer
from bot.attribution import needs_review, other_places, place_and_date, speaker
from bot.printable import one_line, printable
from bot.wording import Wording, answers
from index.types import Certainty, Hit

if TYPE_CHECKING:
    from rich.console import Console

_WIDEST = 92
_BAR = "│ "
_NOT_AT_LINE_START = "、。，．・：；？！」』）】〉》”’ー…ぁぃぅぇぉっゃゅょァィゥェォッャュョ,.:;?!)]} "
_HANGING = 2
_MARKED = "bold underline"


class Piece(NamedTuple):
    """Some text and its style, as rich names styles."""

    text: str
    style: str = ""


class Line(NamedTuple):
    """A line of a card; a quoted one has the bar in front, also where it is wrapped."""

    pieces: tuple[Piece, ...]
    bar: str = ""


def answer_card(say: Wording, answer: Answer) -> Iterator[Line]:
    """The card of an answer: how certain it is, and its passages."""
    result = answer.result
    if result.certainty == "sure":
        yield Line(
            (
                Piece(say(answers.ANSWERED), "bold green"),
                Piece("  " + say(answers.confidence(result.confidence)), "dim"),
            )
        )
    elif result.certainty == "possible":
        yield Line((Piece(say(answers.POSSIBLE), "bold yellow"),))
    else:
        nothing = answers.nothing_found(needs_words=answer.needs_words, ends=answer.ends, courtesy=answer.courtesy)
        yield Line((Piece(say(nothing), "" if answer.courtesy else "bold yellow"),))
        if result.hits:
            yield Line((Piece(say(answers.NEAREST_PASSAGES)),))
    if answer.earlier:
        words = say(answers.LIST_SEPARATOR).join(answer.earlier)
        yield Line((Piece(say(answers.EARLIER_WORDS, words=words), "dim"),))
    yield Line(())
    yield from passage_cards(say, result.hits, result.certainty)


def passage_cards(say: Wording, hits: tuple[Hit, ...], certainty: Certainty) -> Iterator[Line]:
    """The lines of passages; where nothing is near the question, no sentence is marked."""
    passages = [hit.passage for hit in hits]
    for hit in hits:
        bar = "green" if certainty == "sure" and hit.rank == 1 else "blue"
        for pieces in _lines((Piece(hit.passage.text),) if certainty == "none" else _quotation(hit)):
            yield Line(pieces, bar)
        if hit.passage.speaker:
            yield Line((Piece(one_line(speaker(say, hit.passage)), "italic"),), bar)
        stands = place_and_date(say, hit.passage, (*passages, *hit.duplicates))
        yield Line((Piece(f"{hit.rank}. {one_line(stands)}", "dim"),))
        if warning := needs_review(say, hit.passage.needs_review_since):
            yield Line((Piece(f"   {warning}", "yellow"),))
        if hit.passage.url:
            yield Line((Piece(f"   {one_line(hit.passage.url)}", "dim"),))
        if also_in := other_places(say, hit.passage, hit.duplicates):
            yield Line((Piece(f"   {one_line(also_in)}", "dim"),))
        yield Line(())


def plain(lines: Iterator[Line]) -> str:
    """Lines as text without colours."""
    return "\n".join(
        (_BAR if line.bar else "") + "".join(piece.text for piece in _with_asterisks(line).pieces) for line in lines
    )


def print_wrapped(lines: Iterator[Line], console: Console) -> None:
    """Print lines in a terminal, wrapped to its width."""
    from rich.text import Text

    width = min(console.width, _WIDEST)
    for whole in lines:
        line = whole if console.color_system else _with_asterisks(whole)
        # Control characters have no width, so they go before the line is wrapped.
        text = Text.assemble(*((printable(piece.text), piece.style) for piece in line.pieces))
        for part in text.divide(line_breaks(text.plain, width - len(_BAR) - _HANGING)):
            console.print(Text.assemble((_BAR, line.bar), part) if line.bar else part, soft_wrap=True)


def line_breaks(text: str, width: int) -> list[int]:
    """Where to break a line so that no part is wider than `width` cells.

    Japanese breaks anywhere but before the punctuation that ends something, which may hang over by one
    character; a word in Latin letters stays whole where it fits.
    """
    from rich.cells import cell_len

    breaks: list[int] = []
    start = used = 0
    for position, character in enumerate(text):
        cells = cell_len(character)
        hangs = character in _NOT_AT_LINE_START and used + cells <= width + _HANGING
        if used + cells > width and not hangs:
            place = position
            while place > start and _joins(text[place - 1]) and _joins(text[place]):
                place -= 1
            start = place if place > start else position
            breaks.append(start)
            used = cell_len(text[start:position])
        used += cells
    return breaks


def _with_asterisks(line: Line) -> Line:
    """A line whose marked pieces can be told without colours."""
    pieces = (
        piece._replace(text=f"**{piece.text}**") if piece.style == _MARKED and piece.text else piece
        for piece in line.pieces
    )
    return line._replace(pieces=tuple(pieces))


def _joins(character: str) -> bool:
    return character.isascii() and not character.isspace()


def _quotation(hit: Hit) -> tuple[Piece, ...]:
    before, _, after = hit.passage.text.partition(hit.sentence)
    return Piece(before), Piece(hit.sentence, _MARKED), Piece(after)


def _lines(pieces: tuple[Piece, ...]) -> Iterator[tuple[Piece, ...]]:
    """The pieces of each line of a text that may break within a piece."""
    line: list[Piece] = []
    for piece in pieces:
        first, *further = piece.text.split("\n")
        line.append(Piece(first, piece.style))
        for text in further:
            yield tuple(line)
            line = [Piece(text, piece.style)]
    yield tuple(line)
