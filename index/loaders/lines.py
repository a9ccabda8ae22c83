"""Lines of a text: those that were broken for a page's width are one, those that mean lines stay lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from unicodedata import east_asian_width

from index.language.normalization import join_words

# Half-width columns: lines are hardly ever broken for less, and so much of the widest a broken line fills.
_WIDTH = 36
_FILLED = 0.8

_ENDS_A_SENTENCE = tuple("。．.!?！？…」』）):：")
_ITEM = (
    r"\s*(?:[—―–]|-{2,}|[・•●○■□◆◇▪▶※☐☑✓*＊+-]\s*(?=[^\s*-])|[-*+]\s|[(（]?(?:\d{1,3}|[一二三四五六七八九十]{1,3}|[ア-ンa-zA-Z])[)）]"
    r"|\d{1,3}[.、．]\s?(?!\d)|[①-⑳]|第[\d一二三四五六七八九十百]+[条章項節]|[QＱAＡ問答][\d０-９]{0,3}[.:：．、]|【[^】]+】)"
)
_LABELLED = (
    r"^\s*(?:[^\s、。,「」]{1,12}\s?[:：]|\S{1,12}\s?[:：]\s*\S|[^、。\t]*[^\s、。！？](?:\t|[ \u3000]{2,}|\u3000)\s*\S|\[?\d{1,2}[:：]\d\d"
    r"|\d{4}[/.-]\d|\d{1,2}[/月]\d{1,2}|〒|https?:|[^、。]*\d[\d,]*円$)"
)
_GOES_ON = r"[、，,（(「『〔［・／/＝=]\s*$|(?<![こなと])(?:[はがをにへ]|から|まで|より|ので|って|った|[でて])\s*$"
_IS_GOING_ON = r"^\s*(?:[、。，．）)」』〕］ーぁぃぅぇぉっゃゅょ々]|(?:[はがをにのともでへ]|から|まで|より)(?=$|[、一-鿿ァ-ヺA-Za-z0-9]))"
_LATIN = r"[A-Za-z,;-]\s*$"


def begins_an_item(line: str) -> bool:
    """Whether a line begins with a bullet, a number, or the like."""
    return re.match(_ITEM, line) is not None


def is_labelled(line: str) -> bool:
    """Whether a line says of itself what it is: a name and a value, a time, an address."""
    return re.match(_LABELLED, line) is not None


def ends_a_sentence(line: str) -> bool:
    """Whether a line ends as a sentence or a quotation does."""
    return line.rstrip().endswith(_ENDS_A_SENTENCE)


def joined(lines: Sequence[str]) -> str:
    """The lines of a paragraph: joined where they were broken for the width, else each by itself."""
    lines = [line for line in lines if line.strip()]
    texts = [[line.strip()] for line in lines[:1]]
    for line, apart in zip(lines[1:], breaks(lines), strict=True):
        if apart:
            texts.append([])
        texts[-1].append(line.strip())
    return "\n".join(map(join_words, texts))


def breaks(lines: Sequence[str]) -> list[bool]:
    """Of each break between the lines of a paragraph, whether it means that a new line begins."""
    widest = max(map(_columns, lines[:-1]), default=0)
    prose = re.search(r"[。．.]\s*$", lines[-1]) is not None if lines else False
    return [not _goes_on(before, line, widest, prose=prose) for before, line in pairwise(lines)]


def _goes_on(before: str, line: str, widest: int, *, prose: bool) -> bool:
    """Whether a line of a paragraph is the rest of the one before it."""
    if begins_an_item(line):
        return False
    if re.search(_IS_GOING_ON, line) or re.search(_GOES_ON, before):
        return True
    columns = _columns(before)
    filled = columns >= _WIDTH and columns >= _FILLED * widest
    if is_labelled(line) or is_labelled(before):
        return filled and not is_labelled(line)
    return (
        filled
        or prose
        or re.search(r"[。！？]\s*$", before) is not None
        or (re.search(_LATIN, before) is not None and line.lstrip()[:1].isascii())
    )


def _columns(line: str) -> int:
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in line.strip())
