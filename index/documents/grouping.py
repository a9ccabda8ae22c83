"""Groups of blocks that make sense only together: a lead-in with its list, a question with its answer, a label with what follows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from index.language.sentences import sentences_of
from index.types import HEADING_SEPARATOR, Block, Kind

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
LONGEST_CONTEXT = 200
_MAX_BLOCKS_IN_GROUP = 50
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
_ADDRESS = r"https?://|\w@\w"
# Signs alone, the badge of a question, and how a letter or a notice begins its list and ends.
_NO_LETTERS = re.compile(r"[\W_]*(?:記|以上|敬具|草々|[QAＱＡ])?[\W_]*")


class Part(NamedTuple):
    """A block with its number in the document; `continues_group` keeps it with the block before it."""

    number: int
    block: Block
    continues_group: bool = False


def groups_of(blocks: Sequence[Block]) -> Iterator[list[Part]]:
    """The blocks of a document in groups; each is divided into passages by itself."""
    return _group_parts(_fold_sections(blocks))


def leads_in(text: str, to: Kind = "paragraph") -> bool:
    """Whether a text ends with a sentence that makes no sense without a following block of a kind: "The following:"."""
    end = text[-LONGEST_CONTEXT:].rstrip()
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


def _fold_sections(blocks: Sequence[Block]) -> Iterator[Part]:
    """The numbered blocks; a lead-in to subsections is followed by their content if short, else by their headings."""
    parts = [Part(number, block) for number, block in enumerate(blocks, start=1)]
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
                yield Part(inside[0].number, titled, continues_group=True)
                for one in inside:
                    yield Part(one.number, one.block._replace(heading=part.block.heading), continues_group=True)
            position += len(below)
        elif len(sections) <= _MAX_SECTIONS_LISTED:
            prefix = f"{part.block.heading}{HEADING_SEPARATOR}" if part.block.heading else ""
            names = dict.fromkeys(heading.removeprefix(prefix).split(HEADING_SEPARATOR)[0] for heading, _ in sections)
            listed = part.block._replace(text="\n".join(f"・{name}" for name in names), kind="list")
            yield Part(part.number, listed, continues_group=True)


def _parts_below(parts: Sequence[Part], position: int, heading: str) -> Sequence[Part]:
    """The parts from a position on that are in subsections of a heading."""
    end = position
    while _is_below(parts, end, heading):
        end += 1
    return parts[position:end]


def _is_below(parts: Sequence[Part], position: int, heading: str) -> bool:
    """Whether the part at a position, if there is one, is in a subsection of a heading."""
    if position == len(parts) or parts[position].block.speaker:
        return False
    inner = parts[position].block.heading
    return inner != heading and (not heading or inner.startswith(f"{heading}{HEADING_SEPARATOR}"))


def _last_heading(heading: str) -> str:
    return heading.rsplit(HEADING_SEPARATOR, 1)[-1]


def _group_parts(parts: Iterator[Part]) -> Iterator[list[Part]]:
    """The parts in groups that make sense only together; each group is divided into passages by itself."""
    group: list[Part] = []
    for part in parts:
        if not part.continues_group and _NO_LETTERS.fullmatch(part.block.text):
            continue
        if group and (part.continues_group or (len(group) < _MAX_BLOCKS_IN_GROUP and _belongs_to(group, part.block))):
            group.append(part)
            continue
        yield from _with_heading(group)
        group = [part]
    yield from _with_heading(group)


def _belongs_to(group: Sequence[Part], block: Block) -> bool:
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


def _is_only_label(group: Sequence[Part]) -> bool:
    """Whether a group is a label, or a caption below one: 第1章 総則, （目的）."""
    first, last = group[0].block.text, group[-1].block.text
    return len(group) == 1 or (len(group) == 2 and is_label(first) and re.fullmatch(_CAPTION, last) is not None)


def _is_answer_of_links(group: Sequence[Part]) -> bool:
    """Whether links are below a heading that asks, and can be opened."""
    asks = group[0].block.heading.endswith(("?", "？"))
    return asks and any(re.search(_ADDRESS, part.block.text) for part in group)


def _asks(text: str) -> bool:
    """Whether a text is a question that is marked as one."""
    return _MARKED_QUESTION.match(text) is not None and re.search(_ASKS, text) is not None


def _with_heading(group: list[Part]) -> Iterator[list[Part]]:
    """The group, with its heading as the first line where it needs that; nothing for links or code alone.

    Links that can be opened are an answer below a heading that asks.
    """
    if not group:
        return
    block = group[0].block
    if all(part.block.kind == "links" for part in group) and not _is_answer_of_links(group):
        return
    if block.heading and not block.speaker and (heading := _needed_heading(group)):
        yield [Part(group[0].number, block._replace(text=heading, kind="paragraph")), *group]
    elif any(part.block.kind != "code" for part in group):
        yield group


def _needed_heading(group: Sequence[Part]) -> str:
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
