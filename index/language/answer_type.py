"""The expected answer type of a question, and the answer type of each word of a text.

A date, a number (of something), a person or a place. A question expects it by its question word, or by the noun
that it asks about: "首都は？" asks for a place, "生年は？" for a date.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from index.language.analysis import QUESTION_WORDS, Token

_DATE_UNITS = frozenset({"年", "月", "日", "時", "世紀", "年代", "時代", "時期", "年度"})
_WHEN = frozenset({"何時", "何時頃"})
_WHO = frozenset({"誰", "どなた"})
_HOW_MUCH = frozenset({"幾ら", "幾つ", "幾", "如何程"})
_HOW_MUCH_MONEY = frozenset({"幾ら"})
_EXTENT = frozenset({"くらい", "ぐらい", "位", "ほど", "程", "程度"})
_COUNTERS = frozenset({"助数詞可能", "助数詞"})
_PERSON_SUFFIXES = frozenset({"氏", "さん", "様", "君", "先生", "教授"})

_NOUNS = {
    "person": "者 人 人物 王 皇帝 首相 大統領 監督 作者 著者 選手 作家 氏名 本名 父 母 妻 夫 息子 娘 兄 弟 姉 妹 長 会長 "
    "社長 党首 議長 女王 将軍 学者 教授 俳優 歌手 師 委員長 総裁 大臣 市長 知事 女性 男性 家",
    "place": "国 首都 都市 市 県 町 村 場所 地 地域 出身 州 島 地方 都道府県 省 産地 所在 位置 本社 本拠 港 駅 大陸 区 郡 所 "
    "生誕 山 川 湖",
    "date": "年 日 時期 月 時代 年代 世紀 年月日 日付 時 頃 年度 期間 元号 生年 期限 締め切り 期日 納期",
    "number": "数 人数 人口 面積 額 率 割合 量 値段 価格 利率 税率 金利 高い 長い 距離 重い 速度 温度 気温 回 倍 定員 定数 年齢 金額 台 件 冊 "
    "多い 広い 大きい 標高 降水 深い 幅 部 重量 番 位",
}
# What is asked for with いくら, and with nouns for amounts of money: 投資額, 料金, 給料.
MONEY = "money"
_MONEY_UNITS = frozenset(
    "円 円-助数詞 ドル dollar 米ドル ユーロ euro ポンド pound pond 元 ウォン won セント cent 銭".split()
)
_MONEY_NOUNS = frozenset(
    "額 金額 値段 価格 料金 費用 代金 代 費 料 賃金 給料 給与 年収 月収 賞与 手当 報酬 予算 売上 売り上げ 収入 罰金 税金 会費 "
    "家賃 単価 cost 寄付金 賞金 資金 送料 運賃 経費 学費 食費 旅費 時給 月給 日給 給 高 残高 総額 株価".split()
)

# Units that texts use for each other.
_SAME_UNITS = [
    frozenset(units.split()) for units in ("人 名", "種 種類", "個 つ", "度 °", "kilo kilometre kilogramme km kg")
]
# After 何人か and 何度も: nobody asks how many.
_INDEFINITE = frozenset("で が に と の は".split())

# What nouns count that ask for a number of something else than money.
_UNIT_BY_NOUN = {"年齢": "歳", "人口": "人", "人数": "人"}

# What a number with its unit says without the word: "10億ドルを投資した" tells 投資額.
AMOUNTS = frozenset("額 金額 値段 価格 代金 総額 費用 料金 年齢 人数".split())

# Who or what something has one of: the CEO of one company is not that of another.
ROLES = frozenset(
    "ceo cfo cto coo 代表 社長 会長 首相 大統領 president 監督 作者 著者 首都 本社 議長 市長 知事 大臣 部長 課長 店長 校長 学長 "
    "総裁 党首 女王 国王 王 皇帝 将軍 師 弟子 妻 夫 父 母 息子 娘 兄 弟 姉 妹 創業 創設 責任 担当".split()
)

_KIND_BY_NOUN = {noun: kind for kind, nouns in _NOUNS.items() for noun in nouns.split()}
_NOMINAL = ("名詞", "接尾辞")

# The answer type of a word of a text, as one character.
DATE, NUMBER, PERSON, PLACE, OTHER, NOTHING = "DNPLO-"
MARKS = {"date": DATE, "number": NUMBER, "person": PERSON, "place": PLACE}


class AnswerType(NamedTuple):
    """What is asked for: `kind` is date, number, person or place; `unit` is what a number must count, MONEY, or empty.

    `explicit` is whether the question word says so; a noun only suggests it.
    """

    kind: str
    unit: str = ""
    explicit: bool = True

    def counts(self, lemma: str) -> bool:
        """Whether a number of this is a number of what is asked for."""
        if self.unit == MONEY:
            return lemma in _MONEY_UNITS
        return bool(self.unit) and (lemma == self.unit or any({lemma, self.unit} <= units for units in _SAME_UNITS))


def expected_answer_type(question: Sequence[Token]) -> AnswerType | None:
    """The type of answer that a question's words ask for, or None where they do not say."""
    for position, token in enumerate(question):
        following = question[position + 1] if position + 1 < len(question) else None
        if _is_indefinite(question[position + 2 : position + 4]):
            continue
        explicit = _by_question_word(token, following)
        if explicit:
            return _of_money_or_not(explicit, question[:position])
        if token.lemma in QUESTION_WORDS:
            return None if token.lemma == "何故" else _by_noun(question, position)
    return _by_noun(question, len(question))


def _is_indefinite(after: Sequence[Token]) -> bool:
    """Whether what follows 何人 or 何度 makes it some people and often: 何人かで, 何度も."""
    if not after or after[0].surface not in ("か", "も"):
        return False
    return after[0].surface == "も" or (len(after) > 1 and after[1].surface in _INDEFINITE)


def _of_money_or_not(asked: AnswerType, before: Sequence[Token]) -> AnswerType:
    """What 費用はどれくらい asks for is money, and what 割合はいくら asks for is none: by the last noun before."""
    noun = next((token.lemma for token in reversed(before) if _is_noun(token)), "")
    if asked.kind == "number" and not asked.unit and noun in _MONEY_NOUNS:
        return asked._replace(unit=MONEY)
    if asked.unit == MONEY and noun not in _MONEY_NOUNS and _KIND_BY_NOUN.get(noun) == "number":
        return asked._replace(unit="")
    return asked


def _by_question_word(token: Token, following: Token | None) -> AnswerType | None:
    if token.lemma in _WHEN:
        return AnswerType("date")
    if token.lemma in _WHO or token.surface in _WHO:
        return AnswerType("person")
    if token.lemma == "何処":
        return AnswerType("place")
    if token.lemma in _HOW_MUCH:
        return AnswerType("number", MONEY if token.lemma in _HOW_MUCH_MONEY else "")
    if following is None:
        return None
    if token.lemma in ("何の", "何れ") and following.surface in _EXTENT:
        return AnswerType("number")
    if token.lemma == "何" and following.lemma in _DATE_UNITS:
        return AnswerType("date")
    if token.lemma == "何" and (following.category in _COUNTERS or following.lemma == "人"):
        return AnswerType("number", following.lemma)
    return None


def _by_noun(question: Sequence[Token], question_word: int) -> AnswerType | None:
    """By the noun that the question word belongs to, as in 何という人; else by the last before it, as in 首都は何."""
    after = question[question_word + 1 : question_word + 4]
    noun = next((token for token in after if _is_noun(token)), None)
    if noun is None or (after[0] is not noun and after[0].lemma != "と"):
        noun = next(
            (token for token in reversed(question[:question_word]) if token.is_content and token.lemma != "さ"), None
        )
    if noun and noun.lemma in _MONEY_NOUNS:
        return AnswerType("number", MONEY, explicit=False)
    kind = _KIND_BY_NOUN.get(noun.lemma) if noun and _is_noun(noun) else None
    return AnswerType(kind, _UNIT_BY_NOUN.get(noun.lemma, ""), explicit=False) if noun and kind else None


def _is_noun(token: Token) -> bool:
    return token.is_content and (token.part_of_speech in _NOMINAL or token.lemma in _NOUNS["number"].split())


def marks_of(tokens: Sequence[Token]) -> str:
    """The answer type of each word of a text, as one character a word: DATE … NOTHING."""
    marks: list[str] = []
    following = counted = ""
    # From the end: what a number counts comes after it, however many numerals it has.
    for token in reversed(tokens):
        marks.append(_mark(token, following, counted) if token.is_content else NOTHING)
        following = token.lemma
        if token.subdivision != "数詞" and (token.is_content or token.surface == "%"):
            counted = token.lemma
    return "".join(reversed(marks))


def _mark(token: Token, following: str, counted: str) -> str:
    """The answer type of a word, by the word `following` it and, for a number, by the word `counted`."""
    if token.subdivision == "数詞":
        return DATE if counted in _DATE_UNITS else NUMBER
    if token.category == "人名" or following in _PERSON_SUFFIXES:
        return PERSON
    return PLACE if token.category == "地名" else OTHER
