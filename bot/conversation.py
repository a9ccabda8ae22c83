"""The conversation: what a follow-up question takes from the questions before it.

A conversation is a small plain value that the front end keeps; nothing is stored elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum, auto
from typing import NamedTuple

from index.language.analysis import QUESTION_WORDS, Token, tokenize
from index.language.normalization import join_words, normalize
from index.language.sound import katakana_words
from index.query.question import LIGHT_WORDS, Question

MOST_WORDS = 8
MOST_SHOWN = 20

_SIGN = "補助記号"
# Nouns that ask, as question words do: "理由は？" is "なぜ？".
_ASKING_NOUNS = frozenset(
    "理由 訳 目的 時期 時間 期間 期限 日付 日時 場所 金額 値段 料金 費用 人数 回数 頻度 方法 手順 条件 結果 割合 詳細 意味 "
    "他 外 別 以外 後 前 次 続き 例 具体 人 方 点 場合 間 際 頃 意見 見解 感想 考え 詳しい 同じ そう 本当 遣る".split()
)
_OTHERS = frozenset({"他", "外", "別", "以外", "続き"})
_FURTHER = frozenset({"もっと", "更に"})
# Of those, the ones that name what a document may tell: "費用は？" can be searched for by itself, "理由は？" cannot.
_NAMING = frozenset(
    "目的 時期 時間 期間 期限 日付 日時 場所 金額 値段 料金 費用 人数 回数 頻度 方法 手順 条件 結果 割合 意見".split()
)
# "そのとき" is of what was said; "この投資" may be of what everybody knows.
_POINTING = frozenset("其の そんな it they them he him she her there".split())
_CONNECTIVES = ("では", "じゃあ", "じゃ", "それでは", "それなら", "なら", "それで", "で、", "一方", "逆に", "ちなみに")

_HELP = frozenset({"help", "ヘルプ", "へるぷ"})
_LEAVE = frozenset({"quit", "exit", "bye", "終了", "終わり", "おわり"})

_TOPIC = ("は", "も", "なら", "どう")
_DEFINITION = (["と", "は"], ["って"])
_TWO_CAPITALS = r"[A-Z]\w+ [A-Z]\w+"


class FollowUpKind(Enum):
    """How a question stands to those before it."""

    STANDALONE = auto()
    # Needs earlier words: "それはいつ？", "なぜ？".
    DEPENDENT = auto()
    # As DEPENDENT, about another one of the same kind: "では田中さんは？".
    OTHER_SUBJECT = auto()
    # Asks for more of the same: "他には？".
    MORE = auto()
    # One common noun: "上限はいくら？" needs earlier words, "有給休暇は何日？" does not.
    UNCERTAIN = auto()


class Conversation(NamedTuple):
    """What was talked of: the words of the latest question and of those that it built on, and what was shown.

    `about` is the id of the passage that the latest question was answered with, if it was.
    """

    words: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    about: str = ""


NEW_CONVERSATION = Conversation()


def asks_for_help(text: str) -> bool:
    """Whether somebody types only that they want to know what can be done."""
    return _as_command(text) in _HELP


def asks_to_leave(text: str) -> bool:
    """Whether somebody types only that they want to leave."""
    return _as_command(text) in _LEAVE


def _as_command(text: str) -> str:
    return normalize(text).casefold().strip("。.!? ")


class Utterance(NamedTuple):
    """A question as part of a chat: how it stands to those before it, its nouns, its other content words.

    `names` says whether any of its words can be searched for by itself, `defines` whether it asks what a word means,
    `acts` whether its nouns are all of actions, as 延長 is, which are of something that may have been said before;
    `has_subject` whether it is about something that it names in full, as 通勤手当はいくら is.
    """

    kind: FollowUpKind
    nouns: tuple[str, ...]
    others: tuple[str, ...]
    connects: bool
    refers_back: bool
    names: bool
    defines: bool
    acts: bool
    has_subject: bool

    @property
    def may_stand_alone(self) -> bool:
        """Whether nothing in it says that it goes on."""
        return self.kind in (FollowUpKind.STANDALONE, FollowUpKind.UNCERTAIN) and not (
            self.connects or self.refers_back
        )

    @property
    def words(self) -> tuple[str, ...]:
        """What a follow-up to this question may take from it."""
        return self.nouns + self.others


def interpret(question: Question) -> Utterance:
    """A question as part of a chat."""
    connective = next((word for word in _CONNECTIVES if question.normalized.startswith(word)), "")
    text = question.normalized.removeprefix(connective).lstrip("、,。 ")
    tokens = question.tokens if text == question.normalized else tokenize(text)
    phrases = _noun_phrases(tokens)
    nouns = [phrase for phrase in phrases if not all(token.lemma in _ASKING_NOUNS for token in phrase)]
    others = [token for token in tokens if _is_predicate(token)]
    if len(nouns) > 1 and _is_said_of_topic(nouns[-1], tokens):
        others += nouns.pop()
    refers_back = any(_refers_back(token) for token in tokens)
    ending = [token.surface for token in tokens if token.part_of_speech != _SIGN]
    # どうやって ends in another って.
    defines = any(ending[-len(one) :] == one for one in _DEFINITION)
    return Utterance(
        kind=_kind(text, bool(connective), refers_back, defines, tokens, phrases, nouns, others),
        nouns=tuple(_written(phrase) for phrase in nouns),
        others=tuple(token.base for token in others),
        connects=bool(connective),
        refers_back=refers_back,
        defines=defines,
        acts=bool(nouns) and all(len(phrase) == 1 and _is_action(phrase[0]) for phrase in nouns),
        has_subject=len(nouns) > 1 or any(_is_subject(phrase, text) for phrase in nouns),
        names=bool(nouns or others) or any(token.lemma in _NAMING for token in tokens),
    )


def _is_subject(phrase: list[Token], text: str) -> bool:
    """Whether a phrase is a name, or of several words, and what is asked about."""
    in_full = len(phrase) > 1 or _is_name(phrase[0])
    return in_full and re.search(rf"{re.escape(_written(phrase))}(?:[にで]?は|って|について)", text) is not None


def _written(phrase: list[Token]) -> str:
    return re.sub(r" ?([-・]) ?", r"\1", join_words([token.surface for token in phrase]))


def is_name(word: str) -> bool:
    """Whether a word names one person, company or thing: a proper noun, or Latin letters."""
    tokens = tokenize(normalize(word))
    return any(_is_name(token) for token in tokens)


def is_person(word: str) -> bool:
    """Whether a word names a person: by the dictionary, by 氏 or さん, or as two words with capitals do."""
    tokens = tokenize(normalize(word))
    titled = any(token.lemma in ("氏", "さん", "様") for token in tokens)
    return titled or any(token.category == "人名" for token in tokens) or bool(re.fullmatch(_TWO_CAPITALS, word))


def words_taken(conversation: Conversation, utterance: Utterance) -> tuple[str, ...]:
    """The earlier words that a follow-up takes: those that it does not replace by its own.

    A name takes the place of names, a person's of persons', and a question with a verb of its own needs no other.
    """
    taken = [word for word in conversation.words if word not in utterance.nouns]
    if utterance.kind is FollowUpKind.OTHER_SUBJECT and any(is_name(noun) for noun in utterance.nouns):
        of_person = any(is_person(noun) for noun in utterance.nouns)
        taken = [word for word in taken if not is_name(word) or is_person(word) != of_person]
    if utterance.others:
        taken = [word for word in taken if not is_predicate(word)]
    return tuple(taken)


def is_predicate(word: str) -> bool:
    """Whether a word is a verb or an adjective."""
    return all(_is_predicate(token) for token in tokenize(word))


def next_conversation(
    conversation: Conversation, utterance: Utterance, taken: Sequence[str], shown: Sequence[str], about: str = ""
) -> Conversation:
    """The conversation after a question that took these earlier words and was answered with these passages.

    `about` is the one that is said to answer, or that may.
    """
    words = tuple(dict.fromkeys((*utterance.words, *taken)))[:MOST_WORDS]
    before = conversation.shown if utterance.kind is not FollowUpKind.STANDALONE and taken else ()
    passages = tuple(dict.fromkeys((*before, *shown)))[-MOST_SHOWN:]
    return Conversation(words or conversation.words, passages, about)


def _kind(
    text: str,
    connects: bool,
    refers_back: bool,
    defines: bool,
    tokens: Sequence[Token],
    phrases: list[list[Token]],
    nouns: list[list[Token]],
    others: list[Token],
) -> FollowUpKind:
    if not nouns:
        further = any(token.lemma in _FURTHER for token in tokens) and not any(
            token.lemma == "詳しい" for token in tokens
        )
        if further or (phrases and phrases[0][0].lemma in _OTHERS):
            return FollowUpKind.MORE
        says_something = any(token.is_content and token.part_of_speech != "感動詞" for token in tokens)
        asks = says_something or any(token.lemma in QUESTION_WORDS for token in tokens)
        if refers_back or connects or (asks and len(others) <= 1):
            return FollowUpKind.DEPENDENT
        return FollowUpKind.UNCERTAIN if others else FollowUpKind.STANDALONE
    if len(nouns) > 1:
        return (
            FollowUpKind.DEPENDENT if refers_back else FollowUpKind.UNCERTAIN if connects else FollowUpKind.STANDALONE
        )
    names_a_subject_only = len(phrases) == 1 and not others and not defines
    if names_a_subject_only and (connects or text.rstrip("?。 ").endswith(_TOPIC)):
        return FollowUpKind.OTHER_SUBJECT
    if refers_back or connects:
        return FollowUpKind.DEPENDENT
    named = any(_is_name(token) for token in nouns[0])
    return FollowUpKind.STANDALONE if named or defines else FollowUpKind.UNCERTAIN


def _noun_phrases(tokens: Sequence[Token]) -> list[list[Token]]:
    """Runs of nouns with their prefixes and suffixes; what 何 counts is part of the question word."""
    phrases: list[list[Token]] = [[]]
    before: Token | None = None
    for token in tokens:
        counted = before is not None and before.lemma == "何"
        joins = token.surface in ("・", "-") and bool(phrases[-1])
        if (_is_nominal(token) and not counted) or joins:
            phrases[-1].append(token)
        elif phrases[-1]:
            phrases.append([])
        before = token
    return [phrase for phrase in phrases if any(_is_noun(token) for token in phrase)]


def _is_said_of_topic(phrase: list[Token], tokens: Sequence[Token]) -> bool:
    """Whether a phrase is what is asked of something, as necessary in 予約は必要？ is."""
    words = [token for token in tokens if token.part_of_speech not in (_SIGN, "助動詞") and token.surface != "か"]
    return words[-len(phrase) :] == phrase and words[-len(phrase) - 1].surface == "は"


def _is_emoji(token: Token) -> bool:
    # Of all signs only emoji are content.
    return token.is_content and token.part_of_speech == _SIGN


def _is_noun(token: Token) -> bool:
    named = token.is_content and token.part_of_speech in ("名詞", "形状詞") and token.lemma not in LIGHT_WORDS
    return named or _is_emoji(token)


def _is_nominal(token: Token) -> bool:
    return token.is_content and token.part_of_speech in ("名詞", "接頭辞", "接尾辞", "形状詞", _SIGN)


def _is_predicate(token: Token) -> bool:
    return (
        token.is_content
        and token.part_of_speech in ("動詞", "形容詞")
        and token.lemma not in LIGHT_WORDS | _ASKING_NOUNS
    )


def _is_action(token: Token) -> bool:
    # The dictionary also has プール, of プールする.
    return token.category == "サ変可能" and not katakana_words(token.surface)


def _refers_back(token: Token) -> bool:
    pronoun = token.part_of_speech == "代名詞" and token.lemma not in QUESTION_WORDS
    return pronoun or token.lemma in _POINTING


def _is_name(token: Token) -> bool:
    return token.subdivision == "固有名詞" or (
        token.part_of_speech == "名詞" and token.surface[0].isascii() and token.surface[0].isalpha()
    )
