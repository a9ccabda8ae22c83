"""What speaks for a sentence of a passage as the one that answers: one pure function a feature.

Each takes the question, what the passage has of it, how near in meaning that is, and the place of the sentence in it.
The weights, learnt by index.evaluation.training.learning, are in index.reranking.weights.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from index.reranking.match import Match, SentenceMatch, closeness
from index.reranking.nearness import Nearness
from index.reranking.query_features import QueryFeatures

# What a word counts that is said with a synonym.
_SYNONYM = 0.6
# At this distance, in words, what is near counts half.
_HALF_DISTANCE = 6.0

Feature = Callable[[QueryFeatures, Match, Nearness, int], float]


def near(query: QueryFeatures, match: Match, _nearness: Nearness, place: int) -> float:
    """How near the question's words stand to a word that could be the answer, 0 to 1."""
    places = _places(match)
    return max((closeness(query, places, other) for other in match.sentences[place].nearest), default=0.0)


def near_wanted(query: QueryFeatures, match: Match, _nearness: Nearness, place: int) -> float:
    """How near the question's words stand to what is of the kind asked for, 0 to 1."""
    places = _places(match)
    return max((closeness(query, places, other) for other in _wanted(match, place)), default=0.0)


def kanji(query: QueryFeatures, match: Match, _nearness: Nearness, place: int) -> float:
    """The question's kanji, more for those that few sentences have."""
    found = match.sentences[place].kanji
    counts = {one: sum(one in sentence.kanji for sentence in match.sentences) for one in found}
    return sum(query.kanji[one] * math.log(1 + len(match.sentences) / count) for one, count in counts.items())


def last_word(query: QueryFeatures, match: Match, _nearness: Nearness, place: int) -> float:
    """Whether it has the question's last word, which is mostly what is asked of the others."""
    return _has_word(query, match.sentences[place], -1)


def second_last_word(query: QueryFeatures, match: Match, _nearness: Nearness, place: int) -> float:
    """Whether it has the word before the question's last."""
    return _has_word(query, match.sentences[place], -2)


def third_last_word(query: QueryFeatures, match: Match, _nearness: Nearness, place: int) -> float:
    """Whether it has the word two before the question's last."""
    return _has_word(query, match.sentences[place], -3)


def wanted_near_last_word(query: QueryFeatures, match: Match, _nearness: Nearness, place: int) -> float:
    """How near what is of the kind asked for stands to the question's last word, 0 to 1."""
    if not query.heavy:
        return 0.0
    where = [*match.places.get(query.heavy[-1], ()), *match.synonym_places.get(query.heavy[-1], ())]
    wanted = _wanted(match, place)
    return max((1 / (1 + abs(one - other) / _HALF_DISTANCE) for one in wanted for other in where), default=0.0)


def unit(query: QueryFeatures, match: Match, _nearness: Nearness, place: int) -> float:
    """Whether it has a number of what the question wants counted."""
    return float(match.sentences[place].has_unit and _may_be_asked_of(query, match, place))


def definition(_query: QueryFeatures, match: Match, _nearness: Nearness, place: int) -> float:
    """Where a definition is asked for: whether it is one."""
    return float(match.sentences[place].defines)


def date(query: QueryFeatures, match: Match, _nearness: Nearness, place: int) -> float:
    """Where a date is asked for: whether it has one."""
    return _has_kind("date", query, match, place)


def number(query: QueryFeatures, match: Match, _nearness: Nearness, place: int) -> float:
    """Where a number is asked for: whether it has one."""
    return _has_kind("number", query, match, place)


def person(query: QueryFeatures, match: Match, _nearness: Nearness, place: int) -> float:
    """Where a person is asked for: whether it has one."""
    return _has_kind("person", query, match, place)


def place(query: QueryFeatures, match: Match, _nearness: Nearness, place: int) -> float:
    """Where a place is asked for: whether it has one."""
    return _has_kind("place", query, match, place)


def near_sentence(_query: QueryFeatures, match: Match, nearness: Nearness, place: int) -> float:
    """How near in meaning it is, beside the other sentences."""
    return nearness.sentences[place] if len(nearness.sentences) == len(match.sentences) else 0.0


def _has_kind(kind: str, query: QueryFeatures, match: Match, place: int) -> float:
    wanted = query.wanted is not None and query.wanted.kind == kind and bool(_wanted(match, place))
    return float(wanted and _may_be_asked_of(query, match, place))


def _wanted(match: Match, place: int) -> tuple[int, ...]:
    """The words of a sentence that are of the kind asked for: of numbers only those of what is counted, if there are any."""
    sentence = match.sentences[place]
    return sentence.wanted if sentence.has_unit or not any(one.has_unit for one in match.sentences) else ()


def _may_be_asked_of(query: QueryFeatures, match: Match, place: int) -> bool:
    """Whether a kind that the question only suggests, as 電気代は an amount, may be sought where none of its words are."""
    if query.wanted is None or query.wanted.explicit:
        return True
    heavy = {*query.heavy}
    has = [bool(heavy & (one.words | one.synonyms)) for one in match.sentences]
    return has[place] or not any(has)


def _has_word(query: QueryFeatures, sentence: SentenceMatch, from_end: int) -> float:
    if len(query.heavy) < -from_end:
        return 0.0
    word = query.heavy[from_end]
    return 1.0 if word in sentence.words else _SYNONYM if word in sentence.synonyms else 0.0


def _places(match: Match) -> dict[int, list[int]]:
    """Where the question's words stand, themselves or as synonyms."""
    places = {word: list(where) for word, where in match.places.items()}
    for word, where in match.synonym_places.items():
        places.setdefault(word, []).extend(where)
    return places


FEATURES: Mapping[str, Feature] = {
    feature.__name__: feature
    for feature in (
        near,
        near_wanted,
        kanji,
        last_word,
        second_last_word,
        third_last_word,
        wanted_near_last_word,
        unit,
        definition,
        date,
        number,
        person,
        place,
        near_sentence,
    )
}
