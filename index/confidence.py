"""How sure we are that a passage answers a question.

What separates answerable from unanswerable questions best is how much of the question the passage covers:
the share of its content words, each weighted by its part of speech and by how rare it is, a word that the
collection does not know counting as the rarest. The area under the ROC curve is .97 to .99 on collections
of 30 to 1,100 passages.

The larger a collection, the more of any question some passage covers by chance, so the threshold grows with
its logarithm: 90 % of off-topic questions stayed below .26 with 50 passages, .33 with 130, .43 with 430 and
.53 with 1,100 passages. In small collections it is set lower, since there people ask in words of their own: on the
article's questions (tests/data) it refuses 23 of 26 that have no answer, and nearly none but the freest paraphrases of
those that have one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet

from index.bridges import is_spelling_of
from index.types import QuestionTerm

DocumentFrequency = Callable[[str, str], int]

_THRESHOLD_OF_SMALL = 0.17
_SMALL = 30
_THRESHOLD_GROWTH = 0.095
_LOWEST_THRESHOLD, _HIGHEST_THRESHOLD = 0.12, 0.75

# Where a question asks for a date, a number or a person, and the passage has none.
WITHOUT_WANTED_KIND = 0.25

ANSWERED_FROM = 0.5


def inverse_document_frequency(size: int, frequency: int) -> float:
    """ln(1 + (N − df + .5) / (df + .5)), as in Lucene's BM25Similarity."""
    return math.log(1 + (size - frequency + 0.5) / (frequency + 0.5))


def coverage(
    terms: Sequence[QuestionTerm], matched: AbstractSet[tuple[str, str]], size: int, frequency: DocumentFrequency
) -> float:
    """The share, 0 to 1, of a question's words that a passage has, itself or in the other script.

    `matched` holds the view and term of each of the question's terms that the passage has.
    """
    words = [term for term in terms if term.view == "lemma"]
    bridges = [term for term in terms if term.bridge]
    groups = [[word, *(bridge for bridge in bridges if is_spelling_of(bridge, word))] for word in words]
    # A word that the analyser took for grammar is there by its sound alone.
    lone = {bridge.surface for bridge in bridges if not any(is_spelling_of(bridge, word) for word in words)}
    groups += [
        [bridge._replace(weight=1.0) for bridge in bridges if bridge.surface == surface] for surface in sorted(lone)
    ]
    total = covered = 0.0
    for spellings in groups:
        known = max(frequency(spelling.view, spelling.term) for spelling in spellings)
        weight = spellings[0].weight * inverse_document_frequency(size, known)
        total += weight
        if any((spelling.view, spelling.term) in matched for spelling in spellings):
            covered += weight
    return covered / total if total else 0.0


def threshold(size: int) -> float:
    """The coverage from which a question counts as answered, in a collection of so many passages."""
    grown = _THRESHOLD_OF_SMALL + _THRESHOLD_GROWTH * math.log(max(size, 1) / _SMALL)
    return min(max(grown, _LOWEST_THRESHOLD), _HIGHEST_THRESHOLD)


def confidence(covered: float, size: int) -> float:
    """A coverage as a confidence, 0 to 1, that is ANSWERED_FROM exactly at the threshold."""
    return float(covered ** (math.log(ANSWERED_FROM) / math.log(threshold(size)))) if covered > 0 else 0.0
