"""What people say in a chat that asks nothing: thanks, assent, apologies, greetings."""

from __future__ import annotations

import re
from typing import NamedTuple
from unicodedata import normalize

# By kind, what may stand alone or before a question; of several kinds in one message the first counts.
_PHRASES = {
    "thanks": (
        r"(?:(?:どうも|本当に|ほんとに?|教えてくれて|いろいろ|大変)*(?:ありがとう?|有難う|有り難う)|あざっ?す|感謝(?:です|します)?|サンキュー"
        r"|(?:大変)?(?:助か|たすか)(?:り|っ|る)|どうも|(?:many )?thank(?:s| you)(?: so much| very much| a lot)?|thx)"
        r"(?:ござい)?(?:ます|まし)?た?"
    ),
    "apology": (
        r"(?:すみませ|すいませ|済みませ)ん(?:でした)?|ごめん(?:なさい|ね)?|失礼(?:しま(?:す|した))?"
        r"|申し訳(?:ない|ありません|ございません)(?:です|でした)?|(?:i'm )?sorry|excuse me"
    ),
    "greeting": (
        r"こんにち[はわ]|こんばん[はわ]|おはよう(?:ございます)?|はじめまして|お疲れ(?:様|さま)?(?:です|でした)?"
        r"|(?:どうぞ)?(?:よろしく|宜しく)(?:お願い(?:し|いたし|致し)ます|です)?|hello|hi|hey|good (?:morning|afternoon|evening)"
    ),
    "assent": (
        r"了解(?:です|しました|いたしました|致しました)?|りょうかい(?:です)?|承知(?:です|しました|いたしました|致しました)?"
        r"|(?:よく|大体)?(?:分か|わか|解)(?:った|りました)|(?:なるほど)+(?:です)?|そうなん?(?:だ|です)|そうです?か|そっか|へ[えぇー]+"
        r"|はい|うん|ええ|ok(?:ay)?(?:です)?|おk|オッケー(?:です)?|オーケー(?:です)?|いいね|大丈夫です"
        r"|got it|i see|great|nice|perfect|understood|all right"
    ),
}
# A space ends no phrase in Latin letters: "nice hotel" is no compliment.
_END = r"[よねな]?[ー〜~]*(?:$|(?:(?<![A-Za-z])\s|[、。,.!…♪☆()笑^]|[\u2600-\u27bf\ufe0f\U0001f300-\U0001faff])+)"


class Parted(NamedTuple):
    """The kind of courtesy that a text begins with, empty if with none, and what it says beyond that."""

    courtesy: str
    rest: str


def part_courtesy(text: str) -> Parted:
    """A text without the courtesies that it begins with: "なるほど、契約社員は？" asks "契約社員は？"."""
    rest = normalize("NFKC", text).lstrip()
    kinds = set()
    while found := next(filter(None, (_at_the_beginning(kind, rest) for kind in _PHRASES)), None):
        kinds.add(found.lastgroup)
        rest = rest[found.end() :]
    if not kinds:
        return Parted("", text)
    return Parted(next(kind for kind in _PHRASES if kind in kinds), rest)


def _at_the_beginning(kind: str, text: str) -> re.Match[str] | None:
    return re.match(rf"(?i)(?P<{kind}>{_PHRASES[kind]}){_END}", text)
