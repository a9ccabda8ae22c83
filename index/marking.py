"""The sentence of a passage that answers."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from index.analysis import Analysis, analyse
from index.answer_type import has_answer
from index.question import Question
from index.sentences import split_sentences

# What a sentence gains that has the kind of thing the question asks for.
WANTED_KIND_BONUS = 4.0


def mark(text: str, question: Question, rarity: Callable[[str, str], float]) -> str:
    """The sentence of a text that shares most with the question, weighted by `rarity` of view and term.

    A term counts more the fewer sentences of the passage have it: idf · ln(1 + sentences / sentences with it).
    Of equal ones the first.
    """
    sentences = split_sentences(text)
    if len(sentences) < 2:
        return text
    analyses = [analyse(sentence) for sentence in sentences]
    scores = _overlaps(analyses, question, rarity)
    if question.wanted:
        for position, analysis in enumerate(analyses):
            if has_answer(question.wanted, analysis.tokens, question.tokens):
                scores[position] += WANTED_KIND_BONUS
    return sentences[scores.index(max(scores))]


def _overlaps(analyses: Sequence[Analysis], question: Question, rarity: Callable[[str, str], float]) -> list[float]:
    held = [{view: set(terms) for view, terms in analysis.terms.items()} for analysis in analyses]
    scores = [0.0] * len(held)
    for term in question.terms:
        having = [position for position, views in enumerate(held) if term.term in views[term.view]]
        for position in having:
            scores[position] += term.weight * rarity(term.view, term.term) * math.log(1 + len(held) / len(having))
    return scores
