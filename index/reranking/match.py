"""A question held against one passage: what of the question stands where in it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import product
from typing import NamedTuple

from index.language.answer_type import MARKS, NOTHING
from index.language.definition import defines
from index.language.sound import katakana_words, of_katakana
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

    `wanted` are the places of its words that are of the kind asked for and not in the question; it `defines` the term
    whose definition is asked for. `others` are the marks of its words, with those that are in the question as NOTHING; it
    begins at the place `start`, and has words of the question at the places `met`.
    """

    sentence: Sentence
    words: frozenset[int]
    synonyms: frozenset[int]
    kanji: frozenset[str]
    pairs: frozenset[str]
    wanted: tuple[int, ...]
    has_unit: bool
    defines: bool
    others: str
    start: int
    met: Sequence[int]

    @property
    def nearest(self) -> tuple[int, ...]:
        """Places of words that the question has not: the first, the last, and those next to one that it has.

        No other can be nearer to the question's words, since closeness is convex between two of them.
        """
        others = self.others
        before = [others, *(others[: place - self.start] for place in self.met)]
        after = [others, *(others[place - self.start :] for place in self.met)]
        after += [one[1:] for one in after[1:]]
        last = [len(one.rstrip(NOTHING)) - 1 for one in before]
        first = [len(others) - len(one.lstrip(NOTHING)) for one in after]
        return tuple(sorted({self.start + one for one in (*last, *first) if 0 <= one < len(others)}))


class Match(NamedTuple):
    """What of the question a passage has.

    `numbers` are the question's that it has or stands under, by their value. `above` are the question's words in what it stands under, `above_wanted` whether that is of the kind asked for.
    """

    sentences: tuple[SentenceMatch, ...]
    places: Places
    synonym_places: Places
    kanji: frozenset[str]
    pairs: frozenset[str]
    numbers: frozenset[str]
    above: frozenset[int]
    above_wanted: bool
    runs: tuple[int, ...]
    length: int


def match_passage(query: QueryFeatures, outline: Outline) -> Match:
    """Hold a question against a passage."""
    places: dict[int, list[int]] = {}
    synonym_places: dict[int, list[int]] = {}
    plains = _in_spelling_of(query, outline.sentences)
    text = SEPARATOR.join(plains)
    # What the whole has not, no sentence has.
    kanji = [one for one in query.kanji if one in text]
    pairs = [one for one in query.pairs if one in text]
    sentences = []
    above = _match_sentence(query, outline.above, "", 0, {}, {}, (), ())
    start = 0
    for sentence, plain in zip(outline.sentences, plains, strict=True):
        matched = _match_sentence(query, sentence, plain, start, places, synonym_places, kanji, pairs)
        sentences.append(matched)
        start += len(sentence.marks) + _SENTENCE_END
    return Match(
        sentences=tuple(sentences),
        places=places,
        synonym_places=synonym_places,
        kanji=frozenset(kanji),
        pairs=frozenset(pairs),
        numbers=_numbers(query, (outline.above, *outline.sentences)),
        above=above.words,
        above_wanted=bool(above.wanted),
        runs=tuple(common_runs(query.text, text)),
        length=sum([len(sentence.plain) for sentence in outline.sentences]),
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


def _numbers(query: QueryFeatures, sentences: Sequence[Sentence]) -> frozenset[str]:
    if not query.numbers:
        return frozenset()
    return frozenset(one for one in query.numbers if any(one in each.numbers.split(SEPARATOR) for each in sentences))


def _in_spelling_of(query: QueryFeatures, sentences: Sequence[Sentence]) -> list[str]:
    """What sentences are compared by, with the question's names as the question writes them: マイクロソフト for Microsoft.

    Otherwise a passage would be nearer that writes a long name in the same script.
    """
    plains = [sentence.plain for sentence in sentences]
    heard = {sound for sound in query.spellings if any(sound in sentence.sounds for sentence in sentences)}
    if not heard:
        return plains
    for sentence in sentences:
        for lemma, sounds in zip(sentence.lemmas.split(SEPARATOR), sentence.sounds.split(SEPARATOR), strict=False):
            if sounds in heard and lemma.isascii():
                plains = [plain.replace(lemma, query.spellings[sounds]) for plain in plains]
    for word in {word for plain in plains for word in katakana_words(plain)}:
        if (sound := of_katakana(word)) in heard:
            plains = [plain.replace(word, query.spellings[sound]) for plain in plains]
    return plains


def _match_sentence(
    query: QueryFeatures,
    sentence: Sentence,
    plain: str,
    start: int,
    places: dict[int, list[int]],
    synonym_places: dict[int, list[int]],
    kanji: Collection[str],
    pairs: Collection[str],
) -> SentenceMatch:
    others = sentence.marks
    lemmas = sentence.lemmas.split(SEPARATOR) if others else []
    words, synonyms, met = set(), set(), []
    own, same = query.own, query.synonyms
    for at in [at for at, lemma in enumerate(lemmas) if lemma in own or lemma in same]:
        lemma, place = lemmas[at], start + at
        if lemma in own:
            word = own[lemma]
            words.add(word)
            met.append(place)
            places.setdefault(word, []).append(place)
            others = others[:at] + NOTHING + others[at + 1 :]
        elif others[at] != NOTHING:
            for word in same[lemma]:
                synonyms.add(word)
                met.append(place)
                synonym_places.setdefault(word, []).append(place)
    for word, place in _heard(query, sentence, start):
        if word not in words:
            words.add(word)
            met.append(place)
            places.setdefault(word, []).append(place)
    mark = MARKS[query.wanted.kind] if query.wanted else None
    wanted = [at for at, one in enumerate(others) if one == mark] if mark and mark in others else []
    counts = query.wanted.counts if query.wanted and query.wanted.unit else None
    amounts = [start + at for at in wanted if counts is not None and any(map(counts, _after(lemmas, at)))]
    for word, place in product(query.amounts, amounts):
        synonyms.add(word)
        met.append(place)
        synonym_places.setdefault(word, []).append(place)
    return SentenceMatch(
        sentence=sentence,
        words=frozenset(words),
        synonyms=frozenset(synonyms - words),
        kanji=frozenset([one for one in kanji if one in plain]),
        pairs=frozenset([one for one in pairs if one in plain]),
        wanted=tuple([start + at for at in wanted]),
        has_unit=bool(amounts),
        defines=bool(query.term_to_define) and defines(plain, query.term_to_define),
        others=others,
        start=start,
        met=met,
    )


def _heard(query: QueryFeatures, sentence: Sentence, start: int) -> Iterator[tuple[int, int]]:
    """The words of a question that a sentence has in the other script, and their places."""
    if any(sound in sentence.sounds for sound in query.sounds):
        for place, sounds in enumerate(sentence.sounds.split(SEPARATOR), start):
            for sound in sounds.split() if sounds else ():
                yield from ((word, place) for word in query.sounds.get(sound, ()))


def _after(lemmas: Sequence[str], place: int) -> Sequence[str]:
    return ["percent" if lemma == "％" else lemma for lemma in lemmas[place + 1 : place + 1 + _UNIT_WITHIN]]
