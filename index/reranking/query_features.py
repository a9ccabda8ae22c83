"""What a question seeks, as the reranker compares it with texts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from index.language.analysis import QUESTION_WORDS, Token, is_english, kanji_terms
from index.language.answer_type import AMOUNTS, AnswerType
from index.language.contact import contact_asked
from index.language.definition import term_to_define
from index.language.reasons import asks_why
from index.query.bridges import is_spelling_of
from index.query.question import LIGHT_WORDS, Question
from index.reranking.outline import plain
from index.types import QuestionTerm

# Of a word that tells one thing from another: UniDic's subdivisions for proper nouns and numerals.
_NUMERAL, _PROPER = "数詞", "固有名詞"
_NAMING = frozenset({_PROPER, _NUMERAL})

# View and term to how rare it is in the collection, 0 to 1.
Rarity = Callable[[str, str], float]


class Word(NamedTuple):
    """A content word of the question: its weight times its rarity, and the kanji it is written with."""

    lemma: str
    weight: float
    kanji: str


class Named(NamedTuple):
    """The lemmas of a name and of the noun or counter that it stands before: b and 棟 of B棟, 大阪 and 社長 of 大阪の社長.

    Where it says the kind of a thing it is no name, but a noun: 海外 and 出張 of 海外出張.

    A letter or a number may stand `after` it instead: b and plan of プランB.
    """

    name: str
    noun: str
    after: bool = False


class QueryFeatures(NamedTuple):
    """A question's words, kanji and numbers with their weights, and its pairs of characters.

    A word is meant by its place in `words`. `own` and `synonyms` give the words that a lemma is, or says the same as;
    `sounds` those that a sound is, several where the analyser divides what is one name, and `spellings` how the question
    writes it. `heavy` are the words that are not light, in their order; `names` those that tell one thing from another of
    its kind: proper nouns, and words in Latin letters. `named` is what such a name or a number stands before, `kinds` what
    another noun says the kind of. `amounts` are the words that an amount of what is asked for says, `contact` what of a
    contact is asked for, and `term_to_define` the term whose definition is; they are empty where none is. `ideal` is the
    engine's score for a passage that has every term in full as the question writes it.
    """

    words: tuple[Word, ...]
    total: float
    own: Mapping[str, int]
    synonyms: Mapping[str, tuple[int, ...]]
    sounds: Mapping[str, tuple[int, ...]]
    spellings: Mapping[str, str]
    heavy: tuple[int, ...]
    names: frozenset[int]
    named: frozenset[Named]
    kinds: frozenset[Named]
    kanji: Mapping[str, float]
    numbers: Mapping[str, float]
    pairs: frozenset[str]
    text: str
    wanted: AnswerType | None
    amounts: frozenset[int]
    contact: str
    term_to_define: str
    asks_why: bool
    ideal: float


def query_features(question: Question, rarity: Rarity) -> QueryFeatures:
    """What an analysed question seeks in a collection where terms have this rarity."""
    defined = term_to_define(question.normalized)
    terms = [
        term
        for term in question.terms
        if term.view == "lemma" and not term.synonym and (not defined or plain(term.surface) in defined)
    ]
    words = tuple(_word(term, rarity) for term in terms)
    text = plain(question.core)
    tokens = _without_common_english(question.tokens)
    return QueryFeatures(
        words=words,
        total=sum(word.weight for word in words) or 1.0,
        own={word.lemma: place for place, word in enumerate(words)},
        synonyms=_synonyms(terms, question.terms),
        sounds={
            term.term: tuple(place for place, word in enumerate(terms) if is_spelling_of(term, word))
            for term in question.terms
            if term.bridge
        },
        spellings={term.term: plain(term.surface) for term in question.terms if term.bridge},
        heavy=tuple(place for place, word in enumerate(words) if word.lemma not in LIGHT_WORDS),
        names=frozenset(place for place, word in enumerate(words) if word.lemma in _names(tokens)),
        named=frozenset(_named(tokens)),
        kinds=frozenset(_kinds(tokens)),
        kanji=_weights("kanji", question, rarity),
        numbers=_weights("number", question, rarity),
        pairs=frozenset(pair for start in range(len(text) - 1) if (pair := text[start : start + 2]).isalnum()),
        text=text,
        wanted=question.answer_type,
        amounts=frozenset(place for place, word in enumerate(words) if word.lemma in AMOUNTS)
        if question.answer_type and question.answer_type.unit
        else frozenset(),
        contact=contact_asked(question.normalized),
        term_to_define=defined,
        asks_why=asks_why(question.tokens),
        ideal=sum(
            term.weight * rarity(term.view, term.term)
            for term in question.terms
            if not term.synonym and not term.bridge
        )
        or 1.0,
    )


def _without_common_english(tokens: Sequence[Token]) -> Sequence[Token]:
    """A question's words, of a sentence in English only those with capitals or digits: there Latin letters make no name."""
    if not is_english(tokens):
        return tokens
    return [token for token in tokens[1:] if not token.surface.islower()]


def _names(tokens: Sequence[Token]) -> frozenset[str]:
    return frozenset(token.lemma for token in tokens if _is_proper(token))


def _is_proper(token: Token) -> bool:
    """Whether a word is a proper noun, or written in Latin letters; a loanword in katakana is no name."""
    written_in_latin = token.surface.isascii() and token.surface.isalnum() and token.subdivision != _NUMERAL
    return token.lemma not in QUESTION_WORDS and (token.subdivision == _PROPER or written_in_latin)


def _may_be_name(token: Token) -> bool:
    # The lemma of a foreign word is in Latin letters, also where the word is in katakana.
    if token.lemma in QUESTION_WORDS:
        return False
    return token.subdivision in _NAMING or (token.lemma.isascii() and token.lemma.isalnum())


def _named(tokens: Sequence[Token]) -> Iterator[Named]:
    """The names that stand before a noun or a counter, or with の between them."""
    words = [token for token in tokens if token.lemma != "の"]
    for name, noun in pairwise(words):
        if _may_be_name(name) and noun.part_of_speech in ("名詞", "接尾辞") and noun.subdivision != _NUMERAL:
            yield Named(name.lemma, noun.lemma)
    for noun, name, then in zip(tokens, tokens[1:], [*tokens[2:], None], strict=False):
        counts = then is not None and then.part_of_speech in ("名詞", "接尾辞")
        if noun.part_of_speech == "名詞" and noun.subdivision != _NUMERAL and _is_letter_or_number(name) and not counts:
            yield Named(name.lemma, noun.lemma, after=True)


def _kinds(tokens: Sequence[Token]) -> Iterator[Named]:
    """The nouns that say of which kind the noun after them is, 海外 and 出張 of 海外出張; not those before a suffix, as 代."""
    for kind, noun in pairwise(tokens):
        nouns = all(one.part_of_speech == "名詞" and one.subdivision != _NUMERAL for one in (kind, noun))
        if nouns and len(noun.surface) > 1:
            yield Named(kind.lemma, noun.lemma)


def _is_letter_or_number(token: Token) -> bool:
    letter = len(token.surface) == 1 and token.surface.isascii() and token.surface.isalpha()
    return letter or token.subdivision == _NUMERAL


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
