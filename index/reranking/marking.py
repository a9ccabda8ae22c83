"""The sentence of a passage that answers."""

from __future__ import annotations

from collections.abc import Mapping

from index.language.answer_type import NOTHING
from index.language.reasons import states_reason
from index.query.question import LIGHT_WORDS
from index.reranking.match import Match, SentenceMatch
from index.reranking.nearness import Nearness
from index.reranking.outline import SEPARATOR, Sentence
from index.reranking.query_features import QueryFeatures
from index.reranking.sentence_features import FEATURES

# All that an answer says which says only yes or no.
_YES_OR_NO = LIGHT_WORDS | frozenset(
    "可能 不可能 不可 必要 不要 要る 大丈夫 構う 問題 結構 御座る 兼ねる 使う 使える 利用 対応 禁止 御 はい いいえ ええ yes no".split()
)


def mark(query: QueryFeatures, text: str, match: Match, nearness: Nearness, weights: Mapping[str, float]) -> str:
    """The sentence of a passage's text that answers, as it stands there; of equal ones the first, of no sentences "".

    Asked why, a sentence that states a reason; asked when or how many, one with a date or such a number. What says only yes or no has the question before it, else the sentence after
    it. `weights` are those of the features.
    """
    if not match.sentences:
        return ""
    sentences = [one.sentence for one in match.sentences]
    places = [place for place, one in enumerate(sentences) if not _asks(one.text) and any(map(str.isalnum, one.text))]
    places = [place for place in places if _may_answer(query, match.sentences[place])] or places

    def score(place: int) -> float:
        return sum(weight * FEATURES[name](query, match, nearness, place) for name, weight in weights.items())

    first = last = max(places or range(len(sentences)), key=score)
    if _says_little(sentences[first]):
        if first and _asks(sentences[first - 1].text):
            first -= 1
        elif last + 1 < len(sentences):
            last += 1
    return _between(text, sentences, first, last)


def _may_answer(query: QueryFeatures, sentence: SentenceMatch) -> bool:
    """Whether a sentence has what the question word asks for; who and where are asked of names that no dictionary has."""
    if query.asks_why:
        return states_reason(sentence.sentence.text)
    if query.wanted is None or not query.wanted.explicit:
        return True
    return sentence.has_unit if query.wanted.unit else query.wanted.kind != "date" or bool(sentence.wanted)


def _asks(sentence: str) -> bool:
    """Whether a sentence is a question, which answers none."""
    return sentence.endswith(("?", "？"))


def _says_little(sentence: Sentence) -> bool:
    """Whether a sentence can be understood only with its question, as はい and 可能です can."""
    lemmas = sentence.lemmas.split(SEPARATOR)
    little = all(mark == NOTHING or lemma in _YES_OR_NO for lemma, mark in zip(lemmas, sentence.marks, strict=False))
    return little and any(lemma in _YES_OR_NO for lemma in lemmas) and not _asks(sentence.text)


def _between(text: str, sentences: list[Sentence], first: int, last: int) -> str:
    """The part of a text from the beginning of one of its sentences to the end of another."""
    start = end = 0
    for place, sentence in enumerate(sentences[: last + 1]):
        begin = text.index(sentence.text, end)
        end = begin + len(sentence.text)
        if place == first:
            start = begin
    return text[start:end]
