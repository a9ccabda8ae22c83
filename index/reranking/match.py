"""A question held against one passage: what of the question stands where in it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from index.language.answer_type import MARKS, NOTHING
from index.reranking.outline import SEPARATOR, Outline, Sentence
from index.reranking.query_features import QueryFeatures

# From one sentence to the next it is as far as over so many words.
_SENTENCE_END = 6
# At this distance, in words, a word counts half.
_HALF_DISTANCE = 12.0
# The unit of a number is among so many words after it.
_UNIT_WITHIN = 3

# The places in the passage, in words from its beginning, of each of the question's words.
Places = Mapping[int, Sequence[int]]


class SentenceMatch(NamedTuple):
    """What of the question a sentence has.

    `wanted` are the places of its words that are of the kind asked for and not in the question. `nearest` are places
    of words that the question has not: the first, the last, and those next to one that it has. No other can be nearer
    to the question's words, since closeness is convex between two of them.
    """

    sentence: Sentence
    words: frozenset[int]
    synonyms: frozenset[int]
    kanji: frozenset[str]
    pairs: frozenset[str]
    nearest: tuple[int, ...]
    wanted: tuple[int, ...]
    has_unit: bool


class Match(NamedTuple):
    """What of the question a passage has.

    `above` are the question's words in what it stands under, `above_wanted` whether that is of the kind asked for.
    """

    sentences: tuple[SentenceMatch, ...]
    places: Places
    synonym_places: Places
    kanji: frozenset[str]
    pairs: frozenset[str]
    above: frozenset[int]
    above_wanted: bool
    runs: tuple[int, ...]
    length: int


def match_passage(query: QueryFeatures, outline: Outline) -> Match:
    """Hold a question against a passage."""
    places: dict[int, list[int]] = {}
    synonym_places: dict[int, list[int]] = {}
    sentences = []
    above = _match_sentence(query, outline.above, 0, {}, {})
    start = 0
    for sentence in outline.sentences:
        matched = _match_sentence(query, sentence, start, places, synonym_places)
        sentences.append(matched)
        start += len(sentence.marks) + _SENTENCE_END
    return Match(
        sentences=tuple(sentences),
        places=places,
        synonym_places=synonym_places,
        kanji=frozenset().union(*(sentence.kanji for sentence in sentences)),
        pairs=frozenset().union(*(sentence.pairs for sentence in sentences)),
        above=above.words,
        above_wanted=bool(above.wanted),
        runs=tuple(common_runs(query.text, SEPARATOR.join(sentence.plain for sentence in outline.sentences))),
        length=sum(len(sentence.plain) for sentence in outline.sentences),
    )


def closeness(query: QueryFeatures, places: Places, place: int) -> float:
    """How near the question's words stand to a place, 0 to 1: each by its weight, halved at a distance of 12 words."""
    near = 0.0
    for word, where in places.items():
        distance = min([abs(place - one) for one in where])
        near += query.words[word].weight / (1 + distance / _HALF_DISTANCE)
    return near / query.total


def common_runs(question: str, text: str) -> list[int]:
    """The lengths, two or more, of the question's parts that stand in the text, taken greedily from the left."""
    found = []
    start = 0
    while start < len(question):
        end = start
        while end < len(question) and question[start : end + 1] in text:
            end += 1
        if end - start >= 2:
            found.append(end - start)
        start = max(end, start + 1)
    return found


def _match_sentence(
    query: QueryFeatures,
    sentence: Sentence,
    start: int,
    places: dict[int, list[int]],
    synonym_places: dict[int, list[int]],
) -> SentenceMatch:
    lemmas = sentence.lemmas.split(SEPARATOR) if sentence.marks else []
    words, synonyms, others, met = set(), set(), [], []
    for place, lemma in enumerate(lemmas, start):
        if lemma in query.own:
            word = query.own[lemma]
            words.add(word)
            met.append(place)
            places.setdefault(word, []).append(place)
        elif sentence.marks[place - start] != NOTHING:
            others.append(place)
            for word in query.synonyms.get(lemma, ()):
                synonyms.add(word)
                met.append(place)
                synonym_places.setdefault(word, []).append(place)
    if query.sounds:
        for place, sounds in enumerate(sentence.sounds.split(SEPARATOR), start):
            for sound in sounds.split():
                for word in query.sounds.get(sound, ()):
                    if word not in words:
                        words.add(word)
                        met.append(place)
                        places.setdefault(word, []).append(place)
    mark = MARKS[query.wanted.kind] if query.wanted else None
    wanted = [place for place in others if sentence.marks[place - start] == mark]
    counts = query.wanted.counts if query.wanted and query.wanted.unit else None
    return SentenceMatch(
        sentence=sentence,
        words=frozenset(words),
        synonyms=frozenset(synonyms - words),
        kanji=frozenset([kanji for kanji in query.kanji if kanji in sentence.plain]),
        pairs=frozenset([pair for pair in query.pairs if pair in sentence.plain]),
        nearest=_nearest(others, met),
        wanted=tuple(wanted),
        has_unit=counts is not None and any(any(map(counts, _after(lemmas, place - start))) for place in wanted),
    )


def _nearest(others: Sequence[int], met: Sequence[int]) -> tuple[int, ...]:
    """The first and the last of the others, and those on either side of what was met."""
    if not others:
        return ()
    at = {0, len(others) - 1}
    for place in met:
        right = bisect_right(others, place)
        at.update((bisect_left(others, place) - 1, right, right - 1))
    return tuple(others[one] for one in at if 0 <= one < len(others))


def _after(lemmas: Sequence[str], place: int) -> Sequence[str]:
    return ["percent" if lemma == "％" else lemma for lemma in lemmas[place + 1 : place + 1 + _UNIT_WITHIN]]
