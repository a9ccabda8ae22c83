"""What a follow-up question continues: the passage shown before, whose document and section come first.

The reranker's score is a logarithm of odds, as that of a softmax over the candidates, so what is known before looking is
added to it as such, whatever the features are.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from index.reranking.outline import OutlinedPassage
from index.reranking.reranker import Reranked

# The name of what this brings to a score.
CONTINUES = "continues"
# How many times likelier a passage answers a follow-up question than another does that is equally good.
_SAME_SECTION, _SAME_DOCUMENT = 10.0, 3.0


class Context(NamedTuple):
    """A document, a heading in it, and the numbers of all its passages."""

    document: str
    heading: str
    numbers: frozenset[int]


def prefer(reranked: Sequence[Reranked], found: Mapping[int, OutlinedPassage], context: Context) -> list[Reranked]:
    """Passages, best first, those of the context preferred."""
    return sorted((_weighed(one, found[one.position], context) for one in reranked), key=lambda one: -one.score)


def _weighed(one: Reranked, passage: OutlinedPassage, context: Context) -> Reranked:
    if passage.document != context.document:
        return one
    brought = math.log(_SAME_SECTION if passage.passage.heading == context.heading else _SAME_DOCUMENT)
    return one._replace(score=one.score + brought, features={**one.features, CONTINUES: brought})
