"""Whether a chat message that does not address the bot asks something that a document could answer.

Precision comes before recall: what is asked of people, as a favour, an invitation or for their opinion, is left to them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.conversation import FollowUpKind, interpret
from index.language.analysis import QUESTION_WORDS, Token, tokenize
from index.language.normalization import normalize
from index.query.question import LIGHT_WORDS, Question

_FEWEST_LETTERS = 4
_FEWEST_ENGLISH_WORDS = 4

# Code, what others said, links, mentions and emoji by their names.
_NOT_SAID = r"```.*?(?:```|\Z)|^>>> .*\Z|^> .*?$|https?://\S+|<[@#:a][^<>\s]*>|:[A-Za-z0-9_]+:"
_QUOTED = r"「[^「」]*」|『[^『』]*』"
_SENTENCE = r"[^。!?\n]+[。!?]*"
_JAPANESE = r"[ぁ-ヿ]|[一-龠]"

# How a Japanese sentence ends that asks for knowledge without asking a question.
_TELL_ME = (
    r"(?:教え|おしえ)て(?:(?:ください|下さい|ほしい|欲しい|ちょうだい)(?:です|の|ん|が|けど)*"
    r"|(?:もらえ|いただけ|頂け|くれ|くださ|下さ)[ぁ-ん]*(?:か|ない|ません|たい|です))?"
    r"|(?:知り|しり)たい(?:です|の|ん|が|けど)*"
    r"|(?:方法|手順|場所|方|仕方|先)[がは](?:分か|わか)(?:らない|らなく|りません)(?:て|です|の|ん|が|けど)*"
)
_ONCE_SOMETHING_HAPPENED = r"たら|次第|ときは"
_KNOWS = r"知(?:って|りません|らない)|しって|存じ|存知|(?:方法|手順|場所|方|仕方|先)[がは]?(?:分か|わか)(?:る|ります|りません|らない)"

# Verbs with which a favour is asked, after て.
_FAVOURS = frozenset({"貰う", "頂く", "呉れる", "下さる", "欲しい", "くださる", "いただく"})
# 行こう, 始めよう
_LET_US = r"[おこごそとのぼもろよ]う$"
_NEGATIONS = frozenset({"ない", "無い", "ず", "ぬ"})
_MUST = frozenset({"行く", "成る"})
_INDEFINITE = frozenset({"か", "も", "とか", "やら"})
_ENDING_PARTICLES = frozenset({"か", "な", "ね", "よ", "の", "け"})
_POLITE = frozenset({"です", "ます", "た", "だ", "の"})
_TOPICS = frozenset({"は", "って", "なら"})
_AVAILABLE = frozenset({"有る", "出来る", "使える", "要る"})
_POINTING = frozenset({"其の", "彼の", "そんな", "こんな", "あんな"})
_FEELINGS = frozenset("好き 嫌い 楽しい 嬉しい 面白い 美味しい 怖い 眠い 寒い 暑い".split())
# What no document knows: who is spoken to, and how they are.
_PERSONAL = frozenset("本当 元気 体調 調子 気分 具合 都合 機嫌 進捗 大丈夫 皆 君 自分 私 俺 僕 人 方".split())

_ENGLISH_OPENING = (
    r"(?:(?:hi|hello|hey|ok|okay|so|and|but|please|sorry|excuse me|quick question|question)\b[\s,:!-]*"
    r"|(?:does )?(?:anyone|anybody|somebody|someone) know(?:s)? )*"
)
_AUXILIARY = r"(?:is|are|was|were|do|does|did|can|could|may|must|should|will|has|have)"
_ENGLISH_QUESTION_WORD = "|".join(sorted(word for word in QUESTION_WORDS if word.isascii()))
_ENGLISH_QUESTION = (
    rf"{_ENGLISH_OPENING}(?:(?:{_ENGLISH_QUESTION_WORD})(?:'s|'re| {_AUXILIARY}\b| (?:to|many|much|long|often|far|old)\b)"
    r"|(?:what|which|who|whose) (?!a\b|an\b|about\b|if\b|would\b|wants?\b).*\?$"
    r"|(?:is|are|does|do|can|could|may|must|should|will) .*\?$"
    r"|tell me |i(?:'d like| would like| want) to know )"
)
# The people spoken to; but "how do you reset it" is of anybody.
_ENGLISH_TO_PEOPLE = (
    r"(?<!how do )(?<!where do )(?<!when do )\b(?:you|your|u)\b|\b(?:guys|everyone|let me know|is going on|happened)\b"
    r"|\b(?:are|can|could|should|shall|would) we\b|^(?:is|are|can|could|may|should) (?:i|it|this|that|they|he|she|anyone)\b"
)


def asks(text: str) -> bool:
    """Whether a chat message asks something that a document could answer."""
    said = re.sub(_NOT_SAID, "\n", text, flags=re.DOTALL | re.MULTILINE).replace("`", "")
    normalized = re.sub(_QUOTED, "言葉", normalize(said))
    return any(_sentence_asks(sentence.strip()) for sentence in re.findall(_SENTENCE, normalized))


def _sentence_asks(sentence: str) -> bool:
    if sum(map(str.isalnum, sentence)) < _FEWEST_LETTERS:
        return False
    if not re.search(_JAPANESE, sentence):
        return _english_asks(sentence.lower())
    marked = "?" in sentence
    end = _without_laughter(sentence)
    tokens = tokenize(end)
    if not any(_says_what_about(tokens, index) for index in range(len(tokens))) or _goes_on(sentence, tokens):
        return False
    if re.search(rf"(?:{_TELL_ME})$", end):
        return not re.search(_ONCE_SOMETHING_HAPPENED, end)
    if re.search(_KNOWS, end) and (marked or end.endswith("か")):
        return True
    asking = any(_is_question_word(tokens, index) for index in range(len(tokens)))
    return not _is_for_people(tokens, asking) and _asks_for_knowledge(tokens, asking, marked)


def _without_laughter(sentence: str) -> str:
    """A sentence up to its last word; neither 笑 nor w is one."""
    end = sentence
    while end and (not end[-1].isalnum() or end[-1] in "笑wW"):
        end = end[:-1]
    return end


def _goes_on(sentence: str, tokens: Sequence[Token]) -> bool:
    """Whether a sentence is about what was said before, as それはいつ and では田中さんは are: only those there know."""
    if interpret(Question(sentence)).kind in (FollowUpKind.DEPENDENT, FollowUpKind.OTHER_SUBJECT, FollowUpKind.MORE):
        return True
    return any(token.lemma in _POINTING for token in tokens)


def _english_asks(sentence: str) -> bool:
    enough = len(re.findall(r"\w+", sentence)) >= _FEWEST_ENGLISH_WORDS
    return enough and bool(re.match(_ENGLISH_QUESTION, sentence)) and not re.search(_ENGLISH_TO_PEOPLE, sentence)


def _says_what_about(tokens: Sequence[Token], index: int) -> bool:
    """Whether a word is a noun that a document may be about; 今日, 本当 and 佐藤さん are none."""
    token = tokens[index]
    addressed = index + 1 < len(tokens) and tokens[index + 1].lemma in ("さん", "君", "ちゃん", "様")
    return (
        token.is_content
        and token.part_of_speech == "名詞"
        and token.subdivision != "数詞"
        and token.category not in ("副詞可能", "助数詞可能")
        and token.lemma not in LIGHT_WORDS | _PERSONAL
        and not addressed
    )


def _is_question_word(tokens: Sequence[Token], index: int) -> bool:
    """Whether a word asks: not 何か, 何でも and 何度も, but いくらか where that ends the sentence."""
    if tokens[index].lemma not in QUESTION_WORDS:
        return False
    after = [token.surface for token in tokens[index + 1 : index + 4]]
    if after and tokens[index].lemma == "何" and tokens[index + 1].category in ("助数詞可能", "助数詞"):
        after = after[1:]
    if after[:2] == ["で", "も"]:
        return False
    return not after or after[0] not in _INDEFINITE or (after[0] == "か" and _only_particles(tokens[index + 1 :]))


def _only_particles(tokens: Sequence[Token]) -> bool:
    return all(token.surface in _ENDING_PARTICLES for token in tokens)


def _without_ending(tokens: Sequence[Token]) -> list[Token]:
    """A sentence without the particles at its end."""
    kept = list(tokens)
    while kept and kept[-1].part_of_speech == "助詞" and kept[-1].lemma in _ENDING_PARTICLES:
        kept.pop()
    return kept


def _is_for_people(tokens: Sequence[Token], asking: bool) -> bool:
    """Whether a sentence asks a favour, permission or an opinion, invites, or wants to be agreed with."""
    body = _without_ending(tokens)
    while body and body[-1].lemma in ("です", "だ", "の") and body[-1].surface not in ("でしょう", "だろう"):
        body.pop()
    lemmas = [token.lemma for token in body]
    if not lemmas:
        return True
    if lemmas[-1] == "どう" or "如何" in lemmas or lemmas[-1] in _FEELINGS:
        return True
    if body[-1].surface == "ましょう" or (body[-1].part_of_speech == "動詞" and re.search(_LET_US, body[-1].surface)):
        return True
    after_te = [lemma for before, lemma in zip(["", *lemmas], lemmas, strict=False) if before in ("て", "で")]
    if not asking and (not _FAVOURS.isdisjoint(after_te) or "願う" in lemmas):
        return True
    negated = lemmas[-1] in _NEGATIONS
    must = len(lemmas) > 1 and lemmas[-2] in _MUST and "と" in lemmas[:-2]
    if negated and not asking and not must:
        return True
    if lemmas[-1] in ("良い", "宜しい") and lemmas[-3:-1] == ["て", "も"]:
        return not _has_topic(body)
    return _is_about_presence(body) or _is_about_what_was_done(tokens, body, asking)


def _is_about_what_was_done(tokens: Sequence[Token], body: Sequence[Token], asking: bool) -> bool:
    """Whether a sentence asks if something was done, or is done yet; or, without a subject, what somebody did."""
    if tokens[-1].lemma == "け" or (len(tokens) > 1 and tokens[-2].lemma == "け"):
        return False
    past = len(body) > 1 and body[-1].lemma == "た" and body[-2].lemma not in ("です", "だ")
    if asking:
        return past and not any(token.surface in ("は", "が") and token.part_of_speech == "助詞" for token in tokens)
    return past or any(token.lemma in ("もう", "未だ", "まだ") for token in tokens)


def _is_about_presence(body: Sequence[Token]) -> bool:
    """Whether a sentence asks who is there: 誰かいますか, 田中さんはどこにいますか."""
    verbs = [index for index, token in enumerate(body) if token.part_of_speech == "動詞"]
    return bool(verbs) and body[verbs[-1]].lemma == "居る" and body[verbs[-1] - 1].lemma not in ("て", "で")


def _has_topic(tokens: Sequence[Token]) -> bool:
    return any(token.part_of_speech == "助詞" and token.lemma in _TOPICS for token in tokens)


def _asks_for_knowledge(tokens: Sequence[Token], asking: bool, marked: bool) -> bool:
    last = tokens[-1]
    before = tokens[-2] if len(tokens) > 1 else last
    if asking:
        return marked or _ends_as_question(tokens)
    lemmas = {token.lemma for token in tokens}
    asked = (
        marked or (last.surface == "か" and before.lemma in _POLITE and before.surface != "の") or last.lemma == "け"
    )
    return asked and (_has_topic(tokens) or not _AVAILABLE.isdisjoint(lemmas))


def _ends_as_question(tokens: Sequence[Token]) -> bool:
    """Whether a sentence with a question word ends so that the word asks, also without a question mark."""
    body = _without_ending(tokens)
    particles = [token.lemma for token in tokens[len(body) :]]
    if "か" in particles or "け" in particles or particles == ["の"]:
        return True
    if body and body[-1].surface in ("でしょう", "だろう"):
        return True
    while body and (body[-1].lemma in ("です", "だ") or body[-1].part_of_speech == "助詞"):
        body.pop()
    return bool(body) and (body[-1].lemma in QUESTION_WORDS or body[-1].category == "助数詞可能")
