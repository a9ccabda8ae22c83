"""The contract of every engine. To test another one, add how it is built to BUILDERS (tests.index.ranking.examples)."""

from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.ranking.engine import Engine, Entry
from index.ranking.packed_terms import pack, term_key, unpack
from index.types import QuestionTerm
from tests.index.ranking.examples import (
    BUILDERS,
    QUESTION,
    WORD,
    ask,
    collections,
    each_engine,
    entries,
    passages,
    some,
)

Build = Callable[[list[Entry]], Engine]


def ranking(engine: Engine, *words: str) -> list[int]:
    """The numbers of the passages that a question for these words finds, best first."""
    return [scored.position for scored in engine.rank(ask(*words), 10)]


def contains(entry: Entry, view: str, term: str) -> bool:
    """Whether a passage contains a term."""
    return any(term_key(view, term) in unpack(part).keys for part in entry.parts)


@each_engine
def test_an_empty_collection_answers_nothing(build: Build) -> None:
    """Without passages there is nothing to rank, and no error."""
    engine = build([])
    assert (engine.size, engine.rank(ask("猫"), 3), engine.document_frequency("lemma", "猫")) == (0, [], 0)


@each_engine
@pytest.mark.parametrize(
    ("texts", "found"),
    [(("猫",), [0]), (("犬",), []), (("",), []), (("猫", "犬"), [0]), (("犬", "猫 鳥"), [1]), (("猫", "猫"), [0, 1])],
)
def test_the_smallest_collections_rank_what_matches(build: Build, texts: tuple[str, ...], found: list[int]) -> None:
    """With one passage or two, those that have the word are found, all with scores above zero."""
    engine = build(passages(*texts))
    scored = engine.rank(ask("猫"), 3)
    assert [position for position, _ in scored] == found
    assert all(score > 0 for _, score in scored)


@each_engine
@pytest.mark.parametrize("count", [1, 2, 3, 50])
def test_a_word_of_every_passage_still_counts(build: Build, count: int) -> None:
    """However many passages have a word, having it is better than not."""
    scored = build(passages(*["猫 犬"] * count)).rank(ask("猫"), count)
    assert len(scored) == count
    assert all(score > 0 for _, score in scored)


@each_engine
@some
@given(collection=collections(), question=QUESTION)
def test_ranked_are_those_that_share_a_term_best_first(
    build: Build, collection: list[Entry], question: list[QuestionTerm]
) -> None:
    """Passages that share no term are never ranked, all others are; equal scores go by order, then number."""
    scored = build(collection).rank(question, len(collection))
    sharing = {entry.number for entry in collection if any(contains(entry, term.view, term.term) for term in question)}
    orders = {entry.number: entry.order for entry in collection}
    assert Counter(number for number, _ in scored) == Counter(sharing)
    assert scored == sorted(scored, key=lambda one: (-one.score, orders[one.position], one.position))


@each_engine
@some
@given(collection=collections(), question=QUESTION)
def test_shares_sum_up_to_the_score(build: Build, collection: list[Entry], question: list[QuestionTerm]) -> None:
    """The shares are the whole score, and each is of a term that the passage contains."""
    engine = build(collection)
    for position, score in engine.rank(question, len(collection)):
        shares = engine.explain(question, position)
        assert sum(share.score for share in shares) == pytest.approx(score)
        (entry,) = (entry for entry in collection if entry.number == position)
        assert all(contains(entry, share.view, share.term) for share in shares)


@each_engine
def test_a_share_says_what_it_is_of(build: Build) -> None:
    """A share has its term's view, term, surface and weight; a term that the passage lacks has none."""
    engine = build(passages("猫 犬", "鳥"))
    question = [QuestionTerm("lemma", "猫", 2.0, "ねこ"), *ask("鳥")]
    (share,) = engine.explain(question, 0)
    assert share == ("lemma", "猫", "ねこ", 2.0, engine.rank(question[:1], 1)[0].score)


@each_engine
@some
@given(collection=collections(), word=WORD)
def test_document_frequency_counts_passages(build: Build, collection: list[Entry], word: str) -> None:
    """A passage counts once, however often it has the term; views are counted apart, unknown ones are empty."""
    engine = build(collection)
    for view in ("lemma", "kanji", "latin"):
        expected = sum(contains(entry, view, word) for entry in collection)
        assert engine.document_frequency(view, word) == expected


@each_engine
def test_equal_scores_keep_the_order_of_the_passages(build: Build) -> None:
    """Of passages that match alike, the earlier comes first, also where the limit cuts between them."""
    engine = build(passages("鳥", "猫 犬", "猫 魚", "犬 猫", "鳥"))
    assert ranking(engine, "猫") == [1, 2, 3]
    assert [position for position, _ in engine.rank(ask("猫"), 2)] == [1, 2]


@each_engine
@pytest.mark.parametrize(("limit", "count"), [(0, 0), (1, 1), (2, 2), (3, 3), (9, 3)])
def test_no_more_than_the_limit_are_ranked(build: Build, limit: int, count: int) -> None:
    """The limit bounds how many are ranked, and only that."""
    assert len(build(passages("猫", "猫 犬", "猫 犬 鳥", "魚")).rank(ask("猫"), limit)) == count


@each_engine
@some
@given(collection=collections(), question=QUESTION, among=st.sets(st.integers(0, 30)))
def test_only_passages_in_among_are_ranked(
    build: Build, collection: list[Entry], question: list[QuestionTerm], among: set[int]
) -> None:
    """They keep score and order, and the others do not count for the limit."""
    engine = build(collection)
    inside = [scored for scored in engine.rank(question, len(collection)) if scored.position in among]
    assert engine.rank(question, 2, among) == inside[:2]


@each_engine
def test_better_matches_come_first(build: Build) -> None:
    """More of the words, a rarer word, a word said more often and a shorter passage are each better."""
    assert ranking(build(passages("猫 鳥", "猫 犬", "魚 魚")), "猫", "犬") == [1, 0]
    assert ranking(build(passages("猫 鳥", "猫 魚", "犬 魚")), "猫", "犬") == [2, 0, 1]
    assert ranking(build(passages("猫 鳥", "猫 猫", "魚 魚")), "猫") == [1, 0]
    assert ranking(build(passages("猫 鳥 魚", "猫", "魚 魚")), "猫") == [1, 0]


@each_engine
def test_views_add_up_and_weights_multiply(build: Build) -> None:
    """A term's score is its weight times what it weighs alone, and the terms' scores are added."""
    engine = build(entries([{"lemma": ["猫"], "kanji": ["猫"]}, {"lemma": ["犬"], "kanji": []}]))
    (single,) = engine.rank(ask("猫"), 1)
    (heavy,) = engine.rank(ask("猫", weight=3.0), 1)
    (kanji,) = engine.rank([QuestionTerm("kanji", "猫", 1.0, "猫")], 1)
    (both,) = engine.rank([*ask("猫"), QuestionTerm("kanji", "猫", 1.0, "猫")], 1)
    assert heavy.score == pytest.approx(3 * single.score)
    assert both.score == pytest.approx(single.score + kanji.score)


@each_engine
def test_of_equal_scores_the_lower_order_comes_first(build: Build) -> None:
    """Also where the limit cuts between them; orders are any numbers of 64 bits."""
    orders = [2**63 - 1, 0, -1, -(2**63), 0]
    collection = [entry._replace(order=order) for entry, order in zip(passages(*["猫"] * 5), orders, strict=True)]
    assert ranking(build(collection), "猫") == [3, 2, 1, 4, 0]
    assert [scored.position for scored in build(collection).rank(ask("猫"), 3)] == [3, 2, 1]


@each_engine
def test_the_counts_of_parts_are_added(build: Build) -> None:
    """A passage in two parts is the passage with all their terms."""
    whole, other = passages("猫 猫 犬", "鳥")
    divided = whole._replace(parts=(pack({"lemma": ["猫", "犬"]}), pack({"lemma": ["猫"]})))
    assert build([divided, other]).rank(ask("猫", "犬"), 2) == build([whole, other]).rank(ask("猫", "犬"), 2)


@each_engine
def test_all_engines_give_the_same_floats(build: Build) -> None:
    """Numbers are plain ones of Python, and the same to the last bit."""
    collection = passages("猫 犬 猫", "犬 鳥", "鳥 猫 魚 魚", "犬")
    (first, *others), (share, *_) = build(collection).rank(ask("猫", "犬"), 9), build(collection).explain(ask("猫"), 0)
    assert [type(number) for number in (*first, share.score)] == [int, float, float]
    assert [first, *others] == BUILDERS["memory"](collection).rank(ask("猫", "犬"), 9)
