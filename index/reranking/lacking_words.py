"""The words of a question that a passage lacks, and whether it says something near to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from index.language.answer_type import NOTHING
from index.meaning.word_vectors import WordVectors
from index.reranking.outline import SEPARATOR
from index.reranking.passage_features import Candidate
from index.reranking.query_features import QueryFeatures

# In characters: 自動車 is not told apart from 車.
_SHORTEST_PART = 2


class Lacking(NamedTuple):
    """How near a passage comes in meaning to the words of a question that it lacks: チャリ is lacking, but 自転車 is there.

    Each word counts by the cosine of its nearest word in the passage, 1 where that is a synonym, but 0 where the passage has
    only a part of it: 父母 are near to 祖父母, and are others. `near` is the sum of these by the words' weight, `least` the
    smallest, 1 where no word is lacking. Both are 0 without an encoder.
    """

    near: float
    least: float


NOTHING_KNOWN = Lacking(0.0, 0.0)


def lacking_words(query: QueryFeatures, candidate: Candidate, vectors: WordVectors | None) -> Lacking:
    """How near a passage comes to the words that it lacks, by the vectors of words."""
    if vectors is None:
        return NOTHING_KNOWN
    match = candidate.match
    lacking = [word for word in query.heavy if word not in match.above and word not in match.places]
    if not lacking:
        return Lacking(0.0, 1.0)
    words = sorted(
        {
            lemma
            for one in match.sentences
            for lemma, mark in zip(one.sentence.lemmas.split(SEPARATOR), one.sentence.marks, strict=False)
            if lemma and mark != NOTHING
        }
    )
    if not words:
        return NOTHING_KNOWN
    asked = [query.words[word].lemma for word in lacking]
    cosines = (vectors.of(asked) @ vectors.of(words).T).max(axis=1)
    nearest = [
        1.0 if word in match.synonym_places else 0.0 if _has_part(words, lemma) else float(cosine)
        for word, lemma, cosine in zip(lacking, asked, cosines, strict=True)
    ]
    near = sum(query.words[word].weight * one for word, one in zip(lacking, nearest, strict=True)) / query.total
    return Lacking(near, min(nearest))


def _has_part(words: Sequence[str], word: str) -> bool:
    """Whether another word is the end of a word."""
    return any(len(other) >= _SHORTEST_PART and word != other and word.endswith(other) for other in words)
