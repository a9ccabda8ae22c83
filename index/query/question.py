"""Analyses a question into weighted terms, and the type of answer that it expects.

The weights were measured on the development sets of JSQuAD and JaQuAD; `kotae evaluate` measures them again.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from index.language import sound
from index.language.analysis import QUESTION_WORDS, Token, kanji_terms, number_terms, tokenize, trigrams
from index.language.answer_type import AnswerType, expected_answer_type
from index.language.normalization import normalize
from index.language.synonyms import synonyms_of
from index.types import QuestionTerm

KANJI_WEIGHT = 0.5
TRIGRAM_WEIGHT = 0.35
NUMBER_WEIGHT = 0.7
SOUND_WEIGHT = 2.0
SYNONYM_WEIGHT = 0.35
# The rest of a longer question is ignored: this many characters take a quarter of a second to answer. A message on
# Discord has up to 2,000 characters, or 4,000 with a subscription.
LONGEST_QUESTION = 2_000
# Each takes a millisecond to transliterate.
_MAX_LATIN_WORDS = 100
# Terms from earlier questions count half.
EARLIER_WEIGHT = 0.5

_WEIGHT_BY_PART_OF_SPEECH = {"名詞": 1.0, "接頭辞": 1.2, "接尾辞": 0.6, "形容詞": 0.5, "形状詞": 0.5}
_WEIGHT_OF_OTHERS = 0.45
_WEIGHT_OF_PROPER_NOUN = 2.0
_WEIGHT_OF_NUMERAL = 1.5
_WEIGHT_OF_LIGHT_WORD = 0.35
LIGHT_WORDS = frozenset(
    "為る 居る 有る 成る 言う 出来る 行う 呼ぶ 因る 於く 関する 対する 及ぶ 物 事 所 時 様 者 "
    "無い 良い 付く 就く つく 持つ 来る 行く 見る 為 中 方 内".split()
)
# Function words at the end of a question, after its last content word.
_TRAILING_PARTS_OF_SPEECH = frozenset({"助詞", "助動詞", "補助記号", "代名詞"})

# "…について教えてください": a request, which says nothing about the answer.
_REQUEST = (
    r"(?:(?:に(?:つい|関し)て|のこと)?(?:を|は|が)?)"
    r"(?:教え|おしえ|知り|聞き|知らせ|説明し|聞かせ)(?:て|たい)"
    r"(?:ほしい|欲しい|下さい|ください|くれ|もらえ|いただけ|頂け)?(?:る|ない|ます|ません|です|か|の|んですけど|んですが)*"
    r"[。.!?！？]*$"
)


class Question(NamedTuple):
    """A question as analysed: its words, its terms, and the expected answer type if its words say so.

    `core` is its text without the function words at its end.
    """

    tokens: tuple[Token, ...]
    terms: tuple[QuestionTerm, ...]
    answer_type: AnswerType | None
    core: str


def analyse_question(text: str, earlier: str = "") -> Question:
    """A question as analysed, with the terms of the `earlier` questions that it follows up."""
    content = without_request(text)
    tokens = tokenize(content)
    terms = _terms(content, tokens)
    if earlier_content := without_request(earlier):
        own = {(term.view, term.term) for term in terms}
        terms += [
            term._replace(weight=term.weight * EARLIER_WEIGHT)
            for term in _terms(earlier_content, tokenize(earlier_content))
            if (term.view, term.term) not in own
        ]
    return Question(tuple(tokens), tuple(terms), expected_answer_type(tokens), _core(tokens))


def without_request(text: str) -> str:
    """A question, normalised, without "please tell me about"; at most LONGEST_QUESTION characters of it."""
    return re.sub(_REQUEST, "", normalize(text[:LONGEST_QUESTION])[:LONGEST_QUESTION].strip())


def _terms(text: str, tokens: list[Token]) -> list[QuestionTerm]:
    """The terms of a question without its request, each once."""
    core = _core(tokens)
    terms = [
        QuestionTerm("lemma", token.lemma, _weight(token, before), token.surface)
        for before, token in zip([None, *tokens], tokens, strict=False)
        if token.is_content
    ]
    terms += _synonyms(terms)
    terms += [QuestionTerm("kanji", kanji, KANJI_WEIGHT, kanji) for kanji in kanji_terms(core)]
    terms += [QuestionTerm("trigram", trigram, TRIGRAM_WEIGHT, trigram) for trigram in trigrams(core)]
    terms += [QuestionTerm("number", number, NUMBER_WEIGHT, number) for number in number_terms(text)]
    for word in sound.latin_words(text)[:_MAX_LATIN_WORDS]:
        key = sound.of_latin(word)
        terms += [QuestionTerm(view, key, SOUND_WEIGHT, word, bridge=True) for view in ("katakana", "latin")]
    for word in sound.katakana_words(text):
        key = sound.of_katakana(word)
        terms += [QuestionTerm(view, key, SOUND_WEIGHT, word, bridge=True) for view in ("latin", "katakana")]
    once: dict[tuple[str, str], QuestionTerm] = {}
    for term in terms:
        once.setdefault((term.view, term.term), term)
    return list(once.values())


def _synonyms(words: list[QuestionTerm]) -> list[QuestionTerm]:
    """Terms for the synonyms of words, but for light words, which go with anything."""
    own = {word.term for word in words}
    return [
        word._replace(term=synonym, weight=word.weight * SYNONYM_WEIGHT, synonym=True)
        for word in words
        if word.term not in LIGHT_WORDS
        for synonym in sorted(synonyms_of(word.term) - own)
    ]


def _core(tokens: list[Token]) -> str:
    end = len(tokens)
    while end and (
        (tokens[end - 1].part_of_speech in _TRAILING_PARTS_OF_SPEECH and not tokens[end - 1].is_content)
        or tokens[end - 1].lemma in QUESTION_WORDS
    ):
        end -= 1
    return "".join(token.surface for token in tokens[:end])


def _weight(token: Token, before: Token | None) -> float:
    if token.lemma in LIGHT_WORDS or (before and before.lemma == "何"):
        return _WEIGHT_OF_LIGHT_WORD
    if token.subdivision == "固有名詞":
        return _WEIGHT_OF_PROPER_NOUN
    if token.subdivision == "数詞":
        return _WEIGHT_OF_NUMERAL
    return _WEIGHT_BY_PART_OF_SPEECH.get(token.part_of_speech, _WEIGHT_OF_OTHERS)
