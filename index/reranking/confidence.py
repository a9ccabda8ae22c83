"""How sure we are that the first passage answers the question: a logistic regression over a few pure functions.

Learnt (index.evaluation.training.learning) from questions of a chat, and from JSQuAD and JaQuAD with the
passage that answers there, with it alone taken out, and with its whole article absent. What is learnt is whether the
first passage is right, so a confidence of .8 means the same in a collection of any size.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from index.language.answer_type import DATE, NUMBER, OTHER, PERSON, PLACE, ROLES
from index.language.contact import gives_contact
from index.language.normalization import numerals
from index.language.synonyms import synonyms_of
from index.reranking.continuation import CONTINUES
from index.reranking.lacking_words import Lacking
from index.reranking.match import Match, SentenceMatch
from index.reranking.outline import SEPARATOR, Sentence
from index.reranking.passage_features import Candidate
from index.reranking.query_features import Named, QueryFeatures
from index.reranking.reranker import Reranked
from index.types import Certainty

# The answer types of words that tell one thing from another.
_NAMES = frozenset({DATE, NUMBER, PERSON, PLACE})
# They are divided from their numbers in some texts, and not in others.
_MAGNITUDES = frozenset("万億兆")
# What may stand between a name and a role: OpenAIの共同創設者.
_BETWEEN = frozenset("の 共同 元 前 現 初代 副".split())
# What a word counts that is said with a synonym.
_SYNONYM = 0.5
# Where the second passage is so much worse, it is no rival.
_LARGEST_MARGIN = 5.0
# A collection of fewer passages counts as one of so many.
_SMALLEST = 30

# Of 40 questions of a chat below the latter, 4 have an answer among the three nearest passages; of 71 in between, 37.
SURE_FROM, POSSIBLE_FROM = 0.5, 0.01
_MOST_OF_ANOTHER = 0.4


class First(NamedTuple):
    """The first passage, and how it stands among the candidates.

    `size` is the number of passages in the collection, `margin` by how much its score is higher than the second's,
    `nearness_margin` by how much it is nearer in meaning than the nearest other, `lacking` how near its words come to
    those of the question that it lacks.
    """

    candidate: Candidate
    size: int
    margin: float
    nearness_margin: float
    lacking: Lacking


def first_of(reranked: Sequence[Reranked], size: int, lacking: Lacking) -> First:
    """The first of ranked passages in a collection of so many."""
    first, *others = (one.candidate for one in reranked)
    # The confidence was learnt without a context.
    score, *scores = (one.score - one.features.get(CONTINUES, 0.0) for one in reranked)
    return First(
        candidate=first,
        size=size,
        margin=min(_LARGEST_MARGIN, score - max(scores, default=-math.inf)),
        nearness_margin=first.nearness.nearest - max((one.nearness.nearest for one in others), default=0.0),
        lacking=lacking,
    )


Feature = Callable[[QueryFeatures, First], float]


def best_sentence(query: QueryFeatures, first: First) -> float:
    """The share, by weight, of the question's words that the sentence with most of them has; of a synonym half."""
    return max(
        (_share_of_sentence(query, first.candidate.match, one) for one in first.candidate.match.sentences), default=0.0
    )


def lacks_words(query: QueryFeatures, first: First) -> float:
    """The share of the words that are not light of which it has neither the word nor a synonym."""
    have = _has(first) | first.candidate.match.synonym_places.keys()
    return sum(query.words[word].weight for word in query.heavy if word not in have) / query.total


def lacks_names(query: QueryFeatures, first: First) -> float:
    """The share of the names of which it has neither the name nor another for the same: 大阪 for 東京, but not MS for Microsoft."""
    have = _has(first) | first.candidate.match.synonym_places.keys()
    return sum(query.words[word].weight for word in query.names - have) / query.total


def lacks_numbers(query: QueryFeatures, first: First) -> float:
    """How many of the question's numbers it lacks, however they are written, and does not stand under."""
    asked = {number for number in query.numbers if number.isdecimal()}
    return float(len(asked - first.candidate.match.numbers))


def ideal(query: QueryFeatures, first: First) -> float:
    """The share that the engine gave it of the ideal score, that of every term of the question matched in full."""
    return first.candidate.score / query.ideal


def margin(_query: QueryFeatures, first: First) -> float:
    """By how much the second is worse."""
    return first.margin


def near_above(_query: QueryFeatures, first: First) -> float:
    """How near in meaning its heading is."""
    return first.candidate.nearness.above


def nearness_margin(_query: QueryFeatures, first: First) -> float:
    """By how much it is nearer in meaning than any other."""
    return first.nearness_margin


def near_lacking(_query: QueryFeatures, first: First) -> float:
    """How near in meaning its words come to those that it lacks."""
    return first.lacking.near


def least_near(_query: QueryFeatures, first: First) -> float:
    """How near they come to the one of these words to which they are least near."""
    return first.lacking.least


def question_length(query: QueryFeatures, _first: First) -> float:
    """The logarithm of the question's words: of a short question a passage has all by chance."""
    return math.log(1 + len(query.heavy))


def lacks_kind(query: QueryFeatures, first: First) -> float:
    """Whether a date, a number or a person is asked for by a question word, and it has none.

    Where a place is asked for, the answer is as often a company or a ward that the dictionary has no class for.
    """
    wanted = query.wanted
    told = wanted is not None and wanted.explicit and wanted.kind != "place"
    has = first.candidate.match.above_wanted or any(sentence.wanted for sentence in first.candidate.match.sentences)
    return float(told and not has)


def lacks_unit(query: QueryFeatures, first: First) -> float:
    """Whether an amount of something is asked for, and it has none."""
    asked = query.wanted is not None and bool(query.wanted.unit)
    return float(asked and not any(sentence.has_unit for sentence in first.candidate.match.sentences))


def lacks_definition(query: QueryFeatures, first: First) -> float:
    """Whether a definition is asked for, and it has none."""
    asked = bool(query.term_to_define)
    return float(asked and not any(sentence.defines for sentence in first.candidate.match.sentences))


def size(_query: QueryFeatures, first: First) -> float:
    """The logarithm of the number of passages: the more there are, the more of any question some have by chance."""
    return math.log(max(_SMALLEST, first.size))


def always(_query: QueryFeatures, _first: First) -> float:
    """1: how sure we are before looking."""
    return 1.0


FEATURES: Mapping[str, Feature] = {
    feature.__name__: feature
    for feature in (
        best_sentence,
        lacks_words,
        lacks_names,
        lacks_numbers,
        ideal,
        margin,
        near_above,
        nearness_margin,
        near_lacking,
        least_near,
        question_length,
        lacks_kind,
        lacks_unit,
        lacks_definition,
        size,
        always,
    )
}


def features_of(query: QueryFeatures, first: First) -> list[float]:
    """The value of every feature, in their order."""
    return [feature(query, first) for feature in FEATURES.values()]


def confidence(query: QueryFeatures, first: First, weights: Mapping[str, float]) -> float:
    """The probability, 0 to 1, that the first passage answers the question; `weights` are those of the features.

    What is said of something else, as of another kind of the noun, or has no telephone number, person or number of what is counted where a
    question word asks for one, is never sure, though it has all other words. On the development sets one of a hundred right
    answers is lost by that.
    """
    probability = _probability(sum(weight * FEATURES[name](query, first) for name, weight in weights.items()))
    doubtful = (
        _is_of_another(query, first)
        or _is_of_another_kind(query, first)
        or _lacks_contact(query, first)
        or _lacks_answer(query, first)
    )
    return min(probability, _MOST_OF_ANOTHER) if doubtful else probability


def _lacks_contact(query: QueryFeatures, first: First) -> bool:
    """Whether a telephone number, an address or a link is asked for, and it gives none."""
    return bool(query.contact) and not any(
        gives_contact(one.sentence.plain, query.contact) for one in first.candidate.match.sentences
    )


def _lacks_answer(query: QueryFeatures, first: First) -> bool:
    """Whether a question word asks who, or how many of something, and it has no person, or no such number."""
    if query.wanted is None or not query.wanted.explicit:
        return False
    if query.wanted.kind == "person":
        return lacks_kind(query, first) > 0
    return lacks_unit(query, first) > 0


def _is_of_another(query: QueryFeatures, first: First) -> bool:
    """Whether it names what the question names otherwise, A棟 for B棟, and lacks that name; a role it may only mention."""
    return any(
        (named.noun in ROLES or _lacks(query, named.name, first)) and _is_of_others(query, named, first.candidate.match)
        for named in query.named
    )


def _is_of_another_kind(query: QueryFeatures, first: First) -> bool:
    """Whether it lacks of which kind a noun is, and tells of other kinds of it alone: 国内出張 for 海外出張."""
    synonyms = first.candidate.match.synonym_places
    for kind in query.kinds:
        if not _lacks(query, kind.name, first) or query.own.get(kind.name) in synonyms:
            continue
        kinds = [other for one in first.candidate.match.sentences for other in _kinds_of(kind.noun, one.sentence)]
        if kinds and all(other and other not in query.own for other in kinds):
            return True
    return False


def _kinds_of(noun: str, sentence: Sentence) -> Iterator[str]:
    """The noun that stands right before a noun, for each time that it is there; empty where none does."""
    before = ""
    for lemma, mark in zip(sentence.lemmas.split(SEPARATOR), sentence.marks, strict=False):
        if lemma == noun:
            yield before
        before = lemma if mark == OTHER and not _ends_in_hiragana(lemma) else ""


def _ends_in_hiragana(lemma: str) -> bool:
    return "ぁ" <= lemma[-1:] <= "ん"


def _lacks(query: QueryFeatures, name: str, first: First) -> bool:
    """Whether neither a passage nor what it stands under has a name, or a number however it is written."""
    numbers = {number for number, _ in numerals(name)}
    if numbers and lacks_numbers(query, first) == 0:
        return False
    if name in query.own:
        return query.own[name] not in _has(first)
    return not any(name in one.sentence.lemmas.split(SEPARATOR) for one in first.candidate.match.sentences)


def certainty_of(confidence: float) -> Certainty:
    """What may be said of the first passage at this confidence."""
    return "sure" if confidence >= SURE_FROM else "possible" if confidence >= POSSIBLE_FROM else "none"


def _probability(logit: float) -> float:
    return 1 / (1 + math.exp(-logit)) if logit > -700 else 0.0


def _has(first: First) -> frozenset[int]:
    return first.candidate.match.above | first.candidate.match.places.keys()


def _share(query: QueryFeatures, have: frozenset[int], synonyms: frozenset[int] | set[int]) -> float:
    weight = sum(query.words[word].weight for word in have)
    return (weight + _SYNONYM * sum(query.words[word].weight for word in synonyms)) / query.total


def _share_of_sentence(query: QueryFeatures, match: Match, sentence: SentenceMatch) -> float:
    have = sentence.words | match.above
    return _share(query, have, sentence.synonyms - have)


def _is_of_others(query: QueryFeatures, named: Named, match: Match) -> bool:
    """Whether names stand beside a word in a passage as in the question, and none of them is the question's."""
    names = [own for one in match.sentences for own in _names_beside(query, named, one.sentence)]
    if named.noun in ROLES and any(
        own for one in match.sentences for own in _names_beside(query, named._replace(after=True), one.sentence)
    ):
        # ナデラCEO is マイクロソフトCEOのナデラ.
        return False
    return bool(names) and not any(names)


def _names_beside(query: QueryFeatures, named: Named, sentence: Sentence) -> Iterator[bool]:
    """For each name that stands before a word, or after it, or with の between them, whether it has a word of the question."""
    name: list[bool] = []
    nouns = {named.noun, *(synonyms_of(named.noun) if named.noun in ROLES else ())}
    words = list(zip(sentence.lemmas.split(SEPARATOR), sentence.marks, sentence.sounds.split(SEPARATOR), strict=False))
    for lemma, mark, sounds in reversed(words) if named.after else words:
        if lemma in nouns and name:
            yield any(name)
        if mark in _NAMES or (lemma.isascii() and lemma.isalnum()):
            name.append(
                lemma == named.name
                or lemma in query.own
                or lemma in _MAGNITUDES
                or any(number in query.numbers for number, *_ in numerals(lemma))
                or any(sound in query.sounds for sound in sounds.split())
            )
        elif lemma not in _BETWEEN:
            name = []
