"""What speaks for a passage as the answer, beside the engine's score: one pure function a feature.

Each takes the question, the look at the passage, and the field of candidates that it stands in.
The weights, learnt on JSQuAD and JaQuAD, are in index.reranking.weights.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from index.reranking.match import Match, SentenceMatch, closeness
from index.reranking.nearness import UNKNOWN, Nearness
from index.reranking.query_features import QueryFeatures

# What a word counts in a sentence that has only its synonym, or only stands under it.
_SYNONYM, _ABOVE = 0.5, 0.3
# A sentence of so many characters loses 30 % against one of none.
_SENTENCE_LENGTH = 40
_LONG = 1_000


class Field(NamedTuple):
    """The candidates as a whole: in how many each kanji and pair occurs, and how many stand under each word.

    `words` and `sizes` are those of the candidates from one document.
    """

    size: int
    kanji: Mapping[str, int]
    pairs: Mapping[str, int]
    above: Mapping[int, int]
    words: Mapping[str, Mapping[int, int]]
    sizes: Mapping[str, int]


class Candidate(NamedTuple):
    """A passage that may answer: the engine's score, the document that it is from, and what it has of the question."""

    score: float
    document: str
    match: Match
    nearness: Nearness = UNKNOWN


Feature = Callable[[QueryFeatures, Candidate, Field], float]


def field_of(candidates: Sequence[Candidate]) -> Field:
    """The candidates as a whole."""
    words: dict[str, Counter[int]] = {}
    for candidate in candidates:
        words.setdefault(candidate.document, Counter()).update(candidate.match.places.keys())
    return Field(
        size=len(candidates),
        kanji=Counter(kanji for candidate in candidates for kanji in candidate.match.kanji),
        pairs=Counter(pair for candidate in candidates for pair in candidate.match.pairs),
        above=Counter(word for candidate in candidates for word in candidate.match.above),
        words=words,
        sizes=Counter(candidate.document for candidate in candidates),
    )


def first_look(_query: QueryFeatures, candidate: Candidate, _field: Field) -> float:
    """The engine's score: BM25 over all views."""
    return candidate.score


def words(query: QueryFeatures, candidate: Candidate, _field: Field) -> float:
    """The weight of the question's words that it has, however often and however long it is."""
    return sum(query.words[word].weight for word in candidate.match.places)


def words_above(query: QueryFeatures, candidate: Candidate, field: Field) -> float:
    """The words that only its title, heading or speaker has, more for those that few candidates stand under."""
    return sum(
        query.words[word].weight * _fewness(field.size, field.above.get(word))
        for word in candidate.match.above
        if word not in candidate.match.places
    )


def synonyms(query: QueryFeatures, candidate: Candidate, _field: Field) -> float:
    """The weight of the words that it says with a synonym."""
    match = candidate.match
    return sum(query.words[word].weight for word in match.synonym_places if word not in match.places)


def written_alike(query: QueryFeatures, candidate: Candidate, _field: Field) -> float:
    """The weight of the words that it lacks, by the share of their kanji that it has: 死去 for 死亡."""
    match = candidate.match
    return sum(
        word.weight * sum(kanji in match.kanji for kanji in word.kanji) / len(word.kanji)
        for place, word in enumerate(query.words)
        if word.kanji and place not in match.places
    )


def rare_kanji(query: QueryFeatures, candidate: Candidate, field: Field) -> float:
    """The question's kanji that it has, more for those that few candidates have."""
    return sum(query.kanji[kanji] * _fewness(field.size, field.kanji.get(kanji)) for kanji in candidate.match.kanji)


def rare_pairs(_query: QueryFeatures, candidate: Candidate, field: Field) -> float:
    """The question's pairs of characters that it has, by how few candidates have them."""
    return sum(math.log(field.size / field.pairs.get(pair, 1)) for pair in candidate.match.pairs)


def told_apart(query: QueryFeatures, candidate: Candidate, field: Field) -> float:
    """The question's words that it has, more for those that few candidates of its document have."""
    counts, size = field.words.get(candidate.document, {}), field.sizes.get(candidate.document, 1)
    return sum(query.words[word].weight * _fewness(size, counts.get(word)) for word in candidate.match.places)


def same_document(_query: QueryFeatures, candidate: Candidate, field: Field) -> float:
    """How many candidates are of its document: what the question is about is said in several places."""
    return math.log(field.sizes.get(candidate.document, 1))


def _fewness(size: int, count: int | None) -> float:
    """ln(1 + size / count). A candidate that the field leaves out may have what none in it has."""
    return math.log(1 + size / (count or 1))


def runs(query: QueryFeatures, candidate: Candidate, _field: Field) -> float:
    """The parts of the question that stand in it word for word: their squared lengths, by the question's length.

    Taken greedily from the left, as in greedy string tiling (Wise 1993).
    """
    return sum(run * run for run in candidate.match.runs) / max(1, len(query.text))


def longest_run(_query: QueryFeatures, candidate: Candidate, _field: Field) -> float:
    """The characters of the longest part of the question that stands in it word for word."""
    return max(candidate.match.runs, default=0)


def best_sentence(query: QueryFeatures, candidate: Candidate, _field: Field) -> float:
    """The weight of the words of the sentence that has most of them, itself, in a synonym, or in the title."""
    return max((_sentence_words(query, candidate.match, one) for one in candidate.match.sentences), default=0.0)


def _sentence_words(query: QueryFeatures, match: Match, sentence: SentenceMatch) -> float:
    weight = sum(query.words[word].weight for word in sentence.words)
    weight += _SYNONYM * sum(query.words[word].weight for word in sentence.synonyms)
    return weight + _ABOVE * sum(query.words[word].weight for word in match.above if word not in sentence.words)


def pairs_in_sentence(_query: QueryFeatures, candidate: Candidate, field: Field) -> float:
    """The rare pairs of characters of the sentence that has most of them for its length."""
    return max(
        (
            sum(_fewness(field.size, field.pairs.get(pair)) for pair in one.pairs)
            / (1 + 0.3 * len(one.sentence.plain) / _SENTENCE_LENGTH)
            for one in candidate.match.sentences
        ),
        default=0.0,
    )


def shortness(_query: QueryFeatures, candidate: Candidate, _field: Field) -> float:
    """How much shorter it is than a thousand characters, as a logarithm: a long passage has many words by chance."""
    return math.log(_LONG / max(1, candidate.match.length))


def unit(_query: QueryFeatures, candidate: Candidate, _field: Field) -> float:
    """Whether it has a number of what the question wants counted."""
    return float(any(sentence.has_unit for sentence in candidate.match.sentences))


def definition(_query: QueryFeatures, candidate: Candidate, _field: Field) -> float:
    """Where a definition is asked for: whether it has one."""
    return float(any(sentence.defines for sentence in candidate.match.sentences))


def near_date(query: QueryFeatures, candidate: Candidate, _field: Field) -> float:
    """Where a date is asked for: how near the question's words stand to one, 0 to 1."""
    return _near("date", query, candidate.match)


def near_person(query: QueryFeatures, candidate: Candidate, _field: Field) -> float:
    """Where a person is asked for: how near the question's words stand to one, 0 to 1."""
    return _near("person", query, candidate.match)


def near_place(query: QueryFeatures, candidate: Candidate, _field: Field) -> float:
    """Where a place is asked for: how near the question's words stand to one, 0 to 1."""
    return _near("place", query, candidate.match)


def near_number(query: QueryFeatures, candidate: Candidate, _field: Field) -> float:
    """Where a number is asked for: how near the question's words stand to one, 0 to 1."""
    return _near("number", query, candidate.match)


def nearest_sentence(_query: QueryFeatures, candidate: Candidate, _field: Field) -> float:
    """How near in meaning its nearest sentence is."""
    return candidate.nearness.nearest


def near_sentences(_query: QueryFeatures, candidate: Candidate, _field: Field) -> float:
    """How near in meaning its sentences are in the mean."""
    return candidate.nearness.mean


def near_above(_query: QueryFeatures, candidate: Candidate, _field: Field) -> float:
    """How near in meaning its heading is."""
    return candidate.nearness.above


def _near(kind: str, query: QueryFeatures, match: Match) -> float:
    if query.wanted is None or query.wanted.kind != kind:
        return 0.0
    places = [place for sentence in match.sentences for place in sentence.wanted]
    return max((closeness(query, match.places, place) for place in places), default=0.0)


FEATURES: Mapping[str, Feature] = {
    feature.__name__: feature
    for feature in (
        first_look,
        words,
        words_above,
        synonyms,
        written_alike,
        rare_kanji,
        rare_pairs,
        told_apart,
        same_document,
        runs,
        longest_run,
        best_sentence,
        pairs_in_sentence,
        shortness,
        unit,
        definition,
        near_date,
        near_person,
        near_place,
        near_number,
        nearest_sentence,
        near_sentences,
        near_above,
    )
}
