"""What a question seeks, as the reranker compares it with texts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from index.language.analysis import Token, kanji_terms
from index.language.answer_type import AnswerType
from index.query.bridges import is_spelling_of
from index.query.question import LIGHT_WORDS, Question
from index.reranking.outline import plain
from index.types import QuestionTerm

# Of a word that tells one thing from another: UniDic's subdivisions for proper nouns and numerals.
_NAMING = frozenset({"固有名詞", "数詞"})

# View and term to how rare it is in the collection, 0 to 1.
Rarity = Callable[[str, str], float]


class Word(NamedTuple):
    """A content word of the question: its weight times its rarity, and the kanji it is written with."""

    lemma: str
    weight: float
    kanji: str


class Numbered(NamedTuple):
    """A number or letter of the question with what it numbers: 10 and 条, 2024 and 年, b and 棟."""

    number: str
    numbered: str


class QueryFeatures(NamedTuple):
    """A question's words, kanji and numbers with their weights, and its pairs of characters.

    A word is meant by its place in `words`. `own` and `synonyms` give the words that a lemma is, or says the same as;
    `sounds` those that a sound is. `heavy` are the words that are not light, in their order; `names` those that tell
    one thing from another of its kind: proper nouns, numbers, words in Latin letters. `ideal` is the engine's score for
    a passage that has every term in full as the question writes it.
    """

    words: tuple[Word, ...]
    total: float
    own: Mapping[str, int]
    synonyms: Mapping[str, tuple[int, ...]]
    sounds: Mapping[str, int]
    heavy: tuple[int, ...]
    names: frozenset[int]
    numbered: tuple[Numbered, ...]
    kanji: Mapping[str, float]
    numbers: Mapping[str, float]
    pairs: frozenset[str]
    text: str
    wanted: AnswerType | None
    ideal: float


def query_features(question: Question, rarity: Rarity) -> QueryFeatures:
    """What an analysed question seeks in a collection where terms have this rarity."""
    terms = [term for term in question.terms if term.view == "lemma" and not term.synonym]
    words = tuple(_word(term, rarity) for term in terms)
    text = plain(question.core)
    return QueryFeatures(
        words=words,
        total=sum(word.weight for word in words) or 1.0,
        own={word.lemma: place for place, word in enumerate(words)},
        synonyms=_synonyms(terms, question.terms),
        sounds={
            term.term: place
            for term in question.terms
            if term.bridge
            for place, word in enumerate(terms)
            if is_spelling_of(term, word)
        },
        heavy=tuple(place for place, word in enumerate(words) if word.lemma not in LIGHT_WORDS),
        names=frozenset(place for place, word in enumerate(words) if word.lemma in _names(question.tokens)),
        numbered=tuple(_numbered(question.tokens)),
        kanji=_weights("kanji", question, rarity),
        numbers=_weights("number", question, rarity),
        pairs=frozenset(pair for start in range(len(text) - 1) if (pair := text[start : start + 2]).isalnum()),
        text=text,
        wanted=question.answer_type,
        ideal=sum(
            term.weight * rarity(term.view, term.term)
            for term in question.terms
            if not term.synonym and not term.bridge
        )
        or 1.0,
    )


def _names(tokens: Sequence[Token]) -> frozenset[str]:
    return frozenset(token.lemma for token in tokens if token.subdivision in _NAMING or token.surface.isascii())


def _numbered(tokens: Sequence[Token]) -> Iterator[Numbered]:
    """The numbers and single letters that stand before a noun or a counter."""
    for number, noun in pairwise(tokens):
        counts = number.subdivision == "数詞" or (len(number.surface) == 1 and number.surface.isascii())
        if counts and number.surface.isalnum() and noun.part_of_speech in ("名詞", "接尾辞"):
            yield Numbered(plain(number.surface), plain(noun.surface))


def _word(term: QuestionTerm, rarity: Rarity) -> Word:
    return Word(term.term, term.weight * rarity("lemma", term.term), "".join(kanji_terms(term.surface)))


def _synonyms(words: list[QuestionTerm], terms: tuple[QuestionTerm, ...]) -> dict[str, tuple[int, ...]]:
    places = {word.surface: place for place, word in enumerate(words)}
    found: dict[str, tuple[int, ...]] = {}
    for term in terms:
        if term.synonym and term.surface in places:
            found[term.term] = (*found.get(term.term, ()), places[term.surface])
    return found


def _weights(view: str, question: Question, rarity: Rarity) -> dict[str, float]:
    return {term.term: term.weight * rarity(view, term.term) for term in question.terms if term.view == view}
