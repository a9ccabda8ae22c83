"""Questions and texts held against each other."""

from index.query.question import Question
from index.reranking.match import Match, match_passage
from index.reranking.outline import outline, outline_of
from index.reranking.query_features import QueryFeatures, query_features


def equally_rare(_view: str, _term: str) -> float:
    """A collection in which no term is rarer than another."""
    return 1.0


def query_of(question: str) -> QueryFeatures:
    """What a question seeks where all terms are equally rare."""
    return query_features(Question(question), equally_rare)


def match_of(question: str, text: str, above: str = "") -> Match:
    """A question held against a text that stands under something."""
    return match_passage(query_of(question), outline(text, outline_of(above))[0])
