from __future__ import annotations

import random
from functools import cache
from pathlib import Path
from unittest.mock import patch

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import array_file
from index.array_file import ArraysDamaged
from index.language.analysis import VIEWS
from index.ranking.engine import Entry
from index.ranking.memory.engine import MemoryEngine
from index.ranking.packed_terms import pack
from index.ranking.postings import inversion, inverted_index, pruning, scoring
from index.ranking.postings.engine import PostingsEngine
from index.ranking.postings.scoring import score
from index.types import QuestionTerm
from tests.index.ranking.examples import answers, ask, passages, reopened

WEIGHTS = st.floats(0.1, 3)


def random_collection(count: int, seed: int) -> list[Entry]:
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
    """An engine of many passages, and one in memory that gives the expected answers."""
    collection = random_collection(300, seed)
    return PostingsEngine.build(collection), MemoryEngine.build(collection)


@settings(deadline=None)
@given(
    seed=st.integers(0, 5),
    words=st.lists(st.tuples(st.integers(0, 40), WEIGHTS), max_size=12),
    limit=st.integers(0, 30),
    lookups=st.sampled_from([0, 8, 10**9]),
)
def test_pruning_changes_nothing(seed: int, words: list[tuple[int, float]], limit: int, lookups: int) -> None:
    """However much is pruned, ranking, scores and ties are those of the engine in memory."""
    engine, expected = both_engines(seed)
    question = [QuestionTerm("lemma", str(word), weight, "") for word, weight in words]
    with patch.object(pruning, "_POSTINGS_PER_LOOKUP", lookups):
        assert engine.rank(question, limit) == expected.rank(question, limit)
        readable = frozenset({0, 2})
        assert engine.within(readable).rank(question, limit) == expected.within(readable).rank(question, limit)


def test_more_pairs_than_narrow_codes() -> None:
    """Lengths and frequencies may be as various as they like, also where narrow segments are there already."""
    collection = passages(*[f"猫{' 犬' * (count % 7 + 1)}{' 鳥' * (count // 7)}" for count in range(60)])
    expected = MemoryEngine.build(collection)
    with patch.object(inversion, "NARROW_CODES", 20):
        engine = PostingsEngine.build(collection[:10])
        engine.add(collection[10:])
        for one in (engine, reopened(engine)):
            assert one.rank(ask("猫", "犬", "鳥"), 60) == expected.rank(ask("猫", "犬", "鳥"), 60)
    assert max(segment.codes.itemsize for segment in engine._index.segments) == 4


def test_enough_pairs_for_wide_codes() -> None:
    """The same without a patched limit."""
    engine = PostingsEngine.build([])
    engine._index.codebooks[VIEWS.index("lemma")].encode(numpy.ones(70_000), numpy.arange(1_000, 71_000))
    collection = random_collection(50, 3)
    engine.add(collection)
    question = ask("1", "3", "7")
    assert engine.rank(question, 20) == MemoryEngine.build(collection).rank(question, 20)
    assert {segment.codes.itemsize for segment in engine._index.segments} == {4}


def test_the_metadata_of_a_file_comes_back(tmp_path: Path) -> None:
    """By it the caller knows which collection the file is of."""
    path = tmp_path / "index"
    PostingsEngine.build(passages("猫")).save(path, {"passages": 1, "言語": ["日本語"]})
    assert PostingsEngine.open(path)[1] == {"passages": 1, "言語": ["日本語"]}
    assert list(tmp_path.iterdir()) == [path]


def test_damage_is_detected_wherever_it_is(tmp_path: Path) -> None:
    """One byte more, fewer or changed is detected."""
    path = tmp_path / "index"
    PostingsEngine.build(passages("猫 犬", "犬 鳥", "魚")).save(path, {"a": 1})
    whole = path.read_bytes()
    positions = [*range(200), *range(200, len(whole), 61), *range(len(whole) - 40, len(whole))]
    damaged = [whole + b"\0", b"", *(whole[:position] for position in positions)]
    damaged += [
        whole[:position] + bytes([whole[position] ^ 1 << position % 8]) + whole[position + 1 :]
        for position in positions
    ]
    for content in damaged:
        path.write_bytes(content)
        with pytest.raises(ArraysDamaged):
            PostingsEngine.open(path)


def test_another_version_is_not_read(tmp_path: Path) -> None:
    """A file of an earlier or later format is refused, not misread."""
    path = tmp_path / "index"
    with patch.object(array_file, "_VERSION", 0):
        PostingsEngine.build(passages("猫")).save(path, {})
    with pytest.raises(ArraysDamaged, match="version"):
        PostingsEngine.open(path)


def test_a_failed_write_leaves_nothing(tmp_path: Path) -> None:
    """An error while writing leaves neither a file nor a part of one."""
    with pytest.raises(TypeError):
        PostingsEngine.build(passages("猫")).save(tmp_path / "index", {"no JSON": object()})
    (tmp_path / "folder" / "inside").mkdir(parents=True)
    with pytest.raises(OSError, match="folder"):
        PostingsEngine.build(passages("猫")).save(tmp_path / "folder", {})
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_a_missing_file_is_no_damage(tmp_path: Path) -> None:
    """A missing file is told from a damaged one."""
    with pytest.raises(FileNotFoundError):
        PostingsEngine.open(tmp_path / "index")


def test_removed_passages_are_dropped_when_there_are_many(tmp_path: Path) -> None:
    """Compacting frees their rows, and so does saving."""
    engine = PostingsEngine.build(passages(*["猫 犬"] * 8))
    engine.remove([1, 2, 3])
    engine.save(tmp_path / "index", {})
    engine.compact()
    for one in (engine, PostingsEngine.open(tmp_path / "index")[0]):
        assert len(one._index.columns.numbers) == one.size == 5
        assert [segment.size for segment in one._index.segments] == [10]


def test_segments_stay_few() -> None:
    """However many passages come one by one, they are merged as they come, and into two by compacting."""
    engine = PostingsEngine.build(random_collection(200, 1))
    for entry in random_collection(40, 2):
        engine.add([entry._replace(number=entry.number + 200)])
    assert len(engine._index.segments) < 20
    engine.compact()
    assert len(engine._index.segments) <= 2


@pytest.mark.parametrize("cache_bytes", [100_000_000, 3_000])
@pytest.mark.parametrize("largest_scored", [3, 100_000])
def test_no_cached_term_outlives_a_change(cache_bytes: int, largest_scored: int) -> None:
    """The same questions before and after each change, in several audiences: each answer is up to date."""
    left = random_collection(60, 4)
    questions = [ask("1", "2", "30"), ask("0", "3", "3", weight=2.0)]
    audiences = [frozenset({0}), frozenset({1, 2})]

    def check() -> None:
        for _ in range(2):
            assert answers(engine, questions) == answers(MemoryEngine.build(left), questions)
            for audience in audiences:
                alone = [entry for entry in left if entry.source in audience]
                assert answers(engine.within(audience), questions) == answers(MemoryEngine.build(alone), questions)

    with (
        patch.object(inverted_index, "_CACHE_BYTES", cache_bytes),
        patch.object(scoring, "_LARGEST_SCORED", largest_scored),
    ):
        engine = PostingsEngine.build(left)
        check()
        for more in random_collection(12, 5):
            left.append(more._replace(number=more.number + 60))
            engine.add(left[-1:])
            check()
        engine.remove([entry.number for entry in left[:20:3]])
        left = [entry for entry in left if entry not in left[:20:3]]
        check()
        engine.compact()
        check()


def test_the_cache_of_terms_is_bounded() -> None:
    """All audiences together never take more than that, also for words that no passage contains."""
    engine = PostingsEngine.build(random_collection(100, 6))
    sizes: list[int] = []
    with patch.object(inverted_index, "_CACHE_BYTES", 20_000), patch.object(scoring, "_LARGEST_SCORED", 100_000):
        for word in range(100):
            for readable in (frozenset({0}), frozenset({0, 2})):
                engine.within(readable).rank(ask(str(word), str(word // 3)), 3)
                cached = [term for audience in engine._index._audiences.values() for term in audience.terms.values()]
                sizes.append(
                    500 * len(cached) + sum(term.scored().rows.nbytes + term.scored().scores.nbytes for term in cached)
                )
    assert 10_000 < max(sizes) <= 20_000


def test_a_cached_term_is_not_looked_up_again() -> None:
    """Not within the same audience, until something changes."""
    engine = PostingsEngine.build(random_collection(50, 7))
    with (
        patch.object(inverted_index, "_CACHE_BYTES", 20_000),
        patch.object(inverted_index, "score", wraps=score) as scored,
    ):
        for _ in range(2):
            for readable in (frozenset({0}), frozenset({1})):
                engine.within(readable).explain(
                    ask("1", "2"), engine.within(readable).rank(ask("1", "2"), 1)[0].position
                )
                engine.within(readable).document_frequency("lemma", "1")
        assert scored.call_count == 2
        engine.remove([0])
        engine.within(frozenset({0})).rank(ask("1", "2"), 1)
    assert scored.call_count == 3


@given(count=st.integers(0, 400), limit=st.integers(1, 30), seed=st.integers(0, 50))
def test_the_lowest_of_the_best_is_found_by_groups(count: int, limit: int, seed: int) -> None:
    """It is what sorting finds: a lower one would be no error, but prune less."""
    scores = numpy.random.default_rng(seed).random(count) + 1
    expected = sorted(scores.tolist())[-limit] if count >= limit else 0.0
    assert pruning._lowest_of_best(scores, limit) == expected
