"""The words of a question that a passage lacks, and whether it says something near to them."""

from __future__ import annotations

from index.language.answer_type import NOTHING
from index.meaning.word_vectors import WordVectors
from index.reranking.outline import SEPARATOR
from index.reranking.passage_features import Candidate
from index.reranking.query_features import QueryFeatures

# In characters: 自動車 is not told apart from 車.
_SHORTEST_PART = 2


def near_lacking(query: QueryFeatures, candidate: Candidate, vectors: WordVectors | None) -> float:
    """How near in meaning the passage's words come to those of the question that it lacks, by the weight of the latter.

    Each counts by the cosine of its nearest word: チャリ is lacking, but 自転車 is there. Not so one of which the passage has
    only a part: 父母 are near to 祖父母, and are others. 0 without an encoder.
    """
    have = candidate.match.above | candidate.match.places.keys()
    words = sorted(
        {
            lemma
            for one in candidate.match.sentences
            for lemma, mark in zip(one.sentence.lemmas.split(SEPARATOR), one.sentence.marks, strict=False)
            if lemma and mark != NOTHING
        }
    )
    lacking = [
        query.words[word]
        for word in query.heavy
        if word not in have and not any(_is_narrower(query.words[word].lemma, one) for one in words)
    ]
    if vectors is None or not lacking or not words:
        return 0.0
    nearest = (vectors.of([word.lemma for word in lacking]) @ vectors.of(words).T).max(axis=1)
    return sum(word.weight * float(cosine) for word, cosine in zip(lacking, nearest, strict=True)) / query.total


def _is_narrower(word: str, other: str) -> bool:
    """Whether a word is another with something before it."""
    return len(other) >= _SHORTEST_PART and word != other and word.endswith(other)
