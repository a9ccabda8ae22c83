from __future__ import annotations

from sqlalchemy import func, select

from index.store.connection import reading
from index.store.schema import passage_vectors
from index.store.store import Store
from index.store.vectors import encoded_passages, passage_changes, put_vectors, vectors_of
from tests.index.store.examples import document, numbers, put


def rows(store: Store) -> int:
    """How many passages have vectors, by whatever encoder."""
    with reading(store.engine) as connection:
        return connection.execute(select(func.count()).select_from(passage_vectors)).scalar_one()


def test_vectors_are_those_of_an_encoder(store: Store, source: int) -> None:
    """Another encoder's take their place, and are not given for its own."""
    put(store, source, document("a.md", "一。", "二。"))
    first, second = numbers(store)
    state = store.state()
    put_vectors(store, "one", {first: b"1", second: b"2"})
    assert vectors_of(store, "one", [first, second, 99]) == {first: b"1", second: b"2"}
    assert vectors_of(store, "another", [first, second]) == {}
    put_vectors(store, "another", {first: b"3"})
    assert vectors_of(store, "one", [first, second]) == {second: b"2"}
    assert (encoded_passages(store, "one"), encoded_passages(store, "another")) == ({second}, {first})
    assert store.state() == state


def test_vectors_go_with_their_passages(store: Store, source: int) -> None:
    """Of an edited document, of one that is removed, and of a source that is; and a passage that is gone gets none."""
    put(store, source, document("a.md", "一。"), document("b.md", "二。"), document("c.md", "三。"))
    before = numbers(store)
    put_vectors(store, "one", dict.fromkeys(before, b"1"))
    put(store, source, document("a.md", "四。"), removed=["b.md"])
    assert rows(store) == 1
    put_vectors(store, "one", dict.fromkeys(before, b"1"))
    assert rows(store) == 1
    store.remove_source(source)
    assert rows(store) == 0
    put_vectors(store, "one", {before[0]: b"1"})
    assert rows(store) == 0


def test_what_changed_is_told_with_the_sources(store: Store, source: int) -> None:
    """Since a generation, or in all; with the token of the generation, by which another history is noticed."""
    put(store, source, document("a.md", "一。"))
    before = store.state()
    (first,) = numbers(store)
    put(store, source, document("b.md", "二。"), removed=["a.md"])
    (second,) = numbers(store)
    changes = passage_changes(store, before.generation)
    assert (changes.base_token, changes.removed, changes.added) == (before.token, [first], {second: source})
    assert changes.state == store.state()
    assert passage_changes(store, 0)[2:] == ([], {second: source})
