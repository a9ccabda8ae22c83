"""The words of a question that a passage lacks, and whether it says something near to them."""

from __future__ import annotations

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

    Each word counts by the cosine of its nearest word in the passage, but 0 where the passage has only a part of it: 父母 are
    near to 祖父母, and are others. `near` is the sum of these by the words' weight,
    `least` the smallest, 1 where no word is lacking. Both are 0 without an encoder.
    """

    near: float
    least: float


NOTHING_KNOWN = Lacking(0.0, 0.0)


def lacking_words(query: QueryFeatures, candidate: Candidate, vectors: WordVectors | None) -> Lacking:
    """How near a passage comes to the words that it lacks, by the vectors of words."""
    if vectors is None:
        return NOTHING_KNOWN
    have = candidate.match.above | candidate.match.places.keys()
    lacking = [query.words[word] for word in query.heavy if word not in have]
    if not lacking:
        return Lacking(0.0, 1.0)
    words = sorted(
        {
            lemma
            for one in candidate.match.sentences
            for lemma, mark in zip(one.sentence.lemmas.split(SEPARATOR), one.sentence.marks, strict=False)
            if lemma and mark != NOTHING
        }
    )
    if not words:
        return NOTHING_KNOWN
    cosines = (vectors.of([word.lemma for word in lacking]) @ vectors.of(words).T).max(axis=1)
    nearest = [
        0.0 if any(_is_narrower(word.lemma, one) for one in words) else float(cosine)
        for word, cosine in zip(lacking, cosines, strict=True)
    ]
    near = sum(word.weight * cosine for word, cosine in zip(lacking, nearest, strict=True)) / query.total
    return Lacking(near, min(nearest))


def _is_narrower(word: str, other: str) -> bool:
    """Whether a word is another with something before it."""
    return len(other) >= _SHORTEST_PART and word != other and word.endswith(other)
