"""Divides a document into passages: the texts that are quoted as answers."""

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
LONGEST_PASSAGE = 600
# A paragraph this short that refers back ("this", "but") cannot be understood without the one before it.
_SHORT_PARAGRAPH = 40
# A paragraph that begins so is about what the one before it says, or goes on with it.
_REFERS_BACK = (
    r"(?:これ|それ)(?:ら|[はがをにもでと])|[こそ]の(?!他|ほか|ページ|サイト|ガイド|文書|ドキュメント|マニュアル|資料|記事|章|節|条|規[則程約]|要[領綱]|法律|条例)"
    r"|[こそ]う(?:する|すれ|した|して)|(?:もしくは|または|あるいは|逆に|同様に|そこで|ただし|なお)[、,]?|(?:上記|前述)の"
)
# A question and an answer with their marks: Q1. 駐車場はありますか？
_MARKED_QUESTION = re.compile(
    r"[【\[(（]?(?:[QＱ問]\s?[\d０-９]{0,3}(?:[-－][\d０-９]{1,3})?|質問\s?[\d０-９]{0,3})[】\])）.:：．、\s]"
)
_ASKS = r"(?:[?？]|か[。.]?)\s*$"
# A text shorter than this that is no sentence is a label of what follows, or the value that its heading names.
_LABEL_LENGTH = 15
# The caption of an article: （目的）
_CAPTION = r"[(（【〔][^()（）【】〔〕]+[)）】〕]"
# A paragraph that is an item, as in a law: (1), イ, 一.
_ITEM = r"\s*(?:[(（][\d０-９]{1,3}[)）]|[①-⑳]|[・•]|(?:[一二三四五六七八九十]{1,3}|[ア-ン])\u3000)"
# A list or a table joins the paragraph before it, whatever that says, where both together are this short.
_SHORT_GROUP = 300
# The context repeated where a list or a table continues in another passage takes no more than this.
_LONGEST_CONTEXT = 200
_MAX_BLOCKS_IN_GROUP = 50
# Nested lists are divided into items down to this depth, and into lines below it.
_MAX_CONTEXT_ITEMS = 10
# A lead-in to more sections than this is not followed by a list of their headings.
_MAX_SECTIONS_LISTED = 20
_ANAPHORA = (
    r"この|その|これ|それ|^(?:同[氏社紙年]|彼|また|しかし|ただし|だが|でも|さらに|なお|つまり|したがって|ちなみに)"
)
# Ends of a lead-in to a list, a table or code; then those of a lead-in to anything, a paragraph too.
_LEAD_IN_TO_BLOCK = (
    r"(?:以下|下記|次|つぎ)(?:の(?!章|回|日|週|月|年|世代|版|バージョン|機会|メジャー|マイナー|リリース|セクション|ページ|節|人)"
    r"|に(?!行|来|出)|は|を|が|で|、)[^。]*[。.]?\s*$"
)
_LEAD_IN = (
    r"(?:以下|下記)(?:の(?!章|セクション|ページ|節)|に|は|を|が|で|、)[^。」]*[。.]?\s*$"
    r"|次の(?:とおり|通り|よう|.{0,12}(?:つ|種類|場合|方法|手順|各号|いずれか|事項|書類|例|図|表|もの|点)(?!的))[^。」]*[。.]?\s*$"
    r"|次に.{0,40}(?:示|挙げ|紹介|説明|述べ)[^。」]*[。.]?\s*$|(?:例えば|たとえば|例|(?i:for example|as follows))[、,.。]?\s*$"
)
_LEAD_IN_HINTS = re.compile("以下|下記|次|つぎ|例|たとえば|xample|ollows")
_SENTENCE_END = r"[。．.!?！？…」』）)]\s*$"
_JAPANESE_LETTER = re.compile(r"[ぁ-ゖァ-ヺ一-鿿]")
_INDENT = re.compile(" *")
_ADDRESS = r"https?://|\w@\w"
# Signs alone, the badge of a question, and how a letter or a notice begins its list and ends.
_NO_LETTERS = re.compile(r"[\W_]*(?:記|以上|敬具|草々|[QAＱＡ])?[\W_]*")
# The most characters of a title, a heading, a speaker and a role that are searched. Loaders let nothing longer through;
# what was stored before they did, or written in Discord, is cut here, since every passage under it has its terms.
_LONGEST_OF_CONTEXT = 300
# Where a sentence that is too long is cut, best first: after a comma or space, where a word begins, between letters.
_CUT_POINTS = (r"[、，,;；]\s*|\s+", r"(?<=[ぁ-ん])(?=[^ぁ-んー、。])", r"(?<![!-~])|(?![!-~])")


class _Part(NamedTuple):
    """A block with its number in the document; `continues_group` keeps it with the block before it."""

    number: int
    block: Block
    continues_group: bool = False


class _Unit(NamedTuple):
    """A sentence, list item, table row or piece of code, which is divided only where it is longer than a passage.

    `context` is repeated before it where it begins a passage; `is_lead_in` is whether it must not end one.
    """

    text: str
    number: int
    block: Block
    separator: str = "\n"
    context: tuple[str, ...] = ()
    is_lead_in: bool = False


def to_passages(document: Document, location: str = "") -> list[Passage]:
    """The passages of a document, in reading order; a text that comes twice under one heading is one passage.

    An id depends on the document's name and the passage's own text, so it survives edits elsewhere;
    of equal texts in one document the second and later also depend on their number. 12 hex digits. Where documents
    of the same name may come from several places, it also depends on the document's `location`.
    """
    name = f"{location}\0{document.name}" if location else document.name
    passages: dict[tuple[object, ...], Passage] = {}
    occurrences: dict[str, count[int]] = {}
    for group in _group_parts(_fold_sections(document.blocks)):
        for text, first in _passage_texts(group):
            block = first.block
            key = (text, block.heading, block.speaker, block.role, block.date, block.url)
            if key in passages:
                continue
            occurrence = next(occurrences.setdefault(text, count()))
            passages[key] = Passage(
                id=_id(name, text, occurrence),
                text=text,
                title=document.title,
                heading=block.heading,
                paragraph=block.row or first.number,
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
    end = text[-_LONGEST_CONTEXT:].rstrip()
    if end.endswith((":", "：")):
        return True
    if not _LEAD_IN_HINTS.search(end):
        return False
    last = re.split(r"[。！？!?\n]", end.removesuffix("。"))[-1]
    return re.search(_LEAD_IN, last) is not None or (
        to != "paragraph" and re.search(_LEAD_IN_TO_BLOCK, last) is not None
    )


def is_label(text: str) -> bool:
    """Whether a text is too short to say anything, and no sentence."""
    return len(text) < _LABEL_LENGTH and (
        re.search(_SENTENCE_END, text) is None or re.fullmatch(_CAPTION, text) is not None
    )


def _fold_sections(blocks: Sequence[Block]) -> Iterator[_Part]:
    """The numbered blocks; a lead-in to subsections is followed by their content if short, else by their headings."""
    parts = [_Part(number, block) for number, block in enumerate(blocks, start=1)]
    position = 0
    while position < len(parts):
        part = parts[position]
        position += 1
        yield part
        if part.block.speaker or not _is_below(parts, position, part.block.heading) or not leads_in(part.block.text):
            continue
        below = _parts_below(parts, position, part.block.heading)
        sections = [(heading, list(inside)) for heading, inside in groupby(below, lambda one: one.block.heading)]
        texts = [_last_heading(heading) for heading, _ in sections] + [one.block.text for one in below]
        if sum(len(text) + 1 for text in texts) + len(part.block.text) <= LONGEST_PASSAGE:
            for heading, inside in sections:
                titled = inside[0].block._replace(
                    text=_last_heading(heading), heading=part.block.heading, kind="paragraph"
                )
                yield _Part(inside[0].number, titled, continues_group=True)
                for one in inside:
                    yield _Part(one.number, one.block._replace(heading=part.block.heading), continues_group=True)
            position += len(below)
        elif len(sections) <= _MAX_SECTIONS_LISTED:
            prefix = f"{part.block.heading}{HEADING_SEPARATOR}" if part.block.heading else ""
            names = dict.fromkeys(heading.removeprefix(prefix).split(HEADING_SEPARATOR)[0] for heading, _ in sections)
            listed = part.block._replace(text="\n".join(f"・{name}" for name in names), kind="list")
            yield _Part(part.number, listed, continues_group=True)


def _parts_below(parts: Sequence[_Part], position: int, heading: str) -> Sequence[_Part]:
    """The parts from a position on that are in subsections of a heading."""
    end = position
    while _is_below(parts, end, heading):
        end += 1
    return parts[position:end]


def _is_below(parts: Sequence[_Part], position: int, heading: str) -> bool:
    """Whether the part at a position, if there is one, is in a subsection of a heading."""
    if position == len(parts) or parts[position].block.speaker:
        return False
    inner = parts[position].block.heading
    return inner != heading and (not heading or inner.startswith(f"{heading}{HEADING_SEPARATOR}"))


def _last_heading(heading: str) -> str:
    return heading.rsplit(HEADING_SEPARATOR, 1)[-1]


def _group_parts(parts: Iterator[_Part]) -> Iterator[list[_Part]]:
    """The parts in groups that make sense only together; each group is divided into passages by itself."""
    group: list[_Part] = []
    for part in parts:
        if not part.continues_group and _NO_LETTERS.fullmatch(part.block.text):
            continue
        if group and (part.continues_group or (len(group) < _MAX_BLOCKS_IN_GROUP and _belongs_to(group, part.block))):
            group.append(part)
            continue
        yield from _with_heading(group)
        group = [part]
    yield from _with_heading(group)


def _belongs_to(group: Sequence[_Part], block: Block) -> bool:
    """Whether a block makes sense only with the group before it, which has the same heading, date and url."""
    before = group[-1].block
    # A row of a spreadsheet has the names of its columns, and makes sense by itself.
    if before.speaker or block.speaker or block.row:
        return False
    if (before.heading, before.date, before.url) != (block.heading, block.date, block.url):
        return False
    if _asks(before.text) and not _asks(block.text):
        return True
    if block.kind == "code" or all(part.block.kind == "code" for part in group):
        return True
    is_labelled = before.kind == "paragraph" and is_label(before.text) and _is_only_label(group)
    is_item = block.kind == "paragraph" and re.match(_ITEM, block.text) is not None
    if leads_in(before.text, "list" if is_item else block.kind) or is_labelled:
        *_, last = sentences_of(before.text[-LONGEST_PASSAGE:])
        return block.kind != "paragraph" or len(last) + 1 + len(block.text) <= LONGEST_PASSAGE
    length = sum(len(part.block.text) + 1 for part in group) + len(block.text)
    if block.kind in ("list", "table") and before.kind == "paragraph" and length <= _SHORT_GROUP:
        return True
    if length > LONGEST_PASSAGE:
        return False
    if is_item and re.match(_ITEM, before.text) and leads_in(group[0].block.text, "list"):
        return True
    open_quotation = "」" in block.text and before.text.count("「") > before.text.count("」")
    if open_quotation or block.kind != "paragraph":
        return open_quotation
    refers_back = (len(block.text) < _SHORT_PARAGRAPH and re.search(_ANAPHORA, block.text) is not None) or (
        (length <= _SHORT_GROUP or before.kind == "code") and re.match(_REFERS_BACK, block.text) is not None
    )
    return refers_back or before.text.endswith(("、", "，"))


def _is_only_label(group: Sequence[_Part]) -> bool:
    """Whether a group is a label, or a caption below one: 第1章 総則, （目的）."""
    first, last = group[0].block.text, group[-1].block.text
    return len(group) == 1 or (len(group) == 2 and is_label(first) and re.fullmatch(_CAPTION, last) is not None)


def _is_answer_of_links(group: Sequence[_Part]) -> bool:
    """Whether links are below a heading that asks, and can be opened."""
    asks = group[0].block.heading.endswith(("?", "？"))
    return asks and any(re.search(_ADDRESS, part.block.text) for part in group)


def _asks(text: str) -> bool:
    """Whether a text is a question that is marked as one."""
    return _MARKED_QUESTION.match(text) is not None and re.search(_ASKS, text) is not None


def _with_heading(group: list[_Part]) -> Iterator[list[_Part]]:
    """The group, with its heading as the first line where it needs that; nothing for links or code alone.

    Links that can be opened are an answer below a heading that asks.
    """
    if not group:
        return
    block = group[0].block
    if all(part.block.kind == "links" for part in group) and not _is_answer_of_links(group):
        return
    if block.heading and not block.speaker and (heading := _needed_heading(group)):
        yield [_Part(group[0].number, block._replace(text=heading, kind="paragraph")), *group]
    elif any(part.block.kind != "code" for part in group):
        yield group


def _needed_heading(group: Sequence[_Part]) -> str:
    """The heading of a group, where it cannot be understood without; empty where it can."""
    prose = "\n".join([part.block.text for part in group if part.block.kind != "code"])
    # What is said of something named (〜は) needs no heading to be understood, but はい does.
    short = sum(len(part.block.text) for part in group) < _LABEL_LENGTH and "は" not in prose.replace("はい", "")
    if not short and _JAPANESE_LETTER.search(prose):
        return ""
    path = group[0].block.heading
    heading = _last_heading(path)
    if not _JAPANESE_LETTER.search(heading) and _JAPANESE_LETTER.search(path):
        heading = path
    return heading if short or not prose or _JAPANESE_LETTER.search(heading) else ""


def _passage_texts(group: Sequence[_Part]) -> Iterator[tuple[str, _Unit]]:
    """The texts of a group's passages, none longer than LONGEST_PASSAGE, each with its first unit."""
    whole = "\n".join(part.block.text for part in group)
    if len(whole) <= LONGEST_PASSAGE:
        yield whole, _Unit(whole, *group[0][:2])
        return
    first: _Unit | None = None
    last: _Unit | None = None
    text = ""
    for unit in _units(group):
        candidate = f"{text}{unit.separator}{unit.text}" if first else unit.text
        if len(candidate) > LONGEST_PASSAGE:
            candidate = candidate.rstrip()
        if len(candidate) <= LONGEST_PASSAGE:
            text, first, last = candidate, first or unit, unit
            continue
        lead_in = last if last and last.is_lead_in and last is not first else None
        if lead_in:
            text = text.rstrip().removesuffix(lead_in.text.rstrip()).rstrip()
        if first and text.strip():
            yield text.strip(), first
        first = last = unit
        *pieces, text = _split_long(_with_context(unit, lead_in))
        yield from ((piece, unit) for piece in pieces)
    if first and text.strip():
        yield text.strip("\n").rstrip(), first


def _with_context(unit: _Unit, lead_in: _Unit | None) -> str:
    """The text of a unit that begins a passage, below as much of its context as fits."""
    context = [line for line in unit.context if line.strip()]
    if lead_in and lead_in.text.strip() not in (line.strip() for line in context):
        context = context or [lead_in.text.strip()]
    while context and sum(len(line) + 1 for line in context) > max(
        _LONGEST_CONTEXT, LONGEST_PASSAGE - len(unit.text) - 1
    ):
        context.pop(0)
    if sum(len(line) + 1 for line in context) + len(unit.text) > LONGEST_PASSAGE and len(unit.text) <= LONGEST_PASSAGE:
        context = []
    return "\n".join([*context, unit.text])


def _units(group: Sequence[_Part]) -> Iterator[_Unit]:
    """The units of a group, one by one: a text can have millions of sentences, items, rows or lines."""
    lead = ""
    for position, (number, block, _) in enumerate(group):
        context = (lead,) if lead else ()
        match block.kind:
            case "list":
                yield from _list_units(block.text, _line_starts(block.text), number, block, context)
            case "table":
                names, *_ = block.text.split("\n", 1)
                yield _Unit(names, number, block, context=context, is_lead_in=True)
                context = (*context, names)
                rows = islice(_lines(block.text), 1, None)
                yield from (_Unit(row, number, block, context=context) for row in rows)
            case "code":
                yield from _code_units(block, number, context)
            case _:
                is_lead_in = position + 1 < len(group) and (
                    leads_in(block.text, group[position + 1].block.kind) or is_label(block.text)
                )
                last = _Unit("", number, block)
                for following in _sentence_units(block, number):
                    if last.text:
                        yield last
                    last = following
                yield last._replace(is_lead_in=is_lead_in)
                lead = block.text if len(block.text) <= _LONGEST_CONTEXT else last.text.strip()


def _sentence_units(block: Block, number: int) -> Iterator[_Unit]:
    """The sentences of a text, each with the white space after it."""
    separator = "\n"
    for start, end in pairwise(chain(_sentence_starts(block.text), [len(block.text)])):
        yield _Unit(block.text[start:end], number, block, separator)
        separator = ""


def _sentence_starts(text: str) -> Iterator[int]:
    position = 0
    for sentence in sentences_of(text):
        start = text.index(sentence, position)
        yield start
        position = start + len(sentence)


def _list_units(
    text: str, lines: Sequence[int], number: int, block: Block, context: tuple[str, ...]
) -> Iterator[_Unit]:
    """The items of a list, each with the items nested in it unless that is too long.

    `lines` are the positions in the text where its lines begin, and that after the last.
    """
    depths = array("q", (_indentation(text, start) for start in lines[:-1]))
    depth = min(depths, default=0)
    starts = array("q", (position for position in range(len(depths)) if depths[position] == depth or not position))
    for first, end in pairwise(chain(starts, [len(depths)])):
        item = text[lines[first] : lines[end] - 1]
        too_long = len(item) + sum(len(line) + 1 for line in context) > LONGEST_PASSAGE
        if not too_long or end - first == 1:
            yield _Unit(item, number, block, context=context)
        elif len(context) < _MAX_CONTEXT_ITEMS:
            line = text[lines[first] : lines[first + 1] - 1]
            yield _Unit(line, number, block, context=context, is_lead_in=True)
            yield from _list_units(text, lines[first + 1 : end + 1], number, block, (*context, line))
        else:
            yield from (_Unit(line, number, block, context=context) for line in _lines(item))


def _line_starts(text: str) -> Sequence[int]:
    """The positions where the lines of a text begin, and where one more line would."""
    return array("q", chain([0], (found.end() for found in re.finditer("\n", text)), [len(text) + 1]))


def _lines(text: str) -> Iterator[str]:
    return (text[start : end - 1] for start, end in pairwise(_line_starts(text)))


def _indentation(text: str, start: int) -> int:
    found = _INDENT.match(text, start)
    return found.end() - start if found else 0


def _code_units(block: Block, number: int, context: tuple[str, ...]) -> Iterator[_Unit]:
    """The parts of code between empty lines, or the lines of parts that are long."""
    separator = "\n"
    start = 0
    for blank in chain(re.finditer(r"\n\s*\n", block.text), [None]):
        part = block.text[start : blank.start() if blank else None]
        if len(part) <= LONGEST_PASSAGE // 2:
            yield _Unit(part, number, block, separator, context)
        else:
            for row, line in enumerate(_lines(part)):
                yield _Unit(line, number, block, "\n" if row else separator, context)
        start = blank.end() if blank else start
        separator = "\n\n"


def _split_long(text: str) -> Iterator[str]:
    """A text in pieces no longer than LONGEST_PASSAGE."""
    start, end = 0, len(text.rstrip())
    while end - start > LONGEST_PASSAGE:
        cut = start + _cut_position(text[start : start + LONGEST_PASSAGE + 1])
        yield text[start:cut].strip()
        start = cut
    yield text[start:]


def _cut_position(text: str) -> int:
    """Where to cut a text that is too long: not within a number or a word, if there is another point in its last third."""
    for pattern in _CUT_POINTS:
        cuts = [found.end() for found in re.finditer(pattern, text) if found.end() <= LONGEST_PASSAGE]
        if cuts and cuts[-1] > LONGEST_PASSAGE * 2 // 3 and not _is_within_number(text, cuts[-1]):
            return cuts[-1]
    return LONGEST_PASSAGE


def _is_within_number(text: str, position: int) -> bool:
    return text[position - 1 : position].isdigit() or (
        text[position - 1 : position] in ",." and text[position : position + 1].isdigit()
    )
