"""A document to the passages that can be quoted from it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from itertools import count, groupby
from typing import NamedTuple

from index.sentences import split_sentences
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
_NOTHING_READ = r"[\W_]*"
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
        if waiting and (part.follows or _belongs_to(waiting, part.block)):
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
        last = split_sentences(before.text)[-1]
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
    prose = "\n".join(part.block.text for part in group if part.block.kind != "code")
    heading = _last(block.heading)
    if not re.search(_WRITTEN, heading) and re.search(_WRITTEN, block.heading):
        heading = block.heading
    # What is said of something named (〜は) needs no heading to be understood.
    short = sum(len(part.block.text) for part in group) < LABEL and "は" not in prose
    strange = not re.search(_WRITTEN, prose) and re.search(_WRITTEN, heading)
    if heading and not block.speaker and (short or strange or not prose):
        yield [_Part(group[0].number, block._replace(text=heading, kind="paragraph")), *group]
    elif prose:
        yield group


def _pieces(group: Sequence[_Part]) -> Iterator[tuple[str, _Unit]]:
    """The texts of a group that a chat window shows whole, each with the unit that it begins with."""
    whole = "\n".join(part.block.text for part in group)
    if len(whole) <= LONGEST:
        yield whole, _Unit(whole, *group[0][:2])
        return
    begun: list[_Unit] = []
    text = ""
    for unit in _units(group):
        longer = f"{text}{unit.between}{unit.text}" if begun else unit.text
        if len(longer.rstrip()) <= LONGEST:
            text, begun = longer, [*begun, unit]
            continue
        led = begun[-1] if len(begun) > 1 and begun[-1].leads else None
        if led:
            text = text[: len(text) - len(led.text)].rstrip()
        if text.strip():
            yield text.strip(), begun[0]
        begun = [unit]
        text = _continued(unit, led)
        while len(text.rstrip()) > LONGEST:
            cut = _cut_at(text, LONGEST)
            yield text[:cut].strip(), unit
            text = text[cut:]
    if text.strip():
        yield text.strip("\n").rstrip(), begun[0]


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
    lead = ""
    for place, (number, block, _) in enumerate(group):
        above = (lead,) if lead else ()
        match block.kind:
            case "list":
                yield from _items(block.text.split("\n"), number, block, above)
            case "table":
                names, *rows = block.text.split("\n")
                yield _Unit(names, number, block, above=above, leads=True)
                yield from (_Unit(row, number, block, above=(*above, names)) for row in rows)
            case "code":
                yield from _lines_of_code(block, number, above)
            case _:
                units = list(_sentences(block, number))
                leads = place + 1 < len(group) and (
                    leads_in(block.text, group[place + 1].block.kind) or is_label(block.text)
                )
                yield from units[:-1]
                yield units[-1]._replace(leads=leads)
                lead = block.text if len(block.text) <= _REPEATED else units[-1].text.strip()


def _sentences(block: Block, number: int) -> Iterator[_Unit]:
    """The sentences of a text with the white space behind them."""
    text = block.text
    position = 0
    sentences = split_sentences(text)
    for sentence, following in zip(sentences, [*sentences[1:], None], strict=True):
        start = text.index(sentence, position)
        end = text.index(following, start + len(sentence)) if following is not None else len(text)
        yield _Unit(text[start:end], number, block, between="\n" if start == 0 or not position else "")
        position = end


def _items(lines: Sequence[str], number: int, block: Block, above: tuple[str, ...]) -> Iterator[_Unit]:
    """The items of a list, each with those within it where that is not too long."""
    depth = min((_depth(line) for line in lines), default=0)
    starts = [place for place, line in enumerate(lines) if _depth(line) == depth or not place]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        item = "\n".join(lines[start:end])
        if len(item) + sum(len(line) + 1 for line in above) <= LONGEST or end - start == 1:
            yield _Unit(item, number, block, above=above)
        else:
            yield _Unit(lines[start], number, block, above=above, leads=True)
            yield from _items(lines[start + 1 : end], number, block, (*above, lines[start]))


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _lines_of_code(block: Block, number: int, above: tuple[str, ...]) -> Iterator[_Unit]:
    """The parts of a program between empty lines, or their lines where those are long."""
    for place, part in enumerate(re.split(r"\n\s*\n", block.text)):
        between = "\n\n" if place else "\n"
        if len(part) <= LONGEST // 2:
            yield _Unit(part, number, block, between, above)
        else:
            for row, line in enumerate(part.split("\n")):
                yield _Unit(line, number, block, "\n" if row else between, above)


def _cut_at(text: str, longest: int) -> int:
    """Where a text without an end is cut: in no number and no word, where there is another place in its last third."""
    for pattern in _CUTS:
        places = [found.end() for found in re.finditer(pattern, text[: longest + 1]) if found.end() <= longest]
        if places and places[-1] > longest * 2 // 3 and not _within_number(text, places[-1]):
            return places[-1]
    return longest


def _within_number(text: str, place: int) -> bool:
    return text[place - 1 : place].isdigit() or (text[place - 1 : place] in ",." and text[place : place + 1].isdigit())
