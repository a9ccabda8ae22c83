"""Which passages were pinned as the answer to a question that is asked alike."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

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


class _Asked(NamedTuple):
    """What tells questions apart: the kind of answer that is asked for, numbers, and words, also with their synonyms."""

    kind: str
    numbers: frozenset[str]
    words: frozenset[str]
    with_synonyms: frozenset[str]

    def asks_for_the_same(self, other: _Asked) -> bool:
        """Whether neither the kind of answer nor a number differs: "when" is not "where"."""
        return self.numbers == other.numbers and len({self.kind, other.kind} - {""}) < 2

    def says_as_much(self, other: _Asked) -> bool:
        """Whether another question has each of the words, but for those that say little."""
        return self.words - _SAYS_LITTLE <= other.with_synonyms


def pinned_passages(question: Question, pins: Sequence[Pin], encoder: Encoder | None) -> list[str]:
    """The ids of the passages that were pinned for a question, then of those for questions that mean the same."""
    if not pins:
        return []
    asked, terms = _asked(question), terms_of(question.text)
    same, near = [], []
    for pin in pins:
        other = _asked_in(pin.question)
        if not asked.asks_for_the_same(other):
            continue
        if pin.terms == terms:
            same.append(pin.passage)
        elif asked.says_as_much(other) and other.says_as_much(asked) and _is_near(encoder, question, pin.question):
            near.append(pin.passage)
    return list(dict.fromkeys([*same, *near]))


def _asked(question: Question) -> _Asked:
    kind = question.answer_type
    lemmas = [term for term in question.own_terms if term.view == "lemma"]
    return _Asked(
        kind.kind if kind and kind.explicit else "",
        frozenset(number_terms(question.normalized)),
        frozenset(term.term for term in lemmas if not term.synonym),
        frozenset(term.term for term in lemmas),
    )


@lru_cache(_MOST_QUESTIONS)
def _asked_in(text: str) -> _Asked:
    return _asked(Question(text))


def _is_near(encoder: Encoder | None, question: Question, other: str) -> bool:
    if encoder is None:
        return False
    cosine = float(encoder.question(question.whole_text).dot(_vector(encoder, other)))
    return (cosine - encoder.mean_cosine) / encoder.cosine_deviation >= _NEAR


def _vector(encoder: Encoder, text: str) -> NDArray[float32]:
    key = encoder.name, text
    # Other threads may clear what is kept at any moment.
    vector = _vectors.get(key)
    if vector is None:
        vector = encoder.question(Question(text).whole_text)
        if len(_vectors) >= _MOST_QUESTIONS:
            _vectors.clear()
        _vectors[key] = vector
    return vector
