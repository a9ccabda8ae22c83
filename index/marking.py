"""The sentence of a passage that answers."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

from index.analysis import Token, analyse
from index.answer_type import has_answer
from index.question import Question
from index.sentences import split_sentences

# What a sentence gains that has the kind of thing the question asks for.
WANTED_KIND_BONUS = 4.0


class Sentence(NamedTuple):
    """A sentence of a passage, its words, and its terms in each view."""

    text: str
    tokens: list[Token]
    terms: dict[str, frozenset[str]]


def mark(text: str, question: Question, rarity: Callable[[str, str], float]) -> str:
    """The sentence of a text that shares most with the question, weighted by `rarity` of view and term.

    A term counts more the fewer sentences of the passage have it: idf · ln(1 + sentences / sentences with it).
    Of equal ones the first.
    """
    sentences = sentences_of(text)
    if len(sentences) < 2:
        return text
    scores = _overlaps(sentences, question, rarity)
    if question.wanted:
        for position, sentence in enumerate(sentences):
            if has_answer(question.wanted, sentence.tokens, question.tokens):
                scores[position] += WANTED_KIND_BONUS
    return sentences[scores.index(max(scores))].text


@lru_cache(maxsize=512)
def sentences_of(text: str) -> tuple[Sentence, ...]:
    """The sentences of a text, analysed; those of popular passages are kept."""
    sentences = []
    for sentence in split_sentences(text):
        tokens, terms = analyse(sentence)
        sentences.append(Sentence(sentence, tokens, {view: frozenset(held) for view, held in terms.items()}))
    return tuple(sentences)


def _overlaps(sentences: Sequence[Sentence], question: Question, rarity: Callable[[str, str], float]) -> list[float]:
    scores = [0.0] * len(sentences)
    for term in question.terms:
        having = [position for position, sentence in enumerate(sentences) if term.term in sentence.terms[term.view]]
        for position in having:
            scores[position] += term.weight * rarity(term.view, term.term) * math.log(1 + len(sentences) / len(having))
    return scores
