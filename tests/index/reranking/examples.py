"""Questions and texts held against each other."""

from index.query.question import Question
from index.reranking.match import Look, look_at
from index.reranking.outline import outline, outline_of
from index.reranking.query_features import Sought, sought


def equally_rare(_view: str, _term: str) -> float:
    """A collection in which no term is rarer than another."""
    return 1.0


def seeks(question: str) -> Sought:
    """What a question seeks where all terms are equally rare."""
    return sought(Question(question), equally_rare)


def look(question: str, text: str, above: str = "") -> Look:
    """A question held against a text that stands under something."""
    return look_at(seeks(question), outline(text, outline_of(above))[0])
