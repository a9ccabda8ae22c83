from __future__ import annotations

import random
from functools import cache
from pathlib import Path
from unittest.mock import patch

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.language.analysis import VIEWS
from index.ranking.engine import Entry
from index.ranking.memory.engine import MemoryEngine
from index.ranking.packed_terms import pack
from index.ranking.postings import gathering, pruning, scored_terms, state
from index.ranking.postings.engine import PostingsEngine
from index.ranking.postings.scored_terms import score
from index.ranking.postings.storage import index_file
from index.ranking.postings.storage.index_file import IndexDamaged
from index.types import QuestionTerm
from tests.index.ranking.examples import answers, ask, passages, reopened

WEIGHTS = st.floats(0.1, 3)


def of_many_words(count: int, seed: int) -> list[Entry]:
    """Passages with words of which some are in most passages and some in hardly any."""
    drawn = random.Random(seed)
    return [
        Entry(
            number,
            (pack({"lemma": [str(int(drawn.expovariate(0.2))) for _ in range(drawn.randint(0, 25))]}),),
            drawn.randrange(3),
            drawn.randrange(-2, 2),
        )
        for number in range(count)
    ]


@cache
def both_engines(seed: int) -> tuple[PostingsEngine, MemoryEngine]:
    """An engine of many passages, and what it should say."""
    collection = of_many_words(300, seed)
    return PostingsEngine.build(collection), MemoryEngine.build(collection)


@settings(deadline=None)
@given(
    seed=st.integers(0, 5),
    words=st.lists(st.tuples(st.integers(0, 40), WEIGHTS), max_size=12),
    limit=st.integers(0, 30),
    lookups=st.sampled_from([0, 8, 10**9]),
)
def test_what_is_left_out_changes_nothing(seed: int, words: list[tuple[int, float]], limit: int, lookups: int) -> None:
    """However much of the work is spared, ranking, scores and ties are those of the engine in memory."""
    engine, expected = both_engines(seed)
    question = [QuestionTerm("lemma", str(word), weight, "") for word, weight in words]
    with patch.object(pruning, "_POSTINGS_A_LOOKUP", lookups):
        assert engine.rank(question, limit) == expected.rank(question, limit)
        readable = frozenset({0, 2})
        assert engine.within(readable).rank(question, limit) == expected.within(readable).rank(question, limit)


def test_more_pairs_than_the_narrow_codes_can_tell_apart() -> None:
    """Lengths and frequencies may be as various as they like, also where narrow segments are there already."""
    collection = passages(*[f"猫{' 犬' * (count % 7 + 1)}{' 鳥' * (count // 7)}" for count in range(60)])
    expected = MemoryEngine.build(collection)
    with patch.object(gathering, "MOST_NARROW", 20):
        engine = PostingsEngine.build(collection[:10])
        engine.add(collection[10:])
        for one in (engine, reopened(engine)):
            assert one.rank(ask("猫", "犬", "鳥"), 60) == expected.rank(ask("猫", "犬", "鳥"), 60)
    assert max(segment.codes.itemsize for segment in engine._state.segments) == 4


def test_as_many_pairs_as_there_must_be_for_wide_codes() -> None:
    """The same without pretending."""
    engine = PostingsEngine.build([])
    engine._state.pairs[VIEWS.index("lemma")].codes(numpy.ones(70_000), numpy.arange(1_000, 71_000))
    collection = of_many_words(50, 3)
    engine.add(collection)
    question = ask("1", "3", "7")
    assert engine.rank(question, 20) == MemoryEngine.build(collection).rank(question, 20)
    assert {segment.codes.itemsize for segment in engine._state.segments} == {4}


def test_what_was_said_of_a_file_comes_back(tmp_path: Path) -> None:
    """The caller knows by it whether the file is of what it has."""
    path = tmp_path / "index"
    PostingsEngine.build(passages("猫")).save(path, {"passages": 1, "言語": ["日本語"]})
    assert PostingsEngine.open(path)[1] == {"passages": 1, "言語": ["日本語"]}
    assert list(tmp_path.iterdir()) == [path]


def test_a_damaged_file_is_told_wherever_it_is_damaged(tmp_path: Path) -> None:
    """One byte more, less or other is noticed."""
    path = tmp_path / "index"
    PostingsEngine.build(passages("猫 犬", "犬 鳥", "魚")).save(path, {"a": 1})
    whole = path.read_bytes()
    places = [*range(200), *range(200, len(whole), 61), *range(len(whole) - 40, len(whole))]
    damaged = [whole + b"\0", b"", *(whole[:place] for place in places)]
    damaged += [whole[:place] + bytes([whole[place] ^ 1 << place % 8]) + whole[place + 1 :] for place in places]
    for content in damaged:
        path.write_bytes(content)
        with pytest.raises(IndexDamaged):
            PostingsEngine.open(path)


def test_another_version_is_not_read(tmp_path: Path) -> None:
    """A file of an earlier or later format is built anew, not misread."""
    path = tmp_path / "index"
    with patch.object(index_file, "_VERSION", 0):
        PostingsEngine.build(passages("猫")).save(path, {})
    with pytest.raises(IndexDamaged, match="version"):
        PostingsEngine.open(path)


def test_what_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    """An error while writing leaves neither a file nor a part of one."""
    with pytest.raises(TypeError):
        PostingsEngine.build(passages("猫")).save(tmp_path / "index", {"no JSON": object()})
    (tmp_path / "folder" / "inside").mkdir(parents=True)
    with pytest.raises(OSError, match="folder"):
        PostingsEngine.build(passages("猫")).save(tmp_path / "folder", {})
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_a_file_that_is_not_there_is_no_damage(tmp_path: Path) -> None:
    """Who opens a file learns whether it was there."""
    with pytest.raises(FileNotFoundError):
        PostingsEngine.open(tmp_path / "index")


def test_removed_passages_are_dropped_when_there_are_many(tmp_path: Path) -> None:
    """Compacting gives their room back, and so does saving."""
    engine = PostingsEngine.build(passages(*["猫 犬"] * 8))
    engine.remove([1, 2, 3])
    engine.save(tmp_path / "index", {})
    engine.compact()
    for one in (engine, PostingsEngine.open(tmp_path / "index")[0]):
        assert len(one._state.columns.numbers) == one.size == 5
        assert [segment.size for segment in one._state.segments] == [10]


def test_segments_stay_few() -> None:
    """However many passages come one by one, they are merged as they come, and into two by compacting."""
    engine = PostingsEngine.build(of_many_words(200, 1))
    for entry in of_many_words(40, 2):
        engine.add([entry._replace(number=entry.number + 200)])
    assert len(engine._state.segments) < 20
    engine.compact()
    assert len(engine._state.segments) <= 2


@pytest.mark.parametrize("most_kept", [100_000_000, 3_000])
@pytest.mark.parametrize("most_scored", [3, 100_000])
def test_what_was_kept_of_terms_never_outlives_a_change(most_kept: int, most_scored: int) -> None:
    """The same questions before and after each change, by several readers: each learns what is true now, for them."""
    left = of_many_words(60, 4)
    questions = [ask("1", "2", "30"), ask("0", "3", "3", weight=2.0)]
    audiences = [frozenset({0}), frozenset({1, 2})]

    def check() -> None:
        for _ in range(2):
            assert answers(engine, questions) == answers(MemoryEngine.build(left), questions)
            for audience in audiences:
                alone = [entry for entry in left if entry.source in audience]
                assert answers(engine.within(audience), questions) == answers(MemoryEngine.build(alone), questions)

    with patch.object(state, "_MOST_KEPT", most_kept), patch.object(scored_terms, "_MOST_SCORED", most_scored):
        engine = PostingsEngine.build(left)
        check()
        for more in of_many_words(12, 5):
            left.append(more._replace(number=more.number + 60))
            engine.add(left[-1:])
            check()
        engine.remove([entry.number for entry in left[:20:3]])
        left = [entry for entry in left if entry not in left[:20:3]]
        check()
        engine.compact()
        check()


def test_what_is_kept_of_terms_is_bounded() -> None:
    """All readers together never have more kept for them than that, also of words that nobody wrote."""
    engine = PostingsEngine.build(of_many_words(100, 6))
    kept: list[int] = []
    with patch.object(state, "_MOST_KEPT", 20_000), patch.object(scored_terms, "_MOST_SCORED", 100_000):
        for word in range(100):
            for readable in (frozenset({0}), frozenset({0, 2})):
                engine.within(readable).rank(ask(str(word), str(word // 3)), 3)
                known = [term for audience in engine._state._audiences.values() for term in audience.terms.values()]
                kept.append(
                    500 * len(known) + sum(term.scored().rows.nbytes + term.scored().scores.nbytes for term in known)
                )
    assert 10_000 < max(kept) <= 20_000


def test_a_term_that_is_asked_again_is_not_looked_up_again() -> None:
    """Not within the same readers, until something changes."""
    engine = PostingsEngine.build(of_many_words(50, 7))
    with (
        patch.object(state, "_MOST_KEPT", 20_000),
        patch.object(state, "score", wraps=score) as scoring,
    ):
        for _ in range(2):
            for readable in (frozenset({0}), frozenset({1})):
                engine.within(readable).explain(
                    ask("1", "2"), engine.within(readable).rank(ask("1", "2"), 1)[0].position
                )
                engine.within(readable).document_frequency("lemma", "1")
        assert scoring.call_count == 2
        engine.remove([0])
        engine.within(frozenset({0})).rank(ask("1", "2"), 1)
    assert scoring.call_count == 3


@given(count=st.integers(0, 400), limit=st.integers(1, 30), seed=st.integers(0, 50))
def test_the_least_of_the_best_is_found_among_groups(count: int, limit: int, seed: int) -> None:
    """It is what sorting finds: a lower one would be no error, but spare nothing."""
    scores = numpy.random.default_rng(seed).random(count) + 1
    expected = sorted(scores.tolist())[-limit] if count >= limit else 0.0
    assert pruning._least_of_best(scores, limit) == expected


def test_an_audience_without_a_term_of_a_view_is_ranked_by_the_others() -> None:
    """What only others may read has no mean length to be compared with, and that is no error."""
    engine = PostingsEngine.build(
        [Entry(0, (pack({"kanji": ["猫"]}),), source=0), Entry(1, (pack({"lemma": ["猫"]}),), source=1)]
    )
    terms = [*ask("猫"), QuestionTerm("kanji", "猫", 1.0, "猫")]
    assert [scored.position for scored in engine.within(frozenset({0})).rank(terms, 3)] == [0]
