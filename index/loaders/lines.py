"""Joins lines that were wrapped at a page's width, and keeps lines that are meant as lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from unicodedata import east_asian_width

from index.language.normalization import join_words

# In half-width columns: text is hardly ever wrapped at less. A wrapped line fills this share of the widest one.
_MIN_WRAP_COLUMNS = 36
_FILLED_SHARE = 0.8
_MUCH_LONGER = 2

_SENTENCE_ENDS = tuple("。．.!?！？…」』）):：")
_ITEM = (
    r"\s*(?:[—―–]|-{2,}|[・•●○■□◆◇▪▶※☐☑✓*＊+-]\s*(?=[^\s*-])|[-*+]\s|[(（]?(?:\d{1,3}|[一二三四五六七八九十]{1,3}|[ア-ンa-zA-Z])[)）]"
    r"|\d{1,3}[.、．]\s?(?!\d)|[①-⑳]|第[\d一二三四五六七八九十百]+[条章項節]|[QＱAＡ問答][\d０-９]{0,3}[.:：．、]|【[^】]+】)"
)
# An item of a list, and neither an article nor a question.
_LIST_ITEM = r"\s*(?:[・•●○■□◆◇※‣▪☐☑✓–*-](?!\d)|\d{1,3}[.)、．）](?!\d)|[(（]\d{1,3}[)）]|[①-⑳])"
_LABELLED = (
    r"^\s*(?:[^\s、。,「」]{1,12}\s?[:：]|\S{1,12}\s?[:：]\s*\S|[^、。\t]*[^\s、。！？](?:\t|[ \u3000]{2,}|\u3000)\s*\S|\[?\d{1,2}[:：]\d\d"
    r"|\S{1,12}\s\d{1,4}[:：-]\d|\[?\d{4}[/.-]\d|\d{1,2}[/月]\d{1,2}|〒|https?:|[^、。]*\d[\d,]*円$)"
)
_CONTINUES_BELOW = (
    r"[、，,（(「『〔［・／/＝=]\s*$|(?<![こなと])(?:[はがをにへ]|から|まで|より|ので|って|った|(?<!につい)[でて])\s*$"
)
_CONTINUES_ABOVE = r"^\s*(?:[、。，．）)」』〕］ーぁぃぅぇぉっゃゅょ々]|(?:[はがをにのともでへ]|から|まで|より)(?=$|[、一-鿿ァ-ヺA-Za-z0-9]))"
_ENDS_IN_LATIN = r"[A-Za-z,;-]\s*$"


def begins_an_item(line: str) -> bool:
    """Whether a line begins with a bullet, a number, or the like."""
    return re.match(_ITEM, line) is not None


def is_labelled(line: str) -> bool:
    """Whether a line has a form of its own: a name and a value, a time, a date, an address, an amount."""
    return re.match(_LABELLED, line) is not None


def line_kind(line: str) -> str:
    """Whether a line by itself is an "item" of a list or "labelled", a form of its own; empty where it is neither."""
    if re.match(_LIST_ITEM, line):
        return "item"
    return "labelled" if is_labelled(line) and not ends_a_sentence(line) else ""


def ends_a_sentence(line: str) -> bool:
    """Whether a line ends as a sentence or a quotation does."""
    return line.rstrip().endswith(_SENTENCE_ENDS)


def join_wrapped_lines(lines: Sequence[str]) -> str:
    """The text of a paragraph with wrapped lines joined, and a line feed at each hard break."""
    lines = [line for line in lines if line.strip()]
    texts = [[line.strip()] for line in lines[:1]]
    for line, is_hard in zip(lines[1:], hard_breaks(lines), strict=True):
        if is_hard:
            texts.append([])
        texts[-1].append(line.strip())
    return "\n".join(map(join_words, texts))


def hard_breaks(lines: Sequence[str]) -> list[bool]:
    """For each break between the lines of a paragraph, whether it is hard: meant, rather than due to the width."""
    widest = max(map(_columns, lines[:-1]), default=0)
    prose = re.search(r"[。．.]\s*$", lines[-1]) is not None if lines else False
    return [not _is_continuation(before, line, widest, prose=prose) for before, line in pairwise(lines)]


def _is_continuation(before: str, line: str, widest: int, *, prose: bool) -> bool:
    """Whether a line continues the one before it, which was wrapped."""
    if begins_an_item(line):
        return False
    if re.search(_CONTINUES_ABOVE, line) or re.search(_CONTINUES_BELOW, before):
        return True
    columns = _columns(before)
    filled = columns >= _MIN_WRAP_COLUMNS and columns >= _FILLED_SHARE * widest
    if is_labelled(line) or is_labelled(before):
        return filled and not is_labelled(line)
    if filled or (re.search(_ENDS_IN_LATIN, before) is not None and line.lstrip()[:1].isascii()):
        return True
    # A line is not broken where the next one is much longer: the width was not the reason.
    if _columns(line) > _MUCH_LONGER * columns and not ends_a_sentence(before):
        return False
    # What is below a short item is the text that the item names.
    return not begins_an_item(before) and (prose or re.search(r"[。！？]\s*$", before) is not None)


def _columns(line: str) -> int:
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in line.strip())
