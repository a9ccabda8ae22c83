"""A document to the passages that can be quoted from it."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from itertools import chain, count, groupby, islice, pairwise
from typing import NamedTuple

from index.language.sentences import sentences_of
from index.types import HEADING_SEPARATOR, Block, Document, Kind, Passage

# A chat window shows about this many characters without scrolling.
LONGEST = 600
# A paragraph this short that points back ("this", "but") cannot be understood without the one before it.
SHORT = 40
# What is this short and no sentence is a label of what follows, or what a heading asks for.
LABEL = 15
# A list this short is read with the paragraph before it, whatever that says.
_SHORT_TOGETHER = 300
# What is repeated where a list or a table goes on takes no more than this of a passage.
_REPEATED = 200
# More blocks than this are not read together, whatever they are.
_MOST_TOGETHER = 50
# Of an item within others, this many of those above are kept apart.
_DEEPEST_ITEM = 10
# So many sections are listed below what leads in to them.
_MOST_LISTED = 20
_POINTS_BACK = (
    r"この|その|これ|それ|^(?:同[氏社紙年]|彼|また|しかし|ただし|だが|でも|さらに|なお|つまり|したがって|ちなみに)"
)
# What leads in to a list, a table or a program; and what must lead in to something, so that a paragraph is it too.
_LEADS_IN = (
    r"(?:以下|下記|次|つぎ)(?:の(?!章|回|日|週|月|年|世代|版|バージョン|機会|メジャー|マイナー|リリース|セクション|ページ|節|人)"
    r"|に(?!行|来|出)|は|を|が|で|、)[^。]*[。.]?\s*$"
)
_MUST_LEAD_IN = (
    r"(?:以下|下記)(?:の(?!章|セクション|ページ|節)|に|は|を|が|で|、)[^。」]*[。.]?\s*$"
    r"|次の(?:とおり|通り|よう|.{0,12}(?:つ|種類|場合|方法|手順|各号|いずれか|事項|書類|例|図|表|もの|点)(?!的))[^。」]*[。.]?\s*$"
    r"|次に.{0,40}(?:示|挙げ|紹介|説明|述べ)[^。」]*[。.]?\s*$|(?:例えば|たとえば|例|(?i:for example|as follows))[、,.。]?\s*$"
)
_SIGNS_OF_A_LEAD = ("以下", "下記", "次", "つぎ", "例", "たとえば", "xample", "ollows")
_ENDS = r"[。．.!?！？…」』）)]\s*$"
# Japanese, rather than signs that are used with it.
_WRITTEN = r"[ぁ-ゖァ-ヺ一-鿿]"
_INDENT = re.compile(" *")
_NOTHING_READ = r"[\W_]*"
# The most characters of a title, a heading, a speaker and a role that are searched. Loaders let nothing longer through;
# what was stored before they did, or written in Discord, is cut here, since every passage under it has its terms.
_LONGEST_OF_CONTEXT = 300
# Where a text without an end is cut: behind a comma or a space, or where a word begins.
_CUTS = (r"[、，,;；]\s*|\s+", r"(?<=[ぁ-ん])(?=[^ぁ-んー、。])", r"(?<![!-~])|(?![!-~])")


class _Part(NamedTuple):
    """A block of a document with its number; `follows` says that it makes no sense without the one before it."""

    number: int
    block: Block
    follows: bool = False


class _Unit(NamedTuple):
    """What is not cut where it can be helped.

    `above` is repeated in front of it where it begins a passage; `leads` says that it makes no sense at the end of one.
    """

    text: str
    number: int
    block: Block
    between: str = "\n"
    above: tuple[str, ...] = ()
    leads: bool = False


def to_passages(document: Document, within: str = "") -> list[Passage]:
    """The passages of a document, in reading order; what it says twice under one heading is one passage.

    An id depends on the document's name and the passage's own text, so it survives edits elsewhere;
    of equal texts in one document the second and later also depend on their number. 12 hex digits. Where documents
    of the same name may come from several places, it also depends on the place that the document is `within`.
    """
    name = f"{within}\0{document.name}" if within else document.name
    passages: dict[tuple[object, ...], Passage] = {}
    occurrences: dict[str, count[int]] = {}
    for group in _groups(_folded(document.blocks)):
        for text, first in _pieces(group):
            block = first.block
            place = (text, block.heading, block.speaker, block.role, block.date, block.url)
            if place in passages:
                continue
            occurrence = next(occurrences.setdefault(text, count()))
            passages[place] = Passage(
                id=_id(name, text, occurrence),
                text=text,
                title=document.title,
                heading=block.heading,
                paragraph=first.number,
                speaker=block.speaker,
                role=block.role,
                source=document.source,
                url=block.url or document.url,
                page=block.page,
                date=block.date,
            )
    return list(passages.values())


def context(title: str, heading: str, speaker: str | None, role: str | None) -> str:
    """What a passage stands under, as it is searched with the passage's own text."""
    parts = (title, heading, speaker, role)
    return "\n".join(part[:_LONGEST_OF_CONTEXT] for part in parts if part)


def _id(name: str, text: str, occurrence: int) -> str:
    return blake2b(f"{name}\0{text}\0{occurrence}".encode(), digest_size=6).hexdigest()


def leads_in(text: str, to: Kind = "paragraph") -> bool:
    """Whether a text ends with a sentence that makes no sense without a following block of a kind: "The following:"."""
    end = text[-_REPEATED:].rstrip()
    if end.endswith((":", "：")):
        return True
    if not any(sign in end for sign in _SIGNS_OF_A_LEAD):
        return False
    last = re.split(r"[。！？!?\n]", end.removesuffix("。"))[-1]
    return re.search(_MUST_LEAD_IN, last) is not None or (to != "paragraph" and re.search(_LEADS_IN, last) is not None)


def is_label(text: str) -> bool:
    """Whether a text is too short to say anything, and no sentence."""
    return len(text) < LABEL and re.search(_ENDS, text) is None


def _folded(blocks: Sequence[Block]) -> Iterator[_Part]:
    """The blocks with their numbers, in which what leads in to whole sections has them, or their headings, below it."""
    parts = [_Part(number, block) for number, block in enumerate(blocks, start=1)]
    place = 0
    while place < len(parts):
        part = parts[place]
        place += 1
        yield part
        if part.block.speaker or not leads_in(part.block.text):
            continue
        below = _below(parts, place, part.block.heading)
        if not below:
            continue
        sections = [(heading, list(inside)) for heading, inside in groupby(below, lambda one: one.block.heading)]
        texts = [_last(heading) for heading, _ in sections] + [one.block.text for one in below]
        if sum(len(text) + 1 for text in texts) + len(part.block.text) <= LONGEST:
            for heading, inside in sections:
                titled = inside[0].block._replace(text=_last(heading), heading=part.block.heading, kind="paragraph")
                yield _Part(inside[0].number, titled, follows=True)
                for one in inside:
                    yield _Part(one.number, one.block._replace(heading=part.block.heading), follows=True)
            place += len(below)
        elif len(sections) <= _MOST_LISTED:
            above = f"{part.block.heading}{HEADING_SEPARATOR}" if part.block.heading else ""
            names = dict.fromkeys(heading.removeprefix(above).split(HEADING_SEPARATOR)[0] for heading, _ in sections)
            listed = part.block._replace(text="\n".join(f"・{name}" for name in names), kind="list")
            yield _Part(part.number, listed, follows=True)


def _below(parts: Sequence[_Part], place: int, heading: str) -> list[_Part]:
    """The parts from a place on that stand in sections below a heading."""
    above = f"{heading}{HEADING_SEPARATOR}" if heading else ""
    below = []
    while place < len(parts) and not parts[place].block.speaker:
        of = parts[place].block.heading
        if not (of.startswith(above) and of != heading):
            break
        below.append(parts[place])
        place += 1
    return below


def _last(heading: str) -> str:
    return heading.rsplit(HEADING_SEPARATOR, 1)[-1]


def _groups(parts: Iterator[_Part]) -> Iterator[list[_Part]]:
    """The parts that are read together."""
    waiting: list[_Part] = []
    for part in parts:
        if not part.follows and re.fullmatch(_NOTHING_READ, part.block.text):
            continue
        if waiting and (part.follows or (len(waiting) < _MOST_TOGETHER and _belongs_to(waiting, part.block))):
            waiting.append(part)
            continue
        yield from _explained(waiting)
        waiting = [part]
    yield from _explained(waiting)


def _belongs_to(group: Sequence[_Part], block: Block) -> bool:
    """Whether a block makes sense only with those before it; a page may end between them, nothing else may."""
    before = group[-1].block
    if before.speaker or block.speaker:
        return False
    if (before.heading, before.date, before.url) != (block.heading, block.date, block.url):
        return False
    length = sum(len(part.block.text) + 1 for part in group) + len(block.text)
    if block.kind == "code" or all(part.block.kind == "code" for part in group):
        return True
    if leads_in(before.text, block.kind) or (len(group) == 1 and before.kind != "links" and is_label(before.text)):
        *_, last = sentences_of(before.text[-LONGEST:])
        return block.kind != "paragraph" or len(last) + 1 + len(block.text) <= LONGEST
    if block.kind == "list" and before.kind == "paragraph" and length <= _SHORT_TOGETHER:
        return True
    if length > LONGEST:
        return False
    open_quotation = before.text.count("「") > before.text.count("」") and "」" in block.text
    points_back = len(block.text) < SHORT and re.search(_POINTS_BACK, block.text) is not None
    return open_quotation or (block.kind == "paragraph" and points_back)


def _explained(group: list[_Part]) -> Iterator[list[_Part]]:
    """A group, with its heading as a first line where it says nothing without; none where nobody would quote it."""
    if not group:
        return
    block = group[0].block
    if all(part.block.kind == "links" for part in group):
        return
    prose = "\n".join([part.block.text for part in group if part.block.kind != "code"])
    # What is said of something named (〜は) needs no heading to be understood.
    short = sum(len(part.block.text) for part in group) < LABEL and "は" not in prose
    if block.heading and not block.speaker and (short or not re.search(_WRITTEN, prose)):
        heading = _last(block.heading)
        if not re.search(_WRITTEN, heading) and re.search(_WRITTEN, block.heading):
            heading = block.heading
        if short or not prose or re.search(_WRITTEN, heading):
            yield [_Part(group[0].number, block._replace(text=heading, kind="paragraph")), *group]
            return
    if prose:
        yield group


def _pieces(group: Sequence[_Part]) -> Iterator[tuple[str, _Unit]]:
    """The texts of a group that a chat window shows whole, each with the unit that it begins with."""
    whole = "\n".join(part.block.text for part in group)
    if len(whole) <= LONGEST:
        yield whole, _Unit(whole, *group[0][:2])
        return
    begun: _Unit | None = None
    last: _Unit | None = None
    text = ""
    for unit in _units(group):
        longer = f"{text}{unit.between}{unit.text}" if begun else unit.text
        if len(longer) > LONGEST:
            longer = longer.rstrip()
        if len(longer) <= LONGEST:
            text, begun, last = longer, begun or unit, unit
            continue
        led = last if last and last.leads and last is not begun else None
        if led:
            text = text.rstrip().removesuffix(led.text.rstrip()).rstrip()
        if begun and text.strip():
            yield text.strip(), begun
        begun = last = unit
        *pieces, text = _divided(_continued(unit, led))
        yield from ((piece, unit) for piece in pieces)
    if begun and text.strip():
        yield text.strip("\n").rstrip(), begun


def _continued(unit: _Unit, led: _Unit | None) -> str:
    """A unit as a passage begins with it: below what it belongs to."""
    above = [line for line in unit.above if line.strip()]
    if led and led.text.strip() not in (line.strip() for line in above):
        above = above or [led.text.strip()]
    while above and sum(len(line) + 1 for line in above) > max(_REPEATED, LONGEST - len(unit.text) - 1):
        above.pop(0)
    if sum(len(line) + 1 for line in above) + len(unit.text) > LONGEST and len(unit.text) <= LONGEST:
        above = []
    return "\n".join([*above, unit.text])


def _units(group: Sequence[_Part]) -> Iterator[_Unit]:
    """What a group consists of, one by one: a text can have millions of sentences, items, rows or lines."""
    lead = ""
    for place, (number, block, _) in enumerate(group):
        above = (lead,) if lead else ()
        match block.kind:
            case "list":
                yield from _items(block.text, _starts_of_lines(block.text), number, block, above)
            case "table":
                names, *_ = block.text.split("\n", 1)
                yield _Unit(names, number, block, above=above, leads=True)
                above = (*above, names)
                rows = islice(_lines(block.text), 1, None)
                yield from (_Unit(row, number, block, above=above) for row in rows)
            case "code":
                yield from _lines_of_code(block, number, above)
            case _:
                leads = place + 1 < len(group) and (
                    leads_in(block.text, group[place + 1].block.kind) or is_label(block.text)
                )
                last = _Unit("", number, block)
                for following in _sentences(block, number):
                    if last.text:
                        yield last
                    last = following
                yield last._replace(leads=leads)
                lead = block.text if len(block.text) <= _REPEATED else last.text.strip()


def _sentences(block: Block, number: int) -> Iterator[_Unit]:
    """The sentences of a text with the white space behind them."""
    between = "\n"
    for start, end in pairwise(chain(_starts(block.text), [len(block.text)])):
        yield _Unit(block.text[start:end], number, block, between)
        between = ""


def _starts(text: str) -> Iterator[int]:
    position = 0
    for sentence in sentences_of(text):
        start = text.index(sentence, position)
        yield start
        position = start + len(sentence)


def _items(text: str, lines: Sequence[int], number: int, block: Block, above: tuple[str, ...]) -> Iterator[_Unit]:
    """The items of a list, each with those within it where that is not too long.

    `lines` are the places in the text where they begin, and that behind the last.
    """
    depths = array("q", (_depth(text, start) for start in lines[:-1]))
    depth = min(depths, default=0)
    starts = array("q", (place for place in range(len(depths)) if depths[place] == depth or not place))
    for first, end in pairwise(chain(starts, [len(depths)])):
        item = text[lines[first] : lines[end] - 1]
        too_long = len(item) + sum(len(line) + 1 for line in above) > LONGEST
        if not too_long or end - first == 1:
            yield _Unit(item, number, block, above=above)
        elif len(above) < _DEEPEST_ITEM:
            line = text[lines[first] : lines[first + 1] - 1]
            yield _Unit(line, number, block, above=above, leads=True)
            yield from _items(text, lines[first + 1 : end + 1], number, block, (*above, line))
        else:
            yield from (_Unit(line, number, block, above=above) for line in _lines(item))


def _starts_of_lines(text: str) -> Sequence[int]:
    """Where the lines of a text begin, and where one behind it would."""
    return array("q", chain([0], (found.end() for found in re.finditer("\n", text)), [len(text) + 1]))


def _lines(text: str) -> Iterator[str]:
    return (text[start : end - 1] for start, end in pairwise(_starts_of_lines(text)))


def _depth(text: str, start: int) -> int:
    found = _INDENT.match(text, start)
    return found.end() - start if found else 0


def _lines_of_code(block: Block, number: int, above: tuple[str, ...]) -> Iterator[_Unit]:
    """The parts of a program between empty lines, or their lines where those are long."""
    between = "\n"
    start = 0
    for gap in chain(re.finditer(r"\n\s*\n", block.text), [None]):
        part = block.text[start : gap.start() if gap else None]
        if len(part) <= LONGEST // 2:
            yield _Unit(part, number, block, between, above)
        else:
            for row, line in enumerate(_lines(part)):
                yield _Unit(line, number, block, "\n" if row else between, above)
        start = gap.end() if gap else start
        between = "\n\n"


def _divided(text: str) -> Iterator[str]:
    """A text in pieces that can be quoted."""
    start, end = 0, len(text.rstrip())
    while end - start > LONGEST:
        cut = start + _cut_at(text[start : start + LONGEST + 1], LONGEST)
        yield text[start:cut].strip()
        start = cut
    yield text[start:]


def _cut_at(text: str, longest: int) -> int:
    """Where a text without an end is cut: in no number and no word, where there is another place in its last third."""
    for pattern in _CUTS:
        places = [found.end() for found in re.finditer(pattern, text[: longest + 1]) if found.end() <= longest]
        if places and places[-1] > longest * 2 // 3 and not _within_number(text, places[-1]):
            return places[-1]
    return longest


def _within_number(text: str, place: int) -> bool:
    return text[place - 1 : place].isdigit() or (text[place - 1 : place] in ",." and text[place : place + 1].isdigit())
