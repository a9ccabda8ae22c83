"""Which passages were pinned as the answer to a question that is asked alike."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from index.language.analysis import number_terms
from index.meaning.encoder import Encoder
from index.query.question import LIGHT_WORDS, Question
from index.store.discord.pins import Pin
from index.store.discord.unanswered_questions import terms_of

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

# In standard deviations above the mean of an encoder's candidates, as in index.reranking.nearness. Antonyms and kinds of a
# thing come as near, so that all words have to be there too, but for those that say little.
_NEAR = 4.5
_SAYS_LITTLE = LIGHT_WORDS | frozenset("貰う 頂く 遣る 仕舞う 掛かる 使う 御 方法 仕方 日 日数 額 金額 場合".split())
# How many questions are kept analysed, and with their vectors.
_MOST_QUESTIONS = 1_000
_vectors: dict[tuple[str, str], NDArray[float32]] = {}


def pinned_passages(question: Question, pins: Sequence[Pin], encoder: Encoder | None) -> list[str]:
    """The ids of the passages that were pinned for a question, then of those for questions that mean the same."""
    terms = terms_of(question.text) if pins else ""
    asked = [(pin, _question(pin.question)) for pin in pins]
    alike = [(pin, other) for pin, other in asked if _asks_for_the_same(question, other)]
    same = [pin.passage for pin, _ in alike if pin.terms == terms]
    if encoder is not None:
        same += [pin.passage for pin, other in alike if pin.terms != terms and _is_near(encoder, question, other)]
    return list(dict.fromkeys(same))


def _asks_for_the_same(question: Question, other: Question) -> bool:
    """Whether two questions do not ask for things of different kinds, as "when" and "where" do, or with other numbers."""
    kinds = {one.answer_type.kind for one in (question, other) if one.answer_type and one.answer_type.explicit}
    return len(kinds) < 2 and {*number_terms(question.normalized)} == {*number_terms(other.normalized)}


def _says_as_much(question: Question, other: Question) -> bool:
    """Whether another question has each word of one, or its synonym, but for those that say little."""
    words = {term.term for term in question.own_terms if term.view == "lemma" and not term.synonym}
    return words - _SAYS_LITTLE <= {term.term for term in other.own_terms if term.view == "lemma"}


def _is_near(encoder: Encoder, question: Question, other: Question) -> bool:
    if not (_says_as_much(question, other) and _says_as_much(other, question)):
        return False
    cosine = float(encoder.question(question.whole_text).dot(_vector(encoder, other.whole_text)))
    return (cosine - encoder.mean_cosine) / encoder.cosine_deviation >= _NEAR


@lru_cache(_MOST_QUESTIONS)
def _question(text: str) -> Question:
    return Question(text)


def _vector(encoder: Encoder, text: str) -> NDArray[float32]:
    key = encoder.name, text
    if key not in _vectors:
        if len(_vectors) >= _MOST_QUESTIONS:
            _vectors.clear()
        _vectors[key] = encoder.question(text)
    return _vectors[key]
