from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy import float32
from numpy.typing import NDArray

from index.array_file import ArraysDamaged
from index.meaning import vector_index
from index.meaning.quantization import Quantized, quantize
from index.meaning.vector_index import VectorIndex
from index.types import Scored

DIMENSIONS = 4


class Passage(NamedTuple):
    """What is in an index."""

    source: int
    rows: Quantized


def passage(seed: int, source: int = 1, rows: int = 3) -> Passage:
    """A passage with random rows of few values, so that there are ties."""
    drawn = numpy.random.default_rng(seed % 7).integers(-1, 2, (rows, DIMENSIONS)).astype(float32)
    return Passage(source, quantize(drawn))


def vector(*values: float) -> NDArray[float32]:
    """A vector of length 1."""
    given = numpy.array(values)
    return numpy.array(given / numpy.linalg.norm(given), float32)


def brute(passages: Mapping[int, Passage], question: NDArray[float32]) -> dict[int, NDArray[float32]]:
    """The cosine of every row, computed in floats of twice the length."""
    return {
        number: (one.rows.codes.astype(float) @ question.astype(float)) * one.rows.scales
        for number, one in passages.items()
    }


def index_of(passages: Mapping[int, Passage]) -> VectorIndex:
    """An index of these passages."""
    index = VectorIndex(DIMENSIONS)
    add(index, passages)
    return index


def add(index: VectorIndex, passages: Mapping[int, Passage]) -> None:
    """Add passages together."""
    index.add([(number, one.source, one.rows) for number, one in passages.items()])


def check(index: VectorIndex, passages: Mapping[int, Passage], sources: Collection[int] | None, limit: int) -> None:
    """Compare an index with brute force."""
    question = vector(1, -2, 0.5, 0)
    admitted = {number: one for number, one in passages.items() if sources is None or one.source in sources}
    expected = brute(admitted, question)
    view = index.within(sources)
    nearest = view.nearest(question, limit)
    best = {number: cosines[1:].max() for number, cosines in expected.items()}
    assert len(nearest) == min(limit, len(best))
    assert [one.score for one in nearest] == pytest.approx(sorted(best.values(), reverse=True)[:limit], abs=1e-5)
    assert [one.score for one in nearest] == pytest.approx([best[one.position] for one in nearest], abs=1e-5)
    assert nearest == sorted(nearest, key=lambda one: (-one.score, one.position))
    some = [*passages][::2]
    in_order = view.nearest(question, len(passages))
    assert view.nearest(question, limit, some) == [one for one in in_order if one.position in some][:limit]
    found = view.cosines(question, [*passages, 10_000])
    assert found.keys() == expected.keys()
    for number, cosines in found.items():
        assert cosines == pytest.approx(expected[number], abs=1e-5)
    # Not a bit depends on what else there is, or was.
    alone = index_of(admitted).within(None)
    assert alone.nearest(question, limit) == nearest
    assert all(numpy.array_equal(cosines, found[number]) for number, cosines in alone.cosines(question, found).items())


# Adds passages of a source, removes some, compacts, or saves and opens.
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.integers(1, 6), st.integers(1, 3), st.integers(2, 5)),
        st.tuples(st.just("remove"), st.integers(0, 3), st.just(0), st.just(0)),
        st.tuples(st.sampled_from(["compact", "save"]), st.just(0), st.just(0), st.just(0)),
    ),
    max_size=8,
)


@settings(max_examples=60, deadline=None)
@given(STEPS, st.sets(st.integers(1, 3)) | st.none(), st.integers(0, 8), st.integers(1, 5))
def test_an_index_finds_what_brute_force_finds(
    tmp_path_factory: pytest.TempPathFactory,
    steps: list[tuple[str, int, int, int]],
    sources: set[int] | None,
    limit: int,
    chunk: int,
) -> None:
    """After any changes, within any sources, however the rows are divided."""
    folder = tmp_path_factory.mktemp("index")
    index, passages, number = VectorIndex(DIMENSIONS), dict[int, Passage](), 0
    with patch.object(vector_index, "_CHUNK", chunk), patch.object(vector_index, "_BATCH", chunk):
        for place, (step, count, source, rows) in enumerate(steps):
            if step == "add":
                new = {number + one: passage(number + one, source, rows) for one in range(count)}
                number += count
                passages |= new
                add(index, new)
            elif step == "remove":
                gone = [one for one in passages if one % 4 == count]
                passages = {one: kept for one, kept in passages.items() if one not in gone}
                index.remove([*gone, 10_000])
            elif step == "compact":
                index.compact()
            else:
                index.save(folder / str(place), {"place": place})
                index, metadata = VectorIndex.open(folder / str(place))
                assert metadata == {"place": place}
            assert index.size == len(passages)
        check(index, passages, sources, limit)


def test_rows_of_others_are_never_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the rows of admitted sources are in any product."""
    passages = {number: passage(number, source=number % 3) for number in range(30)}
    index = index_of(passages)
    compared: list[int] = []
    compute = vector_index._cosines

    def computed(part: vector_index._Part, rows: NDArray[numpy.int64], question: NDArray[float32]) -> NDArray[float32]:
        owners = numpy.repeat(part.numbers, part.counts)
        compared.extend(owners[rows].tolist())
        return compute(part, rows, question)

    monkeypatch.setattr(vector_index, "_cosines", computed)
    view = index.within({1})
    view.nearest(vector(1, 0, 0, 0), 5)
    view.cosines(vector(1, 0, 0, 0), list(passages))
    assert {passages[number].source for number in compared} == {1}


def test_the_row_of_what_a_passage_stands_under_brings_nothing_near() -> None:
    """The first row of each counts in `cosines` alone."""
    like, unlike = vector(1, 0, 0, 0), vector(0, 1, 0, 0)
    index = VectorIndex(DIMENSIONS)
    index.add([(1, 1, quantize(numpy.stack([like, unlike]))), (2, 1, quantize(numpy.stack([unlike, like])))])
    assert [one.position for one in index.within(None).nearest(like, 2)] == [2, 1]
    assert index.within(None).cosines(like, [1])[1] == pytest.approx([1, 0], abs=1e-3)
    with pytest.raises(ValueError, match="another"):
        index.add([(3, 1, quantize(like[None]))])


def test_a_view_does_not_grow_and_stays_as_it_was() -> None:
    """What is added or removed while somebody asks makes no difference to them."""
    passages = {number: passage(number) for number in range(2_000)}
    index = index_of({number: passages[number] for number in range(3)})
    view = index.within(None)
    before = view.nearest(vector(1, 0, 0, 0), 10)
    add(index, {number: passages[number] for number in range(3, 2_000)})
    index.remove([0, 1])
    index.compact()
    assert view.nearest(vector(1, 0, 0, 0), 10) == before


def test_an_index_says_when_it_is_worn(monkeypatch: pytest.MonkeyPatch) -> None:
    """A third gone, or more added than there was, makes it so; compacting helps."""
    monkeypatch.setattr(vector_index, "_HARMLESS_DEAD", 0)
    monkeypatch.setattr(vector_index, "_LARGEST_GROWN", 0)
    index = index_of({number: passage(number) for number in range(9)})
    worn = [index.is_worn]
    index.compact()
    for gone in ([0, 1, 2], [3]):
        index.remove(gone)
        worn.append(index.is_worn)
    index.compact()
    assert [*worn, index.is_worn] == [True, False, True, False]
    assert index.size == 5


def test_a_file_without_vectors_is_damaged(tmp_path: Path) -> None:
    """Whatever else is in it."""
    path = tmp_path / "index"
    path.write_bytes(b"garbage")
    with pytest.raises(ArraysDamaged):
        VectorIndex.open(path)


def test_an_empty_index_finds_nothing() -> None:
    """Nor does one asked for nothing."""
    assert VectorIndex(DIMENSIONS).within(None).nearest(vector(1, 0, 0, 0), 3) == []
    assert VectorIndex(DIMENSIONS).within({1}).cosines(vector(1, 0, 0, 0), [1]) == {}
    assert index_of({1: passage(1)}).within(None).nearest(vector(1, 0, 0, 0), 0) == list[Scored]()
