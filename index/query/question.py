"""Analyses a question into weighted terms, and the type of answer that it expects.

The weights were measured on the development sets of JSQuAD and JaQuAD; `kotae evaluate` measures them again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import copy
from functools import cached_property

from index.language import sound
from index.language.analysis import (
    QUESTION_WORDS,
    Token,
    is_content_word,
    kanji_terms,
    number_terms,
    tokenize,
    trigrams,
)
from index.language.answer_type import AnswerType, expected_answer_type
from index.language.courtesy import Parted, part_courtesy
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


class Question:
    """A question, and the one whose words it takes from those asked before it, if any.

    What is made of its text is made once, when it is first looked at.
    """

    def __init__(self, text: str, earlier: Question | None = None) -> None:
        self.text = text
        self.earlier = earlier

    def with_earlier(self, words: str) -> Question:
        """The question, which takes these words from those before it."""
        question = copy(self)
        question.earlier = Question(words)
        question.__dict__.pop("terms", None)
        return question

    def alone(self) -> Question:
        """The question without the words that it takes; of its terms those that are its own."""
        question = copy(self)
        question.earlier = None
        own = {(term.view, term.term) for term in self.own_terms}
        return question.with_terms([term for term in self.terms if (term.view, term.term) in own])

    def with_terms(self, terms: Sequence[QuestionTerm]) -> Question:
        """The question, with other terms to look for."""
        question = copy(self)
        question.terms = tuple(terms)
        return question

    @cached_property
    def _parted(self) -> Parted:
        return part_courtesy(self.text[:LONGEST_QUESTION])

    @property
    def courtesy(self) -> str:
        """The kind of courtesy that it is, where it asks nothing; else empty."""
        return "" if self._parted.rest else self._parted.courtesy

    @property
    def whole_text(self) -> str:
        """The words that it takes, and its own: what its meaning is told by."""
        text = self._parted.rest if self._parted.courtesy else self.text
        return f"{self.earlier.text} {text}" if self.earlier else text

    @cached_property
    def normalized(self) -> str:
        """Its text, normalised, without courtesies and "please tell me about"; of a longer one the first LONGEST_QUESTION characters."""
        return re.sub(_REQUEST, "", normalize(self._parted.rest)[:LONGEST_QUESTION].strip())

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """Its words."""
        return tuple(tokenize(self.normalized))

    @cached_property
    def core(self) -> str:
        """Its text without the function words at its end."""
        end = len(self.tokens)
        while end and _is_trailing(self.tokens[end - 1]):
            end -= 1
        return "".join(token.surface for token in self.tokens[:end])

    @cached_property
    def answer_type(self) -> AnswerType | None:
        """The expected answer type, if its words say so."""
        return expected_answer_type(self.tokens)

    @cached_property
    def own_terms(self) -> tuple[QuestionTerm, ...]:
        """Every term that its own words ask for, each once."""
        terms = [
            QuestionTerm("lemma", token.lemma, _weight(token, before), token.surface)
            for before, token in zip([None, *self.tokens], self.tokens, strict=False)
            if token.is_content
        ]
        terms += _synonyms(terms)
        terms += [QuestionTerm("kanji", kanji, KANJI_WEIGHT, kanji) for kanji in kanji_terms(self.core)]
        terms += [QuestionTerm("trigram", trigram, TRIGRAM_WEIGHT, trigram) for trigram in trigrams(self.core)]
        terms += [QuestionTerm("number", number, NUMBER_WEIGHT, number) for number in number_terms(self.normalized)]
        # Not of "is", which would be taken for a part of "Paris".
        latin = [word for word in sound.latin_words(self.normalized) if is_content_word(word, word.lower(), "名詞")]
        for word in latin[:_MAX_LATIN_WORDS]:
            key = sound.of_latin(word)
            terms += [QuestionTerm(view, key, SOUND_WEIGHT, word, bridge=True) for view in ("katakana", "latin")]
        for word in sound.katakana_words(self.normalized):
            key = sound.of_katakana(word)
            terms += [QuestionTerm(view, key, SOUND_WEIGHT, word, bridge=True) for view in ("latin", "katakana")]
        once: dict[tuple[str, str], QuestionTerm] = {}
        for term in terms:
            once.setdefault((term.view, term.term), term)
        return tuple(once.values())

    @cached_property
    def terms(self) -> tuple[QuestionTerm, ...]:
        """The terms to look for: its own, and with less weight those of the words that it takes."""
        if self.earlier is None:
            return self.own_terms
        known = {(term.view, term.term) for term in self.own_terms}
        taken = (
            term._replace(weight=term.weight * EARLIER_WEIGHT)
            for term in self.earlier.own_terms
            if (term.view, term.term) not in known
        )
        return (*self.own_terms, *taken)


def _synonyms(words: list[QuestionTerm]) -> list[QuestionTerm]:
    """Terms for the synonyms of words, but for light words, which go with anything."""
    own = {word.term for word in words}
    return [
        word._replace(term=synonym, weight=word.weight * SYNONYM_WEIGHT, synonym=True)
        for word in words
        if word.term not in LIGHT_WORDS
        for synonym in sorted(synonyms_of(word.term) - own)
    ]


def _is_trailing(token: Token) -> bool:
    return (token.part_of_speech in _TRAILING_PARTS_OF_SPEECH and not token.is_content) or token.lemma in QUESTION_WORDS


def _weight(token: Token, before: Token | None) -> float:
    if token.lemma in LIGHT_WORDS or (before and before.lemma == "何"):
        return _WEIGHT_OF_LIGHT_WORD
    if token.subdivision == "固有名詞":
        return _WEIGHT_OF_PROPER_NOUN
    if token.subdivision == "数詞":
        return _WEIGHT_OF_NUMERAL
    return _WEIGHT_BY_PART_OF_SPEECH.get(token.part_of_speech, _WEIGHT_OF_OTHERS)
